"""A case goes to another station; an officer hands in what they cannot read back. All persons are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Session, Vault, handover, packet
from saferoom.handover import New
from saferoom.records import Case, Child

WHY = Access("record-management", "The family has moved")
REPORT = Access("mandatory-report")


def test_a_case_is_handed_over_and_taken_in_once(session: Session, identity: Identity, tmp_path: Path) -> None:
    case = session.create(Case(register_number="2026/17"), WHY, parent=session.unit).record
    child = session.create(Child(given_name="សុខា", sex="female", role="victim"), WHY, parent=case).record
    receiver = Identity.generate()
    there = Vault.create(tmp_path / "there.saferoom", tmp_path / "there-keys", receiver, "test.example.org/2", "Unit")
    here, far = packet.Correspondent.of_identity(identity), packet.Correspondent.of_identity(receiver)
    known = packet.KnownSenders()
    known.pin(here.address())
    with there.sign_in(receiver) as other:
        over = handover.hand_over(session, case, other.unit, here, far.address(), tmp_path / "out", WHY)
        assert (over.records, over.withheld, over.left_out) == (2, (), ())
        assert "សុខា".encode() not in (tmp_path / "out").read_bytes()
        with pytest.raises(saferoom.PacketError):
            handover.take_in(other, tmp_path / "out", far, packet.KnownSenders(), WHY, folder=tmp_path)
        taken = handover.take_in(other, tmp_path / "out", far, known, WHY, folder=tmp_path)
        assert not taken.again and taken.packet == over.packet and taken.records.keys() == {case, child}
        assert other.read(Child, taken.records[child], WHY).record == session.read(Child, child, WHY).record
        again = handover.take_in(other, tmp_path / "out", far, known, WHY, folder=tmp_path)
        assert again.again and again.records == {}
        assert len(other.cases(WHY)) == 1
    assert session.cases(WHY) == [case], "it stays where it was"


def test_who_hands_in_does_not_read_back(vault: Vault, session: Session, identity: Identity) -> None:
    officer = Identity.generate()
    session.enrol(officer.public(), "front-line-officer", WHY, identity)
    with vault.sign_in(officer) as front:
        case = New(Case())
        ids = handover.hand_in(front, [case, New(Child(given_name_latin="Dara", sex="male", role="victim"), case)], REPORT)
        with pytest.raises(saferoom.SaferoomError):
            front.read(Child, ids[1], REPORT)
    assert session.read(Child, ids[1], WHY).record.given_name_latin == "Dara"
    assert session.info(ids[1]).parent == ids[0]
    assert "Dara" not in repr(New(Child(given_name_latin="Dara"), case))
