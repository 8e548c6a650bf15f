"""What calls take and answer: why something is done, and plain results. None of it shows a value."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, Generic, TypeVar

from ._bridge import native
from .values import Record, from_fields

_R = TypeVar("_R", bound=Record)
_D = TypeVar("_D")
Path = str | os.PathLike[str]


@dataclasses.dataclass(frozen=True, repr=False)
class Access:
    """Why something is read or written: the code of the purpose, and the reason in words where there is one.

    Codes are local (``forensic-interview``) or of HL7 (``HQUALIMP``); ``BTG`` needs a reason. A wrong code is refused
    when it is used, and the attempt logged.
    """

    purpose: str
    reason: str | None = None

    def __repr__(self) -> str:
        return "Access(redacted)"

    def _native(self) -> Any:
        return native.AccessInput(purpose=self.purpose, reason=self.reason)


@dataclasses.dataclass(frozen=True)
class VaultInfo:
    """What can be said of a vault without a key."""

    vault: str
    device: str
    format: int
    records: int
    log_entries: int
    of_this_device: bool


@dataclasses.dataclass(frozen=True)
class Revision:
    """Which revision of which record a write made."""

    record: str
    number: int


@dataclasses.dataclass(frozen=True)
class RevisionInfo:
    """One revision in a record's history."""

    number: int
    author: str


@dataclasses.dataclass(frozen=True)
class RecordInfo:
    """What a list shows: ids and structure, no value. ``kind`` is ``None`` if this release does not know it."""

    id: str
    kind: str | None
    parent: str | None


@dataclasses.dataclass(frozen=True)
class CheckReport:
    """What a check went through."""

    records: int
    revisions: int
    commits: int
    keys: int
    tokens: int
    sessions: int
    log_entries: int
    entries_opened: int
    writes_logged: int


@dataclasses.dataclass(frozen=True, repr=False)
class Opened(Generic[_R]):
    """A record that was opened, with what is known about the revision."""

    #: The record's id.
    id: str
    #: The record it belongs to, if it belongs to one.
    parent: str | None
    #: Number of the revision, from 1.
    revision: int
    #: Pseudonym of the member who wrote it, by the signature.
    author: str
    #: The compartments that this member cannot open; their fields are empty in ``record``.
    withheld: tuple[str, ...]
    #: The values.
    record: _R

    def __repr__(self) -> str:
        return f"Opened({self.id}, revision {self.revision}, {self.record!r})"


def plain(kind: type[_D], given: Any) -> _D:
    """A dataclass out of the native library's record of the same names."""
    names = (field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]
    return kind(**{name: getattr(given, name) for name in names})


def opened_in_part(kind: type[_R], found: Any) -> Opened[_R]:
    """A record of which only some fields were asked for: it cannot be amended, which would empty all others."""
    part = opened(kind, found)
    vars(part.record)["_partial"] = True
    return part


def opened(kind: type[_R], found: Any) -> Opened[_R]:
    """A record that was opened, out of the native library's."""
    return Opened(
        id=found.id(),
        parent=found.parent(),
        revision=found.revision(),
        author=found.author(),
        withheld=tuple(found.withheld()),
        record=from_fields(kind, found.fields()),
    )
