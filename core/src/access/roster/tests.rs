//! The roster: who can change it, what follows, and what is refused.

use super::*;
use crate::access::DeviceChange;
use crate::access::LogEnd;
use crate::keys::{CircleSecret, Identity, RecoveryScope, RecoverySet, SigningKey};
use crate::log::Hash;

struct World {
    founder: Identity,
    roster: Roster,
    entries: Vec<RosterEntry>,
}

fn listing(vault: VaultId, name: CircleName) -> CircleListing {
    let secret = CircleSecret::generate();
    let keys = secret.keys(vault, name);
    CircleListing {
        name,
        commitment: secret.commitment(vault, name),
        public_key: keys.hybrid().public_key(),
        slot_key: keys.slot_key().clone(),
    }
}

fn founding(founder: &Identity, vault: VaultId) -> Founding {
    let unit = ScopeId::random();
    let circles = Compartment::ALL.iter().map(|compartment| {
        let scope = match compartment {
            Compartment::Roster => ScopeId::from_bytes(*vault.as_bytes()),
            _ => unit,
        };
        listing(vault, CircleName { scope, compartment: compartment.number(), generation: 1 })
    });
    Founding {
        device: DeviceId::random(),
        founded_at: 1_700_000_000_000,
        origin: "police.example.org/audit/1".into(),
        log_key: SigningKey::generate().verifying_key(),
        unit,
        founder: founder.public(),
        policy: AccessPolicy::standard(),
        circles: circles.collect(),
    }
}

fn role(name: &str) -> RoleName {
    RoleName::parse(name).unwrap()
}

impl World {
    fn new() -> Self {
        let (founder, vault) = (Identity::generate(), VaultId::random());
        let change = RosterChange::Found(Box::new(founding(&founder, vault)));
        let entry = Proposal::founding(vault, change).signed_by(&founder).into_entry(1);
        let roster = Roster::verify(vault, std::slice::from_ref(&entry)).unwrap();
        Self { founder, roster, entries: vec![entry] }
    }

    fn unit(&self) -> ScopeId {
        self.roster.founding().unit
    }

    fn entry(&self, change: RosterChange, signers: &[&Identity]) -> RosterEntry {
        let proposal = Proposal::new(&self.roster, change);
        let signed = signers.iter().fold(proposal, |proposal, signer| proposal.signed_by(signer));
        signed.into_entry(self.entries.len() as u64 + 1)
    }

    fn does(&mut self, change: RosterChange, signers: &[&Identity]) {
        let entry = self.entry(change, signers);
        self.roster.append(&entry).unwrap();
        self.entries.push(entry);
    }

    #[track_caller]
    fn refuses(&self, change: RosterChange, signers: &[&Identity], error: AccessError) {
        let (mut roster, entry) = (self.roster.clone(), self.entry(change, signers));
        assert_eq!((roster.append(&entry), roster.head()), (Err(error), self.roster.head()));
    }

    fn enrolment(&self, identity: &Identity, name: &str) -> RosterChange {
        RosterChange::Enrol { identity: identity.public(), role: role(name), unit: self.unit() }
    }

    /// A member in this role, enrolled by the founder alone or with a custodian.
    fn with(&mut self, name: &str, others: &[&Identity]) -> Identity {
        let identity = Identity::generate();
        let change = self.enrolment(&identity, name);
        let founder = Identity::from_parts(self.founder.member(), self.founder.seed_for_tests());
        let signers: Vec<_> = std::iter::once(&founder).chain(others.iter().copied()).collect();
        self.does(change, &signers);
        identity
    }

    fn circle(&self, compartment: Compartment) -> &ListedCircle {
        self.roster.circle(self.unit(), compartment).unwrap()
    }
}

#[test]
fn only_what_the_founder_signed_is_a_roster() {
    let world = World::new();
    let vault = world.roster.vault();
    let bytes = world.entries[0].to_bytes();
    assert_eq!(RosterEntry::from_bytes(&bytes).unwrap(), world.entries[0]);
    assert_eq!(Roster::verify(VaultId::random(), &world.entries).err(), Some(AccessError::Roster));
    assert_eq!(Roster::verify(vault, &[]).err(), Some(AccessError::Roster));
    let founding = world.entries[0].proposal().change().unwrap();
    let stranger = Proposal::founding(vault, founding.clone()).signed_by(&Identity::generate()).into_entry(1);
    assert_eq!(Roster::verify(vault, &[stranger]).err(), Some(AccessError::Roster));
    let unsigned = Proposal::founding(vault, founding).into_entry(1);
    assert_eq!(Roster::verify(vault, &[unsigned]).err(), Some(AccessError::Roster));
    // The number of the commit is not signed by the founder, but by the commit itself: 8 bytes.
    for index in (8..bytes.len()).step_by(31) {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        let read = RosterEntry::from_bytes(&changed).and_then(|entry| Roster::verify(vault, &[entry]));
        assert_eq!(read.err(), Some(AccessError::Roster), "byte {index}");
    }
}

