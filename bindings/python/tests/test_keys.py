"""Identity files, and key stores that are written in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

import saferoom
from saferoom import FileKeyStore, Identity, KeyStoreUnavailable, Vault

ORIGIN = "test.example.org/audit/1"
PASSPHRASE = b"quiet river stone"


class DictKeyStore:
    """A key store in memory."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}

    def load(self, name: str) -> bytes | None:
        return self.secrets.get(name)

    def store(self, name: str, secret: bytes) -> None:
        self.secrets[name] = secret

    def remove(self, name: str) -> None:
        self.secrets.pop(name, None)


class BrokenKeyStore(DictKeyStore):
    """Raises what a host might raise."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def load(self, name: str) -> bytes | None:
        raise self.error

    def store(self, name: str, secret: bytes) -> None:
        raise self.error


def test_identity_files(tmp_path: Path) -> None:
    path = tmp_path / "member.identity"
    member = Identity.create_file(path, bytearray(PASSPHRASE)).member_id
    with Identity.open_file(path, PASSPHRASE) as identity:
        assert identity.member_id == member
    with pytest.raises(ValueError, match="forgotten"):
        identity.member_id
    with pytest.raises(saferoom.WrongPassphrase) as wrong:
        Identity.open_file(path, b"quiet river sand")
    assert wrong.value.code == 201 and "sand" not in str(wrong.value)
    with pytest.raises(saferoom.KeyringError):
        Identity.create_file(path, PASSPHRASE)
    with pytest.raises(saferoom.KeyringError):
        Identity.create_file(tmp_path / "other", b"short")
    with pytest.raises(TypeError, match="never a str"):
        Identity.open_file(path, "quiet river stone")  # type: ignore[arg-type]


def test_identities_can_need_the_device(tmp_path: Path) -> None:
    path, device = tmp_path / "member.identity", DictKeyStore()
    member = Identity.create_file(path, PASSPHRASE, device).member_id
    assert Identity.open_file(path, PASSPHRASE, device).member_id == member
    with pytest.raises(saferoom.KeyringError) as missing:
        Identity.open_file(path, PASSPHRASE)
    assert missing.value.code == 206


def test_a_key_store_in_python(tmp_path: Path) -> None:
    store, identity, path = DictKeyStore(), Identity.generate(), tmp_path / "test.saferoom"
    Vault.create(path, store, identity, ORIGIN, "Unit")
    assert store.secrets
    with Vault.open(path, store).sign_in(identity) as session:
        assert session.log_size() > 0
    with pytest.raises(saferoom.VaultError):
        Vault.open(path, DictKeyStore()).sign_in(identity)


@pytest.mark.parametrize("error", [RuntimeError("secret Xyzzy"), KeyStoreUnavailable(), KeyStoreUnavailable("refused")])
def test_a_failing_key_store_is_a_typed_error_without_its_text(tmp_path: Path, error: Exception) -> None:
    path, identity = tmp_path / "test.saferoom", Identity.generate()
    with pytest.raises(saferoom.KeyStoreFailed) as failed:
        Vault.create(path, BrokenKeyStore(error), identity, ORIGIN, "Unit")
    assert failed.value.code == 220
    assert "Xyzzy" not in str(failed.value)
    assert failed.value.__cause__ is None and failed.value.__context__ is None
    assert not path.exists(), "no half-made file stays"
    expected = {"unavailable": "reached", "refused": "unlock"}.get(getattr(error, "reason", ""), "failed")
    assert expected in failed.value.text


def test_an_unexpected_exception_of_a_native_key_store(tmp_path: Path) -> None:
    """The layer below catches nothing itself: uniffi's own way for unexpected exceptions."""
    from saferoom._bridge import native

    class Raw(native.KeyStore):  # type: ignore[misc]
        def load(self, name: str) -> bytes | None:
            raise RuntimeError("secret Xyzzy")

        def store(self, name: str, secret: bytes) -> None:
            raise RuntimeError("secret Xyzzy")

        def remove(self, name: str) -> None:
            raise RuntimeError("secret Xyzzy")

    with pytest.raises(native.SaferoomError) as failed:
        native.Vault.create(str(tmp_path / "raw"), Raw(), native.Identity.generate(), ORIGIN, "Unit")
    assert failed.value.code == 220
    assert "Xyzzy" not in str(failed.value)


def test_file_key_stores(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.store("a/b", b"one")
    assert store.load("a/b") == b"one"
    store.remove("a/b")
    assert store.load("a/b") is None
    with pytest.raises(KeyStoreUnavailable):
        store.store("../escape", b"x")


def test_reasons_of_a_key_store_are_closed() -> None:
    reason: Literal["unavailable", "refused", "invalidated"] = "invalidated"
    assert KeyStoreUnavailable(reason).reason == "invalidated"
