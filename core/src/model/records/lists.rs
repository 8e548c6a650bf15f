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
    /// Who held an earlier interview.
    PriorInterviewerList, PriorInterviewer = "prior_interviewer";
    /// How sure a match with other records is.
    MatchConfidenceList, MatchConfidence = "match_confidence";
    /// Whether the child's preference could be met.
    PreferenceMatchList, PreferenceMatch = "preference_match";
    /// Why an interview was not recorded.
    NoRecordingReasonList, NoRecordingReason = "no_recording_reason";
    /// How the questions of an interview were counted.
    QuestionCodingMethodList, QuestionCodingMethod = "question_coding_method";
    /// A point of an interview that a review looks at.
    QualityFlagList, QualityFlag = "quality_flag";
    /// An aid used in an interview.
    InterviewAidList, InterviewAid = "interview_aid";
    /// Support given to a child.
    SupportGivenList, SupportGiven = "support_given";
    /// Role of a person at an interview.
    ParticipantRoleList, ParticipantRole = "participant_role";
    /// Gender identity, as the child says.
    GenderIdentityList, GenderIdentity = "gender_identity";
    /// Ethnicity.
    EthnicityList, Ethnicity = "ethnicity";
    /// Religion.
    ReligionList, Religion = "religion";
    /// Relation of an adult to the child.
    GuardianRelationList, GuardianRelation = "guardian_relation";
    /// Yes, no or not known.
    YesNoUnknownList, YesNoUnknown = "yes_no_unknown";
    /// Whether an alleged offender is an adult.
    OffenderAgeGroupList, OffenderAgeGroup = "offender_age_group";
    /// Relationship of an alleged offender to the child.
    OffenderRelationshipList, OffenderRelationship = "offender_relationship";
    /// A way in which contact with the child was made.
    ContactRouteList, ContactRoute = "contact_route";
    /// Another system with numbers of its own.
    ExternalSystemList, ExternalSystem = "external_system";
    /// How two cases are linked.
    CaseLinkKindList, CaseLinkKind = "case_link_kind";
    /// How much difficulty the child has with a function.
    FunctioningLevelList, FunctioningLevel = "functioning_level";
    /// Where a person was during an interview.
    PresencePlaceList, PresencePlace = "presence_place";
    /// Whether a conflict of interest was looked for.
    ConflictCheckList, ConflictCheck = "conflict_check";
    /// A phase of an interview.
    PhaseNameList, PhaseName = "interview_phase";
    /// How far a phase was done.
    PhaseCompletionList, PhaseCompletion = "phase_completion";
    /// Why a phase was left out.
    PhaseSkipReasonList, PhaseSkipReason = "phase_skip_reason";
    /// Why there was a break.
    BreakReasonList, BreakReason = "break_reason";
    /// What follows from a review.
    ReviewFollowUpList, ReviewFollowUp = "review_follow_up";
    /// An item of the checklist of child-friendly practice and rooms.
    ChecklistItemList, ChecklistItem = "checklist_item";
    /// The answer to an item of the checklist for one interview.
    ChecklistAnswerList, ChecklistAnswer = "checklist_answer";
    /// The score of an item of the checklist at a visit.
    ChecklistScoreList, ChecklistScore = "checklist_score";
    /// Who signed.
    SignatoryRoleList, SignatoryRole = "signatory_role";
    /// Kind of evidence item.
    EvidenceKindList, EvidenceKind = "evidence_kind";
    /// Master or copy.
    CopyClassList, CopyClass = "copy_class";
    /// Whether an item holds child sexual abuse material, as the evidence unit says.
    CsamPresenceList, CsamPresence = "csam_presence";
    /// A label of the evidence unit.
    UcsLabelList, UcsLabel = "ucs_label";
    /// How an item has to be handled.
    EvidenceHandlingList, EvidenceHandling = "evidence_handling";
    /// Where an item stands.
    EvidenceStateList, EvidenceState = "evidence_state";
    /// Method of a digest.
    DigestMethodList, DigestMethod = "digest_method";
    /// What allows to seize, copy or examine.
    AuthorizationKindList, AuthorizationKind = "authorization_kind";
    /// What was done to an item.
    CustodyActionList, CustodyAction = "custody_action";
    /// What was found then.
    CustodyResultList, CustodyResult = "custody_result";
    /// A service for the child.
    ServiceTypeList, ServiceType = "service_type";
    /// How soon a service is needed.
    ReferralUrgencyList, ReferralUrgency = "referral_urgency";
    /// State of a referral.
    ReferralStatusList, ReferralStatus = "referral_status";
    /// Why a service was declined.
    DeclineReasonList, DeclineReason = "decline_reason";
    /// What a second person allows.
    AuthorisedActList, AuthorisedAct = "authorised_act";
    /// What a station asks for.
    RequestKindList, RequestKind = "request_kind";
    /// Where a request stands.
    RequestStatusList, RequestStatus = "request_status";
    /// Ground for telling without consent.
    OverrideGroundList, OverrideGround = "override_ground";
    /// What came of a service.
    ServiceOutcomeList, ServiceOutcome = "service_outcome";
    /// Who was asked for consent or assent.
    ConsentGiverList, ConsentGiver = "consent_giver";
    /// What consent is asked for.
    ConsentPurposeList, ConsentPurpose = "consent_purpose";
    /// What was decided.
    ConsentDecisionList, ConsentDecision = "consent_decision";
    /// Conflict of a guardian.
    GuardianConflictList, GuardianConflict = "guardian_conflict";
    /// Why someone must not be told.
    WithholdReasonList, WithholdReason = "withhold_reason";
    /// How consent was given.
    ConsentFormList, ConsentForm = "consent_form";
    /// What was used to explain.
    ConsentAidList, ConsentAid = "consent_aid";
    /// Topic of a training.
    TrainingTopicList, TrainingTopic = "training_topic";
    /// What a room was used for.
    RoomPurposeList, RoomPurpose = "room_purpose";
    /// Kind of case, coarsely.
    CaseTypeCoarseList, CaseTypeCoarse = "case_type_coarse";
    /// Why a room was not used.
    NotUsedReasonList, NotUsedReason = "not_used_reason";
    /// Trend of scores.
    ScoreTrendList, ScoreTrend = "score_trend";
    /// How something was found out at a visit.
    VisitEvidenceList, VisitEvidence = "visit_evidence";
    /// Kind of training event.
    TrainingKindList, TrainingKind = "training_kind";
    /// Rank, coarsely.
    RankBandList, RankBand = "rank_band";
    /// Part that someone takes in a training event.
    TrainingRoleList, TrainingRole = "training_role";
    /// When a survey was asked.
    SurveyWaveList, SurveyWave = "survey_wave";
    /// What keeps someone from using what was learned.
    PracticeBarrierList, PracticeBarrier = "practice_barrier";
    /// What a survey tells about.
    EvaluationLevelList, EvaluationLevel = "evaluation_level";
    /// A skill of an interviewer.
    InterviewSkillList, InterviewSkill = "interview_skill";
    /// Role of the speaker of a testimonial.
    TestimonialRoleList, TestimonialRole = "testimonial_role";
    /// Whether something may be published.
    PublishConsentList, PublishConsent = "publish_consent";
    /// State of an action plan.
    PlanStatusList, PlanStatus = "plan_status";
    /// State of a planned action.
    ActionStatusList, ActionStatus = "action_status";
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
