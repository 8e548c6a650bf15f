//! Recovery: what shares bring back, to whom, and what old ones are worth.

use super::*;
use crate::access::RosterChange;
use crate::access::policy::{RecoveryRule, RoleName, Sensitivity};
use crate::keys::{RecoveryError, RecoveryKey, RecoveryScope, RecoverySet, RecoveryShare};
use crate::model::Compartment;

/// A station whose founder gave everything up: two custodians, a supervisor, an interviewer.
struct Team {
    world: World,
    custodians: [Identity; 2],
    supervisor: Identity,
    interviewer: Identity,
}

fn role(name: &str) -> RoleName {
    RoleName::parse(name).unwrap()
}

fn supervise() -> Access {
    Access::for_purpose("supervision")
}

fn administer() -> Access {
    Access::for_purpose("HSYSADMIN")
}

impl Team {
    fn new() -> Self {
        let world = World::new();
        let (founder, other, supervisor, interviewer) =
            (&world.founder, Identity::generate(), Identity::generate(), Identity::generate());
        let chief = world.session();
        let unit = chief.unit().scope();
        for (identity, name) in [(&supervisor, "unit-supervisor"), (&interviewer, "interviewer")] {
            chief.enrol(&identity.public(), &role(name), unit, &[founder], &access()).unwrap();
        }
        let change = RosterChange::Role { member: founder.member(), role: role("custodian"), unit };
        chief.change_roster(change, &[founder], &access()).unwrap();
        chief.enrol(&other.public(), &role("custodian"), unit, &[founder], &administer()).unwrap();
        drop(chief);
        let custodians = [Identity::from_parts(founder.member(), founder.seed_for_tests()), other];
        Self { world, custodians, supervisor, interviewer }
    }

    /// As another process.
    fn sign_in(&self, identity: &Identity) -> Session {
        Vault::open(&self.world.path(), Host::with_shared(self.world.keys.clone())).unwrap().sign_in(identity).unwrap()
    }

    fn signers(&self) -> [&Identity; 2] {
        [&self.custodians[0], &self.custodians[1]]
    }

    fn scope(&self) -> RecoveryScope {
        RecoveryScope::Unit(self.sign_in(&self.custodians[0]).unit().scope())
    }

    /// Holds a ceremony for three of five shares, by a custodian who holds no circle.
    fn set_up(&self, scope: RecoveryScope) -> (RecoverySet, Vec<RecoveryShare>) {
        let session = self.sign_in(&self.custodians[0]);
        let (set, shares) = session.begin_recovery(scope, None).unwrap();
        session.set_up_recovery(&set, &self.signers(), &administer()).unwrap();
        (set, shares)
    }

    fn status(&self, scope: RecoveryScope) -> RecoveryStatus {
        let all = self.sign_in(&self.custodians[0]).recovery_status().unwrap();
        all.into_iter().find(|status| status.scope == scope).unwrap()
    }

    /// The supervisor loses the phone; a new one is listed for the same member.
    fn new_phone(&self, old: &Identity) -> Identity {
        let new = Identity::generate_for(old.member());
        let session = self.sign_in(&self.custodians[0]);
        let add = RosterChange::AddIdentity { identity: new.public() };
        session.change_roster(add, &self.signers(), &administer()).unwrap();
        let key = old.public().verifying_key;
        session.revoke_identity(old.member(), key, &self.signers(), &administer()).unwrap();
        new
    }
}

fn key_of(session: &Session, scope: RecoveryScope, shares: &[RecoveryShare]) -> Result<RecoveryKey, RecoveryError> {
    let mut restoring = session.begin_restore(scope).unwrap();
    shares.iter().try_for_each(|share| restoring.add(share.clone()).map(drop))?;
    restoring.finish()
}

