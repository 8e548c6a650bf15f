//! The code lists that fields refer to, as types: a code of one list does not fit a field of another.

use crate::model::{CodeListName, Coded};

/// Declares a marker per code list, and the type of a code of that list.
macro_rules! lists {
    ($($(#[$doc:meta])* $marker:ident, $coded:ident = $name:literal;)*) => {
        $(
            #[doc = concat!("The code list `", $name, "`.")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $marker;

            impl CodeListName for $marker {
                const NAME: &'static str = $name;
            }

            $(#[$doc])*
            pub type $coded = Coded<$marker>;
        )*

        /// The names of all code lists that fields refer to.
        #[cfg(test)]
        pub(crate) const NAMES: &[&str] = &[$($name,)*];
    };
}

lists! {
    /// Sex.
    SexList, Sex = "sex";
    /// Whether the child is victim, witness or both.
    ChildRoleList, ChildRole = "child_role";
    /// Age band.
    AgeBandList, AgeBand = "age_band";
    /// Country, by ISO 3166-1 alpha-2.
    CountryList, Country = "country";
    /// Language.
    LanguageList, Language = "language";
    /// School grade.
    SchoolGradeList, SchoolGrade = "school_grade";
    /// With whom the child lives.
    LivingArrangementList, LivingArrangement = "living_arrangement";
    /// How the child communicates best.
    CommunicationMeansList, CommunicationMeans = "communication_means";
    /// A function the child has a lot of difficulty with.
    FunctionalDifficultyList, FunctionalDifficulty = "functional_difficulty";
    /// Whether the child was victimised before.
    PriorVictimisationList, PriorVictimisation = "prior_victimisation";
    /// Form of exploitation in trafficking.
    ExploitationTypeList, ExploitationType = "exploitation_type";
    /// Means by which the child was controlled.
    ControlMeansList, ControlMeans = "control_means";
    /// Relation of the recruiter to the child.
    RecruiterRelationList, RecruiterRelation = "recruiter_relation";
    /// Purpose of an interview.
    InterviewPurposeList, InterviewPurpose = "interview_purpose";
    /// Interview protocol.
    ProtocolList, Protocol = "protocol";
    /// How an interview was recorded.
    RecordingList, Recording = "recording";
    /// Why a child is interviewed again.
    RepeatReasonList, RepeatReason = "repeat_reason";
    /// What an interview led to.
    DisclosureOutcomeList, DisclosureOutcome = "disclosure_outcome";
    /// Who chose the support person.
    SupportPersonChoiceList, SupportPersonChoice = "support_person_choice";
    /// A special measure for the child.
    SpecialMeasureList, SpecialMeasure = "special_measure";
    /// What the child was told beforehand.
    InformationGivenList, InformationGiven = "information_given";
    /// A concern for the safety of the child.
    SafetyConcernList, SafetyConcern = "safety_concern";
    /// The child's own yes, no or unsure.
    YesNoUnsureList, YesNoUnsure = "yes_no_unsure";
    /// An observed sign of distress.
    DistressSignList, DistressSign = "distress_sign";
    /// Where an interview was held if not in the room.
    AlternativeVenueList, AlternativeVenue = "alternative_venue";
    /// The sex of the interviewer that the child prefers.
    PreferredSexList, PreferredSex = "preferred_sex";
    /// How an interpreter took part.
    InterpreterModeList, InterpreterMode = "interpreter_mode";
    /// Kind of statement.
    StatementKindList, StatementKind = "statement_kind";
    /// Why a statement was changed.
    EditReasonList, EditReason = "edit_reason";
    /// How a statement was signed.
    SignatureMethodList, SignatureMethod = "signature_method";
    /// State of a case.
    CaseStatusList, CaseStatus = "case_status";
    /// Step of a case.
    CaseStepList, CaseStep = "case_step";
    /// How urgent a case is.
    UrgencyList, Urgency = "urgency";
    /// How a case was reported.
    ReportChannelList, ReportChannel = "report_channel";
    /// In person or technology-facilitated.
    ModalityList, Modality = "modality";
    /// Form of child sexual exploitation and abuse, or other harm.
    HarmFormList, HarmForm = "harm_form";
    /// How closely a case is held.
    SensitivityList, Sensitivity = "sensitivity";
    /// Stage of the legal proceedings.
    LegalStageList, LegalStage = "legal_stage";
    /// Outcome of the legal proceedings.
    LegalOutcomeList, LegalOutcome = "legal_outcome";
    /// Who answers for a case.
    ControllerList, Controller = "controller";
    /// On what legal ground a case is recorded.
    LegalBasisList, LegalBasis = "legal_basis";
    /// Where a record was first registered.
    RegistrationSourceList, RegistrationSource = "registration_source";
    /// State of a room.
    RoomStatusList, RoomStatus = "room_status";
    /// Level of a station.
    StationLevelList, StationLevel = "station_level";
    /// Kind of unit.
    UnitKindList, UnitKind = "unit_kind";
    /// State of an officer.
    OfficerStatusList, OfficerStatus = "officer_status";
    /// Role of an officer.
    OfficerRoleList, OfficerRole = "officer_role";
    /// Purpose of child protection work, with its HL7 purpose of use.
    CpPurposeList, CpPurpose = "cp_purpose";
    /// Purpose of use after HL7.
    Hl7PurposeList, Hl7Purpose = "hl7_purpose";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_list_ships() {
        for name in super::NAMES {
            assert!(crate::model::code_lists().list(name).is_some(), "{name}");
        }
    }
}
