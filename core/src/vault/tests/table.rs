//! The table of roles and compartments in the access-policy, checked by key: whatever saferoom would decide, what somebody
//! can unwrap is what the table gives them, and nothing else.

use super::hoard::Hoard;
use super::members::{Team, role, supervise};
use super::*;
use crate::access::policy::{AccessPolicy, Action, Reach, Role, Sensitivity, is_of_cases};
use crate::access::{AccessError, Compartments, RosterChange};
use crate::id::ScopeId;
use crate::keys::EmergencySecret;

/// The compartments that have data keys: all but that of the roster.
fn all() -> Vec<Compartment> {
    Compartment::ALL.iter().copied().filter(|compartment| *compartment != Compartment::Roster).collect()
}

/// A case with a data key for every compartment, brought in by the founder.
fn case_of_all_keys(chief: &Session) -> RecordId {
    let case = chief.create(Some(chief.unit()), &Case::default(), &access()).unwrap().record;
    bring_in_all(chief, case.scope());
    case
}

fn bring_in_all(session: &Session, scope: ScopeId) {
    let brought = session.act(&access(), Event::Update, &[], |act| {
        let unit = act.keys.unit();
        for compartment in all() {
            act.writing_key(scope, unit, compartment)?;
        }
        act.log(Event::Update, Outcome::Success, None, None).map(drop)
    });
    brought.unwrap();
}

/// The compartments of which a session can unwrap a data key of this scope: nothing here asks what it may.
fn unwrapped(session: &Session, scope: ScopeId) -> Compartments {
    let looked = session.look(|act| {
        let keys = act.keys.scope_keys(act.rows, scope)?;
        let opened = keys.keys.iter().filter_map(|key| key.opened.as_ref());
        Ok(Compartments::of(opened.map(|(compartment, ..)| *compartment)))
    });
    looked.unwrap()
}

/// The compartments of the unit's circles for which a wrapped secret lies in a slot of this identity.
fn circles_wrapped(session: &Session, unit: ScopeId) -> Compartments {
    let looked = session.look(|act| {
        let vault = act.keys.file.vault;
        let mut found = Compartments::NONE;
        for compartment in all() {
            let scope = act.keys.roster.circle_scope(unit, compartment);
            for listed in act.keys.roster.circles() {
                let name = listed.listing.name;
                let slot = act.keys.circles.own().public.slot_key.circle(vault, name);
                let of_this = (name.scope, name.compartment) == (scope, compartment.number());
                if of_this && act.rows.slot(&slot)?.is_some() {
                    found = found.with(compartment);
                }
            }
        }
        Ok(found)
    });
    looked.unwrap()
}

fn reached(role: &Role, wanted: &[Reach]) -> Compartments {
    Compartments::of(all().into_iter().filter(|compartment| wanted.contains(&role.reach(*compartment))))
}

/// Everybody whom the policy knows, the custodian last: from then on two have to sign.
fn roles() -> Vec<Role> {
    let mut roles = AccessPolicy::standard().roles().to_vec();
    roles.sort_by_key(|role| role.name().as_str() == "custodian");
    roles
}