#[test]
fn the_founder_holds_everything_and_an_officer_what_the_role_says() {
    let mut world = World::new();
    let supervisor = world.with("unit-supervisor", &[]);
    let interviewer = world.with("interviewer", &[]);
    let holds = |identity: &Identity, compartment| {
        let member = world.roster.member(identity.member()).unwrap();
        world.roster.holds(member, &world.circle(compartment).listing.name)
    };
    assert!(Compartment::ALL.iter().all(|compartment| holds(&world.founder, *compartment)));
    assert!(holds(&supervisor, Compartment::Identity) && !holds(&supervisor, Compartment::Narrative));
    assert!(!holds(&supervisor, Compartment::Oversight) && holds(&supervisor, Compartment::Roster));
    // Assigned cases only: no circle of the unit.
    assert!(!holds(&interviewer, Compartment::Identity) && holds(&interviewer, Compartment::Operations));
}

#[test]
fn nobody_enrols_who_is_no_custodian_and_two_are_asked_for_where_there_are_two() {
    let mut world = World::new();
    let (one, other, stranger) = (Identity::generate(), Identity::generate(), Identity::generate());
    let needs = |have, needed| AccessError::ApprovalsMissing { have, needed };
    world.refuses(world.enrolment(&one, "interviewer"), &[], needs(0, 1));
    world.refuses(world.enrolment(&one, "interviewer"), &[&stranger], AccessError::Roster);
    let officer = world.with("interviewer", &[]);
    world.refuses(world.enrolment(&one, "interviewer"), &[&officer], needs(0, 1));
    let custodian = world.with("custodian", &[]);
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    world.refuses(world.enrolment(&one, "interviewer"), &[&founder], needs(1, 2));
    world.refuses(world.enrolment(&one, "interviewer"), &[&founder, &officer], needs(1, 2));
    world.does(world.enrolment(&one, "interviewer"), &[&founder, &custodian]);
    world.refuses(world.enrolment(&one, "auditor"), &[&founder, &custodian], AccessError::AlreadyAMember);
    world.refuses(world.enrolment(&other, "founder"), &[&founder, &custodian], AccessError::NoSuchRole);
    world.refuses(world.enrolment(&other, "detective"), &[&founder, &custodian], AccessError::NoSuchRole);
    let elsewhere =
        RosterChange::Enrol { identity: other.public(), role: role("interviewer"), unit: ScopeId::random() };
    world.refuses(elsewhere, &[&founder, &custodian], AccessError::NoSuchUnit);
    assert!(Roster::verify(world.roster.vault(), &world.entries).is_ok());
}

#[test]
fn who_is_suspended_signs_nothing_any_more_and_their_circles_close() {
    let mut world = World::new();
    let custodian = world.with("custodian", &[]);
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let supervisor = world.with("unit-supervisor", &[&custodian]);
    let (identity, narrative) = (Compartment::Identity, Compartment::Narrative);
    assert_eq!(world.circle(identity).closed_at, None);
    // One custodian is enough to take something away.
    world.does(RosterChange::Suspend { member: supervisor.member() }, &[&custodian]);
    let position = world.roster.head().0;
    assert_eq!(world.circle(identity).closed_at, Some(position));
    assert_eq!(world.circle(Compartment::Roster).closed_at, Some(position));
    assert_eq!(world.circle(narrative).closed_at, None, "no supervisor holds it");
    let member = world.roster.member(supervisor.member()).unwrap();
    assert!(!member.is_active() && member.verifying_keys_at(position).next().is_none());
    assert!(member.verifying_keys_at(position - 1).next().is_some());
    assert_eq!(world.roster.reach_at(supervisor.member(), position, identity), Reach::None);
    assert_eq!(world.roster.reach_at(supervisor.member(), position - 1, identity), Reach::Unit);

    // The circle moves on, and is open again.
    let name = CircleName { generation: 2, ..world.circle(identity).listing.name };
    world.does(RosterChange::Circles(vec![listing(world.roster.vault(), name)]), &[&custodian]);
    assert_eq!((world.circle(identity).listing.name.generation, world.circle(identity).closed_at), (2, None));
    assert_eq!(world.roster.closed_at(world.unit(), identity), Some(position));

    world.refuses(RosterChange::Suspend { member: supervisor.member() }, &[&custodian], AccessError::NotActive);
    world.does(RosterChange::Resume { member: supervisor.member() }, &[&founder, &custodian]);
    world.does(RosterChange::Retire { member: supervisor.member() }, &[&founder]);
    let resume = RosterChange::Resume { member: supervisor.member() };
    world.refuses(resume, &[&founder, &custodian], AccessError::NotActive);
    world.refuses(RosterChange::Suspend { member: MemberId::random() }, &[&founder], AccessError::NoSuchMember);
}

