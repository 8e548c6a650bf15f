"""Vaults: open and locked, until a member signs in."""

from __future__ import annotations

import json
import os
import weakref
from types import TracebackType
from typing import Any

from ._bridge import native
from ._secret import lent
from .clock import Clock
from .clock import to_native as clock_to_native
from .errors import translated
from .exchange import Exported, Imported, ImportProblem
from .identity import Identity, signers_of
from .key_store import KeyStore, to_native
from .results import (
    Access,
    CheckReport,
    Opened,
    Path,
    RecordInfo,
    Revision,
    RevisionInfo,
    VaultInfo,
    opened,
    plain,
)
from .session import Session

__all__ = [
    "Access",
    "CheckReport",
    "Exported",
    "Identity",
    "ImportProblem",
    "Imported",
    "Opened",
    "Path",
    "RecordInfo",
    "Revision",
    "RevisionInfo",
    "Session",
    "Vault",
    "VaultInfo",
    "catalogue",
    "library_version",
    "opened",
    "panic_wipe",
    "plain",
    "shutdown",
    "signers_of",
]


class Vault:
    """A vault file, open but locked. Leaving its ``with`` block locks every session that it gave.

    A process that is forked from this one (a daemon, ``multiprocessing``) opens the vault anew: what it got is refused there.
    """

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``create`` or ``open``."""
        self._handle = handle
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()

    @classmethod
    @translated
    def create(
        cls,
        path: Path,
        key_store: KeyStore | Path,
        identity: Identity,
        origin: str,
        unit_name: str,
        clock: Clock | None = None,
    ) -> Vault:
        """Founds a vault in a new file: ``identity`` becomes its first member and custodian.

        ``key_store`` is an object of the host, or the folder of a :class:`~saferoom.FileKeyStore`. ``origin`` names the
        device's log for auditors: a host name and a path, such as ``police.example.org/audit/1``.
        Without ``clock``, the system tells the time.
        """
        store, hosted = to_native(key_store), clock_to_native(clock)
        return cls(native.Vault.create(os.fspath(path), store, identity._native(), origin, unit_name, hosted))

    @classmethod
    @translated
    def open(cls, path: Path, key_store: KeyStore | Path, clock: Clock | None = None) -> Vault:
        """Opens an existing vault. Nothing in it can be read before ``sign_in``.

        Without ``clock``, the system tells the time.
        """
        return cls(native.Vault.open(os.fspath(path), to_native(key_store), clock_to_native(clock)))

    @translated
    def info(self) -> VaultInfo:
        """What can be said of the vault without a key."""
        return plain(VaultInfo, self._handle.info())

    @translated
    def sign_in(self, identity: Identity) -> Session:
        """Signs a member in. Logged.

        Raises :class:`~saferoom.IntegrityError` if the file was changed or rolled back.
        """
        session = Session(self._handle.sign_in(identity._native()))
        self._sessions.add(session)
        return session

    @translated
    def sign_in_with_file(
        self, path: Path, passphrase: bytes | bytearray, key_store: KeyStore | Path | None = None
    ) -> Session:
        """Unlocks an identity file and signs its member in. With ``key_store``, the device is needed to unlock the file.

        Raises :class:`~saferoom.WrongPassphrase`, which is counted and logged, and :class:`~saferoom.TooManyAttempts`,
        whose ``wait_seconds`` says when the next attempt is possible.
        """
        store = None if key_store is None else to_native(key_store)
        with lent(passphrase) as secret:
            session = Session(self._handle.sign_in_with_file(os.fspath(path), secret, store))
        self._sessions.add(session)
        return session

    @translated
    def set_idle_timeout(self, seconds: int) -> None:
        """After so many seconds without a call, sessions of this vault lock themselves: 1 to 43,200; 300 at first."""
        self._handle.set_idle_timeout(max(0, seconds))

    @translated
    def panic_wipe(self, identity_path: Path, *, device: bool = False) -> int:
        """As :func:`saferoom.panic_wipe`, with the key store of this vault.

        With ``device``, the log key of this device goes as well: a custodian has to restore the vault, or to adopt it.
        """
        return int(self._handle.panic_wipe(os.fspath(identity_path), device))

    def lock(self) -> None:
        """Locks every session that this object gave; raises afterwards what the first of them has raised."""
        failed: BaseException | None = None
        for session in list(self._sessions):
            try:
                session.lock()
            except BaseException as error:  # noqa: BLE001 - also an interrupt must not leave the others open
                failed = failed or error
        if failed is not None:
            raise failed

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lock()

    def __repr__(self) -> str:
        return "Vault(..)"


@translated
def panic_wipe(identity_path: Path, key_store: KeyStore | Path) -> int:
    """Wipes an identity from this device, without a passphrase; tells how many sessions of this process it has locked.

    Forgets what the key store has for the identity, overwrites its file and removes it. Flash memory, snapshots and
    backups may keep old bytes. What other objects hold (identities, keys, interviews) is wiped as by :func:`shutdown`.
    """
    return int(native.panic_wipe(os.fspath(identity_path), to_native(key_store)))


@translated
def shutdown() -> int:
    """Ends saferoom in this program: locks all sessions and wipes what other objects hold that you still refer to.

    Those are identities, keys of backups and of packets, shares, second secrets, interviews, opened packets. Sessions raise
    :class:`~saferoom.SessionLocked` from then on, the other objects the code 993. Tells how many sessions it has locked.

    For a program that is locked, goes to the background or ends. Files stay as they are, and you can begin anew at any time.
    Records that were read are objects of Python: they are yours to let go of. Waits for calls of other threads, the disk and
    the key store, which is asked after everything was wiped.
    """
    return int(native.shutdown())


@translated
def catalogue() -> list[dict[str, Any]]:
    """Every field of every kind of record: its number, type, compartment, class, code list and label."""
    entries: list[dict[str, Any]] = json.loads(native.catalogue_json())
    return entries


@translated
def library_version() -> str:
    """The version of the native library."""
    return str(native.library_version())
