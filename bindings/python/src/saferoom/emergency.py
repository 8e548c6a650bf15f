"""Breaking the glass: second secrets, one case opened in an emergency, and the findings that it leaves."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import enum
import os
from collections.abc import Sequence
from types import TracebackType
from typing import Any, TypeVar

from . import records
from ._bridge import native
from ._secret import lent
from .errors import SessionLocked, translated
from .key_store import KeyStore, to_native
from .members import Change, moment
from .values import Record
from .vault import Access, Opened, Path, RecordInfo, Session, opened, plain

_R = TypeVar("_R", bound=Record)


class EmergencySecret:
    """The second secret that opens a case in an emergency, together with an identity. Never shown by this package."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``generate``, ``from_text`` or ``kept``."""
        self._handle = handle

    @classmethod
    @translated
    def generate(cls) -> EmergencySecret:
        """A fresh one. It counts once custodians have listed it: ``Session.change_members(listed(member, secret), ...)``."""
        return cls(native.EmergencySecret.generate())

    @classmethod
    @translated
    def from_text(cls, text: bytes | bytearray) -> EmergencySecret:
        """What somebody typed from the duty officer's envelope; :class:`~saferoom.KeyringError` if it has a slip."""
        if not isinstance(text, (bytes, bytearray)):
            raise TypeError("a second secret is bytes or a bytearray, which can be overwritten after use; never a str")
        with lent(text) as secret:
            return cls(native.EmergencySecret.from_text(secret))

    @classmethod
    @translated
    def kept(cls, key_store: KeyStore | Path, vault: str, member: str) -> EmergencySecret:
        """The one that this device keeps for a member of a vault; :class:`~saferoom.AccessDenied` if it keeps none."""
        return cls(native.EmergencySecret.kept(to_native(key_store), vault, member))

    @translated
    def keep(self, key_store: KeyStore | Path, vault: str, member: str) -> None:
        """Keeps it in this device's key store, for one member of a vault."""
        self._handle.keep(to_native(key_store), vault, member)

    @translated
    def create_text_file(self, path: Path) -> None:
        """Writes it to a new file for its owner only: print it for the envelope, then delete the file."""
        self._handle.create_text_file(os.fspath(path))

    def __repr__(self) -> str:
        return "EmergencySecret(redacted)"


def listed(member: str, secret: EmergencySecret) -> Change:
    """The change that gives a member this second secret, in place of an earlier one. Custodians sign it."""
    return Change(native.MemberChange.SECOND_SECRET(member=member, secret=secret._handle))


def taken_back(member: str) -> Change:
    """The change that takes a member's second secret back; one custodian is enough."""
    return Change(native.MemberChange.NO_SECOND_SECRET(member=member))


@translated
def second_secrets(session: Session) -> list[str]:
    """Pseudonyms of the members who have a second secret."""
    return list(session._handle.second_secrets())


class Emergency:
    """One case that is open in an emergency. Leaving its ``with`` block, or ``end()``, ends it with an entry."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use :func:`break_glass`."""
        self._handle = handle

    @property
    def case(self) -> str:
        """The case."""
        return str(self._handle.case())

    @property
    def finding(self) -> str:
        """The finding that a second person has to review."""
        return str(self._handle.finding())

    @translated
    def records(self) -> list[RecordInfo]:
        """The records of the case. Logged as a query."""
        return [plain(RecordInfo, found) for found in self._handle.records()]

    @translated
    def read(self, kind: type[_R], id: str) -> Opened[_R]:
        """Reads a record of this kind, as far as the emergency reaches. Logged before it opens."""
        (found,) = self._handle.read_many([id])
        if found.kind() != kind.KIND:
            raise ValueError(f"this is no {kind.KIND}")
        return opened(kind, found)

    @translated
    def read_many(self, ids: Sequence[str]) -> list[Opened[Record]]:
        """Reads records of any kinds, each with its own entry in the log."""
        return [opened(records.KINDS[found.kind()], found) for found in self._handle.read_many(list(ids))]

    @translated
    def end(self) -> None:
        """Ends it, with an entry. Reading raises :class:`~saferoom.AccessDenied` then."""
        self._handle.end()

    def __enter__(self) -> Emergency:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A session that was locked has ended it, and says so in the log unless it was wiped.
        with contextlib.suppress(SessionLocked):
            self.end()

    def __repr__(self) -> str:
        return f"Emergency({self.case}, redacted)"


@translated
def break_glass(session: Session, case: str, second: EmergencySecret, access: Access) -> Emergency:
    """Opens one case in an emergency; ``access`` is ``Access("BTG", "what the emergency is")``.

    The entry and an open finding are durable before anything opens. Raises :class:`~saferoom.AccessDenied` if it is no
    emergency, if the second secret is another, or if the case cannot be opened so; logged.
    """
    return Emergency(session._handle.break_glass(case, second._handle, access._native()))


class ReviewOutcome(enum.Enum):
    """What a reviewer found."""

    #: It was right.
    JUSTIFIED = "justified"
    #: It was not right.
    UNJUSTIFIED = "unjustified"
    #: It goes on to somebody else.
    REFERRED = "referred"


@dataclasses.dataclass(frozen=True, repr=False)
class Review:
    """What a second person said about a finding."""

    member: str
    at: datetime.datetime
    outcome: ReviewOutcome
    note: str

    def __repr__(self) -> str:
        return f"Review({self.outcome.value}, redacted)"


@dataclasses.dataclass(frozen=True)
class Finding:
    """What is to be looked at by a second person: an emergency, unusual use, or a referral that is overdue."""

    id: str
    #: Whom it is about.
    member: str
    #: The record of the unit for which they acted.
    unit: str
    at: datetime.datetime
    #: Until when it is to be reviewed.
    due: datetime.datetime
    #: Of an emergency.
    case: str | None
    #: Of unusual use: what was measured, and how much of it.
    measure: str | None
    count: int | None
    #: Of an overdue referral: which, and why, such as ``not-begun``.
    referral: str | None
    overdue: str | None
    #: Of a child who was interviewed again before a second person had signed: the interview.
    interview: str | None
    #: Whether it has settled itself: the referral has moved.
    settled: bool
    #: ``None`` while it is open.
    review: Review | None


@translated
def findings(session: Session, access: Access, *, all: bool = False) -> list[Finding]:
    """The findings that this member may review, oldest first: the open ones, or ``all``. Logged as a query."""
    return [_finding(found) for found in session._handle.findings(not all, access._native())]


@translated
def review(session: Session, finding: str, outcome: ReviewOutcome, access: Access, note: str = "") -> None:
    """Closes a finding; never by the person whom it is about. A note has at most 1000 bytes."""
    session._handle.review_finding(finding, native.ReviewOutcome[outcome.name], note, access._native())


def _finding(given: Any) -> Finding:
    said = given.review
    return Finding(
        id=given.id,
        member=given.member,
        unit=given.unit,
        at=moment(given.at),
        due=moment(given.due),
        case=given.case,
        measure=given.measure,
        count=given.count,
        referral=given.referral,
        overdue=given.overdue,
        interview=given.interview,
        settled=given.settled,
        review=None
        if said is None
        else Review(said.member, moment(said.at), ReviewOutcome[said.outcome.name], said.note),
    )
