//! After somebody has left: what they could still open, and moving on what stays.

use std::sync::Arc;

use saferoom::vault;

use crate::cases::Compartment;
use crate::error::SaferoomError;
use crate::host::HostCallError;
use crate::session::Session;
use crate::types::AccessInput;

/// Hears how far a long call is. Called from inside the call: it must not call the session, nor wait for a thread that does.
#[uniffi::export(rust, foreign)]
pub trait MoveProgress: Send + Sync {
    /// So many cases of so many are done.
    ///
    /// # Errors
    /// Whatever the host raises; the call goes on.
    fn at(&self, done: u64, total: u64) -> Result<(), HostCallError>;
}

/// What moving on did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct MovedOn {
    /// Cases and units that were gone through.
    pub cases: u64,
    /// Wraps that were made.
    pub wrapped: u64,
    /// Wraps that were taken away.
    pub removed: u64,
    /// Data keys that this member cannot open: somebody who can has to move them on.
    pub closed: u64,
    /// Data keys that nobody active could open without what should be taken away: it stays.
    pub kept: u64,
}

/// How much of one compartment somebody could open.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CompartmentExposure {
    /// Which.
    pub compartment: Compartment,
    /// In how many cases.
    pub cases: u64,
    /// How many records of kinds that have fields in it.
    pub records: u64,
}

/// A case that was assigned to somebody, or shared with them.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CaseExposure {
    /// The case.
    pub case: String,
    /// In which compartments.
    pub compartments: Vec<Compartment>,
}

/// What a member could still open from an old copy of the file, at most.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Exposure {
    /// Whose.
    pub member: String,
    /// Whether they are active: then it grows with every write.
    pub active: bool,
    /// By compartment.
    pub compartments: Vec<CompartmentExposure>,
    /// The cases that they were given.
    pub cases: Vec<CaseExposure>,
}

#[uniffi::export]
impl Session {
    /// What a member could still open from an old copy with all the keys that they ever had. Logged as a query.
    ///
    /// # Errors
    /// The role does not allow it (logged as denied), no such member, or the file was changed from outside.
    pub fn exposure(&self, member: String, access: AccessInput) -> Result<Exposure, SaferoomError> {
        Ok(self.0.exposure(member.parse()?, &access.into())?.into())
    }

    /// Wraps what the others go on reading anew, and takes away what was wrapped for who left. It can be broken off and
    /// done again; each member does it for what they can open.
    ///
    /// # Errors
    /// The purpose is refused (logged), or the file was changed from outside. What was done stays done.
    pub fn move_on(
        &self,
        access: AccessInput,
        progress: Option<Arc<dyn MoveProgress>>,
    ) -> Result<MovedOn, SaferoomError> {
        let tell = |done, total| {
            let _ = progress.as_ref().map(|progress| progress.at(done, total));
        };
        let vault::MovedOn { cases, wrapped, removed, closed, kept } = self.0.move_on(&access.into(), tell)?;
        Ok(MovedOn { cases, wrapped, removed, closed, kept })
    }
}

impl From<vault::Exposure> for Exposure {
    fn from(exposure: vault::Exposure) -> Self {
        let compartments = exposure.compartments.iter().filter_map(|of| {
            let compartment = Compartment::of(of.compartment)?;
            Some(CompartmentExposure { compartment, cases: of.cases, records: of.records })
        });
        let cases = exposure.cases.iter().map(|(case, given)| CaseExposure {
            case: case.to_string(),
            compartments: given.iter().filter_map(Compartment::of).collect(),
        });
        Self {
            member: exposure.member.to_string(),
            active: exposure.active,
            compartments: compartments.collect(),
            cases: cases.collect(),
        }
    }
}
