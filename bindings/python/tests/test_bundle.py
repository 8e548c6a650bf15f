"""A bundle of the log from Python: exported, verified, altered, compared with a kept checkpoint."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from saferoom import Access, Identity, SaferoomError, Session, Vault, bundle, log
from saferoom.records import Case, Child

ACCESS = Access("forensic-interview", "Dara's file is read again")
AUDIT = Access("audit", "the auditor's visit")


def write_and_read(session: Session) -> None:
    case = session.create(Case(), ACCESS, parent=session.unit)
    child = session.create(Child(given_name_latin="Sokhalina", sex="female", role="victim"), ACCESS, parent=case.record)
    session.read(Child, child.record, ACCESS)


def test_a_bundle_is_written_and_every_verdict_has_an_answer(session: Session, tmp_path: Path) -> None:
    kept = session.checkpoint().encode()
    write_and_read(session)
    heard: list[tuple[int, int]] = []
    folder = tmp_path / "audit"
    exported = bundle.export(session, folder, AUDIT, since=[kept], progress=lambda done, total: heard.append((done, total)))
    assert exported.entry == exported.size - 1
    assert exported.reasons == 0
    policy = bundle.trust_policy(session).encode()

    found = bundle.verify(folder, policy, kept=[kept])
    assert found.accepted, found
    assert (found.size, found.read) == (exported.size, exported.entries)
    assert found["writes"].answer is bundle.Answer.PASSED
    assert found["freshness"].answer is bundle.Answer.NOT_JUDGED and found["freshness"].why
    with pytest.raises(KeyError):
        found["beauty"]

    # Without anything kept nobody can say that the log was not cut.
    alone = bundle.verify(folder, policy)
    assert not alone.accepted
    assert alone["consistency"].answer is bundle.Answer.NOTHING_KEPT

    # No value, and no reason that nobody disclosed.
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Sokhalina" not in everything and b"Dara" not in everything


def test_an_altered_bundle_is_not_accepted(session: Session, tmp_path: Path) -> None:
    write_and_read(session)
    bundle.export(session, tmp_path / "audit", AUDIT, reasons=None)
    policy = bundle.trust_policy(session).encode()
    entries = next(path for path in sorted((tmp_path / "audit" / "tile" / "entries").rglob("*")) if path.is_file())
    data = bytearray(entries.read_bytes())
    data[len(data) // 2] ^= 1
    entries.write_bytes(data)
    found = bundle.verify(tmp_path / "audit", policy)
    assert not found.accepted
    failed = found["integrity"]
    assert failed.answer is bundle.Answer.FAILED and failed.demanded
    assert failed.count >= 1 and failed.problems[0].advice


def test_a_rolled_back_log_contradicts_what_was_kept(vault: Vault, identity: Identity, tmp_path: Path) -> None:
    with vault.sign_in(identity) as session:
        write_and_read(session)
        bundle.export(session, tmp_path / "earlier", AUDIT)
        write_and_read(session)
        kept = session.checkpoint().encode()
        policy = bundle.trust_policy(session).encode()
    found = bundle.verify(tmp_path / "earlier", policy, kept=[kept])
    assert found["consistency"].answer is bundle.Answer.FAILED
    shutil.rmtree(tmp_path / "earlier")
    assert not bundle.verify(tmp_path / "earlier", policy, kept=[kept]).accepted


def test_what_is_no_policy_or_no_empty_folder_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(SaferoomError):
        bundle.verify(tmp_path, b"quorum W\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with pytest.raises(SaferoomError) as refused:
        bundle.export(session, tmp_path / "full", AUDIT)
    assert refused.value.code == 411 and (tmp_path / "full" / "file").read_text() == "x"


def test_a_court_file_is_checked_alone(tmp_path: Path) -> None:
    vectors = json.loads((Path(__file__).parents[3] / "tests/vectors/log/court_files.json").read_text())
    for number, vector in enumerate(vectors):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, content in vector["files"].items():
            (folder / name).write_bytes(bytes.fromhex(content))
        if "error" in vector:
            with pytest.raises(SaferoomError) as refused:
                bundle.verify_court_file(folder, vector["policy"].encode())
            # The code of what lies within is that of the log.
            assert refused.value.code == vector["code"], vector["name"]
        else:
            found = bundle.verify_court_file(folder, vector["policy"].encode())
            expected = vector["expected"]
            assert (str(found.index), str(found.size)) == (expected["index"], expected["size"])
            assert (found.reason, found.quorum) == (expected["reason"], True)
            assert log.leaf_hash(found.entry).hex() == expected["leaf"]


def test_an_organisation_is_judged_by_what_it_enrolled(session: Session, tmp_path: Path) -> None:
    founder = Identity.generate()
    vault = Vault.create(tmp_path / "s.saferoom", tmp_path / "s.keys", founder, "south.example.org/audit", "South")
    station = vault.sign_in(founder)
    bundle.enrol_log(session, station.log_key(), AUDIT)
    kept = [session.checkpoint().encode(), station.checkpoint().encode()]
    write_and_read(station)
    bundle.export(session, tmp_path / "office", AUDIT)
    bundle.export(station, tmp_path / "south", AUDIT)
    policy = bundle.trust_policy(session).encode()
    found = bundle.verify_organisation(tmp_path / "office", [tmp_path / "south"], policy, kept=kept)
    assert found.together.accepted, found
    assert [(log.origin, log.seen) for log in found.logs] == [("south.example.org/audit", 0)]
    assert len(found.bundles) == 1 and found.ignored == 0
    missing = bundle.verify_organisation(tmp_path / "office", [], policy, kept=kept[:1])
    assert [problem.code for problem in missing.together["devices"].problems] == [456]
    with pytest.raises(SaferoomError):
        bundle.enrol_log(session, "no key", AUDIT)
    with pytest.raises(SaferoomError) as refused:
        bundle.retire_log(session, session.log_key(), kept[1], AUDIT)
    assert refused.value.code == 445, "the checkpoint of another log"
    bundle.retire_log(session, station.log_key(), kept[1], AUDIT)
    shutil.rmtree(tmp_path / "office")
    bundle.export(session, tmp_path / "office", AUDIT)
    went_on = bundle.verify_organisation(tmp_path / "office", [tmp_path / "south"], policy, kept=kept)
    assert [problem.code for problem in went_on.together["devices"].problems] == [458]
