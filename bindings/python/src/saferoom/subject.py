"""The subject's view: what is held about a child, who saw it and why, with whom it is shared. An act of two people."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from typing import Any

from .errors import translated
from .members import CaseMember, case_member, moment
from .values import from_native
from .vault import Access, Session

#: Code of the event "read" (docs/formats.md, 15).
_READ = 2


@dataclasses.dataclass(frozen=True, repr=False)
class HeldRecord:
    """A record that is held. Of records that are not about the child no value is shown."""

    id: str
    kind: str
    about_the_child: bool
    #: By name; ``None`` where a value is there and may be about somebody else.
    fields: dict[str, object | None]
    #: How many compartments this member could not open.
    withheld: int

    def __repr__(self) -> str:
        return f"HeldRecord({self.kind}, redacted)"


@dataclasses.dataclass(frozen=True)
class SubjectAccess:
    """An access to one of the records. Staff stand with role and unit, not with their names."""

    at: datetime.datetime
    #: Codes of what was done, and of how it ended (docs/formats.md, 15).
    event: int
    outcome: int
    kind: str | None
    role: str | None
    unit: str | None
    purpose: str | None
    #: How many fields were concerned.
    fields: int


@dataclasses.dataclass(frozen=True, repr=False)
class SubjectReport:
    """What is held about a child, and who saw it."""

    child: str
    #: Who cut the entries out of the log, and when.
    slice_by: str
    slice_at: datetime.datetime
    held: tuple[HeldRecord, ...]
    #: Every access that the log has, oldest first.
    accesses: tuple[SubjectAccess, ...]
    #: Who works on the case, and with whom what is shared.
    shared_with: tuple[CaseMember, ...]

    def summary(self) -> list[tuple[str | None, str | None, int]]:
        """How often which role read for which purpose, most often first: what a child is told in a sentence."""
        counts = Counter((access.role, access.purpose) for access in self.accesses if access.event == _READ)
        return [(role, purpose, times) for (role, purpose), times in counts.most_common()]

    def __repr__(self) -> str:
        return f"SubjectReport({self.child}, redacted)"


@translated
def make_slice(session: Session, child: str, to: str, access: Access) -> bytes:
    """First person, who reads the log: cuts the entries about a child out of it, sealed to who makes the report."""
    return bytes(session._handle.subject_slice(child, to, access._native()))


@translated
def report(session: Session, child: str, data: bytes | bytearray, access: Access) -> SubjectReport:
    """Second person, who works on the case: joins the slice with what is held. Each record is logged as read."""
    found = session._handle.subject_report(child, bytes(data), access._native())
    return SubjectReport(
        child=found.child,
        slice_by=found.slice_by,
        slice_at=moment(found.slice_at),
        held=tuple(_held(held) for held in found.held),
        accesses=tuple(_access(access) for access in found.accesses),
        shared_with=tuple(case_member(grant) for grant in found.shared_with),
    )


def _held(given: Any) -> HeldRecord:
    fields = {name: None if value is None else from_native(value) for name, value in given.fields.items()}
    return HeldRecord(given.id, given.kind, given.about_the_child, fields, given.withheld)


def _access(given: Any) -> SubjectAccess:
    names = (field.name for field in dataclasses.fields(SubjectAccess) if field.name != "at")
    return SubjectAccess(at=moment(given.at), **{name: getattr(given, name) for name in names})
