//! The command line of `cargo xtask`.

use crate::fuzz;
use crate::sanitizers::Sanitizer;
use crate::torture::{Amount, Wanted};

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
cargo xtask test [--only A,B] [--skip A,B] [--list]   every check, or some of them
                 [--install]                          install what is missing: a browser, a Khmer font, Swift
cargo xtask tools                                     install cargo-deny and cargo-fuzz into target/tools
cargo xtask bench [-- ARGUMENTS]                      run the benchmarks; `--bench hosts`: Python, Kotlin, Swift;
                                                      `--bench peers`: SQLCipher, ironcore-alloy, Go and others
cargo xtask fuzz [--seconds N] [--seed N] [TARGET ...]
                                                      run each fuzz target, or these, for N seconds (60); a seed makes
                                                      the same inputs again, in the check it is 1
                 [--record FILE]                      until each has had N seconds by this file, over many runs
cargo xtask torture [--cycles N | --seconds N]        kill a vault, fail its disk, cut its power (60 seconds)
                 [--seed N] [--record FILE]           another course; written down, and gone on with
cargo xtask vectors                                   write the test vectors anew
cargo xtask databases                                 make the fixtures of this version anew: never of one that is out
cargo xtask sbom                                      list what program and library are made of, as CycloneDX
cargo xtask reproduce                                 build the program twice, and compare the files
cargo xtask minimal                                   compile with the oldest dependencies that are allowed
cargo xtask sizes [FORM...]                           crates, build time and size of each form
cargo xtask sanitize address|thread|miri [FILTER...]  the core's tests under a sanitizer; address runs on stable
cargo xtask package                                   pack wheel, jar and Swift package, use them, and tell sizes";

/// One parsed command.
#[derive(Debug)]
pub(crate) enum Command {
    /// Print [`HELP`].
    Help,
    /// Print the names of the steps.
    List,
    /// Run the steps.
    Test(Selection),
    /// Install the tools.
    Tools,
    /// Run the benchmarks, with further arguments for `cargo bench`.
    Bench(Vec<String>),
    /// Run every fuzz target.
    Fuzz {
        /// For how long each, and by what chance.
        amount: fuzz::Amount,
        /// Which ones; all of them if empty.
        targets: Vec<String>,
        /// Where it is written down how long each has run.
        record: Option<String>,
    },
    /// Torture vaults.
    Torture(Wanted),
    /// Write the test vectors.
    Vectors,
    /// Make the fixtures of this version.
    Databases,
    /// List what goes into a release.
    Sbom,
    /// Build the program twice, and compare.
    Reproduce,
    /// Compile with the oldest dependencies.
    Minimal,
    /// Measure the forms of these names, or all.
    Sizes(Vec<String>),
    /// Run the core's tests, or those with these names, under a sanitizer.
    Sanitize(Sanitizer, Vec<String>),
    /// Pack what hosts install, and use it where there are no sources.
    Package,
}

/// Which steps of `test` to run.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Only these, if any are named.
    pub(crate) only: Vec<String>,
    /// Not these.
    pub(crate) skip: Vec<String>,
    /// Whether what is missing may be installed on this machine.
    pub(crate) install: bool,
}

impl Selection {
    /// Whether the step of this name runs.
    pub(crate) fn takes(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|entry| entry == name);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

/// Reads the arguments that follow the program's name.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments.peekable();
    let command = match arguments.next().as_deref() {
        Some("test") => return parse_test(arguments),
        Some("bench") => {
            let rest = arguments.skip_while(|argument| argument == "--").collect();
            return Ok(Command::Bench(rest));
        }
        Some("fuzz") => return parse_fuzz(arguments),
        Some("torture") => Command::Torture(parse_torture(&mut arguments)?),
        Some("tools") => Command::Tools,
        Some("vectors") => Command::Vectors,
        Some("databases") => Command::Databases,
        Some("sbom") => Command::Sbom,
        Some("reproduce") => Command::Reproduce,
        Some("minimal") => Command::Minimal,
        Some("sizes") => return Ok(Command::Sizes(arguments.collect())),
        Some("sanitize") => {
            let name = arguments.next().unwrap_or_default();
            let sanitizer = Sanitizer::named(&name).ok_or("sanitize takes address, thread or miri")?;
            return Ok(Command::Sanitize(sanitizer, arguments.collect()));
        }
        Some("package") => Command::Package,
        Some("help" | "--help" | "-h") | None => Command::Help,
        Some(other) => return Err(format!("unknown command: {other}")),
    };
    match arguments.next() {
        Some(extra) => Err(format!("unexpected argument: {extra}")),
        None => Ok(command),
    }
}

