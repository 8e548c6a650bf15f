"""A key store in the keyring of the desktop: Secret Service, KWallet, the keychain of macOS, the credential locker of Windows.

Needs the extra ``saferoom[keyring]``.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from .key_store import KeyStoreUnavailable

_T = TypeVar("_T")

#: What the package `keyring` recommends is at least this: below are backends that keep secrets in plain files, or nowhere.
_LEAST_PRIORITY = 1


class Keyring(Protocol):
    """What is asked of a backend of the package ``keyring``."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept under a name, or ``None``."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps something under a name."""

    def delete_password(self, service: str, username: str) -> None:
        """Forgets what is kept under a name."""


class KeyringKeyStore:
    """A key store in the keyring of the person who is logged in to the computer::

        vault = Vault.open("station.saferoom", KeyringKeyStore("saferoom station 1"))

    ``service`` is the name under which the keyring shows the secrets. Without ``backend``, the keyring that the system
    prefers is asked; one that keeps secrets in a plain file, or nowhere, is refused. A ``backend`` that is given is the
    choice of the host. Whoever is logged in can read the secrets, and every program that runs for them: as in a folder,
    but for a disk that is stolen.
    """

    def __init__(self, service: str = "saferoom", backend: Keyring | None = None) -> None:
        self._service = service
        self._backend = _preferred() if backend is None else backend

    def load(self, name: str) -> bytes | None:
        """The secret of this name, or ``None``."""
        text = self._ask(lambda: self._backend.get_password(self._service, name))
        if text is None:
            return None
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            pass
        # Somebody else has written under this name. Outside the handler: the other exception, which may show it, is not kept.
        raise KeyStoreUnavailable("unavailable")

    def store(self, name: str, secret: bytes) -> None:
        """Keeps the secret under this name, in place of an earlier one, and looks whether it is there."""
        text = base64.b64encode(secret).decode("ascii")
        self._ask(lambda: self._backend.set_password(self._service, name, text))
        kept = self.load(name)
        if kept is None or not hmac.compare_digest(kept, secret):
            raise KeyStoreUnavailable("unavailable")

    def remove(self, name: str) -> None:
        """Forgets the secret; nothing happens if there is none."""
        if self._ask(lambda: self._backend.get_password(self._service, name)) is not None:
            self._ask(lambda: self._backend.delete_password(self._service, name))

    def _ask(self, call: Callable[[], _T]) -> _T:
        from keyring.errors import KeyringError, KeyringLocked

        reason: KeyStoreUnavailable
        try:
            return call()
        except KeyringLocked:
            reason = KeyStoreUnavailable("refused")
        except KeyringError:
            reason = KeyStoreUnavailable("unavailable")
        # Outside the handlers: what the keyring says may show a name.
        raise reason

    def __repr__(self) -> str:
        return "KeyringKeyStore(redacted)"


def _preferred() -> Keyring:
    """The keyring that the system prefers, if it keeps secrets as a keyring does."""
    try:
        import keyring
    except ImportError:
        raise ImportError("KeyringKeyStore needs the package keyring: pip install saferoom[keyring]") from None
    found: Any = keyring.get_keyring()
    if float(found.priority) < _LEAST_PRIORITY:
        raise KeyStoreUnavailable("unavailable")
    preferred: Keyring = found
    return preferred
