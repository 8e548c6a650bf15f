"""What the parts of a session share."""

from __future__ import annotations

from typing import Any


class SessionPart:
    """What the parts of a session share: the native session."""

    _handle: Any

    @property
    def unit(self) -> str:
        """The record of the member's unit: cases, stations and officers stand below it."""
        return str(self._handle.unit())

    @property
    def member_id(self) -> str:
        """Pseudonym of the member who is signed in."""
        return str(self._handle.member_id())
