"""The live interview: every step is durable before the call returns, and a program that is killed loses none.

::

    from saferoom import interview
    from saferoom.interview import Tally
    from saferoom.records import Interview

    found = interview.look_for_earlier(session, child, access)
    plan = Interview(purpose="initial", protocol="nichd_revised", interviewer=officer)
    live = interview.start(session, child, plan, found, access)
    live.enter("introduction")
    live.count(Tally.INVITATION)
    with live.pause("fatigue") as pause:
        pause.topic_not_discussed = True
    live.stop(interview.Stopper.CHILD)

After a crash, ``interview.resume(session, live.id, access)`` goes on where it was. Steps that good practice refuses raise
:class:`saferoom.PracticeError`, whose ``advice`` says what to do; nothing is recorded then. The child may stop at any time.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from ._bridge import native
from .errors import translated
from .members import native_moment
from .records import Interview, InterviewBreak, InterviewPhase, Participant
from .results import Access, plain
from .session import Session
from .values import Record, from_fields, to_fields

_R = TypeVar("_R", bound=Record)


class State(enum.Enum):
    """How an interview stands."""

    RUNNING = "running"
    ON_BREAK = "on break"
    #: The record can still be closed for changes.
    ENDED = "ended"
    #: Closed for changes.
    LOCKED = "locked"


class Completion(enum.Enum):
    """How far a phase was held."""

    FULL = "full"
    PARTIAL = "partial"


class Stopper(enum.Enum):
    """Who stops an interview."""

    CHILD = "child"
    #: The interviewer, or somebody who watches.
    INTERVIEWER = "interviewer"


class Tally(enum.Enum):
    """What is counted. No words of a question are kept."""

    INVITATION = "invitation"
    CUED_INVITATION = "cued invitation"
    DIRECTIVE = "directive"
    OPTION_POSING = "option posing"
    SUGGESTIVE = "suggestive"
    FAUX_INVITATION = "faux invitation"
    NEGATIVE_RECAST = "negative recast"
    SUPPORTIVE = "supportive"
    RELUCTANCE_ADDRESSED = "reluctance addressed"
    REASSURANCE = "reassurance"
    EMOTION_ACKNOWLEDGED = "emotion acknowledged"


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """What is in the way, or wrong, with its stable code and what to do."""

    code: int
    text: str
    advice: str


@dataclasses.dataclass(frozen=True)
class Phase:
    """How a phase of the protocol stands."""

    #: Its code, of the list ``interview_phase``.
    phase: str
    #: Held, wholly or in part; also if it goes on.
    held: bool
    #: Left out, and not held later.
    left_out: bool
    #: What is in the way of it now; ``None``: it may begin.
    obstacle: Obstacle | None


@dataclasses.dataclass(frozen=True, repr=False)
class Kept(Generic[_R]):
    """A record of the course, with its id once it has one."""

    id: str | None
    record: _R

    def __repr__(self) -> str:
        return f"Kept({self.id}, {self.record!r})"


@dataclasses.dataclass(frozen=True)
class QualityNote:
    """A point that a review should look at: for learning, not for blame. Nothing is said about the child."""

    #: Of the list ``quality_flag``.
    code: str
    #: What was found, and what it should not exceed, if these are numbers.
    found: int | None
    limit: int | None
    #: What it says to a person.
    text: str


@dataclasses.dataclass(frozen=True)
class PossibleEarlier:
    """A record in this unit that may be of the same child, and its case."""

    child: str
    case_id: str | None


class EarlierInterviews:
    """What was found about earlier interviews of a child, and what a person has said to it."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use :func:`look_for_earlier` or ``not_looked``."""
        self._handle = handle

    @classmethod
    def not_looked(cls) -> EarlierInterviews:
        """Nobody has looked: only an interview that cannot wait starts so."""
        return cls(native.EarlierInterviews.not_looked())

    @property
    def known(self) -> list[str]:
        """Interviews of this child that have started, known for sure."""
        return list(self._handle.known())

    @property
    def possible(self) -> list[PossibleEarlier]:
        """Records that may be of the same child: look at each, then say ``same_child`` or ``another_child``."""
        return [plain(PossibleEarlier, found) for found in self._handle.possible()]

    @property
    def units_to_ask(self) -> list[str]:
        """Units that may know of earlier interviews: ask them, then say ``units_were_asked``."""
        return list(self._handle.units_to_ask())

    @property
    def too_many(self) -> bool:
        """Whether so many records may be of this child that none was listed."""
        return bool(self._handle.too_many())

    @translated
    def same_child(self, session: Session, child: str, access: Access) -> None:
        """A record that was possible is of the same child: its interviews are known from now on."""
        session._handle.same_child(self._handle, child, access._native())

    @translated
    def another_child(self, child: str) -> None:
        """A record that was possible is of another child."""
        self._handle.another_child(child)

    def units_were_asked(self) -> None:
        """The units that may know something were asked; also: what was too much to look at was asked about."""
        self._handle.units_were_asked()

    def __repr__(self) -> str:
        return "EarlierInterviews(..)"


