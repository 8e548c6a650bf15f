"""The log asked from Python, and what is written heard as it comes. All persons are invented."""

from __future__ import annotations

import asyncio
import datetime
import re
import subprocess
import sys
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Session, Vault, aio, audit, bundle, log
from saferoom.audit import Ending, Link
from saferoom.records import Case, Child

ACCESS = Access("forensic-interview", "Dara's file is read again")
AUDIT = Access("audit", "the auditor's visit")


def written_and_read(session: Session) -> str:
    case = session.create(Case(), ACCESS, parent=session.unit)
    named = Child(given_name_latin="Sokhalina", sex="female", role="victim")
    child = session.create(named, ACCESS, parent=case.record).record
    session.read(Child, child, ACCESS)
    session.read(Child, child, ACCESS, fields=["sex"])
    with pytest.raises(saferoom.AccessDenied):
        session.read(Child, child, Access("curiosity"))
    return child


def test_a_member_who_reads_the_log_sees_who_did_what_and_why(session: Session) -> None:
    before = session.log_size()
    child = written_and_read(session)
    entries = audit.entries(session, AUDIT, start=before)
    of_child = [entry for entry in entries if entry.record == child]
    assert [entry.event for entry in of_child if entry.error is None][1:] == [2, 2]
    part = of_child[2]
    assert (part.kind, part.fields, part.purpose, part.member) == ("child", ("sex",), "forensic-interview", session.member_id)
    assert part.reason == ACCESS.reason and "Dara" not in repr(part)
    assert of_child[-1].error == 602
    (log,) = audit.logs(session)
    assert log.number == 0 and log.key == session.log_key()
    assert audit.entries(session, AUDIT, start=before, end=before + 1, log=0)[0].index == before
    with pytest.raises(saferoom.VaultError):
        audit.entries(session, AUDIT, log=7)
    assert [member.id for member in audit.directory(session, AUDIT)] == [session.member_id]


def test_who_may_not_read_the_log_does_not(vault: Vault, session: Session, identity: Identity, access: Access) -> None:
    colleague = Identity.generate()
    session.enrol(colleague.public(), "interviewer", access, identity)
    with vault.sign_in(colleague) as other:
        for ask in (audit.entries, audit.directory):
            with pytest.raises(saferoom.AccessDenied):
                ask(other, AUDIT)


