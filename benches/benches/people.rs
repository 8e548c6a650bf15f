//! What people cost: signing in, joining a unit, leaving it, and reading beside many members and many cases.
//!
//! `cargo bench --bench people [-- --quick]`. CPU time, medians. Each line has its baseline in the same run: a sign-in
//! beside that of a member with two circles, a read beside the same read in a small vault with one member. The identity is
//! unlocked already: Argon2id is not in it.

use saferoom::access::RosterChange;
use saferoom::access::policy::RoleName;
use saferoom::id::RecordId;
use saferoom::keys::Identity;
use saferoom::model::records::Child;
use saferoom::vault::Session;
use saferoom_benches::ours::{Ours, access};
use saferoom_benches::paired::{Clock, Times, timed};

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let cases = if quick { 500 } else { 10_000 };
    let folder = tempfile::tempdir().unwrap();
    let ours = Ours::new(folder.path(), 200);
    let children = ours.children(cases);

    let supervisor = Identity::generate();
    let (_, joined) = timed(Clock::Cpu, || enrol(&ours, &supervisor, "unit-supervisor"));
    println!("joins a unit with {cases} cases: {:.1} ms", milli(joined));
    let officer = Identity::generate();
    enrol(&ours, &officer, "front-line-officer");
    for (name, identity) in
        [("front-line officer", &officer), ("unit supervisor", &supervisor), ("founder", ours.founder())]
    {
        let time = median(20, || timed(Clock::Cpu, || drop(ours.vault().sign_in(identity).unwrap())).1);
        println!("signs in as {name}: {:.1} ms", milli(time));
    }
    rotations(&ours, &children);
    let reads = reading(&ours.session, &children);
    println!("reads a record of {cases} cases, few members: {:.1} µs", micro(reads));
    for _ in 0..if quick { 10 } else { 200 } {
        enrol(&ours, &Identity::generate(), "interviewer");
    }
    let reads = reading(&ours.session, &children);
    println!("reads a record of {cases} cases, many members: {:.1} µs", micro(reads));

    let small = tempfile::tempdir().unwrap();
    let small = Ours::new(small.path(), 200);
    let few = small.children(50);
    println!("reads a record of 50 cases, one member: {:.1} µs", micro(reading(&small.session, &few)));
}

/// The suspension itself, the next write to an existing case, and the work that follows in the background.
fn rotations(ours: &Ours, children: &[RecordId]) {
    let leaving = Identity::generate();
    enrol(ours, &leaving, "unit-supervisor");
    let change = RosterChange::Suspend { member: leaving.member() };
    let (_, suspended) =
        timed(Clock::Cpu, || ours.session.change_roster(change, &[ours.founder()], &access()).unwrap());
    println!("suspends a supervisor of {} cases: {:.1} ms", children.len(), milli(suspended));
    let child = ours.session.read::<Child>(children[0], &access()).unwrap().record;
    let (_, written) = timed(Clock::Cpu, || ours.session.amend(children[0], &child, &access()).unwrap());
    println!("first write to a case after it: {:.2} ms", milli(written));
    let (_, moved) = timed(Clock::Cpu, || ours.session.move_on(&access(), |_, _| ()).unwrap());
    println!("moves {} cases on in the background: {:.0} ms", children.len(), milli(moved));
}

fn enrol(ours: &Ours, identity: &Identity, role: &str) {
    let (role, unit) = (RoleName::parse(role).unwrap(), ours.session.unit().scope());
    ours.session.enrol(&identity.public(), &role, unit, &[ours.founder()], &access()).unwrap();
}

/// One logged read in a batch of a hundred, in cases that lie apart.
fn reading(session: &Session, children: &[RecordId]) -> std::time::Duration {
    let batch: Vec<_> = children.iter().step_by((children.len() / 100).max(1)).take(100).copied().collect();
    let count = batch.len() as u32;
    median(30, || timed(Clock::Cpu, || session.read_many::<Child>(&batch, &access()).unwrap()).1 / count)
}

fn median(rounds: usize, mut measure: impl FnMut() -> std::time::Duration) -> std::time::Duration {
    let mut times = Times::default();
    (0..rounds).for_each(|_| times.0.push(measure()));
    times.quantile(0.5)
}

fn milli(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn micro(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
