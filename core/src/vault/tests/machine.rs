//! A state machine: members come, work, lose and gain, in any order. After every step, what anybody could unwrap is within
//! what a plain model says; and what saferoom reads is what the model says was written.
//!
//! `SAFEROOM_MACHINE_CASES` runs more than a few. A new step is one line in [`Step`], one in [`steps`], one in [`Machine::does`].

mod lasting;
mod model;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use self::lasting::Lasting;
use self::model::{Group, Model, Record, Share};
use super::members::{Team, role};
use super::*;
use crate::access::policy::Sensitivity;
use crate::access::{AccessError, CircleListing, Compartments, Proposal, RosterChange};
use crate::keys::CircleName;
use crate::vault::circles::draw_circle;
use crate::vault::groups::Groups;

/// The roles that people have here, with a purpose that each may state.
const ROLES: [(&str, &str); 6] = [
    ("interviewer", "forensic-interview"),
    ("unit-supervisor", "supervision"),
    ("social-worker", "safety-plan"),
    ("investigator", "investigation"),
    ("evidence-custodian", "investigation"),
    ("auditor", "audit"),
];

/// The compartments of the records here: of the name, and of the sex.
const NAMED: [Compartment; 2] = [Compartment::Identity, Compartment::Profile];

/// What happens. Numbers choose among those who are there.
#[derive(Debug, Clone, Copy)]
enum Step {
    Enrol(usize),
    Open(usize),
    Amend(usize, usize),
    Read(usize, usize),
    Assign(usize, usize),
    /// With which of the two compartments, and whether until a time that is past.
    Share(usize, usize, usize, bool),
    Unassign(usize, usize),
    Hold(usize, usize),
    Role(usize, usize),
    Suspend(usize),
    Resume(usize),
    Retire(usize),
    AddDevice(usize),
    RevokeDevice(usize),
    Rotate(usize),
    SecondSecret(usize),
    TakeBack(usize),
    BreakGlass(usize, usize),
    Erase(usize),
    Recover,
    BackUp,
    Restore(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = || 0..12_usize;
    let step = prop_oneof![
        3 => n().prop_map(Step::Enrol),
        3 => n().prop_map(Step::Open),
        5 => (n(), n()).prop_map(|(who, case)| Step::Amend(who, case)),
        3 => (n(), n()).prop_map(|(who, case)| Step::Read(who, case)),
        4 => (n(), n()).prop_map(|(who, case)| Step::Assign(who, case)),
        3 => (n(), n(), 0..3_usize, any::<bool>()).prop_map(|(who, case, which, past)| Step::Share(who, case, which, past)),
        2 => (n(), n()).prop_map(|(who, case)| Step::Unassign(who, case)),
        2 => (n(), n()).prop_map(|(case, how)| Step::Hold(case, how)),
        2 => (n(), n()).prop_map(|(who, role)| Step::Role(who, role)),
        2 => n().prop_map(Step::Suspend),
        1 => n().prop_map(Step::Resume),
        1 => n().prop_map(Step::Retire),
        1 => n().prop_map(Step::AddDevice),
        1 => n().prop_map(Step::RevokeDevice),
        1 => n().prop_map(Step::Rotate),
        3 => n().prop_map(Step::SecondSecret),
        1 => n().prop_map(Step::TakeBack),
        4 => (n(), n()).prop_map(|(who, case)| Step::BreakGlass(who, case)),
        1 => n().prop_map(Step::Erase),
        1 => Just(Step::Recover),
        2 => Just(Step::BackUp),
        2 => n().prop_map(Step::Restore),
    ];
    proptest::collection::vec(step, 4..24)
}

/// The vault, and what the model says of it.
struct Machine {
    team: Team,
    model: Model,
    /// An identity for each device of the model, in its order; the founder's is in the team.
    identities: Vec<Identity>,
    written: u64,
    lasting: Lasting,
}

impl Machine {
    fn new() -> Self {
        let team = Team::new();
        let founder = Identity::from_parts(team.world.founder.member(), team.world.founder.seed_for_tests());
        Self { team, model: Model::founded(), identities: vec![founder], written: 0, lasting: Lasting::new() }
    }

