"""What leaves a vault without a key: extracts and tables of counts of its statistics, and what custodians decide about them.

The extract desk signs in and holds the key of the statistics, and of nothing else::

    from saferoom import Access, read_extract, releases

    why = Access("HRESCH")
    plan = releases.plan_extract(session, "spec.toml", why)
    if plan.singles_out is None:
        built = releases.build_extract(session, "spec.toml", "extract", identity, why)
        frame = read_extract(built.folder, trusted=built.public_key).to_pandas()

Each release is recorded in the vault, and a later one is compared with all before it.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from ._bridge import native
from ._progress import Progress, listening
from .errors import translated
from .members import moment
from .packet import Correspondent
from .recovery import Ceremony, Share
from .results import Access, plain
from .session import Session
from .vault import Identity

Audience = Literal["inside", "outside"]
AnyPath = str | os.PathLike[str]


@dataclasses.dataclass(frozen=True)
class SinglesOut:
    """Whom a release would single out together with earlier ones."""

    #: Children in groups that are too small.
    at_risk: int
    #: How many such groups there are.
    groups: int
    #: The children in the smallest one.
    smallest: int


@dataclasses.dataclass(frozen=True)
class Narrowed:
    """What a table would tell of hidden cells, together with an earlier one."""

    #: Hidden cells, and groups between values that are cut differently, of which too much would be known.
    cells: int
    #: The narrowest range that one of them would have.
    narrowest: int


@dataclasses.dataclass(frozen=True)
class Coverage:
    """A station whose rows are there, and the month until which it has told everything."""

    station: str
    until: str


@dataclasses.dataclass(frozen=True)
class ExtractPlan:
    """What an extract would be. Nothing of it has left."""

    #: Cases in the statistics.
    cases: int
    #: Rows, or parts of them, that are sealed to circles which this member does not hold.
    closed: int
    #: Cases of which something was made by older rules.
    older_rules: int
    #: Cases of which something is not told yet.
    pending: int
    stations: tuple[Coverage, ...]
    #: The digest by which custodians name this very release.
    release: str
    #: ``None`` if it may leave.
    singles_out: SinglesOut | None
    #: What would be done, with the loss and the risks before and after.
    report: dict[str, Any]
    #: What other suppression limits would give.
    trade_off: tuple[dict[str, Any], ...]


@dataclasses.dataclass(frozen=True)
class BuiltExtract:
    """An extract that was made, for :func:`saferoom.read_extract`."""

    folder: Path
    #: What it holds, as it was signed.
    manifest: dict[str, Any]
    #: The file with the public key, to be given in another way than the folder.
    public_key: Path
    #: The file for those who hold shares of the key for reversals; ``None`` where no such key is in force.
    way_back: Path | None


@dataclasses.dataclass(frozen=True)
class Cell:
    """A cell of a table of counts."""

    #: Its value in each dimension; ``None`` in a total.
    values: tuple[str | None, ...]
    #: ``None`` if it is hidden. Below zero only with noise.
    count: int | None
    #: Of each rate, how many out of how many; ``None`` if it is hidden.
    rates: tuple[tuple[int, int] | None, ...]
    #: The sum of the magnitude, where there is one.
    sum: int | None


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of counts as it is published."""

    name: str
    audience: Audience
    #: What was counted of rooms and training, such as ``participants``; ``None`` for children.
    rows: str | None
    dimensions: tuple[str, ...]
    rates: tuple[str, ...]
    cells: tuple[Cell, ...]
    #: How it was protected: thresholds and hidden cells, or the noise.
    account: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class TablePlan:
    """What a table would be. Nothing of it has left."""

    table: Table
    release: str
    #: ``None`` if it may leave.
    singles_out: SinglesOut | None
    #: What would be known of hidden cells together with an earlier table; ``None`` if it may leave.
    narrows: Narrowed | None


@dataclasses.dataclass(frozen=True)
class NoisyPlan:
    """What counts with noise would cost a series, in rho. Nothing was drawn or paid."""

    series: str
    cost: float
    left: float
    #: What would be left; ``None`` if it would be refused.
    after: float | None


