"""Backups, moves, and the locks of an identity file, from Python."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from saferoom import (
    Access,
    HostKeyInvalidated,
    Identity,
    KeyStoreUnavailable,
    SaferoomError,
    Vault,
    WrongPassphrase,
    backup,
    erasure,
)
from saferoom.records import Case, Child

WORD = b"quiet river stone"


def test_a_vault_comes_back_and_moves(tmp_path: Path, vault: Vault, identity: Identity, access: Access) -> None:
    key = backup.BackupKey.create_file(tmp_path / "key", WORD, timedelta(days=1))
    assert backup.BackupKey.open_file(tmp_path / "key", WORD).id == key.id
    with pytest.raises(WrongPassphrase):
        backup.BackupKey.open_file(tmp_path / "key", b"another stone")
    session = vault.sign_in(identity)
    made = backup.back_up(session, tmp_path / "backup", key, access)
    assert made.bytes == (tmp_path / "backup").stat().st_size and made.final_checkpoint is None
    session.lock()
    with pytest.raises(SaferoomError) as refused:
        backup.restore(tmp_path / "backup", key, identity, tmp_path / "same", tmp_path / "keys")
    assert refused.value.code == 725

    report = backup.restore(tmp_path / "backup", key, identity, tmp_path / "phone", tmp_path / "phone-keys")
    assert report.previous_log_size == made.log_size and not report.compared
    session = Vault.open(tmp_path / "phone", tmp_path / "phone-keys").sign_in(identity)
    moved = backup.move_out(session, tmp_path / "move", key, access)
    assert moved.final_checkpoint is not None and report.origin in moved.final_checkpoint
    assert session.is_locked
    report = backup.move_in(tmp_path / "move", key, identity, tmp_path / "third", tmp_path / "third-keys")
    assert report.origin.endswith("-3")
    Vault.open(tmp_path / "third", tmp_path / "third-keys").sign_in(identity).lock()


def test_a_case_that_was_erased_since_does_not_come_back(
    tmp_path: Path, vault: Vault, identity: Identity, access: Access
) -> None:
    key = backup.BackupKey.create_file(tmp_path / "key", WORD, timedelta(days=1))
    with vault.sign_in(identity) as session:
        case = session.create(Case(), access, parent=session.unit).record
        child = session.create(Child(sex="female", role="victim"), access, parent=case).record
        backup.back_up(session, tmp_path / "backup", key, access)
        ordered = Access("forensic-interview", "Order of the court")
        proposal = erasure.propose(session, [case], erasure.ORDER, ordered)
        erasure.erase(session, proposal.signed_by(identity), ordered)
        listed = erasure.signed_list(session, identity)
    restored = backup.restore(
        tmp_path / "backup", key, identity, tmp_path / "again", tmp_path / "again-keys", erasures=listed
    )
    assert restored.erased == 1
    with Vault.open(tmp_path / "again", tmp_path / "again-keys").sign_in(identity) as session:
        with pytest.raises(SaferoomError):
            session.read(Child, child, access)
    without = backup.restore(tmp_path / "backup", key, identity, tmp_path / "old", tmp_path / "old-keys")
    assert without.erased == 0
    with pytest.raises(SaferoomError):
        changed = bytes([*listed[:-1], listed[-1] ^ 1])
        backup.restore(tmp_path / "backup", key, identity, tmp_path / "no", tmp_path / "no-keys", erasures=changed)
    assert not (tmp_path / "no").exists()


def test_a_copy_is_adopted_when_the_device_is_lost(
    tmp_path: Path, vault: Vault, identity: Identity, access: Access
) -> None:
    with vault.sign_in(identity) as session:
        size = session.log_size()
    # What SQLite has not yet put into the file lies beside it.
    for file in tmp_path.glob("test.saferoom*"):
        shutil.copy(file, tmp_path / file.name.replace("test.saferoom", "copy"))
    with pytest.raises(SaferoomError):
        backup.adopt(tmp_path / "copy", Identity.generate(), tmp_path / "stranger", tmp_path / "stranger-keys")
    report = backup.adopt(tmp_path / "copy", identity, tmp_path / "found", tmp_path / "found-keys")
    assert report.previous_log_size >= size and report.origin.endswith("-2")
    with Vault.open(tmp_path / "found", tmp_path / "found-keys").sign_in(identity) as session:
        session.check()


class Phone:
    """A key store whose keys the system can invalidate."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.reason = ""

    def load(self, name: str) -> bytes | None:
        if self.reason:
            raise KeyStoreUnavailable(self.reason)  # type: ignore[arg-type]
        return self.kept.get(name)

    def store(self, name: str, secret: bytes) -> None:
        self.kept[name] = secret

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)


def test_an_invalidated_key_has_a_way_back(tmp_path: Path) -> None:
    path, phone = tmp_path / "identity", Phone()
    member = Identity.create_file(path, WORD).member_id
    backup.enrol_host(path, WORD, phone)
    assert backup.open_identity_by_host(path, phone).member_id == member
    phone.reason = "unavailable"
    with pytest.raises(SaferoomError) as locked:
        backup.open_identity_by_host(path, phone)
    assert not isinstance(locked.value, HostKeyInvalidated)
    phone.reason = "invalidated"
    with pytest.raises(HostKeyInvalidated):
        backup.open_identity_by_host(path, phone)
    assert Identity.open_file(path, WORD).member_id == member
    phone.reason = ""
    backup.enrol_host(path, WORD, phone)
    assert backup.open_identity_by_host(path, phone).member_id == member
    assert len(phone.kept) == 1


def test_a_passphrase_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "identity"
    member = Identity.create_file(path, WORD).member_id
    with pytest.raises(WrongPassphrase):
        backup.change_passphrase(path, b"another stone", b"a third stone")
    backup.change_passphrase(path, WORD, b"another stone")
    assert Identity.open_file(path, b"another stone").member_id == member
    with pytest.raises(WrongPassphrase):
        Identity.open_file(path, WORD)
