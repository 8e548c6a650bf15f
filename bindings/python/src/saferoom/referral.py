"""Referrals: a child goes to a service with what was agreed to be told, and the station sees what comes of it::

    from saferoom import referral

    sent = referral.send(session, identity, case_referral, shelter_address, ["child.given_name", "child.sex"], access)
    Path("to-shelter.packet").write_bytes(sent.packet_bytes)

At the shelter, which has no vault::

    opened = keys.open("to-shelter.packet", known, seen="shelter.seen", folder=tempfile.gettempdir())
    told = referral.told(opened)
    referral.answer(keys, "to-shelter.packet", known, referral.Answer("accepted", by="Reception"), out="answer.packet")

Back at the station::

    handover.take_in(session, "answer.packet", keys, known, access).referrals
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import os
from collections.abc import Iterable
from typing import Any, Literal

from ._bridge import native
from .consent import Disclosure, Override, stated
from .errors import translated
from .handover import Moved
from .identity import Identity
from .members import native_moment
from .packet import Correspondent, KnownSenders, OpenedPacket
from .results import Access, Path
from .session import Session


class Stage(enum.Enum):
    """Where a referral stands."""

    PROPOSED = "proposed"
    #: Sent; the provider has not begun.
    WAITING = "waiting"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    #: It came to nothing.
    ENDED = "ended"


class Overdue(enum.Enum):
    """Why somebody should look at a referral."""

    #: The service was needed by now and has not begun.
    NOT_BEGUN = "not_begun"
    #: The day of the appointment has passed and nobody says what came of it.
    APPOINTMENT = "appointment"
    #: The child did not come, and there is no new appointment.
    NO_SHOW = "no_show"
    #: It could not be had, and nothing else is under way for the same service.
    NO_SERVICE = "no_service"


@dataclasses.dataclass(frozen=True)
class ReferralStanding:
    """A referral at a glance."""

    id: str
    #: Of the list ``service_type``.
    service: str
    stage: Stage
    #: ``None``: nobody has to look at it.
    overdue: Overdue | None



@dataclasses.dataclass(frozen=True)
class Sent:
    """A referral that was sent: give ``packet_bytes`` to the service."""

    packet: str
    packet_bytes: bytes = dataclasses.field(repr=False)
    #: The fields that the service is told, and no other.
    told: tuple[str, ...]
    #: The ground on which it is told without consent.
    ground: str | None


@dataclasses.dataclass(frozen=True, repr=False)
class CaseUco:
    """Exhibits with their custody for somebody outside."""

    #: The document, JSON-LD.
    document: dict[str, Any]
    #: The share manifest: digest of the document, and each record with the numbers of the fields that it tells.
    manifest: dict[str, Any]
    #: How many exhibits are in it.
    exhibits: int

    def __repr__(self) -> str:
        return f"CaseUco({self.exhibits} exhibits, redacted)"


@dataclasses.dataclass(frozen=True)
class OverdueReferral:
    """A referral that is overdue, and the finding about it."""

    referral: str
    service: str
    why: Overdue
    finding: str
    is_new: bool


@dataclasses.dataclass(frozen=True)
class OverdueReport:
    """What looking for overdue referrals found."""

    looked_at: int
    #: How many cases this member cannot look into.
    closed_cases: int
    overdue: tuple[OverdueReferral, ...]
    #: How many findings have settled themselves.
    settled: int


@dataclasses.dataclass(frozen=True, repr=False)
class ToldField:
    """One field that a service was told, for people."""

    record: str
    label: str
    value: str

    def __repr__(self) -> str:
        return "ToldField(redacted)"


@dataclasses.dataclass(frozen=True, repr=False)
class Answer:
    """What a service answers. Codes are of the lists referral_status, service_outcome and decline_reason."""

    state: str
    outcome: str | None = None
    decline_reason: str | None = None
    appointment_at: datetime.datetime | None = None
    #: Who answers: name and function.
    by: str = ""
    #: What the service reports, up to 8192 bytes.
    feedback: str = ""

    def __repr__(self) -> str:
        return f"Answer({self.state}, redacted)"


@translated
def send(
    session: Session,
    identity: Identity,
    referral: str,
    address: bytes,
    fields: Iterable[str],
    access: Access,
    *,
    recipient_kind: str = "service_provider",
    expires_at: datetime.datetime | None = None,
    without_consent: Override | None = None,
) -> Sent:
    """Makes the packet by which a referral goes to a service. Consent is asked, and exactly the named fields are told.

    ``address`` is the bytes of the service's address file: compare its fingerprint with them by telephone before.
    """
    sent = session._handle.send_referral(
        referral,
        address,
        recipient_kind,
        list(fields),
        identity._native(),
        access._native(),
        native_moment(expires_at),
        stated(without_consent),
    )
    return Sent(sent.packet, bytes(sent.bytes), tuple(sent.told), sent.ground)


@translated
def move(session: Session, referral: str, state: str, access: Access, decline_reason: str | None = None) -> Moved:
    """Moves a referral, as the station hears it: declined, withdrawn, done."""
    return _moved(session._handle.move_referral(referral, state, access._native(), decline_reason))


@translated
def of_child(session: Session, child: str, access: Access) -> list[ReferralStanding]:
    """The referrals of a child, what is overdue first. Each is logged as read."""
    found = session._handle.referrals_of_child(child, access._native())
    return [
        ReferralStanding(one.id, one.service, Stage(one.stage), one.overdue and Overdue(one.overdue)) for one in found
    ]


@translated
def overdue(session: Session, access: Access) -> OverdueReport:
    """Looks at all referrals that this member can read, and opens a finding for each that is overdue and has none."""
    report = session._handle.overdue_referrals(access._native())
    late = (OverdueReferral(one.referral, one.service, Overdue(one.why), one.finding, one.is_new) for one in report.overdue)
    return OverdueReport(report.looked_at, report.closed_cases, tuple(late), report.settled)


@translated
def case_uco(
    session: Session, child: str, asked: Disclosure, access: Access, *, without_consent: Override | None = None
) -> CaseUco:
    """Reads the exhibits of a child's case for somebody outside, as a CASE/UCO document: a disclosure as any other.

    Without fields in ``asked``, all that the document has a place for. Refused as :func:`saferoom.consent.disclose` is.
    """
    made = session._handle.case_uco(child, asked._native(), stated(without_consent), access._native())
    return CaseUco(json.loads(made.document), json.loads(made.manifest), made.exhibits)


@translated
def told(packet: OpenedPacket) -> dict[str, Any] | None:
    """What the referral in a packet tells, for programs; ``None`` if there is none in it.

    Refused if it does not tell exactly what its share manifest lists.
    """
    text = packet._handle.referral_json()
    return None if text is None else json.loads(text)


@translated
def told_fields(packet: OpenedPacket, language: Literal["en", "km"] = "en") -> list[ToldField] | None:
    """The same for people, with labels."""
    fields = packet._handle.referral_fields(language)
    return None if fields is None else [ToldField(one.record, one.label, one.value) for one in fields]


@translated
def answer(keys: Correspondent, packet: Path, known: KnownSenders, answer: Answer, *, out: Path) -> str:
    """Answers the referral in a packet of a known sender, in a new packet file. Returns the id of that packet."""
    given = native.ReferralAnswerInput(
        state=answer.state,
        outcome=answer.outcome,
        decline_reason=answer.decline_reason,
        appointment_at=native_moment(answer.appointment_at),
        by=answer.by,
        feedback=answer.feedback,
    )
    return str(keys._handle.answer_referral(os.fspath(packet), known._handle, given, os.fspath(out)))


def _moved(moved: Any) -> Moved:
    return Moved(moved.referral, moved.before, moved.now)
