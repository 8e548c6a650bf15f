//! An evidence item: a reference to it, never the thing itself.

use saferoom_derive::Record;

use super::{CopyClass, CsamPresence, EvidenceHandling, EvidenceKind, EvidenceState, UcsLabel, redacted};
use crate::id::RecordId;
use crate::model::{PartialDate, PlaceCode, Text, Timestamp};

/// An evidence item
///
/// Make one for each recording, device, drawing, paper or other thing. Only a reference: never put the thing
/// itself into a record, never a picture of abuse.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = EVIDENCE_ITEM, parents(CASE, INTERVIEW), at_most = 1024)]
pub struct EvidenceItem {
    // 1 to 9: which item.
    /// Exhibit number
    ///
    /// As on the label.
    #[field(no = 1, compartment = evidence, class = operational, search = exact, required, evidence)]
    pub exhibit_number: Option<Text>,
    /// Exhibit number of the item that it comes from
    ///
    /// For a copy or part, the number of the first item.
    #[field(no = 2, compartment = evidence, class = operational, search = exact, evidence)]
    pub root_exhibit_number: Option<Text>,
    /// Kind
    ///
    /// What it is.
    #[field(no = 3, compartment = evidence, class = sensitive, release = as_is, required, evidence)]
    pub kind: Option<EvidenceKind>,
    /// Description in neutral words
    ///
    /// Such as: telephone, black, cracked screen. Never describe abuse here.
    #[field(no = 4, compartment = evidence, class = sensitive)]
    pub description: Option<Text>,
    /// Items that it was made from
    ///
    /// Their records.
    #[field(no = 5, compartment = evidence, class = operational, release = count, evidence)]
    pub derived_from: Vec<RecordId>,
    /// Master or copy
    ///
    /// There is one master. Every copy has a record of its own.
    #[field(no = 6, compartment = evidence, class = operational, release = as_is, evidence)]
    pub copy_class: Option<CopyClass>,
    /// Number of the copy
    ///
    /// 1 for the first copy.
    #[field(no = 7, compartment = evidence, class = operational, evidence)]
    pub copy_number: Option<u64>,

    // 10 to 19: the file.
    /// Size in bytes
    ///
    /// As the evidence unit gives it.
    #[field(no = 10, compartment = evidence, class = operational, evidence)]
    pub size_bytes: Option<u64>,
    /// Type of the file
    ///
    /// Such as video/mp4.
    #[field(no = 11, compartment = evidence, class = operational, evidence)]
    pub media_type: Option<Text>,
    /// When it was recorded or made
    ///
    /// From the device; say in the remark if its clock was wrong.
    #[field(no = 12, compartment = evidence, class = quasi, evidence)]
    pub captured_at: Option<Timestamp>,
    /// Tool
    ///
    /// Program or device with which it was made or copied.
    #[field(no = 13, compartment = evidence, class = operational, evidence)]
    pub tool: Option<Text>,
    /// Version of the tool
    ///
    /// As the tool shows it.
    #[field(no = 14, compartment = evidence, class = operational, evidence)]
    pub tool_version: Option<Text>,
    /// Length of the recording in seconds
    ///
    /// For recordings.
    #[field(no = 15, compartment = evidence, class = operational, evidence)]
    pub duration_seconds: Option<u64>,

    // 20 to 29: what it may hold.
    /// Whether it holds child sexual abuse material
    ///
    /// As the evidence unit says. Do not look for yourself.
    #[field(no = 20, compartment = evidence, class = sensitive, evidence)]
    pub contains_csam: Option<CsamPresence>,
    /// Labels of the evidence unit
    ///
    /// Codes only, from the list that the evidence unit uses.
    #[field(no = 21, compartment = evidence, class = sensitive, evidence)]
    pub ucs_labels: Vec<UcsLabel>,
    /// How it has to be handled
    ///
    /// Who may open it and where.
    #[field(no = 22, compartment = evidence, class = sensitive, evidence)]
    pub handling: Option<EvidenceHandling>,

    // 30 to 39: where it is.
    /// Where it is kept
    ///
    /// Room, safe and shelf.
    #[field(no = 30, compartment = evidence, class = operational, evidence)]
    pub custody_place: Option<Text>,
    /// Number of the seal
    ///
    /// As on the seal.
    #[field(no = 31, compartment = evidence, class = operational, search = exact, evidence)]
    pub seal_number: Option<Text>,
    /// When it was taken into custody
    ///
    /// To the minute.
    #[field(no = 32, compartment = evidence, class = quasi, evidence)]
    pub collected_at: Option<Timestamp>,
    /// Officer who took it into custody
    ///
    /// The record of the officer.
    #[field(no = 33, compartment = evidence, class = quasi, evidence)]
    pub collected_by: Option<RecordId>,
    /// Place where it was taken into custody
    ///
    /// The official code.
    #[field(no = 34, compartment = evidence, class = quasi, release = province, evidence)]
    pub collected_place: Option<PlaceCode>,
    /// Whose it is
    ///
    /// Name of the person it was taken from.
    #[field(no = 35, compartment = identity, class = direct, evidence)]
    pub owner: Option<Text>,
    /// When it has to be given back
    ///
    /// If a court or the law says so.
    #[field(no = 36, compartment = evidence, class = operational)]
    pub return_due_on: Option<PartialDate>,
    /// State
    ///
    /// Where it stands now. The custody events say how it got there.
    #[field(no = 37, compartment = evidence, class = operational, release = as_is, evidence)]
    pub state: Option<EvidenceState>,
    /// Authorisation of the copy
    ///
    /// The record that a second person signed. Filled in by the system.
    #[field(no = 38, compartment = evidence, class = operational, evidence)]
    pub copy_authorisation: Option<RecordId>,
}

redacted!(EvidenceItem);
