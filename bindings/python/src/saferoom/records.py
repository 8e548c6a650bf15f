"""The records of this release, made by make_records.py from the catalogue: do not edit.

Every field is optional here; which ones a kind requires is checked when it is written. Codes are texts of the code
lists that each field names.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import ClassVar, Final

from .values import PartialDate, Record


@dataclasses.dataclass(repr=False, kw_only=True)
class Case(Record):
    """A record of the kind ``case``."""

    KIND: ClassVar[str] = "case"
    TYPES: ClassVar[Mapping[str, str]] = {
        "register_number": "text",
        "external_references": "list of text",
        "reported_at": "time",
        "registered_at": "time",
        "report_channel": "code",
        "place_of_report": "place",
        "registration_year": "unsigned",
        "registration_source": "code",
        "province": "place",
        "harm_forms": "list of code",
        "modality": "list of code",
        "incident_from": "date",
        "incident_to": "date",
        "incident_place": "place",
        "offence_articles": "list of text",
        "exploitation_types": "list of code",
        "control_means": "list of code",
        "recruiter_relation": "code",
        "summary": "narrative",
        "status": "code",
        "step": "code",
        "urgency": "code",
        "legal_stage": "code",
        "legal_outcome": "code",
        "urgent": "bool",
        "sensitivity": "code",
        "controller": "code",
        "legal_basis": "code",
        "lead_station": "id",
        "lead_officer": "id",
        "linked_cases": "list of id",
        "lead_unit": "code",
        "retention_review_on": "date",
        "legal_hold": "bool",
        "retention_rule": "text",
        "erase_after": "date",
        "legal_hold_reference": "text",
    }

    register_number: str | None = None
    """Number in the register of this unit."""
    external_references: list[str] = dataclasses.field(default_factory=list)
    """References in other systems: Primero, OSCaR, police register, court, hotline, CyberTip."""
    reported_at: datetime.datetime | None = None
    """When it was reported."""
    registered_at: datetime.datetime | None = None
    """When it was registered."""
    report_channel: str | None = None
    """How it was reported. Code list: report_channel."""
    place_of_report: str | None = None
    """Place where it was reported."""
    registration_year: int | None = None
    """Year of first registration in the source of an import."""
    registration_source: str | None = None
    """Where it was first registered. Code list: registration_source."""
    province: str | None = None
    """Province that answers for it."""
    harm_forms: list[str] = dataclasses.field(default_factory=list)
    """Forms of child sexual exploitation and abuse, and other harm, that are alleged. Code list: harm_form."""
    modality: list[str] = dataclasses.field(default_factory=list)
    """In person, technology-facilitated, or both. Code list: modality."""
    incident_from: PartialDate | None = None
    """First day of the alleged harm."""
    incident_to: PartialDate | None = None
    """Last day of the alleged harm."""
    incident_place: str | None = None
    """Place of the alleged harm."""
    offence_articles: list[str] = dataclasses.field(default_factory=list)
    """Articles of law that are invoked."""
    exploitation_types: list[str] = dataclasses.field(default_factory=list)
    """Alleged forms of exploitation in trafficking. Code list: exploitation_type."""
    control_means: list[str] = dataclasses.field(default_factory=list)
    """Alleged means by which the child was controlled. Code list: control_means."""
    recruiter_relation: str | None = None
    """Relation of the alleged recruiter to the child. Code list: recruiter_relation."""
    summary: str | None = None
    """Summary of the report."""
    status: str | None = None
    """State. Code list: case_status."""
    step: str | None = None
    """Step. Code list: case_step."""
    urgency: str | None = None
    """Urgency. Code list: urgency."""
    legal_stage: str | None = None
    """Stage of the legal proceedings. Code list: legal_stage."""
    legal_outcome: str | None = None
    """Outcome of the legal proceedings. Code list: legal_outcome."""
    urgent: bool | None = None
    """Whether it has to be acted on today."""
    sensitivity: str | None = None
    """How closely it is held. Code list: sensitivity."""
    controller: str | None = None
    """Who answers for the data. Code list: controller."""
    legal_basis: str | None = None
    """On what legal ground it is recorded. Code list: legal_basis."""
    lead_station: str | None = None
    """Station that leads."""
    lead_officer: str | None = None
    """Officer who leads."""
    linked_cases: list[str] = dataclasses.field(default_factory=list)
    """Linked cases: the same child, alleged offender or incident."""
    lead_unit: str | None = None
    """Kind of unit that leads. Code list: unit_kind."""
    retention_review_on: PartialDate | None = None
    """When keeping it is to be reviewed."""
    legal_hold: bool | None = None
    """Whether a legal hold forbids erasing it."""
    retention_rule: str | None = None
    """Rule by which it is kept."""
    erase_after: PartialDate | None = None
    """When it may be erased."""
    legal_hold_reference: str | None = None
    """Order that the legal hold rests on."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Child(Record):
    """A record of the kind ``child``."""

    KIND: ClassVar[str] = "child"
    TYPES: ClassVar[Mapping[str, str]] = {
        "family_name": "text",
        "given_name": "text",
        "family_name_latin": "text",
        "given_name_latin": "text",
        "nickname": "text",
        "other_names": "list of text",
        "code_name": "text",
        "photo_reference": "id",
        "date_of_birth": "date",
        "date_of_birth_estimated": "bool",
        "national_id": "text",
        "birth_certificate_number": "text",
        "family_book_number": "text",
        "passport_number": "text",
        "phones": "list of text",
        "social_handles": "list of text",
        "emails": "list of text",
        "other_document_numbers": "list of text",
        "address": "text",
        "home_village": "place",
        "home_commune": "place",
        "home_district": "place",
        "home_province": "place",
        "school_name": "text",
        "school_grade": "code",
        "living_arrangement": "code",
        "trusted_people": "narrative",
        "sex": "code",
        "role": "code",
        "age_band": "code",
        "nationality": "code",
        "languages": "list of code",
        "interpreter_needed": "bool",
        "communication_means": "list of code",
        "functional_difficulties": "list of code",
        "prior_victimisation": "code",
        "gender_identity": "code",
        "harm_forms": "list of code",
        "modality": "list of code",
        "exploitation_types": "list of code",
        "control_means": "list of code",
        "recruiter_relation": "code",
        "exploitation_country": "code",
        "siblings": "list of id",
        "ethnicity": "code",
        "religion": "code",
        "age_at_report": "unsigned",
        "support_needs": "narrative",
    }

    family_name: str | None = None
    """Family name in Khmer script."""
    given_name: str | None = None
    """Given name in Khmer script."""
    family_name_latin: str | None = None
    """Family name in Latin script."""
    given_name_latin: str | None = None
    """Given name in Latin script."""
    nickname: str | None = None
    """Nickname."""
    other_names: list[str] = dataclasses.field(default_factory=list)
    """Other names."""
    code_name: str | None = None
    """Code name for spoken use."""
    photo_reference: str | None = None
    """Evidence item that holds a photo of the child's face."""
    date_of_birth: PartialDate | None = None
    """Date of birth."""
    date_of_birth_estimated: bool | None = None
    """Whether the date of birth is an estimate."""
    national_id: str | None = None
    """National identity number."""
    birth_certificate_number: str | None = None
    """Number of the birth certificate."""
    family_book_number: str | None = None
    """Number of the family book."""
    passport_number: str | None = None
    """Passport number."""
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers."""
    social_handles: list[str] = dataclasses.field(default_factory=list)
    """Accounts on social media and in games."""
    emails: list[str] = dataclasses.field(default_factory=list)
    """E-mail addresses."""
    other_document_numbers: list[str] = dataclasses.field(default_factory=list)
    """Numbers of other documents."""
    address: str | None = None
    """Address."""
    home_village: str | None = None
    """Home village."""
    home_commune: str | None = None
    """Home commune."""
    home_district: str | None = None
    """Home district."""
    home_province: str | None = None
    """Home province."""
    school_name: str | None = None
    """School."""
    school_grade: str | None = None
    """School grade. Code list: school_grade."""
    living_arrangement: str | None = None
    """With whom the child lives. Code list: living_arrangement."""
    trusted_people: str | None = None
    """People the child lives with or trusts, and how to reach them."""
    sex: str | None = None
    """Sex. Code list: sex. Required."""
    role: str | None = None
    """Victim, witness or both. Code list: child_role. Required."""
    age_band: str | None = None
    """Age band at the time of the report, where no date of birth is known. Code list: age_band."""
    nationality: str | None = None
    """Nationality. Code list: country."""
    languages: list[str] = dataclasses.field(default_factory=list)
    """Languages. Code list: language."""
    interpreter_needed: bool | None = None
    """Whether an interpreter is needed."""
    communication_means: list[str] = dataclasses.field(default_factory=list)
    """How the child communicates best. Code list: communication_means."""
    functional_difficulties: list[str] = dataclasses.field(default_factory=list)
    """Functions the child has a lot of difficulty with. Code list: functional_difficulty."""
    prior_victimisation: str | None = None
    """Whether the child was victimised before. Code list: prior_victimisation."""
    gender_identity: str | None = None
    """Gender identity. Code list: gender_identity."""
    harm_forms: list[str] = dataclasses.field(default_factory=list)
    """Forms of child sexual exploitation and abuse, and other harm, alleged for this child. Code list: harm_form."""
    modality: list[str] = dataclasses.field(default_factory=list)
    """In person, technology-facilitated, or both. Code list: modality."""
    exploitation_types: list[str] = dataclasses.field(default_factory=list)
    """Alleged forms of exploitation in trafficking. Code list: exploitation_type."""
    control_means: list[str] = dataclasses.field(default_factory=list)
    """Alleged means by which the child was controlled. Code list: control_means."""
    recruiter_relation: str | None = None
    """Relation of the alleged recruiter to the child. Code list: recruiter_relation."""
    exploitation_country: str | None = None
    """Country where the alleged exploitation took place. Code list: country."""
    siblings: list[str] = dataclasses.field(default_factory=list)
    """Records of siblings in this case."""
    ethnicity: str | None = None
    """Ethnicity. Code list: ethnicity."""
    religion: str | None = None
    """Religion. Code list: religion."""
    age_at_report: int | None = None
    """Age in years at the time of the report."""
    support_needs: str | None = None
    """What the child needs in order to take part."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Guardian(Record):
    """A record of the kind ``guardian``."""

    KIND: ClassVar[str] = "guardian"
    TYPES: ClassVar[Mapping[str, str]] = {
        "family_name": "text",
        "given_name": "text",
        "family_name_latin": "text",
        "given_name_latin": "text",
        "other_names": "list of text",
        "phones": "list of text",
        "address": "text",
        "home_village": "place",
        "national_id": "text",
        "birth_year": "unsigned",
        "relation": "code",
        "sex": "code",
        "lives_with_child": "bool",
        "has_custody": "bool",
        "is_suspect": "code",
        "knows_of_report": "code",
        "languages": "list of code",
        "safe_contact": "narrative",
    }

    family_name: str | None = None
    """Family name in Khmer script."""
    given_name: str | None = None
    """Given name in Khmer script."""
    family_name_latin: str | None = None
    """Family name in Latin script."""
    given_name_latin: str | None = None
    """Given name in Latin script."""
    other_names: list[str] = dataclasses.field(default_factory=list)
    """Other names."""
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers."""
    address: str | None = None
    """Address."""
    home_village: str | None = None
    """Home village."""
    national_id: str | None = None
    """National identity number."""
    birth_year: int | None = None
    """Year of birth."""
    relation: str | None = None
    """Relation to the child. Code list: guardian_relation. Required."""
    sex: str | None = None
    """Sex. Code list: sex."""
    lives_with_child: bool | None = None
    """Whether the guardian lives with the child."""
    has_custody: bool | None = None
    """Whether the guardian may decide for the child in law."""
    is_suspect: str | None = None
    """Whether the guardian is alleged to be involved. Code list: yes_no_unknown."""
    knows_of_report: str | None = None
    """Whether the guardian knows of the report. Code list: yes_no_unknown."""
    languages: list[str] = dataclasses.field(default_factory=list)
    """Languages. Code list: language."""
    safe_contact: str | None = None
    """How to reach the guardian safely."""

@dataclasses.dataclass(repr=False, kw_only=True)
class AllegedOffender(Record):
    """A record of the kind ``alleged_offender``."""

    KIND: ClassVar[str] = "alleged_offender"
    TYPES: ClassVar[Mapping[str, str]] = {
        "family_name": "text",
        "given_name": "text",
        "family_name_latin": "text",
        "given_name_latin": "text",
        "nicknames": "list of text",
        "phones": "list of text",
        "accounts": "list of text",
        "document_numbers": "list of text",
        "date_of_birth": "date",
        "address": "text",
        "home_place": "place",
        "description": "narrative",
        "age_group": "code",
        "sex": "code",
        "nationality": "code",
        "relationship_to_child": "code",
        "contact_routes": "list of code",
        "known_to_police": "code",
        "access_to_children": "code",
        "in_custody": "code",
        "last_seen_on": "date",
    }

    family_name: str | None = None
    """Family name in Khmer script."""
    given_name: str | None = None
    """Given name in Khmer script."""
    family_name_latin: str | None = None
    """Family name in Latin script."""
    given_name_latin: str | None = None
    """Given name in Latin script."""
    nicknames: list[str] = dataclasses.field(default_factory=list)
    """Nicknames and other names."""
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers."""
    accounts: list[str] = dataclasses.field(default_factory=list)
    """Accounts on social media, in games, for payments."""
    document_numbers: list[str] = dataclasses.field(default_factory=list)
    """Numbers of identity documents."""
    date_of_birth: PartialDate | None = None
    """Date of birth."""
    address: str | None = None
    """Address."""
    home_place: str | None = None
    """Place."""
    description: str | None = None
    """Description."""
    age_group: str | None = None
    """Adult or child. Code list: offender_age_group."""
    sex: str | None = None
    """Sex. Code list: sex."""
    nationality: str | None = None
    """Nationality. Code list: country."""
    relationship_to_child: str | None = None
    """Relationship to the child. Code list: offender_relationship."""
    contact_routes: list[str] = dataclasses.field(default_factory=list)
    """Ways in which contact with the child was made. Code list: contact_route."""
    known_to_police: str | None = None
    """Whether the person is known to the police for similar allegations. Code list: yes_no_unknown."""
    access_to_children: str | None = None
    """Whether the person has access to children now. Code list: yes_no_unknown."""
    in_custody: str | None = None
    """Whether the person is held. Code list: yes_no_unknown."""
    last_seen_on: PartialDate | None = None
    """When the person was last known to be near the child."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Interview(Record):
    """A record of the kind ``interview``."""

    KIND: ClassVar[str] = "interview"
    TYPES: ClassVar[Mapping[str, str]] = {
        "purpose": "code",
        "sequence_number": "unsigned",
        "prior_interviews_declared": "unsigned",
        "prior_interviews_matched": "unsigned",
        "repeat_reason": "code",
        "repeat_authorised_by": "id",
        "prior_interviews_by": "list of code",
        "prior_match_confidence": "code",
        "scheduled_at": "time",
        "started_at": "time",
        "ended_at": "time",
        "net_minutes": "unsigned",
        "breaks": "unsigned",
        "delay_days": "unsigned",
        "room": "id",
        "alternative_venue": "code",
        "alternative_venue_reason": "narrative",
        "station": "id",
        "interviewer": "id",
        "second_interviewer": "id",
        "same_interviewer": "bool",
        "preferred_interviewer_sex": "code",
        "support_person_choice": "code",
        "support_person": "text",
        "persons_in_room": "unsigned",
        "interpreter_mode": "code",
        "language": "code",
        "interviewer_sex_match": "code",
        "protocol": "code",
        "protocol_version": "text",
        "special_measures": "list of code",
        "information_given": "list of code",
        "recording": "code",
        "no_recording_reason": "code",
        "recording_consent": "id",
        "recording_device": "text",
        "recordings": "list of id",
        "invitations": "unsigned",
        "directive_questions": "unsigned",
        "option_posing_questions": "unsigned",
        "suggestive_questions": "unsigned",
        "cued_invitations": "unsigned",
        "faux_invitations": "unsigned",
        "negative_recasts": "unsigned",
        "supportive_statements": "unsigned",
        "question_coder": "id",
        "question_coding_method": "code",
        "disclosure_outcome": "code",
        "summary": "narrative",
        "quality_flags": "list of code",
        "locked_at": "time",
        "locked_by": "id",
        "locked_digest": "text",
        "aids_used": "list of code",
        "aids_justification": "narrative",
        "feels_safe_before": "code",
        "feels_safe_after": "code",
        "face_before": "unsigned",
        "face_after": "unsigned",
        "felt_listened_to": "code",
        "could_stop": "code",
        "distress_signs": "list of code",
        "safety_concern": "code",
        "safety_action": "narrative",
        "wants_to_continue": "code",
        "basic_needs_met": "bool",
        "support_given": "list of code",
        "follow_up_needed": "bool",
        "observed_by_role": "code",
        "understood_questions": "code",
        "asked_after_by": "code",
        "child_feedback": "narrative",
        "safety_referral": "id",
        "reluctance_addressed": "unsigned",
        "reassurances": "unsigned",
        "emotions_acknowledged": "unsigned",
    }

    purpose: str | None = None
    """Purpose. Code list: interview_purpose. Required."""
    sequence_number: int | None = None
    """Which formal interview of this child on this allegation it is, by any agency."""
    prior_interviews_declared: int | None = None
    """Earlier interviews that the child or the file tells of."""
    prior_interviews_matched: int | None = None
    """Earlier interviews that a match with other records found."""
    repeat_reason: str | None = None
    """Why the child is interviewed again. Code list: repeat_reason."""
    repeat_authorised_by: str | None = None
    """Officer who authorised interviewing the child again."""
    prior_interviews_by: list[str] = dataclasses.field(default_factory=list)
    """Who held the earlier interviews. Code list: prior_interviewer."""
    prior_match_confidence: str | None = None
    """How sure the match with other records is. Code list: match_confidence."""
    scheduled_at: datetime.datetime | None = None
    """When it was planned."""
    started_at: datetime.datetime | None = None
    """When it started."""
    ended_at: datetime.datetime | None = None
    """When it ended."""
    net_minutes: int | None = None
    """Minutes without breaks."""
    breaks: int | None = None
    """Number of breaks."""
    delay_days: int | None = None
    """Days from the report to the interview."""
    room: str | None = None
    """Room."""
    alternative_venue: str | None = None
    """Place if not in a room for children. Code list: alternative_venue."""
    alternative_venue_reason: str | None = None
    """Why no room for children was used."""
    station: str | None = None
    """Station."""
    interviewer: str | None = None
    """Interviewer."""
    second_interviewer: str | None = None
    """Second interviewer."""
    same_interviewer: bool | None = None
    """Whether the interviewer is the same as before."""
    preferred_interviewer_sex: str | None = None
    """Sex of the interviewer that the child prefers. Code list: preferred_sex."""
    support_person_choice: str | None = None
    """Who chose the support person. Code list: support_person_choice."""
    support_person: str | None = None
    """Support person."""
    persons_in_room: int | None = None
    """Number of persons in the room, with the child."""
    interpreter_mode: str | None = None
    """How an interpreter took part. Code list: interpreter_mode."""
    language: str | None = None
    """Language. Code list: language."""
    interviewer_sex_match: str | None = None
    """Whether the interviewer was of the sex the child preferred. Code list: preference_match."""
    protocol: str | None = None
    """Protocol. Code list: protocol."""
    protocol_version: str | None = None
    """Version of the protocol."""
    special_measures: list[str] = dataclasses.field(default_factory=list)
    """Special measures for the child. Code list: special_measure."""
    information_given: list[str] = dataclasses.field(default_factory=list)
    """What the child was told beforehand. Code list: information_given."""
    recording: str | None = None
    """Recording. Code list: recording."""
    no_recording_reason: str | None = None
    """Why there is no recording. Code list: no_recording_reason."""
    recording_consent: str | None = None
    """Consent or assent to the recording."""
    recording_device: str | None = None
    """Recording device."""
    recordings: list[str] = dataclasses.field(default_factory=list)
    """Evidence items of the recording."""
    invitations: int | None = None
    """Open invitations."""
    directive_questions: int | None = None
    """Directive questions (who, what, when, where)."""
    option_posing_questions: int | None = None
    """Option-posing questions."""
    suggestive_questions: int | None = None
    """Suggestive questions."""
    cued_invitations: int | None = None
    """Cued invitations."""
    faux_invitations: int | None = None
    """Invitations in form only."""
    negative_recasts: int | None = None
    """Negative recasts."""
    supportive_statements: int | None = None
    """Supportive statements that suggest nothing."""
    question_coder: str | None = None
    """Who counted the questions."""
    question_coding_method: str | None = None
    """How the questions were counted. Code list: question_coding_method."""
    disclosure_outcome: str | None = None
    """What it led to. Code list: disclosure_outcome."""
    summary: str | None = None
    """Summary."""
    quality_flags: list[str] = dataclasses.field(default_factory=list)
    """Points to look at in the review. Code list: quality_flag."""
    locked_at: datetime.datetime | None = None
    """When the record was closed for changes."""
    locked_by: str | None = None
    """Officer who closed it."""
    locked_digest: str | None = None
    """Digest of the statement when it was closed."""
    aids_used: list[str] = dataclasses.field(default_factory=list)
    """Aids that were used. Code list: interview_aid."""
    aids_justification: str | None = None
    """Why aids were used."""
    feels_safe_before: str | None = None
    """Whether the child feels safe, before. Code list: yes_no_unsure."""
    feels_safe_after: str | None = None
    """Whether the child feels safe, after. Code list: yes_no_unsure."""
    face_before: int | None = None
    """The child's own face from 1 to 5, before."""
    face_after: int | None = None
    """The child's own face from 1 to 5, after."""
    felt_listened_to: str | None = None
    """Whether the child felt listened to. Code list: yes_no_unsure."""
    could_stop: str | None = None
    """Whether the child knew that stopping was allowed. Code list: yes_no_unsure."""
    distress_signs: list[str] = dataclasses.field(default_factory=list)
    """Observed signs of distress; no diagnosis. Code list: distress_sign."""
    safety_concern: str | None = None
    """Immediate concern for the child's safety. Code list: safety_concern."""
    safety_action: str | None = None
    """What was done for the child's safety."""
    wants_to_continue: str | None = None
    """Whether the child wants to go on. Code list: yes_no_unsure."""
    basic_needs_met: bool | None = None
    """Whether the child has eaten, drunk and slept enough."""
    support_given: list[str] = dataclasses.field(default_factory=list)
    """Support that was given to the child. Code list: support_given."""
    follow_up_needed: bool | None = None
    """Whether the child needs someone to follow up."""
    observed_by_role: str | None = None
    """Role of the person who observed how the child was. Code list: participant_role."""
    understood_questions: str | None = None
    """Whether the child understood the questions. Code list: yes_no_unsure."""
    asked_after_by: str | None = None
    """Role of the person who asked the child afterwards. Code list: participant_role."""
    child_feedback: str | None = None
    """What the child said about the interview."""
    safety_referral: str | None = None
    """Referral that was made for the child's safety."""
    reluctance_addressed: int | None = None
    """Times that reluctance was met with support."""
    reassurances: int | None = None
    """Times that the child was reassured."""
    emotions_acknowledged: int | None = None
    """Times that a feeling was acknowledged."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Statement(Record):
    """A record of the kind ``statement``."""

    KIND: ClassVar[str] = "statement"
    TYPES: ClassVar[Mapping[str, str]] = {
        "kind": "code",
        "language": "code",
        "body": "narrative",
        "taken_at": "time",
        "author": "id",
        "translates": "id",
        "translator": "id",
        "translation_checked_by": "id",
        "version": "unsigned",
        "supersedes": "id",
        "edit_reason": "code",
        "edit_reason_text": "narrative",
        "digest": "text",
        "time_anchor": "text",
        "read_back": "bool",
        "child_corrections": "unsigned",
        "child_signature": "code",
        "exhibit_number": "text",
        "read_back_by": "id",
        "read_back_language": "code",
    }

    kind: str | None = None
    """Kind. Code list: statement_kind. Required."""
    language: str | None = None
    """Language. Code list: language."""
    body: str | None = None
    """Text. Required."""
    taken_at: datetime.datetime | None = None
    """When it was taken down."""
    author: str | None = None
    """Author."""
    translates: str | None = None
    """Statement that it translates."""
    translator: str | None = None
    """Participant who translated."""
    translation_checked_by: str | None = None
    """Second person who checked the translation."""
    version: int | None = None
    """Version."""
    supersedes: str | None = None
    """Statement that it replaces."""
    edit_reason: str | None = None
    """Why it was changed. Code list: edit_reason."""
    edit_reason_text: str | None = None
    """Why it was changed, in words."""
    digest: str | None = None
    """Digest of the signed paper or file."""
    time_anchor: str | None = None
    """Proof of the time."""
    read_back: bool | None = None
    """Whether it was read back to the child."""
    child_corrections: int | None = None
    """Number of corrections by the child."""
    child_signature: str | None = None
    """How the child signed. Code list: signature_method."""
    exhibit_number: str | None = None
    """Exhibit number of the signed paper or the recording."""
    read_back_by: str | None = None
    """Officer who read it back."""
    read_back_language: str | None = None
    """Language in which it was read back. Code list: language."""

@dataclasses.dataclass(repr=False, kw_only=True)
class EvidenceItem(Record):
    """A record of the kind ``evidence_item``."""

    KIND: ClassVar[str] = "evidence_item"
    TYPES: ClassVar[Mapping[str, str]] = {
        "exhibit_number": "text",
        "root_exhibit_number": "text",
        "kind": "code",
        "description": "text",
        "derived_from": "list of id",
        "copy_class": "code",
        "copy_number": "unsigned",
        "size_bytes": "unsigned",
        "media_type": "text",
        "captured_at": "time",
        "tool": "text",
        "tool_version": "text",
        "duration_seconds": "unsigned",
        "contains_csam": "code",
        "ucs_labels": "list of code",
        "handling": "code",
        "custody_place": "text",
        "seal_number": "text",
        "collected_at": "time",
        "collected_by": "id",
        "collected_place": "place",
        "owner": "text",
        "return_due_on": "date",
        "state": "code",
    }

    exhibit_number: str | None = None
    """Exhibit number. Required."""
    root_exhibit_number: str | None = None
    """Exhibit number of the item that it comes from."""
    kind: str | None = None
    """Kind. Code list: evidence_kind. Required."""
    description: str | None = None
    """Description in neutral words."""
    derived_from: list[str] = dataclasses.field(default_factory=list)
    """Items that it was made from."""
    copy_class: str | None = None
    """Master or copy. Code list: copy_class."""
    copy_number: int | None = None
    """Number of the copy."""
    size_bytes: int | None = None
    """Size in bytes."""
    media_type: str | None = None
    """Type of the file."""
    captured_at: datetime.datetime | None = None
    """When it was recorded or made."""
    tool: str | None = None
    """Tool."""
    tool_version: str | None = None
    """Version of the tool."""
    duration_seconds: int | None = None
    """Length of the recording in seconds."""
    contains_csam: str | None = None
    """Whether it holds child sexual abuse material. Code list: csam_presence."""
    ucs_labels: list[str] = dataclasses.field(default_factory=list)
    """Labels of the evidence unit. Code list: ucs_label."""
    handling: str | None = None
    """How it has to be handled. Code list: evidence_handling."""
    custody_place: str | None = None
    """Where it is kept."""
    seal_number: str | None = None
    """Number of the seal."""
    collected_at: datetime.datetime | None = None
    """When it was taken into custody."""
    collected_by: str | None = None
    """Officer who took it into custody."""
    collected_place: str | None = None
    """Place where it was taken into custody."""
    owner: str | None = None
    """Whose it is."""
    return_due_on: PartialDate | None = None
    """When it has to be given back."""
    state: str | None = None
    """State. Code list: evidence_state."""

@dataclasses.dataclass(repr=False, kw_only=True)
class CustodyEvent(Record):
    """A record of the kind ``custody_event``."""

    KIND: ClassVar[str] = "custody_event"
    TYPES: ClassVar[Mapping[str, str]] = {
        "action": "code",
        "started_at": "time",
        "ended_at": "time",
        "purpose": "text",
        "reason": "narrative",
        "basis": "text",
        "result": "code",
        "performer": "id",
        "receiver": "id",
        "witness": "id",
        "receiver_name": "text",
        "performer_name": "text",
        "place_from": "text",
        "place_to": "text",
        "seal_before": "text",
        "seal_after": "text",
        "before_digest": "text",
        "after_digest": "text",
        "previous_event": "id",
        "previous_event_digest": "text",
        "signature": "text",
        "made_items": "list of id",
    }

    action: str | None = None
    """What was done. Code list: custody_action. Required."""
    started_at: datetime.datetime | None = None
    """When it started. Required."""
    ended_at: datetime.datetime | None = None
    """When it ended."""
    purpose: str | None = None
    """What for."""
    reason: str | None = None
    """Reason in words."""
    basis: str | None = None
    """On what basis."""
    result: str | None = None
    """Result. Code list: custody_result."""
    performer: str | None = None
    """Officer who did it or handed it over."""
    receiver: str | None = None
    """Officer who received it."""
    witness: str | None = None
    """Witness."""
    receiver_name: str | None = None
    """Who received it, if no officer of this vault."""
    performer_name: str | None = None
    """Who handed it over, if no officer of this vault."""
    place_from: str | None = None
    """From where."""
    place_to: str | None = None
    """To where."""
    seal_before: str | None = None
    """Number of the seal before."""
    seal_after: str | None = None
    """Number of the seal after."""
    before_digest: str | None = None
    """Digest before."""
    after_digest: str | None = None
    """Digest after."""
    previous_event: str | None = None
    """Event before this one."""
    previous_event_digest: str | None = None
    """Digest of the event before this one."""
    signature: str | None = None
    """Signature on the receipt."""
    made_items: list[str] = dataclasses.field(default_factory=list)
    """Items that came of it."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Referral(Record):
    """A record of the kind ``referral``."""

    KIND: ClassVar[str] = "referral"
    TYPES: ClassVar[Mapping[str, str]] = {
        "service_type": "code",
        "to_agency": "text",
        "to_person": "text",
        "to_phone": "text",
        "urgency": "code",
        "made_by": "id",
        "made_at": "time",
        "appointment_at": "time",
        "status": "code",
        "decline_reason": "code",
        "received_by": "text",
        "received_at": "time",
        "expires_at": "date",
        "shared_fields": "list of text",
        "consent": "id",
        "override_ground": "code",
        "override_reason": "narrative",
        "override_by": "id",
        "isp_reference": "text",
        "outcome": "code",
        "provider_feedback": "narrative",
        "completed_on": "date",
        "child_satisfied": "code",
    }

    service_type: str | None = None
    """Service. Code list: service_type. Required."""
    to_agency: str | None = None
    """To which organisation."""
    to_person: str | None = None
    """To which person."""
    to_phone: str | None = None
    """Telephone number there."""
    urgency: str | None = None
    """How soon it is needed. Code list: referral_urgency."""
    made_by: str | None = None
    """Officer who made it."""
    made_at: datetime.datetime | None = None
    """When it was made."""
    appointment_at: datetime.datetime | None = None
    """Appointment."""
    status: str | None = None
    """State. Code list: referral_status. Required."""
    decline_reason: str | None = None
    """Why it was declined. Code list: decline_reason."""
    received_by: str | None = None
    """Who confirmed that it arrived."""
    received_at: datetime.datetime | None = None
    """When it arrived."""
    expires_at: PartialDate | None = None
    """When it expires."""
    shared_fields: list[str] = dataclasses.field(default_factory=list)
    """Fields that were given to the organisation."""
    consent: str | None = None
    """Consent that it rests on."""
    override_ground: str | None = None
    """Ground for telling without consent. Code list: override_ground."""
    override_reason: str | None = None
    """Why it could not wait for consent."""
    override_by: str | None = None
    """Officer who decided it."""
    isp_reference: str | None = None
    """Information sharing protocol."""
    outcome: str | None = None
    """Outcome. Code list: service_outcome."""
    provider_feedback: str | None = None
    """What the organisation reported back."""
    completed_on: PartialDate | None = None
    """When the service ended."""
    child_satisfied: str | None = None
    """Whether the child says it helped. Code list: yes_no_unsure."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Consent(Record):
    """A record of the kind ``consent``."""

    KIND: ClassVar[str] = "consent"
    TYPES: ClassVar[Mapping[str, str]] = {
        "giver": "code",
        "purpose": "code",
        "decision": "code",
        "guardian": "id",
        "guardian_conflict": "code",
        "service": "code",
        "conditions": "narrative",
        "recipients": "list of text",
        "scope_fields": "list of text",
        "withhold_from": "list of text",
        "withhold_reason": "code",
        "how": "code",
        "language": "code",
        "explained_by": "id",
        "aids": "list of code",
        "understood": "code",
        "evidence_item": "id",
        "given_at": "time",
        "valid_until": "date",
        "withdrawn_at": "time",
        "supersedes": "id",
    }

    giver: str | None = None
    """Who was asked. Code list: consent_giver. Required."""
    purpose: str | None = None
    """What for. Code list: consent_purpose. Required."""
    decision: str | None = None
    """Decision. Code list: consent_decision. Required."""
    guardian: str | None = None
    """Guardian."""
    guardian_conflict: str | None = None
    """Conflict of the guardian. Code list: guardian_conflict."""
    service: str | None = None
    """Service. Code list: service_type."""
    conditions: str | None = None
    """Conditions."""
    recipients: list[str] = dataclasses.field(default_factory=list)
    """Who may be told."""
    scope_fields: list[str] = dataclasses.field(default_factory=list)
    """What may be told."""
    withhold_from: list[str] = dataclasses.field(default_factory=list)
    """Who must not be told."""
    withhold_reason: str | None = None
    """Why they must not be told. Code list: withhold_reason."""
    how: str | None = None
    """How it was given. Code list: consent_form."""
    language: str | None = None
    """Language. Code list: language."""
    explained_by: str | None = None
    """Officer who explained it."""
    aids: list[str] = dataclasses.field(default_factory=list)
    """Aids. Code list: consent_aid."""
    understood: str | None = None
    """Whether the person understood it. Code list: yes_no_unsure."""
    evidence_item: str | None = None
    """Signed paper or recording."""
    given_at: datetime.datetime | None = None
    """When it was given."""
    valid_until: PartialDate | None = None
    """Until when it holds."""
    withdrawn_at: datetime.datetime | None = None
    """When it was withdrawn."""
    supersedes: str | None = None
    """Consent that it replaces."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Officer(Record):
    """A record of the kind ``officer``."""

    KIND: ClassVar[str] = "officer"
    TYPES: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "name_latin": "text",
        "badge_number": "text",
        "phones": "list of text",
        "rank": "text",
        "sex": "code",
        "roles": "list of code",
        "status": "code",
        "unit_kind": "code",
        "languages": "list of code",
        "certifications": "list of text",
        "certified_until": "date",
        "supervision_last_on": "date",
        "interviews_last_12_months": "unsigned",
    }

    name: str | None = None
    """Name. Required."""
    name_latin: str | None = None
    """Name in Latin script."""
    badge_number: str | None = None
    """Badge number."""
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers."""
    rank: str | None = None
    """Rank."""
    sex: str | None = None
    """Sex. Code list: sex."""
    roles: list[str] = dataclasses.field(default_factory=list)
    """Roles. Code list: officer_role."""
    status: str | None = None
    """State. Code list: officer_status."""
    unit_kind: str | None = None
    """Kind of unit. Code list: unit_kind."""
    languages: list[str] = dataclasses.field(default_factory=list)
    """Languages. Code list: language."""
    certifications: list[str] = dataclasses.field(default_factory=list)
    """Courses passed."""
    certified_until: PartialDate | None = None
    """Until when the training to interview children is valid."""
    supervision_last_on: PartialDate | None = None
    """Last supervision."""
    interviews_last_12_months: int | None = None
    """Interviews of children in the last twelve months."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Unit(Record):
    """A record of the kind ``unit``."""

    KIND: ClassVar[str] = "unit"
    TYPES: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "name_km": "text",
        "kind": "code",
        "province": "place",
        "district": "place",
        "phones": "list of text",
    }

    name: str | None = None
    """Name. Required."""
    name_km: str | None = None
    """Name in Khmer."""
    kind: str | None = None
    """Kind. Code list: unit_kind."""
    province: str | None = None
    """Province."""
    district: str | None = None
    """District."""
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Station(Record):
    """A record of the kind ``station``."""

    KIND: ClassVar[str] = "station"
    TYPES: ClassVar[Mapping[str, str]] = {
        "name_km": "text",
        "name_en": "text",
        "level": "code",
        "place": "place",
        "has_child_friendly_room": "bool",
        "phones": "list of text",
        "address": "text",
    }

    name_km: str | None = None
    """Name in Khmer."""
    name_en: str | None = None
    """Name in English. Required."""
    level: str | None = None
    """Level. Code list: station_level."""
    place: str | None = None
    """Place."""
    has_child_friendly_room: bool | None = None
    """Whether it has a child-friendly interview room."""
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers."""
    address: str | None = None
    """Address."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Room(Record):
    """A record of the kind ``room``."""

    KIND: ClassVar[str] = "room"
    TYPES: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "status": "code",
        "opened_on": "date",
        "funder": "text",
        "has_observation_room": "bool",
        "recording_installed": "bool",
        "separate_waiting_place": "bool",
        "wheelchair_accessible": "bool",
        "seats": "unsigned",
        "sound_proof": "bool",
        "live_feed": "bool",
        "backup_power": "bool",
    }

    name: str | None = None
    """Name. Required."""
    status: str | None = None
    """State. Code list: room_status."""
    opened_on: PartialDate | None = None
    """When it opened."""
    funder: str | None = None
    """Who pays for it."""
    has_observation_room: bool | None = None
    """Whether there is an observation room."""
    recording_installed: bool | None = None
    """Whether recording is installed."""
    separate_waiting_place: bool | None = None
    """Whether there is a separate waiting place."""
    wheelchair_accessible: bool | None = None
    """Whether a wheelchair can get there."""
    seats: int | None = None
    """Number of seats."""
    sound_proof: bool | None = None
    """Whether nobody outside can hear what is said."""
    live_feed: bool | None = None
    """Whether the observation room sees and hears live."""
    backup_power: bool | None = None
    """Whether recording goes on when the power fails."""