#[test]
fn a_lost_phone_is_replaced_with_shares() {
    let team = Team::new();
    let scope = team.scope();
    let (_, id) = case_with_child(&team.sign_in(&team.interviewer), "Sokha");
    let (_, shares) = team.set_up(scope);
    // The custodian holds nothing to wrap but the circle of all members; whoever holds more does so at sign-in.
    let before = team.status(scope);
    assert!(before.wrapped >= 1 && before.wrapped < before.circles, "{before:?}");
    team.sign_in(&team.supervisor).read::<Child>(id, &supervise()).unwrap();
    let after = team.status(scope);
    assert!(after.wrapped > before.wrapped, "{after:?}");

    let new = team.new_phone(&team.supervisor);
    assert!(team.sign_in(&new).read::<Child>(id, &supervise()).is_err());

    let session = team.sign_in(&team.custodians[1]);
    let key = key_of(&session, scope, &shares[2..]).unwrap();
    let (next, next_shares) = session.begin_recovery(scope, None).unwrap();
    let restored = session.restore(key, &next, &team.signers(), &administer()).unwrap();
    assert!(restored.circles > 5 && restored.wraps > 0, "{restored:?}");
    // The custodian was given nothing by it.
    assert!(session.read::<Child>(id, &administer()).is_err());
    let supervisor = team.sign_in(&new);
    assert_eq!(supervisor.read::<Child>(id, &supervise()).unwrap().record.sex, child("Sokha").sex);
    supervisor.check(|_, _| ()).unwrap();

    // The old shares are worth nothing any more, and are named.
    let old = key_of(&session, scope, &shares[..1]).err();
    assert_eq!(old, Some(RecoveryError::OlderCeremony { number: 1, ceremony: 1 }));
    assert!(key_of(&session, scope, &next_shares).is_ok());
    let status = team.status(scope);
    assert_eq!((status.set.as_ref(), status.custodians_changed), (Some(&next), false));
    assert!(status.wrapped >= restored.circles);
}

#[test]
fn nothing_is_left_in_the_file_for_the_old_key() {
    let team = Team::new();
    let scope = team.scope();
    let (set, shares) = team.set_up(scope);
    drop(team.sign_in(&team.supervisor));
    let session = team.sign_in(&team.custodians[0]);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, _) = session.begin_recovery(scope, None).unwrap();
    session.restore(key, &next, &team.signers(), &administer()).unwrap();
    let left = session.look(|act| {
        let circles = act.keys.roster.circles().iter().map(|circle| circle.listing.name);
        let slots = circles.map(|name| set.public_key().slot_key().circle(set.vault(), name));
        slots.map(|slot| Ok(act.rows.slot(&slot)?.is_some())).collect::<Result<Vec<_>, Error>>()
    });
    assert!(left.unwrap().iter().all(|left| !left));
    // A key that was put together before the new ceremony is refused.
    let (after, _) = session.begin_recovery(scope, None).unwrap();
    let stale = {
        let mut restoring = crate::keys::Restoring::begin(set, Vec::new());
        shares.into_iter().take(3).for_each(|share| assert!(restoring.add(share).is_ok()));
        restoring.finish().unwrap()
    };
    let refused = session.restore(stale, &after, &team.signers(), &administer()).unwrap_err();
    assert_eq!(refused, AccessError::RecoverySet.into());
}

#[test]
fn circles_that_move_on_are_wrapped_to_the_key_at_once() {
    let team = Team::new();
    let scope = team.scope();
    team.set_up(scope);
    drop(team.sign_in(&team.supervisor));
    let before = team.status(scope);
    let session = team.sign_in(&team.custodians[0]);
    session.suspend(team.supervisor.member(), &team.signers(), &administer()).unwrap();
    let after = team.status(scope);
    assert!(after.circles > before.circles);
    assert_eq!(after.circles - after.wrapped, before.circles - before.wrapped, "every new generation is wrapped");
}

