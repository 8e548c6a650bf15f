"""What is left in the memory of the process after a session: another process looks for it. SECURITY.md says what remains.

The child process makes its secrets itself, in buffers that it overwrites, so that what is found is what the package left.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

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

from saferoom import Access, Identity, Vault, backup
from saferoom.records import Case, Child, Statement, Interview

folder = sys.argv[1]
access = Access("forensic-interview")

def work(passphrase, later, name, story):
    with Identity.create_file(folder + "/member.identity", passphrase) as identity:
        vault = Vault.create(folder + "/v.saferoom", folder + "/keys", identity, "test.example.org/audit/1", "Unit")
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
    session.lock()
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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_what_a_session_leaves_in_memory(tmp_path: Path) -> None:
    program = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        passphrase, later, name, story, done = (child.stdout.readline().strip() for _ in range(5))
        assert done == b"done" and len(story) == 4000
        found = memory(child.pid)
        child.stdin.close()
    assert b"forensic-interview" in found, "the memory was read"
    assert found.count(passphrase) == found.count(later) == 0, "of a passphrase nothing is left"
    kept = [file.read_bytes() for file in (tmp_path / "keys").rglob("*") if file.is_file()]
    secrets = [secret for secret in kept if len(secret) >= 16]
    assert secrets, "the key store keeps secrets"
    left = sum(found.count(secret) for secret in secrets)
    print(f"left: name {found.count(name)}, story {found.count(story)}, key store {left}")
    assert left == 0, "of what the key store keeps nothing is left"
