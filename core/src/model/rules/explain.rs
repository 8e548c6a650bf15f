//! What a broken rule says to whoever fills in the form.

use super::{Rules, rules};
use crate::model::{LabelLanguage, Violation};

impl Rules {
    /// What to do about a record that breaks this rule, in this language: a sentence of the file, never with a value in it.
    /// A rule of another release is explained in general words.
    #[must_use]
    pub fn explain(&self, rule: &str, language: LabelLanguage) -> &str {
        match (self.texts.get(rule), language) {
            (Some(texts), LabelLanguage::English) => &texts.en,
            (Some(texts), LabelLanguage::Khmer) => &texts.km,
            (None, LabelLanguage::English) => "This breaks a rule of the record. Check the field.",
            (None, LabelLanguage::Khmer) => "នេះមិនគោរពច្បាប់នៃកំណត់ត្រា។ សូមពិនិត្យវាលនេះ។",
        }
    }
}

impl Violation {
    /// As [`Rules::explain`], for the rules of this release.
    #[must_use]
    pub fn explain(&self, language: LabelLanguage) -> &'static str {
        rules().explain(self.rule, language)
    }
}
