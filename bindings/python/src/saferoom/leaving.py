"""After somebody has left: what they could still open, and moving on what stays."""

from __future__ import annotations

import dataclasses
from typing import Any

from ._bridge import native
from ._progress import Progress, listening
from .errors import translated
from .members import Compartment
from .vault import Access, Session, plain


@dataclasses.dataclass(frozen=True)
class CompartmentExposure:
    """How much of one compartment: in how many cases, and how many records."""

    compartment: Compartment
    cases: int
    records: int


@dataclasses.dataclass(frozen=True)
class Exposure:
    """What a member could still open from an old copy of the file, at most: what was written until they left."""

    member: str
    #: Whether they are active: then it grows with every write.
    active: bool
    compartments: tuple[CompartmentExposure, ...]
    #: The cases that they were given at any time, and in which compartments.
    cases: dict[str, frozenset[Compartment]]


@dataclasses.dataclass(frozen=True)
class MovedOn:
    """What moving on did."""

    #: Cases and units that were gone through.
    cases: int
    #: Wraps that were made, and that were taken away.
    wrapped: int
    removed: int
    #: Data keys that this member cannot open: somebody who can has to move them on.
    closed: int
    #: Data keys that nobody active could open without what should be taken away: it stays.
    kept: int


@translated
def exposure(session: Session, member: str, access: Access) -> Exposure:
    """What a member could still open from an old copy with all the keys that they ever had. Logged as a query."""
    found = session._handle.exposure(member, access._native())
    return Exposure(
        member=found.member,
        active=found.active,
        compartments=tuple(
            CompartmentExposure(Compartment[of.compartment.name], of.cases, of.records) for of in found.compartments
        ),
        cases={of.case: frozenset(Compartment[part.name] for part in of.compartments) for of in found.cases},
    )


@translated
def move_on(session: Session, access: Access, progress: Progress | None = None) -> MovedOn:
    """Wraps what the others go on reading anew, and takes away what was wrapped for who left.

    It can be broken off and done again. ``progress`` hears how many cases of how many are done, and must not call the
    session.
    """
    with listening(native.MoveProgress, progress) as told:
        return plain(MovedOn, session._handle.move_on(access._native(), told))
