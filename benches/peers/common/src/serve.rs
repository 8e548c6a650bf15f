//! One line in, one line out: what the driver asks of a program, and the time that it took.

use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::record::{Row, picks, row};

/// Records to a transaction.
pub const BATCH: usize = 100;

/// A store of records.
pub trait Peer {
    /// The record of this number.
    fn row(&self, number: u64) -> Row {
        row(number)
    }

    /// Makes what so many more records lie in; not measured.
    fn prepare(&mut self, _more: u64) {}

    /// Writes these in one durable transaction.
    fn write(&mut self, rows: &[Row]);

    /// Reads these in one transaction; how many bytes their values have.
    fn read(&mut self, numbers: &[u64]) -> usize;

    /// Reads one by itself.
    fn read_one(&mut self, number: u64) -> usize {
        self.read(&[number])
    }

    /// Closes the file.
    fn close(&mut self);

    /// Opens it again, as at the start of a day.
    fn open(&mut self);

    /// Where the file lies.
    fn path(&self) -> &Path;

    /// A command that this program alone knows, so many times.
    fn other(&mut self, command: &str, _times: u64) -> Took {
        panic!("unknown command {command}")
    }
}

/// Time of the processor, of this process with all its threads and the system's work for it, and time of the clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    /// Of the processor.
    pub cpu: Duration,
    /// Of the clock on the wall.
    pub wall: Duration,
}

/// Does the work and takes its time.
pub fn took<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let value = work();
    (value, Took { cpu: cpu.elapsed(), wall: wall.elapsed() })
}

impl std::ops::AddAssign for Took {
    fn add_assign(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.wall += other.wall;
    }
}

/// Answers the commands of the standard input until it ends. `write N`, `write-one N`, `read N SEED`, `read-one N SEED`,
/// `reopen`, `size`; the answer is `CPU WALL` in nanoseconds, of `size` the bytes of the file,
/// without what is still to be folded into it, and the peak of the memory in KiB.
///
/// # Panics
/// On a command that is none, and on whatever goes wrong: a figure of half a run is worth nothing.
pub fn serve(mut peer: impl Peer) {
    let mut count = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| words.get(at).map_or(0, |word| word.parse::<u64>().unwrap());
        let [first, second] = match words[0] {
            "size" => [std::fs::metadata(peer.path()).unwrap().len(), peak_memory()],
            command => {
                let took = answer(&mut peer, &mut count, command, number(1), number(2));
                [took.cpu, took.wall].map(|time| time.as_nanos() as u64)
            }
        };
        println!("{first} {second}");
        std::io::stdout().flush().unwrap();
    }
}

fn answer(peer: &mut impl Peer, count: &mut u64, command: &str, times: u64, seed: u64) -> Took {
    let mut all = Took::default();
    match command {
        "write" | "write-one" => {
            let batch = if command == "write" { BATCH as u64 } else { 1 };
            peer.prepare(times);
            for first in (0..times).step_by(batch as usize) {
                let rows: Vec<Row> = (first..times.min(first + batch)).map(|index| peer.row(*count + index)).collect();
                all += took(|| peer.write(&rows)).1;
            }
            *count += times;
        }
        "read" => {
            for numbers in picks(*count, times as usize, seed).chunks(BATCH) {
                let (read, time) = took(|| peer.read(numbers));
                assert_eq!(read, numbers.len() * 600, "what was read is not what was written");
                all += time;
            }
        }
        "read-one" => {
            for number in picks(*count, times as usize, seed) {
                let (read, time) = took(|| peer.read_one(number));
                assert_eq!(read, 600, "what was read is not what was written");
                all += time;
            }
        }
        "reopen" => {
            peer.close();
            all = took(|| peer.open()).1;
        }
        other => all = peer.other(other, times),
    }
    all
}

/// The most memory that this process ever had, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