#[test]
fn each_role_unwraps_what_the_table_says_and_nothing_else() {
    let team = Team::new();
    let unit = team.chief.unit().scope();
    let (other, assigned) = (case_of_all_keys(&team.chief), case_of_all_keys(&team.chief));
    let elsewhere = Unit { name: Some(Text::new("Another unit").unwrap()), ..Unit::default() };
    let elsewhere = team.chief.add_unit(&elsewhere, &[&team.world.founder], &access()).unwrap().scope();
    let mut others: Vec<Identity> = Vec::new();
    for policy_role in roles() {
        let name = policy_role.name().as_str();
        let (here, there) = (team.enrol(name), Identity::generate());
        // Where a second custodian has come, two sign.
        let signers = if name == "custodian" { vec![&team.world.founder, &here] } else { vec![&team.world.founder] };
        team.chief.enrol(&there.public(), &role(name), elsewhere, &signers, &access()).unwrap();
        let (of_unit, both) =
            (reached(&policy_role, &[Reach::Unit]), reached(&policy_role, &[Reach::Unit, Reach::Case]));
        let of_cases = Compartments::of(both.iter().filter(|compartment| is_of_cases(*compartment)));
        let given = team.chief.assign(assigned, here.member(), &access());
        if of_cases.is_empty() {
            assert_eq!(given, Err(Error::Access(AccessError::NotAllowed)), "{name}: there is nothing to assign");
        } else {
            given.unwrap();
        }
        let session = team.sign_in(&here);
        assert_eq!(circles_wrapped(&session, unit), of_unit, "{name}: circles of the unit");
        assert_eq!(unwrapped(&session, other.scope()), of_unit, "{name}: a case that is not theirs");
        assert_eq!(
            unwrapped(&session, unit),
            Compartments::of(of_unit.iter().filter(|of| founded_with(&team, *of))),
            "{name}"
        );
        assert_eq!(unwrapped(&session, assigned.scope()), both, "{name}: a case that is assigned to them");
        // The same role in another unit: nothing of this one, but the log, which is one for the vault.
        // What nobody of that unit held before is drawn anew; the rest is passed on by those who hold it, at their sign-in.
        others.iter().for_each(|other| drop(team.sign_in(other)));
        let session = team.sign_in(&there);
        others.push(there);
        let log = Compartments::of([Compartment::Oversight]);
        assert!(unwrapped(&session, other.scope()).is_within(log), "{name} in another unit");
        assert!(circles_wrapped(&session, unit).is_within(log), "{name} in another unit");
        let held = circles_wrapped(&session, elsewhere);
        assert!(of_unit.is_within(held.and(of_unit).with(Compartment::Oversight)), "{name}: {held:?}");
        assert!(held.is_within(of_unit), "{name}: {held:?}");
    }
    team.chief.check(|_, _| ()).unwrap();
}

/// The compartments of which somebody can unwrap a data key of this scope with these keys, and no session at all.
fn hoarded(team: &Team, who: &Identity, second: Option<&EmergencySecret>, scope: ScopeId) -> Compartments {
    let looked = team.chief.look(|act| {
        let (vault, roster) = (act.keys.file.vault, act.keys.roster.clone());
        let mut hoard = Hoard::of_identity(vault, who);
        if let Some(second) = second {
            hoard.take_emergency(act.rows, &roster, second);
        }
        hoard.take_keys(act.rows, &roster);
        let mine = hoard.data.iter().filter(|(of, ..)| *of == scope);
        Ok(Compartments::of(mine.map(|(_, _, compartment, ..)| *compartment)))
    });
    looked.unwrap()
}

