"""What is left in the memory of the process after a session: another process looks for it. SECURITY.md says what remains.

The child process makes its secrets itself, in buffers that it overwrites, so that what is found is what the package left.
"""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = r'''
import gc, os, sys

def word(length):
    """Random letters in a buffer that can be overwritten, told to the test through a pipe and kept nowhere else."""
    letters = bytearray(length)
    for place in range(length):
        letters[place] = 97 + int.from_bytes(os.urandom(2), "big") % 26
        if length > 100 and place % 12 == 11:
            letters[place] = 32  # words: a text without any looks like a file, which is refused
    os.write(1, letters + b"\n")
    return letters

import saferoom
from saferoom import Access, Identity, Vault, backup
from saferoom.records import Case, Child, Statement, Interview

folder, end = sys.argv[1:]
held = []
access = Access("forensic-interview")

def work(passphrase, later, name, story):
    identity = Identity.create_file(folder + "/member.identity", passphrase)
    vault = Vault.create(folder + "/v.saferoom", folder + "/keys", identity, "test.example.org/audit/1", "Unit")
    if end == "lock":
        identity.forget()
    session = vault.sign_in_with_file(folder + "/member.identity", passphrase)
    case = session.create(Case(), access, parent=session.unit).record
    child = Child(given_name_latin=name.decode(), sex="female", role="victim")
    child = session.create(child, access, parent=case).record
    interview = session.create(Interview(purpose="initial"), access, parent=child).record
    told = Statement(kind="summary", body=story.decode())
    told = session.create(told, access, parent=interview).record
    for _ in range(3):
        session.read(Child, child, access)
        session.read(Statement, told, access)
    os.write(1, b"at work\n")
    sys.stdin.readline()
    if end == "lock":
        session.lock()
    else:
        # A program that holds on to everything.
        held.extend((identity, vault, session))
        assert saferoom.shutdown() == 1
    backup.change_passphrase(folder + "/member.identity", passphrase, later)

secrets = [word(24), word(24), word(24), word(4000)]
work(*secrets)
for secret in secrets:
    secret[:] = bytes(len(secret))
del secrets
gc.collect()
os.write(1, b"done\n")
sys.stdin.read()
'''


def memory(process: int) -> bytes:
    """All that can be read of a process."""
    found = bytearray()
    with open(f"/proc/{process}/mem", "rb", buffering=0) as file:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match is None or "[vvar" in line:
                continue
            start, end = (int(text, 16) for text in match.groups())
            try:
                file.seek(start)
                found += file.read(end - start)
            except OSError:
                continue
    return bytes(found)


def keys_of(folder: Path, passphrase: bytes) -> dict[str, bytes]:
    """The keys that never left the library: those of the identity, its circles and its cases.

    A reader that was written from docs/formats.md alone opens identity file and vault, in this process.
    """
    reader = runpy.run_path(str(ROOT / "tests/stranger/reader.py"))
    identity = reader["Identity"](folder / "member.identity", passphrase)
    station = reader["Station"](folder / "v.saferoom", identity)
    held = {"slot key": identity.slot_key, "seed of X-Wing": identity.wing.seed}
    for scope, compartment, generation, secret in station.held:
        held[f"circle {compartment}.{generation} of {scope.hex()}"] = secret
    for (scope, ordinal) in station.file.execute("SELECT DISTINCT scope, ordinal FROM keyring").fetchall():
        found = station.data_key(scope, ordinal)
        if found is not None:
            held[f"data key {ordinal} of {scope.hex()}"] = found[0]
    return held


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("end", ["lock", "shutdown"])
def test_what_a_session_leaves_in_memory(tmp_path: Path, end: str) -> None:
    program = [sys.executable, "-c", PROGRAM, str(tmp_path), end]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        passphrase, later, name, story, stands = (child.stdout.readline().strip() for _ in range(5))
        assert stands == b"at work" and len(story) == 4000
        at_work = memory(child.pid)
        child.stdin.write(b"go on\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"done\n"
        found = memory(child.pid)
        child.stdin.close()
    assert b"forensic-interview" in found, "the memory was read"
    assert found.count(passphrase) == found.count(later) == 0, "of a passphrase nothing is left"
    kept = [file.read_bytes() for file in (tmp_path / "keys").rglob("*") if file.is_file()]
    secrets = [secret for secret in kept if len(secret) >= 16]
    assert secrets, "the key store keeps secrets"
    left = sum(found.count(secret) for secret in secrets)
    held = keys_of(tmp_path, later)
    assert len(held) > 15, "the reader opened circles and data keys"
    assert sum(key in at_work for key in held.values()) > 5, "while it works, the library has them: the search finds keys"
    forgotten = {what: found.count(key) for what, key in held.items() if found.count(key)}
    assert forgotten == {}, "of the keys that only the library holds nothing is left"
    print(f"left: name {found.count(name)}, story {found.count(story)}, key store {left}")
    assert left == 0, "of what the key store keeps nothing is left"
