"""Forms: what a host needs to draw a screen, and what a broken rule says."""

from __future__ import annotations

import json
from typing import Any

from ._bridge import native
from .errors import translated


@translated
def form(kind: str, language: str = "en") -> dict[str, Any]:
    """The form of a kind of record, such as ``child``, in a language: ``en`` or ``km``.

    Each field has label, help, type, choices, ``required``, ``required_when`` (lists of conditions; all of one list have to
    hold), compartment and class. Another language is answered in English.
    """
    described: dict[str, Any] = json.loads(native.form(kind, language))
    return described


@translated
def explain_rule(rule: str, language: str = "en") -> str:
    """What a broken rule, such as ``ends-after-start``, says to whoever fills in the form. Never a value."""
    return str(native.explain_rule(rule, language))
