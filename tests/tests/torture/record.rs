//! The record of a long run: one line for each cycle, appended as it ends, so that a run that was broken off goes on where it
//! was, and several programs can write one record, each with a seed of its own.
//!
//! Columns, with tabs between: seed, number of the cycle, kind, act, whether the keys lay on another disk, what came of it,
//! acts acknowledged, acts done without an answer, codes of errors with their counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::flips::Flipped;
use crate::station::Outcome;

/// What came of a cycle that should not have.
const FAILED: &str = "FAILED";

/// One cycle, as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) seed: u64,
    pub(crate) cycle: u64,
    pub(crate) kind: String,
    pub(crate) act: u64,
    pub(crate) keys_apart: bool,
    pub(crate) result: String,
    acknowledged: usize,
    done_unheard: usize,
    codes: BTreeMap<String, usize>,
}

impl Line {
    /// A cycle of which nothing is known yet but what is going to happen.
    pub(crate) fn new(seed: u64, cycle: u64, kind: &str, act: u64, keys_apart: bool) -> Self {
        let (result, codes) = (FAILED.to_owned(), BTreeMap::new());
        let kind = kind.to_owned();
        Self { seed, cycle, kind, act, keys_apart, result, acknowledged: 0, done_unheard: 0, codes }
    }

    /// It went as it has to.
    pub(crate) fn went(self, outcome: Outcome) -> Self {
        let undisturbed = outcome.finished && outcome.failed.is_empty();
        let result = if undisturbed { "undisturbed" } else { "disturbed" }.to_owned();
        let Outcome { acknowledged, done_unheard, failed, .. } = outcome;
        Self { result, acknowledged, done_unheard, codes: failed.into_iter().collect(), ..self }
    }

    /// Bits were flipped, and this came of it.
    pub(crate) fn flipped(self, flipped: Flipped) -> Self {
        let result = match flipped {
            Flipped::Refused => "refused",
            Flipped::Harmless => "harmless",
        };
        Self { result: result.to_owned(), ..self }
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.result == FAILED
    }

    fn to_text(&self) -> String {
        let codes: Vec<_> = self.codes.iter().map(|(code, count)| format!("{code}:{count}")).collect();
        let place = if self.keys_apart { "apart" } else { "beside" };
        let Self { seed, cycle, kind, act, result, acknowledged, done_unheard, .. } = self;
        let codes = codes.join(" ");
        format!("{seed}\t{cycle}\t{kind}\t{act}\t{place}\t{result}\t{acknowledged}\t{done_unheard}\t{codes}\n")
    }

    fn parse(text: &str) -> Option<Self> {
        let columns: Vec<_> = text.split('\t').collect();
        let [seed, cycle, kind, act, place, result, acknowledged, done_unheard, codes] = columns[..] else {
            return None;
        };
        let pair = |word: &str| {
            let (code, count) = word.split_once(':')?;
            Some((code.to_owned(), count.parse().ok()?))
        };
        Some(Self {
            seed: seed.parse().ok()?,
            cycle: cycle.parse().ok()?,
            kind: kind.to_owned(),
            act: act.parse().ok()?,
            keys_apart: place == "apart",
            result: result.to_owned(),
            acknowledged: acknowledged.parse().ok()?,
            done_unheard: done_unheard.parse().ok()?,
            codes: codes.split(' ').filter(|word| !word.is_empty()).map(pair).collect::<Option<_>>()?,
        })
    }
}

/// The cycles that were done, in memory and perhaps in a file.
#[derive(Debug)]
pub(crate) struct Record {
    lines: Vec<Line>,
    file: Option<(PathBuf, File)>,
}

impl Record {
    /// A record that is not kept.
    pub(crate) const fn in_memory() -> Self {
        Self { lines: Vec::new(), file: None }
    }

    /// The record in this file, with what it holds; a new one if there is none.
    pub(crate) fn open(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        // A last line without an end was cut off.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let parse = |line| Line::parse(line).unwrap_or_else(|| panic!("{}: no cycle: {line}", path.display()));
        let lines = whole.lines().map(parse).collect();
        let file = OpenOptions::new().create(true).append(true).open(path).expect("the record can be written");
        let end = text.rfind('\n').map_or(0, |end| end + 1);
        if end < text.len() {
            file.set_len(end as u64).expect("cut");
        }
        Self { lines, file: Some((path.to_owned(), file)) }
    }

