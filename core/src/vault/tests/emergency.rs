//! Break-glass and findings.

use super::hoard::Hoard;
use super::members::{Team, role, supervise};
use super::*;
use crate::access::policy::{AccessPolicy, Sensitivity};
use crate::access::{FindingKind, ReviewOutcome, RosterChange};
use crate::keys::{Clock, EmergencySecret, SystemClock};
use crate::log::DetailKey;

fn emergency() -> Access {
    Access::for_purpose("BTG").because("The child is in danger tonight")
}

/// A clock that can be put forward.
#[derive(Clone, Default)]
struct Hands(Arc<std::sync::atomic::AtomicU64>);

impl Clock for Hands {
    fn wall_milliseconds(&self) -> u64 {
        SystemClock::default().wall_milliseconds() + self.0.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn monotonic_milliseconds(&self) -> u64 {
        0
    }
}

/// A team with a case of one interviewer, and another one who has a second secret.
struct Duty {
    team: Team,
    officer: Identity,
    second: EmergencySecret,
    owner: Session,
    case: RecordId,
    id: RecordId,
}

fn full(name: &str) -> Child {
    Child { trusted_people: Some(Narrative::new("An aunt").unwrap()), ..child(name) }
}

impl Duty {
    fn new() -> Self {
        let team = Team::new();
        let owner = team.sign_in(&team.enrol("interviewer"));
        let officer = team.enrol("interviewer");
        let second = EmergencySecret::generate();
        let case = owner.create(Some(owner.unit()), &Case::default(), &access()).unwrap().record;
        let id = owner.create(Some(case), &full("Sokha"), &access()).unwrap().record;
        let duty = Self { team, officer, second, owner, case, id };
        duty.list(Some(duty.second.public()));
        duty
    }

