//! As many cycles as are wanted: `SAFEROOM_TORTURE_CYCLES`, or for so many `SAFEROOM_TORTURE_SECONDS`, from the seed
//! `SAFEROOM_TORTURE_SEED`. Tells what was done in the end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::Chance;
use crate::faults::{Fault, Kind, Shim};
use crate::flips::{self, Flipped};
use crate::station::{Outcome, Station};

/// A vault grows, and its check with it: after so many cycles the next one begins.
const LIFE: u64 = 24;
/// Acts of a worker that may be hit: more than it does, so a few workers end undisturbed. Prime, so that steps of any length
/// come to each of them, and a short run is spread over the whole.
/// Odd, so that each is met with the key store on the disk that fails, and with it on another.
const MOST_ACTS: u64 = 601;
const STEP: u64 = 233;

/// The cycles of one kind.
#[derive(Debug, Default)]
struct Sum {
    cycles: u64,
    undisturbed: u64,
    acknowledged: usize,
    done_unheard: usize,
    codes: BTreeMap<String, usize>,
}

impl Sum {
    fn add(&mut self, outcome: Outcome) {
        self.cycles += 1;
        self.undisturbed += u64::from(outcome.finished && outcome.failed.is_empty());
        self.acknowledged += outcome.acknowledged;
        self.done_unheard += outcome.done_unheard;
        for (code, count) in outcome.failed {
            *self.codes.entry(code).or_default() += count;
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Runs them.
pub(crate) fn run() {
    let cycles = number("SAFEROOM_TORTURE_CYCLES").unwrap_or(u64::MAX);
    let seconds = number("SAFEROOM_TORTURE_SECONDS").unwrap_or(if cycles == u64::MAX { 60 } else { u64::MAX >> 32 });
    let seed = number("SAFEROOM_TORTURE_SEED").unwrap_or(1);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (shim, template, mut chance) = (Shim::build(), Station::new(), Chance(seed));
    let mut station = template.copy();
    let (mut sums, mut flipped) = (BTreeMap::<Kind, Sum>::new(), [0_u64; 2]);
    let mut done = 0;
    while done < cycles && Instant::now() < end {
        if station.cycles >= LIFE {
            station = template.copy();
        }
        // Every act in turn, for each kind in turn.
        let turn = done / (Kind::ALL.len() as u64 + 1);
        match Kind::ALL.get((done % (Kind::ALL.len() as u64 + 1)) as usize) {
            Some(&kind) => {
                let (number, seed) = (turn * STEP % MOST_ACTS + 1, chance.below(1 << 32));
                let fault = Fault { kind, number, seed, keys_apart: turn % 2 == 1 };
                sums.entry(kind).or_default().add(station.cycle(&shim, fault));
            }
            None => flipped[usize::from(flips::cycle(&station, &mut chance) == Flipped::Harmless)] += 1,
        }
        done += 1;
    }
    tell(done, seed, &sums, flipped);
}

fn tell(done: u64, seed: u64, sums: &BTreeMap<Kind, Sum>, [refused, harmless]: [u64; 2]) {
    println!("\n{done} cycles from seed {seed}; after each the whole vault was checked and nothing was lost");
    for (kind, sum) in sums {
        let Sum { cycles, undisturbed, acknowledged, done_unheard, codes } = sum;
        let codes: Vec<_> = codes.iter().map(|(code, count)| format!("{code} x{count}")).collect();
        println!(
            "{:<9} {cycles:>6} cycles, {undisturbed:>5} undisturbed, {acknowledged:>7} acts acknowledged, {done_unheard:>5} done unheard; {}",
            kind.name(),
            codes.join(" ")
        );
    }
    println!("{:<9} {:>6} cycles, {refused} refused, {harmless} harmless", "flip", refused + harmless);
}