    fn run(steps: &[Step]) {
        let mut machine = Self::new();
        for step in steps {
            machine.does(*step);
            machine.model.remember();
            machine.compare_keys(step);
        }
        machine.read_all();
        let findings = machine.team.chief.findings(false, &access()).unwrap();
        assert_eq!(findings.len(), machine.model.findings, "every emergency is a finding");
        machine.team.chief.check(|_, _| ()).unwrap();
        machine.tell_all();
    }

    /// Each case is in the statistics once, erased or not, whoever wrote it; what waited is told when the founder looks.
    fn tell_all(&self) {
        let chief = &self.team.chief;
        for record in self.model.records.iter().filter(|record| !record.erased) {
            let _refused_or_read = chief.read::<Child>(record.child, &access());
        }
        let told = chief.statistics(&access()).unwrap();
        assert_eq!((told.cases.len(), told.closed), (self.model.records.len(), 0), "each case once");
    }

    /// Somebody other than the founder.
    fn person(&self, number: usize) -> Option<usize> {
        let others = self.model.people.len() - 1;
        (others > 0).then(|| 1 + number % others)
    }

    fn case(&self, number: usize) -> Option<usize> {
        (!self.model.records.is_empty()).then(|| number % self.model.records.len())
    }

    fn does(&mut self, step: Step) {
        match step {
            Step::Enrol(number) => self.enrol(number % ROLES.len()),
            Step::Open(who) => self.open(who % self.model.people.len()),
            Step::Amend(who, case) => self.with_case(case, |machine, case| {
                machine.amend(who % machine.model.people.len(), case);
            }),
            Step::Read(who, case) => {
                if let Some(case) = self.case(case) {
                    self.read(who % self.model.people.len(), case);
                }
            }
            Step::Assign(who, case) => self.with_both(who, case, Self::assign),
            Step::Share(who, case, which, past) => self.with_both(who, case, |machine, who, case| {
                machine.share(who, case, which, past);
            }),
            Step::Unassign(who, case) => self.with_both(who, case, Self::unassign),
            Step::Hold(case, how) => self.with_case(case, |machine, case| machine.hold(case, how % 3)),
            Step::Role(who, number) => self.with_person(who, |machine, who| machine.role(who, number % ROLES.len())),
            Step::Suspend(who) => self.with_person(who, |machine, who| {
                let member = machine.member(who);
                machine.change(RosterChange::Suspend { member }, machine.model.people[who].is_active(), |model| {
                    model.people[who].suspended = true;
                });
            }),
            Step::Resume(who) => self.with_person(who, |machine, who| {
                let (member, person) = (machine.member(who), &machine.model.people[who]);
                let possible = person.suspended && !person.retired;
                machine.change(RosterChange::Resume { member }, possible, |model| model.people[who].suspended = false);
            }),
            Step::Retire(who) => self.with_person(who, |machine, who| {
                let (member, possible) = (machine.member(who), !machine.model.people[who].retired);
                machine.change(RosterChange::Retire { member }, possible, |model| model.people[who].retired = true);
            }),
            Step::AddDevice(who) => self.with_person(who, Self::add_device),
            Step::RevokeDevice(who) => self.with_person(who, Self::revoke_device),
            Step::Rotate(which) => self.rotate(NAMED[which % 2]),
            Step::SecondSecret(who) => self.with_person(who, Self::second_secret),
            Step::TakeBack(who) => self.with_person(who, Self::take_back),
            Step::BreakGlass(who, case) => {
                if let (Some(who), Some(case)) = (self.person(who), self.case(case)) {
                    self.break_glass(who, case);
                }
            }
            Step::Erase(case) => {
                if let Some(case) = self.case(case) {
                    self.erase(case);
                }
            }
            Step::Recover => self.recover(),
            Step::BackUp => self.back_up(),
            Step::Restore(number) => self.restore(number),
        }
    }

    /// With a case that is not erased.
    fn with_case(&mut self, case: usize, work: impl FnOnce(&mut Self, usize)) {
        if let Some(case) = self.case(case).filter(|case| !self.model.records[*case].erased) {
            work(self, case);
        }
    }

    fn with_person(&mut self, who: usize, work: impl FnOnce(&mut Self, usize)) {
        if let Some(who) = self.person(who) {
            work(self, who);
        }
    }

    fn with_both(&mut self, who: usize, case: usize, work: impl FnOnce(&mut Self, usize, usize)) {
        if let Some(who) = self.person(who) {
            self.with_case(case, |machine, case| work(machine, who, case));
        }
    }

