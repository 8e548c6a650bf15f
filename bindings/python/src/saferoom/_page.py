"""Pages: many records, or a list of them, as one buffer (docs/formats.md, 30), of which each is opened when it is looked at.

A reader for exactly these two forms: deterministic CBOR, and nothing else that CBOR could be.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from typing import Any, Final, ParamSpec, TypeVar, overload

from .errors import InternalError
from .results import Access, Opened, RecordInfo
from .values import PartialDate, Record

_R = TypeVar("_R", bound=Record)
_T = TypeVar("_T")
_P = ParamSpec("_P")

_VERSION: Final = 1
_ID: Final = 16
_UNKNOWN_KIND: Final = 0xFF
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND: Final = datetime.timedelta(milliseconds=1)
_UNSIGNED, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5

#: A place in the buffer in, a value and the place after it out.
_Read = Callable[[bytes, int], tuple[Any, int]]
#: The name of a field, if this package knows it, and how its values are read.
_Field = tuple[str | None, _Read]
#: The class of a kind, and its fields in a page.
_Shape = tuple[type[Any], list[_Field]]


class Malformed(InternalError):
    """The buffer is none of these forms: it is from another release, or was changed on its way."""

    def __init__(self, why: str) -> None:
        super().__init__(0, f"a page cannot be read: {why}", "Install one release of saferoom as a whole.")


def _whole(read: Callable[_P, _T]) -> Callable[_P, _T]:
    """What Python says of a buffer that ends too early, or of a text that is none, is this module's error as well."""

    @functools.wraps(read)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return read(*args, **kwargs)
        except (IndexError, UnicodeDecodeError, OverflowError):
            pass
        # Outside the handler: the other exception, which shows bytes, is not even its context.
        raise Malformed("it ends too early, or a value is none of its type")

    return wrapped


class _Lazy(Sequence[_T]):
    """So many things, each made when it is first looked at."""

    def __init__(self, length: int, make: Callable[[int], _T]) -> None:
        self._length, self._make = length, make
        self._made: dict[int, _T] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> _T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[_T]: ...

    def __getitem__(self, at: int | slice) -> _T | Sequence[_T]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(self._length))]
        place = at + self._length if at < 0 else at
        if not 0 <= place < self._length:
            raise IndexError("the page has no such record")
        found = self._made.get(place)
        if found is None:
            found = self._made[place] = self._make(place)
        return found


class Page(_Lazy[Opened[_R]]):
    """Records that were read together: a sequence, in the order that was asked for. Each is opened when it is looked at.

    Shows no value in its ``repr``. Python cannot overwrite what it was given: let go of a page as soon as you can.
    """

    @_whole
    def __init__(self, data: bytes, kind: type[_R] | Callable[[str], type[_R]]) -> None:
        """Not for callers: use ``Session.read_many``. ``kind`` is the class, or gives it for the name of a kind."""
        self._data = data
        self._shapes, at = _shapes(data, kind)
        self._places, at = _all(data, at, _closed)
        _ended(data, at, len(data))
        super().__init__(len(self._places), self._open)

    @_whole
    def _open(self, place: int) -> Opened[_R]:
        data, (at, end) = self._data, self._places[place]
        count, at = _argument(data, at, _ARRAY)
        shape, at = _argument(data, at, _UNSIGNED)
        if count != 7 or shape >= len(self._shapes):
            raise Malformed("a record has seven parts, the first of which is a kind of the page")
        id, at = _id(data, at)
        parent, at = (None, at + 1) if data[at] == 0xF6 else _id(data, at)
        revision, at = _argument(data, at, _UNSIGNED)
        author, at = _id(data, at)
        withheld, at = _all(data, at, _text)
        make, fields = self._shapes[shape]
        values, at = _values(data, at, fields)
        _ended(data, at, end)
        return Opened(id, parent, revision, author, tuple(withheld), make(**values))

    def __repr__(self) -> str:
        return f"Page(of {len(self)}, redacted)"


