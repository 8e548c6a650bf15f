"""Rooms of a station and their monitor, from Python. All persons are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from saferoom import (
    Access,
    Identity,
    PacketError,
    PartialDate,
    ReleaseError,
    RoomsError,
    Session,
    Vault,
    handover,
    monitoring,
    packet,
    releases,
)
from saferoom.records import Room, RoomUse, Station, TrainingEvent, TrainingParticipant

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


def test_tables_of_training_hide_few_and_are_compared(session: Session, tmp_path: Path) -> None:
    event = TrainingEvent(title="Interviewing", kind="training", started_on=PartialDate(2025, 5, 6))
    event_id = session.create(event, SUPERVISE, parent=session.unit).record

    def came(count: int, sex: str) -> None:
        for _ in range(count):
            one = TrainingParticipant(name="Chan Dara", sex=sex, role="participant")
            session.create(one, SUPERVISE, parent=event_id)

    came(12, "female")
    came(3, "male")
    spec = tmp_path / "participants.toml"
    spec.write_text(PARTICIPANTS, "utf-8")
    plan = releases.plan_tables(session, spec, SUPERVISE)
    counts = {cell.values: cell.count for cell in plan.table.cells}
    assert plan.table.rows == "participants" and plan.singles_out is None and plan.narrows is None
    assert counts[("male",)] is None and None in (counts[("female",)], counts[(None,)])
    releases.build_tables(session, spec, tmp_path / "first", SUPERVISE)
    assert "Dara" not in (tmp_path / "first" / "table.csv").read_text("utf-8")
    came(1, "male")
    with pytest.raises(ReleaseError) as singled:
        releases.build_tables(session, spec, tmp_path / "second", SUPERVISE)
    assert singled.value.code == 1912 and not (tmp_path / "second").exists()


PARTICIPANTS = """
name = "Participants"
audience = "inside"
rows = "participants"
[[dimension]]
column = "training_participant.sex"
values = ["female", "male"]
"""
