//! A statement: what a child said, or a document about it.

use saferoom_derive::Record;

use super::{EditReason, Language, SignatoryRole, SignatureMethod, StatementKind, redacted};
use crate::id::RecordId;
use crate::model::{Narrative, Text, Timestamp};

/// A statement
///
/// Make one for each document about what the child said: transcript, summary, signed paper, translation.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = STATEMENT, parents(INTERVIEW))]
pub struct Statement {
    // 1 to 9: what it is.
    /// Kind
    ///
    /// A transcript has every word; a summary has not.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub kind: Option<StatementKind>,
    /// Language
    ///
    /// The language of this text.
    #[field(no = 2, compartment = profile, class = quasi, release = coarse_code, evidence)]
    pub language: Option<Language>,
    /// Text
    ///
    /// The child's own words, also where they are unclear. Do not correct, shorten or explain them.
    #[field(no = 3, compartment = narrative, class = narrative, required, evidence)]
    pub body: Option<Narrative>,
    /// When it was taken down
    ///
    /// When the writing was finished.
    #[field(no = 4, compartment = operations, class = quasi, evidence)]
    pub taken_at: Option<Timestamp>,
    /// Author
    ///
    /// The record of the officer who wrote it.
    #[field(no = 5, compartment = operations, class = quasi, evidence)]
    pub author: Option<RecordId>,
    /// Statement that it translates
    ///
    /// The record of the statement in the language of the child. The two stay a pair.
    #[field(no = 6, compartment = operations, class = operational, release = present, evidence)]
    pub translates: Option<RecordId>,
    /// Participant who translated
    ///
    /// The participant record of the interpreter or translator.
    #[field(no = 7, compartment = operations, class = quasi, evidence)]
    pub translator: Option<RecordId>,
    /// Second person who checked the translation
    ///
    /// An officer or participant who reads both languages. Not the translator.
    #[field(no = 8, compartment = operations, class = quasi, evidence)]
    pub translation_checked_by: Option<RecordId>,

    /// Version of the statement that it translates
    ///
    /// Filled in by the system. If the original has a newer one, the translation has to be made again.
    #[field(no = 9, compartment = operations, class = operational, evidence)]
    pub translates_version: Option<u64>,

    // 10 to 19: its history.
    /// Version
    ///
    /// 1 for the first text.
    #[field(no = 10, compartment = operations, class = operational, release = as_is, evidence)]
    pub version: Option<u64>,
    /// Statement that it replaces
    ///
    /// The older record stays; nothing is overwritten.
    #[field(no = 11, compartment = operations, class = operational, release = present, evidence)]
    pub supersedes: Option<RecordId>,
    /// Why it was changed
    ///
    /// Needed for every change.
    #[field(no = 12, compartment = operations, class = operational, release = as_is, evidence)]
    pub edit_reason: Option<EditReason>,
    /// Why it was changed, in words
    ///
    /// What was changed and who asked for it.
    #[field(no = 13, compartment = narrative, class = narrative, evidence)]
    pub edit_reason_text: Option<Narrative>,
    /// Digest of the signed paper or file
    ///
    /// As the evidence unit gives it, with the method in front, such as sha256:. Do not type it by hand.
    #[field(no = 14, compartment = evidence, class = operational, evidence)]
    pub digest: Option<Text>,
    /// Proof of the time
    ///
    /// Number of the register or time stamp that shows when it existed.
    #[field(no = 15, compartment = evidence, class = operational, evidence)]
    pub time_anchor: Option<Text>,

    /// Who asked for the change
    ///
    /// The child, or whoever noticed what was wrong.
    #[field(no = 16, compartment = operations, class = operational, release = as_is, evidence)]
    pub change_asked_by: Option<SignatoryRole>,

    // 20 to 29: how the child agreed to it.
    /// Whether it was read back to the child
    ///
    /// Yes only if the whole text was read and the child could stop you.
    #[field(no = 20, compartment = operations, class = operational, release = as_is, evidence)]
    pub read_back: Option<bool>,
    /// Number of corrections by the child
    ///
    /// 0 if the child corrected nothing.
    #[field(no = 21, compartment = operations, class = operational, release = as_is, evidence)]
    pub child_corrections: Option<u64>,
    /// How the child signed
    ///
    /// Not given is a valid answer. Nobody signs for the child.
    #[field(no = 22, compartment = operations, class = operational, release = as_is, evidence)]
    pub child_signature: Option<SignatureMethod>,
    /// Exhibit number of the signed paper or the recording
    ///
    /// As on the label.
    #[field(no = 23, compartment = evidence, class = operational, evidence)]
    pub exhibit_number: Option<Text>,
    /// Officer who read it back
    ///
    /// The record of the officer.
    #[field(no = 24, compartment = operations, class = quasi, evidence)]
    pub read_back_by: Option<RecordId>,
    /// Language in which it was read back
    ///
    /// The language that the child heard.
    #[field(no = 25, compartment = profile, class = quasi, release = coarse_code, evidence)]
    pub read_back_language: Option<Language>,
}

redacted!(Statement);
