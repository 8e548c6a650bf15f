"""The noise of counts and what it costs, beside OpenDP: an implementation that shares nothing with ours.

A statistical test fails by chance; the bounds below do so less than once in 10^9 runs, and see a scale that is off by a tenth.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from saferoom import Access, Change, Identity, Session, releases
from saferoom.records import Case, Child

RESEARCH = Access("HRESCH")

#: Values that are declared: most of them count nobody, so that a count is noise alone.
VALUES = 4000
ANSWERS = 10

#: Chi-square with 22 degrees of freedom exceeds this by chance once in 10^9 runs.
NEVER = 96.0


@pytest.fixture
def dp() -> Any:
    prelude = pytest.importorskip("opendp.prelude")
    prelude.enable_features("contrib")
    return prelude


@pytest.fixture
def desk(session: Session, identity: Identity) -> Session:
    access = Access("forensic-interview")
    cases = session.create_many([(session.unit, Case()) for _ in range(6)], access)
    session.create_many([(case.record, Child(sex="female", role="victim")) for case in cases], access)
    series = Change.release_series("Yearly", "inside", budget="100")
    session.change_members(series, Access("record-management"), identity)
    return session


def spec(folder: Path, private: str) -> Path:
    values = ", ".join(f'"v{number}"' for number in range(VALUES))
    text = (
        f'name = "Noise"\naudience = "inside"\n[[dimension]]\ncolumn = "child.sex"\nvalues = ["female", {values}]\n'
        f"[private]\n{private}\n"
    )
    (folder / "noise.toml").write_text(text, "utf-8")
    return folder / "noise.toml"


def drawn(desk: Session, asked: Path, folder: Path) -> tuple[list[int], dict[str, Any]]:
    """What was added to counts of nobody, over several answers; and how the noise was made."""
    noise: list[int] = []
    account: dict[str, Any] = {}
    for answer in range(ANSWERS):
        table = releases.build_noisy_tables(desk, asked, "Yearly", folder / f"{asked.stem}-{answer}", RESEARCH)
        noise += [cell.count for cell in table.cells if cell.values[0] not in (None, "female") and cell.count is not None]
        account = table.account
    assert len(noise) == VALUES * ANSWERS
    return noise, account


def distance(ours: Iterable[int], theirs: Iterable[int]) -> float:
    """Chi-square of two samples of the same size; -10 to 10 and both tails."""

    def places(draws: Iterable[int]) -> list[int]:
        seen = [0] * 23
        for draw in draws:
            seen[max(-11, min(11, draw)) + 11] += 1
        return seen

    pairs = zip(places(ours), places(theirs))
    return sum((one - other) ** 2 / (one + other) for one, other in pairs if one + other)


def spread(draws: list[int]) -> float:
    return sum(draw * draw for draw in draws) / len(draws)


def test_laplace_noise_is_that_of_opendp(dp: Any, desk: Session, tmp_path: Path) -> None:
    ours, account = drawn(desk, spec(tmp_path, 'mechanism = "laplace"\nepsilon = 0.5'), tmp_path)
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    laplace = dp.m.make_laplace(*space, scale=2.0)
    theirs = laplace([0] * len(ours))
    assert distance(ours, theirs) < NEVER
    # The mean of 40,000 squares is within 10 % of the variance: the standard error is 1.2 % (kurtosis 6).
    assert abs(spread(ours) / spread(theirs) - 1) < 0.1
    # Nobody moves one count by more than one: the same epsilon, and the same rho of it.
    assert laplace.map(d_in=1) == pytest.approx(account["epsilon"], rel=1e-9) == 0.5
    concentrated = dp.c.make_pureDP_to_zCDP(laplace)
    assert concentrated.map(d_in=1) == pytest.approx(account["rho"], abs=1e-6)
    # A test that cannot fail shows nothing.
    assert distance(dp.m.make_laplace(*space, scale=2.2)([0] * len(ours)), theirs) > NEVER


def test_gaussian_noise_is_that_of_opendp(dp: Any, desk: Session, tmp_path: Path) -> None:
    ours, account = drawn(desk, spec(tmp_path, 'mechanism = "gaussian"\nrho = 0.125'), tmp_path)
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float)
    gaussian = dp.m.make_gaussian(*space, scale=2.0)
    theirs = gaussian([0] * len(ours))
    assert distance(ours, theirs) < NEVER
    # The standard error of the mean square is 0.7 % (kurtosis 3).
    assert abs(spread(ours) / spread(theirs) - 1) < 0.1
    assert gaussian.map(d_in=1.0) == pytest.approx(account["rho"], rel=1e-9) == 0.125
    assert distance(dp.m.make_gaussian(*space, scale=2.2)([0] * len(ours)), theirs) > NEVER
    # What we say in epsilon and delta is no less than what follows: OpenDP's conversion is tighter than the plain one.
    tight = dp.c.make_zCDP_to_approxDP(gaussian).map(d_in=1.0).epsilon(delta=1e-9)
    assert tight <= account["epsilon_at_delta"] <= 1.25 * tight


def test_a_budget_is_spent_as_opendp_composes(dp: Any, desk: Session, tmp_path: Path) -> None:
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float)
    answers = [("0.125", 2.0), ("0.5", 1.0), ("0.02", 5.0)]
    before = releases.budget_left(desk, "Yearly", RESEARCH)
    for place, (rho, _) in enumerate(answers):
        asked = spec(tmp_path, f'mechanism = "gaussian"\nrho = {rho}')
        plan = releases.plan_noisy_tables(desk, asked, "Yearly", RESEARCH)
        left = releases.budget_left(desk, "Yearly", RESEARCH)
        assert plan.left == left and plan.after == pytest.approx(left - plan.cost, abs=1e-9)
        releases.build_noisy_tables(desk, asked, "Yearly", tmp_path / str(place), RESEARCH)
        assert releases.budget_left(desk, "Yearly", RESEARCH) == plan.after
    spent = before - releases.budget_left(desk, "Yearly", RESEARCH)
    composed = dp.c.make_composition([dp.m.make_gaussian(*space, scale=scale) for _, scale in answers])
    assert composed.map(d_in=1.0) == pytest.approx(spent, abs=3e-6)
    assert math.isclose(spent, 0.645, abs_tol=1e-6)
