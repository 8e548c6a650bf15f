"""What a host's own key store or clock does to a call: an end that Python raises in it is neither lost nor taken for done."""

from __future__ import annotations

from pathlib import Path

import pytest

import saferoom
from saferoom import Access, FileKeyStore, Identity, KeyStoreFailed, Vault, backup
from saferoom.records import Child


class Asking(FileKeyStore):
    """Asks a person, who may press Ctrl-C."""

    stopped_by: BaseException | None = None

    def store(self, name: str, secret: bytes) -> None:
        if self.stopped_by is not None:
            raise self.stopped_by
        super().store(name, secret)


class Hosted:
    """Not a :class:`FileKeyStore` by type, so that each call comes back to Python."""

    def __init__(self, folder: Path) -> None:
        self.inner = Asking(folder)

    def load(self, name: str) -> bytes | None:
        return self.inner.load(name)

    def store(self, name: str, secret: bytes) -> None:
        self.inner.store(name, secret)

    def remove(self, name: str) -> None:
        self.inner.remove(name)


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_an_interrupted_key_store_fails_the_call(
    tmp_path: Path, identity: Identity, stopped_by: BaseException
) -> None:
    store = Hosted(tmp_path / "keys")
    store.inner.stopped_by = stopped_by
    with pytest.raises(type(stopped_by)):
        Vault.create(tmp_path / "v", store, identity, "test.example.org/audit/1", "Unit")
    store.inner.stopped_by = OSError("the password is hunter2")
    with pytest.raises(KeyStoreFailed) as failed:
        Vault.create(tmp_path / "w", store, identity, "test.example.org/audit/1", "Unit")
    assert "hunter2" not in str(failed.value) and failed.value.__context__ is None
    store.inner.stopped_by = None
    vault = Vault.create(tmp_path / "x", store, identity, "test.example.org/audit/1", "Unit")
    vault.sign_in(identity).lock()


def test_what_was_raised_belongs_to_its_own_call(tmp_path: Path, vault: Vault, identity: Identity) -> None:
    store = Hosted(tmp_path / "other-keys")
    store.inner.stopped_by = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        backup.enrol_host(_file(tmp_path), b"quiet river stone", store)
    vault.sign_in(identity).lock()


def _file(folder: Path) -> Path:
    Identity.create_file(folder / "identity", b"quiet river stone")
    return folder / "identity"


def test_half_a_character_is_refused_without_its_text(vault: Vault, identity: Identity, access: Access) -> None:
    half = "Sokha\ud800"
    with vault.sign_in(identity) as session:
        size = session.log_size()
        for call in (
            lambda: session.create(Child(given_name_latin=half, sex="female", role="victim"), access),
            lambda: session.cases(Access("forensic-interview", half)),
            lambda: session.read(Child, session.unit, Access("forensic-interview", half)),
        ):
            with pytest.raises(ValueError) as refused:
                call()
            told = refused.value
            assert not isinstance(told, UnicodeError) and "Sokha" not in repr(told)
            assert told.__context__ is None and told.__cause__ is None
        assert session.log_size() == size


def test_a_page_that_fails_is_a_typed_error(session: saferoom.Session, access: Access) -> None:
    with pytest.raises(saferoom.InputError) as refused:
        session.read(Child, "no id", access)
    assert refused.value.__context__ is None
    session.lock()
    with pytest.raises(saferoom.SessionLocked):
        session.read(Child, session.unit, access)
