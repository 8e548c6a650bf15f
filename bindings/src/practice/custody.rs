//! The custody of exhibits: the chain, its next event, and whether a file is still the exhibit.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use saferoom::id::RecordId;
use saferoom::practice::custody::{Checked, CustodyError, Event, check_file};

use super::interview::{KeptPart, Obstacle};
use crate::error::SaferoomError;
use crate::host::HostCallError;
use crate::session::Session;
use crate::types::AccessInput;
use crate::value::{FieldValue, fields_of_typed, typed_of};

/// An event that could not have been recorded so.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CustodyFault {
    /// The event.
    pub event: String,
    /// What is wrong with it.
    pub fault: Obstacle,
}

/// The chain of an exhibit, in its order. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct CustodyChain {
    /// The events, first to last: records `custody_event`.
    pub events: Vec<KeptPart>,
    /// What is wrong with single events, such as a use on the way.
    pub wrong: Vec<CustodyFault>,
}

redacted! { CustodyChain }

/// Told how far the check of a file is, and asked whether to go on.
#[uniffi::export(rust, foreign)]
pub trait FileProgress: Send + Sync {
    /// So many bytes are read, of so many. Answers whether to go on; must not call saferoom.
    ///
    /// # Errors
    /// Whatever the host raises ends the check as if it had been stopped.
    fn go_on(&self, done: u64, total: u64) -> Result<bool, HostCallError>;
}

/// How a recorded digest compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum DigestAnswer {
    /// It is that of the file.
    Fits,
    /// It is not.
    Differs,
    /// This release does not compute digests of this method.
    NotChecked,
}

/// A recorded digest, compared.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CheckedDigest {
    /// Its method.
    pub method: String,
    /// How it compares.
    pub answer: DigestAnswer,
}

/// What a check of a file found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileCheck {
    /// Whether everything that could be checked fits.
    pub fits: bool,
    /// Its length in bytes.
    pub length: u64,
    /// Whether that is the recorded one; none if none is recorded.
    pub length_fits: Option<bool>,
    /// Each recorded digest, in the order given.
    pub digests: Vec<CheckedDigest>,
}

/// The records that a copy made.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CopiedExhibit {
    /// The copy.
    pub copy: String,
    /// The event in the chain of the exhibit.
    pub event: String,
    /// The first event in the chain of the copy.
    pub beginning: String,
}

#[uniffi::export]
impl Session {
    /// The chain of custody of an exhibit, checked. Its events are logged as read.
    ///
    /// # Errors
    /// An event is missing, was changed, or is followed by two: there is no chain then. As `read_many`.
    pub fn custody_chain(&self, item: String, access: AccessInput) -> Result<CustodyChain, SaferoomError> {
        let chain = self.0.custody_chain(item.parse()?, &access.into())?;
        let part = |(id, event): &Event| Ok(KeptPart { id: Some(id.to_string()), fields: fields_of_typed(event)? });
        let events = chain.events.iter().map(part).collect::<Result<_, SaferoomError>>()?;
        let fault = |(event, error): &(RecordId, CustodyError)| CustodyFault {
            event: event.to_string(),
            fault: Obstacle::of(error),
        };
        let wrong = chain.wrong.iter().map(fault).collect();
        Ok(CustodyChain { events, wrong })
    }

    /// Records the next event of an exhibit, linked to the last one: `fields` of the record `custody_event`. Whoever receives
    /// an exhibit signs that themselves. Answers the new record.
    ///
    /// # Errors
    /// What cannot be, and what to do; nothing is written. Somebody recorded another event in between. The role (logged).
    pub fn add_custody_event(
        &self,
        item: String,
        fields: HashMap<String, FieldValue>,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let (item, event) = (item.parse()?, typed_of(fields)?);
        Ok(self.0.add_custody_event(item, event, &access.into())?.to_string())
    }

    /// Records a copy of an exhibit (`fields` of the record `evidence_item`), of a class that a second person signed
    /// (`authorise_copy`). Answers the new record.
    ///
    /// # Errors
    /// What was signed is for something else, or was used; the role does not allow it.
    pub fn record_copy(
        &self,
        item: String,
        fields: HashMap<String, FieldValue>,
        authorisation: String,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let (item, copy) = (item.parse()?, typed_of(fields)?);
        Ok(self.0.record_copy(item, copy, authorisation.parse()?, &access.into())?.to_string())
    }

    /// Copies an exhibit, in one transaction: the copy as `record_copy` records it, the event in the chain of the exhibit, and
    /// the first event of the copy's own chain. `event` (fields of the record `custody_event`) says who copied and on what
    /// basis, and perhaps when.
    ///
    /// # Errors
    /// As `record_copy` and `add_custody_event`; nothing is written then.
    pub fn copy_exhibit(
        &self,
        item: String,
        fields: HashMap<String, FieldValue>,
        authorisation: String,
        event: HashMap<String, FieldValue>,
        access: AccessInput,
    ) -> Result<CopiedExhibit, SaferoomError> {
        let (item, copy, event) = (item.parse()?, typed_of(fields)?, typed_of(event)?);
        let copied = self.0.copy_exhibit(item, copy, authorisation.parse()?, event, &access.into())?;
        Ok(CopiedExhibit {
            copy: copied.copy.to_string(),
            event: copied.event.to_string(),
            beginning: copied.beginning.to_string(),
        })
    }
}

/// Compares a file with the digests that are recorded of an exhibit (`item`: fields of the record `evidence_item`; `digests`:
/// of records `content_digest`), reading it once. What may hold abuse material is never opened.
///
/// # Errors
/// It is for the evidence unit only, nothing can be compared, `progress` said to stop, or the file cannot be read.
#[uniffi::export]
pub fn check_exhibit_file(
    path: String,
    item: HashMap<String, FieldValue>,
    digests: Vec<HashMap<String, FieldValue>>,
    progress: Option<Arc<dyn FileProgress>>,
) -> Result<FileCheck, SaferoomError> {
    let item = typed_of(item)?;
    let digests = digests.into_iter().map(typed_of).collect::<Result<Vec<_>, _>>()?;
    let tell = |done, total| match &progress {
        Some(progress) if progress.go_on(done, total) != Ok(true) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let found = check_file(Path::new(&path), &item, &digests, tell)?;
    let digest = |(method, checked): &(String, Checked)| CheckedDigest {
        method: method.clone(),
        answer: match checked {
            Checked::Fits => DigestAnswer::Fits,
            Checked::Differs => DigestAnswer::Differs,
            Checked::NotChecked => DigestAnswer::NotChecked,
        },
    };
    Ok(FileCheck {
        fits: found.fits(),
        length: found.length,
        length_fits: found.length_fits,
        digests: found.digests.iter().map(digest).collect(),
    })
}
