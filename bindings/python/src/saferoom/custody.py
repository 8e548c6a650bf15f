"""The custody of exhibits: the chain, its next event, and whether a file is still the exhibit.

A hand-over takes two: who hands over names who receives, and that person records that they have it. What cannot be raises
:class:`saferoom.CustodyError`, and nothing is written.
"""

from __future__ import annotations

import dataclasses
import enum
import os
from collections.abc import Iterable

from ._bridge import native
from ._progress import Progress, listening
from .errors import translated
from .interview import Kept, Obstacle, kept
from .records import ContentDigest, CustodyEvent, EvidenceItem
from .results import Access, Path, plain
from .session import Session
from .values import to_fields


@dataclasses.dataclass(frozen=True)
class Fault:
    """An event that could not have been recorded so, and what is wrong with it."""

    event: str
    fault: Obstacle


@dataclasses.dataclass(frozen=True, repr=False)
class Chain:
    """The chain of an exhibit, first event to last, and what is wrong with single events."""

    events: tuple[Kept[CustodyEvent], ...]
    wrong: tuple[Fault, ...]

    def __repr__(self) -> str:
        return f"Chain({len(self.events)} events, redacted)"


class Answer(enum.Enum):
    """How a recorded digest compares with a file."""

    FITS = "fits"
    DIFFERS = "differs"
    #: This release does not compute digests of this method.
    NOT_CHECKED = "not checked"


@dataclasses.dataclass(frozen=True)
class FileCheck:
    """What a check of a file found. ``fits`` says whether everything that could be checked fits."""

    fits: bool
    length: int
    #: Whether that is the recorded length; ``None`` if none is recorded.
    length_fits: bool | None
    #: Method and answer of each recorded digest, in the order given.
    digests: tuple[tuple[str, Answer], ...]


@translated
def chain(session: Session, item: str, access: Access) -> Chain:
    """The chain of custody of an exhibit, checked. Its events are logged as read.

    Raises :class:`saferoom.CustodyError` if an event is missing, was changed, or is followed by two.
    """
    found = session._handle.custody_chain(item, access._native())
    wrong = (Fault(one.event, plain(Obstacle, one.fault)) for one in found.wrong)
    return Chain(tuple(kept(CustodyEvent, found.events)), tuple(wrong))


@translated
def add(session: Session, item: str, event: CustodyEvent, access: Access) -> str:
    """Records the next event of an exhibit, linked to the last one, and answers its record."""
    return str(session._handle.add_custody_event(item, to_fields(event), access._native()))


@translated
def record_copy(session: Session, item: str, copy: EvidenceItem, authorisation: str, access: Access) -> str:
    """Records a copy of an exhibit, of a class that a second person signed (:func:`saferoom.authorise.copy`)."""
    return str(session._handle.record_copy(item, to_fields(copy), authorisation, access._native()))


@dataclasses.dataclass(frozen=True)
class Copied:
    """The records that a copy made: itself, the event in the chain of the exhibit, the first event of its own chain."""

    copy: str
    event: str
    beginning: str


@translated
def copy_exhibit(
    session: Session, item: str, copy: EvidenceItem, authorisation: str, event: CustodyEvent, access: Access
) -> Copied:
    """Copies an exhibit in one transaction: :func:`record_copy`, and the events in both chains.

    ``event`` says who copied and on what basis, and perhaps when.
    """
    made = session._handle.copy_exhibit(item, to_fields(copy), authorisation, to_fields(event), access._native())
    return Copied(made.copy, made.event, made.beginning)


@translated
def check_file(
    path: Path, item: EvidenceItem, digests: Iterable[ContentDigest], *, progress: Progress | None = None
) -> FileCheck:
    """Compares a file with the digests that are recorded of an exhibit, reading it once.

    ``progress`` hears how many bytes of how many are read, and stops the check by returning ``False``. What may hold abuse
    material is never opened, whoever asks.
    """
    recorded = [to_fields(digest) for digest in digests]
    with listening(native.FileProgress, progress) as told:
        found = native.check_exhibit_file(os.fspath(path), to_fields(item), recorded, told)
    compared = tuple((digest.method, Answer[digest.answer.name]) for digest in found.digests)
    return FileCheck(found.fits, found.length, found.length_fits, compared)
