//! The subject's view: what is held about a child, who saw it and why, with whom it is shared. An act of two people.

use std::collections::HashMap;

use saferoom::model::RecordKind;
use saferoom::vault;

use crate::cases::CaseMember;
use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;
use crate::value::FieldValue;

/// A record that is held. Prints nothing of it.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct HeldRecord {
    /// The record.
    pub id: String,
    /// Name of its kind.
    pub kind: String,
    /// Whether it is about the child; of others no value is shown.
    pub about_the_child: bool,
    /// Its values, by name of the field; none where a value may be about somebody else.
    pub fields: HashMap<String, Option<FieldValue>>,
    /// How many compartments this member could not open.
    pub withheld: u64,
}

/// An access to one of the records.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SubjectAccess {
    /// When, by the device's clock: milliseconds since 1970, UTC.
    pub at: u64,
    /// What was done: the code of the event.
    pub event: u16,
    /// How it ended: the code of the outcome.
    pub outcome: u16,
    /// Name of the kind of record; none for one that this release does not know.
    pub kind: Option<String>,
    /// In which role, if a member did it.
    pub role: Option<String>,
    /// The record of the unit for which it was done.
    pub unit: Option<String>,
    /// For which purpose: the local code, or that of HL7.
    pub purpose: Option<String>,
    /// How many fields were concerned.
    pub fields: u64,
}

/// What is held about a child, and who saw it. Prints nothing of it.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct SubjectReport {
    /// The child's record.
    pub child: String,
    /// Who cut the entries out of the log.
    pub slice_by: String,
    /// When: milliseconds since 1970, UTC.
    pub slice_at: u64,
    /// The records of the case.
    pub held: Vec<HeldRecord>,
    /// Every access that the log has, oldest first.
    pub accesses: Vec<SubjectAccess>,
    /// Who works on the case, and with whom what is shared.
    pub shared_with: Vec<CaseMember>,
}

redacted! { HeldRecord SubjectReport }

#[uniffi::export]
impl Session {
    /// First person, who reads the log: cuts the entries about a child out of it, sealed to the member who makes the report.
    ///
    /// # Errors
    /// The role does not allow it, no such member or child; logged as denied.
    pub fn subject_slice(&self, child: String, to: String, access: AccessInput) -> Result<Vec<u8>, SaferoomError> {
        Ok(self.0.subject_slice(child.parse()?, to.parse()?, &access.into())?)
    }

    /// Second person, who works on the case: joins the slice with what is held. Each record is logged as read.
    ///
    /// # Errors
    /// The role does not allow it, one person made both; the slice is for somebody else, of another child, or was changed.
    pub fn subject_report(
        &self,
        child: String,
        slice: &[u8],
        access: AccessInput,
    ) -> Result<SubjectReport, SaferoomError> {
        Ok(self.0.subject_report(child.parse()?, slice, &access.into())?.into())
    }
}

impl From<vault::SubjectReport> for SubjectReport {
    fn from(report: vault::SubjectReport) -> Self {
        Self {
            child: report.child.to_string(),
            slice_by: report.slice_by.to_string(),
            slice_at: report.slice_at,
            held: report.held.iter().map(HeldRecord::of).collect(),
            accesses: report.accesses.into_iter().map(SubjectAccess::from).collect(),
            shared_with: report.grants.iter().map(CaseMember::of).collect(),
        }
    }
}

impl HeldRecord {
    fn of(held: &vault::HeldRecord) -> Self {
        let value = |field: &vault::HeldField| field.value.as_ref().map(FieldValue::of);
        Self {
            id: held.id.to_string(),
            kind: held.kind.name().to_owned(),
            about_the_child: held.about_the_child,
            fields: held.fields.iter().map(|field| (field.field.name.to_owned(), value(field))).collect(),
            withheld: held.withheld as u64,
        }
    }
}

impl From<vault::SubjectAccess> for SubjectAccess {
    fn from(access: vault::SubjectAccess) -> Self {
        Self {
            at: access.at,
            event: access.event.code(),
            outcome: u16::from(access.outcome.code()),
            kind: access.kind.map(RecordKind::name).map(str::to_owned),
            role: access.role,
            unit: access.unit.map(|unit| unit.record().to_string()),
            purpose: access.purpose,
            fields: access.fields as u64,
        }
    }
}
