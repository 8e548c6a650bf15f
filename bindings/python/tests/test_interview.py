"""A whole live interview, a program that is killed in it, who was interviewed before. All persons are invented."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Session, Vault, interview
from saferoom.interview import Completion, EarlierInterviews, LiveInterview, State, Stopper, Tally
from saferoom.records import Case, Child, Interview, Participant

from conftest import ORIGIN


def child_of(session: Session, access: Access) -> str:
    case = session.create(Case(), access, parent=session.unit).record
    named = Child(family_name_latin="Chan", given_name_latin="Sokha", sex="female", role="victim", age_at_report=9)
    return session.create(named, access, parent=case).record


def plan(session: Session) -> Interview:
    return Interview(purpose="initial", protocol="nichd_revised", interviewer=session.unit)


def state(live: LiveInterview) -> State:
    """A property that changes: a type checker would take it for what it was when it was looked at last."""
    return live.state


def started(session: Session, access: Access) -> LiveInterview:
    """An interview that cannot wait."""
    child, nobody_looked = child_of(session, access), EarlierInterviews.not_looked()
    return interview.start(session, child, plan(session), nobody_looked, access, urgent=True)


def test_a_whole_interview(session: Session, access: Access) -> None:
    child = child_of(session, access)
    found = interview.look_for_earlier(session, child, access)
    assert (found.known, found.possible, found.units_to_ask, found.too_many) == ([], [], [], False)
    live = interview.start(session, child, plan(session), found, access)
    assert state(live) is State.RUNNING and live.protocol[0] == "nichd_revised"
    with pytest.raises(saferoom.PracticeError) as refused:
        live.enter("substantive_free_recall")
    assert refused.value.code == 1111 and refused.value.advice
    assert live.phases == []

    first, *_ = live.overview
    assert first.obstacle is None
    later = next(phase for phase in live.overview if phase.phase == "substantive_free_recall")
    assert later.obstacle is not None and later.obstacle.code == 1111
    live.enter("introduction")
    person = live.arrive(Participant(role="lawyer", presence="in_room"))
    assert live.persons_in_room == 3
    live.move(person, "observation_room")
    assert live.persons_in_room == 2
    moved = live.people[-1]
    assert moved.id is not None and moved.record.presence == "observation_room"
    live.leave(moved.id)

    live.enter("ground_rules")
    for _ in range(3):
        live.count(Tally.INVITATION)
    live.count(Tally.SUGGESTIVE)
    live.take_back(Tally.SUGGESTIVE)
    with pytest.raises(saferoom.PracticeError):
        live.take_back(Tally.SUGGESTIVE)
    assert live.tallies[Tally.INVITATION] == 3 and live.tallies[Tally.SUGGESTIVE] == 0
    with live.pause("fatigue", with_child="support_person") as pause:
        assert live.since_break() is None and state(live) is State.ON_BREAK
        pause.topic_not_discussed = True
    assert state(live) is State.RUNNING
    (rest,) = live.breaks
    assert rest.record.topic_not_discussed is True and rest.record.ended_at is not None
    since = live.since_break()
    assert since is not None and since < datetime.timedelta(minutes=5)
    live.measure("screen")
    live.ask_to_continue("no")
    assert state(live) is State.ENDED
    assert live.record.disclosure_outcome == "stopped_by_child"
    notes = live.keep_quality_flags()
    assert {note.code for note in notes} == set(live.record.quality_flags)
    assert all(note.text for note in notes) and live.quality_flags("km")[0].text != notes[0].text
    live.lock(session.unit)
    with pytest.raises(saferoom.PracticeError):
        live.count(Tally.INVITATION)
    assert state(live) is State.LOCKED
    assert session.read(Interview, live.id, access).record == live.record
    session.check()


def test_a_break_that_fails_stays_open_and_the_child_may_stop_in_it(session: Session, access: Access) -> None:
    live = started(session, access)
    live.enter("introduction")
    with pytest.raises(RuntimeError):
        with live.pause("distress"):
            raise RuntimeError
    assert state(live) is State.ON_BREAK
    live.stop(Stopper.CHILD)
    assert state(live) is State.ENDED
    (held,) = live.phases
    assert held.record.phase == "introduction"
    assert live.net_minutes() == 0


def test_moments_that_lie_before_are_taken_and_those_ahead_are_not(session: Session, access: Access) -> None:
    live = started(session, access)
    begun = live.record.started_at
    assert begun is not None
    live.enter("introduction", at=begun)
    with pytest.raises(saferoom.PracticeError) as early:
        live.enter("ground_rules", previous=Completion.PARTIAL, at=begun - datetime.timedelta(hours=1))
    assert early.value.code == 1128
    with pytest.raises(saferoom.PracticeError) as ahead:
        live.enter("ground_rules", at=begun + datetime.timedelta(days=1))
    assert ahead.value.code == 1129
    with pytest.raises(ValueError, match="time zone"):
        live.enter("ground_rules", at=datetime.datetime(2026, 11, 24))
    with pytest.raises(saferoom.ModelError) as wrong:
        live.enter("Xyzzy was said")
    assert "Xyzzy" not in str(wrong.value)


def test_who_was_interviewed_before_is_not_asked_again_without_a_reason(session: Session, access: Access) -> None:
    child = child_of(session, access)
    with pytest.raises(saferoom.PracticeError) as unasked:
        interview.start(session, child, plan(session), EarlierInterviews.not_looked(), access)
    assert unasked.value.code == 1137
    planned = session.create(plan(session), access, parent=child).record
    found = interview.look_for_earlier(session, child, access)
    live = interview.start_planned(session, planned, found, access)
    assert live.id == planned
    live.stop(Stopper.INTERVIEWER)

    twin = child_of(session, access)
    found = interview.look_for_earlier(session, twin, access)
    (possible,) = found.possible
    assert possible.child == child and possible.case_id is not None
    with pytest.raises(saferoom.PracticeError):
        interview.start(session, twin, plan(session), found, access)
    found.same_child(session, child, access)
    assert found.known == [planned] and found.possible == []
    with pytest.raises(saferoom.PracticeError) as reason:
        interview.start(session, twin, plan(session), found, access)
    assert reason.value.code == 1135

    found = interview.look_for_earlier(session, twin, access)
    found.another_child(child)
    assert interview.start(session, twin, plan(session), found, access).record.sequence_number == 1


def test_two_sessions_are_at_one_interview(vault: Vault, session: Session, identity: Identity, access: Access) -> None:
    live = started(session, access)
    live.enter("introduction")
    with vault.sign_in(identity) as other:
        watched = interview.resume(other, live.id, access)
        live.count(Tally.DIRECTIVE)
        watched.count(Tally.DIRECTIVE)
        assert watched.tallies[Tally.DIRECTIVE] == 2
        watched.stop(Stopper.INTERVIEWER)
    with pytest.raises(saferoom.PracticeError):
        live.count(Tally.DIRECTIVE)
    assert state(live) is State.ENDED, "after a refusal it is what is in the vault"


KILLED = """
import sys
from saferoom import Access, Identity, Vault, interview
from saferoom.interview import Tally
folder, live_id = sys.argv[1:]
access = Access("forensic-interview")
with Identity.open_file(folder + "/member.identity", b"a long passphrase") as identity:
    session = Vault.open(folder + "/test.saferoom", folder + "/keys").sign_in(identity)
    live = interview.resume(session, live_id, access)
    for number in range(1000):
        live.count(Tally.INVITATION)
        print(live.tallies[Tally.INVITATION], flush=True)
