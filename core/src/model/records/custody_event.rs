//! What happened to an evidence item: who, what, when, why.

use saferoom_derive::Record;

use super::{CustodyAction, CustodyResult, redacted};
use crate::id::RecordId;
use crate::model::{Narrative, Text, Timestamp};

/// A custody event
///
/// Make one each time an item changes hands, is opened, copied, viewed or moved, at once.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CUSTODY_EVENT, parents(EVIDENCE_ITEM), at_most = 4096)]
pub struct CustodyEvent {
    // 1 to 9: what happened.
    /// What was done
    ///
    /// One action to a record.
    #[field(no = 1, compartment = evidence, class = operational, release = as_is, required, evidence)]
    pub action: Option<CustodyAction>,
    /// When it started
    ///
    /// To the minute.
    #[field(no = 2, compartment = evidence, class = operational, required, evidence)]
    pub started_at: Option<Timestamp>,
    /// When it ended
    ///
    /// To the minute.
    #[field(no = 3, compartment = evidence, class = operational, evidence)]
    pub ended_at: Option<Timestamp>,
    /// What for
    ///
    /// One sentence.
    #[field(no = 4, compartment = evidence, class = operational, evidence)]
    pub purpose: Option<Text>,
    /// Reason in words
    ///
    /// Needed for loss, destruction and every disclosure.
    #[field(no = 5, compartment = evidence, class = narrative, evidence)]
    pub reason: Option<Narrative>,
    /// On what basis
    ///
    /// The order, rule or request, with its number.
    #[field(no = 6, compartment = evidence, class = operational, evidence)]
    pub basis: Option<Text>,
    /// Result
    ///
    /// As found. If a seal or digest did not match, say so here and stop.
    #[field(no = 7, compartment = evidence, class = operational, release = as_is, evidence)]
    pub result: Option<CustodyResult>,

    // 10 to 19: who.
    /// Officer who did it or handed it over
    ///
    /// The record of the officer.
    #[field(no = 10, compartment = evidence, class = quasi, evidence)]
    pub performer: Option<RecordId>,
    /// Officer who received it
    ///
    /// The record of the officer.
    #[field(no = 11, compartment = evidence, class = quasi, evidence)]
    pub receiver: Option<RecordId>,
    /// Witness
    ///
    /// The record of an officer who saw it.
    #[field(no = 12, compartment = evidence, class = quasi, evidence)]
    pub witness: Option<RecordId>,
    /// Who received it, if no officer of this vault
    ///
    /// Name, office and number of the service card.
    #[field(no = 13, compartment = evidence, class = direct, evidence)]
    pub receiver_name: Option<Text>,
    /// Who handed it over, if no officer of this vault
    ///
    /// Name, office and number of the service card.
    #[field(no = 14, compartment = evidence, class = direct, evidence)]
    pub performer_name: Option<Text>,

    // 20 to 29: the proof.
    /// From where
    ///
    /// Room, safe and shelf.
    #[field(no = 20, compartment = evidence, class = operational, evidence)]
    pub place_from: Option<Text>,
    /// To where
    ///
    /// Room, safe and shelf.
    #[field(no = 21, compartment = evidence, class = operational, evidence)]
    pub place_to: Option<Text>,
    /// Number of the seal before
    ///
    /// As on the seal.
    #[field(no = 22, compartment = evidence, class = operational, evidence)]
    pub seal_before: Option<Text>,
    /// Number of the seal after
    ///
    /// As on the seal.
    #[field(no = 23, compartment = evidence, class = operational, evidence)]
    pub seal_after: Option<Text>,
    /// Digest before
    ///
    /// As the evidence unit gives it, with the method in front.
    #[field(no = 24, compartment = evidence, class = operational, evidence)]
    pub before_digest: Option<Text>,
    /// Digest after
    ///
    /// As the evidence unit gives it, with the method in front.
    #[field(no = 25, compartment = evidence, class = operational, evidence)]
    pub after_digest: Option<Text>,
    /// Event before this one
    ///
    /// The record of the custody event before.
    #[field(no = 26, compartment = evidence, class = operational, evidence)]
    pub previous_event: Option<RecordId>,
    /// Digest of the event before this one
    ///
    /// Filled in by the system.
    #[field(no = 27, compartment = evidence, class = operational, evidence)]
    pub previous_event_digest: Option<Text>,
    /// Signature on the receipt
    ///
    /// Number of the signed receipt.
    #[field(no = 28, compartment = evidence, class = operational, evidence)]
    pub signature: Option<Text>,
    /// Items that came of it
    ///
    /// The records of copies or parts.
    #[field(no = 29, compartment = evidence, class = operational, release = count, evidence)]
    pub made_items: Vec<RecordId>,
}

redacted!(CustodyEvent);
