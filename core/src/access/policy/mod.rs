//! The access policy: which role reaches which compartment, what it may do, for which purposes, and how much of it is
//! usual; besides, the rules about emergencies, retention, recovery and sign-in. Data, not code.
//!
//! A policy is written as TOML (`data/access-policy.toml` is the standard one), checked as a whole, and kept as
//! deterministic CBOR (docs/formats.md, "Access policy"), which custodians sign into the roster. A policy cannot be
//! changed: there is only a newer version, and [`AccessPolicy::changes`] says in plain words what it would change.
//!
//! What a role *can* read is decided by keys. The policy says which keys it is given, and what every honest program asks
//! of it beyond keys: action, purpose, rate.

mod cbor;
mod changes;
mod check;
mod error;
mod retention;
mod role;
mod rules;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
mod words;
mod written;

use std::sync::OnceLock;

use crate::model::Compartment;

pub use changes::{Change, ChangeKind};
pub use error::PolicyError;
pub use retention::{Day, Retention, RetentionCase, RetentionRule, last_day};
pub use role::{CUSTODIAN, FOUNDER, HOST_ADMINISTRATOR, Role, RoleName, SensitivityRule, founder, is_of_cases};
pub use rules::{EmergencyRule, Limit, Limits, Night, RecoveryRule, SecondPerson, SignInRule};
pub use words::{
    Action, Effect, Measure, Reach, RetentionStart, Sensitivity, WordLabel, access_km_status, access_words,
};

/// The format of access policies that this release reads.
const FORMAT: u64 = 1;

/// Most bytes of a policy, as TOML or as CBOR.
pub const MAX_POLICY_LENGTH: usize = 128 << 10;

/// Most roles of a policy.
pub const MAX_ROLES: usize = 64;

/// A whole access policy, checked. Immutable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPolicy {
    version: u64,
    custodians_needed: u32,
    recovery: RecoveryRule,
    emergency: EmergencyRule,
    sensitivities: [SensitivityRule; 3],
    second_persons: Vec<SecondPerson>,
    retention: Retention,
    night: Night,
    slow_seconds: u32,
    sign_in: SignInRule,
    roles: Vec<Role>,
}

impl AccessPolicy {
    /// The policy that ships with this release.
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn standard() -> Self {
        static STANDARD: OnceLock<AccessPolicy> = OnceLock::new();
        let read = || Self::parse(Self::standard_text()).expect("the compiled-in policy is well formed");
        STANDARD.get_or_init(read).clone()
    }

    /// The text of [`standard`](Self::standard), with its comments: what a custodian begins a policy of their own with.
    #[must_use]
    pub const fn standard_text() -> &'static str {
        include_str!("../../../data/access-policy.toml")
    }

    /// Its version: grows by each policy that is put in force.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The role of this name. [`FOUNDER`] is none of a policy: see [`role_or_founder`](Self::role_or_founder).
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name.as_str() == name)
    }

    /// The role of this name, or the built-in [`founder`].
    #[must_use]
    pub fn role_or_founder(&self, name: &str) -> Option<&Role> {
        if name == FOUNDER { Some(founder()) } else { self.role(name) }
    }

    /// All roles, in the order of the document.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The roles that may do this.
    pub fn roles_that_may(&self, action: Action) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.may(action))
    }

    /// How far a role reaches into a compartment of a case of this sensitivity. For compartments that are of no case, the
    /// sensitivity makes no difference.
    #[must_use]
    pub fn reach(&self, role: &Role, compartment: Compartment, sensitivity: Sensitivity) -> Reach {
        role::narrowed(role.reach(compartment), compartment, self.sensitivity(sensitivity).unit_reach)
    }

    /// How many custodians have to sign, of so many: as many as the policy says, or all where there are fewer; never none.
    #[must_use]
    pub fn custodians_needed(&self, custodians: usize) -> usize {
        usize::try_from(self.custodians_needed).unwrap_or(usize::MAX).min(custodians).max(1)
    }

    /// How a recovery key is split.
    #[must_use]
    pub const fn recovery(&self) -> RecoveryRule {
        self.recovery
    }

    /// What an emergency opens. Who may: [`roles_that_may`](Self::roles_that_may)([`Action::BreakGlass`]).
    #[must_use]
    pub const fn emergency(&self) -> &EmergencyRule {
        &self.emergency
    }

    /// What of a case of this sensitivity is open to more than those who are assigned.
    #[must_use]
    pub fn sensitivity(&self, sensitivity: Sensitivity) -> &SensitivityRule {
        &self.sensitivities[usize::from(sensitivity.number())]
    }

    /// The roles of which a second person has to agree to this; empty: nobody has to. For [`Action::Share`] only where
    /// the role of the recipient does not reach what is shared.
    #[must_use]
    pub fn second_person(&self, action: Action) -> &[RoleName] {
        let rule = self.second_persons.iter().find(|rule| rule.action == action);
        rule.map_or(&[], |rule| &rule.roles)
    }

    /// The rules about how long a case is kept, the first that fits first.
    #[must_use]
    pub fn retention(&self) -> &[RetentionRule] {
        &self.retention.rules
    }

    /// The same rules, which answer for a case.
    #[must_use]
    pub const fn retention_rules(&self) -> &Retention {
        &self.retention
    }

    /// How much is usual for a role; for an unknown one, and for the founder, there is no limit.
    #[must_use]
    pub fn limits(&self, role: &RoleName) -> &Limits {
        self.role(role.as_str()).map_or_else(|| founder().limits(), Role::limits)
    }

    /// When it is night, for [`Measure::ReadsAtNight`].
    #[must_use]
    pub const fn night(&self) -> Night {
        self.night
    }

    /// How many seconds an answer waits at most, for [`Effect::Slow`]: it grows up to there.
    #[must_use]
    pub const fn slow_seconds(&self) -> u32 {
        self.slow_seconds
    }

    /// How a session begins and ends.
    #[must_use]
    pub const fn sign_in(&self) -> &SignInRule {
        &self.sign_in
    }

    /// Checks that this policy may be put in force after another one.
    ///
    /// # Errors
    /// [`PolicyError::Version`] if its version is not higher.
    pub fn follows(&self, earlier: &Self) -> Result<(), PolicyError> {
        if self.version > earlier.version {
            Ok(())
        } else {
            Err(PolicyError::Version { earlier: earlier.version, found: self.version })
        }
    }

    /// The same policy with all lists whose order has no meaning in ascending order.
    fn ordered(mut self) -> Self {
        self.emergency.compartments.sort_unstable();
        self.second_persons.sort_by_key(|rule| rule.action);
        self.second_persons.iter_mut().for_each(|rule| rule.roles.sort());
        for rule in &mut self.retention.rules {
            rule.harm.sort();
            rule.outcomes.sort();
        }
        for role in &mut self.roles {
            role.actions.sort_unstable();
            role.purposes.sort();
            role.limits.steps.sort_unstable();
        }
        self
    }
}
