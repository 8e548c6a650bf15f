"""The log, asked: by a member who reads it, or by an auditor out of a bundle, which is verified first.

::

    from saferoom import audit

    found = audit.query(Path("audit"), Path("trust-policy.txt").read_bytes(), kept=[checkpoint], record=child)
    for entry in found.entries:
        print(entry.at, entry.role, entry.purpose, entry.fields)
    assert all(chain.whole for chain in found.chains)  # no access of this record lies between two of its entries

Entries hold pseudonyms, purposes and names of fields, and no value of a record.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Protocol

from ._bridge import native
from ._host import asked
from ._progress import Progress, listening
from .bundle import VerifiedBundle, verified
from .errors import translated
from .members import Member, member, moment, native_moment
from .results import Access, plain
from .session import Session


class Link(enum.Enum):
    """How an entry hangs together with those before it on its record."""

    FIRST = "first"
    LINKED = "linked"
    #: Of a kind that names none: a refusal, a question, an export of many.
    CANNOT_JOIN = "cannot join"
    #: No honest device writes such an entry.
    BROKEN = "broken"


class Ending(enum.Enum):
    """How an entry ended, as it is asked for."""

    DONE = "done"
    DENIED = "denied"
    FAILED = "failed"
    #: Within an emergency, however it ended.
    BREAK_GLASS = "break glass"


@dataclasses.dataclass(frozen=True, repr=False)
class Entry:
    """An entry of a log. Prints nothing of it: ``reason`` has words of a member."""

    #: Number of its log, if it is not the one that is being kept.
    log: int | None
    index: int
    at: datetime.datetime
    #: Codes of what was done, how it ended, and of the error if it was refused (docs/formats.md, 15).
    event: int
    outcome: int
    error: int | None
    #: Pseudonym; ``None`` if nobody was signed in.
    member: str | None
    role: str | None
    device: str
    #: By its local code, and by that of HL7.
    purpose: str | None
    hl7_purpose: str | None
    record: str | None
    kind: str | None
    #: Names of the fields.
    fields: tuple[str, ...]
    revision: int | None
    #: The child or other person whom the record is about, by pseudonym.
    subject: str | None
    #: The call that it belongs to, with other entries.
    operation: str
    #: For a question about one record.
    link: Link | None
    #: In words, where it is disclosed; beside the first entry of an operation.
    reason: str | None

    def __repr__(self) -> str:
        return f"Entry({self.index}, redacted)"


@dataclasses.dataclass(frozen=True)
class LogInfo:
    """One log of a file, and its key as auditors pin it."""

    number: int
    device: str
    key: str
    size: int


@dataclasses.dataclass(frozen=True)
class Chain:
    """What following the entries on one record showed, in one log."""

    log: int | None
    #: Whether no read and no write of the record lies between two of its entries.
    whole: bool
    first: int | None
    last: int | None
    #: How many entries are in it; how many refusals, and how many others, could not join.
    joined: int
    denied: int
    others: int
    first_broken: int | None


@dataclasses.dataclass(frozen=True)
class Answers:
    """What a question to a bundle found. Nothing is answered unless ``verified.accepted``."""

    verified: VerifiedBundle
    #: How many entries were looked at, and how many of them fit.
    read: int
    found: int
    entries: tuple[Entry, ...]
    chains: tuple[Chain, ...]


@dataclasses.dataclass(frozen=True)
class Activity:
    """What a bundle tells of how records were used. ``logs`` is empty unless ``verified.accepted``."""

    verified: VerifiedBundle
    #: For each log, earlier ones first: counts by day, hour, member and purpose, findings, episodes, gaps, device.
    logs: list[dict[str, Any]]


class Witness(Protocol):
    """Who cosigns checkpoints: another station, an auditor's laptop, a service in the network.

    Called with no lock held; may wait, and may call saferoom. Raise :class:`WitnessUnavailable` or
    :class:`WitnessAtOtherSize` to say why it does not cosign; of any other exception only the fact arrives, never its text.
    ``KeyboardInterrupt`` and what else is no ``Exception`` is raised when the call has ended.
    """

    def cosign(self, request: str) -> str:
        """Answers a request (C2SP tlog-witness) with the lines of its cosignatures."""
        ...


class WitnessUnavailable(Exception):
    """Raised by a host's witness that does not cosign now. Carries a reason, and no text."""

    def __init__(self, reason: Literal["unreachable", "refused"] = "unreachable") -> None:
        super().__init__(reason)
        #: Why: it cannot be reached, or it does not cosign this log.
        self.reason = reason


class WitnessAtOtherSize(Exception):
    """Raised by a host's witness that has cosigned the log at another size (the status 409 of C2SP tlog-witness).

    It is asked again then, with the proof from that size.
    """

    def __init__(self, cosigned: int) -> None:
        super().__init__(cosigned)
        #: The size that it has cosigned.
        self.cosigned = cosigned