fn parse_test(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut selection = Selection::default();
    while let Some(argument) = arguments.next() {
        let list = match argument.as_str() {
            "--list" => return Ok(Command::List),
            "--install" => {
                selection.install = true;
                continue;
            }
            "--only" => &mut selection.only,
            "--skip" => &mut selection.skip,
            other => return Err(format!("unexpected argument: {other}")),
        };
        let value = arguments.next().ok_or(format!("{argument} needs names of steps, with commas between"))?;
        list.extend(value.split(',').map(|name| name.trim().to_owned()));
    }
    let names = crate::steps::names();
    let unknown = selection.only.iter().chain(&selection.skip).find(|name| !names.contains(&name.as_str()));
    match unknown {
        Some(name) => Err(format!("no such step: {name} (steps: {})", names.join(", "))),
        None => Ok(Command::Test(selection)),
    }
}

fn parse_fuzz(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut amount, mut targets, mut record) = (fuzz::Amount { seconds: 60, seed: None }, Vec::new(), None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => amount.seconds = number("--seconds", &mut arguments)?,
            "--seed" => amount.seed = Some(number("--seed", &mut arguments)?),
            "--record" => record = Some(arguments.next().ok_or("--record needs a file")?),
            option if option.starts_with('-') => return Err(format!("unexpected argument: {option}")),
            _ => targets.push(argument),
        }
    }
    match (&record, amount.seed) {
        (Some(_), Some(_)) => Err("a recorded run takes no seed: it goes on from what was found before".to_owned()),
        _ => Ok(Command::Fuzz { amount, targets, record }),
    }
}

fn parse_torture(arguments: &mut impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted::from(Amount::Seconds(60));
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--cycles" => wanted.amount = Amount::Cycles(number("--cycles", arguments)?),
            "--seconds" => wanted.amount = Amount::Seconds(number("--seconds", arguments)?),
            "--seed" => wanted.seed = Some(number("--seed", arguments)?),
            "--record" => wanted.record = Some(arguments.next().ok_or("--record needs a file")?),
            other => return Err(format!("unexpected argument: {other}")),
        }
    }
    Ok(wanted)
}

fn number(name: &str, arguments: &mut impl Iterator<Item = String>) -> Result<u64, String> {
    let value = arguments.next().and_then(|value| value.parse().ok());
    value.filter(|number| *number > 0).ok_or(format!("{name} needs a number above 0"))
}

#[cfg(test)]
mod tests {
    use super::{Amount, Command, parse};

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn only_and_skip_narrow_the_steps() {
        let Ok(Command::Test(selection)) = read("test --only format,lint --skip lint") else { panic!("not a test") };
        assert!(selection.takes("format"));
        assert!(!selection.takes("lint"));
        assert!(!selection.takes("rust"));
    }

    #[test]
    fn a_misspelt_step_is_an_error_and_not_an_empty_run() {
        assert!(read("test --only formt").is_err());
        assert!(read("test --skip").is_err());
    }

    #[test]
    fn fuzz_takes_a_number_of_seconds() {
        let fuzzed = |line| match read(line) {
            Ok(Command::Fuzz { amount, targets, record: None }) => (amount.seconds, amount.seed, targets.len()),
            _ => panic!("{line}"),
        };
        assert_eq!(fuzzed("fuzz --seconds 7"), (7, None, 0));
        assert_eq!(fuzzed("fuzz --seed 3 note vkey"), (60, Some(3), 2));
        assert!(matches!(read("fuzz --record a.tsv note"), Ok(Command::Fuzz { record: Some(_), .. })));
        assert!(read("fuzz --record a.tsv --seed 1").is_err());
        assert!(read("fuzz --seed").is_err());
        assert!(read("fuzz --seconds 0").is_err());
        assert!(read("fuzz --second 7").is_err());
    }

    #[test]
    fn torture_takes_cycles_or_seconds() {
        let wanted = |line| match read(line) {
            Ok(Command::Torture(wanted)) => wanted,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(wanted("torture --cycles 10000"), Amount::Cycles(10_000).into());
        assert_eq!(wanted("torture"), Amount::Seconds(60).into());
        let long = wanted("torture --seed 2 --cycles 4540 --record a.tsv");
        assert_eq!((long.seed, long.record.as_deref()), (Some(2), Some("a.tsv")));
        for refused in ["torture --cycles 0", "torture --record", "torture 7"] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }
}
