"""Writing, reading, refusals, locking."""

from __future__ import annotations

import datetime

import pytest

import saferoom
from saferoom import Access, Identity, PartialDate, Session, Vault
from saferoom.records import Case, Child, Interview


def new_case(session: Session, access: Access) -> str:
    return session.create(Case(register_number="2026/17"), access, parent=session.unit).record


def test_every_type_comes_back_as_it_was_written(session: Session, access: Access) -> None:
    moment = datetime.datetime(2026, 11, 24, 18, 16, 7, 250_000, tzinfo=datetime.timezone(datetime.timedelta(hours=7)))
    case = Case(
        register_number="2026/17",
        external_references=["a; b", "ក"],
        reported_at=moment,
        registration_year=2026,
        incident_from=PartialDate(2026, 5),
        incident_place="120103",
        summary="Long\ntext",
        legal_hold=False,
        lead_officer=session.unit,
    )
    written = session.create(case, access, parent=session.unit)
    opened = session.read(Case, written.record, access)
    assert opened.record == case
    assert opened.record.reported_at == moment
    assert (opened.id, opened.parent, opened.revision) == (written.record, session.unit, 1)
    assert opened.author == session.member_id
    assert opened.withheld == ()
    assert session.read_any(written.record, access).record == case


def test_amending_keeps_the_history(session: Session, access: Access) -> None:
    case = new_case(session, access)
    child = session.create(Child(given_name="សុខា", sex="female", role="victim"), access, parent=case).record
    record = session.read(Child, child, access).record
    record.date_of_birth = PartialDate.parse("2014-05~")
    assert session.amend(child, record, access).number == 2
    assert session.read(Child, child, access).record == record
    assert [revision.number for revision in session.history(child, access)] == [2, 1]
    assert session.cases(access) == [case]
    assert {info.kind for info in session.records_of(case, access)} == {"case", "child"}
    assert session.info(child).parent == case
    report = session.check()
    assert report.writes_logged == report.revisions


def test_a_batch_is_written_as_one(session: Session, access: Access) -> None:
    case = new_case(session, access)
    children = [Child(given_name=f"Child {number}", sex="male", role="witness") for number in range(20)]
    written = session.create_many([(case, child) for child in children], access)
    found = session.read_many(Child, [revision.record for revision in written], access)
    assert [opened.record for opened in found] == children
    with pytest.raises(saferoom.VaultError):
        session.create_many([(case, children[0]), (case, Case())], access)
    assert len(session.records_of(case, access)) == 21


@pytest.mark.parametrize("purpose", ["", "curiosity", "BTG"])
def test_a_refused_purpose_raises_and_is_logged(session: Session, access: Access, purpose: str) -> None:
    case = new_case(session, access)
    before = session.log_size()
    with pytest.raises(saferoom.AccessDenied) as refused:
        session.read(Case, case, Access(purpose))
    assert refused.value.code in {601, 602, 603}
    assert refused.value.advice
    assert session.log_size() == before + 1


def test_what_is_not_there_is_not_found(session: Session, access: Access) -> None:
    with pytest.raises(saferoom.NotFound):
        session.read(Case, "0" * 32, access)
    with pytest.raises(saferoom.InputError):
        session.read(Case, "no id", access)
    case = new_case(session, access)
    with pytest.raises(saferoom.VaultError, match="is a case, not a child"):
        session.read(Child, case, access)


def test_the_model_refuses_without_quoting(session: Session, access: Access) -> None:
    with pytest.raises(saferoom.ModelError) as refused:
        session.create(Case(status="no-such-Xyzzy"), access, parent=session.unit)
    assert "case.status" in str(refused.value)
    assert "Xyzzy" not in str(refused.value)
    with pytest.raises(saferoom.ModelError):
        session.create(Case(reported_at=datetime.datetime(1950, 1, 1, tzinfo=datetime.timezone.utc)), access)


def test_wrong_python_types_are_refused_without_quoting(session: Session, access: Access) -> None:
    for case in [
        Case(register_number=b"Xyzzy"),  # type: ignore[arg-type]
        Case(registration_year=True),
        Case(registration_year=-1),
        Case(reported_at=datetime.datetime(2026, 1, 1)),
        Case(external_references="Xyzzy"),  # type: ignore[arg-type]
    ]:
        with pytest.raises((TypeError, ValueError, OverflowError)) as refused:
            session.create(case, access, parent=session.unit)
        assert "Xyzzy" not in str(refused.value)


def test_leaving_locks(vault: Vault, identity: Identity, access: Access) -> None:
    with vault.sign_in(identity) as session:
        assert not session.is_locked
    assert session.is_locked
    with pytest.raises(saferoom.SessionLocked):
        session.cases(access)
    with vault:
        inner = vault.sign_in(identity)
    assert inner.is_locked


def test_opened_records_stay_readable_after_locking(session: Session, access: Access) -> None:
    opened = session.read(Case, new_case(session, access), access)
    session.lock()
    assert opened.record.register_number == "2026/17"


def test_nothing_shows_a_value(session: Session, access: Access, identity: Identity) -> None:
    case = session.create(Case(register_number="Xyzzy"), access, parent=session.unit).record
    opened = session.read(Case, case, access)
    shown = [opened, opened.record, Access("BTG", "Xyzzy"), session, identity, PartialDate(1999)]
    for thing in shown:
        for text in (repr(thing), f"{thing!r}"):
            assert "Xyzzy" not in text and "1999" not in text
    assert repr(opened.record) == "Case(redacted)"
    native = session._handle.read(case, None, access._native())
    for thing in (native, native.fields(), native.fields()["register_number"], access._native()):
        assert "Xyzzy" not in repr(thing) and "Xyzzy" not in str(thing)


def test_vault_and_log(vault: Vault, session: Session) -> None:
    info = vault.info()
    assert info.of_this_device and info.records == 1
    assert info.log_entries == session.log_size()
    assert session.checkpoint().startswith("test.example.org/audit/1\n")
    assert session.log_key().startswith("test.example.org/audit/1+")


def test_a_stranger_does_not_sign_in(vault: Vault) -> None:
    with pytest.raises(saferoom.AccessDenied):
        vault.sign_in(Identity.generate())


def test_kinds_that_need_fields_say_so(session: Session, access: Access) -> None:
    case = new_case(session, access)
    try:
        session.create(Interview(), access, parent=case)
    except saferoom.ModelError as refused:
        assert "interview." in str(refused)
