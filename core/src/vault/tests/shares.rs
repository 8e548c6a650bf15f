//! Shares that end by a date.

use std::time::Duration;

use super::members::role;
use super::*;
use crate::access::Compartments;
use crate::keys::ManualClock;

const DAY: Duration = Duration::from_secs(24 * 3600);
const NOW: u64 = 1_700_000_000_000;
const SHARED: [Compartment; 2] = [Compartment::Identity, Compartment::Profile];

/// A case of one interviewer, of which something is shared with another until tomorrow.
struct Shared {
    world: World,
    clock: ManualClock,
    owner: Identity,
    friend: Identity,
    case: RecordId,
    id: RecordId,
}

impl Shared {
    fn new() -> Self {
        let (mut world, clock) = (World::new(), ManualClock::at(NOW));
        world.vault =
            Vault::open(&world.path(), Host::with_shared(world.keys.clone()).with_clock(clock.clone())).unwrap();
        let (owner, friend) = (Identity::generate(), Identity::generate());
        let chief = world.session();
        for identity in [&owner, &friend] {
            let unit = chief.unit().scope();
            chief.enrol(&identity.public(), &role("interviewer"), unit, &[&world.founder], &access()).unwrap();
        }
        let session = world.vault.sign_in(&owner).unwrap();
        let (case, id) = case_with_child(&session, "Sokha");
        let until = NOW + DAY.as_millis() as u64;
        session.share(case, friend.member(), Compartments::of(SHARED), Some(until), &access()).unwrap();
        session.read::<Child>(id, &access()).unwrap();
        drop(session);
        Self { world, clock, owner, friend, case, id }
    }

    fn sign_in(&self, identity: &Identity) -> Session {
        self.world.vault.sign_in(identity).unwrap()
    }

    /// How many data keys the compartment has.
    fn keys(&self, compartment: Compartment) -> usize {
        let scope = self.case.scope();
        let keys = self.world.session().look(|act| act.keys.scope_keys(act.rows, scope));
        keys.unwrap().of(compartment).count()
    }

    /// How many of them are wrapped for the friend.
    fn known(&self, compartment: Compartment) -> usize {
        let (scope, vault) = (self.case.scope(), self.world.vault.inner.file.vault);
        let keys = self.world.session().look(|act| act.keys.scope_keys(act.rows, scope)).unwrap();
        let slots = self.friend.public().slot_key;
        keys.of(compartment).filter(|(key, ..)| key.is_wrapped(&slots.data_key(vault, scope, key.ordinal))).count()
    }

    fn write(&self, session: &Session, name: &str) {
        session.amend(self.id, &child(name), &access()).unwrap();
    }
}