#[test]
fn whoever_holds_a_second_secret_is_a_reader_of_what_an_emergency_opens_and_of_nothing_else() {
    let team = Team::new();
    let case = case_of_all_keys(&team.chief);
    let closely = case_of_all_keys(&team.chief);
    team.chief.set_sensitivity(closely, Sensitivity::Restricted, &access()).unwrap();
    let named = AccessPolicy::standard().emergency().compartments.clone();
    for policy_role in roles() {
        let name = policy_role.name().as_str();
        let (who, second) = (team.enrol(name), EmergencySecret::generate());
        let change = RosterChange::Emergency { member: who.member(), second: Some(second.public()) };
        let signers = if name == "custodian" { vec![&team.world.founder, &who] } else { vec![&team.world.founder] };
        team.chief.change_roster(change, &signers, &access()).unwrap();
        let of_unit = reached(&policy_role, &[Reach::Unit]);
        let opens = if policy_role.may(Action::BreakGlass) { &named[..] } else { &[] };
        let with_it = opens.iter().fold(of_unit, |all, compartment| all.with(*compartment));
        assert_eq!(hoarded(&team, &who, None, case.scope()), of_unit, "{name}: with the identity alone");
        assert_eq!(hoarded(&team, &who, Some(&second), case.scope()), with_it, "{name}: with the second secret");
        let another = EmergencySecret::generate();
        assert_eq!(hoarded(&team, &who, Some(&another), case.scope()), of_unit, "{name}: with another one");
        // What is written to a closely held case is wrapped for no circle of the unit.
        let before = hoarded(&team, &who, Some(&second), closely.scope());
        assert!(before.is_within(with_it), "{name}: {before:?}");
    }
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_a_role_may_not_write_no_honest_reader_takes_from_it() {
    let team = Team::new();
    let forger = |name: &str| (name.to_owned(), team.enrol(name));
    // Who may state no purpose does nothing at all.
    let may_not = |role: &Role| role.reach(Compartment::Identity) == Reach::None && !role.purposes().is_empty();
    let forgers: Vec<_> =
        roles().iter().filter(|role| may_not(role)).map(|role| forger(role.name().as_str())).collect();
    assert!(forgers.len() >= 6, "{}", forgers.len());
    for (name, identity) in forgers {
        let (_, id) = case_with_child(&team.chief, "Sokha");
        let purpose = policy_purpose(&name);
        let session = team.sign_in(&identity);
        let forged = child("Forged");
        // Through saferoom it is refused; with a program of their own it gets into the file.
        let refused = session.amend(id, &forged, &purpose);
        assert!(matches!(refused, Err(Error::Access(_))), "{name}: {refused:?}");
        session.become_lawless();
        session.amend(id, &forged, &purpose).unwrap();
        drop(session);
        let read = team.chief.read::<Child>(id, &access());
        assert!(matches!(read, Err(Error::Integrity(IntegrityError::Author))), "{name}: {read:?}");
    }
    let checked = team.chief.check(|_, _| ());
    assert!(matches!(checked, Err(Error::Integrity(_))), "{checked:?}");
}

/// A purpose that the role may state.
fn policy_purpose(name: &str) -> Access {
    let policy = AccessPolicy::standard();
    let purposes = policy.role(name).unwrap().purposes().to_vec();
    Access::for_purpose(purposes.first().expect("a purpose")).because("A forgery")
}

/// Whether the unit's own record has a data key of a compartment.
fn founded_with(team: &Team, compartment: Compartment) -> bool {
    unwrapped(&team.chief, team.chief.unit().scope()).contains(compartment)
}

#[test]
fn who_only_writes_opens_nothing_of_what_they_brought_in() {
    let team = Team::new();
    let case = case_of_all_keys(&team.chief);
    for name in ["front-line-officer", "social-worker", "interviewer"] {
        let officer = team.enrol(name);
        let session = team.sign_in(&officer);
        assert!(!unwrapped(&session, case.scope()).contains(Compartment::Statistics), "{name}");
        let written = Access::for_purpose("safety-plan");
        let brought = session.act(&written, Event::Create, &[], |act| {
            let unit = act.keys.unit();
            act.writing_key(case.scope(), unit, Compartment::Statistics)?;
            act.log(Event::Create, Outcome::Success, None, None).map(drop)
        });
        brought.unwrap();
        let again = team.sign_in(&officer);
        assert!(!unwrapped(&again, case.scope()).contains(Compartment::Statistics), "{name}");
        assert!(unwrapped(&team.chief, case.scope()).contains(Compartment::Statistics));
    }
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn who_sees_a_part_of_a_sealed_case_leaves_the_rest_as_it_is() {
    let team = Team::new();
    let (interviewer, supervisor) = (team.enrol("interviewer"), team.enrol("unit-supervisor"));
    let (interviewer, supervisor) = (team.sign_in(&interviewer), team.sign_in(&supervisor));
    let (case, id) = case_with_child(&interviewer, "Sokha");
    team.chief.set_sensitivity(case, Sensitivity::Sealed, &access()).unwrap();
    interviewer.share(case, supervisor.member(), Compartments::of([Compartment::Identity]), None, &access()).unwrap();
    // The key of the profile, from before the case was sealed, is one that the supervisor's circle opens.
    let seen = supervisor.read::<Child>(id, &supervise()).unwrap().record;
    assert_eq!((seen.sex.is_some(), seen.family_name_latin.is_some()), (false, true));
    let renamed = Child { family_name_latin: child("Sophea").family_name_latin, ..seen };
    supervisor.amend(id, &renamed, &supervise()).unwrap();
    assert_eq!(interviewer.read::<Child>(id, &access()).unwrap().record, child("Sophea"));
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn the_first_members_of_a_unit_hold_its_circles() {
    let team = Team::new();
    let unit = Unit { name: Some(Text::new("Another unit").unwrap()), ..Unit::default() };
    let other = team.chief.add_unit(&unit, &[&team.world.founder], &access()).unwrap();
    let (interviewer, supervisor) = (Identity::generate(), Identity::generate());
    for (identity, name) in [(&interviewer, "interviewer"), (&supervisor, "unit-supervisor")] {
        let signers = [&team.world.founder];
        team.chief.enrol(&identity.public(), &role(name), other.scope(), &signers, &access()).unwrap();
    }
    let (interviewer, supervisor) = (team.sign_in(&interviewer), team.sign_in(&supervisor));
    let (_, id) = case_with_child(&interviewer, "Sokha");
    assert_eq!(supervisor.read::<Child>(id, &supervise()).unwrap().record, child("Sokha"));
    assert!(team.chief.read::<Child>(id, &access()).is_err());
    supervisor.check(|_, _| ()).unwrap();
}
