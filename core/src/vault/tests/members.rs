//! Many members: who can open what, by key.

use super::*;
use crate::access::policy::{RoleName, Sensitivity};
use crate::access::{AccessError, Compartments, RosterChange};

/// A station with an officer in each of these roles.
pub(super) struct Team {
    pub(super) world: World,
    pub(super) chief: Session,
}

pub(super) fn role(name: &str) -> RoleName {
    RoleName::parse(name).unwrap()
}

pub(super) fn supervise() -> Access {
    Access::for_purpose("supervision")
}

impl Team {
    pub(super) fn new() -> Self {
        let world = World::new();
        let chief = world.session();
        Self { world, chief }
    }

    pub(super) fn enrol(&self, name: &str) -> Identity {
        let identity = Identity::generate();
        let unit = self.chief.unit().scope();
        self.chief.enrol(&identity.public(), &role(name), unit, &[&self.world.founder], &access()).unwrap();
        identity
    }

    pub(super) fn suspend(&self, member: &Identity) {
        self.chief.suspend(member.member(), &[&self.world.founder], &access()).unwrap();
    }

    /// As another process.
    pub(super) fn sign_in(&self, identity: &Identity) -> Session {
        let vault = Vault::open(&self.world.path(), Host::with_shared(self.world.keys.clone())).unwrap();
        vault.sign_in(identity).unwrap()
    }
}

pub(super) fn code<T>(result: Result<T, Error>) -> Error {
    result.err().expect("refused")
}

