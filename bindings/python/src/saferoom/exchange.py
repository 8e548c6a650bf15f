"""What import and export answer."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Exported:
    """An export that is there: the file of lines, which is plaintext, and its signed manifest."""

    lines_file: str
    manifest_file: str
    #: What the manifest says, as it is written in docs/formats.md.
    manifest: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class ImportProblem:
    """What is wrong with a line of a file; never a value of it."""

    line: int
    kind: str | None
    field: str | None
    rule: str
    text: str


@dataclasses.dataclass(frozen=True)
class Imported:
    """What became of the lines of a file."""

    lines: int
    rejected: int
    written: int
    #: The first thousand problems.
    problems: tuple[ImportProblem, ...]
    problem_count: int
    #: The ids of the file and the ids that the records got.
    ids: dict[str, str]
