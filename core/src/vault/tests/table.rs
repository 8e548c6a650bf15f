//! The table of roles and compartments in the access-policy, checked by key: whatever saferoom would decide, what somebody
//! can unwrap is what the table gives them, and nothing else.

use super::members::{Team, role, supervise};
use super::*;
use crate::access::policy::{AccessPolicy, Reach, Role, Sensitivity, is_of_cases};
use crate::access::{AccessError, Compartments};
use crate::id::ScopeId;

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
