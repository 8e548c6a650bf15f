//! How long each fuzz target has run so far, over many runs: an hour for each of them is days on a small machine.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::fuzz::{self, Amount, BUILD_LIMIT, PROGRAM, SLACK};
use crate::process::cpu_seconds;

/// What is done at a time: so much is lost if a run is broken off.
const SLICE: Amount = Amount { seconds: 300, seed: None };

const HEADING: &str = "# target\tcommit\tseconds of CPU\tinputs run\tinputs kept as new";

/// Runs these targets, or every one, until the file says of each that it has had so many seconds of CPU; the file is written
/// as they go. A run that is broken off goes on with the same command, days later and with a newer commit.
pub(crate) fn run(context: &Context, seconds: u64, asked: &[String], file: &str) -> Result<(), String> {
    let targets = fuzz::chosen(context, asked)?;
    let commit = context.program("git").args(["rev-parse", "--short", "HEAD"]).output().ok_or("no commit to name")?;
    let record = Record::open(context.root.join(file))?;
    let built = fuzz::build(context, Instant::now() + BUILD_LIMIT)?;
    // Another build takes its name away from a program, and leaves this one to the run.
    let program = built.with_file_name(format!("{PROGRAM}-{}", std::process::id()));
    fs::hard_link(&built, &program).map_err(|problem| format!("{}: {problem}", program.display()))?;
    let turns = Mutex::new(Turns { record, targets, seconds, running: Vec::new(), failed: Vec::new() });
    fuzz::two_at_once(|| {
        // The guard is gone before the slice begins: `while let` would keep it.
        loop {
            let Some(target) = lock(&turns).next() else { return };
            let printed =
                fuzz::run_target(context, &program, &target, SLICE, Duration::from_secs(SLICE.seconds) + SLACK);
            lock(&turns).end(&target, commit.trim(), printed);
        }
    });
    let _ = fs::remove_file(&program);
    let failed = turns.into_inner().unwrap_or_else(PoisonError::into_inner).failed;
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn lock(turns: &Mutex<Turns>) -> MutexGuard<'_, Turns> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose turn it is.
#[derive(Debug)]
struct Turns {
    record: Record,
    targets: Vec<String>,
    /// How long each is to have had.
    seconds: u64,
    running: Vec<String>,
    failed: Vec<String>,
}

impl Turns {
    /// The one that has had least, of those that do not run just now.
    fn next(&mut self) -> Option<String> {
        let waits = |target: &&String| !self.running.contains(target) && !self.failed.contains(target);
        let target = self.targets.iter().filter(waits).min_by_key(|target| self.record.seconds(target))?.clone();
        (self.record.seconds(&target) < self.seconds).then(|| {
            self.running.push(target.clone());
            target
        })
    }

    fn end(&mut self, target: &str, commit: &str, printed: Result<Vec<String>, String>) {
        self.running.retain(|name| name != target);
        let told = printed.and_then(|lines| Work::told(&lines).ok_or("no statistics were printed".to_owned()));
        if let Err(problem) = told.and_then(|work| self.record.add(target, commit, work)) {
            println!("{target}: {problem}");
            self.failed.push(target.to_owned());
        }
    }
}

/// What was done with one target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Of CPU, so that a target that ran beside a build counts for what it got.
    pub(crate) seconds: u64,
    pub(crate) inputs: u64,
    /// Those that reached what no input had reached before.
    pub(crate) new: u64,
}

impl Work {
    fn and(self, other: Self) -> Self {
        Self { seconds: self.seconds + other.seconds, inputs: self.inputs + other.inputs, new: self.new + other.new }
    }

    /// Reads what libFuzzer's statistics and the shell's `times` have printed, in its last lines.
    pub(crate) fn told(lines: &[String]) -> Option<Self> {
        let statistic = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        let children = lines.iter().rev().find_map(|line| cpu_seconds(line))?;
        Some(Self {
            seconds: children,
            inputs: statistic("stat::number_of_executed_units:")?,
            new: statistic("stat::new_units_added:")?,
        })
    }
}

/// The file, and what it says: a line for each target and commit.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    done: BTreeMap<(String, String), Work>,
}

