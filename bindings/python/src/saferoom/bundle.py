"""The log as a bundle: written by a member who reads the log, verified by anyone, without a vault and without a key.

::

    from saferoom import bundle

    found = bundle.verify(Path("audit"), Path("trust-policy.txt").read_bytes(), kept=[Path("checkpoint.txt").read_bytes()])
    for verdict in found.verdicts:
        print(verdict.name, verdict.answer.value)

The trust policy must not come with the bundle: whoever made the bundle would have made the policy. See
``docs/auditing.md``.
"""

from __future__ import annotations

import dataclasses
import enum
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ._bridge import native
from ._progress import Progress, listening
from .errors import translated
from .vault import Access, Session, plain


class Answer(enum.Enum):
    """The answer to one verdict. Only ``PASSED`` is a pass."""

    PASSED = "passed"
    FAILED = "failed"
    #: No kept checkpoint was given: a log that was cut and signed anew would look the same.
    NOTHING_KEPT = "nothing kept"
    NOT_JUDGED = "not judged"


@dataclasses.dataclass(frozen=True)
class Fault:
    """A problem of a bundle, with its stable code and what to do."""

    code: int
    text: str
    advice: str


@dataclasses.dataclass(frozen=True)
class Verdict:
    """One verdict about a bundle."""

    #: ``integrity``, ``authenticity``, ``consistency``, ``freshness``, ``devices``, ``writes``, ``time``, ``openings``, ``view``.
    name: str
    answer: Answer
    #: Whether the trust policy demands it.
    demanded: bool
    #: The first problems, and how many there are in all.
    problems: tuple[Fault, ...]
    count: int
    #: Why it was not judged, if it was not.
    why: str | None


@dataclasses.dataclass(frozen=True)
class VerifiedBundle:
    """What a verification found. ``accepted`` says whether every verdict that the trust policy demands has passed."""

    accepted: bool
    origin: str | None
    size: int | None
    #: How many entries were read.
    read: int
    verdicts: tuple[Verdict, ...]

    def __getitem__(self, name: str) -> Verdict:
        """The verdict of this name."""
        for verdict in self.verdicts:
            if verdict.name == name:
                return verdict
        raise KeyError(name)


@dataclasses.dataclass(frozen=True)
class ExportedBundle:
    """A bundle that is there."""

    #: How many entries the log has at the newest checkpoint.
    size: int
    #: The index of the entry about the export.
    entry: int
    #: Entries in all, those of earlier devices included; revisions of records; reasons in words.
    entries: int
    revisions: int
    reasons: int


@dataclasses.dataclass(frozen=True, repr=False)
class VerifiedCourtFile:
    """A single access that was proven alone. Its pages for people are not judged here. Prints nothing of it.

    The reason may name a child.
    """

    origin: str
    #: The number of the entry, and how many the log had when the checkpoint was signed.
    index: int
    size: int
    #: The entry, byte for byte: CBOR, ``docs/formats.md`` 15.
    entry: bytes
    #: When it was by the clock of the device, in milliseconds since 1970, and the number of its kind.
    wall_ms: int
    event: int
    #: Member and record by their pseudonyms.
    member: str | None
    record: str | None
    #: Whether enough witnesses cosigned, and when; ``None`` if the policy asks for none.
    quorum: bool | None
    quorum_time: int | None
    #: The reason in words, as it was committed to, if it is disclosed.
    reason: str | None

    def __repr__(self) -> str:
        return "VerifiedCourtFile(redacted)"


@dataclasses.dataclass(frozen=True)
class DeviceLogStanding:
    """The log of a device, as the organisation's log knows it."""

    origin: str
    key: str
    #: How many checkpoints of it were seen, and the largest size of one.
    seen: int
    largest_seen: int | None
    #: With how many entries it was retired.
    final_size: int | None


@dataclasses.dataclass(frozen=True)
class VerifiedOrganisation:
    """What the verification of an organisation's bundles found."""

    #: All bundles together: a verdict passes if it passes in each, and over their union.
    together: VerifiedBundle
    bundles: tuple[VerifiedBundle, ...]
    logs: tuple[DeviceLogStanding, ...]
    #: How many checkpoints came in that no enrolled log had signed.
    ignored: int


