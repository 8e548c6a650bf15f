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
        "sensitivity": "code",
        "controller": "code",
        "legal_basis": "code",
        "lead_station": "id",
        "lead_officer": "id",
        "linked_cases": "list of id",
        "retention_review_on": "date",
        "legal_hold": "bool",
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
    retention_review_on: PartialDate | None = None
    """When keeping it is to be reviewed."""
    legal_hold: bool | None = None
    """Whether a legal hold forbids erasing it."""

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
        "date_of_birth": "date",
        "date_of_birth_estimated": "bool",
        "national_id": "text",
        "birth_certificate_number": "text",
        "family_book_number": "text",
        "passport_number": "text",
        "phones": "list of text",
        "social_handles": "list of text",
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
        "harm_forms": "list of code",
        "modality": "list of code",
        "exploitation_types": "list of code",
        "control_means": "list of code",
        "recruiter_relation": "code",
        "exploitation_country": "code",
        "siblings": "list of id",
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
        "scheduled_at": "time",
        "started_at": "time",
        "ended_at": "time",
        "net_minutes": "unsigned",
        "breaks": "unsigned",
        "delay_days": "unsigned",
        "room": "id",
        "alternative_venue": "code",
        "interviewer": "id",
        "second_interviewer": "id",
        "same_interviewer": "bool",
        "preferred_interviewer_sex": "code",
        "support_person_choice": "code",
        "support_person": "text",
        "persons_in_room": "unsigned",
        "interpreter_mode": "code",
        "language": "code",
        "protocol": "code",
        "protocol_version": "text",
        "special_measures": "list of code",
        "information_given": "list of code",
        "recording": "code",
        "invitations": "unsigned",
        "directive_questions": "unsigned",
        "option_posing_questions": "unsigned",
        "suggestive_questions": "unsigned",
        "disclosure_outcome": "code",
        "summary": "narrative",
        "feels_safe_before": "code",
        "feels_safe_after": "code",
        "face_before": "unsigned",
        "face_after": "unsigned",
        "felt_listened_to": "code",
        "could_stop": "code",
        "distress_signs": "list of code",
        "safety_concern": "code",
        "safety_action": "narrative",
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
    invitations: int | None = None
    """Open invitations."""
    directive_questions: int | None = None
    """Directive questions (who, what, when, where)."""
    option_posing_questions: int | None = None
    """Option-posing questions."""
    suggestive_questions: int | None = None
    """Suggestive questions."""
    disclosure_outcome: str | None = None
    """What it led to. Code list: disclosure_outcome."""
    summary: str | None = None
    """Summary."""
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
        "version": "unsigned",
        "supersedes": "id",
        "edit_reason": "code",
        "edit_reason_text": "narrative",
        "read_back": "bool",
        "child_corrections": "unsigned",
        "child_signature": "code",
        "exhibit_number": "text",
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
    version: int | None = None
    """Version."""
    supersedes: str | None = None
    """Statement that it replaces."""
    edit_reason: str | None = None
    """Why it was changed. Code list: edit_reason."""
    edit_reason_text: str | None = None
    """Why it was changed, in words."""
    read_back: bool | None = None
    """Whether it was read back to the child."""
    child_corrections: int | None = None
    """Number of corrections by the child."""
    child_signature: str | None = None
    """How the child signed. Code list: signature_method."""
    exhibit_number: str | None = None
    """Exhibit number of the signed paper or the recording."""

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
        "certifications": "list of text",
        "certified_until": "date",
        "supervision_last_on": "date",
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
    certifications: list[str] = dataclasses.field(default_factory=list)
    """Courses passed."""
    certified_until: PartialDate | None = None
    """Until when the training to interview children is valid."""
    supervision_last_on: PartialDate | None = None
    """Last supervision."""

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

#: The classes, by name of the kind.
KINDS: Final[Mapping[str, type[Record]]] = {
    "case": Case,
    "child": Child,
    "interview": Interview,
    "statement": Statement,
    "officer": Officer,
    "unit": Unit,
    "station": Station,
    "room": Room,
}