@dataclasses.dataclass
class Pause:
    """A break that goes on."""

    #: Whether nothing of the matter was talked about; to be said before the break ends.
    topic_not_discussed: bool | None = None


class LiveInterview:
    """An interview that goes on. Shows what is in the vault; each method with a verb is a step.

    ``at`` is the moment of a step that lies before now; without it, the step is now. Another session, such as that of an
    observer who counts, may work on the same interview.
    """

    def __init__(self, session: Session, handle: Any, access: Access) -> None:
        """Not for callers: use :func:`start`, :func:`start_planned` or :func:`resume`."""
        self._session = session
        self._handle = handle
        self._access = access

    @property
    def id(self) -> str:
        """The record of the interview."""
        return str(self._handle.id())

    @property
    def state(self) -> State:
        """How it stands."""
        return State[self._handle.state().name]

    @property
    def record(self) -> Interview:
        """The record ``interview`` as it is now."""
        return from_fields(Interview, self._view().fields)

    @property
    def protocol(self) -> tuple[str, str]:
        """Code and version of its protocol."""
        view = self._view()
        return view.protocol, view.protocol_version

    @property
    def overview(self) -> list[Phase]:
        """The phases of the protocol in their usual order, and how each of them stands."""
        return [
            Phase(phase.phase, phase.held, phase.left_out, phase.obstacle and plain(Obstacle, phase.obstacle))
            for phase in self._view().overview
        ]

    @property
    def phases(self) -> list[Kept[InterviewPhase]]:
        """The phases that were held or left out, in the order followed."""
        return kept(InterviewPhase, self._view().phases)

    @property
    def breaks(self) -> list[Kept[InterviewBreak]]:
        """The breaks, in order."""
        return kept(InterviewBreak, self._view().breaks)

    @property
    def people(self) -> list[Kept[Participant]]:
        """Those who were there besides child and interviewer, in the order of arrival. Who moved stands here twice."""
        return kept(Participant, self._view().people)

    @property
    def persons_in_room(self) -> int:
        """How many persons are in the room now, with child and interviewer."""
        return int(self._view().persons_in_room)

    @property
    def tallies(self) -> dict[Tally, int]:
        """What was counted so far, all of it, also what was not yet."""
        return {Tally[counted.tally.name]: counted.count for counted in self._view().tallies}

    @translated
    def net_minutes(self, at: datetime.datetime | None = None) -> int:
        """Minutes without breaks until now, until a moment, or until the end."""
        return int(self._handle.net_minutes(native_moment(at or _now())))

    @translated
    def since_break(self, now: datetime.datetime | None = None) -> datetime.timedelta | None:
        """Time since the last break ended, or since the start; ``None`` on a break and after the end."""
        passed = self._handle.since_break(native_moment(now or _now()))
        return None if passed is None else datetime.timedelta(milliseconds=passed)

    def enter(
        self, phase: str, *, previous: Completion = Completion.FULL, at: datetime.datetime | None = None
    ) -> None:
        """A phase begins; the one before it ends, and was held so far."""
        self._step(_step.ENTER(phase=phase, previous=native.PhaseCompletion[previous.name]), at)

    def skip(self, phase: str, reason: str) -> None:
        """A phase is left out, for a reason of the list ``phase_skip_reason``."""
        self._step(_step.SKIP(phase=phase, reason=reason))

    def arrive(self, person: Participant, *, at: datetime.datetime | None = None) -> str:
        """Somebody comes, and gets a record. Times in ``person`` are ignored."""
        known = {one.id for one in self.people}
        self._step(_step.ARRIVE(person=to_fields(person)), at)
        return next(str(one.id) for one in reversed(self.people) if one.id not in known)

    def move(self, who: str, place: str, *, at: datetime.datetime | None = None) -> None:
        """Somebody goes to another place, of the list ``presence_place``. They get a new record there."""
        self._step(_step.MOVE(who=who, place=place), at)

    def leave(self, who: str, *, at: datetime.datetime | None = None) -> None:
        """Somebody leaves."""
        self._step(_step.LEAVE(who=who), at)

    def begin_break(self, reason: str, *, with_child: str | None = None, at: datetime.datetime | None = None) -> None:
        """A break begins; ``with_child`` is the role of who stays with the child. The phase goes on afterwards."""
        self._step(_step.BEGIN_BREAK(reason=reason, with_child=with_child), at)

    def end_break(self, *, topic_not_discussed: bool | None = None, at: datetime.datetime | None = None) -> None:
        """The break ends."""
        self._step(_step.END_BREAK(topic_not_discussed=topic_not_discussed), at)

    @contextmanager
    def pause(self, reason: str, *, with_child: str | None = None) -> Iterator[Pause]:
        """A break for as long as the block. An exception leaves the break open: nobody knows whether it has ended."""
        self.begin_break(reason, with_child=with_child)
        pause = Pause()
        yield pause
        if self.state is State.ON_BREAK:
            self.end_break(topic_not_discussed=pause.topic_not_discussed)

    def count(self, tally: Tally) -> None:
        """A question, or an act of support."""
        self._step(_step.COUNT(tally=native.QuestionTally[tally.name]))

    def take_back(self, tally: Tally) -> None:
        """It was counted by mistake."""
        self._step(_step.TAKE_BACK(tally=native.QuestionTally[tally.name]))

    def aid(self, aid: str, why: str | None = None) -> None:
        """An aid is used; the protocol says for which aids it takes a reason."""
        self._step(_step.AID(aid=aid, why=why))

    def measure(self, measure: str) -> None:
        """A special measure is in place."""
        self._step(_step.MEASURE(measure=measure))

    def inform(self, told: str) -> None:
        """The child was told something, of the list ``information_given``."""
        self._step(_step.INFORM(told=told))

    def ask_to_continue(self, answer: str) -> None:
        """The child was asked whether it wants to go on. ``no`` means stop: the interview ends."""
        self._step(_step.ASK_TO_CONTINUE(answer=answer))

    def stop(self, by: Stopper, *, at: datetime.datetime | None = None) -> None:
        """The interview stops here, at any time, also in a break. Nothing is asked for."""
        self._step(_step.STOP(by=native.StoppedBy[by.name]), at)

    def end(
        self,
        outcome: str | None = None,
        *,
        last: Completion = Completion.FULL,
        at: datetime.datetime | None = None,
    ) -> None:
        """The interview ends as planned. ``outcome`` does not say whether the child is believed."""
        self._step(_step.END(outcome=outcome, last=native.PhaseCompletion[last.name]), at)

    def lock(self, by: str, *, digest: str | None = None) -> None:
        """The record is declared complete and closed for changes, by an officer."""
        self._step(_step.LOCK(by=by, digest=digest))

    @translated
    def quality_flags(self, language: str = "en") -> list[QualityNote]:
        """What of it a review should look at, explained in ``en`` or ``km``. Logged as reading."""
        found = self._session._handle.quality_flags(self.id, language, self._access._native())
        return [plain(QualityNote, note) for note in found]

    @translated
    def keep_quality_flags(self, language: str = "en") -> list[QualityNote]:
        """Computes the flags and keeps their codes in the record, for extracts and reviews."""
        found = self._session._handle.keep_quality_flags(self._handle, language, self._access._native())
        return [plain(QualityNote, note) for note in found]

    @translated
    def _step(self, step: Any, at: datetime.datetime | None = None) -> None:
        self._session._handle.interview_step(self._handle, step, native_moment(at), self._access._native())

    @translated
    def _view(self) -> Any:
        return self._handle.view()

    def __repr__(self) -> str:
        return f"LiveInterview({self.id}, redacted)"


