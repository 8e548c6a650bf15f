//! Running a program with a time limit that ends everything it has started.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::echo::Echo;
use crate::report;

const POLL: Duration = Duration::from_millis(50);
/// How long a process group has to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// One program to run; its output is passed on as it comes.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    line: String,
}

impl Run {
    /// A program, and the folder to run it in.
    pub(crate) fn new(program: &Path, folder: &Path) -> Self {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null()).process_group(0);
        // Set by the `cargo run` behind `cargo xtask`. Left in place they differ from a plain `cargo build`, and build
        // scripts that watch them would run again at every change between the two.
        for (name, _) in env::vars_os() {
            let name_text = name.to_string_lossy();
            if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        let shown = program.file_name().unwrap_or(program.as_os_str());
        Self { command, line: shown.to_string_lossy().into_owned() }
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            let _ = write!(self.line, " {}", argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes an environment variable away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs in another folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Prints the command, runs it, and kills its whole process group when the limit passes. What it printed of a failure is
    /// shown again at the end of the whole run.
    pub(crate) fn run(self, limit: Duration) -> Result<(), String> {
        self.run_and_tell(limit).map(drop)
    }

    /// Runs it as [`Run::run`] does, and returns the last lines that it printed.
    pub(crate) fn run_and_tell(mut self, limit: Duration) -> Result<Vec<String>, String> {
        println!("$ {}", self.line);
        let _ = io::stdout().flush();
        self.watch(limit).map_err(|Failure { reason, printed }| {
            report::remember(&reason, printed);
            reason
        })
    }

    fn watch(&mut self, limit: Duration) -> Result<Vec<String>, Failure> {
        if limit.is_zero() {
            return Err(Failure::new(format!("no time left for `{}`", self.line)));
        }
        let end = Instant::now() + limit;
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let cannot = |what: &str, problem| Failure::new(format!("cannot {what} `{}`: {problem}", self.line));
        let mut child = self.command.spawn().map_err(|problem| cannot("start", problem))?;
        let guard = Guard::new(&child);
        let echo = Echo::start(child.stdout.take(), child.stderr.take());
        loop {
            match child.try_wait() {
                Ok(Some(status)) => {
                    guard.release();
                    let printed = echo.finish();
                    let reason = || format!("`{}`: {status}", self.line);
                    return if status.success() { Ok(printed) } else { Err(Failure { reason: reason(), printed }) };
                }
                Ok(None) if Instant::now() >= end => {
                    kill_group(&mut child);
                    guard.release();
                    let reason = format!("`{}` took longer than {} s and was killed", self.line, limit.as_secs());
                    return Err(Failure { reason, printed: echo.finish() });
                }
                Ok(None) => thread::sleep(POLL),
                Err(problem) => return Err(cannot("wait for", problem)),
            }
        }
    }

    /// Runs quietly and returns what the program wrote to its standard output, or nothing if it failed.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// A line of the shell's `times`, of user and system time as `1m2.345s 0m6.789s`: in seconds.
pub(crate) fn cpu_seconds(line: &str) -> Option<u64> {
    let mut seconds = 0.0;
    let mut words = line.split_whitespace().peekable();
    words.peek()?;
    for word in words {
        let (minutes, rest) = word.split_once('m')?;
        let own: f64 = rest.strip_suffix('s')?.parse().ok()?;
        seconds += minutes.parse::<f64>().ok()? * 60.0 + own;
    }
    Some(seconds.round() as u64)
}

/// Why a program did not succeed.
#[derive(Debug)]
struct Failure {
    /// In one line.
    reason: String,
    /// What it printed that tells more.
    printed: Vec<String>,
}

impl Failure {
    fn new(reason: String) -> Self {
        Self { reason, printed: Vec::new() }
    }
}

/// Ends a process group: politely, then for good.
fn kill_group(child: &mut Child) {
    signal(child.id(), "TERM");
    let end = Instant::now() + GRACE;
    while Instant::now() < end && matches!(child.try_wait(), Ok(None)) {
        thread::sleep(POLL);
    }
    // Also when the leader has ended: others of its group may not have.
    signal(child.id(), "KILL");
    let _ = child.wait();
}

/// The standard library has no call for this; every shell has.
fn signal(group: u32, name: &str) {
    let script = format!("kill -{name} -{group} 2>/dev/null");
    let _ = Command::new("sh").args(["-c", &script]).status();
}

/// A shell that ends the group if this program itself dies, by Ctrl-C or otherwise: then its pipe closes unreleased.
#[derive(Debug)]
struct Guard(Option<Child>);

impl Guard {
    fn new(child: &Child) -> Self {
        let script = format!("read -r word; [ \"$word\" = released ] || kill -TERM -{} 2>/dev/null", child.id());
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        Self(shell.spawn().ok())
    }

    fn release(self) {
        if let Some(mut shell) = self.0 {
            if let Some(mut pipe) = shell.stdin.take() {
                let _ = pipe.write_all(b"released\n");
            }
            let _ = shell.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::path::Path;
    use std::process;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Run, cpu_seconds};

    fn shell(script: &str) -> Run {
        Run::new(Path::new("sh"), &env::temp_dir()).args(["-c", script])
    }

    #[test]
    fn success_and_failure_are_told_apart() {
        assert!(shell("true").run(Duration::from_secs(10)).is_ok());
        assert!(shell("exit 3").run(Duration::from_secs(10)).is_err_and(|problem| problem.contains('3')));
        assert!(Run::new(Path::new("no-such-program"), &env::temp_dir()).run(Duration::from_secs(1)).is_err());
    }

    #[test]
    fn the_times_of_a_shell_are_read() {
        assert_eq!(cpu_seconds("2m3.400s 0m1.300s"), Some(125));
        for refused in ["", "1.00 2.00", "2.9s 1.0s", "am2s 0m1s", "stat::new_units_added: 1"] {
            assert_eq!(cpu_seconds(refused), None, "{refused}");
        }
    }

    #[test]
    fn a_time_out_ends_the_grandchildren_too() {
        let witness = env::temp_dir().join(format!("xtask-time-out-{}", process::id()));
        let script = format!("(sleep 2; touch '{}') & sleep 60", witness.display());
        let started = Instant::now();
        let result = shell(&script).run(Duration::from_millis(300));
        assert!(result.is_err_and(|problem| problem.contains("killed")));
        assert!(started.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_secs(3));
        assert!(!witness.exists());
    }
}
