"""Finding records."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import translated
from ..results import Access
from ..search import SearchResult, criteria, result
from ..values import Record
from .part import SessionPart


class Searching(SessionPart):
    """Finding records of this unit, and asking which other units to ask."""

    @translated
    def search(
        self,
        kind: type[Record],
        access: Access,
        *,
        name: str | None = None,
        phone: str | None = None,
        born: str | None = None,
        place: str | None = None,
        number: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> SearchResult:
        """Finds records of one kind that meet all that is given, in whatever spelling. Logged before it answers.

        ``name`` is looked for in all fields with names, ``number`` in those with register numbers and the like,
        ``fields`` in one field each. A very common name, a month, a year, a district only narrow down.
        """
        asked = criteria(name, phone, born, place, number, fields)
        return result(self._handle.search(kind.KIND, asked, access._native()))

    @translated
    def search_across_units(
        self,
        kind: type[Record],
        access: Access,
        *,
        name: str | None = None,
        phone: str | None = None,
        born: str | None = None,
        place: str | None = None,
        number: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> SearchResult:
        """Asks all units whose search keys the member holds; answers only which to ask. 20 times an hour, logged."""
        asked = criteria(name, phone, born, place, number, fields)
        return result(self._handle.search_across_units(kind.KIND, asked, access._native()))

    @translated
    def rebuild_search_index(self, access: Access) -> int:
        """Makes the search index anew, in one transaction; returns how many records are in it."""
        return int(self._handle.rebuild_search_index(access._native()))