impl Record {
    /// Reads the file, or begins one.
    pub(crate) fn open(path: PathBuf) -> Result<Self, String> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(problem) if problem.kind() == ErrorKind::NotFound => String::new(),
            Err(problem) => return Err(format!("{}: {problem}", path.display())),
        };
        Ok(Self { done: parse(&text, &path)?, path })
    }

    /// How long this target has run.
    pub(crate) fn seconds(&self, target: &str) -> u64 {
        self.done.iter().filter(|((name, _), _)| name == target).map(|(_, work)| work.seconds).sum()
    }

    /// Adds what was done, and writes the file anew.
    pub(crate) fn add(&mut self, target: &str, commit: &str, work: Work) -> Result<(), String> {
        let sum = self.done.entry((target.to_owned(), commit.to_owned())).or_default();
        *sum = sum.and(work);
        let mut text = format!("{HEADING}\n");
        for ((target, commit), Work { seconds, inputs, new }) in &self.done {
            let _ = writeln!(text, "{target}\t{commit}\t{seconds}\t{inputs}\t{new}");
        }
        let beside = self.path.with_extension("new");
        fs::write(&beside, text)
            .and_then(|()| fs::rename(&beside, &self.path))
            .map_err(|problem| format!("{}: {problem}", self.path.display()))
    }
}

fn parse(text: &str, path: &Path) -> Result<BTreeMap<(String, String), Work>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            read_line(line).ok_or_else(|| format!("{}: line {} is not of a record", path.display(), number + 1))
        })
        .collect()
}

fn read_line(line: &str) -> Option<((String, String), Work)> {
    let [target, commit, seconds, inputs, new] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let work = Work { seconds: seconds.parse().ok()?, inputs: inputs.parse().ok()?, new: new.parse().ok()? };
    Some(((target.to_owned(), commit.to_owned()), work))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Record, Turns, Work, parse};

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_statistics_of_libfuzzer_and_the_times_of_the_shell_are_read() {
        let printed = "stat::number_of_executed_units: 186281\nstat::new_units_added:          660\n\
                       0m0.002s 0m0.001s\n1m2.900s 0m3.200s";
        assert_eq!(Work::told(&lines(printed)), Some(Work { seconds: 66, inputs: 186_281, new: 660 }));
        // A target that ended early, with no statistics, has not run.
        assert_eq!(Work::told(&lines("0m0.002s 0m0.001s\n1m2.900s 0m3.200s")), None);
    }

    #[test]
    fn each_has_its_turn_and_one_that_failed_has_no_other() {
        let folder = std::env::temp_dir().join(format!("saferoom-fuzz-turns-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let record = Record::open(folder.join("record.tsv")).unwrap();
        let targets = ["a", "b", "c"].map(str::to_owned).to_vec();
        let mut turns = Turns { record, targets, seconds: 100, running: Vec::new(), failed: Vec::new() };
        let ran = |seconds: u64| {
            Ok(lines(&format!("stat::number_of_executed_units: 9\nstat::new_units_added: 1\n0m{seconds}s 0m0s")))
        };
        assert_eq!([turns.next(), turns.next()], [Some("a".to_owned()), Some("b".to_owned())]);
        turns.end("b", "c0", ran(60));
        turns.end("a", "c0", Err("it crashed".to_owned()));
        assert_eq!(turns.next().as_deref(), Some("c"));
        turns.end("c", "c0", ran(120));
        assert_eq!(turns.next().as_deref(), Some("b"));
        turns.end("b", "c1", ran(60));
        assert_eq!(turns.next(), None);
        assert_eq!(turns.failed, ["a"]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_record_goes_on_where_it_was_and_refuses_what_it_does_not_know() {
        let folder = std::env::temp_dir().join(format!("saferoom-fuzz-record-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("record.tsv");
        let mut record = Record::open(path.clone()).unwrap();
        let work = Work { seconds: 10, inputs: 5, new: 1 };
        record.add("note", "a1", work).unwrap();
        record.add("note", "a1", work).unwrap();
        record.add("note", "b2", work).unwrap();
        record.add("vkey", "b2", work).unwrap();
        let again = Record::open(path).unwrap();
        assert_eq!((again.seconds("note"), again.seconds("vkey"), again.seconds("roster")), (30, 10, 0));
        assert_eq!(again.done.len(), 3);
        std::fs::remove_dir_all(folder).unwrap();

        assert!(parse("note\ta1\t10\t5\n", Path::new("x")).is_err());
        assert!(parse("note\ta1\tten\t5\t1\n", Path::new("x")).is_err());
    }
}