@dataclasses.dataclass(frozen=True)
class Floors:
    """The release-policy: what no specification may go below. Custodians change it with :meth:`saferoom.Change.release_policy`."""

    version: int
    inside_k: int
    outside_k: int
    most_quasi: int


@dataclasses.dataclass(frozen=True)
class Series:
    """A series of releases that custodians declared with :meth:`saferoom.Change.release_series`."""

    name: str
    audience: Audience
    #: How much counts with noise may give away in all, in rho.
    budget: float
    lasting_pseudonyms: bool


@dataclasses.dataclass(frozen=True)
class Release:
    """A release of the past."""

    id: str
    name: str
    series: str
    audience: Audience
    made_at: datetime.datetime
    #: How many rows left; ``None`` for counts with noise.
    rows: int | None
    #: What counts with noise cost, in rho.
    cost: float | None
    #: SHA-256 of the manifest of an extract, in hexadecimal.
    manifest: str | None
    #: Whether custodians signed that it never left.
    withdrawn: bool


@dataclasses.dataclass(frozen=True)
class HandedOver:
    """Statistics rows that were written into a packet."""

    packet: str
    rows: int


@translated
def plan_extract(session: Session, spec: AnyPath, access: Access, progress: Progress | None = None) -> ExtractPlan:
    """Shows what an extract would be, by the file of a specification. Logged as a query; nothing leaves.

    ``progress`` hears how much of how much is decided; ``False`` stops the search.
    """
    text, beside = _spec(spec)
    with listening(native.ReleaseProgress, progress) as told:
        answer = session._handle.plan_extract(text, beside, access._native(), told)
    planned = json.loads(answer)
    found, plan, guard = planned["statistics"], planned["plan"], planned["guard"]
    return ExtractPlan(
        cases=found["cases"],
        closed=found["closed"],
        older_rules=found["older_rules"],
        pending=found["pending"],
        stations=tuple(Coverage(each["station"], each["until"]) for each in found["stations"]),
        release=guard["release"],
        singles_out=_singles_out(guard),
        report=plan["account"],
        trade_off=tuple(plan["trade_off"]),
    )


@translated
def build_extract(
    session: Session,
    spec: AnyPath,
    folder: AnyPath,
    signer: Identity,
    access: Access,
    progress: Progress | None = None,
) -> BuiltExtract:
    """Makes an extract in a new folder. Recorded as released and logged as an export; signed after that.

    Raises :class:`~saferoom.ReleaseError` if it would single children out, unless custodians signed for it. With code 1808
    the release counts, and its folder lies there unsigned: :func:`finish_extract`.
    """
    text, beside = _spec(spec)
    with listening(native.ReleaseProgress, progress) as told:
        built = session._handle.build_extract(
            text, beside, os.fspath(folder), signer._native(), access._native(), told
        )
    return _built(folder, built)


@translated
def finish_extract(
    session: Session, unfinished: AnyPath, folder: AnyPath, signer: Identity, access: Access
) -> BuiltExtract:
    """Signs an extract that was recorded and not finished, because the machine stopped in between, and gives it its name."""
    built = session._handle.finish_extract(
        os.fspath(unfinished), os.fspath(folder), signer._native(), access._native()
    )
    return _built(folder, built)


@translated
def plan_tables(session: Session, spec: AnyPath, access: Access, progress: Progress | None = None) -> TablePlan:
    """Shows a table of counts as it would be. Logged as a query; nothing leaves."""
    with listening(native.ReleaseProgress, progress) as told:
        planned = json.loads(session._handle.plan_tables(_spec(spec)[0], access._native(), told))
    guard = planned["guard"]
    narrows = guard["narrows"]
    narrowed = None if narrows is None else Narrowed(narrows["cells"], narrows["narrowest"])
    return TablePlan(_table(planned["published"]), guard["release"], _singles_out(guard), narrowed)


@translated
def build_tables(
    session: Session, spec: AnyPath, folder: AnyPath, access: Access, progress: Progress | None = None
) -> Table:
    """Writes a table of counts into a new folder, recorded as released. Logged as an export."""
    with listening(native.ReleaseProgress, progress) as told:
        answer = session._handle.build_tables(_spec(spec)[0], os.fspath(folder), access._native(), told)
    return _table(json.loads(answer))