    fn member(&self, who: usize) -> MemberId {
        self.identities[self.model.people[who].devices[0].index].member()
    }

    /// A change of the roster by the founder, which has to be possible exactly if the model says so.
    fn change(&mut self, change: RosterChange, possible: bool, apply: impl FnOnce(&mut Model)) {
        let done = self.team.chief.change_roster(change.clone(), &[&self.team.world.founder], &access());
        assert_eq!(done.is_ok(), possible, "{}: {done:?}", change.name());
        if possible {
            apply(&mut self.model);
        }
    }

    fn enrol(&mut self, number: usize) {
        if self.model.people.len() < 7 {
            self.identities.push(self.team.enrol(ROLES[number].0));
            self.model.enrol(ROLES[number].0);
        }
    }

    fn role(&mut self, who: usize, number: usize) {
        let (member, unit, name) = (self.member(who), self.team.chief.unit().scope(), ROLES[number].0);
        let possible = !self.model.people[who].retired;
        self.change(RosterChange::Role { member, role: role(name), unit }, possible, |model| {
            model.people[who].role = name;
        });
    }

    fn add_device(&mut self, who: usize) {
        let identity = Identity::generate_for(self.member(who));
        let possible = self.model.people[who].is_active();
        self.change(RosterChange::AddIdentity { identity: identity.public() }, possible, |model| {
            model.add_device(who);
        });
        if possible {
            self.identities.push(identity);
        }
    }

    fn revoke_device(&mut self, who: usize) {
        let device = self.model.people[who].devices.len() - 1;
        let listed = self.model.people[who].devices[device];
        let key = self.identities[listed.index].public().verifying_key;
        let change = RosterChange::RevokeIdentity { member: self.member(who), key };
        self.change(change, !listed.revoked, |model| model.people[who].devices[device].revoked = true);
    }

    /// A newer generation of the unit's circle, although nobody has left.
    fn rotate(&mut self, compartment: Compartment) {
        let founder = &self.team.world.founder;
        let rotated = self.team.chief.act(&access(), Event::KeyRotation, &[], |act| {
            let newest = act.keys.roster.circle(act.keys.unit(), compartment).unwrap().listing.name;
            let next = CircleName { generation: newest.generation + 1, ..newest };
            let (listing, secret) = draw_circle(act.keys.file.vault, next);
            let change = RosterChange::Circles(vec![listing.clone()]);
            let proposal = Proposal::new(&act.keys.roster, change).signed_by(founder);
            act.keys.circles.add(listing, secret);
            act.append_to_roster(proposal)?;
            act.pass_on_circles()?;
            act.log(Event::KeyRotation, Outcome::Success, None, None).map(drop)
        });
        rotated.unwrap();
    }

    /// A session of somebody on the newest of their devices, if they may sign in.
    fn session(&self, who: usize) -> Option<(Session, Access)> {
        let person = &self.model.people[who];
        let device = person.devices.iter().rev().find(|device| !device.revoked);
        let device = device.filter(|_| person.is_active())?;
        let purpose = ROLES.iter().find(|(name, _)| *name == person.role).map_or("forensic-interview", |(_, of)| of);
        Some((self.team.sign_in(&self.identities[device.index]), Access::for_purpose(purpose)))
    }

    fn open(&mut self, who: usize) {
        let Some((session, access)) = self.session(who) else { return };
        let opens =
            ["founder", "interviewer", "unit-supervisor", "investigator"].contains(&self.model.people[who].role);
        let case = session.create(Some(session.unit()), &Case::default(), &access);
        assert_eq!(case.is_ok(), opens, "{case:?}");
        let Ok(case) = case else { return };
        let name = self.next_name();
        let child = session.create(Some(case.record), &child(&name), &access).unwrap().record;
        let mut record = Record { case: case.record, child, name, ..Record::default() };
        record.assigned.extend(self.model.assignable(who).filter(|_| self.model.works_on_cases(who)));
        self.model.records.push(record);
        self.seal(&session, self.model.records.len() - 1, Compartments::of(NAMED));
    }

