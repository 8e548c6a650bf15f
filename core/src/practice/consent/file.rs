//! The file of consent rules, and its checks.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ConsentFileError;
use crate::model::{Compartment, FieldClass, FieldSpec, catalogue, code_lists};

/// The format that this release reads.
const VERSION: u64 = 1;

/// Whose answer a purpose needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// It is needed.
    Needed,
    /// Of a guardian: needed, unless the child may decide alone.
    OrMatureChild,
    /// It is not needed.
    NotNeeded,
}

/// What a purpose needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeRule {
    /// Its code, of the list `consent_purpose`.
    pub code: String,
    /// Whether the child's own answer is needed. Its no counts in any case.
    pub child: Need,
    /// Whether a guardian's is.
    pub guardian: Need,
    /// Whether an answer names recipients and fields, and reaches no further.
    pub fields: bool,
    /// How long an answer holds that does not say so itself, in days.
    pub valid_days: u32,
    /// Fields that nobody has to agree to by name: what is asked of a service is part of what was agreed to.
    #[serde(default)]
    pub implied: Vec<String>,
}

/// What a kind of recipient may be told at most.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientRule {
    /// Its code.
    pub code: String,
    /// English label.
    pub en: String,
    /// Khmer label.
    pub km: String,
    /// For which purposes.
    pub purposes: Vec<String>,
    /// Compartments of which everything may be told.
    pub compartments: Vec<String>,
    /// Single fields beside these.
    pub fields: Vec<String>,
    /// Classes that are never told.
    pub never: Vec<String>,
}

impl RecipientRule {
    /// Whether this kind of recipient may ever be told a field.
    #[must_use]
    pub fn may_be_told(&self, path: &str, field: &FieldSpec) -> bool {
        let named = |names: &[String], name: &str| names.iter().any(|one| one == name);
        let within = named(&self.compartments, field.compartment.name()) || named(&self.fields, path);
        within && !named(&self.never, field.class.name())
    }
}

/// To whom a ground allows to tell something without consent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Its code, of the list `override_ground`.
    pub code: String,
    /// Kinds of recipient.
    pub recipients: Vec<String>,
}

/// What a way out of a vault asks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// The consent rules, or a ground.
    Consent,
    /// Two people.
    TwoPeople,
    /// A role that may, and why: the same authority goes on holding it, so it is no disclosure.
    Reason,
    /// Nothing: what leaves is sealed to the members.
    Sealed,
}

/// A way out of a vault.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Its code.
    pub code: String,
    /// What it asks first.
    pub asks: Asks,
    /// What leaves by it and why it asks this, in English.
    pub en: String,
    /// The same in Khmer.
    pub km: String,
}

/// Consent rules, checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRules {
    version: u64,
    edition: String,
    km_status: String,
    pub(super) barred_conflicts: Vec<String>,
    pub(super) unclear_conflicts: Vec<String>,
    purpose: Vec<PurposeRule>,
    recipient: Vec<RecipientRule>,
    ground: Vec<Ground>,
    #[serde(default)]
    door: Vec<Door>,
}

impl ConsentRules {
    /// Reads and checks consent rules.
    ///
    /// # Errors
    /// [`ConsentFileError`] that names what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, ConsentFileError> {
        let rules: Self = toml::from_str(text).map_err(|error| ConsentFileError::Toml(error.to_string()))?;
        if rules.version != VERSION {
            return Err(ConsentFileError::Version(rules.version));
        }
        rules.check()?;
        Ok(rules)
    }

    /// Names these rules.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// How far the Khmer labels have been checked.
    #[must_use]
    pub fn km_status(&self) -> &str {
        &self.km_status
    }

    /// What a purpose needs.
    #[must_use]
    pub fn purpose(&self, code: &str) -> Option<&PurposeRule> {
        self.purpose.iter().find(|purpose| purpose.code == code)
    }

    /// The kinds of recipient.
    #[must_use]
    pub fn recipients(&self) -> &[RecipientRule] {
        &self.recipient
    }

    /// A kind of recipient.
    #[must_use]
    pub fn recipient(&self, code: &str) -> Option<&RecipientRule> {
        self.recipient.iter().find(|recipient| recipient.code == code)
    }

    /// The grounds.
    #[must_use]
    pub fn grounds(&self) -> &[Ground] {
        &self.ground
    }

    /// Every way out of a vault.
    #[must_use]
    pub fn doors(&self) -> &[Door] {
        &self.door
    }

    fn check(&self) -> Result<(), ConsentFileError> {
        let conflicts = self.barred_conflicts.iter().chain(&self.unclear_conflicts);
        check_codes("conflicts", "guardian_conflict", conflicts)?;
        check_codes("purpose", "consent_purpose", self.purpose.iter().map(|purpose| &purpose.code))?;
        check_codes("ground", "override_ground", self.ground.iter().map(|ground| &ground.code))?;
        unique(self.recipient.iter().map(|recipient| &recipient.code))?;
        unique(self.door.iter().map(|door| &door.code))?;
        if let Some(door) = self.door.iter().find(|door| door.en.trim().is_empty() || door.km.trim().is_empty()) {
            return Err(ConsentFileError::Range(door.code.clone()));
        }
        for purpose in &self.purpose {
            let sensible = (1..=3650).contains(&purpose.valid_days) && purpose.child != Need::OrMatureChild;
            if !sensible {
                return Err(ConsentFileError::Range(purpose.code.clone()));
            }
            known(&purpose.code, &purpose.implied, |name| catalogue().field(name).is_some())?;
        }
        self.recipient.iter().try_for_each(|recipient| self.check_recipient(recipient))?;
        for ground in &self.ground {
            known(&ground.code, &ground.recipients, |name| self.recipient(name).is_some())?;
        }
        Ok(())
    }

    fn check_recipient(&self, recipient: &RecipientRule) -> Result<(), ConsentFileError> {
        if recipient.en.trim().is_empty() || recipient.km.trim().is_empty() {
            return Err(ConsentFileError::Range(recipient.code.clone()));
        }
        let place = &recipient.code;
        known(place, &recipient.purposes, |name| self.purpose(name).is_some())?;
        known(place, &recipient.compartments, |name| Compartment::ALL.iter().any(|one| one.name() == name))?;
        known(place, &recipient.fields, |name| catalogue().field(name).is_some())?;
        known(place, &recipient.never, |name| FieldClass::ALL.iter().any(|one| one.name() == name))
    }
}

fn known(place: &str, names: &[String], exists: impl Fn(&str) -> bool) -> Result<(), ConsentFileError> {
    match names.iter().find(|name| !exists(name)) {
        Some(name) => Err(ConsentFileError::Unknown { place: place.to_owned(), name: name.clone() }),
        None => Ok(()),
    }
}

fn unique<'a>(mut names: impl Iterator<Item = &'a String>) -> Result<(), ConsentFileError> {
    let mut seen = BTreeSet::new();
    names.find(|name| !seen.insert(*name)).map_or(Ok(()), |name| Err(ConsentFileError::Duplicate(name.clone())))
}

fn check_codes<'a>(
    place: &str,
    list: &str,
    codes: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), ConsentFileError> {
    unique(codes.clone())?;
    let exists = |code: &str| code_lists().list(list).is_some_and(|list| list.entry(code).is_some());
    let codes: Vec<_> = codes.cloned().collect();
    known(place, &codes, exists)
}
