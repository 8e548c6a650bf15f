"""Searching without plaintext: what is asked, and what is answered."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ._bridge import native


@dataclasses.dataclass(frozen=True)
class FoundRecord:
    """A record that meets all criteria. Ids and structure, no value."""

    #: The record.
    id: str
    #: Name of its kind.
    kind: str
    #: The record it belongs to, if it belongs to one.
    parent: str | None
    #: The case in which it stands, if it stands in one.
    case_id: str | None
    #: Names of the fields in which the criteria are met.
    fields: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SearchResult:
    """What a search answers. Never a value."""

    #: Too many records would answer: add what else is known.
    too_many: bool
    #: The records that meet all criteria.
    records: tuple[FoundRecord, ...]
    #: Units that may have an earlier record which this member cannot open: ask them.
    ask_units: tuple[str, ...]


def criteria(
    name: str | None,
    phone: str | None,
    born: str | None,
    place: str | None,
    number: str | None,
    fields: Mapping[str, str] | None,
) -> list[Any]:
    """The criteria as the native library takes them."""
    criterion = native.SearchCriterion
    asked = [
        (name, criterion.NAME),
        (phone, criterion.PHONE),
        (born, criterion.DATE),
        (place, criterion.PLACE),
        (number, criterion.EXACT),
    ]
    given = [kind(text=text) for text, kind in asked if text is not None]
    return given + [criterion.FIELD(name=field, text=text) for field, text in (fields or {}).items()]


def result(found: Any) -> SearchResult:
    """The answer of the native library."""
    records = (
        FoundRecord(
            id=record.id,
            kind=record.kind,
            parent=record.parent,
            case_id=record.case_id,
            fields=tuple(record.fields),
        )
        for record in found.records
    )
    return SearchResult(too_many=found.too_many, records=tuple(records), ask_units=tuple(found.ask_units))