#[test]
fn what_was_moved_on_is_waited_for_no_longer_and_still_comes_back() {
    let team = Team::new();
    let scope = team.scope();
    let (_, shares) = team.set_up(scope);
    let (_, id) = case_with_child(&team.sign_in(&team.interviewer), "Sokha");
    let before = team.status(scope);
    // Somebody leaves, the circles move on, and those who stay move everything on.
    let session = team.sign_in(&team.custodians[0]);
    session.suspend(team.interviewer.member(), &team.signers(), &administer()).unwrap();
    let moved = team.sign_in(&team.supervisor).move_on(&supervise(), |_, _| ()).unwrap();
    assert!(moved.wrapped > 0, "{moved:?}");
    let after = team.status(scope);
    assert!(after.circles <= before.circles + 2, "{before:?} {after:?}");
    let new = team.new_phone(&team.supervisor);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, _) = session.begin_recovery(scope, None).unwrap();
    session.restore(key, &next, &team.signers(), &administer()).unwrap();
    let supervisor = team.sign_in(&new);
    assert_eq!(supervisor.read::<Child>(id, &supervise()).unwrap().record.sex, child("Sokha").sex);
    supervisor.check(|_, _| ()).unwrap();
}

#[test]
fn a_sealed_case_comes_back_to_whom_it_is_assigned() {
    let team = Team::new();
    let scope = team.scope();
    let (_, shares) = team.set_up(scope);
    let interviewer = team.sign_in(&team.interviewer);
    let (case, id) = case_with_child(&interviewer, "Sokha");
    team.sign_in(&team.supervisor).set_sensitivity(case, Sensitivity::Sealed, &supervise()).unwrap();
    interviewer.amend(id, &child("Sophea"), &access()).unwrap();
    drop(interviewer);

    let new = team.new_phone(&team.interviewer);
    assert!(team.sign_in(&new).read::<Child>(id, &access()).is_err());
    let session = team.sign_in(&team.custodians[0]);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, shares) = session.begin_recovery(scope, None).unwrap();
    let restored = session.restore(key, &next, &team.signers(), &administer()).unwrap();
    assert!(restored.data_keys > 0, "{restored:?}");
    let interviewer = team.sign_in(&new);
    assert_eq!(interviewer.read::<Child>(id, &access()).unwrap().record, child("Sophea"));
    assert!(team.sign_in(&team.supervisor).read::<Child>(id, &supervise()).is_err(), "it is sealed still");
    drop(interviewer);

    // Again, with the new shares.
    let third = team.new_phone(&new);
    let session = team.sign_in(&team.custodians[0]);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, _) = session.begin_recovery(scope, None).unwrap();
    session.restore(key, &next, &team.signers(), &administer()).unwrap();
    let interviewer = team.sign_in(&third);
    assert_eq!(interviewer.read::<Child>(id, &access()).unwrap().record, child("Sophea"));
    interviewer.check(|_, _| ()).unwrap();
}

#[test]
fn what_no_circle_holds_comes_back_to_whom_the_case_is_assigned() {
    let team = Team::new();
    let scope = team.scope();
    let interviewer = team.sign_in(&team.interviewer);
    let (case, _) = case_with_child(&interviewer, "Sokha");
    let told = |body: &str| Interview {
        purpose: Some(Coded::new("initial").unwrap()),
        summary: Some(Narrative::new(body).unwrap()),
        ..Interview::default()
    };
    // One before there is a recovery key, one after.
    let before = interviewer.create(Some(case), &told("Before"), &access()).unwrap().record;
    let (_, shares) = team.set_up(scope);
    interviewer.read::<Interview>(before, &access()).unwrap();
    let (other, _) = case_with_child(&interviewer, "Bopha");
    let after = interviewer.create(Some(other), &told("After"), &access()).unwrap().record;
    drop(interviewer);

    let new = team.new_phone(&team.interviewer);
    assert!(team.sign_in(&new).read::<Interview>(before, &access()).is_err());
    let session = team.sign_in(&team.custodians[0]);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, shares) = session.begin_recovery(scope, None).unwrap();
    let restored = session.restore(key, &next, &team.signers(), &administer()).unwrap();
    assert!(restored.data_keys >= 2, "{restored:?}");
    let interviewer = team.sign_in(&new);
    for (id, body) in [(before, "Before"), (after, "After")] {
        let read = interviewer.read::<Interview>(id, &access()).unwrap().record;
        assert_eq!(read.summary, told(body).summary);
    }
    assert!(session.read::<Interview>(after, &administer()).is_err(), "a custodian reads no case");
    interviewer.check(|_, _| ()).unwrap();
    drop((interviewer, session));

    // The new key has it too.
    let third = team.new_phone(&new);
    let session = team.sign_in(&team.custodians[1]);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, _) = session.begin_recovery(scope, None).unwrap();
    session.restore(key, &next, &team.signers(), &administer()).unwrap();
    let read = team.sign_in(&third).read::<Interview>(after, &access()).unwrap().record;
    assert_eq!(read.summary, told("After").summary);
}

