//! What a broken rule says to whoever fills in the form.

use super::rules;
use crate::model::{LabelLanguage, Violation};

impl Violation {
    /// What to do about it, in this language: a sentence of the file of rules, never with a value in it.
    ///
    /// A rule of a newer release is explained in general words.
    #[must_use]
    pub fn explain(&self, language: LabelLanguage) -> &'static str {
        let Some(texts) = rules().texts.get(self.rule) else {
            return match language {
                LabelLanguage::English => "This breaks a rule of the record. Check the field.",
                LabelLanguage::Khmer => "នេះមិនគោរពច្បាប់នៃកំណត់ត្រា។ សូមពិនិត្យវាលនេះ។",
            };
        };
        match language {
            LabelLanguage::English => &texts.en,
            LabelLanguage::Khmer => &texts.km,
        }
    }
}