@dataclasses.dataclass(repr=False, kw_only=True)
class RoomUse(Record):
    """A record of the kind ``room_use``."""

    KIND: ClassVar[str] = "room_use"
    TYPES: ClassVar[Mapping[str, str]] = {
        "date": "date",
        "started_at": "time",
        "ended_at": "time",
        "used_for": "code",
        "case_type": "code",
        "unit_kind": "code",
        "not_used_reason": "code",
        "equipment_worked": "bool",
        "note": "narrative",
    }

    date: PartialDate | None = None
    """Date. Required."""
    started_at: datetime.datetime | None = None
    """From."""
    ended_at: datetime.datetime | None = None
    """Until."""
    used_for: str | None = None
    """Used for. Code list: room_purpose. Required."""
    case_type: str | None = None
    """Kind of case, coarsely. Code list: case_type_coarse."""
    unit_kind: str | None = None
    """Kind of unit that used it. Code list: unit_kind."""
    not_used_reason: str | None = None
    """Why it was not used. Code list: not_used_reason."""
    equipment_worked: bool | None = None
    """Whether the equipment worked."""
    note: str | None = None
    """Remark."""

@dataclasses.dataclass(repr=False, kw_only=True)
class MonitoringVisit(Record):
    """A record of the kind ``monitoring_visit``."""

    KIND: ClassVar[str] = "monitoring_visit"
    TYPES: ClassVar[Mapping[str, str]] = {
        "visited_on": "date",
        "visitor_organisation": "text",
        "visitors": "list of text",
        "announced": "bool",
        "checklist_version": "text",
        "previous_visit": "id",
        "total_percent": "unsigned",
        "access_percent": "unsigned",
        "environment_percent": "unsigned",
        "equipment_percent": "unsigned",
        "procedure_percent": "unsigned",
        "after_percent": "unsigned",
        "data_percent": "unsigned",
        "use_percent": "unsigned",
        "trend": "code",
        "critical_failures": "list of code",
        "summary": "narrative",
        "photos_checked": "bool",
        "signed_by_station": "bool",
        "signatory": "id",
        "next_visit_due": "date",
    }

    visited_on: PartialDate | None = None
    """When. Required."""
    visitor_organisation: str | None = None
    """Organisation of the visitors."""
    visitors: list[str] = dataclasses.field(default_factory=list)
    """Visitors."""
    announced: bool | None = None
    """Whether the visit was announced."""
    checklist_version: str | None = None
    """Version of the checklist."""
    previous_visit: str | None = None
    """Visit before this one."""
    total_percent: int | None = None
    """Total score in percent."""
    access_percent: int | None = None
    """Score for access and privacy in percent."""
    environment_percent: int | None = None
    """Score for the environment in percent."""
    equipment_percent: int | None = None
    """Score for the equipment in percent."""
    procedure_percent: int | None = None
    """Score for the procedure in percent."""
    after_percent: int | None = None
    """Score for what happens afterwards in percent."""
    data_percent: int | None = None
    """Score for data protection in percent."""
    use_percent: int | None = None
    """Score for the use of the room in percent."""
    trend: str | None = None
    """Trend since the last visit. Code list: score_trend."""
    critical_failures: list[str] = dataclasses.field(default_factory=list)
    """Critical items that failed. Code list: checklist_item."""
    summary: str | None = None
    """Summary."""
    photos_checked: bool | None = None
    """Whether all photos were checked for people."""
    signed_by_station: bool | None = None
    """Whether the station signed."""
    signatory: str | None = None
    """Officer who signed for the station."""
    next_visit_due: PartialDate | None = None
    """When the next visit is due."""

