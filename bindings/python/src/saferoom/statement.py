"""Statements of a child: taken, corrected with a reason, read back, signed, translated, closed. Nothing is overwritten.

Words that harm are pointed out and never rewritten: the child's own words stay as they are. A statement that was closed is
corrected by a new one that takes its place.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from ._bridge import native
from .errors import translated
from .interview import Kept, kept
from .members import moment
from .records import Statement, StatementSignature
from .results import Access, Opened, opened, plain
from .session import Session
from .values import to_fields


@dataclasses.dataclass(frozen=True)
class Taken:
    """A version of a statement that was written."""

    #: The record that holds it: a new one if the one before was closed.
    id: str
    version: int
    #: Words that harm or blame: code of each, and what to write instead.
    warnings: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, repr=False)
class Correction:
    """A correction: the whole text as it shall be, why (list ``edit_reason``), and who asked (list ``signatory_role``)."""

    body: str
    reason: str
    asked_by: str
    #: Why, in words.
    words: str | None = None

    def __repr__(self) -> str:
        return "Correction(redacted)"


@dataclasses.dataclass(frozen=True)
class Closing:
    """That a statement or an interview was closed for changes."""

    #: The record of the lock.
    lock: str
    at: datetime.datetime | None
    #: The officer, if named.
    by: str | None
    #: Of what stood there: ``sha256:`` and hexadecimal digits.
    digest: str
    #: Index of the entry of its making in the log of this device; ``None`` if another device wrote it.
    log_index: int | None
    #: Whether what stands there now has this digest; ``None`` if this member cannot see all of it.
    fits: bool | None


@dataclasses.dataclass(frozen=True)
class Translation:
    """A translation, and whether the original has a newer version than the one that was translated."""

    id: str
    stale: bool


@dataclasses.dataclass(frozen=True, repr=False)
class ChildStatement:
    """A statement with all that belongs to it."""

    opened: Opened[Statement]
    signatures: tuple[Kept[StatementSignature], ...]
    closing: Closing | None
    #: The statement that has taken its place.
    superseded_by: str | None
    #: Whether it is a translation of a version that is no longer the newest.
    stale: bool
    #: Its translations, and those of the statements whose place it took.
    translations: tuple[Translation, ...]

    def __repr__(self) -> str:
        return f"ChildStatement({self.opened.id}, redacted)"


@translated
def take(session: Session, interview: str, text: Statement, access: Access, *, language: str = "en") -> Taken:
    """Records the first version of a statement below an interview. Warnings are in ``en`` or ``km``."""
    return _taken(session._handle.take_statement(interview, to_fields(text), language, access._native()))


@translated
def correct(session: Session, id: str, correction: Correction, access: Access, *, language: str = "en") -> Taken:
    """Corrects a statement: its next revision, or, if it was closed, a new statement in its place."""
    asked = native.StatementCorrection(
        body=correction.body, reason=correction.reason, words=correction.words, asked_by=correction.asked_by
    )
    return _taken(session._handle.correct_statement(id, asked, language, access._native()))


@translated
def read_back(session: Session, id: str, by: str, access: Access, *, heard_in: str | None = None) -> None:
    """Records that an officer read the whole statement to the child, in a language of the list ``language``."""
    session._handle.read_back_statement(id, by, heard_in, access._native())


@translated
def sign(session: Session, id: str, signature: StatementSignature, access: Access) -> str:
    """Records a signature, or that somebody did not want to sign; answers the new record."""
    return str(session._handle.sign_statement(id, to_fields(signature), access._native()))


@translated
def translate(session: Session, original: str, text: Statement, access: Access, *, language: str = "en") -> Taken:
    """Records a translation, linked to the statement."""
    return _taken(session._handle.translate_statement(original, to_fields(text), language, access._native()))


@translated
def close(session: Session, id: str, access: Access, *, by: str | None = None) -> Closing:
    """Closes a statement for changes, with its signatures. ``by`` is the record of the officer who closes it."""
    return _closing(session._handle.close_statement(id, by, access._native()))


@translated
def closing(session: Session, id: str, access: Access) -> Closing | None:
    """The closing of a statement or an interview, compared with what stands there; ``None`` if it is open."""
    found = session._handle.closing(id, access._native())
    return None if found is None else _closing(found)


@translated
def read(session: Session, id: str, access: Access) -> ChildStatement:
    """A statement with signatures, closing, translations, and what has taken its place. Each is logged as read."""
    found = session._handle.child_statement(id, access._native())
    return ChildStatement(
        opened=opened(Statement, found.opened),
        signatures=tuple(kept(StatementSignature, found.signatures)),
        closing=None if found.closing is None else _closing(found.closing),
        superseded_by=found.superseded_by,
        stale=found.stale,
        translations=tuple(plain(Translation, one) for one in found.translations),
    )


def _taken(given: Any) -> Taken:
    return Taken(given.id, given.version, tuple((found.term, found.instead) for found in given.warnings))


def _closing(given: Any) -> Closing:
    at = None if given.at is None else moment(given.at)
    return Closing(given.lock, at, given.by, given.digest, given.log_index, given.fits)