#[test]
fn an_interviewer_reads_their_own_cases_and_no_others() {
    let team = Team::new();
    let (one, other) = (team.enrol("interviewer"), team.enrol("interviewer"));
    let (one, other) = (team.sign_in(&one), team.sign_in(&other));
    let (case, mine) = case_with_child(&one, "Sokha");
    assert_eq!(one.read::<Child>(mine, &access()).unwrap().record, child("Sokha"));
    let denied = code(other.read::<Child>(mine, &access()));
    assert!(matches!(denied, Error::Access(AccessError::NoKey { .. })), "{denied:?}");
    // The founder holds the unit's circles.
    assert_eq!(team.chief.read::<Child>(mine, &access()).unwrap().record, child("Sokha"));
    // And may assign the case.
    team.chief.assign(case, other.member(), &access()).unwrap();
    assert_eq!(other.read::<Child>(mine, &access()).unwrap().record, child("Sokha"));
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn whoever_is_suspended_is_out_at_once_and_new_writes_are_not_for_them() {
    let team = Team::new();
    let (one, other) = (team.enrol("interviewer"), team.enrol("interviewer"));
    let (leaving, staying) = (team.sign_in(&one), team.sign_in(&other));
    let (case, id) = case_with_child(&leaving, "Sokha");
    team.chief.assign(case, staying.member(), &access()).unwrap();
    staying.read::<Child>(id, &access()).unwrap();
    team.suspend(&one);
    let refused = code(leaving.read::<Child>(id, &access()));
    assert_eq!(refused, Error::Access(AccessError::Suspended));
    assert!(leaving.is_locked());
    let refused = Vault::open(&team.world.path(), Host::with_shared(team.world.keys.clone())).unwrap().sign_in(&one);
    assert_eq!(code(refused), Error::Access(AccessError::Suspended));
    // The others go on, with new keys.
    staying.amend(id, &child("Sophea"), &access()).unwrap();
    assert_eq!(team.chief.read::<Child>(id, &access()).unwrap().record, child("Sophea"));
    team.chief.check(|_, _| ()).unwrap();
    team.sign_in(&other).check(|_, _| ()).unwrap();
}

#[test]
fn a_suspended_member_who_tries_again_leaves_an_entry() {
    let team = Team::new();
    let member = team.enrol("interviewer");
    team.suspend(&member);
    let (before, attempts) = (team.chief.log_size().unwrap(), 2);
    team.chief.lock();
    for _ in 0..attempts {
        let vault = Vault::open(&team.world.path(), Host::with_shared(team.world.keys.clone())).unwrap();
        assert_eq!(code(vault.sign_in(&member)), Error::Access(AccessError::Suspended));
    }
    let session = team.world.session();
    let entries = session.log_entries(before + 1, before + 1 + attempts, &Access::for_purpose("audit")).unwrap();
    assert!(entries.iter().all(|logged| logged.entry.event == Event::Login && logged.entry.actor.is_none()));
    session.check(|_, _| ()).unwrap();
}

#[test]
fn an_act_in_a_session_whose_member_was_suspended_leaves_an_entry() {
    let team = Team::new();
    let officer = team.enrol("interviewer");
    let session = team.sign_in(&officer);
    let (_, id) = case_with_child(&session, "Sokha");
    team.suspend(&officer);
    let before = team.chief.log_size().unwrap();
    team.chief.lock();
    for expected in [AccessError::Suspended.into(), Error::Locked] {
        assert_eq!(code(session.read::<Child>(id, &access())), expected);
    }
    let chief = team.world.session();
    let entries = chief.log_entries(before + 1, before + 3, &Access::for_purpose("audit")).unwrap();
    let [attempt, login] = &entries[..] else { panic!("{}", entries.len()) };
    assert_eq!((attempt.entry.event, attempt.entry.outcome), (Event::Login, Outcome::MinorFailure));
    assert!(attempt.entry.actor.is_none() && login.entry.actor.is_some());
    let said = attempt.entry.detail.as_ref().unwrap().get(DetailKey::ERROR_CODE);
    assert_eq!(said, Some(&u64::from(AccessError::Suspended.code()).into()));
    chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_an_author_lacks_is_carried_over() {
    let team = Team::new();
    let (interviewer, supervisor) = (team.enrol("interviewer"), team.enrol("unit-supervisor"));
    let (interviewer, supervisor) = (team.sign_in(&interviewer), team.sign_in(&supervisor));
    let (_, id) = case_with_child(&interviewer, "Sokha");
    let full = Child { trusted_people: Some(Narrative::new("An aunt").unwrap()), ..child("Sokha") };
    interviewer.amend(id, &full, &access()).unwrap();
    let seen = supervisor.read::<Child>(id, &supervise()).unwrap();
    assert_eq!(seen.record.sex, full.sex);
    let withheld = seen.withheld.clone();
    let mut changed = seen.record;
    changed.sex = Some(Coded::new("male").unwrap());
    supervisor.amend(id, &changed, &supervise()).unwrap();
    let after = interviewer.read::<Child>(id, &access()).unwrap();
    assert_eq!(after.record, Child { sex: Some(Coded::new("male").unwrap()), ..full }, "{withheld:?}");
    assert_eq!((after.revision, after.author), (3, supervisor.member()));
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_share_ends_and_a_sealed_case_is_for_those_who_are_assigned() {
    let team = Team::new();
    let (interviewer, supervisor) = (team.enrol("interviewer"), team.enrol("unit-supervisor"));
    let (interviewer, supervisor) = (team.sign_in(&interviewer), team.sign_in(&supervisor));
    let (case, id) = case_with_child(&interviewer, "Sokha");
    assert!(supervisor.read::<Child>(id, &supervise()).is_ok());
    team.chief.set_sensitivity(case, Sensitivity::Sealed, &access()).unwrap();
    assert!(supervisor.read::<Child>(id, &supervise()).is_err());
    interviewer.amend(id, &child("Sophea"), &access()).unwrap();
    assert!(supervisor.read::<Child>(id, &supervise()).is_err());
    let shared = Compartments::of([Compartment::Identity]);
    interviewer.share(case, supervisor.member(), shared, Some(u64::MAX - 1), &access()).unwrap();
    let seen = supervisor.read::<Child>(id, &supervise()).unwrap();
    assert_eq!(seen.record.family_name_latin, child("Sophea").family_name_latin);
    assert_eq!(seen.record.sex, None);
    interviewer.share(case, supervisor.member(), shared, Some(1), &access()).unwrap();
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_purpose_that_the_role_does_not_have_is_denied_and_logged() {
    let team = Team::new();
    let monitor = team.enrol("room-monitor");
    let monitor = team.sign_in(&monitor);
    let (_, id) = case_with_child(&team.chief, "Sokha");
    let refused = code(monitor.read::<Child>(id, &access()));
    assert_eq!(refused, Error::Access(AccessError::PurposeNotAllowed));
    let entries = team.chief.log_entries(0, u64::MAX, &access()).unwrap();
    assert!(entries.iter().any(|entry| {
        entry
            .entry
            .actor
            .as_ref()
            .is_some_and(|actor| actor.member == monitor.member() && entry.entry.event == crate::log::Event::Denied)
    }));
}

#[test]
fn the_founder_gives_everything_up() {
    let team = Team::new();
    let supervisor = team.enrol("unit-supervisor");
    let auditor = team.enrol("auditor");
    let (_, id) = case_with_child(&team.chief, "Sokha");
    let unit = team.chief.unit().scope();
    let change = RosterChange::Role { member: team.world.founder.member(), role: role("custodian"), unit };
    let enacted = team.chief.change_roster(change, &[&team.world.founder], &access()).unwrap();
    assert!(enacted.circles_renewed > 5);
    assert!(team.chief.read::<Child>(id, &Access::for_purpose("HSYSADMIN")).is_err());
    assert!(team.sign_in(&supervisor).read::<Child>(id, &supervise()).is_ok());
    let auditor = team.sign_in(&auditor);
    assert!(!auditor.log_entries(0, 10, &Access::for_purpose("audit")).unwrap().is_empty());
    auditor.check(|_, _| ()).unwrap();
}

#[test]
fn another_unit_in_the_same_vault_sees_nothing_of_this_one() {
    let team = Team::new();
    let unit = Unit { name: Some(Text::new("Another unit").unwrap()), ..Unit::default() };
    let other = team.chief.add_unit(&unit, &[&team.world.founder], &access()).unwrap();
    let officer = Identity::generate();
    let signers = [&team.world.founder];
    team.chief.enrol(&officer.public(), &role("unit-supervisor"), other.scope(), &signers, &access()).unwrap();
    let (_, id) = case_with_child(&team.chief, "Sokha");
    let there = team.sign_in(&officer);
    assert_eq!(there.unit(), other);
    assert!(matches!(code(there.read::<Child>(id, &supervise())), Error::Access(AccessError::NoKey { .. })));
    assert_eq!(there.cases(&supervise()).unwrap(), []);
    // A unit's first circles were drawn by the custodian, who passed them on and keeps nothing.
    assert!(team.chief.read::<Unit>(other, &access()).is_err());
    there.check(|_, _| ()).unwrap();
}

#[test]
fn cases_are_listed_for_those_who_work_on_them() {
    let team = Team::new();
    let (one, other) = (team.enrol("interviewer"), team.enrol("social-worker"));
    let (one, other) = (team.sign_in(&one), team.sign_in(&other));
    let (case, id) = case_with_child(&one, "Sokha");
    let (_, _) = case_with_child(&team.chief, "Dara");
    assert_eq!(one.cases(&access()).unwrap(), [case]);
    assert_eq!(team.chief.cases(&access()).unwrap().len(), 2);
    let purpose = Access::for_purpose("safety-plan");
    assert_eq!(other.cases(&purpose).unwrap(), []);
    team.chief.assign(case, other.member(), &access()).unwrap();
    assert_eq!(other.cases(&purpose).unwrap(), [case]);
    // A social worker does not hold the search circle: what they write waits to be indexed.
    let renamed = Child { given_name_latin: Some(Text::new("Maly").unwrap()), ..child("Sophea") };
    other.amend(id, &renamed, &purpose).unwrap();
    let query =
        crate::model::search::SearchQuery::among(RecordKind::CHILD).by(crate::model::SearchKind::Name, "Sophea Maly");
    let found = team.chief.search(&query, &access()).unwrap();
    assert!(format!("{found:?}").contains("Record("), "{found:?}");
    team.chief.unassign(case, other.member(), &access()).unwrap();
    assert!(other.read::<Child>(id, &purpose).is_err());
    one.amend(id, &child("Sovann"), &access()).unwrap();
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_narrative_reaches_a_supervisor_when_a_second_person_has_agreed() {
    let team = Team::new();
    let (interviewer, supervisor) = (team.enrol("interviewer"), team.enrol("unit-supervisor"));
    let (interviewer, supervisor) = (team.sign_in(&interviewer), team.sign_in(&supervisor));
    let (case, id) = case_with_child(&interviewer, "Sokha");
    let interview = Interview {
        purpose: Some(Coded::new("initial").unwrap()),
        summary: Some(Narrative::new("What was said").unwrap()),
        ..Interview::default()
    };
    let interview = interviewer.create(Some(id), &interview, &access()).unwrap().record;
    let read = || supervisor.read::<Interview>(interview, &supervise()).map(|opened| opened.record.summary);
    assert!(!matches!(read(), Ok(Some(_))));
    let narrative = Compartments::of([Compartment::Narrative]);
    interviewer.share(case, supervisor.member(), narrative, None, &access()).unwrap();
    assert!(!matches!(read(), Ok(Some(_))), "nobody has agreed yet");
    let grants = interviewer.case_members(case, &access()).unwrap();
    let waiting = grants.iter().find(|grant| !grant.approved).unwrap();
    // Neither who shares nor who receives agrees to it.
    assert!(interviewer.approve_share(case, waiting.entry, &access()).is_err());
    assert!(supervisor.approve_share(case, waiting.entry, &supervise()).is_err());
    team.chief.approve_share(case, waiting.entry, &access()).unwrap();
    interviewer.read::<Child>(id, &access()).unwrap();
    assert!(matches!(read(), Ok(Some(_))), "{:?}", read());
    team.chief.check(|_, _| ()).unwrap();
}
