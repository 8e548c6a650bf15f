"""records.py is what the catalogue of the installed library says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import saferoom
from saferoom import PartialDate, records


def test_records_are_up_to_date() -> None:
    script = Path(__file__).parent.parent / "make_records.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_kind_has_a_class() -> None:
    assert set(records.KINDS) == {entry["record"] for entry in saferoom.catalogue()}
    for kind, cls in records.KINDS.items():
        assert cls.KIND == kind
        assert repr(cls()) == f"{cls.__name__}(redacted)"
    assert saferoom.library_version()


@pytest.mark.parametrize("text", ["2014", "2014-05", "2014-05-17", "2014~", "2014-05-17~"])
def test_partial_dates(text: str) -> None:
    assert PartialDate.parse(text).isoformat() == text


def test_what_is_no_date() -> None:
    for text in ["", "14", "2014-5", "2014-05-17 ", "~"]:
        with pytest.raises(ValueError):
            PartialDate.parse(text)