class Listing(_Lazy[RecordInfo]):
    """What a list shows: ids and structure, no value. A sequence; each entry is made when it is looked at."""

    @_whole
    def __init__(self, data: bytes) -> None:
        """Not for callers: use ``Session.records_of``."""
        kinds, at = _all(data, _opening(data, 5), _text)
        self._ids, at = _string(data, at)
        self._parents, at = _string(data, at)
        of_kind, at = _string(data, at)
        _ended(data, at, len(data))
        if not len(self._ids) == len(self._parents) == _ID * len(of_kind):
            raise Malformed("the columns of a list have one length")
        if any(kind >= len(kinds) and kind != _UNKNOWN_KIND for kind in set(of_kind)):
            raise Malformed("a list names only kinds of its table")
        self._kinds = [kinds[kind] if kind != _UNKNOWN_KIND else None for kind in of_kind]
        super().__init__(len(of_kind), self._info)

    def _info(self, place: int) -> RecordInfo:
        here = slice(_ID * place, _ID * place + _ID)
        parent = self._parents[here]
        return RecordInfo(self._ids[here].hex(), self._kinds[place], parent.hex() if any(parent) else None)

    def __repr__(self) -> str:
        return f"Listing(of {len(self)})"


def question(kind: str | None, ids: Sequence[str], access: Access) -> bytes:
    """What is asked of a page, as it crosses. With a text among the ids that is no id, bytes that the library refuses."""
    try:
        found = bytes.fromhex("".join(ids))
    except ValueError:
        found = b"?"
    if len(found) != _ID * len(ids) or any(len(id) != 2 * _ID for id in ids):
        found = b"?"
    asked = _head(_ARRAY, 5) + _head(_UNSIGNED, _VERSION) + _text_of(kind) + _text_of(access.purpose)
    return asked + _text_of(access.reason) + _head(_BYTES, len(found)) + found


def _text_of(text: str | None) -> bytes:
    if text is None:
        return b"\xf6"
    encoded = text.encode()
    return _head(_TEXT, len(encoded)) + encoded


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes((major << 5 | number,))
    for size, code in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 1 << (8 * size):
            return bytes((major << 5 | code,)) + number.to_bytes(size, "big")
    raise OverflowError("longer than anything in memory")


def _opening(data: bytes, parts: int) -> int:
    count, at = _argument(data, 0, _ARRAY)
    version, at = _argument(data, at, _UNSIGNED)
    if version != _VERSION:
        raise Malformed("the page is from another release")
    if count != parts:
        raise Malformed("the page has another number of parts")
    return at


#: Of each kind, the tables that pages have begun with: the bytes, and what they say. Names of fields, no value.
_KNOWN: Final[dict[type[Any], dict[bytes, list[_Shape]]]] = {}
#: More tables than this are not kept.
_MOST_KNOWN: Final = 64


def _shapes(data: bytes, kind: Callable[[str], type[Any]] | type[Any]) -> tuple[list[_Shape], int]:
    """The table of kinds at the beginning of a page. What begins with a table that was read before has that table."""
    if not isinstance(kind, type):
        return _all(data, _opening(data, 3), lambda data, at: _shape(data, at, kind))
    known = _KNOWN.setdefault(kind, {})
    for length in {len(table) for table in known}:
        found = known.get(data[:length])
        if found is not None:
            return found, length
    shapes, at = _all(data, _opening(data, 3), lambda data, at: _shape(data, at, lambda _name: kind))
    if len(known) < _MOST_KNOWN:
        known[data[:at]] = shapes
    return shapes, at


def _shape(data: bytes, at: int, kind: Callable[[str], type[Any]]) -> tuple[_Shape, int]:
    count, at = _argument(data, at, _ARRAY)
    if count != 2:
        raise Malformed("a kind has a name and fields")
    name, at = _text(data, at)
    made = kind(name)
    fields, at = _all(data, at, _field)
    # Fields of a newer library are left out, as the library itself leaves out those of a newer file.
    return (made, [(name if name in made.TYPES else None, read) for name, read in fields]), at


def _field(data: bytes, at: int) -> tuple[tuple[str, _Read], int]:
    count, at = _argument(data, at, _ARRAY)
    name, at = _text(data, at)
    value_type, at = _text(data, at)
    repeated, at = _bool(data, at)
    read = _TYPES.get(value_type)
    if count != 3 or read is None:
        raise Malformed("a field has a name, a known type, and whether it repeats")
    return (name, _several(read) if repeated else read), at