def test_a_bundle_is_asked_once_it_is_verified(session: Session, tmp_path: Path) -> None:
    kept = [session.checkpoint().encode()]
    child = written_and_read(session)
    folder, policy = tmp_path / "audit", bundle.trust_policy(session).encode()
    bundle.export(session, folder, AUDIT, since=kept)
    answers = audit.query(folder, policy, kept=kept, record=child)
    assert answers.verified.accepted and answers.found == len(answers.entries) == 4
    assert [entry.link for entry in answers.entries] == [Link.FIRST, Link.LINKED, Link.LINKED, Link.CANNOT_JOIN]
    (chain,) = answers.chains
    assert chain.whole and chain.joined == 3 and chain.denied == 1
    assert all(entry.reason is None for entry in answers.entries)
    (denied,) = audit.query(folder, policy, kept=kept, ending=Ending.DENIED).entries
    assert denied.record == child
    later = audit.query(folder, policy, kept=kept, record=child, skip=1, most=2)
    assert later.found == 4 and [entry.index for entry in later.entries] == [entry.index for entry in answers.entries[1:3]]
    hour = datetime.timedelta(hours=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert audit.query(folder, policy, kept=kept, since=now + hour).found == 0
    assert audit.query(folder, policy, kept=kept, member=session.member_id, until=now + hour).found > 4

    done = audit.activity(folder, policy, kept=kept, utc_offset=datetime.timedelta(hours=7))
    (log,) = done.logs
    assert log["purposes"]["forensic-interview"] >= 4 and log["denials"] == {"602": 1}
    assert sum(hour["looks"] for hour in log["hours"]) == log["total"]["looks"] >= 2

    refused = audit.query(folder, policy, record=child)
    assert not refused.verified.accepted and refused.entries == () and refused.read == 0
    assert audit.activity(folder, policy).logs == []
    with pytest.raises(saferoom.InputError):
        audit.query(folder, policy, kept=kept, record="no id")


def test_what_a_host_raises_while_it_hears_of_progress_comes_out(session: Session, tmp_path: Path) -> None:
    def fails(done: int, total: int) -> None:
        raise LookupError("the host's own text")

    with pytest.raises(LookupError, match="the host's own text"):
        bundle.export(session, tmp_path / "audit", AUDIT, progress=fails)
    with pytest.raises(LookupError):
        session.export_file(tmp_path / "lines", ACCESS, progress=lambda done: fails(done, 0))
    session.check()


class Forger:
    def cosign(self, request: str) -> str:
        return "\u2014 witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n"


class Absent:
    def __init__(self, *raised: BaseException) -> None:
        self.raised, self.asked = list(raised), list[str]()

    def cosign(self, request: str) -> str:
        self.asked.append(request.splitlines()[0])
        raise self.raised.pop(0)


def test_a_witness_is_asked_and_its_line_is_checked(session: Session) -> None:
    witness = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c"
    policy = f"log {session.log_key()}\nwitness W {witness}\nquorum W\n".encode()
    with pytest.raises(saferoom.LogError):
        audit.ask_witness(session, Forger(), policy)
    alone = f"log {session.log_key()}\nquorum none\n".encode()
    with pytest.raises(saferoom.LogError) as nobody:
        audit.ask_witness(session, Forger(), alone)
    assert nobody.value.code == 2011, "a stranger's line is left out, and nothing is witnessed then"


def test_why_a_witness_did_not_cosign_is_told_without_its_text(session: Session) -> None:
    policy = f"log {session.log_key()}\nquorum none\n".encode()

    def refusal(*raised: BaseException) -> tuple[int, list[str]]:
        witness = Absent(*raised)
        with pytest.raises(saferoom.LogError) as refused:
            audit.ask_witness(session, witness, policy)
        assert refused.value.__cause__ is None and "nobody" not in str(refused.value)
        return refused.value.code, witness.asked

    assert refusal(TimeoutError("nobody answers")) == (2010, ["old 0"])
    assert refusal(audit.WitnessUnavailable()) == (2006, ["old 0"])
    assert refusal(audit.WitnessUnavailable("refused")) == (2007, ["old 0"])
    # It knows the log at another size: asked again from there; one that has seen more than there is shows a rollback.
    again = audit.WitnessAtOtherSize(1)
    assert refusal(again, audit.WitnessUnavailable()) == (2006, ["old 0", "old 1"])
    assert refusal(audit.WitnessAtOtherSize(1_000_000)) == (2009, ["old 0"])
    assert refusal(audit.WitnessAtOtherSize(-1)) == (2010, ["old 0"])
    with pytest.raises(KeyboardInterrupt):
        audit.ask_witness(session, Absent(KeyboardInterrupt()), policy)


class Laptop:
    """An auditor's laptop: the command line's witness, which remembers what it has cosigned."""

    def __init__(self, folder: Path, policy: Path) -> None:
        self.folder, self.policy, self.asked = folder, policy, list[str]()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "saferoom", "audit", "witness", *arguments, "--folder", str(self.folder)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def cosign(self, request: str) -> str:
        self.asked.append(request.splitlines()[0])
        asked = self.folder.with_suffix(".request")
        asked.write_text(request)
        ran = self.run("cosign", "--trust-policy", str(self.policy), str(asked))
        if known := re.search(r"has cosigned size (\d+)", ran.stderr):
            raise audit.WitnessAtOtherSize(int(known[1]))
        if ran.returncode != 0:
            raise audit.WitnessUnavailable("refused")
        return ran.stdout


def test_the_auditors_laptop_cosigns_what_has_only_grown(session: Session, access: Access, tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "laptop", tmp_path / "trust-policy.txt")
    key = laptop.run("create", "--name", "witness.ngo.example/laptop").stdout.strip()
    laptop.policy.write_text(f"log {session.log_key()}\nwitness laptop {key}\nquorum laptop\n")
    policy = laptop.policy.read_bytes()
    first = audit.ask_witness(session, laptop, policy)
    assert log.judge_checkpoint(first.encode(), policy).quorum
    session.create(Case(), access, parent=session.unit)
    # It is not known here what the laptop has seen: it says so, and is asked again.
    second = log.judge_checkpoint(audit.ask_witness(session, laptop, policy).encode(), policy)
    seen = log.judge_checkpoint(first.encode(), policy).checkpoint.size
    assert second.quorum and second.checkpoint.size == session.log_size() > seen
    assert laptop.asked == ["old 0", "old 0", f"old {seen}"]
    audit.ask_witness(session, laptop, policy, old=second.checkpoint.size)


class Curious(Forger):
    def __init__(self, session: Session, access: Access) -> None:
        self.session, self.access = session, access

    def cosign(self, request: str) -> str:
        # A witness in the same program may use the session: nothing is locked.
        self.session.create(Case(), self.access, parent=self.session.unit)
        return super().cosign(request)


def test_nothing_is_locked_while_a_witness_is_asked(session: Session, access: Access) -> None:
    policy = f"log {session.log_key()}\nquorum none\n".encode()
    before = session.log_size()
    with pytest.raises(saferoom.LogError) as nobody:
        audit.ask_witness(session, Curious(session, access), policy)
    assert nobody.value.code == 2011 and session.log_size() == before + 1


def test_an_earlier_revision_is_read_again(session: Session, access: Access) -> None:
    child = written_and_read(session)
    record = session.read(Child, child, access).record
    record.given_name_latin = "Sokha"
    session.amend(child, record, access)
    assert session.read_revision(Child, child, 1, access).record.given_name_latin == "Sokhalina"
    with pytest.raises(saferoom.NotFound):
        session.read_revision(Child, child, 3, access)
    part = session.read(Child, child, access, fields=["sex", "role"]).record
    assert part == Child(sex="female", role="victim")
    with pytest.raises(ValueError, match="read it whole"):
        session.amend(child, part, access)
    assert session.read(Child, child, access).record.given_name_latin == "Sokha"
    with pytest.raises(saferoom.ModelError):
        session.read(Child, child, access, fields=["no_such_field"])
    with pytest.raises(saferoom.VaultError):
        session.read(Case, child, access, fields=["status"])


def test_what_is_written_is_heard_as_it_comes(vault: Vault, identity: Identity, access: Access) -> None:
    async def listen() -> list[tuple[str | None, str]]:
        heard: list[tuple[str | None, str]] = []
        async with aio.signed_in(vault, identity) as session, aio.signed_in(vault, identity) as other:
            changes = aio.changes(session, every=0.01)
            # Written before anybody looks: it is heard.
            case = await aio.call(other.create, Case(), access, parent=other.unit)
            child = Child(sex="female", role="victim")
            written = await aio.call(other.create, child, access, parent=case.record)
            for changed in (await changes.__anext__(), await changes.__anext__()):
                heard.append((changed.kind, changed.id))
            assert heard == [("case", case.record), ("child", written.record)]
            session.lock()
            with pytest.raises(saferoom.SessionLocked):
                await changes.__anext__()
        assert other.is_locked
        return heard

    assert len(asyncio.run(listen())) == 2