@dataclasses.dataclass(repr=False, kw_only=True)
class TrainingEvent(Record):
    """A record of the kind ``training_event``."""

    KIND: ClassVar[str] = "training_event"
    TYPES: ClassVar[Mapping[str, str]] = {
        "title": "text",
        "kind": "code",
        "topics": "list of code",
        "started_on": "date",
        "ended_on": "date",
        "place": "place",
        "host": "text",
        "donor": "text",
        "facilitators": "list of text",
        "participants_planned": "unsigned",
        "participants_attended": "unsigned",
        "women_attended": "unsigned",
        "hours": "unsigned",
        "examples_are_invented": "bool",
        "report": "narrative",
    }

    title: str | None = None
    """Title. Required."""
    kind: str | None = None
    """Kind. Code list: training_kind. Required."""
    topics: list[str] = dataclasses.field(default_factory=list)
    """Topics. Code list: training_topic."""
    started_on: PartialDate | None = None
    """First day. Required."""
    ended_on: PartialDate | None = None
    """Last day."""
    place: str | None = None
    """Place."""
    host: str | None = None
    """Host."""
    donor: str | None = None
    """Who paid for it."""
    facilitators: list[str] = dataclasses.field(default_factory=list)
    """Facilitators."""
    participants_planned: int | None = None
    """Number of participants invited."""
    participants_attended: int | None = None
    """Number of participants who came."""
    women_attended: int | None = None
    """Number of women who came."""
    hours: int | None = None
    """Hours."""
    examples_are_invented: bool | None = None
    """Whether all cases used as examples were invented."""
    report: str | None = None
    """Report."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Survey(Record):
    """A record of the kind ``survey``."""

    KIND: ClassVar[str] = "survey"
    TYPES: ClassVar[Mapping[str, str]] = {
        "participant_token": "text",
        "wave": "code",
        "answered_on": "date",
        "knowledge_score": "unsigned",
        "usefulness": "unsigned",
        "intent_to_apply": "code",
        "applied_since": "code",
        "barriers": "list of code",
        "level": "code",
        "free_text": "narrative",
    }

    participant_token: str | None = None
    """Token of the participant."""
    wave: str | None = None
    """When it was asked. Code list: survey_wave. Required."""
    answered_on: PartialDate | None = None
    """When it was answered."""
    knowledge_score: int | None = None
    """Score of the test of knowledge in percent."""
    usefulness: int | None = None
    """How useful it was, from 1 to 5."""
    intent_to_apply: str | None = None
    """Whether the participant wants to use it. Code list: yes_no_unsure."""
    applied_since: str | None = None
    """Whether the participant has used it since. Code list: yes_no_unsure."""
    barriers: list[str] = dataclasses.field(default_factory=list)
    """What keeps the participant from using it. Code list: practice_barrier."""
    level: str | None = None
    """What the answers tell about. Code list: evaluation_level."""
    free_text: str | None = None
    """In own words."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Testimonial(Record):
    """A record of the kind ``testimonial``."""

    KIND: ClassVar[str] = "testimonial"
    TYPES: ClassVar[Mapping[str, str]] = {
        "text": "narrative",
        "speaker_role": "code",
        "speaker_token": "text",
        "given_on": "date",
        "publish_consent": "code",
        "checked_for_children": "bool",
        "withdrawn_on": "date",
    }

    text: str | None = None
    """What was said. Required."""
    speaker_role: str | None = None
    """Role of the speaker. Code list: testimonial_role."""
    speaker_token: str | None = None
    """Token of the speaker."""
    given_on: PartialDate | None = None
    """When."""
    publish_consent: str | None = None
    """Whether it may be published. Code list: publish_consent. Required."""
    checked_for_children: bool | None = None
    """Whether a second person checked that no child can be recognised."""
    withdrawn_on: PartialDate | None = None
    """When it was withdrawn."""

