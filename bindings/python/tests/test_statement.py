"""A statement from its first text to its closing. All persons are invented."""

from __future__ import annotations

import pytest

import saferoom
from saferoom import Access, Session, audit, statement
from saferoom.records import Case, Child, Interview, Participant, Statement, StatementSignature
from saferoom.statement import Correction


def interview_of(session: Session, access: Access) -> str:
    case = session.create(Case(), access, parent=session.unit).record
    child = session.create(Child(sex="female", role="victim"), access, parent=case).record
    return session.create(Interview(purpose="initial"), access, parent=child).record


def text(body: str, language: str = "km") -> Statement:
    return Statement(kind="signed_statement", language=language, body=body)


def test_a_statement_goes_its_way_and_every_step_is_kept(session: Session, access: Access) -> None:
    interview = interview_of(session, access)
    taken = statement.take(session, interview, text("The child prostitute said"), access)
    assert taken.version == 1 and len(taken.warnings) == 1 and taken.warnings[0][0] == "child_prostitute"
    mark = StatementSignature(signatory="child", method="mark")
    closes, signs = lambda: statement.close(session, taken.id, access), lambda: statement.sign(session, taken.id, mark, access)
    for early in (closes, signs):
        with pytest.raises(saferoom.SaferoomError) as refused:
            early()
        assert 1300 <= refused.value.code < 1400 and refused.value.advice
    child_said = Correction("She said", "child_correction", "child")
    assert statement.correct(session, taken.id, child_said, access).version == 2
    statement.read_back(session, taken.id, session.unit, access, heard_in="km")
    signed = statement.sign(session, taken.id, mark, access)
    english = text("She said, in English", "en")
    with pytest.raises(saferoom.SaferoomError):
        statement.translate(session, taken.id, english, access)
    interpreter = Participant(role="interpreter", presence="in_room")
    english.translator = session.create(interpreter, access, parent=interview).record
    translated = statement.translate(session, taken.id, english, access)
    assert statement.closing(session, taken.id, access) is None
    closing = statement.close(session, taken.id, access, by=session.unit)
    assert closing.fits and closing.by == session.unit and closing.digest.startswith("sha256:")
    assert closing.log_index is not None
    (entry,) = audit.entries(session, Access("audit"), start=closing.log_index, end=closing.log_index + 1)
    assert entry.record == closing.lock

    found = statement.read(session, taken.id, access)
    assert found.closing == closing and found.superseded_by is None
    assert [one.id for one in found.signatures] == [signed]
    assert found.opened.record.body == "She said" and found.opened.record.child_corrections == 1
    assert found.translations == (statement.Translation(translated.id, stale=False),)
    first = session.read_revision(Statement, taken.id, 1, access).record
    assert first.body == "The child prostitute said", "nothing was rewritten"
    for thing in (found, found.opened, found.signatures[0], child_said):
        assert "She said" not in repr(thing)


def test_what_is_closed_is_corrected_by_a_new_statement(session: Session, access: Access) -> None:
    taken = statement.take(session, interview_of(session, access), text("First"), access)
    statement.read_back(session, taken.id, session.unit, access)
    statement.sign(session, taken.id, StatementSignature(signatory="child", method="mark"), access)
    statement.close(session, taken.id, access)
    changed = session.read(Statement, taken.id, access).record
    changed.body, changed.edit_reason = "Changed", "typo"
    with pytest.raises(saferoom.SaferoomError):
        session.amend(taken.id, changed, access)
    after = statement.correct(session, taken.id, Correction("Second", "typo", "interviewer", words="A slip"), access)
    assert after.id != taken.id and after.version == 2
    assert statement.read(session, taken.id, access).superseded_by == after.id
    assert session.read(Statement, taken.id, access).record.body == "First"