    fn next_name(&mut self) -> String {
        self.written += 1;
        let letters = ["ka", "ri", "so", "tha", "vi", "no", "mey", "lu", "pich", "da"];
        let digits = self.written.to_string();
        digits.chars().map(|digit| letters[digit.to_digit(10).unwrap() as usize]).collect::<String>() + "n"
    }

    /// The newest groups of these compartments were sealed now, for those whom the model names.
    fn seal(&mut self, session: &Session, case: usize, compartments: Compartments) {
        let ordinals = ordinals(session, self.model.records[case].child);
        for compartment in compartments.iter() {
            let entitled = self.model.entitled(case, compartment);
            let by_circle = self.model.records[case].sensitivity == Sensitivity::Standard;
            let ordinal = ordinals[&compartment];
            let duty = if by_circle { self.model.on_duty(compartment) } else { BTreeSet::new() };
            let (could, duty_must) = (entitled.clone(), duty.clone());
            let group = Group { ordinal, could, must: entitled, by_circle, duty, duty_must };
            self.model.records[case].groups.insert(compartment, group);
        }
    }

    fn read(&mut self, who: usize, case: usize) -> Option<(Session, Access, Child, Compartments)> {
        let (session, access) = self.session(who)?;
        let (record, person) = (&self.model.records[case], &self.model.people[who]);
        let device = person.devices.iter().rev().find(|device| !device.revoked).unwrap().index;
        let readable = self.model.readable(who, case);
        let must = NAMED.into_iter().filter(|of| record.groups[of].must.contains(&device));
        let must = Compartments::of(must).and(readable);
        let read = session.read::<Child>(record.child, &access);
        if record.erased {
            assert!(read.is_err(), "{who} reads case {case}, which is erased: {read:?}");
            return None;
        }
        let Ok(read) = read else {
            assert!(must.is_empty(), "{who} reads {must:?} of case {case}: {read:?}");
            return None;
        };
        let seen = read.record;
        let opened = self.seen(case, &seen);
        assert!(must.is_within(opened), "{who} reads all of {must:?} of case {case}: {opened:?}");
        assert!(opened.is_within(readable), "{who} reads {opened:?} of case {case}, not only {readable:?}");
        Some((session, access, seen, opened))
    }

    /// The compartments of which a record shows something; its name has to be the one that was written last.
    fn seen(&self, case: usize, child: &Child) -> Compartments {
        let named = child.family_name_latin.as_ref();
        assert!(named.is_none_or(|name| name.as_str() == self.model.records[case].name));
        let parts = [(named.is_some(), Compartment::Identity), (child.sex.is_some(), Compartment::Profile)];
        Compartments::of(parts.into_iter().filter(|(shown, _)| *shown).map(|(_, compartment)| compartment))
    }

    fn amend(&mut self, who: usize, case: usize) {
        let Some((session, access, mut seen, opened)) = self.read(who, case) else { return };
        if opened.is_empty() {
            return;
        }
        let name = self.next_name();
        let named = opened.contains(Compartment::Identity);
        if named {
            seen.family_name_latin = Some(Text::new(&name).unwrap());
        }
        let amended = session.amend(self.model.records[case].child, &seen, &access);
        if let Err(Error::Access(AccessError::NobodyAssigned { .. })) = amended {
            let nobody = opened.iter().any(|compartment| self.model.entitled(case, compartment).is_empty());
            assert!(who == 0 && nobody, "only the founder sees a case that is held closely and nobody's");
            return;
        }
        amended.unwrap();
        if named {
            self.model.records[case].name = name;
        }
        self.seal(&session, case, opened);
    }

    fn assign(&mut self, who: usize, case: usize) {
        let possible = self.model.assignable(who);
        let done = self.team.chief.assign(self.model.records[case].case, self.member(who), &access());
        assert_eq!(done.is_ok(), possible.is_some(), "{done:?}");
        if let Some((who, compartments)) = possible {
            self.model.records[case].assigned.insert(who, compartments);
        }
    }

    fn share(&mut self, who: usize, case: usize, which: usize, past: bool) {
        let compartments = match which {
            0 | 1 => Compartments::of([NAMED[which]]),
            _ => Compartments::of(NAMED),
        };
        let person = &self.model.people[who];
        let possible = person.is_active() && person.role != "auditor";
        let (case_id, member) = (self.model.records[case].case, self.member(who));
        let done = self.team.chief.share(case_id, member, compartments, past.then_some(1), &access());
        assert_eq!(done.is_ok(), possible, "{done:?}");
        // Beyond what the role reads, a second person would have to agree: nobody does here.
        if possible && self.model.reads(who, compartments) {
            self.model.records[case].shares.push(Share { who, compartments, past });
        }
    }

