"""Indicators over rooms, visits, training and interviews, each with its denominator; small cells are hidden.

::

    from saferoom import indicators

    meeting = indicators.reconstructed_meeting()
    print(meeting.note)
    print(indicators.reach(meeting.participants).women)      # 40.0 % (10 of 25)
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable
from typing import Any, TypeVar

from ._bridge import native
from .errors import translated
from .records import (
    Interview,
    PlannedAction,
    RoomUse,
    Survey,
    TrainingEvent,
    TrainingParticipant,
    VisitItem,
)
from .values import PartialDate, Record, from_fields, to_fields

_R = TypeVar("_R", bound=Record)


@dataclasses.dataclass(frozen=True)
class Share:
    """So many out of so many: those of whom it is known."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """In per cent, to a tenth, rounded half up; ``None`` out of nothing."""
        return None if self.of == 0 else ((self.count * 2000 + self.of) // (2 * self.of)) / 10

    def __str__(self) -> str:
        return "\u2013" if self.percent is None else f"{self.percent:.1f} % ({self.count} of {self.of})"


@dataclasses.dataclass(frozen=True)
class Table:
    """Counts by code. ``None`` where a count is small, or would give away one that is."""

    cells: dict[str, int | None]
    #: ``None`` if it would give away a small cell.
    total: int | None


@dataclasses.dataclass(frozen=True)
class VisitScores:
    """What a visit found: points out of those that could be had."""

    domains: dict[str, Share]
    total: Share
    #: Critical items with no point.
    critical_failures: tuple[str, ...]
    #: Items of the checklist that were not looked at.
    missing: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class DomainChange:
    """How a domain of the checklist changed between two visits."""

    domain: str
    before: Share
    now: Share
    #: Difference in tenths of a per cent; ``None`` if one of them is out of nothing.
    change: int | None


@dataclasses.dataclass(frozen=True)
class RoomUseFigures:
    """What rooms were used for."""

    purposes: Table
    #: Interviews of children, by coarse kind of case.
    case_types: Table
    equipment_worked: Share
    #: Uses for a suspect or as a store, which a room for children is not for.
    misuse: int
    #: Interviews of children in a room, out of all that are known; ``None`` of few.
    held_in_room: Share | None


@dataclasses.dataclass(frozen=True)
class ActionFigures:
    """What became of planned actions."""

    done: int
    open: int
    #: Of those that are open.
    overdue: int


@dataclasses.dataclass(frozen=True)
class ReachFigures:
    """Whom a training reached; facilitators, observers and organisers are left out."""

    participants: int
    sex: Table
    women: Share
    units: Table
    provinces: Table


@dataclasses.dataclass(frozen=True)
class SurveyFigures:
    """What those who were there say, in one wave."""

    answers: int
    will_apply: Share
    have_applied: Share
    #: 4 or 5 of 5.
    useful: Share
    #: Score of knowledge in the middle.
    knowledge: int | None
    #: What keeps them from it, by how many.
    barriers: dict[str, int]


@dataclasses.dataclass(frozen=True)
class InterviewFigures:
    """How interviews were held. What is ``None`` would tell about few."""

    interviews: int | None
    in_room: Share | None
    #: The first of the child on this allegation.
    first: Share | None
    repeat_reasons: Table
    recorded: Share | None
    support_offered: Share | None
    #: Its right, not a failure.
    stopped_by_child: Share | None
    narrative_training: Share | None
    #: Open invitations out of all questions, all interviews together.
    invitations: Share
    median_delay_days: int | None


@dataclasses.dataclass(frozen=True, repr=False)
class Meeting:
    """The published meeting of March 2024, reconstructed as records. Show ``note`` with every figure."""

    note: str
    event: TrainingEvent
    participants: tuple[TrainingParticipant, ...]
    surveys: tuple[Survey, ...]

    def __repr__(self) -> str:
        return "Meeting(a reconstruction)"


@translated
def visit_scores(items: Iterable[VisitItem]) -> VisitScores:
    """The scores of a visit, from its items."""
    return _build(VisitScores, json.loads(native.visit_scores_json(_fields(items))))


@translated
def compare_visits(before: Iterable[VisitItem], now: Iterable[VisitItem]) -> list[DomainChange]:
    """How each domain changed between two visits."""
    found = json.loads(native.compare_visits_json(_fields(before), _fields(now)))
    return [_build(DomainChange, change) for change in found]


@translated
def room_use(uses: Iterable[RoomUse]) -> RoomUseFigures:
    """What rooms were used for."""
    return _build(RoomUseFigures, json.loads(native.room_use_figures_json(_fields(uses))))


@translated
def actions(planned: Iterable[PlannedAction], today: datetime.date) -> ActionFigures:
    """What became of planned actions, as of a day."""
    day = PartialDate.of(today).isoformat()
    return _build(ActionFigures, json.loads(native.action_figures_json(_fields(planned), day)))


@translated
def reach(participants: Iterable[TrainingParticipant]) -> ReachFigures:
    """Whom a training reached."""
    return _build(ReachFigures, json.loads(native.reach_figures_json(_fields(participants))))


@translated
def survey(answers: Iterable[Survey], wave: str) -> SurveyFigures | None:
    """What those who were there say in one wave, such as ``post``; ``None`` if too few have answered."""
    found = json.loads(native.survey_figures_json(_fields(answers), wave))
    return None if found is None else _build(SurveyFigures, found)


@translated
def interviews(held: Iterable[Interview]) -> InterviewFigures:
    """How interviews were held; those that have not started are left out."""
    return _build(InterviewFigures, json.loads(native.interview_figures_json(_fields(held))))


@translated
def reconstructed_meeting() -> Meeting:
    """The published meeting of March 2024 as records, to try figures on."""
    found = native.reconstructed_meeting()
    people = (from_fields(TrainingParticipant, one.fields) for one in found.participants)
    surveys = (from_fields(Survey, one.fields) for one in found.surveys)
    return Meeting(found.note, from_fields(TrainingEvent, found.event.fields), tuple(people), tuple(surveys))


def _fields(given: Iterable[Record]) -> list[dict[str, Any]]:
    return [to_fields(record) for record in given]


_D = TypeVar("_D")


def _build(kind: type[_D], given: dict[str, Any]) -> _D:
    return kind(**{field.name: _part(given[field.name]) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]


def _part(value: Any) -> Any:
    """Shares and tables are told apart by their keys."""
    if isinstance(value, list):
        return tuple(_part(one) for one in value)
    if not isinstance(value, dict):
        return value
    if value.keys() == {"count", "of"}:
        return Share(**value)
    if value.keys() == {"cells", "total"}:
        cells = {code: None if cell == "small" else cell["count"] for code, cell in value["cells"].items()}
        return Table(cells, value["total"])
    return {name: _part(one) for name, one in value.items()}
