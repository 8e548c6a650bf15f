"""Values of fields: the ones that Python lacks, and their way to the native library and back."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final, TypeVar

from ._bridge import native

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND: Final = datetime.timedelta(milliseconds=1)
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(~?)", re.ASCII)

_R = TypeVar("_R", bound="Record")


@dataclasses.dataclass(frozen=True, repr=False)
class PartialDate:
    """A date of known precision: a year, a month or a day, exact or estimated. Printed, it shows nothing."""

    year: int
    month: int | None = None
    day: int | None = None
    estimated: bool = False

    def __post_init__(self) -> None:
        """A day alone would be read as the month."""
        if self.day is not None and self.month is None:
            raise ValueError("a date with a day needs its month")

    @classmethod
    def of(cls, date: datetime.date) -> PartialDate:
        """This very day."""
        return cls(date.year, date.month, date.day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """The date of its text form: ``2014``, ``2014-05``, ``2014-05-17``, each also with ``~`` for an estimate."""
        match = _DATE.fullmatch(text)
        if match is None:
            raise ValueError("this is no date such as 2014, 2014-05, 2014-05-17 or 2014~")
        year, month, day, estimated = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None, bool(estimated))

    def isoformat(self) -> str:
        """Its text form, as :meth:`parse` reads it."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts) + ("~" if self.estimated else "")

    def __repr__(self) -> str:
        return "PartialDate(redacted)"


class Record:
    """What all records of :mod:`saferoom.records` have in common. Shows no value in its ``repr``."""

    #: Name of the kind.
    KIND: ClassVar[str]
    #: The type of each field; ``list of`` before it where it holds several values.
    TYPES: ClassVar[Mapping[str, str]]
    #: Whether only some fields were asked for. Not a field of the record, and no part of its equality.
    _partial: ClassVar[bool] = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redacted)"


def to_fields(record: Record) -> dict[str, Any]:
    """The values of a record, for the native library."""
    fields: dict[str, Any] = {}
    for name, value_type in record.TYPES.items():
        value = getattr(record, name)
        if value is None or value == []:
            continue
        try:
            fields[name] = _to_native(value_type, value)
        except (TypeError, ValueError, OverflowError) as refused:
            reason = str(refused) if isinstance(refused, _Refused) else f"it is not a {value_type}"
        else:
            continue
        # What keeps the variables of frames, such as a report of a crash, must not find a child's values among them.
        del fields, value
        raise TypeError(f"{record.KIND}.{name}: {reason}")
    return fields


def from_fields(kind: type[_R], fields: Mapping[str, Any]) -> _R:
    """The record of this kind with the values that the native library gave."""
    # Fields of a newer library are left out, as the library itself leaves out those of a newer file.
    return kind(**{name: from_native(value) for name, value in fields.items() if name in kind.TYPES})


class _Refused(ValueError):
    """A reason that names no value."""


def _to_native(value_type: str, value: object) -> Any:
    if value_type.startswith("list of "):
        if not isinstance(value, (list, tuple)):
            raise _Refused("it is not a list")
        item_type = value_type.removeprefix("list of ")
        return native.FieldValue.ITEMS([_to_native(item_type, item) for item in value])
    variant, accepted = _VARIANTS[value_type]
    if not isinstance(value, accepted) or (isinstance(value, bool) and accepted is not bool):
        raise _Refused(f"it is not a {value_type}")
    if accepted is int and not 0 <= value < 2**64:  # type: ignore[operator]
        raise _Refused("it is not a whole number from 0 on")
    if isinstance(value, datetime.datetime):
        if value.utcoffset() is None:
            raise _Refused("a moment needs a time zone")
        return native.FieldValue.TIME((value - _EPOCH) // _MILLISECOND)
    return getattr(native.FieldValue, variant)(value.isoformat() if isinstance(value, PartialDate) else value)


_VARIANTS: Final[dict[str, tuple[str, type]]] = {
    "text": ("TEXT", str),
    "narrative": ("TEXT", str),
    "code": ("CODE", str),
    "date": ("DATE", PartialDate),
    "time": ("TIME", datetime.datetime),
    "place": ("PLACE", str),
    "bool": ("BOOL", bool),
    "unsigned": ("UNSIGNED", int),
    "id": ("ID", str),
}


def from_native(value: Any) -> Any:
    """The value of a field, out of the native library's."""
    if value.is_items():
        return [from_native(item) for item in value[0]]
    if value.is_date():
        return PartialDate.parse(value[0])
    if value.is_time():
        return _EPOCH + value[0] * _MILLISECOND
    return value[0]