"""


def test_a_program_that_is_killed_loses_no_tap_that_was_answered(tmp_path: Path, access: Access) -> None:
    with Identity.create_file(tmp_path / "member.identity", b"a long passphrase") as identity:
        vault = Vault.create(tmp_path / "test.saferoom", tmp_path / "keys", identity, ORIGIN, "Unit of the tests")
        with vault.sign_in(identity) as session:
            live = started(session, access)
            live.enter("introduction")
        for _ in range(2):
            program = [sys.executable, "-c", KILLED, str(tmp_path), live.id]
            child = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
            assert child.stdout is not None
            answered = [int(child.stdout.readline()) for _ in range(5)]
            os.kill(child.pid, signal.SIGKILL)
            answered += [int(line) for line in child.stdout.read().split("\n") if line]
            child.stdout.close()
            assert child.wait() == -signal.SIGKILL
            with Vault.open(tmp_path / "test.saferoom", tmp_path / "keys").sign_in(identity) as session:
                resumed = interview.resume(session, live.id, access)
                assert resumed.state is State.RUNNING
                assert [phase.record.phase for phase in resumed.phases] == ["introduction"]
                # The tap that was under way may be there: it was durable and not yet answered.
                assert resumed.tallies[Tally.INVITATION] in {answered[-1], answered[-1] + 1}
                session.check()


def test_nothing_shows_a_value(session: Session, access: Access) -> None:
    live = started(session, access)
    live.aid("none")
    live.arrive(Participant(role="interpreter", presence="in_room", name="Xyzzy"))
    native = live._handle.view()
    for thing in (live, live.record, live.people, live.people[0], live._handle, native, native.people[0]):
        assert "Xyzzy" not in repr(thing) and "Xyzzy" not in str(thing)


def test_protocols_are_data() -> None:
    found = interview.protocols()
    codes = {protocol["code"] for protocol in found["protocols"]}
    assert "nichd_revised" in codes and found["status"]
    with pytest.raises(saferoom.PracticeError):
        interview.overlay_protocols("version = 1\nstatus = ''\n[[protocol]]\n")