#[test]
fn a_circle_of_somebodys_own_is_refused() {
    let mut world = World::new();
    let supervisor = world.with("unit-supervisor", &[]);
    let investigator = world.with("investigator", &[]);
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let vault = world.roster.vault();
    let name = CircleName { generation: 2, ..world.circle(Compartment::Identity).listing.name };
    let circles = |name| RosterChange::Circles(vec![listing(vault, name)]);
    let missing = AccessError::ApprovalsMissing { have: 0, needed: 1 };
    // Who reads assigned cases only would read the whole unit with a circle of their own.
    world.refuses(circles(name), &[&investigator], missing);
    world.refuses(circles(name), &[&Identity::generate()], AccessError::Roster);
    world.refuses(RosterChange::Circles(Vec::new()), &[&investigator], missing);
    let mixed = vec![
        listing(vault, name),
        listing(vault, CircleName { generation: 2, ..world.circle(Compartment::Narrative).listing.name }),
    ];
    world.refuses(RosterChange::Circles(mixed), &[&supervisor], missing);
    for generation in [0, 1, 3] {
        world.refuses(circles(CircleName { generation, ..name }), &[&founder], AccessError::Roster);
    }
    world.refuses(
        circles(CircleName { scope: ScopeId::random(), generation: 1, ..name }),
        &[&founder],
        AccessError::Roster,
    );
    let twice = RosterChange::Circles(vec![listing(vault, name), listing(vault, name)]);
    world.refuses(twice, &[&founder], AccessError::Roster);
    world.does(circles(name), &[&supervisor]);
}

#[test]
fn one_custodian_draws_no_generation_of_a_circle_that_others_hold() {
    let mut world = World::new();
    let custodian = world.with("custodian", &[]);
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let both = [&custodian, &founder];
    let supervisor = world.with("unit-supervisor", &[&custodian]);
    let (unit, vault) = (world.unit(), world.roster.vault());
    let custodian_too = RosterChange::Role { member: founder.member(), role: role("custodian"), unit };
    world.does(custodian_too, &both);
    let next = |world: &World, of| {
        let name = world.circle(of).listing.name;
        RosterChange::Circles(vec![listing(vault, CircleName { generation: name.generation + 1, ..name })])
    };
    // The founder has left both circles: one custodian mends that, and no more.
    let missing = AccessError::ApprovalsMissing { have: 1, needed: 2 };
    let (held, unheld) = (Compartment::Identity, Compartment::Narrative);
    for of in [held, unheld] {
        assert_eq!(world.roster.custodians_needed(&next(&world, of)), 1);
        world.does(next(&world, of), &[&custodian]);
    }
    assert_eq!(world.roster.custodians_needed(&next(&world, held)), 2);
    world.refuses(next(&world, held), &[&custodian], missing);
    // One that nobody held is passed on by nobody: it is drawn again once somebody is to hold it.
    world.does(next(&world, unheld), &[&custodian]);
    // Whoever holds it may, and so may as many custodians as a change asks for.
    world.does(next(&world, held), &[&supervisor]);
    world.does(next(&world, held), &both);
    Roster::verify(vault, &world.entries).unwrap();
}

