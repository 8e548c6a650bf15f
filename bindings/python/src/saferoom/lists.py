"""Code lists and places: what a form shows, and what a host brings along that is newer than this package."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ._bridge import native
from .errors import translated


@translated
def code_lists() -> dict[str, dict[str, Any]]:
    """The code lists in use by name, each with its source and entries: code, labels (``en``, ``km``) and parent."""
    lists: list[dict[str, Any]] = json.loads(native.code_lists_json())
    return {each["name"]: each for each in lists}


@translated
def overlay_code_lists(text: str) -> None:
    """Puts newer code lists (TOML) over those in use, for the whole process.

    Call it once, before the first vault is opened. What is malformed is refused, and nothing changes.
    """
    native.overlay_code_lists(text)


@translated
def use_gazetteer(path: str | os.PathLike[str]) -> int:
    """Uses a gazetteer from now on, for the whole process, and answers how many places it has.

    The file is CSV with the columns ``code``, ``name_km`` and ``name_en``. A record with a place that it lacks is refused
    from then on.
    """
    return int(native.use_gazetteer(Path(path).read_bytes()))
