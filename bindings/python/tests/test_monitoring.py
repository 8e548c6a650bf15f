"""Rooms of a station and their monitor, from Python. All persons are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from saferoom import Access, Identity, PacketError, PartialDate, RoomsError, Vault, handover, monitoring, packet
from saferoom.records import Room, RoomUse, Station

SUPERVISE = Access("supervision")


def test_a_station_sends_its_rooms_and_the_monitor_reports(tmp_path: Path) -> None:
    sender, monitor = Identity.generate(), Identity.generate()
    places = [tmp_path / "station", tmp_path / "monitor"]
    vaults = [
        Vault.create(place.with_suffix(".saferoom"), place, identity, f"{place.name}.example.org/audit/1", "Unit")
        for place, identity in zip(places, (sender, monitor), strict=True)
    ]
    with vaults[0].sign_in(sender) as station, vaults[1].sign_in(monitor) as desk:
        here = station.create(Station(name_en="Kandal"), SUPERVISE, parent=station.unit).record
        room = station.create(Room(name="Room"), SUPERVISE, parent=here).record
        used = RoomUse(date=PartialDate(2025, 3, 4), used_for="child_victim_interview", note="Never sent")
        station.create(used, SUPERVISE, parent=room)
        me, far = packet.Correspondent.of_identity(sender), packet.Correspondent.of_identity(monitor)
        to = far.address()
        sent = monitoring.send(station, to, tmp_path / "rooms.packet", me, SUPERVISE)
        assert (sent.records, sent.since) == (3, 0)

        known = packet.KnownSenders()
        with pytest.raises(PacketError):
            handover.take_in(desk, tmp_path / "rooms.packet", far, known, SUPERVISE, folder=tmp_path)
        known.pin(me.address())
        taken = handover.take_in(desk, tmp_path / "rooms.packet", far, known, SUPERVISE, folder=tmp_path)
        assert len(taken.records) == 3 and not taken.again
        assert handover.take_in(desk, tmp_path / "rooms.packet", far, known, SUPERVISE, folder=tmp_path).again
        found = monitoring.stations(desk, SUPERVISE)
        assert len(found) == 1 and found[0].until is not None
        report = monitoring.report(desk, SUPERVISE)
        assert [station["name_en"] for station in report["stations"]] == ["Kandal"]
        assert report["meeting"]["event"]["surveys"]["post"]["useful"] == {"count": 18, "of": 21}

        # A packet that was lost on the way.
        monitoring.send(station, to, tmp_path / "lost.packet", me, SUPERVISE)
        monitoring.send(station, to, tmp_path / "later.packet", me, SUPERVISE)
        with pytest.raises(RoomsError):
            handover.take_in(desk, tmp_path / "later.packet", far, known, SUPERVISE, folder=tmp_path)
        with pytest.raises(RoomsError):
            monitoring.count_interviews(station, ["2100-01"], SUPERVISE)
