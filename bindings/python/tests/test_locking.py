"""Sessions that lock themselves, attempts that are slowed down, and the panic wipe."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Vault
from test_keys import ORIGIN, PASSPHRASE, DictKeyStore


def test_wrong_passphrases_are_slowed_down_and_logged(tmp_path: Path) -> None:
    path, store = tmp_path / "member.identity", DictKeyStore()
    identity = Identity.create_file(path, PASSPHRASE)
    vault = Vault.create(tmp_path / "test.saferoom", store, identity, ORIGIN, "Unit")
    before, wrong = vault.info().log_entries, 0
    with pytest.raises(saferoom.TooManyAttempts) as early:
        # On a slow machine a wait is over when the next attempt begins; each one is twice as long as the one before.
        for _ in range(12):
            with pytest.raises(saferoom.WrongPassphrase) as failed:
                vault.sign_in_with_file(path, b"quiet river sand")
            assert failed.value.wait_seconds is None
            wrong += 1
    assert wrong >= 3 and vault.info().log_entries == before + wrong
    assert early.value.code == 222 and early.value.wait_seconds
    time.sleep(early.value.wait_seconds)
    with vault.sign_in_with_file(path, PASSPHRASE) as session:
        assert session.member_id == identity.member_id


def test_an_idle_session_locks_itself(vault: Vault, identity: Identity, access: Access) -> None:
    session = vault.sign_in(identity)
    assert not session.lock_if_idle()
    vault.set_idle_timeout(1)
    time.sleep(1.1)
    with pytest.raises(saferoom.SessionIdle) as idle:
        session.cases(access)
    assert idle.value.code == 730 and isinstance(idle.value, saferoom.SessionLocked)
    assert session.is_locked and session.lock_if_idle()
    vault.set_idle_timeout(300)
    with vault.sign_in(identity) as again:
        assert again.cases(access) == []


SHUT_DOWN = r"""
import datetime
import sys
import saferoom
from saferoom import Access, Identity, Vault, audit, backup, emergency, packet
from saferoom.records import Case, Child

folder, passphrase = sys.argv[1], b"quiet river stone"
access = Access("forensic-interview")

def refused(kind, call):
    try:
        call()
    except kind as error:
        assert error.advice, error
        return error.code
    raise AssertionError("it was answered")

identity = Identity.create_file(folder + "/member.identity", passphrase)
vault = Vault.create(folder + "/v.saferoom", folder + "/keys", identity, "test.example.org/audit/1", "Unit")
session = vault.sign_in(identity)
case = session.create(Case(), access, parent=session.unit).record
child = session.create(Child(given_name_latin="Sokha", sex="female", role="victim"), access, parent=case).record
key = backup.BackupKey.create_file(folder + "/backup.key", passphrase, datetime.timedelta(hours=1))
shelter = packet.Correspondent.create_file(folder + "/shelter.key", passphrase)
member = packet.Correspondent.of_identity(identity)
second = emergency.EmergencySecret.generate()
assert saferoom.shutdown() == 1
assert session.is_locked
for locked in (lambda: session.read(Child, child, access), lambda: audit.logs(session)):
    assert refused(saferoom.SessionLocked, locked) == 704
for wiped in (
    lambda: vault.sign_in(identity),
    identity.enrolment_file,
    shelter.address,
    member.address,
    lambda: second.create_text_file(folder + "/envelope"),
):
    assert refused(saferoom.Wiped, wiped) == 993
assert identity.member_id and identity.fingerprint and saferoom.shutdown() == 0
with vault.sign_in_with_file(folder + "/member.identity", passphrase) as session:
    assert session.read(Child, child, access).record.given_name_latin == "Sokha"
    assert refused(saferoom.Wiped, lambda: backup.back_up(session, folder + "/b", key, access)) == 993
    session.check()
print("shut down")
"""


def test_shutting_down_ends_whatever_the_program_holds(tmp_path: Path) -> None:
    # In a program of its own: it ends all sessions of the process.
    ran = subprocess.run(
        [sys.executable, "-c", SHUT_DOWN, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.stdout == "shut down\n", ran.stderr


def test_a_panic_wipe(tmp_path: Path, access: Access) -> None:
    path, store = tmp_path / "member.identity", DictKeyStore()
    identity = Identity.create_file(path, PASSPHRASE, store)
    vault = Vault.create(tmp_path / "test.saferoom", store, identity, ORIGIN, "Unit")
    session = vault.sign_in(identity)
    copy = path.read_bytes()
    assert saferoom.panic_wipe(path, store) >= 1
    assert session.is_locked and not path.exists()
    path.write_bytes(copy)
    with pytest.raises(saferoom.KeyringError) as useless:
        Identity.open_file(path, PASSPHRASE, store)
    assert useless.value.code == 206
    # Nor does what the program still holds.
    with pytest.raises(saferoom.Wiped):
        vault.sign_in(identity)
    assert vault.info().of_this_device
    vault.panic_wipe(path, device=True)
    assert not vault.info().of_this_device
    with pytest.raises(saferoom.KeyringError):
        vault.panic_wipe(path)
