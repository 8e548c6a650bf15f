//! As many cycles as are wanted: `SAFEROOM_TORTURE_CYCLES`, or for so many `SAFEROOM_TORTURE_SECONDS`, from the seed
//! `SAFEROOM_TORTURE_SEED`. With a file `SAFEROOM_TORTURE_RECORD` each cycle is written down there, a run goes on where the
//! one before was broken off, and a failure does not end it: the vault before and after it is kept. Tells what was done in the end.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Chance;
use crate::faults::{Fault, Kind, Shim};
use crate::flips;
use crate::record::{self, Line, Record};
use crate::station::{Station, copy_folder};

/// A vault grows, and its check with it: after so many cycles the next one begins.
const LIFE: u64 = 24;
/// Acts of a worker that may be hit: more than it does, so a few workers end undisturbed. Prime, so that steps of any length
/// come to each of them, and a short run is spread over the whole.
/// Odd, so that each is met with the key store on the disk that fails, and with it on another.
const MOST_ACTS: u64 = 907;
const STEP: u64 = 233;
/// Turns by which the next seed is ahead: four seeds of so many turns come to each act twice, once with the keys apart.
const AHEAD: u64 = 454;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Runs them.
pub(crate) fn run() {
    let cycles = number("SAFEROOM_TORTURE_CYCLES").unwrap_or(u64::MAX);
    let seconds = number("SAFEROOM_TORTURE_SECONDS").unwrap_or(if cycles == u64::MAX { 60 } else { u64::MAX >> 32 });
    let seed = number("SAFEROOM_TORTURE_SEED").unwrap_or(1).max(1);
    let path = std::env::var_os("SAFEROOM_TORTURE_RECORD").map(PathBuf::from);
    let mut record = path.as_deref().map_or_else(Record::in_memory, Record::open);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (shim, template) = (Shim::build(), Station::new());
    let (mut station, mut failed) = (template.copy(), 0_u64);
    // What a record holds counts: a run that was broken off comes to the same number of cycles.
    for cycle in record.next(seed)..cycles {
        if Instant::now() >= end {
            break;
        }
        if station.cycles >= LIFE {
            station = template.copy();
        }
        let before = station.copy();
        match catch_unwind(AssertUnwindSafe(|| one(&mut station, &shim, seed, cycle))) {
            Ok(line) => record.add(line),
            Err(problem) => {
                keep(&before, &station, path.as_deref(), &format!("{seed}-{cycle}"));
                if !record.is_kept() {
                    resume_unwind(problem);
                }
                failed += 1;
                record.add(plan(seed, cycle).0);
                station = template.copy();
            }
        }
    }
    println!("\nafter each cycle the whole vault was checked and nothing was lost\n\n{}", record::table(&record.all()));
    assert_eq!(failed, 0, "cycles failed");
}

/// What happens in a cycle, the same for the same seed and number: every act in turn, for each kind in turn, then flipped bits.
fn plan(seed: u64, cycle: u64) -> (Line, Option<Fault>, Chance) {
    let kinds = Kind::ALL.len() as u64;
    let turn = cycle / (kinds + 1) + (seed - 1) * AHEAD;
    let mut chance = Chance(seed << 32 ^ cycle);
    let Some(&kind) = Kind::ALL.get((cycle % (kinds + 1)) as usize) else {
        return (Line::new(seed, cycle, "flip", 0, false), None, chance);
    };
    let (number, keys_apart) = (turn * STEP % MOST_ACTS + 1, turn % 2 == 1);
    let fault = Fault { kind, number, seed: chance.below(1 << 32), keys_apart };
    (Line::new(seed, cycle, kind.name(), number, keys_apart), Some(fault), chance)
}

fn one(station: &mut Station, shim: &Shim, seed: u64, cycle: u64) -> Line {
    let (line, fault, mut chance) = plan(seed, cycle);
    match fault {
        Some(fault) => line.went(station.cycle(shim, fault)),
        None => line.flipped(flips::cycle(station, &mut chance)),
    }
}

/// Keeps the vault as it was before a cycle that failed, and as it is.
fn keep(before: &Station, after: &Station, record: Option<&Path>, name: &str) {
    let beside = record.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let folder = beside.unwrap_or(Path::new(env!("CARGO_TARGET_TMPDIR"))).join(format!("torture-failed-{name}"));
    for (station, moment) in [(before, "before"), (after, "after")] {
        let to = folder.join(moment);
        std::fs::create_dir_all(&to).expect("a folder for what failed");
        copy_folder(station.folder.path(), &to);
    }
    eprintln!("kept in {}", folder.display());
}

/// Four seeds of the length that `cargo xtask torture` names come to every act with every fault, in both places of the keys.
#[test]
fn four_seeds_come_to_every_act() {
    let cycles = AHEAD * (Kind::ALL.len() as u64 + 1);
    let plans = (1..=4).flat_map(|seed| (0..cycles).map(move |cycle| plan(seed, cycle).0));
    let places: std::collections::BTreeSet<_> = plans.map(|line| (line.kind, line.act, line.keys_apart)).collect();
    assert_eq!(places.len() as u64, Kind::ALL.len() as u64 * MOST_ACTS * 2 + 1);
}
