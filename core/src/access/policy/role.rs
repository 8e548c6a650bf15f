//! A role: what it reaches, what it may do, for which purposes, and how much of it is usual.

use std::fmt;
use std::sync::OnceLock;

use super::{Action, Limits, PolicyError, Reach, Sensitivity};
use crate::access::Purpose;
use crate::model::{Compartment, LabelLanguage};

/// The role of the one person who founded a vault and still holds everything. Built in; no policy defines it.
pub const FOUNDER: &str = "founder";

/// The role that enrols members and signs policies. Every policy defines it.
pub const CUSTODIAN: &str = "custodian";

/// The role of whoever keeps the machines. Reads nothing, in every policy that defines it.
pub const HOST_ADMINISTRATOR: &str = "host-administrator";

/// Longest name of a role, in bytes.
const LONGEST: usize = 64;

/// The name of a role: 1 to 64 small letters, digits and hyphens, a letter first, such as `unit-supervisor`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(String);

impl RoleName {
    /// The name of this spelling.
    ///
    /// # Errors
    /// [`PolicyError::RoleName`] if it is none.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let parts = || text.split('-');
        let letters = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if first && text.len() <= LONGEST && parts().all(letters) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PolicyError::RoleName)
        }
    }

    /// The spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How many compartments there are, and room for the number 0, which is none.
const REACHES: usize = Compartment::ALL.len() + 1;

/// One role of an access policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub(super) name: RoleName,
    pub(super) en: String,
    pub(super) km: String,
    /// By number of the compartment.
    pub(super) reach: [Reach; REACHES],
    /// Ascending.
    pub(super) actions: Vec<Action>,
    /// Ascending.
    pub(super) purposes: Vec<String>,
    pub(super) limits: Limits,
    /// Whether it is [`founder`], who states any purpose.
    any_purpose: bool,
}

impl Role {
    /// A role that reaches nothing yet.
    pub(super) fn new(name: RoleName, en: String, km: String) -> Self {
        Self {
            name,
            en,
            km,
            reach: [Reach::None; REACHES],
            actions: Vec::new(),
            purposes: Vec::new(),
            limits: Limits::default(),
            any_purpose: false,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &RoleName {
        &self.name
    }

    /// What it is called, for people.
    #[must_use]
    pub fn label(&self, language: LabelLanguage) -> &str {
        match language {
            LabelLanguage::English => &self.en,
            LabelLanguage::Khmer => &self.km,
        }
    }

    /// How far it reaches into a compartment, in cases that are held like any other. Every member reaches `roster`.
    #[must_use]
    pub fn reach(&self, compartment: Compartment) -> Reach {
        match compartment {
            Compartment::Roster => Reach::Unit,
            other => self.reach[usize::from(other.number())],
        }
    }

    /// Whether it may do this.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.actions.binary_search(&action).is_ok()
    }

    /// What it may do, ascending by number.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Whether it may state this purpose: the code that was stated is listed, not another one above or below it.
    #[must_use]
    pub fn allows(&self, purpose: &Purpose) -> bool {
        let stated = purpose.local().unwrap_or_else(|| purpose.hl7());
        self.any_purpose || self.lists_purpose(stated)
    }

    /// The purposes that it may state, ascending; of the founder none, who may state all.
    #[must_use]
    pub fn purposes(&self) -> &[String] {
        &self.purposes
    }

    /// How much of what it does is usual.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether it is [`founder`].
    #[must_use]
    pub const fn is_founder(&self) -> bool {
        self.any_purpose
    }

    /// Whether it reads anything but the roster.
    #[must_use]
    pub fn reads_anything(&self) -> bool {
        self.reach.iter().any(|reach| reach.reads())
    }

    pub(super) fn lists_purpose(&self, code: &str) -> bool {
        self.purposes.binary_search_by(|listed| listed.as_str().cmp(code)).is_ok()
    }

    pub(super) fn set_reach(&mut self, compartment: Compartment, reach: Reach) {
        self.reach[usize::from(compartment.number())] = reach;
    }

    /// Its reaches that are not none, by compartment.
    pub(super) fn reaches(&self) -> impl Iterator<Item = (Compartment, Reach)> + '_ {
        let all =
            Compartment::ALL.iter().map(|compartment| (*compartment, self.reach[usize::from(compartment.number())]));
        all.filter(|(_, reach)| reach.writes())
    }
}

/// The role [`FOUNDER`]: all compartments of the unit, every action, every purpose, no limits.
#[must_use]
pub fn founder() -> &'static Role {
    static FOUNDER_ROLE: OnceLock<Role> = OnceLock::new();
    FOUNDER_ROLE.get_or_init(|| Role {
        reach: [Reach::Unit; REACHES],
        actions: Action::ALL.to_vec(),
        any_purpose: true,
        ..Role::new(RoleName(FOUNDER.to_owned()), "Founder".to_owned(), "ស្ថាបនិក".to_owned())
    })
}

/// Whether a compartment lies within cases: reach and sensitivity of a case count there.
#[must_use]
pub const fn is_of_cases(compartment: Compartment) -> bool {
    use Compartment::{Evidence, Identity, Narrative, Offence, Operations, Profile, Referral, Wellbeing};
    matches!(compartment, Identity | Profile | Offence | Narrative | Wellbeing | Evidence | Referral | Operations)
}

/// What a rule about sensitivities makes of a reach.
pub(super) fn narrowed(reach: Reach, compartment: Compartment, unit_reach: bool) -> Reach {
    if reach == Reach::Unit && is_of_cases(compartment) && !unit_reach { Reach::Case } else { reach }
}

/// What of a case of some sensitivity is open to more people than those who are assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SensitivityRule {
    /// Which one.
    pub sensitivity: Sensitivity,
    /// Whether a reach of `unit` counts; otherwise it is a reach of `case`.
    pub unit_reach: bool,
    /// Whether a search finds it.
    pub searchable: bool,
    /// Whether it can be opened in an emergency.
    pub break_glass: bool,
}
