"""Where small secrets are kept, outside the database."""

from __future__ import annotations

import os
from typing import Any, Literal, Protocol

from ._bridge import native
from ._host import asked


class KeyStore(Protocol):
    """What a host implements to keep secrets in its own place: a keychain, the desktop's secret service, a token.

    ``store`` has to be durable when it returns. It is called from any thread, from several at once, with no lock held: it may
    wait for the main thread or for a person. Must not call saferoom, but for ``is_locked``. Raise :class:`KeyStoreUnavailable` to say why
    it cannot answer; of any other exception only the fact arrives, never its text. ``KeyboardInterrupt`` and what else is no
    ``Exception`` fails the call and is raised when it has ended.
    """

    def load(self, name: str) -> bytes | None:
        """The secret of this name, or ``None``."""

    def store(self, name: str, secret: bytes) -> None:
        """Keeps the secret under this name, in place of an earlier one."""

    def remove(self, name: str) -> None:
        """Forgets the secret; nothing happens if there is none."""


class KeyStoreUnavailable(Exception):
    """Raised by a host's key store that cannot answer now. Carries a reason, and no text."""

    def __init__(self, reason: Literal["unavailable", "refused", "invalidated"] = "unavailable") -> None:
        super().__init__(reason)
        #: Why.
        self.reason = reason


class FileKeyStore:
    """A key store in a folder that only its owner may read.

    It protects against whoever takes the database file alone, not against whoever takes the whole disk.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._native = native.file_key_store(os.fspath(folder))

    def load(self, name: str) -> bytes | None:
        """The secret of this name, or ``None``."""
        secret: bytes | None = self._call("load", name)
        return secret

    def store(self, name: str, secret: bytes) -> None:
        """Keeps the secret under this name, in place of an earlier one."""
        self._call("store", name, secret)

    def remove(self, name: str) -> None:
        """Forgets the secret; nothing happens if there is none."""
        self._call("remove", name)

    def _call(self, method: str, *arguments: object) -> Any:
        try:
            return getattr(self._native, method)(*arguments)
        except native.KeyStoreError:
            pass
        raise KeyStoreUnavailable

    def __repr__(self) -> str:
        return "FileKeyStore(redacted)"


class _Hosted(native.KeyStore):  # type: ignore[misc]
    """A host's key store, as the native library wants it."""

    def __init__(self, host: KeyStore) -> None:
        self._host = host

    def load(self, name: str) -> bytes | None:
        secret: bytes | None = self._ask(lambda: self._host.load(name))
        return secret

    def store(self, name: str, secret: bytes) -> None:
        self._ask(lambda: self._host.store(name, secret))

    def remove(self, name: str) -> None:
        self._ask(lambda: self._host.remove(name))

    @staticmethod
    def _ask(call: Any) -> Any:
        return asked(call, _failed)


def _failed(raised: Exception) -> Any:
    reason = raised.reason.capitalize() if isinstance(raised, KeyStoreUnavailable) else "Failed"
    return getattr(native.KeyStoreError, reason, native.KeyStoreError.Failed)()


def to_native(key_store: KeyStore | str | os.PathLike[str]) -> Any:
    """The native key store of a host's object, or of a folder."""
    if isinstance(key_store, (str, os.PathLike)):
        return native.file_key_store(os.fspath(key_store))
    if isinstance(key_store, FileKeyStore):
        return key_store._native
    return _Hosted(key_store)