#[test]
fn what_nobody_could_read_is_not_handed_in() {
    let team = Team::new();
    team.set_up(team.scope());
    let officer = Identity::generate();
    let session = team.sign_in(&team.custodians[0]);
    let unit = session.unit().scope();
    session.enrol(&officer.public(), &role("front-line-officer"), unit, &team.signers(), &administer()).unwrap();
    let officer = team.sign_in(&officer);
    let report = Access::for_purpose("mandatory-report");
    let told = Case { summary: Some(Narrative::new("What was seen").unwrap()), ..Case::default() };
    let refused = officer.create(Some(officer.unit()), &told, &report).unwrap_err();
    assert_eq!(refused, AccessError::NobodyAssigned { compartment: "narrative" }.into());
    // Once somebody works on the case who reads such a text, it is handed in.
    let case = officer.create(Some(officer.unit()), &Case::default(), &report).unwrap().record;
    let body = |text: &str| Interview {
        purpose: Some(Coded::new("initial").unwrap()),
        summary: Some(Narrative::new(text).unwrap()),
        ..Interview::default()
    };
    let refused = officer.create(Some(case), &body("What was seen"), &report).unwrap_err();
    assert_eq!(refused, AccessError::NobodyAssigned { compartment: "narrative" }.into());
    team.sign_in(&team.supervisor).assign(case, team.interviewer.member(), &supervise()).unwrap();
    let id = officer.create(Some(case), &body("What was seen"), &report).unwrap().record;
    let read = team.sign_in(&team.interviewer).read::<Interview>(id, &access()).unwrap().record;
    assert_eq!(read.summary, body("What was seen").summary);
}

#[test]
fn units_and_oversight_have_keys_of_their_own() {
    let team = Team::new();
    let (unit_set, unit_shares) = team.set_up(team.scope());
    let (oversight_set, _) = team.set_up(RecoveryScope::Oversight);
    let session = team.sign_in(&team.custodians[0]);
    let oversight = session.look(|act| {
        let circle = act.keys.roster.circle(act.keys.unit(), Compartment::Oversight).unwrap().listing.name;
        Ok(act.keys.roster.recoveries_of(&circle).cloned().collect::<Vec<_>>())
    });
    assert_eq!(oversight.unwrap(), [oversight_set]);
    let wrong = key_of(&session, RecoveryScope::Oversight, &unit_shares).err();
    assert_eq!(wrong, Some(RecoveryError::OtherCeremony { number: 1 }));
    let stranger = RecoveryScope::Unit(ScopeId::random());
    assert_eq!(session.begin_recovery(stranger, None).err(), Some(AccessError::NoSuchUnit.into()));
    assert_eq!(session.begin_restore(stranger).err(), Some(AccessError::NoRecovery.into()));
    drop(unit_set);
}