#[test]
fn an_entry_stands_in_its_place_only() {
    let mut world = World::new();
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let one = world.entry(world.enrolment(&Identity::generate(), "interviewer"), &[&founder]);
    let other = world.entry(world.enrolment(&Identity::generate(), "auditor"), &[&founder]);
    world.roster.append(&one).unwrap();
    assert_eq!(world.roster.append(&other), Err(AccessError::ProposalOutdated));
    assert_eq!(world.roster.append(&one), Err(AccessError::ProposalOutdated));
    let vault = world.roster.vault();
    let entries = [world.entries[0].clone(), one];
    assert!(Roster::verify(vault, &entries).is_ok());
    // Left out, put in front, or of another commit than the one before.
    assert!(Roster::verify(vault, &entries[1..]).is_err());
    assert!(Roster::verify(vault, &[entries[0].clone(), other.clone(), entries[1].clone()]).is_err());
    let early = other.proposal().clone().into_entry(0);
    assert!(Roster::verify(vault, &[entries[0].clone(), early]).is_err());
    let bytes = entries[1].to_bytes();
    for index in (8..bytes.len()).step_by(5) {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        let read = RosterEntry::from_bytes(&changed);
        let read = read.and_then(|entry| Roster::verify(vault, &[entries[0].clone(), entry]));
        assert!(read.is_err(), "byte {index}");
    }
}

#[test]
fn the_last_custodian_stays() {
    let mut world = World::new();
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let (member, unit) = (founder.member(), world.unit());
    let last = AccessError::LastCustodian;
    world.refuses(RosterChange::Suspend { member }, &[&founder], last);
    world.refuses(RosterChange::Retire { member }, &[&founder], last);
    let revoke = RosterChange::RevokeIdentity { member, key: founder.public().verifying_key };
    world.refuses(revoke.clone(), &[&founder], last);
    world.refuses(RosterChange::Role { member, role: role("unit-supervisor"), unit }, &[&founder], last);
    // As a custodian the founder gives up all keys to records.
    world.does(RosterChange::Role { member, role: role("custodian"), unit }, &[&founder]);
    let now = world.roster.member(member).unwrap();
    assert!(!world.roster.holds(now, &world.circle(Compartment::Identity).listing.name));
    assert!(world.circle(Compartment::Identity).closed_at.is_some());
    let custodian = world.with("custodian", &[]);
    world.does(revoke, &[&custodian]);
    assert!(world.roster.member(member).unwrap().active_identities().next().is_none());
}

#[test]
fn a_second_device_has_keys_of_its_own_that_are_revoked_alone() {
    let mut world = World::new();
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let officer = world.with("interviewer", &[]);
    let phone = Identity::generate_for(officer.member());
    world.does(RosterChange::AddIdentity { identity: phone.public() }, &[&founder]);
    let again = RosterChange::AddIdentity { identity: phone.public() };
    world.refuses(again, &[&founder], AccessError::AlreadyAMember);
    let key = phone.public().verifying_key;
    world.does(RosterChange::RevokeIdentity { member: officer.member(), key }, &[&founder]);
    let member = world.roster.member(officer.member()).unwrap();
    assert_eq!(member.active_identities().collect::<Vec<_>>(), [&officer.public()]);
    assert!(member.is_active() && member.lost_at() == Some(world.roster.head().0));
    let revoke = RosterChange::RevokeIdentity { member: officer.member(), key };
    world.refuses(revoke, &[&founder], AccessError::NotActive);
}

#[test]
fn positions_follow_the_commits() {
    let mut world = World::new();
    world.with("interviewer", &[]);
    world.with("auditor", &[]);
    assert_eq!([0, 1, 2, 3, 9].map(|commit| world.roster.position_at(commit)), [0, 0, 1, 2, 2]);
}

#[test]
fn another_device_takes_over_by_a_custodian() {
    let mut world = World::new();
    let officer = world.with("interviewer", &[]);
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let device = DeviceChange {
        device: DeviceId::random(),
        since: 1_800_000_000_000,
        origin: "police.example.org/audit/2".into(),
        log_key: SigningKey::generate().verifying_key(),
        ended: LogEnd { commit: 7, size: 9, root: Hash::from_bytes([5; 32]) },
    };
    let missing = AccessError::ApprovalsMissing { have: 0, needed: 1 };
    world.refuses(RosterChange::Device(device.clone()), &[&officer], missing);
    let same = DeviceChange { origin: world.roster.log().origin.clone(), ..device.clone() };
    world.refuses(RosterChange::Device(same), &[&founder], AccessError::Roster);
    let before = world.roster.log().device;
    world.does(RosterChange::Device(device.clone()), &[&founder]);
    assert_eq!((world.roster.log().device, world.roster.logs().len()), (device.device, 2));
    assert_eq!([0, 1, 2].map(|at| world.roster.device_at(at)), [Some(before), Some(before), Some(device.device)]);
    assert_eq!(world.roster.logs()[0].ended, Some(device.ended));
}

