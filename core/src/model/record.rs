//! What a record is: a kind, its fields, and where it may stand.

use super::{Compartment, FieldBuffer, FieldNumber, FieldSpec, ModelError};

/// Number of a record kind. For ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKind(u16);

/// Declares the kinds.
macro_rules! kinds {
    ($($(#[$doc:meta])* $constant:ident = $number:literal, $name:literal;)*) => {
        impl RecordKind {
            $($(#[$doc])* pub const $constant: Self = Self($number);)*

            /// The kind of this name, also of kinds that this release does not record yet.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$constant),)* _ => None }
            }

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self.0 { $($number => $name,)* _ => "unknown" }
            }
        }
    };
}

kinds! {
    /// A case.
    CASE = 1, "case";
    /// A child: victim or witness.
    CHILD = 2, "child";
    /// A guardian.
    GUARDIAN = 3, "guardian";
    /// An alleged offender.
    ALLEGED_OFFENDER = 4, "alleged_offender";
    /// An interview.
    INTERVIEW = 5, "interview";
    /// A statement.
    STATEMENT = 6, "statement";
    /// An evidence item.
    EVIDENCE_ITEM = 7, "evidence_item";
    /// A custody event.
    CUSTODY_EVENT = 8, "custody_event";
    /// A referral.
    REFERRAL = 9, "referral";
    /// A consent or assent.
    CONSENT = 10, "consent";
    /// An officer.
    OFFICER = 11, "officer";
    /// A unit.
    UNIT = 12, "unit";
    /// A station.
    STATION = 13, "station";
    /// A room.
    ROOM = 14, "room";
    /// A use of a room.
    ROOM_USE = 15, "room_use";
    /// A monitoring visit.
    MONITORING_VISIT = 16, "monitoring_visit";
    /// A training event.
    TRAINING_EVENT = 17, "training_event";
    /// A participant survey.
    SURVEY = 18, "survey";
    /// A testimonial.
    TESTIMONIAL = 19, "testimonial";
    /// An action plan.
    ACTION_PLAN = 20, "action_plan";
    /// A reference in another system.
    EXTERNAL_REFERENCE = 21, "external_reference";
    /// A link to another case.
    CASE_LINK = 22, "case_link";
    /// How well a child can do something.
    FUNCTIONING = 23, "functioning";
    /// A person present at an interview.
    PARTICIPANT = 24, "participant";
    /// A phase of an interview.
    INTERVIEW_PHASE = 25, "interview_phase";
    /// A break in an interview.
    INTERVIEW_BREAK = 26, "interview_break";
    /// A review of an interview.
    QUALITY_REVIEW = 27, "quality_review";
    /// An answer of the checklist for one interview.
    PRACTICE_CHECK = 28, "practice_check";
    /// A signature under a statement.
    STATEMENT_SIGNATURE = 29, "statement_signature";
    /// A digest of an evidence item.
    CONTENT_DIGEST = 30, "content_digest";
    /// An authorisation to seize, copy or examine.
    EVIDENCE_AUTHORIZATION = 31, "evidence_authorization";
    /// An item of a monitoring visit.
    VISIT_ITEM = 32, "visit_item";
    /// A planned action.
    PLANNED_ACTION = 33, "planned_action";
    /// A participant of a training event.
    TRAINING_PARTICIPANT = 34, "training_participant";
    /// A certificate of an officer.
    CERTIFICATION = 35, "certification";
    /// Confidence in one skill.
    SURVEY_SKILL = 36, "survey_skill";
    /// A relation of an alleged offender to one child.
    OFFENDER_RELATION = 37, "offender_relation";
    /// That a record was closed for changes.
    LOCK = 38, "lock";
    /// A station whose rooms are monitored from here.
    ROOMS_SOURCE = 45, "rooms_source";
    /// Interviews of a month, counted.
    INTERVIEW_MONTH = 46, "interview_month";
    /// That a second person allowed one act.
    AUTHORISATION = 47, "authorisation";
    /// What a station asks for, for a room.
    REQUEST = 48, "request";
    /// A release of an extract or of noisy counts.
    RELEASE = 60, "release";
}

impl RecordKind {
    /// The bare number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// The declared nature of a record kind.
#[derive(Debug, PartialEq, Eq)]
pub struct RecordSpec {
    /// Its kind.
    pub kind: RecordKind,
    /// What it is, in English.
    pub label: &'static str,
    /// When to make one, in English.
    pub help: &'static str,
    /// Below which kinds it may stand; none: it stands by itself.
    pub parents: &'static [RecordKind],
    /// Whether it opens a scope with data keys of its own: a case, a unit.
    pub opens_scope: bool,
    /// How many of the kind may stand below one parent; none: as many as there are.
    pub at_most: Option<u32>,
    /// Its fields, ascending by number.
    pub fields: &'static [FieldSpec],
}

impl RecordSpec {
    /// Whether saferoom alone writes records of this kind: what is derived, or stands for something that left.
    #[must_use]
    pub fn is_by_library(&self) -> bool {
        self.fields.iter().any(|field| field.compartment == super::Compartment::Statistics)
    }

    /// The stable name of the kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// The field of this number.
    #[must_use]
    pub fn field(&self, number: FieldNumber) -> Option<&FieldSpec> {
        let index = self.fields.binary_search_by_key(&number, |field| field.number).ok()?;
        Some(&self.fields[index])
    }

    /// The field of this name.
    #[must_use]
    pub fn field_named(&self, name: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The compartments that its fields lie in, ascending.
    #[must_use]
    pub fn compartments(&self) -> Vec<Compartment> {
        let mut compartments: Vec<_> = self.fields.iter().map(|field| field.compartment).collect();
        compartments.sort_unstable();
        compartments.dedup();
        compartments
    }
}

/// A record: a struct whose fields are declared with `#[derive(Record)]`.
pub trait Record: Sized + Send + 'static {
    /// Its declared nature.
    fn spec() -> &'static RecordSpec;

    /// Appends every field that has a value, ascending by number.
    ///
    /// # Errors
    /// [`ModelError`] if a value cannot be encoded.
    fn encode(&self, fields: &mut FieldBuffer) -> Result<(), ModelError>;

    /// Builds the record out of what could be opened; a field that was not recorded, or is withheld, stays empty.
    ///
    /// # Errors
    /// [`ModelError`] that names the field whose value is malformed.
    fn decode(fields: &FieldBuffer) -> Result<Self, ModelError>;
}
