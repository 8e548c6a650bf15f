//! Changes of the roster that failed before they were durable: what their act drew is nowhere, and opens nothing later.

use super::members::{Team, role, supervise};
use super::*;
use crate::access::RosterChange;

/// A session in which this change of the roster has failed at the last step, of a team with a supervisor.
fn undone(change: impl FnOnce(&Identity, ScopeId) -> RosterChange) -> (Team, Identity, RosterChange) {
    let team = Team::new();
    let supervisor = team.enrol("unit-supervisor");
    let change = change(&supervisor, team.chief.unit().scope());
    let remove = obstacle(&team.world, "INSERT ON main.tip");
    let failed = team.chief.change_roster(change.clone(), &[&team.world.founder], &access());
    assert!(matches!(failed, Err(Error::Store(_))), "{failed:?}");
    team.world.vault.store().unwrap().raw().execute_batch(remove).unwrap();
    (team, supervisor, change)
}

#[test]
fn a_circle_drawn_by_a_change_that_failed_seals_nothing() {
    let (team, _, change) =
        undone(|supervisor, unit| RosterChange::Role { member: supervisor.member(), role: role("room-monitor"), unit });
    let enacted = team.chief.change_roster(change, &[&team.world.founder], &access()).unwrap();
    assert!(enacted.circles_renewed > 5, "{enacted:?}");
    let (_, id) = case_with_child(&team.chief, "Sokha");
    assert_eq!(team.world.reopened().unwrap().read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    let joined = team.enrol("unit-supervisor");
    assert!(team.sign_in(&joined).read::<Child>(id, &supervise()).is_ok());
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_session_goes_on_after_a_suspension_that_failed() {
    let (team, supervisor, change) = undone(|supervisor, _| RosterChange::Suspend { member: supervisor.member() });
    let (_, before) = case_with_child(&team.chief, "Sokha");
    assert!(team.sign_in(&supervisor).read::<Child>(before, &supervise()).is_ok(), "nobody was suspended");
    // Somebody else draws the generation that this session had drawn in vain.
    team.world.reopened().unwrap().change_roster(change, &[&team.world.founder], &access()).unwrap();
    let (_, after) = case_with_child(&team.chief, "Bopha");
    let session = team.world.reopened().unwrap();
    for (id, name) in [(before, "Sokha"), (after, "Bopha")] {
        assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child(name));
    }
    session.check(|_, _| ()).unwrap();
}