@dataclasses.dataclass(repr=False, kw_only=True)
class ActionPlan(Record):
    """A record of the kind ``action_plan``."""

    KIND: ClassVar[str] = "action_plan"
    TYPES: ClassVar[Mapping[str, str]] = {
        "title": "text",
        "status": "code",
        "agreed_on": "date",
        "agreed_with": "text",
        "review_on": "date",
        "goal": "narrative",
    }

    title: str | None = None
    """Title. Required."""
    status: str | None = None
    """State. Code list: plan_status. Required."""
    agreed_on: PartialDate | None = None
    """When it was agreed."""
    agreed_with: str | None = None
    """With whom it was agreed."""
    review_on: PartialDate | None = None
    """When it is looked at again."""
    goal: str | None = None
    """Goal."""

@dataclasses.dataclass(repr=False, kw_only=True)
class ExternalReference(Record):
    """A record of the kind ``external_reference``."""

    KIND: ClassVar[str] = "external_reference"
    TYPES: ClassVar[Mapping[str, str]] = {
        "system": "code",
        "value": "text",
        "seen_on": "date",
        "contact": "narrative",
    }

    system: str | None = None
    """System. Code list: external_system. Required."""
    value: str | None = None
    """Number or reference. Required."""
    seen_on: PartialDate | None = None
    """When it was noted."""
    contact: str | None = None
    """Whom to ask there."""

