"""Packets and a vault: what comes in is taken in once, in one act; a case that goes to another unit; what is handed in."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable

from ._bridge import native
from .errors import translated
from .packet import Correspondent, KnownSenders
from .results import Access, Path
from .session import Session
from .values import Record, to_fields


@dataclasses.dataclass(frozen=True)
class Moved:
    """A referral that went from one state to another."""

    referral: str
    before: str
    now: str


@dataclasses.dataclass(frozen=True)
class Taken:
    """What became of a packet that came in."""

    packet: str
    #: It was taken in before: nothing of it was taken in again.
    again: bool
    #: The records that it brought: by the id in the packet, the id here.
    records: dict[str, str]
    #: Checkpoints of other logs that came with it, as signed notes.
    checkpoints: tuple[str, ...]
    #: Referrals that a service answered, and where they stand now.
    referrals: tuple[Moved, ...]
    #: Rows of statistics that were new or had changed.
    statistics: int
    #: What to answer the sender with :meth:`saferoom.packet.Correspondent.answer`.
    outcome: str
    #: How many parts were not taken in.
    parts_left: int


@dataclasses.dataclass(frozen=True)
class HandedOver:
    """A case that was written into a packet. It stays where it was."""

    packet: str
    #: How many records are in it.
    records: int
    #: Compartments that are not in it, because this member cannot open them: another has to hand them over.
    withheld: tuple[str, ...]
    #: Kinds of the records that are not in it, one for each, because each needs a record that stays here.
    left_out: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class New:
    """A record that is handed in. ``parent`` is another of these, or the id of a record of the vault."""

    record: Record
    parent: New | str | None = None
    id: str = dataclasses.field(default_factory=lambda: os.urandom(16).hex(), repr=False)


@translated
def take_in(
    session: Session,
    path: Path,
    receiver: Correspondent,
    known: KnownSenders,
    access: Access,
    *,
    folder: Path | None = None,
) -> Taken:
    """Takes a packet in: verifies all of it, then writes what it brings, remembers the packet and logs it, in one act.

    ``folder`` is where a large one waits, sealed; otherwise beside the packet. Once more changes nothing.
    """
    waiting = os.fspath(folder or os.path.dirname(os.path.abspath(path)))
    taken = session._handle.take_in(os.fspath(path), receiver._handle, known._handle, waiting, access._native())
    moved = tuple(Moved(one.referral, one.before, one.now) for one in taken.referrals)
    notes = tuple(taken.checkpoints)
    return Taken(
        packet=taken.packet,
        again=taken.again,
        records=dict(taken.records),
        checkpoints=notes,
        referrals=moved,
        statistics=taken.statistics,
        outcome=taken.outcome,
        parts_left=taken.parts_left,
    )


@translated
def hand_over(
    session: Session, case: str, unit: str, sender: Correspondent, address: bytes, out: Path, access: Access
) -> HandedOver:
    """Writes a case into a new packet file for the owner of an address in another unit. Each record is logged as read."""
    over = session._handle.hand_over(case, unit, sender._handle, address, os.fspath(out), access._native())
    return HandedOver(over.packet, over.records, tuple(over.withheld), tuple(over.left_out))


@translated
def hand_in(session: Session, new: Iterable[New], access: Access) -> list[str]:
    """Hands records in, as a member whose role writes and does not read back; answers their ids, in the order given."""
    given = list(new)

    def native_record(one: New) -> object:
        parent = one.parent.id if isinstance(one.parent, New) else one.parent
        return native.HandedIn(id=one.id, kind=one.record.KIND, parent=parent, fields=to_fields(one.record))

    ids = session._handle.hand_in([native_record(one) for one in given], access._native())
    return [str(ids[one.id]) for one in given]
