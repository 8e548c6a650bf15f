//! A person who was present at an interview, besides child and interviewer.

use saferoom_derive::Record;

use super::{
    ConflictCheck, GuardianRelation, InterpreterMode, Language, ParticipantRole, PresencePlace, Sex, YesNoUnsure,
    redacted,
};
use crate::id::RecordId;
use crate::model::{Text, Timestamp};

/// A person present at an interview
///
/// Make one for each person besides child and interviewer, in the room or watching.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = PARTICIPANT, parents(INTERVIEW), at_most = 64)]
pub struct Participant {
    /// Role
    ///
    /// Why this person was there.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub role: Option<ParticipantRole>,
    /// Where the person was
    ///
    /// In the room means that the child saw the person.
    #[field(no = 2, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub presence: Option<PresencePlace>,
    /// Name
    ///
    /// For officers of this vault, choose the officer record instead.
    #[field(no = 3, compartment = identity, class = direct, search = name, evidence)]
    pub name: Option<Text>,
    /// Officer
    ///
    /// The record, if the person is an officer of this vault.
    #[field(no = 4, compartment = operations, class = quasi, evidence)]
    pub officer: Option<RecordId>,
    /// Organisation
    ///
    /// The office or organisation that sent the person.
    #[field(no = 5, compartment = operations, class = quasi)]
    pub organisation: Option<Text>,
    /// Relation to the child
    ///
    /// For relatives and other persons near the child.
    #[field(no = 6, compartment = profile, class = sensitive)]
    pub relation_to_child: Option<GuardianRelation>,
    /// From
    ///
    /// When the person came in.
    #[field(no = 7, compartment = operations, class = operational, evidence)]
    pub from_time: Option<Timestamp>,
    /// Until
    ///
    /// When the person left.
    #[field(no = 8, compartment = operations, class = operational, evidence)]
    pub until_time: Option<Timestamp>,
    /// Whether a conflict was looked for
    ///
    /// Did anyone check that the person has no part in what is alleged and no tie to those who have?
    #[field(no = 9, compartment = operations, class = sensitive, evidence)]
    pub conflict_check: Option<ConflictCheck>,

    // 10 to 19: interpreters.
    /// Language that was interpreted
    ///
    /// Only for interpreters.
    #[field(no = 10, compartment = profile, class = quasi, release = coarse_code, evidence)]
    pub language: Option<Language>,
    /// How the interpreter took part
    ///
    /// Only for interpreters.
    #[field(no = 11, compartment = operations, class = operational, release = as_is)]
    pub interpreter_mode: Option<InterpreterMode>,
    /// Whether the interpreter was sworn
    ///
    /// Only for interpreters.
    #[field(no = 12, compartment = operations, class = operational, release = as_is, evidence)]
    pub sworn: Option<bool>,
    /// Whether the interpreter is independent of family and village
    ///
    /// Only for interpreters.
    #[field(no = 13, compartment = operations, class = operational, release = as_is, evidence)]
    pub independent_of_family: Option<bool>,
    /// Sex
    ///
    /// Matters where the child asked for a woman or a man.
    #[field(no = 14, compartment = operations, class = quasi, release = as_is)]
    pub sex: Option<Sex>,
    /// Whether the child agreed to this person
    ///
    /// Ask before the person comes in.
    #[field(no = 15, compartment = operations, class = sensitive, release = as_is)]
    pub agreed_by_child: Option<YesNoUnsure>,
}

redacted!(Participant);