@translated
def export(
    session: Session,
    folder: Path,
    access: Access,
    *,
    since: Iterable[bytes] = (),
    reasons: Iterable[int] | None = (),
    progress: Progress | None = None,
) -> ExportedBundle:
    """Writes the log into a new or empty folder. The export is an entry itself.

    ``since`` are checkpoints from before, such as the one of an auditor's last visit. ``reasons`` are the indices of the
    entries whose reasons are disclosed in words; ``None`` discloses all. ``progress`` hears how many entries of how many are
    done, and must not call the session.
    """
    disclosed = native.DisclosedReasons.ALL() if reasons is None else _disclosed(list(reasons))
    with listening(native.BundleProgress, progress) as told:
        exported = session._handle.export_log(str(folder), list(since), disclosed, access._native(), told)
    return plain(ExportedBundle, exported)


@translated
def trust_policy(session: Session) -> str:
    """The trust policy of this vault's logs, to be handed over by another way than the bundles.

    It demands every verdict but freshness, which takes witnesses; an auditor who has some adds them (``docs/auditing.md``).
    """
    return str(session._handle.trust_policy())


@translated
def verify(
    folder: Path,
    trust_policy: bytes,
    *,
    kept: Iterable[bytes] = (),
    now: float | None = None,
    progress: Progress | None = None,
) -> VerifiedBundle:
    """Verifies a bundle by a trust policy, and against checkpoints that were kept from earlier visits.

    ``now`` is the auditor's clock, in seconds since 1970; by default that of this machine. What is wrong with the bundle is an
    answer, not an exception.
    """
    clock = int(time.time() if now is None else now)
    with listening(native.BundleProgress, progress) as told:
        found = native.verify_bundle(str(folder), trust_policy, list(kept), clock, told)
    return verified(found)


def verified(found: Any) -> VerifiedBundle:
    """A verification, out of the native library's."""
    return VerifiedBundle(found.accepted, found.origin, found.size, found.read, tuple(map(_verdict, found.verdicts)))


@translated
def enrol_log(session: Session, key: str, access: Access) -> int:
    """Enrols the log of a device, by its verifier key, in the organisation's log: the log of the custodian's vault.

    Answers the index of the entry.
    """
    return int(session._handle.enrol_log(key, access._native()))


@translated
def retire_log(session: Session, key: str, end: bytes, access: Access) -> int:
    """Says that the log with this verifier key has ended with this checkpoint, which it signed. Answers the index of the entry."""
    return int(session._handle.retire_log(key, end, access._native()))


@translated
def verify_organisation(
    organisation: Path,
    bundles: Iterable[Path],
    trust_policy: bytes,
    *,
    kept: Iterable[bytes] = (),
    now: float | None = None,
) -> VerifiedOrganisation:
    """Verifies the bundles of several vaults together, by what the organisation's log lists.

    ``organisation`` is the bundle of the custodian's vault; the policy has to pin its log alone. A log that is missing, was cut
    or rewritten, or went on after it was retired fails.
    """
    clock = int(time.time() if now is None else now)
    folders = [str(folder) for folder in bundles]
    found = native.verify_organisation(str(organisation), folders, trust_policy, list(kept), clock)
    logs = tuple(plain(DeviceLogStanding, log) for log in found.logs)
    return VerifiedOrganisation(verified(found.together), tuple(map(verified, found.bundles)), logs, found.ignored)


@translated
def verify_court_file(folder: Path, trust_policy: bytes) -> VerifiedCourtFile:
    """Verifies the court file of a single access by a trust policy, which must not come with it.

    ``saferoom audit court-file`` writes such a folder. That there was no other access, only the bundle shows.
    """
    return plain(VerifiedCourtFile, native.verify_court_file(str(folder), trust_policy))


def _disclosed(entries: list[int]) -> Any:
    return native.DisclosedReasons.OF(entries) if entries else native.DisclosedReasons.NONE()


def _verdict(verdict: Any) -> Verdict:
    problems = tuple(Fault(fault.code, fault.text, fault.advice) for fault in verdict.problems)
    answer = Answer[verdict.answer.name]
    return Verdict(verdict.name, answer, verdict.demanded, problems, verdict.count, verdict.why)