/// A recovery key put together from three of its shares.
fn put_together(set: &RecoverySet, shares: &[crate::keys::RecoveryShare]) -> crate::keys::RecoveryKey {
    let mut restoring = crate::keys::Restoring::begin(set.clone(), Vec::new());
    shares.iter().take(3).for_each(|share| assert!(restoring.add(share.clone()).is_ok()));
    restoring.finish().unwrap()
}

#[test]
fn shares_make_a_custodian_of_their_unit_and_nothing_else() {
    let mut world = World::new();
    let (vault, unit) = (world.roster.vault(), world.unit());
    let (set, shares) = RecoverySet::first(vault, RecoveryScope::Unit(unit), 3, 4).unwrap();
    let (oversight, oversight_shares) = RecoverySet::first(vault, RecoveryScope::Oversight, 3, 4).unwrap();
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let founder = &founder;
    world.does(RosterChange::Recovery(Box::new(set.clone())), &[founder]);
    world.does(RosterChange::Recovery(Box::new(oversight.clone())), &[founder]);

    let newcomer = Identity::generate().public();
    let enrol = |name: &str, unit| RosterChange::Enrol { identity: newcomer.clone(), role: role(name), unit };
    let appended = |world: &World, change: RosterChange, key: &crate::keys::RecoveryKey| {
        let entry =
            Proposal::new(&world.roster, change).signed_by_shares(key).into_entry(world.entries.len() as u64 + 1);
        world.roster.clone().append(&entry)
    };
    let missing = Err(AccessError::ApprovalsMissing { have: 0, needed: 1 });
    let key = put_together(&set, &shares);
    assert_eq!(appended(&world, enrol("custodian", unit), &key), Ok(()));
    assert_eq!(appended(&world, enrol("unit-supervisor", unit), &key), missing);
    assert_eq!(appended(&world, enrol("custodian", ScopeId::random()), &key), missing);
    assert_eq!(appended(&world, RosterChange::Retire { member: founder.member() }, &key), missing);
    let device = |member| RosterChange::AddIdentity { identity: Identity::generate_for(member).public() };
    assert_eq!(appended(&world, device(founder.member()), &key), Ok(()));
    assert_eq!(appended(&world, device(newcomer.member), &key), missing);
    let next = set.next(3, 3).unwrap().0;
    assert_eq!(appended(&world, RosterChange::Recovery(Box::new(next.clone())), &key), missing);
    // Not by the key of oversight, nor by one that was replaced or is nobody's.
    let of_oversight = put_together(&oversight, &oversight_shares);
    assert_eq!(appended(&world, enrol("custodian", unit), &of_oversight), Err(AccessError::Roster));
    world.does(RosterChange::Recovery(Box::new(next)), &[founder]);
    assert_eq!(appended(&world, enrol("custodian", unit), &key), Err(AccessError::Roster));
}

#[test]
fn recovery_sets_follow_each_other() {
    let mut world = World::new();
    let (vault, unit) = (world.roster.vault(), RecoveryScope::Unit(world.unit()));
    let founder = Identity::from_parts(world.founder.member(), world.founder.seed_for_tests());
    let listed = |set: &RecoverySet| RosterChange::Recovery(Box::new(set.clone()));
    let (first, _) = RecoverySet::first(vault, unit, 3, 4).unwrap();
    let (second, _) = first.next(3, 4).unwrap();
    let wrong = [
        RecoverySet::first(VaultId::random(), unit, 3, 4).unwrap().0,
        RecoverySet::first(vault, RecoveryScope::Unit(ScopeId::random()), 3, 4).unwrap().0,
        second.clone(),
    ];
    for set in &wrong {
        world.refuses(listed(set), &[&founder], AccessError::RecoverySet);
    }
    let weak = RecoverySet::first(vault, unit, 2, 3).unwrap().0;
    world.refuses(listed(&weak), &[&founder], AccessError::TooFewShares { needed: 3 });
    world.does(listed(&first), &[&founder]);
    world.refuses(listed(&first), &[&founder], AccessError::RecoverySet);
    world.does(listed(&second), &[&founder]);
    assert_eq!(world.roster.recovery(unit).map(|listed| &listed.set), Some(&second));
    let again = Roster::verify(vault, &world.entries).unwrap();
    assert_eq!(again.recoveries(), world.roster.recoveries());
}
