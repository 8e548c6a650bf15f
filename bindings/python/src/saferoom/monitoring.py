"""Rooms of many stations: a station sends its monitor what is new, the monitor takes it in, and reports::

    from saferoom import handover, monitoring

    monitoring.send(station, monitor_address, "rooms.packet", me, access)       # at the station
    handover.take_in(session, "rooms.packet", monitor, known, access)           # at the monitor
    for station in monitoring.report(session, access)["stations"]:
        print(station["name_en"], station["rooms"])

No child is in any of it: names of officers, hours of interviews and words about them stay at the station.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from collections.abc import Sequence
from typing import Any

from .errors import translated
from .packet import Correspondent
from .vault import Access, Path, Session


@dataclasses.dataclass(frozen=True)
class Sent:
    """What was sent to a monitor."""

    packet: str
    #: How many records it holds.
    records: int
    #: The commit after which it begins; 0: it holds everything.
    since: int
    #: The commit up to which it reaches.
    until: int


@dataclasses.dataclass(frozen=True)
class Station:
    """A station whose rooms are monitored from this vault."""

    #: The record about it: what it sent stands below.
    id: str
    #: Until when all that it has is here, by its clock.
    until: datetime.datetime | None
    taken_in_at: datetime.datetime | None


@translated
def send(
    session: Session, to: bytes, path: Path, sender: Correspondent, access: Access, *, everything: bool = False
) -> Sent:
    """Writes what is new of rooms, visits and training, or everything, into a packet for the owner of an address file."""
    done = session._handle.export_rooms(to, os.fspath(path), sender._handle, everything, access._native())
    return Sent(done.packet, int(done.records), int(done.since), int(done.until))


@translated
def stations(session: Session, access: Access) -> list[Station]:
    """The stations whose rooms are monitored from this vault."""
    found = session._handle.rooms_stations(access._native())
    return [Station(one.id, _time(one.until), _time(one.taken_in_at)) for one in found]


@translated
def allow_sender(session: Session, station: str, sender: bytes, access: Access) -> None:
    """Lets one more person, by their address file, send for a station. Ask the station by telephone first."""
    session._handle.allow_rooms_sender(station, sender, access._native())


@translated
def count_interviews(session: Session, months: Sequence[str], access: Access) -> list[str]:
    """Counts the interviews of months that are over, such as ``2026-02``; no count tells of fewer than five."""
    return list(session._handle.count_interviews(list(months), access._native()))


@translated
def report(session: Session, access: Access) -> dict[str, Any]:
    """All figures of rooms and training, as ``saferoom monitor report --json`` prints them."""
    figures: dict[str, Any] = json.loads(session._handle.monitor_report_json(access._native()))
    return figures


def _time(milliseconds: int | None) -> datetime.datetime | None:
    if milliseconds is None:
        return None
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