@translated
def plan_noisy_tables(session: Session, spec: AnyPath, series: str, access: Access) -> NoisyPlan:
    """Shows what counts with noise would cost a series."""
    return plain(NoisyPlan, session._handle.plan_noisy_tables(_spec(spec)[0], series, access._native()))


@translated
def build_noisy_tables(session: Session, spec: AnyPath, series: str, folder: AnyPath, access: Access) -> Table:
    """Writes counts with noise into a new folder, paid from the budget of a series. Once paid, the answer counts as given."""
    answer = session._handle.build_noisy_tables(_spec(spec)[0], series, os.fspath(folder), access._native())
    return _table(json.loads(answer))


@translated
def policy(session: Session) -> Floors:
    """The release-policy in force."""
    return plain(Floors, session._handle.release_policy())


@translated
def series(session: Session) -> list[Series]:
    """The series that custodians have declared."""
    return [plain(Series, each) for each in session._handle.release_series()]


@translated
def budget_left(session: Session, name: str, access: Access) -> float:
    """What is left of the budget of a series, in rho."""
    return float(session._handle.budget_left(name, access._native()))


@translated
def past(session: Session, access: Access) -> list[Release]:
    """What was released by this unit, oldest first. Each is logged as read."""

    def release(one: Any) -> Release:
        return dataclasses.replace(plain(Release, one), made_at=moment(one.made_at))

    return [release(one) for one in session._handle.past_releases(access._native())]


@translated
def hand_over_statistics(
    session: Session,
    station: str,
    sender: Correspondent,
    address: bytes,
    out: AnyPath,
    access: Access,
    *,
    again: bool = False,
) -> HandedOver:
    """Writes the rows that a desk has not got yet into a new packet; all of them ``again``.

    ``address`` is the desk's address file; the desk takes the packet in with :func:`saferoom.handover.take_in`. ``station`` is
    what this vault is called in extracts.
    """
    over = session._handle.hand_over_statistics(
        station, sender._handle, address, os.fspath(out), again, access._native()
    )
    return plain(HandedOver, over)


@translated
def begin_reversal_key(
    session: Session, unit: str, *, needed: int | None = None, shares: int | None = None
) -> Ceremony:
    """Holds a ceremony for the key of reversals of a unit; :func:`saferoom.recovery.set_up` puts it in force."""
    return Ceremony(session._handle.begin_reversal_key(unit, needed, shares))


@translated
def reverse_pseudonym(
    session: Session, pseudonym: str, way_back: AnyPath, shares: Iterable[Share], access: Access
) -> str:
    """Finds the case behind a pseudonym, by enough shares of the key for reversals and a reason in words.

    Answers the id of the case and opens nothing of it. A finding stays open until somebody else has reviewed it.
    """
    content, given = Path(way_back).read_bytes(), [share._handle for share in shares]
    return str(session._handle.reverse_pseudonym(pseudonym, content, given, access._native()))


def _spec(path: AnyPath) -> tuple[str, str]:
    """The text of a specification, and the folder of the files that it names."""
    return Path(path).read_text("utf-8"), str(Path(path).parent)


def _built(folder: AnyPath, built: Any) -> BuiltExtract:
    way_back = None if built.way_back is None else Path(built.way_back)
    return BuiltExtract(Path(folder), json.loads(built.manifest_json), Path(built.public_key), way_back)


def _singles_out(guard: dict[str, Any]) -> SinglesOut | None:
    told = guard["singles_out"]
    return None if told is None else SinglesOut(told["at_risk"], told["groups"], told["smallest"])


def _table(given: dict[str, Any]) -> Table:
    def rate(one: dict[str, int] | None) -> tuple[int, int] | None:
        return None if one is None else (one["count"], one["of"])

    cells = tuple(
        Cell(tuple(each["values"]), each["count"], tuple(map(rate, each["rates"])), each["sum"])
        for each in given["cells"]
    )
    account = given["account"] or given["private"]
    return Table(
        given["name"],
        given["audience"],
        given["rows"],
        tuple(given["dimensions"]),
        tuple(given["rates"]),
        cells,
        account,
    )