#[test]
fn a_share_that_has_ended_by_its_date_costs_one_new_key_and_no_more() {
    let shared = Shared::new();
    assert_eq!(shared.sign_in(&shared.friend).read::<Child>(shared.id, &access()).unwrap().record, child("Sokha"));
    let owner = shared.sign_in(&shared.owner);
    (0..3).for_each(|_| shared.write(&owner, "Dara"));
    assert_eq!(SHARED.map(|of| (shared.keys(of), shared.known(of))), [(1, 1), (1, 1)], "it lasts");
    drop(owner);
    shared.clock.advance(DAY);
    for _ in 0..2 {
        let owner = shared.sign_in(&shared.owner);
        (0..3).for_each(|_| shared.write(&owner, "Bopha"));
        assert_eq!(SHARED.map(|of| (shared.keys(of), shared.known(of))), [(2, 1), (2, 1)]);
    }
    let chief = shared.world.session();
    shared.write(&chief, "Phalla");
    assert_eq!(shared.keys(Compartment::Identity), 2, "whoever writes");
    assert!(shared.sign_in(&shared.friend).read::<Child>(shared.id, &access()).is_err());
    // Shared again, and taken back: known again, and one key more.
    let again = Some(NOW + 3 * DAY.as_millis() as u64);
    let owner = shared.sign_in(&shared.owner);
    owner.share(shared.case, shared.friend.member(), Compartments::of(SHARED), again, &access()).unwrap();
    shared.write(&owner, "Sopheak");
    assert_eq!((shared.keys(Compartment::Identity), shared.known(Compartment::Identity)), (2, 2));
    assert_eq!(shared.sign_in(&shared.friend).read::<Child>(shared.id, &access()).unwrap().record, child("Sopheak"));
    chief.unassign(shared.case, shared.friend.member(), &access()).unwrap();
    (0..2).for_each(|_| shared.write(&owner, "Rith"));
    assert_eq!(shared.keys(Compartment::Identity), 3);
    chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_key_whose_wraps_were_swept_is_not_taken_for_a_new_one() {
    let shared = Shared::new();
    shared.clock.advance(DAY);
    let chief = shared.world.session();
    for round in 0..2 {
        chief.move_on(&access(), |_, _| ()).unwrap();
        assert_eq!(shared.known(Compartment::Identity), 1, "the newest that is known keeps its wrap");
        let owner = shared.sign_in(&shared.owner);
        (0..2).for_each(|_| shared.write(&owner, "Bopha"));
        assert_eq!(shared.keys(Compartment::Identity), 2, "{round}");
        assert!(shared.sign_in(&shared.friend).read::<Child>(shared.id, &access()).is_err());
    }
    // Taken back: now the wrap goes as well, and what was known is known by the entry that took it back.
    chief.unassign(shared.case, shared.friend.member(), &access()).unwrap();
    chief.move_on(&access(), |_, _| ()).unwrap();
    assert_eq!(shared.known(Compartment::Identity), 0);
    let owner = shared.sign_in(&shared.owner);
    (0..2).for_each(|_| shared.write(&owner, "Dara"));
    assert_eq!(shared.keys(Compartment::Identity), 3);
    assert_eq!(chief.read::<Child>(shared.id, &access()).unwrap().record, child("Dara"));
}

#[test]
fn of_two_keys_that_were_known_the_older_one_is_not_used_again() {
    let shared = Shared::new();
    let chief = shared.world.session();
    // Somebody else is taken off the case while the share lasts: a second key, which the friend gets too.
    let third = Identity::generate();
    chief
        .enrol(&third.public(), &role("interviewer"), chief.unit().scope(), &[&shared.world.founder], &access())
        .unwrap();
    chief.assign(shared.case, third.member(), &access()).unwrap();
    let owner = shared.sign_in(&shared.owner);
    shared.write(&owner, "Dara");
    chief.unassign(shared.case, third.member(), &access()).unwrap();
    shared.write(&owner, "Dara");
    assert_eq!((shared.keys(Compartment::Identity), shared.known(Compartment::Identity)), (2, 2));
    drop((owner, chief));
    shared.clock.advance(DAY);
    let chief = shared.world.session();
    chief.move_on(&access(), |_, _| ()).unwrap();
    assert_eq!(shared.known(Compartment::Identity), 1, "the older one is swept");
    let owner = shared.sign_in(&shared.owner);
    shared.write(&owner, "Bopha");
    assert_eq!(shared.keys(Compartment::Identity), 3);
}

#[test]
fn a_share_ends_for_good_and_so_does_what_rests_on_it() {
    let shared = Shared::new();
    let (third, days) = (Identity::generate(), |days: u64| Some(NOW + days * DAY.as_millis() as u64));
    let chief = shared.world.session();
    let (unit, founder) = (chief.unit().scope(), &shared.world.founder);
    chief.enrol(&third.public(), &role("interviewer"), unit, &[founder], &access()).unwrap();
    let friend = shared.sign_in(&shared.friend);
    let pass_on = |friend: &Session, to: &Identity, until| {
        friend.share(shared.case, to.member(), Compartments::of(SHARED), until, &access()).map_err(|error| error.code())
    };
    let refused = Err(Error::from(AccessError::NotAllowed).code());
    // Not for longer than it lasts, neither to themselves nor to others.
    assert_eq!(pass_on(&friend, &shared.friend, None), refused);
    assert_eq!(pass_on(&friend, &shared.friend, days(2)), refused);
    assert_eq!(pass_on(&friend, &third, days(2)), refused);
    assert_eq!(pass_on(&friend, &third, days(1)), Ok(()));
    shared.write(&friend, "Dara");
    drop((friend, chief));
    shared.clock.advance(DAY);
    let (friend, chief) = (shared.sign_in(&shared.friend), shared.world.session());
    assert_eq!(pass_on(&friend, &third, days(1)), refused);
    let denied = friend.amend(shared.id, &child("Bopha"), &access()).unwrap_err();
    assert!(matches!(denied, Error::Access(AccessError::MayNotWrite { .. })), "{denied:?}");
    assert!(shared.sign_in(&third).read::<Child>(shared.id, &access()).is_err());
    assert_eq!(chief.read::<Child>(shared.id, &access()).unwrap().record, child("Dara"));
    chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_key_that_somebody_drew_whose_share_has_ended_is_not_used_again() {
    let shared = Shared::new();
    shared.clock.advance(DAY);
    // A program of their own draws one for everybody but its member, with what it still knows.
    let friend = shared.sign_in(&shared.friend);
    friend.become_lawless();
    shared.write(&friend, "Dara");
    let drawn = shared.keys(Compartment::Identity);
    drop(friend);
    for _ in 0..2 {
        let owner = shared.sign_in(&shared.owner);
        shared.write(&owner, "Bopha");
        assert_eq!(shared.keys(Compartment::Identity), drawn + 1);
    }
    assert_eq!(shared.world.session().read::<Child>(shared.id, &access()).unwrap().record, child("Bopha"));
}
