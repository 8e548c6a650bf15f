"""Verifying a log from Python, with the vectors of the core."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from saferoom import Access, LogError, Session, log
from saferoom.records import Case

VECTORS = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "log"


def vectors(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def verify_proof(vector: dict[str, Any]) -> None:
    size, root = vector["size"], bytes.fromhex(vector["root"])
    proof = [bytes.fromhex(hash_) for hash_ in vector["proof"]]
    if "index" in vector:
        log.verify_inclusion(bytes.fromhex(vector["leaf_hash"]), vector["index"], size, proof, root)
    else:
        log.verify_consistency(vector["old_size"], bytes.fromhex(vector["old_root"]), size, root, proof)


@pytest.mark.parametrize("vector", vectors("proofs"), ids=lambda vector: vector["name"])
def test_proofs(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises(LogError):
            verify_proof(vector)
    else:
        verify_proof(vector)


@pytest.mark.parametrize("vector", vectors("notes"), ids=lambda vector: vector["name"])
def test_notes(vector: dict[str, Any]) -> None:
    note = bytes.fromhex(vector["input"])
    if "error" in vector:
        with pytest.raises(LogError):
            log.verify_note(note, vector["keys"])
    else:
        verified = log.verify_note(note, vector["keys"])
        assert verified.text.encode() == bytes.fromhex(vector["expected"]["text"])
        assert [signer.name for signer in verified.signers] == vector["expected"]["signers"]


@pytest.mark.parametrize("vector", vectors("checkpoints"), ids=lambda vector: vector["name"])
def test_checkpoints(vector: dict[str, Any]) -> None:
    note = bytes.fromhex(vector["input"])
    if "error" in vector:
        with pytest.raises(LogError):
            log.verify_checkpoint(note, vector["keys"])
    else:
        verified = log.verify_checkpoint(note, vector["keys"])
        expected = vector["expected"]
        assert (verified.origin, verified.size, verified.root.hex()) == (
            expected["origin"],
            expected["size"],
            expected["root"],
        )
        newest = [signer.time for signer in verified.signers if signer.time is not None]
        assert newest == ([max(time for _, time in expected["cosignatures"])] if expected["cosignatures"] else [])


def test_entry_proof() -> None:
    vector = next(vector for vector in vectors("entry_proofs") if "opening" in vector["name"])
    proof, entry = bytes.fromhex(vector["input"]), (260).to_bytes(2, "big")
    assert log.leaf_hash(entry).hex() == vector["leaf_hash"]
    proven = log.verify_entry_proof(proof, entry, vector["keys"])
    assert (proven.index, proven.checkpoint.size, proven.extra) == (260, 300, b"opening")
    with pytest.raises(LogError):
        log.verify_entry_proof(proof, entry + b"x", vector["keys"])


def test_a_checkpoint_is_judged_by_a_policy(session: Session) -> None:
    note, key = session.checkpoint().encode(), session.log_key()
    judged = log.judge_checkpoint(note, f"log {key}\nquorum none\n".encode())
    assert judged.quorum is None
    assert judged.checkpoint.size > 0
    assert judged.checkpoint.origin == key.split("+")[0]
    witness = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c"
    asked = log.judge_checkpoint(note, f"log {key}\nwitness W {witness}\nquorum W\n".encode())
    assert (asked.quorum, asked.quorum_time) == (False, None)
    with pytest.raises(LogError) as failure:
        log.judge_checkpoint(note, b"quorum none\nlogg\n")
    assert "line 2" in str(failure.value)


def test_a_request_for_a_witness_proves_that_the_log_grew(session: Session, access: Access) -> None:
    keys = [session.log_key()]
    before = log.verify_checkpoint(session.checkpoint().encode(), keys)
    session.create(Case(), access, parent=session.unit)
    head, note = session.witness_request(before.size).split("\n\n", 1)
    old, *proof = head.split("\n")
    assert old == f"old {before.size}"
    after = log.verify_checkpoint(note.encode(), keys)
    hashes = [b64decode(line) for line in proof]
    log.verify_consistency(before.size, before.root, after.size, after.root, hashes)
    with pytest.raises(LogError):
        log.verify_consistency(before.size, after.root, after.size, after.root, hashes)
    with pytest.raises(LogError):
        session.witness_request(after.size + 1)
