"""Extra fields of a vault."""

from __future__ import annotations

import json
from typing import Any

from ..errors import translated
from ..identity import Identity
from ..results import Access
from .part import SessionPart


class Forming(SessionPart):
    """Forms: what a host draws its screens from, with the extra fields of the vault."""

    @translated
    def add_form(self, toml: str, custodian: Identity, access: Access) -> None:
        """Adds the extra fields of a form document to this vault; ``custodian`` signs it. Logged."""
        self._handle.add_form(toml, custodian._native(), access._native())

    @translated
    def forms(self) -> list[dict[str, Any]]:
        """The form documents of this vault, oldest first."""
        return [json.loads(form) for form in self._handle.forms()]

    @translated
    def form(self, kind: str, language: str = "en") -> dict[str, Any]:
        """As :func:`saferoom.form`, with the extra fields of this vault."""
        described: dict[str, Any] = json.loads(self._handle.form(kind, language))
        return described