    /// Whether it outlives this program.
    pub(crate) const fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The number of the next cycle from this seed.
    pub(crate) fn next(&self, seed: u64) -> u64 {
        self.lines.iter().filter(|line| line.seed == seed).map(|line| line.cycle + 1).max().unwrap_or(0)
    }

    /// Adds a cycle: in one write, so that lines of several programs do not mix.
    pub(crate) fn add(&mut self, line: Line) {
        if let Some((_, file)) = &mut self.file {
            file.write_all(line.to_text().as_bytes()).expect("recorded");
        }
        self.lines.push(line);
    }

    /// Everything that was recorded, also by others meanwhile.
    pub(crate) fn all(&self) -> Vec<Line> {
        self.file.as_ref().map_or_else(|| self.lines.clone(), |(path, _)| Self::open(path).lines)
    }
}

/// Cycles by kind, in the order of the kinds' names.
#[derive(Debug, Default)]
struct Sum {
    cycles: u64,
    failed: u64,
    acts: BTreeSet<(u64, bool)>,
    results: BTreeMap<String, u64>,
    acknowledged: usize,
    done_unheard: usize,
    codes: BTreeMap<String, usize>,
}

/// The record as a table, and the cycles of each seed.
pub(crate) fn table(lines: &[Line]) -> String {
    let (mut kinds, mut seeds) = (BTreeMap::<&str, Sum>::new(), BTreeMap::<u64, u64>::new());
    for line in lines {
        *seeds.entry(line.seed).or_default() += 1;
        let sum = kinds.entry(&line.kind).or_default();
        sum.cycles += 1;
        sum.failed += u64::from(line.has_failed());
        sum.acts.insert((line.act, line.keys_apart));
        *sum.results.entry(line.result.clone()).or_default() += 1;
        sum.acknowledged += line.acknowledged;
        sum.done_unheard += line.done_unheard;
        for (code, count) in &line.codes {
            *sum.codes.entry(code.clone()).or_default() += count;
        }
    }
    let list = |counts: Vec<String>| counts.join(", ");
    let mut text =
        String::from("| kind | cycles | places | what came of it | acts acknowledged | done unheard | errors |\n");
    text.push_str("|---|---:|---:|---|---:|---:|---|\n");
    for (kind, sum) in &kinds {
        let results = list(sum.results.iter().map(|(result, count)| format!("{count} {result}")).collect());
        let codes = list(sum.codes.iter().map(|(code, count)| format!("{code} {count}")).collect());
        let Sum { cycles, acts, acknowledged, done_unheard, .. } = sum;
        let places = acts.len();
        let row = format!("| {kind} | {cycles} | {places} | {results} | {acknowledged} | {done_unheard} | {codes} |\n");
        text.push_str(&row);
    }
    let failed: u64 = kinds.values().map(|sum| sum.failed).sum();
    let seeds = list(seeds.iter().map(|(seed, cycles)| format!("{cycles} from seed {seed}")).collect());
    text + &format!("\n{} cycles ({seeds}), {failed} failed.\n", lines.len())
}

#[test]
fn a_record_is_read_back_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record");
    let mut record = Record::open(&path);
    assert_eq!(record.next(3), 0);
    let failed = [("S0522".to_owned(), 2), ("S0521".to_owned(), 1)].into_iter().collect();
    let outcome = Outcome { acknowledged: 4, done_unheard: 1, failed, finished: false };
    record.add(Line::new(3, 0, "full", 17, true).went(outcome));
    record.add(Line::new(3, 1, "flip", 0, false).flipped(Flipped::Refused));
    record.add(Line::new(4, 0, "kill", 5, false));
    let again = Record::open(&path);
    assert_eq!((again.next(3), again.next(4), again.next(5)), (2, 1, 0));
    assert_eq!(again.all(), record.all());
    let table = table(&again.all());
    assert!(table.contains("| full | 1 | 1 | 1 disturbed | 4 | 1 | S0521 1, S0522 2 |"), "{table}");
    assert!(table.contains("3 cycles (2 from seed 3, 1 from seed 4), 1 failed."), "{table}");
    // Cut off in the middle of a line: that cycle is done again.
    let text = std::fs::read_to_string(&path).expect("read");
    std::fs::write(&path, &text[..text.len() - 4]).expect("written");
    let mut again = Record::open(&path);
    assert_eq!((again.next(3), again.next(4)), (2, 0));
    again.add(Line::new(4, 0, "kill", 5, false));
    assert_eq!(again.all(), record.all());
}
