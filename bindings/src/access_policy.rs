//! Access policies: what a host shows of roles, and what a custodian's screen checks before it is signed. Read-only.

use std::collections::HashMap;
use std::sync::Arc;

use saferoom::access::{self, Action, ChangeKind};
use saferoom::model::{Compartment, LabelLanguage};

use crate::error::SaferoomError;
use crate::json::plain_json;

/// A whole access policy, checked. It cannot be changed.
#[derive(Debug, uniffi::Object)]
pub struct AccessPolicy(pub(crate) access::AccessPolicy);

/// One role.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PolicyRole {
    /// Its name, such as `unit-supervisor`.
    pub name: String,
    /// What it is called in English.
    pub label_en: String,
    /// What it is called in Khmer.
    pub label_km: String,
    /// By name of the compartment: `write`, `case` or `unit`; one that is out of reach is left out.
    pub reach: HashMap<String, String>,
    /// Names of what it may do.
    pub actions: Vec<String>,
    /// Codes of the purposes that it may state.
    pub purposes: Vec<String>,
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PolicyChangeKind {
    /// Somebody may more than before, or is watched less.
    Wider,
    /// Somebody may less than before, or is watched more.
    Narrower,
    /// Neither.
    Neutral,
}

/// One difference between two policies.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PolicyChange {
    /// Where: a role, or a part of the policy.
    pub place: String,
    /// Which way it goes.
    pub kind: PolicyChangeKind,
    /// Whether it opens children's records, the log, or the keys to both, or takes a safeguard away.
    pub dangerous: bool,
    /// What changes, in English.
    pub text: String,
}

#[uniffi::export]
impl AccessPolicy {
    /// The policy that ships with this library.
    #[uniffi::constructor]
    #[must_use]
    pub fn standard() -> Arc<Self> {
        Arc::new(Self(access::AccessPolicy::standard()))
    }

    /// A policy out of its text (TOML).
    ///
    /// # Errors
    /// It is not safe or not well formed (codes 640 to 669); the error names the place.
    #[uniffi::constructor]
    pub fn parse(text: &str) -> Result<Arc<Self>, SaferoomError> {
        let policy = access::AccessPolicy::parse(text).map_err(|error| SaferoomError::of(&error))?;
        Ok(Arc::new(Self(policy)))
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// All roles, in the order of the document.
    #[must_use]
    pub fn roles(&self) -> Vec<PolicyRole> {
        self.0.roles().iter().map(PolicyRole::of).collect()
    }

    /// Names of the roles of which a second person has to agree to this action; empty if nobody has to.
    #[must_use]
    pub fn second_person(&self, action: &str) -> Vec<String> {
        let roles = Action::from_name(action).map_or(&[][..], |action| self.0.second_person(action));
        roles.iter().map(ToString::to_string).collect()
    }

    /// What `newer` would change.
    #[must_use]
    pub fn changes(&self, newer: &Self) -> Vec<PolicyChange> {
        self.0.changes(&newer.0).into_iter().map(PolicyChange::from).collect()
    }

    /// The whole policy as TOML, to make the next version from.
    #[must_use]
    pub fn to_toml(&self) -> String {
        self.0.to_toml()
    }

    /// The whole policy as a JSON object, by the names of the TOML form.
    #[must_use]
    pub fn to_json(&self) -> String {
        plain_json(&self.0)
    }
}

/// What the words of access policies are called, as a JSON object: vocabulary (`action`, `compartment`, `reach`, ...),
/// word, language (`en`, `km`).
#[uniffi::export]
#[must_use]
pub fn access_words_json() -> String {
    plain_json(&access::access_words())
}

impl PolicyRole {
    fn of(role: &access::Role) -> Self {
        let reaches = Compartment::ALL.iter().map(|compartment| (*compartment, role.reach(*compartment)));
        let named = reaches.filter(|(compartment, reach)| *compartment != Compartment::Roster && reach.writes());
        Self {
            name: role.name().to_string(),
            label_en: role.label(LabelLanguage::English).to_owned(),
            label_km: role.label(LabelLanguage::Khmer).to_owned(),
            reach: named.map(|(compartment, reach)| (compartment.to_string(), reach.to_string())).collect(),
            actions: role.actions().iter().map(ToString::to_string).collect(),
            purposes: role.purposes().to_vec(),
        }
    }
}

impl From<access::Change> for PolicyChange {
    fn from(change: access::Change) -> Self {
        let kind = match change.kind {
            ChangeKind::Wider => PolicyChangeKind::Wider,
            ChangeKind::Narrower => PolicyChangeKind::Narrower,
            ChangeKind::Other => PolicyChangeKind::Neutral,
        };
        Self { place: change.place, kind, dangerous: change.dangerous, text: change.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_cross_with_reach_and_labels() {
        let policy = AccessPolicy::standard();
        let roles = policy.roles();
        let auditor = roles.iter().find(|role| role.name == "auditor").unwrap();
        assert_eq!(auditor.reach, HashMap::from([("oversight".to_owned(), "unit".to_owned())]));
        assert_eq!((auditor.label_en.as_str(), auditor.label_km.as_str()), ("Auditor", "សវនករ"));
        assert_eq!(auditor.actions, ["review", "read-log", "export-log"]);
        assert_eq!((policy.second_person("erase"), policy.second_person("?")), (vec!["custodian".to_owned()], vec![]));
        assert!(access_words_json().contains("\"break-glass\":{\"en\":"));
    }

    #[test]
    fn what_is_wrong_crosses_with_its_code_and_what_changes_with_its_mark() {
        let code = |text: &str| {
            let SaferoomError::Failure { code, .. } = AccessPolicy::parse(text).unwrap_err();
            code
        };
        let text = AccessPolicy::standard().to_toml();
        assert_eq!((code("format = 1"), code(&text.replace("format = 1", "format = 2"))), (640, 642));
        let fewer = AccessPolicy::parse(&text.replacen("needed = 2", "needed = 1", 1)).unwrap();
        let changes = AccessPolicy::standard().changes(&fewer);
        assert_eq!((changes.len(), changes[0].kind, changes[0].dangerous), (1, PolicyChangeKind::Wider, true));
    }
}