class _Hosted(native.Witness):  # type: ignore[misc]
    """A host's witness, as the native library wants it."""

    def __init__(self, host: Witness) -> None:
        self._host = host

    def cosign(self, request: str) -> str:
        return asked(lambda: self._host.cosign(request), _why)


def _why(raised: Exception) -> Any:
    if isinstance(raised, WitnessAtOtherSize) and 0 <= raised.cosigned < 1 << 64:
        return native.WitnessError.OtherSize(cosigned=raised.cosigned)
    reason = raised.reason.capitalize() if isinstance(raised, WitnessUnavailable) else "Failed"
    return getattr(native.WitnessError, reason, native.WitnessError.Failed)()


@translated
def logs(session: Session) -> list[LogInfo]:
    """The logs of the file, in the order in which devices kept the vault. Tells nothing about what was done."""
    return [plain(LogInfo, found) for found in session._handle.logs()]


@translated
def entries(
    session: Session, access: Access, *, start: int = 0, end: int | None = None, log: int | None = None
) -> list[Entry]:
    """The entries from ``start`` to before ``end``, with their reasons in words. Reading the log is logged.

    Of the log that is being kept, or of the one with the number ``log`` in :func:`logs`.
    """
    until = session.log_size() if end is None else end
    return [_entry(found) for found in session._handle.log_entries(start, until, log, access._native())]


@translated
def directory(session: Session, access: Access) -> list[Member]:
    """The members, for the file in which an auditor reads who is behind a pseudonym. Logged as an export."""
    return [member(found) for found in session._handle.export_directory(access._native())]


@translated
def query(
    folder: Path,
    trust_policy: bytes,
    *,
    kept: Iterable[bytes] = (),
    now: float | None = None,
    record: str | None = None,
    member: str | None = None,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    purpose: str | None = None,
    event: int | None = None,
    ending: Ending | None = None,
    skip: int = 0,
    most: int = 10_000,
    progress: Progress | None = None,
) -> Answers:
    """Asks a bundle for the entries that fit all that is given; it is verified first, as :func:`saferoom.bundle.verify`.

    Of those that fit, ``skip`` are left out and ``most`` are answered. With ``record``, the answer also says whether the
    chain of its entries is whole.
    """
    question = native.LogQuestion(
        record=record,
        member=member,
        since=native_moment(since),
        until=native_moment(until),
        purpose=purpose,
        event=event,
        ending=None if ending is None else native.LogEnding[ending.name],
    )
    with listening(native.BundleProgress, progress) as told:
        found = native.query_bundle(
            str(folder), trust_policy, list(kept), _clock(now), question, skip, most, told
        )
    chains = tuple(plain(Chain, chain) for chain in found.chains)
    return Answers(verified(found.verified), found.read, found.found, tuple(map(_entry, found.entries)), chains)


@translated
def activity(
    folder: Path,
    trust_policy: bytes,
    *,
    kept: Iterable[bytes] = (),
    now: float | None = None,
    utc_offset: datetime.timedelta = datetime.timedelta(),
    progress: Progress | None = None,
) -> Activity:
    """Counts how records were used, by the clocks of a place that are ``utc_offset`` ahead of UTC; verified as well."""
    minutes = utc_offset // datetime.timedelta(minutes=1)
    with listening(native.BundleProgress, progress) as told:
        found = native.bundle_activity(str(folder), trust_policy, list(kept), _clock(now), minutes, told)
    return Activity(verified(found.verified), json.loads(found.logs_json))


@translated
def collect_cosignatures(checkpoint: bytes, lines: str, trust_policy: bytes) -> str:
    """Adds the lines that witnesses gave to a signed checkpoint: those that the trust policy believes, each checked."""
    return str(native.collect_cosignatures(checkpoint, lines, trust_policy))


@translated
def ask_witness(session: Session, witness: Witness, trust_policy: bytes, *, old: int = 0) -> str:
    """Asks a witness that has cosigned the log with ``old`` entries to cosign it now; answers the cosigned checkpoint.

    ``old`` may be 0 if the size is not known: a witness that says another one is asked again from there. Every line is
    checked; one of a witness that the policy does not name is left out. Keep the answer outside the device, and judge with
    :func:`saferoom.log.judge_checkpoint` whether enough witnesses have cosigned.

    Raises :class:`~saferoom.LogError`: with the code 2009 if the witness is said to have seen more than this log has, as after
    a rollback; 2006, 2007 and 2010 if it could not be reached, refused, or failed; 2011 if nobody whom the policy believes has
    cosigned.
    """
    return str(session._handle.ask_witness(_Hosted(witness), trust_policy, old))


def _clock(now: float | None) -> int:
    return int(time.time() if now is None else now)


def _entry(given: Any) -> Entry:
    names = {field.name for field in dataclasses.fields(Entry)} - {"at", "fields", "link"}
    link = None if given.link is None else Link[given.link.name]
    plainly = {name: getattr(given, name) for name in names}
    return Entry(at=moment(given.at), fields=tuple(given.fields), link=link, **plainly)
