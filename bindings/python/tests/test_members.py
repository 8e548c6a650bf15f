"""A small team: who is enrolled, who reads what of a case, who has left. All persons are invented."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Change, Compartment, Identity, Proposal, PublicIdentity, Sensitivity, Session, Standing, Vault
from saferoom.records import Case, Child, Unit

INTERVIEW = Access("forensic-interview")
SUPERVISE = Access("supervision")
TOLD = "A neighbour reported it"


@dataclasses.dataclass
class Team:
    """The founder, and whoever they have enrolled."""

    vault: Vault
    founder: Identity
    chief: Session
    sessions: ExitStack

    def enrol(self, role: str, unit: str | None = None) -> Identity:
        identity = Identity.generate()
        self.chief.enrol(identity.public(), role, INTERVIEW, self.founder, unit=unit)
        return identity

    def sign_in(self, identity: Identity) -> Session:
        return self.sessions.enter_context(self.vault.sign_in(identity))


@pytest.fixture
def team(vault: Vault, identity: Identity) -> Iterator[Team]:
    with ExitStack() as sessions:
        yield Team(vault, identity, sessions.enter_context(vault.sign_in(identity)), sessions)


def case_of(session: Session) -> tuple[str, str]:
    """A case with a child, opened by this member, to whom it is assigned by that."""
    case = session.create(Case(register_number="2026/17", summary=TOLD), INTERVIEW, parent=session.unit).record
    child = Child(given_name_latin="Example", sex="female", role="victim")
    return case, session.create(child, INTERVIEW, parent=case).record


def test_a_team_is_enrolled_from_files(team: Team, tmp_path: Path) -> None:
    newcomer = Identity.create_file(tmp_path / "dara.identity", b"several quiet words")
    public = PublicIdentity.from_enrolment_file(newcomer.enrolment_file())
    assert public.fingerprint == newcomer.fingerprint and len(public.fingerprint) == 39
    assert public.member_id == newcomer.member_id
    done = team.chief.enrol(public, "interviewer", INTERVIEW, team.founder)
    assert done.wraps > 0
    founder, member = sorted(team.chief.members(), key=lambda member: not member.custodian)
    assert (founder.id, founder.role, founder.custodian) == (team.founder.member_id, "founder", True)
    assert (member.id, member.role, member.unit) == (newcomer.member_id, "interviewer", team.chief.unit)
    assert member.standing is Standing.ACTIVE and member.is_active and not member.custodian
    assert [device.fingerprint for device in member.devices] == [newcomer.fingerprint]
    damaged = newcomer.enrolment_file()[:-1] + b"\0\0"
    with pytest.raises(saferoom.KeyringError) as refused:
        PublicIdentity.from_enrolment_file(damaged)
    assert refused.value.advice
    assert team.chief.access_policy().roles["interviewer"].reach["narrative"] == "case"


def test_supervisor_and_interviewer_read_what_their_roles_reach(team: Team) -> None:
    interviewer, supervisor = team.sign_in(team.enrol("interviewer")), team.sign_in(team.enrol("unit-supervisor"))
    colleague = team.sign_in(team.enrol("interviewer"))
    case, child = case_of(interviewer)
    assert interviewer.read(Case, case, INTERVIEW).record.summary == TOLD
    assert supervisor.read(Child, child, SUPERVISE).record.given_name_latin == "Example"
    seen = supervisor.read(Case, case, SUPERVISE)
    assert (seen.record.register_number, seen.record.summary) == ("2026/17", None)
    assert Compartment.NARRATIVE in seen.withheld
    before = team.chief.log_size()
    with pytest.raises(saferoom.AccessDenied) as denied:
        colleague.read(Child, child, INTERVIEW)
    assert (denied.value.code, type(denied.value)) == (611, saferoom.AccessDenied)
    assert "assign or share" in denied.value.advice
    assert team.chief.log_size() == before + 1
    # A purpose that is not one of the role's.
    with pytest.raises(saferoom.AccessDenied) as denied:
        supervisor.read(Child, child, Access("training"))
    assert denied.value.code == 624 and denied.value.advice
    supervisor.assign(case, colleague.member_id, SUPERVISE)
    interviewer.read(Case, case, INTERVIEW)  # passes on what the supervisor does not hold
    assert colleague.read(Case, case, INTERVIEW).record.summary == TOLD
    supervisor.unassign(case, colleague.member_id, SUPERVISE)
    with pytest.raises(saferoom.AccessDenied):
        colleague.read(Child, child, INTERVIEW)
    team.chief.check()


def test_a_share_is_of_some_compartments_and_of_a_sealed_case(team: Team) -> None:
    interviewer, supervisor = team.sign_in(team.enrol("interviewer")), team.sign_in(team.enrol("unit-supervisor"))
    case, child = case_of(interviewer)
    team.chief.set_sensitivity(case, Sensitivity.SEALED, INTERVIEW)
    with pytest.raises(saferoom.AccessDenied):
        supervisor.read(Child, child, SUPERVISE)
    until = datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
    interviewer.share(case, supervisor.member_id, [Compartment.IDENTITY], INTERVIEW, until=until)
    seen = supervisor.read(Child, child, SUPERVISE).record
    assert (seen.given_name_latin, seen.sex) == ("Example", None)
    assigned, shared = interviewer.case_members(case, INTERVIEW)
    assert (assigned.member, assigned.shared, assigned.until) == (interviewer.member_id, False, None)
    assert Compartment.NARRATIVE in assigned.compartments
    assert (shared.member, shared.until) == (supervisor.member_id, until)
    assert shared.compartments == {Compartment.IDENTITY} and shared.approved and shared.by == interviewer.member_id
    with pytest.raises(ValueError):
        interviewer.share(case, supervisor.member_id, ["no-such"], INTERVIEW)  # type: ignore[list-item]
    with pytest.raises(ValueError):
        interviewer.share(case, supervisor.member_id, [], INTERVIEW, until=datetime.datetime(2100, 1, 1))


def test_a_share_beyond_a_role_waits_for_a_second_person(team: Team) -> None:
    interviewer, supervisor = team.sign_in(team.enrol("interviewer")), team.sign_in(team.enrol("unit-supervisor"))
    case, _ = case_of(interviewer)
    interviewer.share(case, supervisor.member_id, [Compartment.NARRATIVE], INTERVIEW)
    (waiting,) = (grant for grant in interviewer.case_members(case, INTERVIEW) if grant.shared)
    assert not waiting.approved
    assert supervisor.read(Case, case, SUPERVISE).record.summary is None
    with pytest.raises(saferoom.SaferoomError) as refused:
        supervisor.approve_share(case, waiting.entry, SUPERVISE)
    assert refused.value.advice
    other = team.sign_in(team.enrol("unit-supervisor"))
    other.approve_share(case, waiting.entry, SUPERVISE)
    interviewer.read(Case, case, INTERVIEW)  # passes the key on
    assert supervisor.read(Case, case, SUPERVISE).record.summary == TOLD


def test_whoever_is_suspended_is_out_at_once(team: Team) -> None:
    identity = team.enrol("interviewer")
    session = team.sign_in(identity)
    _, child = case_of(session)
    assert team.chief.suspend(identity.member_id, INTERVIEW, team.founder).circles_renewed > 0
    with pytest.raises(saferoom.Suspended) as refused:
        session.read(Child, child, INTERVIEW)
    assert refused.value.code == 630 and refused.value.advice
    assert session.is_locked
    with pytest.raises(saferoom.Suspended):
        team.vault.sign_in(identity)
    standing = {member.id: member.standing for member in team.chief.members()}
    assert standing[identity.member_id] is Standing.SUSPENDED
    with pytest.raises(saferoom.RosterError) as refused_change:
        team.chief.suspend(identity.member_id, INTERVIEW, team.founder)
    assert refused_change.value.code == 619 and refused_change.value.advice
    team.chief.resume(identity.member_id, INTERVIEW, team.founder)
    team.sign_in(identity)
    team.chief.retire(identity.member_id, INTERVIEW, team.founder)
    with pytest.raises(saferoom.RosterError):
        team.chief.resume(identity.member_id, INTERVIEW, team.founder)
    team.chief.check()


def test_two_custodians_sign_a_proposal(team: Team) -> None:
    second = team.enrol("custodian")
    newcomer = Identity.generate()
    change = Change.enrol(newcomer.public(), "social-worker", team.chief.unit)
    proposal = team.chief.propose(change).signed_by(team.founder)
    assert team.chief.signatures_needed(proposal) == 2
    with pytest.raises(saferoom.RosterError) as missing:
        team.chief.enact(proposal, INTERVIEW, team.founder)
    assert missing.value.code == 616 and "1 of 2" in missing.value.text
    # The file goes to the other custodian, who reads what it says before signing.
    passed_on = Proposal.from_bytes(proposal.to_bytes())
    said = passed_on.change
    assert (said.kind, said.member, said.role) == ("enrol", newcomer.member_id, "social-worker")
    assert (said.fingerprint, said.key, said.policy_version) == (newcomer.fingerprint, None, None)
    signed = passed_on.signed_by(second)
    assert set(signed.signers) == {team.founder.member_id, second.member_id}
    team.chief.enact(signed, INTERVIEW, team.founder)
    assert newcomer.member_id in {member.id for member in team.chief.members()}
    with pytest.raises(saferoom.RosterError) as outdated:
        team.chief.enact(signed, INTERVIEW, team.founder)
    assert outdated.value.code == 617
    with pytest.raises(saferoom.SaferoomError):
        Proposal.from_bytes(b"no proposal")


def test_a_second_device_is_revoked_alone(team: Team) -> None:
    first = team.enrol("interviewer")
    second = Identity.generate_for(first.member_id)
    assert (second.member_id, second.fingerprint) != (first.member_id, first.fingerprint)
    team.chief.add_device(second.public(), INTERVIEW, team.founder)
    _, child = case_of(team.sign_in(first))
    phone = team.sign_in(second)
    (listed,) = (member for member in team.chief.members() if member.id == first.member_id)
    (key,) = (device.key for device in listed.devices if device.fingerprint == second.fingerprint)
    team.chief.revoke_device(first.member_id, key, INTERVIEW, team.founder)
    with pytest.raises(saferoom.Suspended):
        phone.cases(INTERVIEW)
    assert team.sign_in(first).read(Child, child, INTERVIEW).record.sex == "female"
    with pytest.raises(saferoom.RosterError):
        team.chief.revoke_device(first.member_id, "no key", INTERVIEW, team.founder)


def test_another_unit_sees_nothing_of_this_one(team: Team) -> None:
    unit = team.chief.add_unit(Unit(name="Another unit"), INTERVIEW, team.founder)
    officer = team.sign_in(team.enrol("unit-supervisor", unit))
    case, child = case_of(team.sign_in(team.enrol("interviewer")))
    assert officer.unit == unit and officer.cases(SUPERVISE) == []
    with pytest.raises(saferoom.AccessDenied):
        officer.read(Child, child, SUPERVISE)
    # Who may not change members is refused, and it stays as it was.
    with pytest.raises(saferoom.SaferoomError) as refused:
        officer.suspend(team.founder.member_id, SUPERVISE, team.founder)
    assert refused.value.advice
    team.chief.change_role(officer.member_id, "room-monitor", INTERVIEW, team.founder)
    (listed,) = (member for member in team.chief.members() if member.id == officer.member_id)
    assert (listed.role, listed.unit) == ("room-monitor", unit)
    with pytest.raises(saferoom.RosterError) as nobody:
        team.chief.assign(case, "0" * 32, INTERVIEW)
    assert nobody.value.code == 612


def test_nothing_shows_a_key(team: Team) -> None:
    identity = team.enrol("interviewer")
    proposal = team.chief.propose(Change.suspend(identity.member_id))
    assert repr(proposal) == "Proposal(suspend, signatures=0)"
    assert repr(Change.suspend(identity.member_id)) == "Change(suspend)"
    assert repr(identity.public()) == f"PublicIdentity({identity.fingerprint})"