@dataclasses.dataclass(repr=False, kw_only=True)
class CaseLink(Record):
    """A record of the kind ``case_link``."""

    KIND: ClassVar[str] = "case_link"
    TYPES: ClassVar[Mapping[str, str]] = {
        "other_case": "id",
        "kind": "code",
        "reason": "narrative",
    }

    other_case: str | None = None
    """Other case. Required."""
    kind: str | None = None
    """How they are linked. Code list: case_link_kind. Required."""
    reason: str | None = None
    """Why they are thought to belong together."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Functioning(Record):
    """A record of the kind ``functioning``."""

    KIND: ClassVar[str] = "functioning"
    TYPES: ClassVar[Mapping[str, str]] = {
        "domain": "code",
        "level": "code",
        "told_by": "code",
    }

    domain: str | None = None
    """Function. Code list: functional_difficulty. Required."""
    level: str | None = None
    """How much difficulty. Code list: functioning_level. Required."""
    told_by: str | None = None
    """Who says so. Code list: participant_role."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Participant(Record):
    """A record of the kind ``participant``."""

    KIND: ClassVar[str] = "participant"
    TYPES: ClassVar[Mapping[str, str]] = {
        "role": "code",
        "presence": "code",
        "name": "text",
        "officer": "id",
        "organisation": "text",
        "relation_to_child": "code",
        "from_time": "time",
        "until_time": "time",
        "conflict_check": "code",
        "language": "code",
        "interpreter_mode": "code",
        "sworn": "bool",
        "independent_of_family": "bool",
        "sex": "code",
        "agreed_by_child": "code",
    }

    role: str | None = None
    """Role. Code list: participant_role. Required."""
    presence: str | None = None
    """Where the person was. Code list: presence_place. Required."""
    name: str | None = None
    """Name."""
    officer: str | None = None
    """Officer."""
    organisation: str | None = None
    """Organisation."""
    relation_to_child: str | None = None
    """Relation to the child. Code list: guardian_relation."""
    from_time: datetime.datetime | None = None
    """From."""
    until_time: datetime.datetime | None = None
    """Until."""
    conflict_check: str | None = None
    """Whether a conflict was looked for. Code list: conflict_check."""
    language: str | None = None
    """Language that was interpreted. Code list: language."""
    interpreter_mode: str | None = None
    """How the interpreter took part. Code list: interpreter_mode."""
    sworn: bool | None = None
    """Whether the interpreter was sworn."""
    independent_of_family: bool | None = None
    """Whether the interpreter is independent of family and village."""
    sex: str | None = None
    """Sex. Code list: sex."""
    agreed_by_child: str | None = None
    """Whether the child agreed to this person. Code list: yes_no_unsure."""