    fn unassign(&mut self, who: usize, case: usize) {
        self.team.chief.unassign(self.model.records[case].case, self.member(who), &access()).unwrap();
        let record = &mut self.model.records[case];
        record.assigned.remove(&who);
        record.shares.retain(|share| share.who != who);
    }

    fn hold(&mut self, case: usize, how: usize) {
        let sensitivity = Sensitivity::ALL[how];
        self.team.chief.set_sensitivity(self.model.records[case].case, sensitivity, &access()).unwrap();
        self.model.records[case].sensitivity = sensitivity;
    }

    /// Nobody can unwrap the key of a newest group whom the model does not name: by any wrap in the file.
    fn compare_keys(&self, step: &Step) {
        for (case, record) in self.model.records.iter().enumerate() {
            for (compartment, group) in &record.groups {
                let (reached, on_duty) =
                    (self.reached(record, *compartment), self.reached_in_emergency(record, *compartment));
                assert!(!record.erased || reached.len() + on_duty.len() == 0, "after {step:?}, case {case} is erased");
                assert!(
                    on_duty.is_subset(&group.duty),
                    "after {step:?}, {on_duty:?} open {compartment:?} of case {case} in an emergency, not only {:?}",
                    group.duty
                );
                for device in reached {
                    assert!(
                        group.could.contains(&device),
                        "after {step:?}, device {device} unwraps {compartment:?} of case {case}, not only {:?}",
                        group.could
                    );
                }
            }
        }
    }

    /// The devices for which the key of the newest group of a compartment is wrapped, directly or by a circle whose
    /// secret is wrapped for them. Looks at the rows only.
    fn reached(&self, record: &Record, compartment: Compartment) -> Vec<usize> {
        let ordinal = record.groups[&compartment].ordinal;
        let looked = self.team.chief.look(|act| {
            let (vault, scope) = (act.keys.file.vault, record.case.scope());
            let tags: Vec<_> =
                act.rows.keys(scope)?.iter().filter(|row| row.ordinal == ordinal).map(|row| row.tag).collect();
            let listings = act.keys.roster.circles().iter().map(|circle| &circle.listing);
            let wrapped = |listing: &&CircleListing| tags.contains(&listing.slot_key.data_key(vault, scope, ordinal));
            let circles: Vec<_> = listings.filter(wrapped).map(|listing| listing.name).collect();
            assert!(circles.iter().all(|name| name.compartment == compartment.number()));
            let mut reached = Vec::new();
            for (device, identity) in self.identities.iter().enumerate() {
                let slots = identity.public().slot_key;
                let mut reaches = tags.contains(&slots.data_key(vault, scope, ordinal));
                for name in &circles {
                    reaches |= act.rows.slot(&slots.circle(vault, *name))?.is_some();
                }
                if reaches {
                    reached.push(device);
                }
            }
            Ok(reached)
        });
        looked.unwrap()
    }

    /// Everybody reads everything that they may.
    fn read_all(&mut self) {
        for case in 0..self.model.records.len() {
            for who in 0..self.model.people.len() {
                self.read(who, case);
            }
        }
    }
}

/// The data keys with which the newest revision was sealed, of those that its author can open.
fn ordinals(session: &Session, record: RecordId) -> BTreeMap<Compartment, u16> {
    let looked = session.look(|act| {
        let head = act.head(record)?;
        let row = act.rows.revision(head.revision)?.unwrap();
        let keys = act.keys.scope_keys(act.rows, head.scope)?;
        let groups: Vec<_> = Groups::new(&row.groups).collect::<Result<_, _>>()?;
        let own = groups.into_iter().filter(|group| group.origin.is_none()).map(|group| group.ordinal);
        let opened = own.filter_map(|ordinal| Some((keys.by_ordinal(ordinal)?.opened.as_ref()?.0, ordinal)));
        Ok(opened.collect())
    });
    looked.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("SAFEROOM_MACHINE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(8),
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nobody_opens_more_than_the_model_says(steps in steps()) {
        Machine::run(&steps);
    }
}