@translated
def look_for_earlier(session: Session, child: str, access: Access) -> EarlierInterviews:
    """Looks for earlier interviews of a child, here and by asking which other units to ask. Every look is logged.

    It counts as one search across units, of which there are 20 an hour.
    """
    return EarlierInterviews(session._handle.earlier_interviews(child, access._native()))


@translated
def start(
    session: Session,
    parent: str,
    plan: Interview,
    earlier: EarlierInterviews,
    access: Access,
    *,
    urgent: bool = False,
) -> LiveInterview:
    """Starts an interview below a child or a case. ``plan`` says who interviews, where, and after which protocol.

    ``urgent``: it cannot wait, and nothing that was found, or not looked for, holds it up.
    """
    started = session._handle.start_interview(parent, to_fields(plan), earlier._handle, urgent, access._native())
    return LiveInterview(session, started, access)


@translated
def start_planned(
    session: Session, id: str, earlier: EarlierInterviews, access: Access, *, urgent: bool = False
) -> LiveInterview:
    """Starts an interview that was prepared: its record exists, and has no time of start."""
    started = session._handle.start_planned_interview(id, earlier._handle, urgent, access._native())
    return LiveInterview(session, started, access)


@translated
def resume(session: Session, id: str, access: Access) -> LiveInterview:
    """Goes on with an interview that has started: after a crash, on another day, in another session."""
    return LiveInterview(session, session._handle.resume_interview(id, access._native()), access)


@translated
def protocols() -> dict[str, Any]:
    """The protocols in use as data: ``status``, and ``protocols`` with their versions, phases and rules."""
    found: dict[str, Any] = json.loads(native.protocols_json())
    return found


@translated
def overlay_protocols(text: str) -> None:
    """Puts newer protocols (TOML) over those in use, for the whole process. Call it once, before the first interview."""
    native.overlay_protocols(text)


def kept(kind: type[_R], parts: Any) -> list[Kept[_R]]:
    """Records of a course, out of the native library's."""
    return [Kept(part.id, from_fields(kind, part.fields)) for part in parts]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


_step: Any = native.InterviewStep