@dataclasses.dataclass(repr=False, kw_only=True)
class InterviewPhase(Record):
    """A record of the kind ``interview_phase``."""

    KIND: ClassVar[str] = "interview_phase"
    TYPES: ClassVar[Mapping[str, str]] = {
        "phase": "code",
        "position": "unsigned",
        "started_at": "time",
        "ended_at": "time",
        "completion": "code",
        "skip_reason": "code",
    }

    phase: str | None = None
    """Phase. Code list: interview_phase. Required."""
    position: int | None = None
    """Position in the order."""
    started_at: datetime.datetime | None = None
    """When it started."""
    ended_at: datetime.datetime | None = None
    """When it ended."""
    completion: str | None = None
    """How far it was done. Code list: phase_completion. Required."""
    skip_reason: str | None = None
    """Why it was left out. Code list: phase_skip_reason."""

@dataclasses.dataclass(repr=False, kw_only=True)
class InterviewBreak(Record):
    """A record of the kind ``interview_break``."""

    KIND: ClassVar[str] = "interview_break"
    TYPES: ClassVar[Mapping[str, str]] = {
        "reason": "code",
        "started_at": "time",
        "ended_at": "time",
        "accompanied_by": "code",
        "topic_not_discussed": "bool",
    }

    reason: str | None = None
    """Reason. Code list: break_reason. Required."""
    started_at: datetime.datetime | None = None
    """When it started. Required."""
    ended_at: datetime.datetime | None = None
    """When it ended."""
    accompanied_by: str | None = None
    """Role of the person who stayed with the child. Code list: participant_role."""
    topic_not_discussed: bool | None = None
    """Whether nothing of the matter was talked about in the break."""

