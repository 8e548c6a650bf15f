//! Forms: what a host needs to draw a screen, and what a broken rule says.

use saferoom::model::{Catalogue, FormDocument, LabelLanguage, ModelError, RecordForm, catalogue, rules};

use crate::error::SaferoomError;
use crate::identity::Identity;
use crate::json::json;
use crate::session::Session;
use crate::types::AccessInput;

/// The form of a kind of record, such as `child`, in a language, `en` or `km`, as a JSON object: label, help, type,
/// choices, when it is required, class and compartment of each field. Another language is answered in English.
///
/// # Errors
/// `SaferoomError` if there is no such kind.
#[uniffi::export]
pub fn form(kind: &str, language: &str) -> Result<String, SaferoomError> {
    described(catalogue(), kind, language)
}

/// What a broken rule, such as `ends-after-start`, says to whoever fills in the form, in `en` or `km`; never a value.
#[uniffi::export]
#[must_use]
pub fn explain_rule(rule: &str, language: &str) -> String {
    rules().explain(rule, LabelLanguage::from_code(language).unwrap_or_default()).to_owned()
}

#[uniffi::export]
impl Session {
    /// Adds the extra fields of a form document (TOML) to this vault. `custodian` signs it; logged.
    ///
    /// # Errors
    /// The document breaks a rule (the error names field and rule), the purpose is refused, or this is no custodian; the
    /// vault is unchanged then.
    pub fn add_form(&self, toml: &str, custodian: &Identity, access: AccessInput) -> Result<(), SaferoomError> {
        let form = FormDocument::parse(toml)?;
        Ok(self.0.add_form(&form, &*custodian.keys()?, &access.into())?)
    }

    /// The form documents of this vault, oldest first, each as a JSON object.
    ///
    /// # Errors
    /// The session is locked, or the file was changed from outside.
    pub fn forms(&self) -> Result<Vec<String>, SaferoomError> {
        self.0.forms()?.iter().map(json).collect()
    }

    /// As the function `form`, with the extra fields of this vault.
    ///
    /// # Errors
    /// There is no such kind, the session is locked, or the file was changed from outside.
    pub fn form(&self, kind: &str, language: &str) -> Result<String, SaferoomError> {
        described(self.0.catalogue()?, kind, language)
    }
}

fn described(catalogue: &Catalogue, kind: &str, language: &str) -> Result<String, SaferoomError> {
    let record = catalogue.by_name(kind).ok_or_else(|| SaferoomError::of(&ModelError::NoSuchKind))?;
    let form = RecordForm::of(record, LabelLanguage::from_code(language).unwrap_or_default());
    json(&form)
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
