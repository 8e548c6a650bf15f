//! The log by itself, in memory: entries of 200 bytes, the same in every program.

use std::io::{BufRead as _, Write as _};

use crate::record::picks;
use crate::serve::{Took, took};

/// A log that keeps the hashes of its tree in memory.
pub trait Log {
    /// An empty one.
    fn new() -> Self;

    /// One more entry.
    fn append(&mut self, entry: &[u8]);

    /// The root over all entries.
    fn root(&self) -> [u8; 32];

    /// The proof that the entry of this number is in it.
    fn prove(&self, number: u64) -> Vec<[u8; 32]>;

    /// Whether a proof holds.
    fn check(&self, number: u64, entry: &[u8], root: &[u8; 32], proof: &[[u8; 32]]) -> bool;
}

/// The entry of this number.
#[must_use]
pub fn entry(number: u64) -> [u8; 200] {
    let mut bytes = [0x5A; 200];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// Answers `append N` (a new log of so many entries; the root follows the times), `prove N SEED` and `check N SEED`.
///
/// # Panics
/// On a command that is none, and if a proof does not hold.
pub fn serve<L: Log>() {
    let (mut log, mut count) = (L::new(), 0);
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| words.get(at).map_or(0, |word| word.parse::<u64>().unwrap());
        let (times, root) = (number(1), log.root());
        let which = picks(count, times as usize, number(2));
        let (time, more): (Took, String) = match words[0] {
            "append" => {
                count = times;
                let (new, time) = took(|| appended::<L>(times));
                log = new;
                (time, hex(&log.root()))
            }
            "prove" => (took(|| which.iter().map(|number| log.prove(*number).len()).sum::<usize>()).1, String::new()),
            "check" => {
                let proofs: Vec<_> = which.iter().map(|number| log.prove(*number)).collect();
                let all = || {
                    which.iter().zip(&proofs).all(|(number, proof)| log.check(*number, &entry(*number), &root, proof))
                };
                let (holds, time) = took(all);
                assert!(holds, "a proof does not hold");
                (time, String::new())
            }
            other => panic!("unknown command {other}"),
        };
        println!("{} {} {more}", time.cpu.as_nanos(), time.wall.as_nanos());
        std::io::stdout().flush().unwrap();
    }
}

fn appended<L: Log>(entries: u64) -> L {
    let mut log = L::new();
    for number in 0..entries {
        log.append(&entry(number));
    }
    log
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