#[test]
fn a_set_is_signed_by_custodians_and_follows_the_one_before() {
    let team = Team::new();
    let scope = team.scope();
    let session = team.sign_in(&team.custodians[0]);
    let (set, _) = session.begin_recovery(scope, None).unwrap();
    let alone = session.set_up_recovery(&set, &[&team.custodians[0]], &administer()).unwrap_err();
    assert_eq!(alone, AccessError::ApprovalsMissing { have: 1, needed: 2 }.into());
    let others = [&team.supervisor, &team.interviewer];
    assert!(session.set_up_recovery(&set, &others, &administer()).is_err());
    session.set_up_recovery(&set, &team.signers(), &administer()).unwrap();
    let few = RecoveryRule { shares: 3, needed: 2 };
    assert_eq!(session.begin_recovery(scope, Some(few)).err(), Some(AccessError::TooFewShares { needed: 3 }.into()));
    let (weak, _) = set.next(2, 3).unwrap();
    let refused = session.set_up_recovery(&weak, &team.signers(), &administer()).unwrap_err();
    assert_eq!(refused, AccessError::TooFewShares { needed: 3 }.into());
    let supervisor = team.sign_in(&team.supervisor);
    let refused = supervisor.set_up_recovery(&weak, &team.signers(), &supervise()).unwrap_err();
    assert_eq!(refused, AccessError::NotAllowed.into());
    let again = session.set_up_recovery(&set, &team.signers(), &administer()).unwrap_err();
    assert_eq!(again, AccessError::RecoverySet.into());
    // Custodians come and go: the ceremony is due again.
    assert!(!team.status(scope).custodians_changed);
    let unit = session.unit().scope();
    let third = Identity::generate();
    session.enrol(&third.public(), &role("custodian"), unit, &team.signers(), &administer()).unwrap();
    assert!(team.status(scope).custodians_changed);
}

#[test]
fn a_wrap_that_was_taken_away_is_noticed() {
    let team = Team::new();
    let scope = team.scope();
    let (set, shares) = team.set_up(scope);
    drop(team.sign_in(&team.supervisor));
    let session = team.sign_in(&team.custodians[0]);
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, _) = session.begin_recovery(scope, None).unwrap();
    let name =
        session.look(|act| Ok(act.keys.roster.circle(act.keys.unit(), Compartment::Identity).unwrap().listing.name));
    let slot = set.public_key().slot_key().circle(set.vault(), name.unwrap());
    let outside = rusqlite::Connection::open(team.world.path()).unwrap();
    assert_eq!(outside.execute("DELETE FROM slot WHERE slot = ?1", [slot]).unwrap(), 1);
    let refused = session.restore(key, &next, &team.signers(), &administer()).unwrap_err();
    assert_eq!(refused, IntegrityError::Bucket.into());
}

