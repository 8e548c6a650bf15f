"""What the makers of all layers read: the pinned catalogue, the list of error codes, and declarations of uniffi's output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
CATALOGUE = HERE.parent / "core/tests/catalogue.golden.txt"
CODES = HERE / "codes.txt"

#: Parameters of the type String that are places in the file system.
PATHS = {"path", "folder", "out", "from", "target", "copy", "identityPath", "beside", "organisation", "seen"}

#: The types of fields.
TYPES = {"text", "narrative", "code", "place", "id", "date", "time", "bool", "unsigned"}


def kinds() -> dict[str, list[list[str]]]:
    """The fields of each kind of records: the words of their lines in the pinned catalogue."""
    found: dict[str, list[list[str]]] = {}
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) >= 8 and words[0].isdigit() and words[2].isdigit() and words[6] in TYPES:
            found.setdefault(words[1], []).append(words)
    if len(found) < 30:
        raise SystemExit(f"only {len(found)} kinds of records were found: the pinned catalogue has changed its form")
    return found


def codes() -> dict[int, str]:
    """The name of each error code; of two names of one thing, the first."""
    lines = (line.split() for line in CODES.read_text(encoding="utf-8").splitlines())
    return {int(words[0]): words[1] for words in lines}


def camel(name: str) -> str:
    """``given_name`` or ``given-name`` as ``givenName``."""
    first, *rest = re.split(r"[_-]", name)
    return first + "".join(word.capitalize() for word in rest)


def split(parameters: str, brackets: str) -> Iterator[tuple[str, str, str]]:
    """Name, type and default value of each parameter; types may hold commas in brackets, such as ``<>`` or ``[]``."""
    depth, part = 0, ""
    steps = {brackets[0]: 1, "(": 1, brackets[1]: -1, ")": -1}
    for letter in parameters + ",":
        if letter == "," and depth == 0:
            if part.strip():
                name, rest = part.split(":", 1)
                kind, _, default = rest.partition("=")
                yield name.strip(), kind.strip(), default.strip()
            part = ""
            continue
        depth += steps.get(letter, 0)
        part += letter


def documentation(lines: Iterator[str]) -> list[str]:
    """The lines of a comment that has begun, up to its end."""
    found = []
    for line in lines:
        if line.strip().startswith("*/"):
            break
        found.append(re.sub(r"^\s*\* ?", "", line))
    return found
