//! Forms: what a host needs to draw a screen, and what a broken rule says.

use saferoom::model::{LabelLanguage, ModelError, RecordForm, catalogue, rules};

use crate::error::SaferoomError;

/// The form of a kind of record, such as `child`, in a language, `en` or `km`, as a JSON object: label, help, type,
/// choices, when it is required, class and compartment of each field. Another language is answered in English.
///
/// # Errors
/// `SaferoomError` if there is no such kind.
#[uniffi::export]
pub fn form(kind: &str, language: &str) -> Result<String, SaferoomError> {
    let record = catalogue().by_name(kind).ok_or_else(|| SaferoomError::of(&ModelError::NoSuchKind))?;
    let form = RecordForm::of(record, LabelLanguage::from_code(language).unwrap_or_default());
    // Plain words and numbers: there is nothing in them that JSON could refuse.
    Ok(serde_json::to_string(&form).unwrap_or_default())
}

/// What a broken rule, such as `ends-after-start`, says to whoever fills in the form, in `en` or `km`; never a value.
#[uniffi::export]
#[must_use]
pub fn explain_rule(rule: &str, language: &str) -> String {
    rules().explain(rule, LabelLanguage::from_code(language).unwrap_or_default()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_rules_speak_both_languages() {
        let khmer = form("child", "km").unwrap();
        assert!(khmer.contains("\"language\":\"km\"") && khmer.contains("ភេទ"));
        assert_eq!(form("child", "fr").unwrap(), form("child", "en").unwrap());
        assert!(form("nothing", "en").is_err());
        assert_ne!(explain_rule("ends-after-start", "km"), explain_rule("ends-after-start", "en"));
    }
}
