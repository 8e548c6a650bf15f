"""The key store in a desktop's keyring, with keyrings in memory: what a real one does is the package's own matter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

import saferoom
from saferoom import Identity, KeyringKeyStore, KeyStoreUnavailable, Vault


class MemoryKeyring:
    """Keeps what it is given."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("nothing of this name")


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"{username} is locked")


class FullKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError(f"no room for {password}")


def test_a_vault_with_its_keys_in_a_keyring(tmp_path: Path) -> None:
    backend, identity, path = MemoryKeyring(), Identity.generate(), tmp_path / "test.saferoom"
    Vault.create(path, KeyringKeyStore("here", backend), identity, "test.example.org/keyring", "Unit")
    assert backend.kept and {service for service, _ in backend.kept} == {"here"}
    with Vault.open(path, KeyringKeyStore("here", backend)).sign_in(identity) as session:
        assert session.log_size() > 0
    with pytest.raises(saferoom.VaultError):
        Vault.open(path, KeyringKeyStore("elsewhere", backend)).sign_in(identity)


def test_secrets_are_bytes_and_come_back() -> None:
    backend = MemoryKeyring()
    store = KeyringKeyStore("here", backend)
    secret = bytes(range(256))
    assert store.load("a") is None
    store.store("a", b"earlier")
    store.store("a", secret)
    assert store.load("a") == secret
    store.remove("a")
    store.remove("a")
    assert store.load("a") is None and backend.kept == {}
    backend.set_password("here", "a", "not base64, written by another program: Xyzzy")
    with pytest.raises(KeyStoreUnavailable) as refused:
        store.load("a")
    assert refused.value.__context__ is None
    assert "here" not in repr(store)


def test_a_keyring_that_keeps_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Any = null.Keyring()
    nowhere: Any = fail.Keyring()
    preferred: list[Any] = [nothing]
    monkeypatch.setattr(keyring, "get_keyring", lambda: preferred[-1])
    for unfit in (nothing, nowhere):
        preferred.append(unfit)
        with pytest.raises(KeyStoreUnavailable):
            KeyringKeyStore("here")
    # Chosen by the host, it is asked; that nothing was kept is seen at once.
    with pytest.raises(KeyStoreUnavailable):
        KeyringKeyStore("here", nothing).store("a", b"one")
    fit = MemoryKeyring()
    preferred.append(fit)
    KeyringKeyStore("here").store("a", b"one")
    assert fit.kept


def test_what_a_keyring_says_does_not_go_on(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreUnavailable) as locked:
        KeyringKeyStore("here", LockedKeyring()).load("a")
    assert locked.value.reason == "refused" and locked.value.__context__ is None
    with pytest.raises(saferoom.KeyStoreFailed) as failed:
        store = KeyringKeyStore("here", FullKeyring())
        Vault.create(tmp_path / "test.saferoom", store, Identity.generate(), "test.example.org/keyring", "Unit")
    assert failed.value.code == 220 and "no room" not in str(failed.value)
    assert failed.value.__context__ is None and not (tmp_path / "test.saferoom").exists()


def test_without_the_package_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['keyring'] = None\n"
        "import saferoom\n"
        "try: saferoom.KeyringKeyStore()\n"
        "except ImportError as missing: print(missing)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "saferoom[keyring]" in said