def _values(data: bytes, at: int, fields: list[_Field]) -> tuple[dict[str, Any], int]:
    count, at = _argument(data, at, _MAP)
    values, last = {}, -1
    for _ in range(count):
        place, at = (data[at], at + 1) if data[at] < 24 else _argument(data, at, _UNSIGNED)
        if not last < place < len(fields):
            raise Malformed("fields ascend, and are fields of the kind")
        last = place
        name, read = fields[place]
        # Most values are short texts with a head of one byte: no call for those.
        length = data[at] - (_TEXT << 5)
        if read is _text and 0 <= length < 24:
            start, at = at + 1, at + 1 + length
            value: Any = data[start:at].decode()
        else:
            value, at = read(data, at)
        if name is not None:
            values[name] = value
    if at > len(data):
        raise Malformed("it ends too early")
    return values, at


def _argument(data: bytes, at: int, major: int) -> tuple[int, int]:
    """The number in the head of an item of this type."""
    first = data[at]
    if first >> 5 != major:
        raise Malformed("an item is of another type")
    small = first & 31
    if small < 24:
        return small, at + 1
    if small > 27:
        raise Malformed("lengths are definite")
    end = at + 1 + (1 << (small - 24))
    if end > len(data):
        raise Malformed("it ends too early")
    number = int.from_bytes(data[at + 1 : end], "big")
    if number < (24, 1 << 8, 1 << 16, 1 << 32)[small - 24]:
        raise Malformed("heads are the shortest that there are")
    return number, end


def _content(data: bytes, at: int, major: int) -> tuple[int, int]:
    length, at = _argument(data, at, major)
    if at + length > len(data):
        raise Malformed("it ends too early")
    return at, at + length


def _closed(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    """Where the content of a byte string lies: it is left closed."""
    start, end = _content(data, at, _BYTES)
    return (start, end), end


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    start, end = _content(data, at, _BYTES)
    return data[start:end], end


def _text(data: bytes, at: int) -> tuple[str, int]:
    start, end = _content(data, at, _TEXT)
    return data[start:end].decode(), end


def _id(data: bytes, at: int) -> tuple[str, int]:
    start, end = at + 1, at + 1 + _ID
    if data[at] != _BYTES << 5 | _ID or end > len(data):
        raise Malformed("an id has 16 bytes")
    return data[start:end].hex(), end


def _bool(data: bytes, at: int) -> tuple[bool, int]:
    if data[at] not in (0xF4, 0xF5):
        raise Malformed("an item is of another type")
    return data[at] == 0xF5, at + 1


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    return _argument(data, at, _UNSIGNED)


def _date(data: bytes, at: int) -> tuple[PartialDate, int]:
    text, at = _text(data, at)
    try:
        return PartialDate.parse(text), at
    except ValueError:
        raise Malformed("a date has its text form") from None


def _time(data: bytes, at: int) -> tuple[datetime.datetime, int]:
    milliseconds, at = _argument(data, at, _UNSIGNED)
    return _EPOCH + milliseconds * _MILLISECOND, at


def _all(data: bytes, at: int, read: Callable[[bytes, int], tuple[_T, int]]) -> tuple[list[_T], int]:
    """All items of an array."""
    count, at = _argument(data, at, _ARRAY)
    items = []
    for _ in range(count):
        item, at = read(data, at)
        items.append(item)
    return items, at


def _several(read: _Read) -> _Read:
    def list_of(data: bytes, at: int) -> tuple[list[Any], int]:
        items, at = _all(data, at, read)
        if not items:
            raise Malformed("an empty list is left out")
        return items, at

    return list_of


def _ended(data: bytes, at: int, end: int) -> None:
    if at != end:
        raise Malformed("something stands behind the end")


_TYPES: Final[dict[str, _Read]] = {
    "text": _text,
    "narrative": _text,
    "code": _text,
    "place": _text,
    "date": _date,
    "time": _time,
    "bool": _bool,
    "unsigned": _unsigned,
    "id": _id,
}
