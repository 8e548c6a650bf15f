"""What happens when a program copies, forks, walks away or mixes things up: a clear error, and nothing lost."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import datetime
import os
import pickle
import subprocess
import sys
import threading
import traceback
import warnings
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, PartialDate, Session, Vault, aio, consent, packet, referral
from saferoom.records import Case, Child
from test_keys import ORIGIN, DictKeyStore
from test_practice import answered, asked, child_of

FORKED = r"""
import os, sys
import saferoom
from saferoom import Access, Identity, Vault
from saferoom.records import Case

folder, access = sys.argv[1], Access("forensic-interview")
identity = Identity.generate()
vault = Vault.create(folder + "/test.saferoom", folder + "/keys", identity, "test.example.org/audit/1", "Unit")
session = vault.sign_in(identity)
session.create(Case(), access, parent=session.unit)
child = os.fork()
if child == 0:
    try:
        session.create(Case(), access, parent=session.unit)
    except saferoom.SaferoomError as refused:
        assert refused.code == 524 and "anew" in refused.advice, refused
        # To end it here must touch nothing either.
        try:
            session.lock()
        except saferoom.SaferoomError:
            pass
        del session, vault
        os._exit(7)
    os._exit(8)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
session.create(Case(), access, parent=session.unit)
session.lock()
with vault.sign_in(identity) as again:
    assert len(again.cases(access)) == 2
    again.check()
print("done")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_is_refused_and_the_first_one_goes_on(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FORKED, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert done.stdout == "done\n", done.stdout + done.stderr


@dataclasses.dataclass
class State:
    held: object


def test_what_holds_keys_is_neither_copied_nor_pickled(vault: Vault, session: Session, identity: Identity) -> None:
    for held in (vault, session, identity, packet.Correspondent.of_identity(identity), packet.KnownSenders()):
        for attempt in (lambda: copy.deepcopy(held), lambda: pickle.dumps(held), lambda: dataclasses.asdict(State(held))):
            with pytest.raises(TypeError, match="cannot be copied or pickled"):
                attempt()
    assert identity.member_id == session.member_id


def test_a_program_may_go_to_another_folder(tmp_path: Path, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    identity = Identity.generate()
    vault = Vault.create("test.saferoom", "keys", identity, ORIGIN, "Unit")
    session = vault.sign_in(identity)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    session.create(Case(), access, parent=session.unit)
    session.lock()
    with vault.sign_in(identity) as again:
        assert len(again.cases(access)) == 1
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_disclosed_record_is_not_amended(session: Session, access: Access) -> None:
    child = child_of(session, access)
    session.create(answered("child_alone_mature", "agreed"), access, parent=child)
    told = consent.disclose(session, child, asked("child.sex"), access).records[0]
    assert isinstance(told.record, Child)
    told.record.sex = "male"
    with pytest.raises(ValueError, match="read it whole"):
        session.amend(child, told.record, access)
    assert session.read(Child, child, access).record.family_name_latin == "Chan"


def test_a_key_store_may_wait_for_the_event_loop(tmp_path: Path, access: Access) -> None:
    class Waiting(DictKeyStore):
        loop: asyncio.AbstractEventLoop | None = None

        def store(self, name: str, secret: bytes) -> None:
            if self.loop is not None and threading.current_thread() is not threading.main_thread():
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop).result(30)
            super().store(name, secret)

    identity, store = Identity.generate(), Waiting()
    vault = Vault.create(tmp_path / "test.saferoom", store, identity, ORIGIN, "Unit")

    async def work() -> Session:
        store.loop = asyncio.get_running_loop()
        async with aio.signed_in(vault, identity) as session:
            await aio.call(session.create, Case(), access, parent=session.unit)
        return session

    async def cancelled() -> Session:
        store.loop = asyncio.get_running_loop()
        sessions: list[Session] = []

        async def waits() -> None:
            async with aio.signed_in(vault, identity) as session:
                sessions.append(session)
                await asyncio.sleep(60)

        task = asyncio.ensure_future(waits())
        while not sessions:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return sessions[0]

    assert asyncio.run(asyncio.wait_for(work(), 60)).is_locked
    assert asyncio.run(asyncio.wait_for(cancelled(), 60)).is_locked


def test_every_session_is_locked_also_if_one_is_interrupted(tmp_path: Path, access: Access) -> None:
    class Interrupted(DictKeyStore):
        now = False

        def store(self, name: str, secret: bytes) -> None:
            if self.now:
                self.now = False
                raise KeyboardInterrupt
            super().store(name, secret)

    identity, store = Identity.generate(), Interrupted()
    vault = Vault.create(tmp_path / "test.saferoom", store, identity, ORIGIN, "Unit")
    sessions = [vault.sign_in(identity) for _ in range(3)]
    for session in sessions:
        session.create(Case(), access, parent=session.unit)
    store.now = True
    with pytest.raises((KeyboardInterrupt, saferoom.SaferoomError)), vault:
        pass
    assert all(session.is_locked for session in sessions)


def test_a_moment_without_a_zone_and_a_day_without_a_month_are_refused(tmp_path: Path, identity: Identity) -> None:
    naive = datetime.datetime(2030, 1, 1)  # noqa: DTZ001 - that is the mistake
    sender = packet.Correspondent.of_identity(identity)
    with pytest.raises(ValueError, match="time zone"):
        sender.seal(tmp_path / "out", [sender.address()], [], naive)
    assert not (tmp_path / "out").exists()
    given = referral.Answer("received", appointment_at=naive)
    with pytest.raises(ValueError, match="time zone"):
        referral.answer(sender, tmp_path / "none", packet.KnownSenders(), given, out=tmp_path / "answer")
    with pytest.raises(ValueError, match="month"):
        PartialDate(2014, day=5)


def test_no_value_stands_in_the_variables_of_a_refusal(session: Session, access: Access) -> None:
    for child in (Child(role="victim", phones=["012 345 678", None]), Child(role="victim", nickname=12345678)):  # type: ignore[list-item, arg-type]
        with pytest.raises(TypeError) as refused:
            session.create(child, access, parent=session.unit)
        told = traceback.TracebackException.from_exception(refused.value, capture_locals=True)
        ours = [frame for frame in told.stack if "saferoom" in frame.filename and "tests" not in frame.filename]
        assert ours and not any("345" in text for frame in ours for text in (frame.locals or {}).values())


def test_each_extract_that_nobody_signed_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from saferoom import extract

    monkeypatch.delenv("SAFEROOM_TRUSTED_KEYS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("default")
        for name in ("first", "second"):
            with pytest.raises(saferoom.SaferoomError):
                extract.read_extract(tmp_path / name)
    assert len([one for one in heard if issubclass(one.category, extract.UnverifiedExtractWarning)]) == 2