    fn list(&self, second: Option<crate::seal::HybridPublicKey>) {
        let change = RosterChange::Emergency { member: self.officer.member(), second };
        self.team.chief.change_roster(change, &[&self.team.world.founder], &access()).unwrap();
    }
}

pub(super) fn refusal<T>(result: Result<T, Error>) -> AccessError {
    match result.err().expect("refused") {
        Error::Access(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_emergency_opens_one_case_and_leaves_an_open_finding() {
    let duty = Duty::new();
    let officer = duty.team.sign_in(&duty.officer);
    let other = duty.owner.create(Some(duty.owner.unit()), &Case::default(), &access()).unwrap().record;
    let interview = Interview { purpose: Some(Coded::new("initial").unwrap()), ..Interview::default() };
    let interview = duty.owner.create(Some(duty.case), &interview, &access()).unwrap().record;
    let statement = Statement {
        kind: Some(Coded::new("summary").unwrap()),
        body: Some(Narrative::new("What was said").unwrap()),
        ..Statement::default()
    };
    let statement = duty.owner.create(Some(interview), &statement, &access()).unwrap().record;
    let elsewhere = duty.owner.create(Some(other), &full("Bopha"), &access()).unwrap().record;
    assert!(matches!(refusal(officer.read::<Child>(duty.id, &access())), AccessError::NoKey { .. }));
    let size = officer.log_size().unwrap();
    let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
    assert!(officer.log_size().unwrap() > size);
    let seen = open.read::<Child>(duty.id).unwrap();
    assert_eq!(seen.record, full("Sokha"));
    let told = open.read::<Statement>(statement).unwrap();
    assert_eq!(
        (&told.record.body, &told.withheld[..]),
        (&None, &[Compartment::Narrative, Compartment::Evidence][..]),
        "only what is named"
    );
    assert_eq!(open.read_fields(duty.id).unwrap().id, duty.id);
    assert!(open.records().unwrap().iter().any(|record| record.id == duty.id));
    assert_eq!(refusal(open.read::<Child>(elsewhere)), AccessError::NotOpenInEmergency);
    // Only through the handle, and nothing of it stays in the session.
    assert!(matches!(refusal(officer.read::<Child>(duty.id, &emergency())), AccessError::NoKey { .. }));
    let finding = open.finding();
    open.end().unwrap();
    assert!(matches!(refusal(officer.read::<Child>(duty.id, &emergency())), AccessError::NoKey { .. }));

    let entries = duty.team.chief.log_entries(0, u64::MAX, &access()).unwrap();
    let of_officer = |event| {
        let mine = entries.iter().filter(|entry| entry.entry.event == event && entry.entry.outcome == Outcome::Success);
        mine.filter(|entry| entry.entry.actor.as_ref().is_some_and(|actor| actor.member == officer.member())).count()
    };
    assert_eq!((of_officer(Event::BreakGlassStart), of_officer(Event::BreakGlassStop)), (1, 1));
    assert_eq!(of_officer(Event::Read), 3);
    let start = entries.iter().find(|entry| entry.entry.event == Event::BreakGlassStart).unwrap();
    assert_eq!(start.entry.why.as_ref().unwrap().hl7, "BTG");
    assert!(start.entry.detail.as_ref().unwrap().get(DetailKey::FINDING).is_some());
    assert_eq!(start.reason.as_deref(), Some("The child is in danger tonight"));

    // A supervisor of the unit and an auditor can both see it; the officer cannot close it, a second person does.
    let (supervisor, auditor) = (duty.team.enrol("unit-supervisor"), duty.team.enrol("auditor"));
    let (supervisor, auditor) = (duty.team.sign_in(&supervisor), duty.team.sign_in(&auditor));
    let audit = Access::for_purpose("audit");
    for found in [supervisor.findings(true, &supervise()).unwrap(), auditor.findings(true, &audit).unwrap()] {
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!((one.id, one.opened.member, &one.review), (finding, officer.member(), &None));
        assert_eq!(one.opened.kind, FindingKind::Emergency { case: duty.case });
        assert_eq!(one.opened.due - one.opened.at, 72 * 3_600_000);
    }
    assert_eq!(refusal(officer.findings(true, &access())), AccessError::NotAllowed);
    let outcome = ReviewOutcome::Justified;
    assert_eq!(refusal(officer.review_finding(finding, outcome, "", &access())), AccessError::NotAllowed);
    supervisor.review_finding(finding, outcome, "The prosecutor was told", &supervise()).unwrap();
    assert_eq!(refusal(auditor.review_finding(finding, outcome, "", &audit)), AccessError::AlreadyReviewed);
    assert!(auditor.findings(true, &audit).unwrap().is_empty());
    let all = auditor.findings(false, &audit).unwrap();
    let review = all[0].review.as_ref().unwrap();
    assert_eq!((review.member, review.outcome), (supervisor.member(), outcome));
    assert_eq!(review.note, "The prosecutor was told");
    for session in [&duty.team.chief, &supervisor, &auditor, &officer] {
        session.check(|_, _| ()).unwrap();
    }
}

#[test]
fn what_is_no_emergency_is_denied_and_logged() {
    let duty = Duty::new();
    let officer = duty.team.sign_in(&duty.officer);
    let denied = |access: &Access, second: &EmergencySecret| refusal(officer.break_glass(duty.case, second, access));
    assert_eq!(denied(&access(), &duty.second), AccessError::NotAnEmergency);
    assert_eq!(denied(&Access::for_purpose("BTG"), &duty.second), AccessError::ReasonMissing);
    assert_eq!(denied(&emergency(), &EmergencySecret::generate()), AccessError::SecondSecret);
    let supervisor = duty.team.sign_in(&duty.team.enrol("unit-supervisor"));
    assert_eq!(refusal(supervisor.break_glass(duty.case, &duty.second, &emergency())), AccessError::SecondSecret);
    let social = duty.team.sign_in(&duty.team.enrol("social-worker"));
    assert_eq!(refusal(social.break_glass(duty.case, &duty.second, &emergency())), AccessError::PurposeNotAllowed);
    duty.team.chief.set_sensitivity(duty.case, Sensitivity::Sealed, &access()).unwrap();
    assert_eq!(denied(&emergency(), &duty.second), AccessError::NotOpenInEmergency);
    duty.team.chief.set_sensitivity(duty.case, Sensitivity::Standard, &access()).unwrap();
    duty.list(None);
    assert_eq!(denied(&emergency(), &duty.second), AccessError::SecondSecret);
    let entries = duty.team.chief.log_entries(0, u64::MAX, &access()).unwrap();
    let denials = entries.iter().filter(|entry| {
        entry.entry.event == Event::Denied && entry.entry.what.as_ref().is_some_and(|what| what.record == duty.case)
    });
    assert_eq!(denials.count(), 7);
    assert!(duty.team.chief.findings(false, &access()).unwrap().is_empty());
}

#[test]
fn an_emergency_ends_by_itself() {
    let duty = Duty::new();
    let text = AccessPolicy::standard_text().replacen("version = 1", "version = 2", 1);
    let policy = AccessPolicy::parse(&text.replacen("open_for_hours = 24", "open_for_hours = 1", 1)).unwrap();
    let change = RosterChange::Policy(Box::new(policy));
    duty.team.chief.change_roster(change, &[&duty.team.world.founder], &access()).unwrap();
    let hands = Hands::default();
    let host = Host::with_shared(duty.team.world.keys.clone()).with_clock(hands.clone());
    let officer = Vault::open(&duty.team.world.path(), host).unwrap().sign_in(&duty.officer).unwrap();
    let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
    for minute in (4..60).step_by(4) {
        hands.0.store(minute * 60_000, std::sync::atomic::Ordering::Relaxed);
        open.read::<Child>(duty.id).unwrap();
    }
    hands.0.store(60 * 60_000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(refusal(open.read::<Child>(duty.id)), AccessError::EmergencyEnded);
    assert_eq!(refusal(open.records()), AccessError::EmergencyEnded);
    drop(open);
    // A handle that is dropped ends with an entry too.
    let entries = duty.team.chief.log_entries(0, u64::MAX, &access()).unwrap();
    assert!(entries.iter().any(|entry| entry.entry.event == Event::BreakGlassStop));
}

#[test]
fn neither_the_identity_nor_the_second_secret_alone_opens_anything() {
    let duty = Duty::new();
    let vault = duty.team.world.vault.inner.file.vault;
    let roster = duty.team.chief.look(|act| Ok(act.keys.roster.clone())).unwrap();
    let mut hoard = Hoard::of_identity(vault, &duty.officer);
    let look = |act: &mut Act<'_>| {
        hoard.take_keys(act.rows, &roster);
        let alone = hoard.loot(act.rows, act.keys.file);
        let held = roster.circles().iter().map(|circle| circle.listing.name);
        let names: Vec<_> = held.filter(|name| roster.emergency_holders(name).next().is_some()).collect();
        assert_eq!(names.len(), 5, "identity, profile, offence, wellbeing, referral");
        hoard.take_emergency(act.rows, &roster, &EmergencySecret::generate());
        assert_eq!(hoard.loot(act.rows, act.keys.file).groups, alone.groups);
        hoard.take_emergency(act.rows, &roster, &duty.second);
        hoard.take_keys(act.rows, &roster);
        // Whoever holds both is a reader, and is counted as one.
        Ok((alone, hoard.loot(act.rows, act.keys.file)))
    };
    let (alone, both) = duty.team.chief.look(look).unwrap();
    let of = |loot: &super::hoard::Loot| loot.later(0, duty.id);
    assert_eq!(of(&alone), []);
    assert!(of(&both).contains(&Compartment::Identity) && !of(&both).contains(&Compartment::Narrative));
}

#[test]
fn new_generations_serve_emergencies_too_and_who_lost_their_second_secret_opens_nothing_later() {
    let duty = Duty::new();
    let vault = duty.team.world.vault.inner.file.vault;
    // A supervisor leaves: the circles move on.
    let supervisor = duty.team.enrol("unit-supervisor");
    duty.team.suspend(&supervisor);
    duty.owner.amend(duty.id, &full("Sophea"), &access()).unwrap();
    let officer = duty.team.sign_in(&duty.officer);
    let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
    assert_eq!(open.read::<Child>(duty.id).unwrap().record.family_name_latin, full("Sophea").family_name_latin);
    open.end().unwrap();
    // The second secret is taken back: what was known with it opens nothing that is written later.
    let mut hoard = Hoard::of_identity(vault, &duty.officer);
    let roster = duty.team.chief.look(|act| Ok(act.keys.roster.clone())).unwrap();
    let take = |act: &mut Act<'_>, hoard: &mut Hoard| {
        hoard.take_emergency(act.rows, &roster, &duty.second);
        hoard.take_keys(act.rows, &roster);
        Ok(act.commit_number() - 1)
    };
    duty.team.chief.look(|act| take(act, &mut hoard)).unwrap();
    duty.list(None);
    let commit = duty.team.chief.look(|act| take(act, &mut hoard)).unwrap();
    duty.owner.amend(duty.id, &full("Bopha"), &access()).unwrap();
    let loot = duty.team.chief.look(|act| {
        take(act, &mut hoard)?;
        Ok(hoard.loot(act.rows, act.keys.file))
    });
    assert_eq!(loot.unwrap().later(commit, duty.id), []);
    duty.team.chief.move_on(&access(), |_, _| ()).unwrap();
    let left = duty.team.chief.look(|act| {
        let me = duty.officer.public().slot_key;
        let names = act.keys.roster.circles().iter().map(|circle| circle.listing.name);
        let slots: Vec<_> = names.map(|name| me.emergency(vault, name, &duty.second.public())).collect();
        Ok(slots.iter().filter(|slot| act.rows.slot(slot).unwrap().is_some()).count())
    });
    assert_eq!(left.unwrap(), 0);
    duty.team.chief.check(|_, _| ()).unwrap();
    let _ = role("interviewer");
}

#[test]
fn a_second_secret_that_was_replaced_opens_nothing_later() {
    let duty = Duty::new();
    let vault = duty.team.world.vault.inner.file.vault;
    let mut hoard = Hoard::of_identity(vault, &duty.officer);
    let take = |act: &mut Act<'_>, hoard: &mut Hoard| {
        let roster = act.keys.roster.clone();
        hoard.take_emergency(act.rows, &roster, &duty.second);
        hoard.take_keys(act.rows, &roster);
        Ok(act.commit_number() - 1)
    };
    let commit = duty.team.chief.look(|act| take(act, &mut hoard)).unwrap();
    // The envelope was lost: another one lies in the drawer from now on.
    let another = EmergencySecret::generate();
    duty.list(Some(another.public()));
    duty.owner.amend(duty.id, &full("Bopha"), &access()).unwrap();
    let loot = duty.team.chief.look(|act| {
        take(act, &mut hoard)?;
        Ok(hoard.loot(act.rows, act.keys.file))
    });
    let loot = loot.unwrap();
    assert!(loot.later(0, duty.id).contains(&Compartment::Identity), "what was written before");
    assert_eq!(loot.later(commit, duty.id), []);
    let officer = duty.team.sign_in(&duty.officer);
    assert_eq!(refusal(officer.break_glass(duty.case, &duty.second, &emergency())), AccessError::SecondSecret);
    let open = officer.break_glass(duty.case, &another, &emergency()).unwrap();
    assert_eq!(open.read::<Child>(duty.id).unwrap().record.family_name_latin, full("Bopha").family_name_latin);
    open.end().unwrap();
    officer.check(|_, _| ()).unwrap();
}

#[test]
fn findings_stay_readable_when_the_circles_have_moved_on() {
    let duty = Duty::new();
    let officer = duty.team.sign_in(&duty.officer);
    officer.break_glass(duty.case, &duty.second, &emergency()).unwrap().end().unwrap();
    let (staying, leaving) = (duty.team.enrol("unit-supervisor"), duty.team.enrol("unit-supervisor"));
    duty.team.suspend(&leaving);
    duty.team.chief.move_on(&access(), |_, _| ()).unwrap();
    officer.break_glass(duty.case, &duty.second, &emergency()).unwrap().end().unwrap();
    let supervisor = duty.team.sign_in(&staying);
    assert_eq!(supervisor.findings(true, &supervise()).unwrap().len(), 2);
    assert_eq!(duty.team.chief.findings(true, &access()).unwrap().len(), 2);
    supervisor.check(|_, _| ()).unwrap();
}

#[test]
fn an_emergency_goes_with_its_session_whoever_holds_on_to_it() {
    let duty = Duty::new();
    let ends: [fn(&Session); 3] = [Session::lock, Session::end, |session| assert!(session.open.wipe())];
    // Only the first one ends the log's session with entries.
    for (end, told) in ends.into_iter().zip([1, 0, 0]) {
        let officer = duty.team.sign_in(&duty.officer);
        let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
        open.read::<Child>(duty.id).unwrap();
        let size = officer.log_size().unwrap();
        assert!(open.holds_keys());
        end(&officer);
        assert!(!open.holds_keys());
        assert_eq!(open.read::<Child>(duty.id).unwrap_err(), Error::Locked);
        assert_eq!(open.end().unwrap_err(), Error::Locked, "it does not say that it has logged an end");
        drop(open);
        // The session that ends says that the emergency has ended, before it says that it has: once.
        let entries = duty.team.chief.log_entries(size, u64::MAX, &access()).unwrap();
        let stops: Vec<_> = entries.iter().filter(|one| one.entry.event == Event::BreakGlassStop).collect();
        assert_eq!(stops.len(), told);
        for stop in stops {
            assert_eq!(stop.entry.what.as_ref().unwrap().record, duty.case);
            assert!(stop.entry.detail.as_ref().unwrap().get(DetailKey::FINDING).is_some());
            assert_eq!(stop.entry.why.as_ref().unwrap().hl7, "BTG");
            assert_eq!(entries[1].entry.event, Event::Logout);
            assert!(entries[1].entry.why.is_none(), "the end of the session is for no emergency");
        }
    }
    duty.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn an_emergency_that_was_ended_before_is_not_told_again() {
    let duty = Duty::new();
    let officer = duty.team.sign_in(&duty.officer);
    let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
    open.end().unwrap();
    let size = officer.log_size().unwrap();
    // Who reads through it all the same is refused, and that is logged.
    assert_eq!(refusal(open.read::<Child>(duty.id)), AccessError::EmergencyEnded);
    officer.lock();
    open.end().unwrap();
    let entries = duty.team.chief.log_entries(size, u64::MAX, &access()).unwrap();
    assert_eq!((entries[0].entry.event, entries[1].entry.event), (Event::Denied, Event::Logout));
    assert_eq!(entries[0].entry.what.as_ref().unwrap().record, duty.id);
}

#[test]
fn an_emergency_whose_end_could_not_be_logged_is_told_by_the_session() {
    let duty = Duty::new();
    let officer = duty.team.sign_in(&duty.officer);
    let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
    // From inside a batch nothing else can be logged.
    let within = officer.write_batch(&access(), |_batch| open.end());
    assert_eq!(within.unwrap_err(), Error::WithinCall);
    assert!(!open.holds_keys());
    let size = officer.log_size().unwrap();
    drop(officer_ends(&officer, open));
    let entries = duty.team.chief.log_entries(size, u64::MAX, &access()).unwrap();
    let stops = entries.iter().filter(|one| one.entry.event == Event::BreakGlassStop).count();
    assert_eq!(stops, 1);
}

/// The session ends while somebody still holds the emergency.
fn officer_ends<'s>(officer: &Session, open: EmergencyAccess<&'s Session>) -> EmergencyAccess<&'s Session> {
    officer.lock();
    assert_eq!(open.end().unwrap_err(), Error::Locked);
    open
}

#[test]
fn a_second_secret_that_nothing_is_wrapped_for_opens_no_emergency() {
    let duty = Duty::new();
    duty.list(None);
    let (supervisor, other) = (duty.team.enrol("unit-supervisor"), duty.team.enrol("custodian"));
    let (founder, unit) = (&duty.team.world.founder, duty.team.chief.unit().scope());
    let change = RosterChange::Role { member: founder.member(), role: role("custodian"), unit };
    duty.team.chief.change_roster(change, &[founder, &other], &access()).unwrap();
    let administer = Access::for_purpose("HSYSADMIN");
    let second = EmergencySecret::generate();
    let listed = RosterChange::Emergency { member: duty.officer.member(), second: Some(second.public()) };
    duty.team.chief.change_roster(listed, &[founder, &other], &administer).unwrap();
    // Neither the custodians nor the officer hold what there is to wrap.
    let officer = duty.team.sign_in(&duty.officer);
    let refused = officer.break_glass(duty.case, &second, &emergency());
    assert_eq!(refusal(refused), AccessError::EmergencyNotPrepared);
    let supervisor = duty.team.sign_in(&supervisor);
    assert_eq!(supervisor.findings(true, &supervise()).unwrap(), []);
    let open = officer.break_glass(duty.case, &second, &emergency()).unwrap();
    assert_eq!(open.read::<Child>(duty.id).unwrap().record.sex, full("Sokha").sex);
    assert_eq!(supervisor.findings(true, &supervise()).unwrap().len(), 1);
    supervisor.check(|_, _| ()).unwrap();
}

#[test]
fn who_comes_after_everybody_was_lost_checks_the_vault_all_the_same() {
    let team = Team::new();
    let (supervisor, auditor, other) = (team.enrol("unit-supervisor"), team.enrol("auditor"), team.enrol("custodian"));
    let (founder, unit) = (&team.world.founder, team.chief.unit().scope());
    let second = EmergencySecret::generate();
    let listed = RosterChange::Emergency { member: supervisor.member(), second: Some(second.public()) };
    team.chief.change_roster(listed, &[founder, &other], &access()).unwrap();
    let change = RosterChange::Role { member: founder.member(), role: role("custodian"), unit };
    team.chief.change_roster(change, &[founder, &other], &access()).unwrap();
    let session = team.sign_in(&supervisor);
    let (case, _) = {
        let case = session.create(Some(session.unit()), &Case::default(), &supervise()).unwrap().record;
        (case, session.create(Some(case), &child("Sokha"), &supervise()).unwrap().record)
    };
    let finding = session.break_glass(case, &second, &emergency()).unwrap().finding();
    drop(session);
    // The only one who holds the circle of findings loses the phone, and comes back without shares.
    let administer = Access::for_purpose("HSYSADMIN");
    let key = supervisor.public().verifying_key;
    team.chief.revoke_identity(supervisor.member(), key, &[founder, &other], &administer).unwrap();
    let again = Identity::generate_for(supervisor.member());
    let add = RosterChange::AddIdentity { identity: again.public() };
    team.chief.change_roster(add, &[founder, &other], &administer).unwrap();
    let auditor = team.sign_in(&auditor);
    auditor.review_finding(finding, ReviewOutcome::Justified, "", &Access::for_purpose("audit")).unwrap();
    let session = team.sign_in(&again);
    assert_eq!(session.findings(false, &supervise()).unwrap(), []);
    session.check(|_, _| ()).unwrap();
    assert_eq!(auditor.findings(false, &Access::for_purpose("audit")).unwrap().len(), 1);
}

#[test]
fn the_records_of_an_emergency_that_has_ended_are_refused_with_an_entry() {
    let duty = Duty::new();
    let officer = duty.team.sign_in(&duty.officer);
    let open = officer.break_glass(duty.case, &duty.second, &emergency()).unwrap();
    open.end().unwrap();
    let size = officer.log_size().unwrap();
    assert_eq!(refusal(open.records()), AccessError::EmergencyEnded);
    let entries = duty.team.chief.log_entries(size, size + 1, &access()).unwrap();
    assert_eq!(entries[0].entry.event, Event::Denied);
    assert_eq!(entries[0].entry.what.as_ref().unwrap().record, duty.case);
}