@dataclasses.dataclass(repr=False, kw_only=True)
class QualityReview(Record):
    """A record of the kind ``quality_review``."""

    KIND: ClassVar[str] = "quality_review"
    TYPES: ClassVar[Mapping[str, str]] = {
        "reviewer": "id",
        "reviewed_on": "date",
        "score": "unsigned",
        "method": "code",
        "strengths": "narrative",
        "feedback": "narrative",
        "discussed_with_interviewer": "bool",
        "follow_up": "code",
    }

    reviewer: str | None = None
    """Reviewer. Required."""
    reviewed_on: PartialDate | None = None
    """When it was reviewed. Required."""
    score: int | None = None
    """Score in percent."""
    method: str | None = None
    """What the review is based on. Code list: question_coding_method."""
    strengths: str | None = None
    """What went well."""
    feedback: str | None = None
    """What could be better."""
    discussed_with_interviewer: bool | None = None
    """Whether it was talked over with the interviewer."""
    follow_up: str | None = None
    """What follows from it. Code list: review_follow_up."""

@dataclasses.dataclass(repr=False, kw_only=True)
class PracticeCheck(Record):
    """A record of the kind ``practice_check``."""

    KIND: ClassVar[str] = "practice_check"
    TYPES: ClassVar[Mapping[str, str]] = {
        "item": "code",
        "answer": "code",
        "note": "narrative",
    }

    item: str | None = None
    """Item. Code list: checklist_item. Required."""
    answer: str | None = None
    """Answer. Code list: checklist_answer. Required."""
    note: str | None = None
    """Remark."""

@dataclasses.dataclass(repr=False, kw_only=True)
class StatementSignature(Record):
    """A record of the kind ``statement_signature``."""

    KIND: ClassVar[str] = "statement_signature"
    TYPES: ClassVar[Mapping[str, str]] = {
        "signatory": "code",
        "method": "code",
        "signed_at": "time",
        "officer": "id",
        "participant": "id",
        "name": "text",
        "page_count": "unsigned",
    }

    signatory: str | None = None
    """Who signed. Code list: signatory_role. Required."""
    method: str | None = None
    """How. Code list: signature_method. Required."""
    signed_at: datetime.datetime | None = None
    """When."""
    officer: str | None = None
    """Officer."""
    participant: str | None = None
    """Participant."""
    name: str | None = None
    """Name."""
    page_count: int | None = None
    """Number of signed pages."""