#[test]
fn shares_make_a_custodian_where_none_is_left() {
    let team = Team::new();
    let scope = team.scope();
    let (_, id) = case_with_child(&team.sign_in(&team.interviewer), "Sokha");
    let (set, shares) = team.set_up(scope);
    drop(team.sign_in(&team.supervisor));
    // Everybody's identity is lost but the vault.
    let (newcomer, stranger) = (Identity::generate(), Identity::generate());
    let loose = |shares: &[RecoveryShare]| {
        let mut loose = crate::keys::LooseShares::new();
        shares.iter().for_each(|share| assert!(loose.add(share.clone()).is_ok()));
        loose
    };
    let vault = Vault::open(&team.world.path(), Host::with_shared(team.world.keys.clone())).unwrap();
    let few = vault.reinstate(&newcomer, loose(&shares[..2])).unwrap_err();
    assert_eq!(few, Error::Key(RecoveryError::NotEnough { missing: 1 }.into()));
    let other = RecoverySet::first(set.vault(), scope, 3, 3).unwrap().1;
    assert_eq!(vault.reinstate(&stranger, loose(&other)).unwrap_err(), AccessError::RecoverySet.into());

    let session = vault.reinstate(&newcomer, loose(&shares[1..4])).unwrap();
    // Failures are counted as those of a sign-in: a third in a row, and this would have had to wait.
    assert_eq!(vault.sign_in(&stranger).unwrap_err(), AccessError::NotAMember.into());
    let listed = session.members().unwrap();
    assert!(listed.iter().any(|member| member.id() == newcomer.member() && member.now().role.as_str() == "custodian"));
    assert!(session.read::<Child>(id, &administer()).is_err(), "a custodian reads no case");
    assert!(team.status(scope).custodians_changed);
    // One who is lost is retired by one signature, then the newcomer and the other decide alone.
    for lost in &team.custodians {
        let retire = RosterChange::Retire { member: lost.member() };
        session.change_roster(retire, &[&newcomer], &administer()).unwrap();
    }
    let unit = session.unit().scope();
    let supervisor = Identity::generate();
    session.enrol(&supervisor.public(), &role("unit-supervisor"), unit, &[&newcomer], &administer()).unwrap();
    let key = key_of(&session, scope, &shares[..3]).unwrap();
    let (next, next_shares) = session.begin_recovery(scope, None).unwrap();
    session.restore(key, &next, &[&newcomer], &administer()).unwrap();
    let read = team.sign_in(&supervisor).read::<Child>(id, &supervise()).unwrap();
    assert_eq!(read.record.sex, child("Sokha").sex);
    // The old shares make no custodian any more; the new ones do.
    assert_eq!(vault.reinstate(&stranger, loose(&shares[..3])).unwrap_err(), AccessError::RecoverySet.into());
    vault.reinstate(&stranger, loose(&next_shares)).unwrap().check(|_, _| ()).unwrap();
    team.sign_in(&stranger).check(|_, _| ()).unwrap();
}

#[test]
fn the_founder_comes_back_on_a_new_device() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    let scope = RecoveryScope::Unit(session.unit().scope());
    let (set, shares) = session.begin_recovery(scope, None).unwrap();
    session.set_up_recovery(&set, &[&world.founder], &administer()).unwrap();
    drop(session);
    let again = Identity::generate_for(world.founder.member());
    let mut loose = crate::keys::LooseShares::new();
    shares.iter().for_each(|share| assert!(loose.add(share.clone()).is_ok()));
    let session = world.vault.reinstate(&again, loose).unwrap();
    assert!(session.read::<Child>(id, &access()).is_err());
    let key = key_of(&session, scope, &shares).unwrap();
    let (next, _) = session.begin_recovery(scope, None).unwrap();
    session.restore(key, &next, &[&again], &administer()).unwrap();
    let session = world.vault.sign_in(&again).unwrap();
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    session.check(|_, _| ()).unwrap();
}

#[test]
fn whoever_tries_to_recover_in_vain_leaves_an_entry() {
    let team = Team::new();
    let scope = team.scope();
    let (_, shares) = team.set_up(scope);
    let session = team.sign_in(&team.supervisor);
    let mut size = session.log_size().unwrap();
    let mut logged = || {
        let before = std::mem::replace(&mut size, session.log_size().unwrap());
        size - before
    };
    assert_eq!(session.begin_recovery(scope, None).err(), Some(AccessError::NotAllowed.into()));
    assert_eq!(logged(), 1);
    assert_eq!(session.begin_restore(scope).err(), Some(AccessError::NotAllowed.into()));
    assert_eq!(logged(), 1);
    session.lock();
    let vault = Vault::open(&team.world.path(), Host::with_shared(team.world.keys.clone())).unwrap();
    let mut few = crate::keys::LooseShares::new();
    shares.into_iter().take(2).for_each(|share| assert!(few.add(share).is_ok()));
    let before = team.sign_in(&team.supervisor).log_size().unwrap();
    assert!(vault.reinstate(&Identity::generate(), few).is_err());
    // The end of one session, the attempt, and the beginning of another.
    assert_eq!(team.sign_in(&team.supervisor).log_size().unwrap(), before + 3);
}
