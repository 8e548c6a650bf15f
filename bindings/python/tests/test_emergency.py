"""Breaking the glass, and what is left behind. All persons are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Session, Vault, emergency
from saferoom.emergency import EmergencySecret, ReviewOutcome
from saferoom.records import Case, Child

WORK = Access("record-management")
INTERVIEW = Access("forensic-interview")
NIGHT = Access("BTG", "In danger tonight")


def with_case(session: Session) -> tuple[str, str]:
    case = session.create(Case(register_number="2026/17"), INTERVIEW, parent=session.unit).record
    child = Child(given_name_latin="Example", sex="female", role="victim")
    return case, session.create(child, INTERVIEW, parent=case).record


def officer(chief: Session, founder: Identity) -> tuple[Identity, EmergencySecret]:
    identity, secret = Identity.generate(), EmergencySecret.generate()
    chief.enrol(identity.public(), "interviewer", WORK, founder)
    chief.change_members(emergency.listed(identity.member_id, secret), WORK, founder)
    return identity, secret


def test_one_case_opens_and_a_second_person_reviews_it(vault: Vault, identity: Identity, session: Session) -> None:
    case, child = with_case(session)
    duty, secret = officer(session, identity)
    assert emergency.second_secrets(session) == [duty.member_id]
    with vault.sign_in(duty) as night:
        with pytest.raises(saferoom.AccessDenied):
            night.read(Child, child, INTERVIEW)
        for wrong, access in [(EmergencySecret.generate(), NIGHT), (secret, Access("BTG")), (secret, INTERVIEW)]:
            with pytest.raises(saferoom.AccessDenied) as refused:
                emergency.break_glass(night, case, wrong, access)
            assert refused.value.advice
        with emergency.break_glass(night, case, secret, NIGHT) as opened:
            assert {record.id for record in opened.records()} == {case, child}
            assert opened.read(Child, child).record.given_name_latin == "Example"
            (any_kind,) = opened.read_many([child])
            assert isinstance(any_kind.record, Child)
            with pytest.raises(ValueError):
                opened.read(Case, child)
            finding = opened.finding
            assert repr(opened) == f"Emergency({case}, redacted)"
        with pytest.raises(saferoom.AccessDenied) as over:
            opened.read(Child, child)
        assert over.value.code == 673
        opened.end()  # again: nothing
        with pytest.raises(saferoom.AccessDenied):
            emergency.review(night, finding, ReviewOutcome.JUSTIFIED, INTERVIEW)
    (found,) = emergency.findings(session, Access("supervision"))
    assert (found.id, found.member, found.case, found.review) == (finding, duty.member_id, case, None)
    assert (found.measure, found.unit) == (None, session.unit) and found.due > found.at
    emergency.review(session, finding, ReviewOutcome.JUSTIFIED, Access("supervision"), "The prosecutor was told")
    assert emergency.findings(session, Access("supervision")) == []
    (closed,) = emergency.findings(session, Access("supervision"), all=True)
    assert closed.review is not None and closed.review.outcome is ReviewOutcome.JUSTIFIED
    assert "prosecutor" not in repr(closed)
    session.check()


def test_a_second_secret_is_kept_written_replaced_and_never_shown(
    vault: Vault, identity: Identity, session: Session, tmp_path: Path
) -> None:
    case, child = with_case(session)
    duty, secret = officer(session, identity)
    envelope = tmp_path / "envelope.txt"
    secret.create_text_file(envelope)
    with pytest.raises(saferoom.KeyringError):
        secret.create_text_file(envelope)
    typed = EmergencySecret.from_text(envelope.read_bytes())
    number = vault.info().vault
    with pytest.raises(saferoom.AccessDenied):
        EmergencySecret.kept(tmp_path / "keys", number, duty.member_id)
    secret.keep(tmp_path / "keys", number, duty.member_id)
    kept = EmergencySecret.kept(tmp_path / "keys", number, duty.member_id)
    with vault.sign_in(duty) as night:
        for same in (typed, kept):
            with emergency.break_glass(night, case, same, NIGHT) as opened:
                assert opened.read(Child, child).record.sex == "female"
    session.change_members(emergency.taken_back(duty.member_id), WORK, identity)
    with vault.sign_in(duty) as night, pytest.raises(saferoom.AccessDenied):
        emergency.break_glass(night, case, kept, NIGHT)
    assert repr(secret) == "EmergencySecret(redacted)"
    with pytest.raises(saferoom.KeyringError):
        EmergencySecret.from_text(envelope.read_bytes()[:-4])
    with pytest.raises(TypeError):
        EmergencySecret.from_text("saferoom-emergency-1")  # type: ignore[arg-type]
