"""A clock that is written in Python."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, ClockFailed, ClockReading, Identity, Vault, audit
from saferoom.records import Case

NINE = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=7)))


class Told:
    """Answers what it was told to, or raises it."""

    def __init__(self, wall: datetime.datetime) -> None:
        self.answer: ClockReading | Exception = ClockReading(wall, 7.0)

    def now(self) -> ClockReading:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_the_log_bears_the_time_of_the_host(tmp_path: Path, identity: Identity, access: Access) -> None:
    clock = Told(NINE)
    vault = Vault.create(tmp_path / "v", tmp_path / "keys", identity, "test.example.org/audit/1", "Unit", clock)
    with vault.sign_in(identity) as session:
        session.create(Case(), access, parent=session.unit)
        clock.answer = ClockReading(NINE - datetime.timedelta(hours=2), 7.0)
        session.cases(access)
        entries = list(audit.entries(session, access))
    minute = datetime.timedelta(minutes=1)
    assert all(NINE - datetime.timedelta(hours=2) <= entry.at < NINE + minute for entry in entries)
    assert 17 in {entry.event for entry in entries}, "set back: the log says so"


@pytest.mark.parametrize(
    "answer",
    [
        OSError("the password is hunter2"),
        ClockReading(datetime.datetime(2026, 3, 2, 9, 0), 7.0),
        ClockReading(datetime.datetime(1969, 1, 1, tzinfo=datetime.timezone.utc), 7.0),
        ClockReading(NINE, -1.0),
    ],
)
def test_no_time_is_a_typed_error_without_the_text_of_the_host(
    tmp_path: Path, identity: Identity, access: Access, answer: ClockReading | Exception
) -> None:
    clock = Told(NINE)
    vault = Vault.create(tmp_path / "v", tmp_path / "keys", identity, "test.example.org/audit/1", "Unit", clock)
    with vault.sign_in(identity) as session:
        size, good = session.log_size(), clock.answer
        clock.answer = answer
        with pytest.raises(ClockFailed) as failed:
            session.cases(access)
        assert failed.value.code == 223 and "hunter2" not in str(failed.value)
        with pytest.raises(saferoom.KeyringError):
            Vault.open(tmp_path / "v", tmp_path / "keys", clock)
        clock.answer = good
        assert session.log_size() == size
