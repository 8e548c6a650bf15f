//! On which ground a case is erased: a code, never words about a case.

use super::ErasureError;

/// Longest name of a retention rule.
const MAX_RULE: usize = 64;

/// The kinds of grounds. Numbers are for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroundKind {
    /// The retention period of the access-policy has ended.
    RetentionEnded = 1,
    /// The child, or who acts for the child, asked for it and is entitled to.
    SubjectRequest = 2,
    /// A court or a supervisory authority ordered it.
    Order = 3,
    /// The case was recorded in error.
    RecordedInError = 4,
}

/// A ground, and the rule that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    kind: GroundKind,
    rule: Option<String>,
}

impl GroundKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RetentionEnded, Self::SubjectRequest, Self::Order, Self::RecordedInError];

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// The kind of this number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its name, in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RetentionEnded => "retention-ended",
            Self::SubjectRequest => "subject-request",
            Self::Order => "order",
            Self::RecordedInError => "recorded-in-error",
        }
    }

    /// What it means, in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::RetentionEnded => "The retention period has ended",
            Self::SubjectRequest => "Asked for by the child, or by who acts for the child",
            Self::Order => "Ordered by a court or an authority",
            Self::RecordedInError => "Recorded in error",
        }
    }
}

impl Ground {
    /// The retention period of this rule of the access-policy has ended.
    ///
    /// # Errors
    /// [`ErasureError::Rule`] if it is no name of a rule: lower-case letters, digits and hyphens.
    pub fn retention_ended(rule: &str) -> Result<Self, ErasureError> {
        Self::from_parts(GroundKind::RetentionEnded, rule).ok_or(ErasureError::Rule)
    }

    /// Another ground.
    ///
    /// # Errors
    /// [`ErasureError::Rule`] for [`GroundKind::RetentionEnded`], which names a rule.
    pub fn of(kind: GroundKind) -> Result<Self, ErasureError> {
        Self::from_parts(kind, "").ok_or(ErasureError::Rule)
    }

    pub(super) fn from_parts(kind: GroundKind, rule: &str) -> Option<Self> {
        let named = !rule.is_empty();
        let well_formed = rule.len() <= MAX_RULE
            && rule.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let fits = named == (kind == GroundKind::RetentionEnded) && well_formed;
        fits.then(|| Self { kind, rule: named.then(|| rule.to_owned()) })
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> GroundKind {
        self.kind
    }

    /// The rule of the access-policy, for a retention period that has ended.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }
}
