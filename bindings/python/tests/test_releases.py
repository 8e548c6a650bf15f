"""The extract desk: from a vault to an analyst's data frame, from stations to the desk, and back to one case. All invented."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from saferoom import (
    Access,
    AccessDenied,
    Change,
    Identity,
    PartialDate,
    ReleaseError,
    RosterError,
    SaferoomError,
    Session,
    Vault,
    handover,
    packet,
    read_extract,
    recovery,
    releases,
)
from saferoom.records import Case, Child

RESEARCH = Access("HRESCH")
MANAGE = Access("record-management")

SPEC = """
name = "Ages"
audience = "inside"
suppression = 0.1
[[column]]
name = "pseudonym"
role = "insensitive"
[[column]]
name = "age"
field = "child.date_of_birth"
role = "quasi-identifying"
hierarchy = { kind = "age" }
[[column]]
name = "child.sex"
role = "quasi-identifying"
hierarchy = { kind = "suppress" }
[[model]]
kind = "k-anonymity"
k = 5
"""

COUNTS = """
name = "Girls and boys"
audience = "inside"
[[dimension]]
column = "child.sex"
values = ["female", "male"]
"""


def caseload(session: Session, count: int) -> list[str]:
    access = Access("forensic-interview")
    reported = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone.utc)
    cases = session.create_many([(session.unit, Case(reported_at=reported)) for _ in range(count)], access)

    def child(number: int) -> Child:
        born = PartialDate(2008 + number % 8, 5, 17)
        sex = "male" if number % 3 == 0 else "female"
        return Child(family_name_latin="Kunvathana", date_of_birth=born, role="victim", sex=sex)

    session.create_many([(case.record, child(number)) for number, case in enumerate(cases)], access)
    return [case.record for case in cases]


@pytest.fixture
def desk(vault: Vault, session: Session, identity: Identity) -> Iterator[tuple[Identity, Session]]:
    """Somebody at the extract desk: holds the key of the statistics and no other."""
    officer = Identity.generate()
    session.enrol(officer.public(), "extract-desk", MANAGE, identity)
    with vault.sign_in(officer) as signed_in:
        yield officer, signed_in


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "spec.toml").write_text(SPEC, "utf-8")
    return tmp_path / "spec.toml"


def test_from_a_vault_to_a_frame(session: Session, desk: tuple[Identity, Session], spec: Path, tmp_path: Path) -> None:
    caseload(session, 40)
    officer, at_desk = desk
    heard: list[tuple[int, int]] = []
    plan = releases.plan_extract(at_desk, spec, RESEARCH, lambda *done: heard.append(done))
    assert (plan.cases, plan.pending, plan.closed) == (40, 0, 0) and plan.singles_out is None
    assert plan.report["after"]["k"] >= 5 and plan.trade_off and len(plan.release) == 64
    assert all(0 <= done <= total for done, total in heard)
    assert releases.past(at_desk, RESEARCH) == []

    built = releases.build_extract(at_desk, spec, tmp_path / "extract", officer, RESEARCH)
    assert built.way_back is None
    extract = read_extract(built.folder, built.public_key)
    frame = extract.to_pandas()
    assert set(frame.columns) == {"age", "child.sex", "pseudonym"} and extract.manifest == built.manifest
    assert len(frame) == built.manifest["rows"]["released"] > 30
    assert frame["pseudonym"].notna().all() and frame["pseudonym"].is_unique
    assert frame.groupby(["age", "child.sex"], observed=True, dropna=False).size().min() >= 5
    pages = sorted(page.name for page in built.folder.glob("risk-report.*.html"))
    assert pages == ["risk-report.en.html", "risk-report.km.html"], "as the command line writes them"
    assert b"Kunvathana" not in (built.folder / "data.parquet").read_bytes()
    [past] = releases.past(at_desk, RESEARCH)
    assert (past.name, past.series, past.rows, past.withdrawn) == ("Ages", "extracts", len(frame), False)
    assert past.made_at.tzinfo is datetime.timezone.utc and past.manifest is not None

    with pytest.raises(ReleaseError) as exists:
        releases.build_extract(at_desk, spec, tmp_path / "extract", officer, RESEARCH)
    assert exists.value.code == 1800
    with pytest.raises(ReleaseError) as not_recorded:
        releases.finish_extract(at_desk, copy_of(built.folder, officer, tmp_path), tmp_path / "new", officer, RESEARCH)
    assert not_recorded.value.code == 1922


def copy_of(folder: Path, officer: Identity, tmp_path: Path) -> Path:
    """The same rows as an extract of no vault."""
    from saferoom import extract

    frame = read_extract(folder, extract.signing_key(officer)).to_pandas().drop(columns="pseudonym")
    frame.rename(columns={"child.sex": "sex"}).to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "copy.toml").write_text(
        'name = "copy"\naudience = "inside"\nsuppression = 0.5\n'
        '[[column]]\nname = "age"\nrole = "quasi-identifying"\nhierarchy = { kind = "suppress" }\n'
        '[[column]]\nname = "sex"\nrole = "quasi-identifying"\nhierarchy = { kind = "suppress" }\n'
        '[[model]]\nkind = "k-anonymity"\nk = 5\n',
        "utf-8",
    )
    extract.anonymise(tmp_path / "rows.csv", tmp_path / "copy.toml", tmp_path / "copy")
    return tmp_path / "copy"


def test_what_a_host_says_to_stop_stops(
    session: Session, desk: tuple[Identity, Session], spec: Path, tmp_path: Path
) -> None:
    caseload(session, 40)
    officer, at_desk = desk

    class Enough(Exception):
        pass

    def raises(*_: int) -> None:
        raise Enough

    for progress, expected in ((lambda *_: False, ReleaseError), (raises, Enough)):
        heard = []

        def told(*done: int, progress: object = progress) -> object:
            heard.append(done)
            return progress(*done)  # type: ignore[operator]

        try:
            releases.build_extract(at_desk, spec, tmp_path / "extract", officer, RESEARCH, told)
        except (ReleaseError, Enough) as error:
            assert isinstance(error, expected) and heard
        else:
            # So small a search may be over before it tells anything.
            assert not heard
            (tmp_path / "extract").rename(tmp_path / f"extract-{expected.__name__}")
        assert not (tmp_path / "extract").exists()


def test_who_may_not(session: Session, vault: Vault, identity: Identity, spec: Path, tmp_path: Path) -> None:
    caseload(session, 10)
    interviewer = Identity.generate()
    session.enrol(interviewer.public(), "interviewer", MANAGE, identity)
    with vault.sign_in(interviewer) as other:
        with pytest.raises(AccessDenied):
            releases.plan_extract(other, spec, RESEARCH)
        with pytest.raises(SaferoomError):
            releases.build_extract(other, spec, tmp_path / "extract", interviewer, RESEARCH)
    (tmp_path / "names.toml").write_text(SPEC.replace("child.sex", "child.family_name"), "utf-8")
    with pytest.raises(ReleaseError):
        releases.plan_extract(session, tmp_path / "names.toml", RESEARCH)
    assert not (tmp_path / "extract").exists()


def test_tables_and_what_custodians_sign(
    session: Session, desk: tuple[Identity, Session], identity: Identity, tmp_path: Path
) -> None:
    caseload(session, 40)
    _, at_desk = desk
    spec = tmp_path / "tables.toml"
    spec.write_text(COUNTS, "utf-8")
    plan = releases.plan_tables(at_desk, spec, RESEARCH)
    assert [cell.count for cell in plan.table.cells] == [26, 14, 40] and plan.singles_out is None
    assert releases.build_tables(at_desk, spec, tmp_path / "counts", RESEARCH) == plan.table
    assert (tmp_path / "counts" / "table.csv").is_file()
    # One child more would show, unless custodians sign.
    caseload(session, 1)
    refused = releases.plan_tables(at_desk, spec, RESEARCH)
    assert refused.singles_out is not None and refused.singles_out.smallest == 1
    with pytest.raises(ReleaseError) as singled:
        releases.build_tables(at_desk, spec, tmp_path / "second", RESEARCH)
    assert singled.value.code == 1912 and not (tmp_path / "second").exists()
    change = Change.release_exception(refused.release, of="tables")
    said = session.propose(change).change
    assert said.kind == "release-exception" and said.release is not None and refused.release in said.release
    session.change_members(change, MANAGE, identity)
    releases.build_tables(at_desk, spec, tmp_path / "second", RESEARCH)

    # With noise, from a budget.
    spec.write_text(COUNTS + '\n[private]\nmechanism = "laplace"\nepsilon = 1.0\n', "utf-8")
    session.change_members(Change.release_series("Yearly", "inside", budget="0.7"), MANAGE, identity)
    assert releases.series(at_desk) == [releases.Series("Yearly", "inside", 0.7, False)]
    assert releases.plan_noisy_tables(at_desk, spec, "Yearly", RESEARCH).cost == 0.5
    noisy = releases.build_noisy_tables(at_desk, spec, "Yearly", tmp_path / "noisy", RESEARCH)
    assert all(cell.count is not None for cell in noisy.cells)
    assert releases.budget_left(at_desk, "Yearly", RESEARCH) == pytest.approx(0.2)
    with pytest.raises(ReleaseError) as exhausted:
        releases.build_noisy_tables(at_desk, spec, "Yearly", tmp_path / "again", RESEARCH)
    assert exhausted.value.code == 1909

    floors = releases.policy(at_desk)
    assert (floors.inside_k, floors.outside_k) == (5, 11)
    with pytest.raises(SaferoomError):
        Change.release_policy("version = 2\ninside_k = 4\noutside_k = 11\nmost_quasi = 12\n")
        session.propose(Change.release_policy("version = 2\ninside_k = 4\noutside_k = 11\nmost_quasi = 12\n"))
    higher = Change.release_policy("version = 2\ninside_k = 30\noutside_k = 40\nmost_quasi = 12\n")
    with pytest.raises(RosterError):
        session.change_members(higher, MANAGE)
    session.change_members(higher, MANAGE, identity)
    assert releases.policy(at_desk).inside_k == 30
    first = releases.past(at_desk, RESEARCH)[0]
    session.change_members(Change.release_withdrawal(first.id), MANAGE, identity)
    assert [release.withdrawn for release in releases.past(at_desk, RESEARCH)] == [True, False, False]


def test_stations_hand_over_and_a_pseudonym_leads_back(
    session: Session, identity: Identity, spec: Path, tmp_path: Path
) -> None:
    cases = caseload(session, 40)
    # The desk has a vault of its own.
    officer = Identity.generate()
    there = Vault.create(tmp_path / "desk.saferoom", tmp_path / "desk-keys", officer, "test.example.org/desk", "Desk")
    here, far = packet.Correspondent.of_identity(identity), packet.Correspondent.of_identity(officer)
    known = packet.KnownSenders()
    known.pin(here.address())
    with there.sign_in(officer) as desk:
        over = releases.hand_over_statistics(session, "Kandal", here, far.address(), tmp_path / "one", RESEARCH)
        assert over.rows == 40
        taken = handover.take_in(desk, tmp_path / "one", far, known, RESEARCH)
        assert (taken.statistics, taken.packet) == (40, over.packet)
        again = releases.hand_over_statistics(session, "Kandal", here, far.address(), tmp_path / "two", RESEARCH)
        assert again.rows == 0, "only what is new"
        plan = releases.plan_extract(desk, spec, RESEARCH)
        assert plan.cases == 40 and [station.station for station in plan.stations] == ["Kandal"]
        built = releases.build_extract(desk, spec, tmp_path / "far", officer, RESEARCH)
        assert built.manifest["provenance"]["stations"][0]["station"] == "Kandal"
        assert len(read_extract(built.folder, built.public_key).to_pandas()) > 30

    # In the vault itself, a key for reversals leads back from a pseudonym, with enough shares and a reason.
    ceremony = releases.begin_reversal_key(session, session.unit)
    recovery.set_up(session, ceremony, Access("HSYSADMIN"), identity)
    assert [status.reversal for status in recovery.status(session) if status.ceremony == 1] == [True]
    later = caseload(session, 20)
    (tmp_path / "later.toml").write_text(SPEC.replace("suppression = 0.1", "suppression = 0.5"), "utf-8")
    built = releases.build_extract(session, tmp_path / "later.toml", tmp_path / "near", identity, RESEARCH)
    assert built.way_back is not None and built.way_back.is_file()
    shares = ceremony.shares[: ceremony.shares[0].needed]
    reason = Access("record-management", "The child is in danger")
    known_cases = set(session.cases(RESEARCH))
    names = list(read_extract(built.folder, built.public_key).to_pandas()["pseudonym"])
    assert len(set(names)) == len(names) > 30 and all(isinstance(name, str) for name in names)
    found = set()
    for name in names:
        try:
            found.add(releases.reverse_pseudonym(session, name, built.way_back, shares, reason))
        except SaferoomError as error:
            # Cases that were there before the key was have no way back.
            assert error.code == 1704
    assert found and found <= set(later) and known_cases == set(cases) | set(later)
    name = names[0]
    with pytest.raises(SaferoomError):
        releases.reverse_pseudonym(session, name, built.way_back, shares[:1], reason)
    with pytest.raises(SaferoomError):
        releases.reverse_pseudonym(session, name, built.way_back, shares, MANAGE)
