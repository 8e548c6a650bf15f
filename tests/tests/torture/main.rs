//! Torture: a program that works on a vault is killed, loses power, or meets a disk that fails, at a chosen act. Afterwards
//! the vault opens, the whole check passes, what was acknowledged is there exactly once, and nothing is there by half.
//!
//! The few cycles of the plain tests show that each kind of fault works. `cargo xtask torture` runs as many as are wanted (`many.rs`).

#![cfg(target_os = "linux")]

mod faults;
mod flips;
mod ledger;
mod many;
mod once;
mod record;
mod station;
mod worker;

use faults::{Fault, Kind, Shim};
use station::Station;

/// A small source of numbers that is the same on every machine (splitmix64).
#[derive(Debug, Clone)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// The process that is tortured.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn a_worker() {
    worker::run();
}

/// Each kind of fault, early, in the middle and late.
#[test]
fn each_kind_of_fault_leaves_a_whole_vault() {
    let (shim, template) = (Shim::build(), Station::new());
    for kind in Kind::ALL {
        let mut station = template.copy();
        for (seed, (number, keys_apart)) in [(1, false), (9, false), (40, false), (9, true)].into_iter().enumerate() {
            station.cycle(&shim, Fault { kind, number, seed: seed as u64, keys_apart });
        }
    }
}

/// A worker whom nothing disturbs finishes: otherwise the other tests would show nothing.
#[test]
fn without_a_fault_everything_is_acknowledged() {
    let mut station = Station::new();
    let outcome =
        station.cycle(&Shim::build(), Fault { kind: Kind::Kill, number: u64::MAX, seed: 5, keys_apart: false });
    assert!(outcome.finished && outcome.failed.is_empty(), "{outcome:?}");
    assert_eq!(outcome.acknowledged, worker::ACTS);
}

/// Every kind of fault at every act, in turn.
#[test]
#[ignore = "minutes: cargo xtask torture"]
fn many_cycles() {
    many::run();
}

#[test]
fn flipped_bits_are_errors_or_harmless() {
    let station = Station::new();
    let mut chance = Chance(7);
    for _ in 0..25 {
        flips::cycle(&station, &mut chance);
    }
}
