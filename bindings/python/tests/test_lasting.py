"""Leaving, erasing, recovery, the subject's view: what crosses to the library and back. All persons are invented."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Compartment, Identity, Session, Vault, erasure, leaving, recovery, subject
from saferoom.records import Case, Child

WORK = Access("record-management")
INTERVIEW = Access("forensic-interview")
ASKED = Access("subject-access")
ORDERED = Access("record-management", "Order of the court of 3 March")


def with_case(session: Session) -> tuple[str, str]:
    case = session.create(Case(register_number="2026/17"), INTERVIEW, parent=session.unit).record
    child = Child(given_name_latin="Example", trusted_people="An aunt", sex="female", role="victim")
    return case, session.create(child, INTERVIEW, parent=case).record


def enrol(chief: Session, founder: Identity, role: str) -> Identity:
    identity = Identity.generate()
    chief.enrol(identity.public(), role, WORK, founder)
    return identity


def test_what_somebody_could_still_open_and_moving_on(vault: Vault, identity: Identity, session: Session) -> None:
    leaver = enrol(session, identity, "interviewer")
    with vault.sign_in(leaver) as at_work:
        case, _ = with_case(at_work)
    seen = leaving.exposure(session, leaver.member_id, WORK)
    assert seen.active and Compartment.NARRATIVE in seen.cases[case]
    assert {of.compartment for of in seen.compartments} >= {Compartment.IDENTITY, Compartment.OPERATIONS}
    session.suspend(leaver.member_id, WORK, identity)
    told: list[tuple[int, int]] = []
    moved = leaving.move_on(session, WORK, lambda done, total: told.append((done, total)))
    assert moved.cases == told[-1][0] and moved.removed > 0
    assert not leaving.exposure(session, leaver.member_id, WORK).active
    assert leaving.move_on(session, WORK).removed == 0
    with pytest.raises(saferoom.RosterError):
        leaving.exposure(session, "0" * 32, WORK)
    session.check()


def test_a_case_is_erased_by_two_and_certified(vault: Vault, identity: Identity, session: Session) -> None:
    case, child = with_case(session)
    kept, _ = with_case(session)
    erasure.place_hold(session, case, ORDERED)
    with pytest.raises(saferoom.AccessDenied) as held:
        erasure.propose(session, [case], erasure.ORDER, ORDERED)
    assert held.value.code == 635
    erasure.lift_hold(session, case, ORDERED)
    none_due = erasure.due(session, WORK)
    assert (none_due.due, none_due.on_hold) == ((), 0)
    with pytest.raises(ValueError):
        erasure.due(session, WORK, datetime.datetime(2100, 1, 1))

    proposal = erasure.propose(session, [case], erasure.ORDER, ORDERED)
    assert proposal.change.kind == "erasure"
    with pytest.raises(saferoom.RosterError):
        erasure.erase(session, proposal, ORDERED)
    done = erasure.erase(session, proposal.signed_by(identity), ORDERED)
    assert (done.cases, done.residue_removed) == (1, True) and done.keys > 0
    with pytest.raises(saferoom.SaferoomError):
        session.read(Child, child, INTERVIEW)
    assert session.read(Case, kept, INTERVIEW).record.register_number == "2026/17"
    (listed,) = erasure.erasures(session)
    assert (listed.cases, listed.ground, listed.by) == ((case,), erasure.ORDER, session.member_id)
    assert listed.complete_from == done.complete_from
    assert erasure.remove_residue(session) in (True, False)

    signed = erasure.certificate(session, done.position, identity)
    keys = [device.key for member in session.members() for device in member.devices]
    said = erasure.verify_certificate(signed, keys)
    assert (said.cases, said.certified_by, said.vault) == ((case,), 1, vault.info().vault)
    with pytest.raises(saferoom.ErasureError):
        erasure.verify_certificate(signed, [])
    with pytest.raises(saferoom.ErasureError):
        erasure.verify_certificate(signed[:-1], keys)
    assert len(erasure.signed_list(session, identity)) > 100
    retained = erasure.Ground.retention_ended("any-case")
    assert erasure.propose(session, [kept], retained, ORDERED).change.kind == "erasure"
    session.check()


def test_shares_bring_back_what_nobody_can_open(
    vault: Vault, identity: Identity, session: Session, tmp_path: Path
) -> None:
    case, child = with_case(session)
    assert [status.ceremony for status in recovery.status(session)] == [None, None]
    held = recovery.begin(session, session.unit, needed=3, shares=4)
    words = b"several quiet words"
    files = [tmp_path / f"{share.number}.share" for share in held.shares]
    for share, file in zip(held.shares, files, strict=True):
        share.create_file(file, words)
        assert repr(share) == f"Share({share.number}, redacted)"
    done = recovery.set_up(session, held, Access("HSYSADMIN"), identity)
    assert done.wrapped > 0 and done.waiting == 0
    of_unit, of_log = recovery.status(session)
    assert (of_unit.unit, of_unit.ceremony, of_unit.needed, of_unit.shares) == (session.unit, 1, 3, 4)
    assert (of_log.unit, of_log.key) == (None, None)
    session.lock()

    # Nobody has an identity any more: three people come with their files.
    shares = [recovery.Share.open_file(file, words) for file in files[:3]]
    newcomer = Identity.generate()
    with pytest.raises(saferoom.KeyringError):
        recovery.reinstate(vault, newcomer, shares[:2])
    with recovery.reinstate(vault, newcomer, shares) as custodian:
        with pytest.raises(saferoom.AccessDenied):
            custodian.read(Child, child, INTERVIEW)
        newer = Identity.generate()
        for signers in [(newcomer,)]:
            with pytest.raises(saferoom.RosterError):  # the founder is a custodian still, and two have to sign
                custodian.enrol(newer.public(), "unit-supervisor", WORK, *signers)
        custodian.retire(identity.member_id, WORK, newcomer)
        custodian.enrol(newer.public(), "unit-supervisor", WORK, newcomer)
        again = recovery.begin(custodian, custodian.unit)
        with pytest.raises(saferoom.KeyringError):
            recovery.restore(custodian, custodian.unit, shares[:2], again, Access("HSYSADMIN"), newcomer)
        restored = recovery.restore(custodian, custodian.unit, shares, again, Access("HSYSADMIN"), newcomer)
        assert restored.circles > 0 and restored.wraps > 0 and restored.not_wrapped == 0
        assert again.number == 2 and repr(again) == "Ceremony(2, redacted)"
    with vault.sign_in(newer) as supervisor:
        seen = supervisor.read(Child, child, Access("supervision")).record
        assert (seen.given_name_latin, seen.sex) == ("Example", "female")
        assert case in supervisor.cases(Access("supervision"))
    with pytest.raises(saferoom.WrongPassphrase):
        recovery.Share.open_file(files[0], b"several other words")
    with pytest.raises(saferoom.KeyringError):
        recovery.Share.from_text(b"SFR1 AAAA")
    with pytest.raises(TypeError):
        recovery.Share.from_text("SFR1 AAAA")  # type: ignore[arg-type]


def test_two_people_show_a_child_what_is_held(vault: Vault, identity: Identity, session: Session) -> None:
    with vault.sign_in(enrol(session, identity, "interviewer")) as interviewer:
        case, child = with_case(interviewer)
        session.read(Child, child, Access("investigation"))
        with vault.sign_in(enrol(session, identity, "auditor")) as auditor:
            cut = subject.make_slice(auditor, child, interviewer.member_id, ASKED)
            with pytest.raises(saferoom.AccessDenied):
                subject.report(auditor, child, cut, ASKED)
            with pytest.raises(saferoom.AccessDenied):
                subject.make_slice(interviewer, child, auditor.member_id, ASKED)
        report = subject.report(interviewer, child, cut, ASKED)
        assert (report.child, report.slice_by) == (child, auditor.member_id)
        held = {record.id: record for record in report.held}
        assert held[child].fields["given_name_latin"] == "Example"
        assert held[child].fields["trusted_people"] is None and not held[case].about_the_child
        assert report.summary()[0] == ("founder", "investigation", 1)
        assert [grant.member for grant in report.shared_with] == [interviewer.member_id]
        assert "Example" not in repr(report) + repr(report.held)
        with pytest.raises(saferoom.SaferoomError):
            subject.report(interviewer, child, cut[:-1], ASKED)
