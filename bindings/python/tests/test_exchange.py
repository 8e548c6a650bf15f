"""Bulk: out as JSON Lines and in again. All persons are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Session, Vault
from saferoom.records import Case, Child

WHY = Access("record-management", "Move to another station")


def filled(session: Session) -> tuple[str, str]:
    case = session.create(Case(register_number="2026/17"), WHY, parent=session.unit).record
    child = session.create(Child(given_name="សុខា", sex="female", role="victim"), WHY, parent=case).record
    return case, child


def test_records_move_to_another_vault(session: Session, tmp_path: Path) -> None:
    case, child = filled(session)
    heard: list[int] = []
    done = session.export_file(tmp_path / "all.jsonl", WHY, cases=[case], progress=heard.append)
    lines = Path(done.lines_file).read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [case, child]
    assert done.manifest["lines"] == 2 and heard[-1] == 2
    assert Path(done.manifest_file).read_text("utf-8").startswith('{"format":"saferoom-export/1"')

    identity = Identity.generate()
    vault = Vault.create(tmp_path / "other.saferoom", tmp_path / "other-keys", identity, "test.example.org/2", "Unit")
    with vault.sign_in(identity) as other:
        assert other.import_file(done.lines_file, WHY, dry_run=True).written == 0
        report = other.import_file(done.lines_file, WHY)
        assert (report.lines, report.written, report.problems) == (2, 2, ())
        found = other.read(Child, report.ids[child], WHY)
        assert found.record == session.read(Child, child, WHY).record
        assert found.parent == report.ids[case]


def test_what_is_wrong_is_said_and_nothing_is_written(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "wrong.jsonl"
    file.write_text('{"kind":"case","fields":{}}\n{"kind":"case","fields":{"status":"SECRET"}}\n', "utf-8")
    report = session.import_file(file, WHY)
    assert (report.rejected, report.written, session.cases(WHY)) == (1, 0, [])
    problem = report.problems[0]
    assert (problem.line, problem.kind, problem.field, problem.rule) == (2, "case", "status", "known-code")
    assert "SECRET" not in repr(report)
    assert session.import_file(file, WHY, partial=True).written == 1
    with pytest.raises(saferoom.AccessDenied):
        session.export_file(tmp_path / "out.jsonl", Access("record-management"))
    with pytest.raises(saferoom.ExchangeError):
        session.import_file(tmp_path / "nothing.jsonl", WHY)
    assert not (tmp_path / "out.jsonl").exists()


def test_many_records_are_read_in_one_transaction(session: Session) -> None:
    case, child = filled(session)
    before = session.log_size()
    assert [found.id for found in session.read_many(Child, [child, child], WHY)] == [child, child]
    assert session.log_size() == before + 2
    with pytest.raises(saferoom.SaferoomError):
        session.read_many(Child, [child, case], WHY)
