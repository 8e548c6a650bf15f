//! Whether the child was interviewed before: what was found, and what a person has said to it.

use std::sync::{Arc, Mutex, PoisonError};

use saferoom::vault;

use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// A record in this unit that may be of the same child.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PossibleEarlier {
    /// The record of the child.
    pub child: String,
    /// Its case, if it stands in one.
    pub case_id: Option<String>,
}

/// What was found about earlier interviews of a child, and what a person has said to it.
#[derive(Debug, uniffi::Object)]
pub struct EarlierInterviews(Mutex<vault::EarlierInterviews>);

#[uniffi::export]
impl EarlierInterviews {
    /// Nobody has looked. Only an interview that cannot wait starts so.
    #[uniffi::constructor]
    #[must_use]
    pub fn not_looked() -> Arc<Self> {
        Arc::new(Self(Mutex::new(vault::EarlierInterviews::not_looked())))
    }

    /// Interviews of this child that have started, known for sure.
    #[must_use]
    pub fn known(&self) -> Vec<String> {
        self.now().known().iter().map(ToString::to_string).collect()
    }

    /// Records that may be of the same child. Look at each, then say `same_child` or `another_child`.
    #[must_use]
    pub fn possible(&self) -> Vec<PossibleEarlier> {
        let possible = |one: &vault::PossibleEarlier| PossibleEarlier {
            child: one.child.to_string(),
            case_id: one.case.map(|case| case.to_string()),
        };
        self.now().possible().iter().map(possible).collect()
    }

    /// Units that may know of earlier interviews. Ask them, then say `units_were_asked`.
    #[must_use]
    pub fn units_to_ask(&self) -> Vec<String> {
        self.now().units_to_ask().iter().map(ToString::to_string).collect()
    }

    /// Whether so many records may be of this child that none was listed.
    #[must_use]
    pub fn too_many(&self) -> bool {
        self.now().too_many()
    }

    /// A record that was possible is of another child.
    ///
    /// # Errors
    /// The text is no id.
    pub fn another_child(&self, child: String) -> Result<(), SaferoomError> {
        let child = child.parse()?;
        self.change(|found| found.another_child(child));
        Ok(())
    }

    /// The units that may know something were asked; also: what was found was too much to look at, and was asked about.
    pub fn units_were_asked(&self) {
        self.change(vault::EarlierInterviews::units_were_asked);
    }
}

impl EarlierInterviews {
    /// As it is now. No lock is held afterwards.
    pub(super) fn now(&self) -> vault::EarlierInterviews {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut vault::EarlierInterviews)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[uniffi::export]
impl Session {
    /// Looks for earlier interviews of a child: below its record, in linked cases, by its name in this unit, and by its
    /// name in other units, which answer only that they should be asked. Every look is logged.
    ///
    /// # Errors
    /// As `read` of the child, `search` and `search_across_units`.
    pub fn earlier_interviews(
        &self,
        child: String,
        access: AccessInput,
    ) -> Result<Arc<EarlierInterviews>, SaferoomError> {
        let found = self.0.earlier_interviews(child.parse()?, &access.into())?;
        Ok(Arc::new(EarlierInterviews(Mutex::new(found))))
    }

    /// A record that was possible is of the same child: its interviews are known from now on.
    ///
    /// # Errors
    /// As `records_of`; what was found stays as it was then.
    pub fn same_child(
        &self,
        found: &EarlierInterviews,
        child: String,
        access: AccessInput,
    ) -> Result<(), SaferoomError> {
        let mut known = found.now();
        self.0.same_child(&mut known, child.parse()?, &access.into())?;
        found.change(|found| *found = known);
        Ok(())
    }
}
