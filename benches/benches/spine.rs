//! The spine beside the sum of its bare parts: batched writes and reads, single durable reads, opening, size on disk.
//!
//! `cargo bench --bench spine [-- --quick]`. CPU time of the thread, paired by round; wall time where the disk decides.

use std::time::Duration;

use saferoom::id::RecordId;
use saferoom::model::records::Child;
use saferoom_benches::bare::{Plain, Row, row};
use saferoom_benches::ours::{Ours, access, child};
use saferoom_benches::paired::{Clock, Times, ratio, timed};

const BATCH: usize = 1000;

fn main() {
    // `cargo bench --no-run` builds it; `cargo test --benches` runs it with --test: nothing to do then.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 7 } else { 31 };
    let folder = tempfile::tempdir().unwrap();
    let mut plain = Plain::new(folder.path());
    let ours = Ours::new(folder.path(), 200);
    println!("12 fields, about 600 bytes; batches of {BATCH}; {rounds} rounds; CPU time per record\n");
    let ids = batched_writes(&mut plain, &ours, rounds);
    batched_reads(&mut plain, &ours, rounds, &ids);
    sizes(&plain, &ours, rounds);
    durable_reads(&mut plain, &ours, if quick { 40 } else { 300 }, &ids);
    opening(&ours, if quick { 20_000 } else { 100_000 });
}

fn report(name: &str, times: &Times, per: u32) {
    let [low, middle, high] = [0.1, 0.5, 0.9].map(|share| times.quantile(share) / per);
    println!("  {name:<44} {:>9} {:>9} {:>9}", micro(low), micro(middle), micro(high));
}

fn micro(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

fn goal(name: &str, ratio: [f64; 3], goal: f64) {
    let verdict = if ratio[1] <= goal { "reached" } else { "NOT reached" };
    println!("  {name:<44} {:.2} ({:.2} to {:.2}); goal {goal}: {verdict}\n", ratio[1], ratio[0], ratio[2]);
}

fn batched_writes(plain: &mut Plain, ours: &Ours, rounds: usize) -> Vec<RecordId> {
    let mut times: [Times; 6] = Default::default();
    let mut ids = Vec::new();
    let _warm = ours.write(&(0..BATCH).map(|seed| child(&row(seed))).collect::<Vec<_>>());
    for round in 0..rounds {
        let rows: Vec<Row> = (0..BATCH).map(|index| row(round * BATCH + index)).collect();
        let children: Vec<Child> = rows.iter().map(child).collect();
        let mut take = |index: usize, time: Duration| times[index].0.push(time);
        take(0, timed(Clock::Cpu, || plain.insert(&rows)).1);
        let (sealed, time) = timed(Clock::Cpu, || rows.iter().map(|row| plain.seal_row(row)).collect::<Vec<_>>());
        take(1, time);
        take(2, timed(Clock::Cpu, || sealed.iter().map(|fields| plain.digests(fields)).sum::<usize>()).1);
        take(3, timed(Clock::Cpu, || plain.log(BATCH)).1);
        take(4, timed(Clock::Cpu, || plain.sign()).1);
        let (written, time) = timed(Clock::Cpu, || ours.write(&children));
        take(5, time);
        ids.extend(written);
    }
    println!("batched write, per record                          p10       p50       p90");
    for (name, times) in
        ["plain insert, 8 indexes", "12 AEAD seals", "12 digests", "log append", "signature (per batch)", "saferoom"]
            .iter()
            .zip(&times)
    {
        report(name, times, BATCH as u32);
    }
    goal(
        "saferoom / sum of the parts",
        ratio(&times[5], &[&times[0], &times[1], &times[2], &times[3], &times[4]]),
        1.5,
    );
    ids
}

fn batched_reads(plain: &mut Plain, ours: &Ours, rounds: usize, ids: &[RecordId]) {
    let sealed: Vec<_> = (0..BATCH).map(|index| plain.seal_row(&row(index))).collect();
    let mut times: [Times; 6] = Default::default();
    for round in 0..rounds {
        let pick = |index: usize| (index * 7919 + round * 104_729) % ids.len();
        let rowids: Vec<i64> = (0..BATCH).map(|index| pick(index) as i64 + 1).collect();
        let chosen: Vec<RecordId> = (0..BATCH).map(|index| ids[pick(index)]).collect();
        let mut take = |index: usize, time: Duration| times[index].0.push(time);
        take(0, timed(Clock::Cpu, || plain.read(&rowids)).1);
        take(1, timed(Clock::Cpu, || sealed.iter().map(|fields| plain.open_row(fields)).sum::<usize>()).1);
        take(2, timed(Clock::Cpu, || sealed.iter().map(|fields| plain.digests(fields)).sum::<usize>()).1);
        take(3, timed(Clock::Cpu, || plain.log(BATCH)).1);
        take(4, timed(Clock::Cpu, || plain.sign()).1);
        take(5, timed(Clock::Cpu, || ours.session.read_many::<Child>(&chosen, &access()).unwrap().len()).1);
    }
    println!("batched logged read, per record                    p10       p50       p90");
    for (name, times) in
        ["plain read", "12 AEAD openings", "12 digests", "log append", "signature (per batch)", "saferoom"]
            .iter()
            .zip(&times)
    {
        report(name, times, BATCH as u32);
    }
    goal(
        "saferoom / sum of the parts",
        ratio(&times[5], &[&times[0], &times[1], &times[2], &times[3], &times[4]]),
        1.5,
    );
}

fn sizes(plain: &Plain, ours: &Ours, rounds: usize) {
    let records = ((rounds + 1) * BATCH) as u64;
    let plain = plain.bytes_of_rows() as f64 / (rounds * BATCH) as f64;
    let sealed = ours.bytes_without_log() as f64 / records as f64;
    let (log, entries) = ours.bytes_of_log();
    println!("on disk, per record: plain {plain:.0} B, saferoom {sealed:.0} B without the log");
    goal("saferoom / plain", [sealed / plain; 3], 1.8);
    println!("log at rest: {:.0} B per entry\n", log as f64 / entries as f64);
}

fn durable_reads(plain: &mut Plain, ours: &Ours, rounds: usize, ids: &[RecordId]) {
    let mut times: [Times; 2] = Default::default();
    for round in 0..rounds {
        let id = ids[(round * 7919) % ids.len()];
        let bare = timed(Clock::Wall, || {
            plain.log(1);
            plain.sign()
        });
        times[0].0.push(bare.1);
        times[1].0.push(timed(Clock::Wall, || ours.session.read::<Child>(id, &access()).unwrap()).1);
    }
    println!("one durable logged read, wall time                 p10       p50       p90");
    report("bare durable commit and one signature", &times[0], 1);
    report("saferoom", &times[1], 1);
    goal("saferoom / bare", ratio(&times[1], &[&times[0]]), 1.15);
}

fn opening(ours: &Ours, records: usize) {
    let before = ours.session.vault().info().unwrap().records as usize;
    for batch in 0..(records.saturating_sub(before)) / BATCH {
        let children: Vec<Child> = (0..BATCH).map(|index| child(&row(batch * BATCH + index))).collect();
        let _ = ours.write(&children);
    }
    let times = Times((0..9).map(|_| timed(Clock::Wall, || ours.reopen()).1).collect());
    let count = ours.session.vault().info().unwrap().records;
    println!("opening a vault of {count} records and signing in (wall, without the passphrase)");
    let middle = times.quantile(0.5).as_secs_f64() * 1e3;
    println!("  {middle:.1} ms; goal 50 ms: {}", if middle < 50.0 { "reached" } else { "NOT reached" });
}