@dataclasses.dataclass(repr=False, kw_only=True)
class ContentDigest(Record):
    """A record of the kind ``content_digest``."""

    KIND: ClassVar[str] = "content_digest"
    TYPES: ClassVar[Mapping[str, str]] = {
        "method": "code",
        "value": "text",
        "computed_at": "time",
        "supplied_by": "text",
        "tool": "text",
    }

    method: str | None = None
    """Method. Code list: digest_method. Required."""
    value: str | None = None
    """Digest. Required."""
    computed_at: datetime.datetime | None = None
    """When it was computed."""
    supplied_by: str | None = None
    """Who supplied it."""
    tool: str | None = None
    """Tool and version."""

@dataclasses.dataclass(repr=False, kw_only=True)
class EvidenceAuthorization(Record):
    """A record of the kind ``evidence_authorization``."""

    KIND: ClassVar[str] = "evidence_authorization"
    TYPES: ClassVar[Mapping[str, str]] = {
        "kind": "code",
        "identifier": "text",
        "issued_by": "text",
        "valid_from": "date",
        "valid_until": "date",
        "scope": "narrative",
    }

    kind: str | None = None
    """Kind. Code list: authorization_kind. Required."""
    identifier: str | None = None
    """Number."""
    issued_by: str | None = None
    """Issued by."""
    valid_from: PartialDate | None = None
    """Valid from."""
    valid_until: PartialDate | None = None
    """Valid until."""
    scope: str | None = None
    """What it allows."""

@dataclasses.dataclass(repr=False, kw_only=True)
class VisitItem(Record):
    """A record of the kind ``visit_item``."""

    KIND: ClassVar[str] = "visit_item"
    TYPES: ClassVar[Mapping[str, str]] = {
        "item": "code",
        "score": "code",
        "evidence": "list of code",
        "note": "narrative",
        "photo_reference": "text",
        "photo_contains_person": "bool",
    }

    item: str | None = None
    """Item. Code list: checklist_item. Required."""
    score: str | None = None
    """Score. Code list: checklist_score. Required."""
    evidence: list[str] = dataclasses.field(default_factory=list)
    """How it was found out. Code list: visit_evidence."""
    note: str | None = None
    """Remark."""
    photo_reference: str | None = None
    """Photo."""
    photo_contains_person: bool | None = None
    """Whether the photo shows a person."""

@dataclasses.dataclass(repr=False, kw_only=True)
class PlannedAction(Record):
    """A record of the kind ``planned_action``."""

    KIND: ClassVar[str] = "planned_action"
    TYPES: ClassVar[Mapping[str, str]] = {
        "what": "text",
        "owner": "text",
        "due_on": "date",
        "status": "code",
        "done_on": "date",
        "item": "code",
        "cost": "unsigned",
        "note": "narrative",
    }

    what: str | None = None
    """What. Required."""
    owner: str | None = None
    """Who does it."""
    due_on: PartialDate | None = None
    """Until when."""
    status: str | None = None
    """State. Code list: action_status. Required."""
    done_on: PartialDate | None = None
    """When it was done."""
    item: str | None = None
    """Item of the checklist. Code list: checklist_item."""
    cost: int | None = None
    """Cost in US dollars."""
    note: str | None = None
    """Remark."""

@dataclasses.dataclass(repr=False, kw_only=True)
class TrainingParticipant(Record):
    """A record of the kind ``training_participant``."""

    KIND: ClassVar[str] = "training_participant"
    TYPES: ClassVar[Mapping[str, str]] = {
        "officer": "id",
        "name": "text",
        "unit_kind": "code",
        "province": "place",
        "sex": "code",
        "rank_band": "code",
        "role": "code",
        "attended_days": "unsigned",
        "passed": "bool",
    }

    officer: str | None = None
    """Officer."""
    name: str | None = None
    """Name."""
    unit_kind: str | None = None
    """Kind of unit. Code list: unit_kind."""
    province: str | None = None
    """Province."""
    sex: str | None = None
    """Sex. Code list: sex."""
    rank_band: str | None = None
    """Rank, coarsely. Code list: rank_band."""
    role: str | None = None
    """Part in the event. Code list: training_role."""
    attended_days: int | None = None
    """Days attended."""
    passed: bool | None = None
    """Whether the test was passed."""

@dataclasses.dataclass(repr=False, kw_only=True)
class Certification(Record):
    """A record of the kind ``certification``."""

    KIND: ClassVar[str] = "certification"
    TYPES: ClassVar[Mapping[str, str]] = {
        "course": "code",
        "title": "text",
        "provider": "text",
        "completed_on": "date",
        "expires_on": "date",
        "certificate_number": "text",
    }

    course: str | None = None
    """Course. Code list: training_topic. Required."""
    title: str | None = None
    """Title."""
    provider: str | None = None
    """Provider."""
    completed_on: PartialDate | None = None
    """When it was completed."""
    expires_on: PartialDate | None = None
    """When it expires."""
    certificate_number: str | None = None
    """Number of the certificate."""

@dataclasses.dataclass(repr=False, kw_only=True)
class SurveySkill(Record):
    """A record of the kind ``survey_skill``."""

    KIND: ClassVar[str] = "survey_skill"
    TYPES: ClassVar[Mapping[str, str]] = {
        "skill": "code",
        "confidence": "unsigned",
    }

    skill: str | None = None
    """Skill. Code list: interview_skill. Required."""
    confidence: int | None = None
    """Confidence from 1 to 5. Required."""

@dataclasses.dataclass(repr=False, kw_only=True)
class OffenderRelation(Record):
    """A record of the kind ``offender_relation``."""

    KIND: ClassVar[str] = "offender_relation"
    TYPES: ClassVar[Mapping[str, str]] = {
        "child": "id",
        "relationship": "code",
        "contact_routes": "list of code",
        "lives_with_child": "code",
    }

    child: str | None = None
    """Child. Required."""
    relationship: str | None = None
    """Relationship to this child. Code list: offender_relationship. Required."""
    contact_routes: list[str] = dataclasses.field(default_factory=list)
    """Ways in which contact with this child was made. Code list: contact_route."""
    lives_with_child: str | None = None
    """Whether the person lives with this child. Code list: yes_no_unknown."""

#: The classes, by name of the kind.
KINDS: Final[Mapping[str, type[Record]]] = {
    "case": Case,
    "child": Child,
    "guardian": Guardian,
    "alleged_offender": AllegedOffender,
    "interview": Interview,
    "statement": Statement,
    "evidence_item": EvidenceItem,
    "custody_event": CustodyEvent,
    "referral": Referral,
    "consent": Consent,
    "officer": Officer,
    "unit": Unit,
    "station": Station,
    "room": Room,
    "room_use": RoomUse,
    "monitoring_visit": MonitoringVisit,
    "training_event": TrainingEvent,
    "survey": Survey,
    "testimonial": Testimonial,
    "action_plan": ActionPlan,
    "external_reference": ExternalReference,
    "case_link": CaseLink,
    "functioning": Functioning,
    "participant": Participant,
    "interview_phase": InterviewPhase,
    "interview_break": InterviewBreak,
    "quality_review": QualityReview,
    "practice_check": PracticeCheck,
    "statement_signature": StatementSignature,
    "content_digest": ContentDigest,
    "evidence_authorization": EvidenceAuthorization,
    "visit_item": VisitItem,
    "planned_action": PlannedAction,
    "training_participant": TrainingParticipant,
    "certification": Certification,
    "survey_skill": SurveySkill,
    "offender_relation": OffenderRelation,
}
