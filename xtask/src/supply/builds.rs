//! Builds of what git holds, in folders of their own: twice, to compare; with old dependencies; and to measure.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::git;
use crate::context::Context;
use crate::process::{Run, cpu_seconds};

const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// Builds the command line twice, from the newest commit, in two folders of different names, and compares the files.
pub(crate) fn reproduce(context: &Context) -> Result<(), String> {
    let place = context.target.join("reproduce");
    let mut programs = Vec::new();
    for name in ["one", "another-folder"] {
        let folder = place.join(name);
        let source = unpack(context, &folder)?;
        let target = folder.join("target");
        release(context, &source, &target).run(LIMIT)?;
        let program = place.join(format!("saferoom-{name}"));
        copy(&target.join("release/saferoom"), &program)?;
        // Gigabytes, of which one file is wanted.
        remove(&folder)?;
        programs.push(program);
    }
    for program in &programs {
        context.program("sha256sum").args([program]).run(LIMIT)?;
    }
    let bytes: Vec<_> = programs.iter().map(|program| read(program)).collect::<Result<_, _>>()?;
    if bytes.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err("two builds of one commit are not the same file".to_owned());
    }
    println!("two builds, one file: {} bytes", bytes[0].len());
    Ok(())
}

/// A release as anybody can build it: the places of this machine are left out of what it holds.
fn release(context: &Context, source: &Path, target: &Path) -> Run {
    let registry = cargo_home();
    let shown = |place: &Path, name: &str| format!("--remap-path-prefix={}={name}", place.display());
    let in_c = |place: &Path, name: &str| format!("-ffile-prefix-map={}={name}", place.display());
    let flags = format!("{} {}", shown(source, "/saferoom"), shown(&registry, "/cargo"));
    let c_flags = format!("{} {}", in_c(target, "/target"), in_c(&registry, "/cargo"));
    let build = context.cargo(["build", "--release", "--locked", "--package", "saferoom-cli", "--bin", "saferoom"]);
    let build = build.folder(source).env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0");
    build.env("RUSTFLAGS", flags).env("CFLAGS", c_flags).env("SOURCE_DATE_EPOCH", "0")
}

fn cargo_home() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    home.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"))
}

/// Takes the oldest version of each direct dependency that the manifests allow, and compiles what is handed out, if those are
/// others than the ones of `Cargo.lock`, with which everything is tested. Cargo's option for that is not stable:
/// `RUSTC_BOOTSTRAP` lets the stable one take it. Works on a copy, so that `Cargo.lock` stays.
pub(crate) fn minimal(context: &Context) -> Result<(), String> {
    let folder = context.target.join("minimal");
    let source = unpack(context, &folder)?;
    let cargo = |arguments: &[&'static str]| {
        let run = context.cargo(arguments.iter().copied()).folder(&source).env("RUSTC_BOOTSTRAP", "1");
        run.env("CARGO_TARGET_DIR", folder.join("target")).env("CARGO_INCREMENTAL", "0")
    };
    let lock = source.join("Cargo.lock");
    let tested = read(&lock)?;
    cargo(&["update", "-Zdirect-minimal-versions"]).run(LIMIT)?;
    if read(&lock)? == tested {
        println!("the oldest versions that are allowed are those of Cargo.lock");
    } else {
        cargo(&["check", "--locked", "--package", "saferoom-cli", "--package", "saferoom-ffi"]).run(LIMIT)?;
    }
    remove(&folder)
}

/// What a product can be built as.
struct Form {
    name: &'static str,
    package: &'static str,
    /// What is built of it, and with which features.
    arguments: &'static [&'static str],
    /// `release`, or the one for phones.
    profile: &'static str,
    /// The file that comes out.
    file: &'static str,
}

