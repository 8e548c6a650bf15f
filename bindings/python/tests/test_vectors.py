"""The vectors that a host can call with: ``tests/conformance/calls.json`` names them for every language."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from saferoom._bridge import native

ROOT = Path(__file__).parents[3]
INDEX: dict[str, Any] = json.loads((ROOT / "tests/conformance/calls.json").read_text(encoding="utf-8"))


def taken(entry: dict[str, str]) -> list[dict[str, Any]]:
    """The vectors of one entry of the index."""
    vectors = json.loads((ROOT / "tests/vectors" / entry["vectors"]).read_text(encoding="utf-8"))
    asked, excluded = entry.get("with"), entry.get("without")
    return [vector for vector in vectors if (asked is None or asked in vector) and excluded not in vector]


@pytest.mark.parametrize("entry", INDEX["calls"], ids=lambda entry: entry["call"])
def test_every_vector_is_accepted_or_refused_with_its_code(entry: dict[str, str], tmp_path: Path) -> None:
    calls = Calls(tmp_path, entry)
    for vector in taken(entry):
        wanted = vector.get("code")
        assert ("error" in vector) == (wanted is not None), f"no code for {vector['name']}"
        code, answer = None, None
        try:
            answer = getattr(calls, entry["call"])(vector)
        except native.SaferoomError.Failure as refused:
            code = refused.code
        assert code == wanted, f"{entry['call']}: {vector['name']}"
        if "same" in entry and code is None:
            assert str(answer) == str(vector["expected"][entry["same"]]), f"{entry['call']}: {vector['name']}"


def test_the_index_names_many_vectors() -> None:
    assert sum(len(taken(entry)) for entry in INDEX["calls"]) >= INDEX["least"]


def octets(vector: dict[str, Any], name: str = "input") -> bytes:
    return bytes.fromhex(vector[name])


def contents(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "contents.json").read_text(encoding="utf-8"))
    return found


class Calls:
    """One method for each ``call``."""

    def __init__(self, folder: Path, entry: dict[str, str]) -> None:
        self.folder, self.entry, self.made = folder, entry, 0
        #: Unlocking takes its time: once.
        self.founder: Any = None

    def leaf_hash(self, vector: dict[str, Any]) -> Any:
        return native.leaf_hash(octets(vector)).hex()

    def verify_inclusion(self, vector: dict[str, Any]) -> Any:
        proof = [bytes.fromhex(hash) for hash in vector["proof"]]
        leaf, root = octets(vector, "leaf_hash"), octets(vector, "root")
        return native.verify_inclusion(leaf, vector["index"], vector["size"], proof, root)

    def verify_consistency(self, vector: dict[str, Any]) -> Any:
        proof = [bytes.fromhex(hash) for hash in vector["proof"]]
        old, root = octets(vector, "old_root"), octets(vector, "root")
        return native.verify_consistency(vector["old_size"], old, vector["size"], root, proof)

    def verify_note(self, vector: dict[str, Any]) -> Any:
        verified = native.verify_note(octets(vector), vector["keys"])
        assert verified.text.encode().hex() == vector["expected"]["text"]

    def verify_checkpoint(self, vector: dict[str, Any]) -> Any:
        return native.verify_checkpoint(octets(vector), vector["keys"]).origin

    def verify_entry_proof(self, vector: dict[str, Any]) -> Any:
        entry = bytes.fromhex(self.entry["entry"])
        if native.leaf_hash(entry).hex() != vector["leaf_hash"]:
            entry = b""  # the proof is of another leaf
        return native.verify_entry_proof(octets(vector), entry, vector["keys"]).index

    def judge_checkpoint(self, vector: dict[str, Any]) -> Any:
        return native.judge_checkpoint(b"", vector["policy"].encode())

    def verify_court_file(self, vector: dict[str, Any]) -> Any:
        folder = self._fresh()
        folder.mkdir()
        for name, content in vector["files"].items():
            (folder / name).write_bytes(bytes.fromhex(content))
        return native.verify_court_file(str(folder), vector["policy"].encode()).size

    def open_identity(self, vector: dict[str, Any]) -> Any:
        file = self._fresh()
        file.write_bytes(octets(vector, "file"))
        return native.Identity.open_file(str(file), vector["passphrase"].encode(), None).member_id()

    def read_enrolment(self, vector: dict[str, Any]) -> Any:
        return native.PublicIdentity.from_enrolment_file(octets(vector, "file")).fingerprint()

    def read_emergency_secret(self, vector: dict[str, Any]) -> Any:
        file = self._fresh()
        native.EmergencySecret.from_text(vector["text"].encode()).create_text_file(str(file))
        assert vector["expected"]["printed"] in file.read_text(encoding="utf-8")

    def read_recovery_share(self, vector: dict[str, Any]) -> Any:
        return native.RecoveryShare.from_text(vector["text"].encode()).number()

    def packet_fingerprint(self, vector: dict[str, Any]) -> Any:
        return native.packet_fingerprint(octets(vector))

    def verify_erasure(self, vector: dict[str, Any]) -> Any:
        return native.verify_erasure_certificate(octets(vector), vector["custodians"]).origin

    def read_access_policy(self, vector: dict[str, Any]) -> Any:
        return native.AccessPolicy.parse(vector["toml"]).version()

    def add_form(self, vector: dict[str, Any]) -> Any:
        folder, identity = self._fresh(), native.Identity.generate()
        folder.mkdir()
        keys = native.file_key_store(str(folder / "keys"))
        vault = native.Vault.create(str(folder / "vault.saferoom"), keys, identity, "test.example.org/vectors", "Unit")
        access = native.AccessInput(purpose="HSYSADMIN", reason=None)
        vault.sign_in(identity).add_form(vector["toml"], identity, access)

    def verify_bundle(self, vector: dict[str, Any]) -> Any:
        folder = self._altered(vector)
        policy, kept = (folder / "trust-policy").read_bytes(), (folder / "kept-checkpoint").read_bytes()
        now = contents(folder)["now"]
        verified = native.verify_bundle(str(folder / "bundle"), policy, [kept], now, None)
        failed = [verdict.name for verdict in verified.verdicts if verdict.answer == native.BundleAnswer.FAILED]
        return " ".join(failed) or "none"

    def verify_extract(self, vector: dict[str, Any]) -> Any:
        folder = self._altered(vector)
        return native.verify_extract(str(folder / "extract"), contents(folder)["extract_key"]).signer.strip()

    def open_packet(self, vector: dict[str, Any]) -> Any:
        folder = self._altered(vector)
        if self.founder is None:
            passphrase = contents(folder)["passphrase"].encode()
            self.founder = native.Identity.open_file(str(folder / "founder.identity"), passphrase, None)
        known = native.KnownSenders()
        known.pin((folder / "sender.address").read_bytes())
        receiver = native.Correspondent.of_identity(self.founder)
        opened = receiver.open(str(folder / "case.packet"), known, str(folder / "seen"), str(folder))
        return len(opened.info().parts)

    def _altered(self, vector: dict[str, Any]) -> Path:
        """What a release has left, with the change of this vector."""
        folder = self._fresh()
        shutil.copytree(ROOT / "tests/databases/0.1.0", folder)
        if "file" not in vector:
            return folder
        file = folder / vector["file"]
        if vector.get("remove"):
            file.unlink()
            return folder
        data = bytearray(file.read_bytes())
        if "flip" in vector:
            data[vector["flip"]] ^= 0x41
        if "cut_to" in vector:
            del data[vector["cut_to"] :]
        data += bytes.fromhex(vector.get("append", ""))
        file.write_bytes(data)
        return folder

    def _fresh(self) -> Path:
        self.made += 1
        return self.folder / str(self.made)
