//! The fuzz targets: a workspace of their own, built with libFuzzer, on the stable toolchain and without sanitizers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::tools::{self, FUZZ};

/// Their manifest.
pub(crate) const MANIFEST: &str = "fuzz/Cargo.toml";

const TARGETS: &str = "fuzz/src/targets";
/// The one program that holds all of them, and the variable that tells it which one to be.
pub(crate) const PROGRAM: &str = "any";
const VARIABLE: &str = "SAFEROOM_FUZZ";
/// Targets that run side by side: one for each core of the smallest machine.
const AT_ONCE: usize = 2;
/// The longest build.
pub(crate) const BUILD_LIMIT: Duration = Duration::from_secs(15 * 60);
/// Beyond the seconds asked for, a target gets this long to start and to end.
pub(crate) const SLACK: Duration = Duration::from_secs(60);
/// Runs a program and tells what CPU time it took, in a last line.
const TIMED: &str = "\"$@\"; code=$?; times; exit $code";

/// How much each target does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amount {
    pub(crate) seconds: u64,
    /// By which the same program makes the same inputs again; one by chance if there is none.
    pub(crate) seed: Option<u64>,
}

/// The names of the targets, from the files of their folder.
pub(crate) fn targets(context: &Context) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(context.root.join(TARGETS)).map_err(|problem| format!("{TARGETS}: {problem}"))?;
    let files = entries.flatten().map(|entry| entry.path());
    let sources = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let mut names: Vec<_> = sources.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.retain(|name| name != "mod");
    names.sort();
    if names.is_empty() { Err(format!("no targets in {TARGETS}")) } else { Ok(names) }
}

/// Runs these targets, or every one.
pub(crate) fn run(context: &Context, amount: Amount, asked: &[String]) -> Result<(), String> {
    let targets = chosen(context, asked)?;
    let count = u32::try_from(targets.len()).unwrap_or(u32::MAX);
    let all = BUILD_LIMIT + (Duration::from_secs(amount.seconds) + SLACK) * count;
    run_targets(context, &targets, amount, Instant::now() + all)
}

/// The targets of these names, or every one.
pub(crate) fn chosen(context: &Context, asked: &[String]) -> Result<Vec<String>, String> {
    if !context.has(MANIFEST) {
        return Err(format!("no {MANIFEST}"));
    }
    let mut targets = targets(context)?;
    if let Some(unknown) = asked.iter().find(|name| !targets.contains(name)) {
        return Err(format!("no target {unknown} in {TARGETS}"));
    }
    targets.retain(|name| asked.is_empty() || asked.contains(name));
    Ok(targets)
}

/// Builds these targets, then runs each of them; a crash of one does not keep the others from running.
pub(crate) fn run_targets(context: &Context, targets: &[String], amount: Amount, until: Instant) -> Result<(), String> {
    let program = build(context, until)?;
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    two_at_once(|| {
        while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let left = until.saturating_duration_since(Instant::now());
            if let Err(problem) = run_target(context, &program, target, amount, left) {
                println!("{target}: {problem}");
                failed.lock().unwrap_or_else(PoisonError::into_inner).push(target.as_str());
            }
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Does this once for each target that runs at a time.
pub(crate) fn two_at_once(work: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(&work);
        }
    });
}

/// Builds the program that holds all targets, and tells where it lies.
pub(crate) fn build(context: &Context, until: Instant) -> Result<PathBuf, String> {
    if !has_compiler() {
        return Err("libFuzzer needs a C++ compiler (try: apt-get install g++)".to_owned());
    }
    let tool = tools::install(context, &FUZZ, until)?;
    let left = until.saturating_duration_since(Instant::now());
    context.program(&tool).args(["build", "--sanitizer", "none", PROGRAM]).run(left.min(BUILD_LIMIT))?;
    let compiler = context.program("rustc").args(["-vV"]).output().unwrap_or_default();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not tell its host")?;
    Ok(context.target.join(host).join("release").join(PROGRAM))
}

/// Runs one target, and returns the last lines that it printed: libFuzzer's statistics, and the CPU time of it.
pub(crate) fn run_target(
    context: &Context,
    program: &Path,
    target: &str,
    amount: Amount,
    left: Duration,
) -> Result<Vec<String>, String> {
    // libFuzzer writes what it finds into the first folder: not the one that is committed.
    let found = context.target.join("fuzz-corpus").join(target);
    fs::create_dir_all(&found).map_err(|problem| format!("{}: {problem}", found.display()))?;
    let seeds = ["corpus", "seeds"].map(|name| context.root.join("fuzz").join(name).join(target));
    // Each target's crashes go to a folder of its own.
    let crashes = context.root.join("fuzz/artifacts").join(target);
    fs::create_dir_all(&crashes).map_err(|problem| format!("{}: {problem}", crashes.display()))?;
    let prefix = format!("-artifact_prefix={}/", crashes.display());
    let time = format!("-max_total_time={}", amount.seconds);
    // To libFuzzer zero is by chance.
    let seed = format!("-seed={}", amount.seed.unwrap_or(0));
    let limit = Duration::from_secs(amount.seconds) + SLACK;
    context
        .program("sh")
        .args(["-c", TIMED, target])
        .env(VARIABLE, target)
        .args([program])
        .args([&time, &seed, &prefix, "-verbosity=0", "-print_funcs=0", "-print_final_stats=1"])
        .args([&found])
        .args(seeds.iter().filter(|folder| folder.is_dir()))
        .run_and_tell(left.min(limit))
}

fn has_compiler() -> bool {
    let compiler = std::env::var_os("CXX").unwrap_or("c++".into());
    let mut command = Command::new(compiler);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