/// A library without a face for other languages, of some features: inside the smallest program that uses it.
const fn library(name: &'static str, arguments: &'static [&'static str]) -> Form {
    Form { name, package: "saferoom", arguments, profile: "release", file: "examples/smallest" }
}

/// The library that other languages load.
const fn loaded(name: &'static str, arguments: &'static [&'static str], profile: &'static str) -> Form {
    Form { name, package: "saferoom-ffi", arguments, profile, file: "libsaferoom_ffi.so" }
}

/// The smallest first.
const FORMS: [Form; 7] = [
    library("library", &["--example", "smallest", "--no-default-features"]),
    library("library-extract", &["--example", "smallest", "--no-default-features", "--features", "extract"]),
    library("library-parquet", &["--example", "smallest"]),
    loaded("ffi-phone", &["--lib", "--no-default-features"], "mobile"),
    loaded("ffi", &["--lib"], "release"),
    loaded("ffi-cli", &["--lib", "--features", "cli"], "release"),
    Form {
        name: "cli",
        package: "saferoom-cli",
        arguments: &["--bin", "saferoom"],
        profile: "release",
        file: "saferoom",
    },
];

/// Builds each form, or those that are named, from nothing, and tells crates, time and size as a table.
pub(crate) fn sizes(context: &Context, named: &[String]) -> Result<(), String> {
    if let Some(unknown) = named.iter().find(|name| FORMS.iter().all(|form| form.name != **name)) {
        let names: Vec<_> = FORMS.iter().map(|form| form.name).collect();
        return Err(format!("no such form: {unknown} (forms: {})", names.join(", ")));
    }
    let mut rows = vec!["| form | crates | built in, wall | CPU | bytes, stripped |".to_owned()];
    rows.push("|---|---:|---:|---:|---:|".to_owned());
    for form in FORMS.iter().filter(|form| named.is_empty() || named.iter().any(|name| name == form.name)) {
        rows.push(measure(context, form)?);
    }
    println!("\n{}", rows.join("\n"));
    Ok(())
}

fn measure(context: &Context, form: &Form) -> Result<String, String> {
    let target = context.target.join("sizes");
    remove(&target)?;
    let build = ["build", "--profile", form.profile, "--locked", "--package", form.package];
    // The shell that starts it knows the CPU of all that ran below it; cargo itself does not tell.
    let times = target.with_extension("times");
    let script = "\"$@\" && times > \"$TIMES\"";
    let run = context.program("sh").args(["-c", script, "sh"]).args([context.cargo_program()]).args(build);
    let begun = Instant::now();
    run.args(form.arguments).env("CARGO_TARGET_DIR", &target).env("TIMES", &times).run(LIMIT)?;
    let wall = begun.elapsed().as_secs();
    let told = fs::read_to_string(&times).map_err(|problem| format!("{}: {problem}", times.display()))?;
    let cpu = told
        .lines()
        .nth(1)
        .and_then(cpu_seconds)
        .ok_or_else(|| format!("the shell's times are not understood: {told}"))?;
    let file = target.join(form.profile).join(form.file);
    let stripped = target.join("stripped");
    context.program("strip").args([Path::new("-o"), &stripped, &file]).run(LIMIT)?;
    let bytes = read(&stripped)?.len();
    let crates = count(context, form)?;
    remove(&target)?;
    let _ = fs::remove_file(times);
    Ok(format!("| {} | {crates} | {wall} s | {cpu} s | {bytes} |", form.name))
}

/// Crates that a form is made of, macros included, without what only builds or tests it.
fn count(context: &Context, form: &Form) -> Result<usize, String> {
    let features = form.arguments.iter().skip_while(|argument| !argument.contains("features"));
    let tree = context.cargo(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--package", form.package]);
    let lines = tree.args(features).output().ok_or("cargo tree says nothing")?;
    let names: std::collections::BTreeSet<_> =
        lines.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    Ok(names.len())
}

/// The newest commit in a new folder.
fn unpack(context: &Context, folder: &Path) -> Result<PathBuf, String> {
    remove(folder)?;
    let source = folder.join("source");
    fs::create_dir_all(&source).map_err(|problem| format!("{}: {problem}", source.display()))?;
    let commit = git(context, &["rev-parse", "HEAD"])?;
    let archive = folder.join("source.tar");
    context.program("git").args(["archive", "--output"]).args([&archive]).args([&commit]).run(LIMIT)?;
    context.program("tar").args(["-x", "-f"]).args([&archive]).args(["-C"]).args([&source]).run(LIMIT)?;
    Ok(source)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|problem| format!("{}: {problem}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|problem| format!("{}: {problem}", from.display()))
}

fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(problem) if folder.exists() => Err(format!("{}: {problem}", folder.display())),
        _ => Ok(()),
    }
}
