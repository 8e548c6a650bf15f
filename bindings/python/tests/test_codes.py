"""The error codes: every one of the library, and none more."""

from __future__ import annotations

from pathlib import Path

from saferoom import errors
from saferoom.codes import ErrorCode

LIST = Path(__file__).parents[2] / "codes.txt"


def test_the_list_is_that_of_the_library() -> None:
    known = {int(line.split()[0]): line.split()[1].upper() for line in LIST.read_text("utf-8").splitlines()}
    assert {code.value: code.name for code in ErrorCode} == known
    assert len(known) > 600


def test_exceptions_are_chosen_by_codes_that_there_are() -> None:
    # Whole ranges belong to an exception; a code by itself has to be one of the library.
    alone = [code for code, kind in errors._BY_CODE.items() if kind.__name__ not in {"PolicyError", "ErasureError"}]
    assert set(alone) <= {code.value for code in ErrorCode}
