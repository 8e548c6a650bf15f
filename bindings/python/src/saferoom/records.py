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
        "closed_on": "date",
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
    """Number in the register of this unit.

    Copy it from the register exactly as it stands there. Put no name into it.
    """
    external_references: list[str] = dataclasses.field(default_factory=list)
    """References in other systems: Primero, OSCaR, police register, court, hotline, CyberTip.

    One reference to a line. To say which system a number is from, add an external reference below the case
    instead.
    """
    reported_at: datetime.datetime | None = None
    """When it was reported.

    When the report first reached any authority or organisation, not when it was typed in.
    """
    registered_at: datetime.datetime | None = None
    """When it was registered.

    When this unit entered it into its register.
    """
    report_channel: str | None = None
    """How it was reported. Code list: report_channel.

    The first way in which anyone heard of it. Choose the child if the child told it to the one who reported.
    """
    place_of_report: str | None = None
    """Place where it was reported.

    The place of the office that took the report, not the home of the child.
    """
    registration_year: int | None = None
    """Year of first registration in the source of an import.

    Only for imported records: the year in the source. Leave it empty for new cases.
    """
    registration_source: str | None = None
    """Where it was first registered. Code list: registration_source.

    Whose register had it first.
    """
    province: str | None = None
    """Province that answers for it.

    The province whose unit leads the case, by its two-digit code.
    """
    harm_forms: list[str] = dataclasses.field(default_factory=list)
    """Forms of child sexual exploitation and abuse, and other harm, that are alleged. Code list: harm_form.

    Choose all that were reported. You need not decide whether they can be proved.
    """
    modality: list[str] = dataclasses.field(default_factory=list)
    """In person, technology-facilitated, or both. Code list: modality.

    Choose both if any part of it happened or was shared by phone or internet.
    """
    incident_from: PartialDate | None = None
    """First day of the alleged harm.

    As exactly as it is known; a year alone is enough. Do not press the child for a date.
    """
    incident_to: PartialDate | None = None
    """Last day of the alleged harm.

    The same day as the first if it happened once. Leave it empty if it goes on.
    """
    incident_place: str | None = None
    """Place of the alleged harm.

    The official code of village, commune, district or province, as far as it is known. For harm online, where the
    child was.
    """
    offence_articles: list[str] = dataclasses.field(default_factory=list)
    """Articles of law that are invoked.

    One article to a line, with the name of the law, as the police or the prosecutor cites them.
    """
    exploitation_types: list[str] = dataclasses.field(default_factory=list)
    """Alleged forms of exploitation in trafficking. Code list: exploitation_type.

    Only where trafficking is alleged. Choose all that apply.
    """
    control_means: list[str] = dataclasses.field(default_factory=list)
    """Alleged means by which the child was controlled. Code list: control_means.

    What kept the child from leaving or telling. A child needs no force to be a victim; leave it empty if nothing
    is known.
    """
    recruiter_relation: str | None = None
    """Relation of the alleged recruiter to the child. Code list: recruiter_relation.

    As seen from the child. Only where someone is alleged to have recruited the child.
    """
    summary: str | None = None
    """Summary of the report.

    What was reported, in the words of the one who reported. No judgement of the child, and no name that is not
    needed.
    """
    status: str | None = None
    """State. Code list: case_status.

    Where the case stands today.
    """
    step: str | None = None
    """Step. Code list: case_step.

    The step of case management that is being worked on.
    """
    urgency: str | None = None
    """Urgency. Code list: urgency.

    High if the child is in danger now. Say in the summary why.
    """
    legal_stage: str | None = None
    """Stage of the legal proceedings. Code list: legal_stage.

    The last stage that was reached for certain.
    """
    legal_outcome: str | None = None
    """Outcome of the legal proceedings. Code list: legal_outcome.

    Only what a prosecutor or court decided. It says nothing about whether the child was believed.
    """
    urgent: bool | None = None
    """Whether it has to be acted on today.

    Yes if waiting until tomorrow could put the child at risk or lose evidence.
    """
    closed_on: PartialDate | None = None
    """Day on which it was closed.

    The period for which it is kept counts from this day.
    """
    sensitivity: str | None = None
    """How closely it is held. Code list: sensitivity.

    Restricted or sealed if even colleagues of the unit should not see it, for example when an officer or an
    official is alleged to be involved.
    """
    controller: str | None = None
    """Who answers for the data. Code list: controller.

    The organisation that decides about this record, as agreed between police and partner.
    """
    legal_basis: str | None = None
    """On what legal ground it is recorded. Code list: legal_basis.

    The ground that holds even if the family withdraws its consent, where there is one.
    """
    lead_station: str | None = None
    """Station that leads.

    The record of the station.
    """
    lead_officer: str | None = None
    """Officer who leads.

    The record of the officer who is responsible for the case.
    """
    linked_cases: list[str] = dataclasses.field(default_factory=list)
    """Linked cases: the same child, alleged offender or incident.

    Their records. To say how they are linked, add a case link below the case instead.
    """
    lead_unit: str | None = None
    """Kind of unit that leads. Code list: unit_kind.

    The kind of unit, not its name.
    """
    retention_review_on: PartialDate | None = None
    """When keeping it is to be reviewed.

    The day on which someone decides whether the record is still needed.
    """
    legal_hold: bool | None = None
    """Whether a legal hold forbids erasing it.

    Yes only if a court, a prosecutor or the law says so.
    """
    retention_rule: str | None = None
    """Rule by which it is kept.

    The name or number of the rule in the retention list of your organisation.
    """
    erase_after: PartialDate | None = None
    """When it may be erased.

    Follows from the rule. A legal hold comes before it.
    """
    legal_hold_reference: str | None = None
    """Order that the legal hold rests on.

    The number and date of the order. No names.
    """

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
    """Family name in Khmer script.

    As in the birth certificate or family book if you have seen it; otherwise as the child or the guardian writes
    it.
    """
    given_name: str | None = None
    """Given name in Khmer script.

    As in the birth certificate or family book if you have seen it; otherwise as the child writes it.
    """
    family_name_latin: str | None = None
    """Family name in Latin script.

    As in a passport or identity card. If there is none, as the family spells it.
    """
    given_name_latin: str | None = None
    """Given name in Latin script.

    As in a passport or identity card. If there is none, as the family spells it.
    """
    nickname: str | None = None
    """Nickname.

    What family and friends call the child, also a name used in games or chats.
    """
    other_names: list[str] = dataclasses.field(default_factory=list)
    """Other names.

    Earlier names and other spellings, one to a line. They help to find an earlier record, so that the child need
    not tell it again.
    """
    code_name: str | None = None
    """Code name for spoken use.

    A neutral word by which officers speak of the child where others can hear. Nothing that hints at name, village
    or harm.
    """
    photo_reference: str | None = None
    """Evidence item that holds a photo of the child's face.

    Only a reference, and only where the photo is needed to recognise the child. Never a picture of abuse.
    """
    date_of_birth: PartialDate | None = None
    """Date of birth.

    As exactly as it is known. A year alone, or a year with a mark that it is estimated, is better than a guess.
    """
    date_of_birth_estimated: bool | None = None
    """Whether the date of birth is an estimate.

    Yes if no document shows it.
    """
    national_id: str | None = None
    """National identity number.

    Only from the card itself. Children mostly have none.
    """
    birth_certificate_number: str | None = None
    """Number of the birth certificate.

    Copy it with the number of the book, as it stands there.
    """
    family_book_number: str | None = None
    """Number of the family book.

    Copy it from the family book.
    """
    passport_number: str | None = None
    """Passport number.

    Copy it from the passport. Add the letters.
    """
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers.

    Numbers at which the child can be reached safely, one to a line. Ask who else uses the phone.
    """
    social_handles: list[str] = dataclasses.field(default_factory=list)
    """Accounts on social media and in games.

    The child's own accounts, with the service in front, one to a line. No passwords.
    """
    emails: list[str] = dataclasses.field(default_factory=list)
    """E-mail addresses.

    The child's own addresses, one to a line. Ask who else reads them.
    """
    other_document_numbers: list[str] = dataclasses.field(default_factory=list)
    """Numbers of other documents.

    Such as a student card or refugee card: which document, then its number.
    """
    address: str | None = None
    """Address.

    House, street and group, so that someone can find the home without asking the neighbours.
    """
    home_village: str | None = None
    """Home village.

    The official code of eight digits of the village where the child lived when it was reported.
    """
    home_commune: str | None = None
    """Home commune.

    The official code of six digits. It follows from the village if that is known.
    """
    home_district: str | None = None
    """Home district.

    The official code of four digits.
    """
    home_province: str | None = None
    """Home province.

    The official code of two digits.
    """
    school_name: str | None = None
    """School.

    The name of the school. Do not call the school before a safety plan says so.
    """
    school_grade: str | None = None
    """School grade. Code list: school_grade.

    The grade the child is in now, or was in last.
    """
    living_arrangement: str | None = None
    """With whom the child lives. Code list: living_arrangement.

    As it was when it was reported, before anyone moved the child.
    """
    trusted_people: str | None = None
    """People the child lives with or trusts, and how to reach them.

    Whom the child names as safe, and how to reach them. Not anyone who may be involved.
    """
    sex: str | None = None
    """Sex. Code list: sex. Required.

    As the child says. Choose unknown rather than guess.
    """
    role: str | None = None
    """Victim, witness or both. Code list: child_role. Required.

    What was reported, not what has been proved.
    """
    age_band: str | None = None
    """Age band at the time of the report, where no date of birth is known. Code list: age_band.

    Only where no date of birth is known, not even a year.
    """
    nationality: str | None = None
    """Nationality. Code list: country.

    As in a document or as the family says. Choose unknown rather than guess from looks or language.
    """
    languages: list[str] = dataclasses.field(default_factory=list)
    """Languages. Code list: language.

    The language that the child speaks best comes first.
    """
    interpreter_needed: bool | None = None
    """Whether an interpreter is needed.

    Ask the child. A relative or neighbour does not interpret.
    """
    communication_means: list[str] = dataclasses.field(default_factory=list)
    """How the child communicates best. Code list: communication_means.

    Ask the child and those who know the child well, before the interview.
    """
    functional_difficulties: list[str] = dataclasses.field(default_factory=list)
    """Functions the child has a lot of difficulty with. Code list: functional_difficulty.

    What the child has a lot of difficulty with or cannot do. For degrees, add functioning records below the
    child. No diagnosis.
    """
    prior_victimisation: str | None = None
    """Whether the child was victimised before. Code list: prior_victimisation.

    From the files. Do not ask the child about earlier harm for this field.
    """
    gender_identity: str | None = None
    """Gender identity. Code list: gender_identity.

    Only if the child speaks of it. Do not ask.
    """
    harm_forms: list[str] = dataclasses.field(default_factory=list)
    """Forms of child sexual exploitation and abuse, and other harm, alleged for this child. Code list: harm_form.

    Choose all that were reported for this child. You need not decide whether they can be proved.
    """
    modality: list[str] = dataclasses.field(default_factory=list)
    """In person, technology-facilitated, or both. Code list: modality.

    Choose both if any part of it happened or was shared by phone or internet.
    """
    exploitation_types: list[str] = dataclasses.field(default_factory=list)
    """Alleged forms of exploitation in trafficking. Code list: exploitation_type.

    Only where trafficking of this child is alleged. Choose all that apply.
    """
    control_means: list[str] = dataclasses.field(default_factory=list)
    """Alleged means by which the child was controlled. Code list: control_means.

    What kept the child from leaving or telling. A child needs no force to be a victim.
    """
    recruiter_relation: str | None = None
    """Relation of the alleged recruiter to the child. Code list: recruiter_relation.

    As seen from the child.
    """
    exploitation_country: str | None = None
    """Country where the alleged exploitation took place. Code list: country.

    For harm online, the country where the child was.
    """
    siblings: list[str] = dataclasses.field(default_factory=list)
    """Records of siblings in this case.

    Their records in this case. Twins too.
    """
    ethnicity: str | None = None
    """Ethnicity. Code list: ethnicity.

    Only if the child or the family says so and it is needed for language or support. Do not guess from looks.
    """
    religion: str | None = None
    """Religion. Code list: religion.

    Only if it matters for care, food or an oath, and only as the child or the family says.
    """
    age_at_report: int | None = None
    """Age in years at the time of the report.

    Only where the date of birth is not known. From 0 to 25.
    """
    support_needs: str | None = None
    """What the child needs in order to take part.

    Such as a hearing aid, a break every ten minutes, a person to sit near. What works, not a diagnosis.
    """

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
    """Family name in Khmer script.

    As in the identity card or family book.
    """
    given_name: str | None = None
    """Given name in Khmer script.

    As in the identity card or family book.
    """
    family_name_latin: str | None = None
    """Family name in Latin script.

    As in a passport or identity card.
    """
    given_name_latin: str | None = None
    """Given name in Latin script.

    As in a passport or identity card.
    """
    other_names: list[str] = dataclasses.field(default_factory=list)
    """Other names.

    Other spellings and the name by which neighbours know the person, one to a line.
    """
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers.

    One to a line. Do not call a guardian who may be involved.
    """
    address: str | None = None
    """Address.

    Only if it differs from the child's.
    """
    home_village: str | None = None
    """Home village.

    The official code of eight digits.
    """
    national_id: str | None = None
    """National identity number.

    Only from the card itself.
    """
    birth_year: int | None = None
    """Year of birth.

    Four digits, in the common era.
    """
    relation: str | None = None
    """Relation to the child. Code list: guardian_relation. Required.

    As seen from the child.
    """
    sex: str | None = None
    """Sex. Code list: sex.

    As the person says.
    """
    lives_with_child: bool | None = None
    """Whether the guardian lives with the child.

    As it is now.
    """
    has_custody: bool | None = None
    """Whether the guardian may decide for the child in law.

    Only if a document or the authority says so.
    """
    is_suspect: str | None = None
    """Whether the guardian is alleged to be involved. Code list: yes_no_unknown.

    Yes if anyone has alleged it. Then the guardian does not consent, does not accompany, and is not informed.
    """
    knows_of_report: str | None = None
    """Whether the guardian knows of the report. Code list: yes_no_unknown.

    Ask before you call or visit.
    """
    languages: list[str] = dataclasses.field(default_factory=list)
    """Languages. Code list: language.

    In which the guardian can be informed.
    """
    safe_contact: str | None = None
    """How to reach the guardian safely.

    When, by whom, and what not to say on the phone.
    """

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
    """Family name in Khmer script.

    Only as it is known. Leave it empty rather than guess.
    """
    given_name: str | None = None
    """Given name in Khmer script.

    Only as it is known.
    """
    family_name_latin: str | None = None
    """Family name in Latin script.

    As in a passport if there is one.
    """
    given_name_latin: str | None = None
    """Given name in Latin script.

    As in a passport if there is one.
    """
    nicknames: list[str] = dataclasses.field(default_factory=list)
    """Nicknames and other names.

    What the child or others call the person, one to a line.
    """
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers.

    One to a line.
    """
    accounts: list[str] = dataclasses.field(default_factory=list)
    """Accounts on social media, in games, for payments.

    The service in front, then the exact spelling, one to a line.
    """
    document_numbers: list[str] = dataclasses.field(default_factory=list)
    """Numbers of identity documents.

    Which document and country, then the number, one to a line.
    """
    date_of_birth: PartialDate | None = None
    """Date of birth.

    As exactly as it is known.
    """
    address: str | None = None
    """Address.

    The last known one.
    """
    home_place: str | None = None
    """Place.

    The official code, as far as it is known.
    """
    description: str | None = None
    """Description.

    What the person looks like, vehicle, place of work; as seen or told. No judgement.
    """
    age_group: str | None = None
    """Adult or child. Code list: offender_age_group.

    Children who display harmful sexual behaviour need protection too; choose child for anyone under 18.
    """
    sex: str | None = None
    """Sex. Code list: sex.

    As it is known.
    """
    nationality: str | None = None
    """Nationality. Code list: country.

    As in a document or as told.
    """
    relationship_to_child: str | None = None
    """Relationship to the child. Code list: offender_relationship.

    As seen from the child. If there are several children, add an offender relation for each of the others.
    """
    contact_routes: list[str] = dataclasses.field(default_factory=list)
    """Ways in which contact with the child was made. Code list: contact_route.

    Choose all that are alleged.
    """
    known_to_police: str | None = None
    """Whether the person is known to the police for similar allegations. Code list: yes_no_unknown.

    From the register, not from hearsay.
    """
    access_to_children: str | None = None
    """Whether the person has access to children now. Code list: yes_no_unknown.

    At home, at work, online. If yes, think of their safety today.
    """
    in_custody: str | None = None
    """Whether the person is held. Code list: yes_no_unknown.

    As it is today.
    """
    last_seen_on: PartialDate | None = None
    """When the person was last known to be near the child.

    As exactly as it is known.
    """

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
        "asked_after_reason": "narrative",
        "guardian_feedback": "narrative",
        "reluctance_addressed": "unsigned",
        "reassurances": "unsigned",
        "emotions_acknowledged": "unsigned",
        "repeat_authorisation": "id",
    }

    purpose: str | None = None
    """Purpose. Code list: interview_purpose. Required.

    First interview only if no agency has formally interviewed this child about this allegation before.
    """
    sequence_number: int | None = None
    """Which formal interview of this child on this allegation it is, by any agency.

    Count those of all agencies: police, commune, organisation, prosecutor, court. The first is 1.
    """
    prior_interviews_declared: int | None = None
    """Earlier interviews that the child or the file tells of.

    How many times the child already had to tell it. 0 if none.
    """
    prior_interviews_matched: int | None = None
    """Earlier interviews that a match with other records found.

    What the search for earlier records found. 0 if nothing was found.
    """
    repeat_reason: str | None = None
    """Why the child is interviewed again. Code list: repeat_reason.

    Needed from the second interview on. Convenience of an agency is no reason.
    """
    repeat_authorised_by: str | None = None
    """Officer who authorised interviewing the child again.

    As a paper says it. In a live interview the supervisor signs an authorisation.
    """
    prior_interviews_by: list[str] = dataclasses.field(default_factory=list)
    """Who held the earlier interviews. Code list: prior_interviewer.

    Choose all. It shows where agencies could have shared instead of asking again.
    """
    prior_match_confidence: str | None = None
    """How sure the match with other records is. Code list: match_confidence.

    As the search answered it.
    """
    scheduled_at: datetime.datetime | None = None
    """When it was planned.

    Not during school, at night, or when the child is hungry or tired.
    """
    started_at: datetime.datetime | None = None
    """When it started.

    When the child came into the room, not when the recording began.
    """
    ended_at: datetime.datetime | None = None
    """When it ended.

    When the child left the room.
    """
    net_minutes: int | None = None
    """Minutes without breaks.

    The time in which the child was asked or told something.
    """
    breaks: int | None = None
    """Number of breaks.

    How many there were. For when and why, add a break record for each.
    """
    delay_days: int | None = None
    """Days from the report to the interview.

    Whole days. Long waiting is hard on the child.
    """
    room: str | None = None
    """Room.

    The record of the child-friendly interview room.
    """
    alternative_venue: str | None = None
    """Place if not in a room for children. Code list: alternative_venue.

    Only if no child-friendly interview room was used.
    """
    alternative_venue_reason: str | None = None
    """Why no room for children was used.

    Such as too far, occupied, or the wish of the child.
    """
    station: str | None = None
    """Station.

    The record of the station where it took place.
    """
    interviewer: str | None = None
    """Interviewer.

    The record of the officer who talked with the child. Only trained interviewers.
    """
    second_interviewer: str | None = None
    """Second interviewer.

    The record of an officer who took over or asked as well. Most interviews have none.
    """
    same_interviewer: bool | None = None
    """Whether the interviewer is the same as before.

    For a further interview. A child should not have to begin again with a stranger.
    """
    preferred_interviewer_sex: str | None = None
    """Sex of the interviewer that the child prefers. Code list: preferred_sex.

    Ask the child before the interview.
    """
    support_person_choice: str | None = None
    """Who chose the support person. Code list: support_person_choice.

    Offer it to every child. Never someone who may be involved.
    """
    support_person: str | None = None
    """Support person.

    The name. For relation and place, add a participant record.
    """
    persons_in_room: int | None = None
    """Number of persons in the room, with the child.

    Best is two: child and interviewer. Others watch from the observation room.
    """
    interpreter_mode: str | None = None
    """How an interpreter took part. Code list: interpreter_mode.

    For who it was and whether sworn, add a participant record.
    """
    language: str | None = None
    """Language. Code list: language.

    The language in which the child told it.
    """
    interviewer_sex_match: str | None = None
    """Whether the interviewer was of the sex the child preferred. Code list: preference_match.

    Not matched is no fault if you say so; it shows where officers are missing.
    """
    protocol: str | None = None
    """Protocol. Code list: protocol.

    The interview protocol that you followed.
    """
    protocol_version: str | None = None
    """Version of the protocol.

    As printed on it, such as 2014 or 2.1.
    """
    special_measures: list[str] = dataclasses.field(default_factory=list)
    """Special measures for the child. Code list: special_measure.

    What was arranged to protect the child. Choose all.
    """
    information_given: list[str] = dataclasses.field(default_factory=list)
    """What the child was told beforehand. Code list: information_given.

    Only what you really said, in words the child understood.
    """
    recording: str | None = None
    """Recording. Code list: recording.

    What was recorded. A good recording spares the child from telling it again.
    """
    no_recording_reason: str | None = None
    """Why there is no recording. Code list: no_recording_reason.

    Needed if nothing was recorded.
    """
    recording_consent: str | None = None
    """Consent or assent to the recording.

    The record of the consent. The child's own answer counts as well as the guardian's.
    """
    recording_device: str | None = None
    """Recording device.

    Make and inventory number. Never a private phone.
    """
    recordings: list[str] = dataclasses.field(default_factory=list)
    """Evidence items of the recording.

    The records of the master and of every copy.
    """
    invitations: int | None = None
    """Open invitations.

    Such as: tell me everything that happened.
    """
    directive_questions: int | None = None
    """Directive questions (who, what, when, where).

    About something the child has already spoken of.
    """
    option_posing_questions: int | None = None
    """Option-posing questions.

    Yes-or-no questions and questions with a choice.
    """
    suggestive_questions: int | None = None
    """Suggestive questions.

    Questions that assume something the child has not said, or repeat it until the answer changes.
    """
    cued_invitations: int | None = None
    """Cued invitations.

    Such as: you said he came in; tell me more about that.
    """
    faux_invitations: int | None = None
    """Invitations in form only.

    Questions that begin like an invitation but ask for one detail.
    """
    negative_recasts: int | None = None
    """Negative recasts.

    Questions with a doubt in them, such as: did you not say ...?
    """
    supportive_statements: int | None = None
    """Supportive statements that suggest nothing.

    Such as: you are doing well. Not: you are doing well because you told me about him.
    """
    question_coder: str | None = None
    """Who counted the questions.

    The record of the officer. Better someone other than the interviewer.
    """
    question_coding_method: str | None = None
    """How the questions were counted. Code list: question_coding_method.

    From the recording is more exact than live.
    """
    disclosure_outcome: str | None = None
    """What it led to. Code list: disclosure_outcome.

    What happened in the interview. It does not say whether the child is believed.
    """
    summary: str | None = None
    """Summary.

    What the child told, in the child's words. No judgement and no guess.
    """
    quality_flags: list[str] = dataclasses.field(default_factory=list)
    """Points to look at in the review. Code list: quality_flag.

    Found by rules from the other fields. They are for learning, not for blame.
    """
    locked_at: datetime.datetime | None = None
    """When the record was closed for changes.

    When the interviewer declared it complete. Corrections after that are revisions with a reason.
    """
    locked_by: str | None = None
    """Officer who closed it.

    The record of the officer.
    """
    locked_digest: str | None = None
    """Digest of the statement when it was closed.

    As the system shows it, in hexadecimal. Do not type it by hand.
    """
    aids_used: list[str] = dataclasses.field(default_factory=list)
    """Aids that were used. Code list: interview_aid.

    Such as drawing. Choose none if nothing was used.
    """
    aids_justification: str | None = None
    """Why aids were used.

    What the child could not say in words, and which aid helped. Body diagrams and exhibits need a reason.
    """
    feels_safe_before: str | None = None
    """Whether the child feels safe, before. Code list: yes_no_unsure.

    The child's own answer, asked before anything else.
    """
    feels_safe_after: str | None = None
    """Whether the child feels safe, after. Code list: yes_no_unsure.

    The child's own answer, best asked by someone other than the interviewer.
    """
    face_before: int | None = None
    """The child's own face from 1 to 5, before.

    The face the child points to: 1 is very sad, 5 very glad. Never point for the child.
    """
    face_after: int | None = None
    """The child's own face from 1 to 5, after.

    The face the child points to: 1 is very sad, 5 very glad. Never point for the child.
    """
    felt_listened_to: str | None = None
    """Whether the child felt listened to. Code list: yes_no_unsure.

    The child's own answer.
    """
    could_stop: str | None = None
    """Whether the child knew that stopping was allowed. Code list: yes_no_unsure.

    The child's own answer.
    """
    distress_signs: list[str] = dataclasses.field(default_factory=list)
    """Observed signs of distress; no diagnosis. Code list: distress_sign.

    What you saw or heard. Do not interpret it.
    """
    safety_concern: str | None = None
    """Immediate concern for the child's safety. Code list: safety_concern.

    If there is any, the child does not leave before something is done.
    """
    safety_action: str | None = None
    """What was done for the child's safety.

    Who was called, where the child goes now, who stays with the child.
    """
    wants_to_continue: str | None = None
    """Whether the child wants to go on. Code list: yes_no_unsure.

    Ask at the start and after each break. No means stop.
    """
    basic_needs_met: bool | None = None
    """Whether the child has eaten, drunk and slept enough.

    Ask before starting. If not, wait.
    """
    support_given: list[str] = dataclasses.field(default_factory=list)
    """Support that was given to the child. Code list: support_given.

    During and right after the interview. Choose all.
    """
    follow_up_needed: bool | None = None
    """Whether the child needs someone to follow up.

    Yes if anyone in the room thinks so. Then make a referral.
    """
    observed_by_role: str | None = None
    """Role of the person who observed how the child was. Code list: participant_role.

    The role, not the name.
    """
    understood_questions: str | None = None
    """Whether the child understood the questions. Code list: yes_no_unsure.

    The child's own answer.
    """
    asked_after_by: str | None = None
    """Role of the person who asked the child afterwards. Code list: participant_role.

    Best someone other than the interviewer.
    """
    child_feedback: str | None = None
    """What the child said about the interview.

    In the child's own words. Nothing about what happened to the child; that belongs into the statement.
    """
    safety_referral: str | None = None
    """Referral that was made for the child's safety.

    The record of the referral.
    """
    asked_after_reason: str | None = None
    """Why the interviewer asked the child afterwards.

    Needed if nobody else asked. Such as: nobody else was there, the child did not want to talk with anybody else.
    """
    guardian_feedback: str | None = None
    """What the guardian said about room and interview.

    In the guardian's own words. Nothing about what happened to the child.
    """
    reluctance_addressed: int | None = None
    """Times that reluctance was met with support.

    How often you noticed that the child hesitated, and answered it calmly.
    """
    reassurances: int | None = None
    """Times that the child was reassured.

    Without promising what you cannot keep.
    """
    emotions_acknowledged: int | None = None
    """Times that a feeling was acknowledged.

    Such as: I see that this is hard.
    """
    repeat_authorisation: str | None = None
    """Authorisation to interview the child again.

    The record that a second person signed. Filled in before the interview starts.
    """

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
        "translates_version": "unsigned",
        "version": "unsigned",
        "supersedes": "id",
        "edit_reason": "code",
        "edit_reason_text": "narrative",
        "digest": "text",
        "time_anchor": "text",
        "change_asked_by": "code",
        "read_back": "bool",
        "child_corrections": "unsigned",
        "child_signature": "code",
        "exhibit_number": "text",
        "read_back_by": "id",
        "read_back_language": "code",
    }

    kind: str | None = None
    """Kind. Code list: statement_kind. Required.

    A transcript has every word; a summary has not.
    """
    language: str | None = None
    """Language. Code list: language.

    The language of this text.
    """
    body: str | None = None
    """Text. Required.

    The child's own words, also where they are unclear. Do not correct, shorten or explain them.
    """
    taken_at: datetime.datetime | None = None
    """When it was taken down.

    When the writing was finished.
    """
    author: str | None = None
    """Author.

    The record of the officer who wrote it.
    """
    translates: str | None = None
    """Statement that it translates.

    The record of the statement in the language of the child. The two stay a pair.
    """
    translator: str | None = None
    """Participant who translated.

    The participant record of the interpreter or translator.
    """
    translation_checked_by: str | None = None
    """Second person who checked the translation.

    An officer or participant who reads both languages. Not the translator.
    """
    translates_version: int | None = None
    """Version of the statement that it translates.

    Filled in by the system. If the original has a newer one, the translation has to be made again.
    """
    version: int | None = None
    """Version.

    1 for the first text.
    """
    supersedes: str | None = None
    """Statement that it replaces.

    The older record stays; nothing is overwritten.
    """
    edit_reason: str | None = None
    """Why it was changed. Code list: edit_reason.

    Needed for every change.
    """
    edit_reason_text: str | None = None
    """Why it was changed, in words.

    What was changed and who asked for it.
    """
    digest: str | None = None
    """Digest of the signed paper or file.

    As the evidence unit gives it, with the method in front, such as sha256:. Do not type it by hand.
    """
    time_anchor: str | None = None
    """Proof of the time.

    Number of the register or time stamp that shows when it existed.
    """
    change_asked_by: str | None = None
    """Who asked for the change. Code list: signatory_role.

    The child, or whoever noticed what was wrong.
    """
    read_back: bool | None = None
    """Whether it was read back to the child.

    Yes only if the whole text was read and the child could stop you.
    """
    child_corrections: int | None = None
    """Number of corrections by the child.

    0 if the child corrected nothing.
    """
    child_signature: str | None = None
    """How the child signed. Code list: signature_method.

    Not given is a valid answer. Nobody signs for the child.
    """
    exhibit_number: str | None = None
    """Exhibit number of the signed paper or the recording.

    As on the label.
    """
    read_back_by: str | None = None
    """Officer who read it back.

    The record of the officer.
    """
    read_back_language: str | None = None
    """Language in which it was read back. Code list: language.

    The language that the child heard.
    """

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
        "copy_authorisation": "id",
    }

    exhibit_number: str | None = None
    """Exhibit number. Required.

    As on the label.
    """
    root_exhibit_number: str | None = None
    """Exhibit number of the item that it comes from.

    For a copy or part, the number of the first item.
    """
    kind: str | None = None
    """Kind. Code list: evidence_kind. Required.

    What it is.
    """
    description: str | None = None
    """Description in neutral words.

    Such as: telephone, black, cracked screen. Never describe abuse here.
    """
    derived_from: list[str] = dataclasses.field(default_factory=list)
    """Items that it was made from.

    Their records.
    """
    copy_class: str | None = None
    """Master or copy. Code list: copy_class.

    There is one master. Every copy has a record of its own.
    """
    copy_number: int | None = None
    """Number of the copy.

    1 for the first copy.
    """
    size_bytes: int | None = None
    """Size in bytes.

    As the evidence unit gives it.
    """
    media_type: str | None = None
    """Type of the file.

    Such as video/mp4.
    """
    captured_at: datetime.datetime | None = None
    """When it was recorded or made.

    From the device; say in the remark if its clock was wrong.
    """
    tool: str | None = None
    """Tool.

    Program or device with which it was made or copied.
    """
    tool_version: str | None = None
    """Version of the tool.

    As the tool shows it.
    """
    duration_seconds: int | None = None
    """Length of the recording in seconds.

    For recordings.
    """
    contains_csam: str | None = None
    """Whether it holds child sexual abuse material. Code list: csam_presence.

    As the evidence unit says. Do not look for yourself.
    """
    ucs_labels: list[str] = dataclasses.field(default_factory=list)
    """Labels of the evidence unit. Code list: ucs_label.

    Codes only, from the list that the evidence unit uses.
    """
    handling: str | None = None
    """How it has to be handled. Code list: evidence_handling.

    Who may open it and where.
    """
    custody_place: str | None = None
    """Where it is kept.

    Room, safe and shelf.
    """
    seal_number: str | None = None
    """Number of the seal.

    As on the seal.
    """
    collected_at: datetime.datetime | None = None
    """When it was taken into custody.

    To the minute.
    """
    collected_by: str | None = None
    """Officer who took it into custody.

    The record of the officer.
    """
    collected_place: str | None = None
    """Place where it was taken into custody.

    The official code.
    """
    owner: str | None = None
    """Whose it is.

    Name of the person it was taken from.
    """
    return_due_on: PartialDate | None = None
    """When it has to be given back.

    If a court or the law says so.
    """
    state: str | None = None
    """State. Code list: evidence_state.

    Where it stands now. The custody events say how it got there.
    """
    copy_authorisation: str | None = None
    """Authorisation of the copy.

    The record that a second person signed. Filled in by the system.
    """

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
    """What was done. Code list: custody_action. Required.

    One action to a record.
    """
    started_at: datetime.datetime | None = None
    """When it started. Required.

    To the minute.
    """
    ended_at: datetime.datetime | None = None
    """When it ended.

    To the minute.
    """
    purpose: str | None = None
    """What for.

    One sentence.
    """
    reason: str | None = None
    """Reason in words.

    Needed for loss, destruction and every disclosure.
    """
    basis: str | None = None
    """On what basis.

    The order, rule or request, with its number.
    """
    result: str | None = None
    """Result. Code list: custody_result.

    As found. If a seal or digest did not match, say so here and stop.
    """
    performer: str | None = None
    """Officer who did it or handed it over.

    The record of the officer.
    """
    receiver: str | None = None
    """Officer who received it.

    The record of the officer.
    """
    witness: str | None = None
    """Witness.

    The record of an officer who saw it.
    """
    receiver_name: str | None = None
    """Who received it, if no officer of this vault.

    Name, office and number of the service card.
    """
    performer_name: str | None = None
    """Who handed it over, if no officer of this vault.

    Name, office and number of the service card.
    """
    place_from: str | None = None
    """From where.

    Room, safe and shelf.
    """
    place_to: str | None = None
    """To where.

    Room, safe and shelf.
    """
    seal_before: str | None = None
    """Number of the seal before.

    As on the seal.
    """
    seal_after: str | None = None
    """Number of the seal after.

    As on the seal.
    """
    before_digest: str | None = None
    """Digest before.

    As the evidence unit gives it, with the method in front.
    """
    after_digest: str | None = None
    """Digest after.

    As the evidence unit gives it, with the method in front.
    """
    previous_event: str | None = None
    """Event before this one.

    The record of the custody event before.
    """
    previous_event_digest: str | None = None
    """Digest of the event before this one.

    Filled in by the system.
    """
    signature: str | None = None
    """Signature on the receipt.

    Number of the signed receipt.
    """
    made_items: list[str] = dataclasses.field(default_factory=list)
    """Items that came of it.

    The records of copies or parts.
    """

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
        "hours_to_receipt": "unsigned",
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
    """Service. Code list: service_type. Required.

    What the child needs. One service to a referral.
    """
    to_agency: str | None = None
    """To which organisation.

    Its official name.
    """
    to_person: str | None = None
    """To which person.

    Name and function.
    """
    to_phone: str | None = None
    """Telephone number there.

    The number of the office.
    """
    urgency: str | None = None
    """How soon it is needed. Code list: referral_urgency.

    Within a day if the child is in danger, hurt, or may have to take medicine in time.
    """
    made_by: str | None = None
    """Officer who made it.

    The record of the officer.
    """
    made_at: datetime.datetime | None = None
    """When it was made.

    When the organisation was asked.
    """
    appointment_at: datetime.datetime | None = None
    """Appointment.

    When the child is expected.
    """
    status: str | None = None
    """State. Code list: referral_status. Required.

    Where it stands today.
    """
    decline_reason: str | None = None
    """Why it was declined. Code list: decline_reason.

    Needed if child, guardian or organisation declined.
    """
    received_by: str | None = None
    """Who confirmed that it arrived.

    Name and function.
    """
    received_at: datetime.datetime | None = None
    """When it arrived.

    As confirmed.
    """
    expires_at: PartialDate | None = None
    """When it expires.

    After that the organisation may not use what it got.
    """
    hours_to_receipt: int | None = None
    """Hours until it arrived.

    From making it to the answer that it arrived. Filled in by the program.
    """
    shared_fields: list[str] = dataclasses.field(default_factory=list)
    """Fields that were given to the organisation.

    The exact list, such as child.given_name. Only what the service needs.
    """
    consent: str | None = None
    """Consent that it rests on.

    The record of the consent.
    """
    override_ground: str | None = None
    """Ground for telling without consent. Code list: override_ground.

    Only if there is no consent that covers it.
    """
    override_reason: str | None = None
    """Why it could not wait for consent.

    What would have happened otherwise.
    """
    override_by: str | None = None
    """Authorisation of telling without consent.

    The record that a second person signed.
    """
    isp_reference: str | None = None
    """Information sharing protocol.

    Name and number of the agreement between the organisations.
    """
    outcome: str | None = None
    """Outcome. Code list: service_outcome.

    As the child or caregiver sees it.
    """
    provider_feedback: str | None = None
    """What the organisation reported back.

    Only that the service was given and what is needed next. No therapy notes.
    """
    completed_on: PartialDate | None = None
    """When the service ended.

    As the organisation says.
    """
    child_satisfied: str | None = None
    """Whether the child says it helped. Code list: yes_no_unsure.

    The child's own answer.
    """

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
    """Who was asked. Code list: consent_giver. Required.

    The child is always asked, in words the child understands.
    """
    purpose: str | None = None
    """What for. Code list: consent_purpose. Required.

    One purpose to a record.
    """
    decision: str | None = None
    """Decision. Code list: consent_decision. Required.

    Refused is as valid as agreed. Silence is not agreement.
    """
    guardian: str | None = None
    """Guardian.

    The record, if a guardian was asked.
    """
    guardian_conflict: str | None = None
    """Conflict of the guardian. Code list: guardian_conflict.

    If the guardian may be involved or stands by someone who is, that guardian does not decide.
    """
    service: str | None = None
    """Service. Code list: service_type.

    For a referral.
    """
    conditions: str | None = None
    """Conditions.

    In the words of the person who was asked.
    """
    recipients: list[str] = dataclasses.field(default_factory=list)
    """Who may be told.

    Organisations, one to a line.
    """
    scope_fields: list[str] = dataclasses.field(default_factory=list)
    """What may be told.

    Fields, such as child.given_name, one to a line. Empty: nothing.
    """
    withhold_from: list[str] = dataclasses.field(default_factory=list)
    """Who must not be told.

    Persons or organisations whom the child does not want to know.
    """
    withhold_reason: str | None = None
    """Why they must not be told. Code list: withhold_reason.

    Ask gently; an answer is not needed.
    """
    how: str | None = None
    """How it was given. Code list: consent_form.

    A thumbprint or a spoken yes that was recorded is enough.
    """
    language: str | None = None
    """Language. Code list: language.

    In which it was explained.
    """
    explained_by: str | None = None
    """Officer who explained it.

    The record of the officer.
    """
    aids: list[str] = dataclasses.field(default_factory=list)
    """Aids. Code list: consent_aid.

    What was used to explain it.
    """
    understood: str | None = None
    """Whether the person understood it. Code list: yes_no_unsure.

    Ask the person to say it in own words.
    """
    evidence_item: str | None = None
    """Signed paper or recording.

    The record of the evidence item.
    """
    given_at: datetime.datetime | None = None
    """When it was given.

    Before anything is done that needs it.
    """
    valid_until: PartialDate | None = None
    """Until when it holds.

    After that, ask again.
    """
    withdrawn_at: datetime.datetime | None = None
    """When it was withdrawn.

    Can be at any time, without a reason. Then tell no one any more.
    """
    supersedes: str | None = None
    """Consent that it replaces.

    The older record stays.
    """

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
    """Name. Required.

    In Khmer script, as on the service card.
    """
    name_latin: str | None = None
    """Name in Latin script.

    As on the service card or passport.
    """
    badge_number: str | None = None
    """Badge number.

    Copy it from the service card.
    """
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers.

    Service numbers, one to a line. Private ones only if the officer agrees.
    """
    rank: str | None = None
    """Rank.

    As on the service card.
    """
    sex: str | None = None
    """Sex. Code list: sex.

    As the officer says.
    """
    roles: list[str] = dataclasses.field(default_factory=list)
    """Roles. Code list: officer_role.

    What the officer does in this unit. It grants no access by itself.
    """
    status: str | None = None
    """State. Code list: officer_status.

    Change it on the day an officer leaves; access ends in the roster.
    """
    unit_kind: str | None = None
    """Kind of unit. Code list: unit_kind.

    The kind of unit the officer serves in.
    """
    languages: list[str] = dataclasses.field(default_factory=list)
    """Languages. Code list: language.

    In which the officer can talk with a child without an interpreter.
    """
    certifications: list[str] = dataclasses.field(default_factory=list)
    """Courses passed.

    One to a line. For dates and validity, add certification records below the officer.
    """
    certified_until: PartialDate | None = None
    """Until when the training to interview children is valid.

    From the newest certificate.
    """
    supervision_last_on: PartialDate | None = None
    """Last supervision.

    The day of the last talk with a supervisor or peers about interviews.
    """
    interviews_last_12_months: int | None = None
    """Interviews of children in the last twelve months.

    Count sessions. Very many are a reason to offer support to the officer.
    """

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
    """Name. Required.

    The official name in English.
    """
    name_km: str | None = None
    """Name in Khmer.

    The official name.
    """
    kind: str | None = None
    """Kind. Code list: unit_kind.

    What the unit is for.
    """
    province: str | None = None
    """Province.

    The official code of two digits.
    """
    district: str | None = None
    """District.

    The official code of four digits. Empty for a unit of a whole province.
    """
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers.

    Numbers of the office, one to a line.
    """

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
    """Name in Khmer.

    The official name.
    """
    name_en: str | None = None
    """Name in English. Required.

    The official name, without abbreviations.
    """
    level: str | None = None
    """Level. Code list: station_level.

    The level of the administration.
    """
    place: str | None = None
    """Place.

    The official code of the commune or village where it stands.
    """
    has_child_friendly_room: bool | None = None
    """Whether it has a child-friendly interview room.

    Yes also while the room is under repair.
    """
    phones: list[str] = dataclasses.field(default_factory=list)
    """Telephone numbers.

    Numbers of the office, one to a line.
    """
    address: str | None = None
    """Address.

    So that a caregiver can find it.
    """

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
    """Name. Required.

    The name people use for it. No name of a child or donor family.
    """
    status: str | None = None
    """State. Code list: room_status.

    Whether it can be used today.
    """
    opened_on: PartialDate | None = None
    """When it opened.

    The day on which it could first be used.
    """
    funder: str | None = None
    """Who pays for it.

    The organisation that pays for equipment and upkeep.
    """
    has_observation_room: bool | None = None
    """Whether there is an observation room.

    A room from which others watch without being seen by the child.
    """
    recording_installed: bool | None = None
    """Whether recording is installed.

    Yes only if it works today.
    """
    separate_waiting_place: bool | None = None
    """Whether there is a separate waiting place.

    Where the child cannot meet an alleged offender.
    """
    wheelchair_accessible: bool | None = None
    """Whether a wheelchair can get there.

    From the street to the room and to a toilet.
    """
    seats: int | None = None
    """Number of seats.

    Count those fit for children too.
    """
    sound_proof: bool | None = None
    """Whether nobody outside can hear what is said.

    Try it: one speaks inside, one listens at the door.
    """
    live_feed: bool | None = None
    """Whether the observation room sees and hears live.

    Yes only if it works today.
    """
    backup_power: bool | None = None
    """Whether recording goes on when the power fails.

    Try it once a year.
    """

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
    """Date. Required.

    The day.
    """
    started_at: datetime.datetime | None = None
    """From.

    When the room was taken.
    """
    ended_at: datetime.datetime | None = None
    """Until.

    When the room was free again.
    """
    used_for: str | None = None
    """Used for. Code list: room_purpose. Required.

    Honestly, also if it was a meeting or storage.
    """
    case_type: str | None = None
    """Kind of case, coarsely. Code list: case_type_coarse.

    Only for interviews of children. No name, no case number.
    """
    unit_kind: str | None = None
    """Kind of unit that used it. Code list: unit_kind.

    The kind of unit, not the officer.
    """
    not_used_reason: str | None = None
    """Why it was not used. Code list: not_used_reason.

    If an interview took place elsewhere although there is a room.
    """
    equipment_worked: bool | None = None
    """Whether the equipment worked.

    No if anything failed, even for a moment.
    """
    note: str | None = None
    """Remark.

    About the room only. Never about a child.
    """

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
    """When. Required.

    The day of the visit.
    """
    visitor_organisation: str | None = None
    """Organisation of the visitors.

    Its official name.
    """
    visitors: list[str] = dataclasses.field(default_factory=list)
    """Visitors.

    Names, one to a line.
    """
    announced: bool | None = None
    """Whether the visit was announced.

    Yes if the station knew of it the day before.
    """
    checklist_version: str | None = None
    """Version of the checklist.

    As printed on it.
    """
    previous_visit: str | None = None
    """Visit before this one.

    The record of the visit.
    """
    total_percent: int | None = None
    """Total score in percent.

    From 0 to 100. Computed from the items.
    """
    access_percent: int | None = None
    """Score for access and privacy in percent.

    From 0 to 100.
    """
    environment_percent: int | None = None
    """Score for the environment in percent.

    From 0 to 100.
    """
    equipment_percent: int | None = None
    """Score for the equipment in percent.

    From 0 to 100.
    """
    procedure_percent: int | None = None
    """Score for the procedure in percent.

    From 0 to 100.
    """
    after_percent: int | None = None
    """Score for what happens afterwards in percent.

    From 0 to 100.
    """
    data_percent: int | None = None
    """Score for data protection in percent.

    From 0 to 100.
    """
    use_percent: int | None = None
    """Score for the use of the room in percent.

    From 0 to 100.
    """
    trend: str | None = None
    """Trend since the last visit. Code list: score_trend.

    Compared with the visit before.
    """
    critical_failures: list[str] = dataclasses.field(default_factory=list)
    """Critical items that failed. Code list: checklist_item.

    Those with a star and a score of 0.
    """
    summary: str | None = None
    """Summary.

    What is good and what has to change. No child, no case.
    """
    photos_checked: bool | None = None
    """Whether all photos were checked for people.

    Yes only if every photo was looked at and shows nobody.
    """
    signed_by_station: bool | None = None
    """Whether the station signed.

    Yes if the station has read and signed it.
    """
    signatory: str | None = None
    """Officer who signed for the station.

    The record of the officer.
    """
    next_visit_due: PartialDate | None = None
    """When the next visit is due.

    As agreed.
    """

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
    """Title. Required.

    As in the invitation.
    """
    kind: str | None = None
    """Kind. Code list: training_kind. Required.

    What kind of event it was.
    """
    topics: list[str] = dataclasses.field(default_factory=list)
    """Topics. Code list: training_topic.

    Choose all.
    """
    started_on: PartialDate | None = None
    """First day. Required.

    The first day of the event.
    """
    ended_on: PartialDate | None = None
    """Last day.

    The last day of the event.
    """
    place: str | None = None
    """Place.

    The official code.
    """
    host: str | None = None
    """Host.

    The organisation that invited.
    """
    donor: str | None = None
    """Who paid for it.

    The organisation.
    """
    facilitators: list[str] = dataclasses.field(default_factory=list)
    """Facilitators.

    Names, one to a line.
    """
    participants_planned: int | None = None
    """Number of participants invited.

    How many were invited.
    """
    participants_attended: int | None = None
    """Number of participants who came.

    How many came.
    """
    women_attended: int | None = None
    """Number of women who came.

    How many of those who came.
    """
    hours: int | None = None
    """Hours.

    Hours of training without breaks.
    """
    examples_are_invented: bool | None = None
    """Whether all cases used as examples were invented.

    Never a real child, not even changed.
    """
    report: str | None = None
    """Report.

    What was done and learned. No child, no case.
    """

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
    """Token of the participant.

    Drawn by the participant. The same in all waves, so that answers can be compared. Never a name, number or
    initials.
    """
    wave: str | None = None
    """When it was asked. Code list: survey_wave. Required.

    Before, right after, or months after.
    """
    answered_on: PartialDate | None = None
    """When it was answered.

    The month is enough.
    """
    knowledge_score: int | None = None
    """Score of the test of knowledge in percent.

    From 0 to 100.
    """
    usefulness: int | None = None
    """How useful it was, from 1 to 5.

    5 is very useful.
    """
    intent_to_apply: str | None = None
    """Whether the participant wants to use it. Code list: yes_no_unsure.

    As answered.
    """
    applied_since: str | None = None
    """Whether the participant has used it since. Code list: yes_no_unsure.

    Only in the later waves.
    """
    barriers: list[str] = dataclasses.field(default_factory=list)
    """What keeps the participant from using it. Code list: practice_barrier.

    Choose all.
    """
    level: str | None = None
    """What the answers tell about. Code list: evaluation_level.

    Reaction, learning, behaviour or results.
    """
    free_text: str | None = None
    """In own words.

    As written. Take out names of people and places.
    """

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
    """What was said. Required.

    As said. Take out everything that could point to a child.
    """
    speaker_role: str | None = None
    """Role of the speaker. Code list: testimonial_role.

    The role, not the name.
    """
    speaker_token: str | None = None
    """Token of the speaker.

    Only if the speaker wants to be able to withdraw it. Never a name.
    """
    given_on: PartialDate | None = None
    """When.

    The day.
    """
    publish_consent: str | None = None
    """Whether it may be published. Code list: publish_consent. Required.

    Ask each time, in writing.
    """
    checked_for_children: bool | None = None
    """Whether a second person checked that no child can be recognised.

    Yes only after the check.
    """
    withdrawn_on: PartialDate | None = None
    """When it was withdrawn.

    Then it is published no more.
    """

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
    """Title. Required.

    What has to change, in a few words.
    """
    status: str | None = None
    """State. Code list: plan_status. Required.

    Where it stands today.
    """
    agreed_on: PartialDate | None = None
    """When it was agreed.

    The day.
    """
    agreed_with: str | None = None
    """With whom it was agreed.

    Function and office.
    """
    review_on: PartialDate | None = None
    """When it is looked at again.

    The day.
    """
    goal: str | None = None
    """Goal.

    How one will see that it is reached. No child, no case.
    """

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
    """System. Code list: external_system. Required.

    Where the number is from.
    """
    value: str | None = None
    """Number or reference. Required.

    Exactly as it stands there.
    """
    seen_on: PartialDate | None = None
    """When it was noted.

    The day on which you saw it.
    """
    contact: str | None = None
    """Whom to ask there.

    The office and how to reach it. No private numbers.
    """

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
    """Other case. Required.

    The record of the other case, if it is in this vault.
    """
    kind: str | None = None
    """How they are linked. Code list: case_link_kind. Required.

    Choose the reason that is most certain.
    """
    reason: str | None = None
    """Why they are thought to belong together.

    What points to it, and how sure it is.
    """

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
    """Function. Code list: functional_difficulty. Required.

    Such as seeing, hearing, communication.
    """
    level: str | None = None
    """How much difficulty. Code list: functioning_level. Required.

    With glasses, hearing aid or other help that the child uses.
    """
    told_by: str | None = None
    """Who says so. Code list: participant_role.

    The role, not the name.
    """

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
    """Role. Code list: participant_role. Required.

    Why this person was there.
    """
    presence: str | None = None
    """Where the person was. Code list: presence_place. Required.

    In the room means that the child saw the person.
    """
    name: str | None = None
    """Name.

    For officers of this vault, choose the officer record instead.
    """
    officer: str | None = None
    """Officer.

    The record, if the person is an officer of this vault.
    """
    organisation: str | None = None
    """Organisation.

    The office or organisation that sent the person.
    """
    relation_to_child: str | None = None
    """Relation to the child. Code list: guardian_relation.

    For relatives and other persons near the child.
    """
    from_time: datetime.datetime | None = None
    """From.

    When the person came in.
    """
    until_time: datetime.datetime | None = None
    """Until.

    When the person left.
    """
    conflict_check: str | None = None
    """Whether a conflict was looked for. Code list: conflict_check.

    Did anyone check that the person has no part in what is alleged and no tie to those who have?
    """
    language: str | None = None
    """Language that was interpreted. Code list: language.

    Only for interpreters.
    """
    interpreter_mode: str | None = None
    """How the interpreter took part. Code list: interpreter_mode.

    Only for interpreters.
    """
    sworn: bool | None = None
    """Whether the interpreter was sworn.

    Only for interpreters.
    """
    independent_of_family: bool | None = None
    """Whether the interpreter is independent of family and village.

    Only for interpreters.
    """
    sex: str | None = None
    """Sex. Code list: sex.

    Matters where the child asked for a woman or a man.
    """
    agreed_by_child: str | None = None
    """Whether the child agreed to this person. Code list: yes_no_unsure.

    Ask before the person comes in.
    """

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
    """Phase. Code list: interview_phase. Required.

    As the protocol names it.
    """
    position: int | None = None
    """Position in the order.

    1 for the first.
    """
    started_at: datetime.datetime | None = None
    """When it started.

    From the recording or the clock in the room.
    """
    ended_at: datetime.datetime | None = None
    """When it ended.

    From the recording or the clock in the room.
    """
    completion: str | None = None
    """How far it was done. Code list: phase_completion. Required.

    Partly if something of it was left out.
    """
    skip_reason: str | None = None
    """Why it was left out. Code list: phase_skip_reason.

    Needed if it was skipped.
    """

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
    """Reason. Code list: break_reason. Required.

    The wish of the child comes first.
    """
    started_at: datetime.datetime | None = None
    """When it started. Required.

    From the clock in the room.
    """
    ended_at: datetime.datetime | None = None
    """When it ended.

    From the clock in the room.
    """
    accompanied_by: str | None = None
    """Role of the person who stayed with the child. Code list: participant_role.

    A child is not left alone.
    """
    topic_not_discussed: bool | None = None
    """Whether nothing of the matter was talked about in the break.

    Yes if nobody asked the child about it.
    """

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
    """Reviewer. Required.

    The record of the officer. Not the interviewer.
    """
    reviewed_on: PartialDate | None = None
    """When it was reviewed. Required.

    Best within a month.
    """
    score: int | None = None
    """Score in percent.

    By the form that your unit uses. From 0 to 100. It is about the interview, never about the child.
    """
    method: str | None = None
    """What the review is based on. Code list: question_coding_method.

    The recording, or being there.
    """
    strengths: str | None = None
    """What went well.

    Say it concretely, so that it can be done again.
    """
    feedback: str | None = None
    """What could be better.

    Concrete and kind. Quote the interviewer, not the child.
    """
    discussed_with_interviewer: bool | None = None
    """Whether it was talked over with the interviewer.

    Yes only after the talk.
    """
    follow_up: str | None = None
    """What follows from it. Code list: review_follow_up.

    Training and support, not blame.
    """

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
    """Item. Code list: checklist_item. Required.

    An item of the checklist.
    """
    answer: str | None = None
    """Answer. Code list: checklist_answer. Required.

    Not applicable only if it could not matter here.
    """
    note: str | None = None
    """Remark.

    What was missing and why. Nothing of what the child told.
    """

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
        "statement_version": "unsigned",
    }

    signatory: str | None = None
    """Who signed. Code list: signatory_role. Required.

    The role of the person.
    """
    method: str | None = None
    """How. Code list: signature_method. Required.

    Not given is a valid answer.
    """
    signed_at: datetime.datetime | None = None
    """When.

    From the paper or the clock.
    """
    officer: str | None = None
    """Officer.

    The record, if an officer signed.
    """
    participant: str | None = None
    """Participant.

    The record, if someone who was present signed.
    """
    name: str | None = None
    """Name.

    Only if there is no record of the person.
    """
    page_count: int | None = None
    """Number of signed pages.

    Each page is signed.
    """
    statement_version: int | None = None
    """Version of the statement that was signed.

    Filled in by the system. A later version has to be signed anew.
    """

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
    """Method. Code list: digest_method. Required.

    As the evidence unit names it.
    """
    value: str | None = None
    """Digest. Required.

    Hexadecimal, copied by machine, not typed by hand. Cryptographic digests only.
    """
    computed_at: datetime.datetime | None = None
    """When it was computed.

    As the evidence unit says.
    """
    supplied_by: str | None = None
    """Who supplied it.

    The evidence unit and the officer there.
    """
    tool: str | None = None
    """Tool and version.

    With which it was computed.
    """

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
    """Kind. Code list: authorization_kind. Required.

    What kind of paper it is.
    """
    identifier: str | None = None
    """Number.

    As on the paper.
    """
    issued_by: str | None = None
    """Issued by.

    The court or office.
    """
    valid_from: PartialDate | None = None
    """Valid from.

    As on the paper.
    """
    valid_until: PartialDate | None = None
    """Valid until.

    As on the paper.
    """
    scope: str | None = None
    """What it allows.

    In the words of the paper.
    """

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
    """Item. Code list: checklist_item. Required.

    An item of the checklist.
    """
    score: str | None = None
    """Score. Code list: checklist_score. Required.

    Not applicable only if it cannot matter in this room.
    """
    evidence: list[str] = dataclasses.field(default_factory=list)
    """How it was found out. Code list: visit_evidence.

    Seen is better than told.
    """
    note: str | None = None
    """Remark.

    What was missing. No child, no case.
    """
    photo_reference: str | None = None
    """Photo.

    Number of the photo. Only rooms and things.
    """
    photo_contains_person: bool | None = None
    """Whether the photo shows a person.

    If yes, do not keep the photo.
    """

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
    """What. Required.

    One thing that can be done and seen.
    """
    owner: str | None = None
    """Who does it.

    Function and office.
    """
    due_on: PartialDate | None = None
    """Until when.

    The day.
    """
    status: str | None = None
    """State. Code list: action_status. Required.

    Where it stands today.
    """
    done_on: PartialDate | None = None
    """When it was done.

    The day.
    """
    item: str | None = None
    """Item of the checklist. Code list: checklist_item.

    The item that it is about.
    """
    cost: int | None = None
    """Cost in US dollars.

    Whole dollars.
    """
    note: str | None = None
    """Remark.

    What holds it up. No child, no case.
    """

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
    """Officer.

    The record, if the participant is an officer of this vault.
    """
    name: str | None = None
    """Name.

    Only if there is no record.
    """
    unit_kind: str | None = None
    """Kind of unit. Code list: unit_kind.

    The kind of unit the participant serves in.
    """
    province: str | None = None
    """Province.

    The official code of two digits.
    """
    sex: str | None = None
    """Sex. Code list: sex.

    As the participant says.
    """
    rank_band: str | None = None
    """Rank, coarsely. Code list: rank_band.

    The band, not the rank.
    """
    role: str | None = None
    """Part in the event. Code list: training_role.

    As on the list.
    """
    attended_days: int | None = None
    """Days attended.

    Whole days.
    """
    passed: bool | None = None
    """Whether the test was passed.

    Empty if there was none.
    """

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
    """Course. Code list: training_topic. Required.

    What it was about.
    """
    title: str | None = None
    """Title.

    As on the certificate.
    """
    provider: str | None = None
    """Provider.

    Who held the course.
    """
    completed_on: PartialDate | None = None
    """When it was completed.

    As on the certificate.
    """
    expires_on: PartialDate | None = None
    """When it expires.

    As on the certificate, or by the rule of your unit.
    """
    certificate_number: str | None = None
    """Number of the certificate.

    As on the certificate.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class SurveySkill(Record):
    """A record of the kind ``survey_skill``."""

    KIND: ClassVar[str] = "survey_skill"
    TYPES: ClassVar[Mapping[str, str]] = {
        "skill": "code",
        "confidence": "unsigned",
    }

    skill: str | None = None
    """Skill. Code list: interview_skill. Required.

    As in the questionnaire.
    """
    confidence: int | None = None
    """Confidence from 1 to 5. Required.

    5 is very confident.
    """

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
    """Child. Required.

    The record of the child in this case.
    """
    relationship: str | None = None
    """Relationship to this child. Code list: offender_relationship. Required.

    As seen from the child.
    """
    contact_routes: list[str] = dataclasses.field(default_factory=list)
    """Ways in which contact with this child was made. Code list: contact_route.

    Choose all that are alleged.
    """
    lives_with_child: str | None = None
    """Whether the person lives with this child. Code list: yes_no_unknown.

    As it is today.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class Lock(Record):
    """A record of the kind ``lock``."""

    KIND: ClassVar[str] = "lock"
    TYPES: ClassVar[Mapping[str, str]] = {
        "locked_at": "time",
        "locked_by": "id",
        "digest": "text",
        "salt": "text",
        "records": "unsigned",
        "revision": "unsigned",
    }

    locked_at: datetime.datetime | None = None
    """When it was closed. Required.

    By the clock of this device.
    """
    locked_by: str | None = None
    """Officer who closed it.

    The record of the officer.
    """
    digest: str | None = None
    """Digest of what stood there. Required.

    Filled in by the system. Compare it with the one on the printed paper.
    """
    salt: str | None = None
    """Random part of the digest. Required.

    Filled in by the system. Without it nobody can try texts against the digest.
    """
    records: int | None = None
    """Number of records that were closed. Required.

    The statement or interview itself and its parts.
    """
    revision: int | None = None
    """Revision that was closed. Required.

    The number of the revision of the statement or interview.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class RoomsSource(Record):
    """A record of the kind ``rooms_source``."""

    KIND: ClassVar[str] = "rooms_source"
    TYPES: ClassVar[Mapping[str, str]] = {
        "source_vault": "text",
        "source_device": "text",
        "until_commit": "unsigned",
        "until": "time",
        "taken_in_at": "time",
        "senders": "list of text",
        "packet": "text",
    }

    source_vault: str | None = None
    """Vault of the station. Required.

    Filled in by the program.
    """
    source_device: str | None = None
    """Device that keeps it.

    Filled in by the program.
    """
    until_commit: int | None = None
    """Up to which of its commits everything is here.

    Filled in by the program.
    """
    until: datetime.datetime | None = None
    """Until when everything is here.

    By the clock of the station.
    """
    taken_in_at: datetime.datetime | None = None
    """When it was taken in.

    By the clock of this device.
    """
    senders: list[str] = dataclasses.field(default_factory=list)
    """Who may send for it.

    Signing keys. The first one is that of the first packet; others are added by hand.
    """
    packet: str | None = None
    """Newest packet.

    Filled in by the program.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class InterviewMonth(Record):
    """A record of the kind ``interview_month``."""

    KIND: ClassVar[str] = "interview_month"
    TYPES: ClassVar[Mapping[str, str]] = {
        "month": "date",
        "interviews": "unsigned",
        "computed_at": "time",
        "median_delay_days": "unsigned",
        "in_room": "unsigned",
        "in_room_of": "unsigned",
        "first": "unsigned",
        "first_of": "unsigned",
        "recorded": "unsigned",
        "recorded_of": "unsigned",
        "support_offered": "unsigned",
        "support_offered_of": "unsigned",
        "with_break": "unsigned",
        "with_break_of": "unsigned",
        "practised": "unsigned",
        "practised_of": "unsigned",
        "phases_full": "unsigned",
        "phases_full_of": "unsigned",
        "undue_delay": "unsigned",
        "undue_delay_of": "unsigned",
        "children": "unsigned",
        "invitations": "unsigned",
        "leading_questions": "unsigned",
        "questions": "unsigned",
        "young_breaks": "unsigned",
        "young_minutes": "unsigned",
        "young_interviews": "unsigned",
        "face_better": "unsigned",
        "face_same": "unsigned",
        "face_worse": "unsigned",
        "face_of": "unsigned",
        "referred_24h": "unsigned",
        "referred_24h_of": "unsigned",
        "referred_72h": "unsigned",
        "referred_72h_of": "unsigned",
        "need_met": "unsigned",
        "need_met_of": "unsigned",
        "refusals_respected": "unsigned",
        "refusals_respected_of": "unsigned",
    }

    month: PartialDate | None = None
    """Month. Required.

    The month in which the interviews began.
    """
    interviews: int | None = None
    """Number of interviews.

    Empty if they were fewer than five.
    """
    computed_at: datetime.datetime | None = None
    """When it was computed.

    Filled in by the program.
    """
    median_delay_days: int | None = None
    """Days from report to interview, in the middle.

    Half of the interviews took place within so many days.
    """
    in_room: int | None = None
    """Interviews held in a room for children.

    Empty if it would tell of few.
    """
    in_room_of: int | None = None
    """Interviews of which it is known whether they were held in a room for children.

    The denominator.
    """
    first: int | None = None
    """First interviews of a child.

    Empty if it would tell of few.
    """
    first_of: int | None = None
    """Interviews of which it is known whether they were the first.

    The denominator.
    """
    recorded: int | None = None
    """Recorded interviews.

    Empty if it would tell of few.
    """
    recorded_of: int | None = None
    """Interviews of which it is known whether they were recorded.

    The denominator.
    """
    support_offered: int | None = None
    """Interviews at which a support person was offered.

    Empty if it would tell of few.
    """
    support_offered_of: int | None = None
    """Interviews of which it is known whether a support person was offered.

    The denominator.
    """
    with_break: int | None = None
    """Interviews with a break.

    Empty if it would tell of few.
    """
    with_break_of: int | None = None
    """Interviews that have ended.

    The denominator of those with a break.
    """
    practised: int | None = None
    """Interviews with practice in telling.

    Empty if it would tell of few.
    """
    practised_of: int | None = None
    """Interviews of which it is known whether there was practice in telling.

    The denominator.
    """
    phases_full: int | None = None
    """Phases that were done in full.

    Empty if it would tell of few.
    """
    phases_full_of: int | None = None
    """Phases of the interviews.

    The denominator.
    """
    undue_delay: int | None = None
    """Interviews for which a child waited too long.

    Empty if it would tell of few.
    """
    undue_delay_of: int | None = None
    """Interviews of which it is known how long the child waited.

    The denominator.
    """
    children: int | None = None
    """Children who were interviewed.

    Empty if it would tell of few. With the number of interviews it says how often a child was asked.
    """
    invitations: int | None = None
    """Open invitations to tell.

    Of all interviews together.
    """
    leading_questions: int | None = None
    """Option-posing and suggestive questions.

    Of all interviews together.
    """
    questions: int | None = None
    """Questions.

    The denominator of both.
    """
    young_breaks: int | None = None
    """Breaks in interviews of children below ten years.

    Empty if it would tell of few.
    """
    young_minutes: int | None = None
    """Minutes without breaks of interviews of children below ten years.

    Sixty times the breaks by these minutes: breaks in an hour.
    """
    young_interviews: int | None = None
    """Interviews of children below ten years.

    Those of which breaks and minutes are known.
    """
    face_better: int | None = None
    """Interviews after which the child pointed to a happier face.

    Empty if it would tell of few.
    """
    face_same: int | None = None
    """Interviews after which the child pointed to the same face.

    Empty if it would tell of few.
    """
    face_worse: int | None = None
    """Interviews after which the child pointed to a sadder face.

    Empty if it would tell of few.
    """
    face_of: int | None = None
    """Interviews at which the child pointed to a face before and after.

    The denominator.
    """
    referred_24h: int | None = None
    """Referrals within 24 hours that arrived in 24 hours.

    Empty if it would tell of few.
    """
    referred_24h_of: int | None = None
    """Referrals that were due within 24 hours.

    The denominator. Those still under way are left out.
    """
    referred_72h: int | None = None
    """Urgent referrals that arrived in 72 hours.

    Empty if it would tell of few.
    """
    referred_72h_of: int | None = None
    """Referrals that were due within 72 hours.

    The denominator. Those still under way are left out.
    """
    need_met: int | None = None
    """Referrals after which the need was met.

    Empty if it would tell of few.
    """
    need_met_of: int | None = None
    """Referrals whose outcome is known.

    The denominator.
    """
    refusals_respected: int | None = None
    """Refusals that were respected.

    Empty if it would tell of few.
    """
    refusals_respected_of: int | None = None
    """Refusals of which it is known whether they were respected.

    The denominator.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class Authorisation(Record):
    """A record of the kind ``authorisation``."""

    KIND: ClassVar[str] = "authorisation"
    TYPES: ClassVar[Mapping[str, str]] = {
        "act": "code",
        "ground": "code",
        "purpose": "code",
        "recipient_kind": "text",
        "recipient": "text",
        "service": "code",
        "fields": "list of text",
        "repeat_reason": "code",
        "copy_class": "code",
        "reason": "narrative",
        "valid_until": "time",
        "digest": "text",
        "used_at": "time",
        "used_for": "id",
    }

    act: str | None = None
    """What is allowed. Code list: authorised_act. Required.

    One act.
    """
    ground: str | None = None
    """Ground. Code list: override_ground.

    Why it may be told without consent.
    """
    purpose: str | None = None
    """Purpose of the disclosure. Code list: consent_purpose.

    What for somebody is told.
    """
    recipient_kind: str | None = None
    """Kind of recipient.

    A code of the consent rules.
    """
    recipient: str | None = None
    """Recipient.

    Who is told.
    """
    service: str | None = None
    """Service. Code list: service_type.

    For a referral.
    """
    fields: list[str] = dataclasses.field(default_factory=list)
    """Fields.

    What is told, field by field.
    """
    repeat_reason: str | None = None
    """Why the child is interviewed again. Code list: repeat_reason.

    For another interview.
    """
    copy_class: str | None = None
    """Kind of copy. Code list: copy_class.

    For a copy of an exhibit.
    """
    reason: str | None = None
    """Reason of the person who allows it. Required.

    In their words.
    """
    valid_until: datetime.datetime | None = None
    """Until when it holds. Required.

    A few days at most.
    """
    digest: str | None = None
    """Digest of what was allowed. Required.

    Filled in by the system. It binds vault, record, person, act and time.
    """
    used_at: datetime.datetime | None = None
    """When it was used.

    Filled in by the system. It is used once.
    """
    used_for: str | None = None
    """For what it was used.

    The record of the child, the interview or the copy.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class Request(Record):
    """A record of the kind ``request``."""

    KIND: ClassVar[str] = "request"
    TYPES: ClassVar[Mapping[str, str]] = {
        "what": "text",
        "kind": "code",
        "status": "code",
        "asked_of": "text",
        "asked_on": "date",
        "needed_by": "date",
        "answered_on": "date",
        "item": "code",
        "cost": "unsigned",
        "answer": "narrative",
    }

    what: str | None = None
    """What is asked for. Required.

    One thing. No child, no case.
    """
    kind: str | None = None
    """Kind. Code list: request_kind. Required.

    What sort of thing it is.
    """
    status: str | None = None
    """State. Code list: request_status. Required.

    Where it stands today.
    """
    asked_of: str | None = None
    """Who is asked.

    Function and office.
    """
    asked_on: PartialDate | None = None
    """When it was asked.

    The day.
    """
    needed_by: PartialDate | None = None
    """Until when it is needed.

    The day.
    """
    answered_on: PartialDate | None = None
    """When it was answered.

    The day.
    """
    item: str | None = None
    """Item of the checklist. Code list: checklist_item.

    The item that it is about.
    """
    cost: int | None = None
    """Cost in US dollars.

    Whole dollars.
    """
    answer: str | None = None
    """Answer.

    What was answered. No child, no case.
    """

@dataclasses.dataclass(repr=False, kw_only=True)
class Release(Record):
    """A record of the kind ``release``."""

    KIND: ClassVar[str] = "release"
    TYPES: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "series": "text",
        "audience": "text",
        "made_at": "time",
        "rows": "unsigned",
        "cost": "unsigned",
        "digest": "text",
        "membership": "narrative",
        "manifest": "text",
        "table": "narrative",
    }

    name: str | None = None
    """Name. Required.

    What the specification calls it.
    """
    series: str | None = None
    """Series. Required.

    The series whose guard and budget it counts for.
    """
    audience: str | None = None
    """Audience. Required.

    Inside or outside of the organisation.
    """
    made_at: datetime.datetime | None = None
    """When it was made. Required.

    By the clock of the device.
    """
    rows: int | None = None
    """Rows.

    How many left.
    """
    cost: int | None = None
    """Cost.

    Of a noisy answer, in millionths of rho.
    """
    digest: str | None = None
    """Digest. Required.

    SHA-256 of its membership, or of the noisy table, in hexadecimal.
    """
    membership: str | None = None
    """Membership.

    Which statistics id stands in which class, in base64.
    """
    manifest: str | None = None
    """Manifest.

    SHA-256 of the manifest of an extract, in hexadecimal.
    """
    table: str | None = None
    """Table.

    Of a table of counts: its specification and the counts that are shown, in base64.
    """

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
    "lock": Lock,
    "rooms_source": RoomsSource,
    "interview_month": InterviewMonth,
    "authorisation": Authorisation,
    "request": Request,
    "release": Release,
}
