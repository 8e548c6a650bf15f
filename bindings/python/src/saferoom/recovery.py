"""Recovery keys, which exist only as shares: the ceremony, the restore, a custodian for a vault that has none left."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable
from typing import Any

from ._bridge import native
from ._secret import lent
from .errors import translated
from .vault import Access, Identity, Path, Session, Vault, plain, signers_of


class Share:
    """One share of a recovery key, for one person. Never shown by this package: it goes into its holder's file."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``open_file``, ``from_text`` or :attr:`Ceremony.shares`."""
        self._handle = handle

    @classmethod
    @translated
    def open_file(cls, path: Path, passphrase: bytes | bytearray) -> Share:
        """The share in a file; :class:`~saferoom.WrongPassphrase` if it does not unlock."""
        with lent(passphrase) as secret:
            return cls(native.RecoveryShare.open_file(os.fspath(path), secret))

    @classmethod
    @translated
    def from_text(cls, text: bytes | bytearray) -> Share:
        """What its holder typed from paper; :class:`~saferoom.KeyringError` names the groups that have a slip."""
        if not isinstance(text, (bytes, bytearray)):
            raise TypeError("a share is bytes or a bytearray, which can be overwritten after use; never a str")
        with lent(text) as secret:
            return cls(native.RecoveryShare.from_text(secret))

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self._handle.number())

    @property
    def needed(self) -> int:
        """How many shares are needed."""
        return int(self._handle.needed())

    @translated
    def create_file(self, path: Path, passphrase: bytes | bytearray) -> None:
        """Writes it to a new file under its holder's passphrase; an existing file stays."""
        with lent(passphrase) as secret:
            self._handle.create_file(os.fspath(path), secret)

    def __repr__(self) -> str:
        return f"Share({self.number}, redacted)"


class Ceremony:
    """A ceremony that was held. Nothing is in force before :func:`set_up` or :func:`restore`."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use :func:`begin`."""
        self._handle = handle

    @property
    def number(self) -> int:
        """Which ceremony of its unit, or of the log, it is: from 1."""
        return int(self._handle.number())

    @property
    def shares(self) -> tuple[Share, ...]:
        """The shares: each goes to one person, who writes it to their file."""
        return tuple(Share(share) for share in self._handle.shares())

    def __repr__(self) -> str:
        return f"Ceremony({self.number}, redacted)"


@dataclasses.dataclass(frozen=True)
class Status:
    """How recovery stands for a unit, or for the log (``unit`` is ``None``)."""

    unit: str | None
    #: Whether it is the key for reversals of the unit: for pseudonyms, not for recovery.
    reversal: bool
    #: The ceremony whose key is in force, and that key; ``None`` before the first.
    ceremony: int | None
    key: str | None
    needed: int | None
    shares: int | None
    #: How many generations of circles there are, and how many are wrapped to the key.
    circles: int
    wrapped: int
    #: Whether custodians came or went since: then the ceremony is to be held again.
    custodians_changed: bool


@dataclasses.dataclass(frozen=True)
class SetUp:
    """What setting up did: circle generations that were wrapped, and those that follow when others sign in."""

    wrapped: int
    waiting: int


@dataclasses.dataclass(frozen=True)
class Restored:
    """What a restore did."""

    circles: int
    #: Circle generations that nobody had wrapped to the key yet: they stay lost.
    not_wrapped: int
    #: Wraps that were made for members.
    wraps: int
    #: Data keys of closely held cases that were opened.
    data_keys: int


@translated
def status(session: Session) -> list[Status]:
    """How recovery stands: for each unit, then for the log."""
    return [plain(Status, found) for found in session._handle.recovery_status()]


@translated
def begin(session: Session, unit: str | None, *, needed: int | None = None, shares: int | None = None) -> Ceremony:
    """Holds a ceremony for a unit (its record), or for the log (``None``); numbers are those of the access policy."""
    return Ceremony(session._handle.begin_recovery(unit, needed, shares))


@translated
def set_up(session: Session, ceremony: Ceremony, access: Access, *signers: Identity) -> SetUp:
    """Puts a recovery key in force, signed by custodians. Every share is with its holder before."""
    done = session._handle.set_up_recovery(ceremony._handle, signers_of(signers), access._native())
    return plain(SetUp, done)


@translated
def restore(
    session: Session,
    unit: str | None,
    shares: Iterable[Share],
    next_ceremony: Ceremony,
    access: Access,
    *signers: Identity,
) -> Restored:
    """Gives what is wrapped to the key straight to the members who may hold it; ``next_ceremony`` replaces the key.

    Raises :class:`~saferoom.KeyringError` that names a wrong share; nothing has changed then.
    """
    given = [share._handle for share in shares]
    signing = signers_of(signers)
    done = session._handle.restore_recovery(unit, given, next_ceremony._handle, signing, access._native())
    return plain(Restored, done)


@translated
def reinstate(vault: Vault, identity: Identity, shares: Iterable[Share]) -> Session:
    """Makes ``identity`` a custodian by enough shares of a unit's key, where none is left, and signs it in."""
    session = Session(vault._handle.reinstate(identity._native(), [share._handle for share in shares]))
    vault._sessions.add(session)
    return session
