"""Backups, moves to another device, and the locks of an identity file."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import os
from collections.abc import Callable
from typing import Any

from ._bridge import native
from ._secret import lent
from .clock import Clock
from .clock import to_native as clock_to_native
from .errors import translated
from .key_store import KeyStore, to_native
from .vault import Access, Identity, Path, Session


@dataclasses.dataclass(frozen=True)
class BackupReport:
    """What a backup or a move file holds."""

    bytes: int
    log_size: int
    log_root: str
    #: After a move: the last checkpoint of this device's log, for the auditor.
    final_checkpoint: str | None
    #: After a move: whether the key store has let go of the keys that signed it. If not, take them out of it by hand.
    keys_removed: bool | None


@dataclasses.dataclass(frozen=True)
class RestoreReport:
    """What was brought in. ``compared`` says whether this device had kept a head to compare with."""

    vault: str
    device: str
    origin: str
    previous_log_size: int
    compared: bool
    lost_commits: int
    lost_entries: int
    #: How many cases of the list of erasures were erased in it.
    erased: int


class BackupKey:
    """The key of backups, in a file under a passphrase. Keep it apart from the backups."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``create_file`` or ``open_file``."""
        self._handle = handle

    @classmethod
    @translated
    def create_file(cls, path: Path, passphrase: bytes | bytearray, lifetime: datetime.timedelta) -> BackupKey:
        """A fresh key in a new file, which lives for a minute to ten years; an existing file stays."""
        seconds = max(0, int(lifetime.total_seconds()))
        with lent(passphrase) as secret:
            return cls(native.BackupKey.create_file(os.fspath(path), secret, seconds))

    @classmethod
    @translated
    def open_file(cls, path: Path, passphrase: bytes | bytearray) -> BackupKey:
        """The key of a file; :class:`~saferoom.WrongPassphrase` if it does not unlock."""
        with lent(passphrase) as secret:
            return cls(native.BackupKey.open_file(os.fspath(path), secret))

    @property
    def id(self) -> str:
        """Its id, which stands in clear in every backup under it."""
        return str(self._handle.id())

    @property
    def not_after(self) -> datetime.datetime:
        """The end of its lifetime."""
        return datetime.datetime.fromtimestamp(self._handle.not_after() / 1000, datetime.timezone.utc)

    def __repr__(self) -> str:
        return "BackupKey(redacted)"


@translated
def back_up(session: Session, path: Path, key: BackupKey, access: Access) -> BackupReport:
    """Writes a backup of the whole vault to a new file. Logged before the file appears."""
    return _backup(session._handle.backup_to(os.fspath(path), key._handle, access._native()))


@translated
def move_out(session: Session, path: Path, key: BackupKey, access: Access) -> BackupReport:
    """Moves the vault out of this device: a move file, the end of this device's log; the session ends."""
    return _backup(session._handle.move_out(os.fspath(path), key._handle, access._native()))


@translated
def restore(
    backup: Path,
    key: BackupKey,
    identity: Identity,
    target: Path,
    key_store: KeyStore | Path,
    origin: str | None = None,
    accept_loss: bool = False,
    clock: Clock | None = None,
    *,
    erasures: bytes | None = None,
) -> RestoreReport:
    """Restores a backup to a new file at ``target``; everything is checked before it appears.

    ``erasures`` is the newest signed list of erasures (:func:`saferoom.erasure.signed_list`, kept
    outside the vault): what it names and the backup still holds is erased before the file appears.
    """
    call = functools.partial(native.restore_vault, os.fspath(backup), key._handle)
    return _taken_over(call, identity, target, key_store, origin, accept_loss, erasures, clock)


@translated
def move_in(
    file: Path,
    key: BackupKey,
    identity: Identity,
    target: Path,
    key_store: KeyStore | Path,
    origin: str | None = None,
    accept_loss: bool = False,
    clock: Clock | None = None,
    *,
    erasures: bytes | None = None,
) -> RestoreReport:
    """Brings in a vault that was moved out of another device; ``erasures`` as in :func:`restore`."""
    call = functools.partial(native.move_in_vault, os.fspath(file), key._handle)
    return _taken_over(call, identity, target, key_store, origin, accept_loss, erasures, clock)


@translated
def adopt(
    copy: Path,
    identity: Identity,
    target: Path,
    key_store: KeyStore | Path,
    origin: str | None = None,
    accept_loss: bool = False,
    clock: Clock | None = None,
    *,
    erasures: bytes | None = None,
) -> RestoreReport:
    """Takes over a plain copy of a vault whose device is lost, or whose key the system has invalidated.

    The vault begins a new log, which names the last entry that the copy has of the old one; ``erasures`` as in
    :func:`restore`.
    """
    call = functools.partial(native.adopt_vault, os.fspath(copy))
    return _taken_over(call, identity, target, key_store, origin, accept_loss, erasures, clock)


@translated
def change_passphrase(
    path: Path, old: bytes | bytearray, new: bytes | bytearray, key_store: KeyStore | Path | None = None
) -> None:
    """Changes the passphrase of an identity file, in one step; copies made before keep the old one.

    With ``key_store``, attempts are counted there, and slowed down.
    """
    store = None if key_store is None else to_native(key_store)
    with lent(old) as before, lent(new) as after:
        native.change_passphrase(os.fspath(path), before, after, store)


@translated
def enrol_host(path: Path, passphrase: bytes | bytearray, key_store: KeyStore | Path) -> None:
    """Lets a key store unlock an identity file beside the passphrase; again after the system invalidated its key."""
    with lent(passphrase) as secret:
        native.enrol_host(os.fspath(path), secret, to_native(key_store))


@translated
def open_identity_by_host(path: Path, key_store: KeyStore | Path) -> Identity:
    """The identity of a file that the key store alone unlocks; :class:`~saferoom.HostKeyInvalidated` if it cannot."""
    return Identity(native.open_identity_by_host(os.fspath(path), to_native(key_store)))


def _backup(report: Any) -> BackupReport:
    names = [field.name for field in dataclasses.fields(BackupReport)]
    return BackupReport(**{name: getattr(report, name) for name in names})


def _taken_over(
    call: Callable[..., Any],
    identity: Identity,
    target: Path,
    key_store: KeyStore | Path,
    origin: str | None,
    accept_loss: bool,
    erasures: bytes | None,
    clock: Clock | None,
) -> RestoreReport:
    store, hosted = to_native(key_store), clock_to_native(clock)
    report = call(identity._native(), os.fspath(target), store, origin, accept_loss, erasures, hosted)
    names = [field.name for field in dataclasses.fields(RestoreReport)]
    return RestoreReport(**{name: getattr(report, name) for name in names})
