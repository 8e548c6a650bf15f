//! The Swift package and its example, in a Debian tree of its own that holds the Swift toolchain.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::left;
use crate::context::Context;
use crate::process::Run;
use crate::report::Outcome;

/// Where the package lies.
const PACKAGE: &str = "bindings/swift";

/// What adds the toolchain: said wherever it is missing.
const ADD: &str = "`sudo bindings/swift/scripts/root.sh target/swift-root` adds it: 570 MB to load, 1.7 GB on disk";

/// How long it may take to be made: a slow mirror shall not use up the time of the other steps.
const LOADING: Duration = Duration::from_secs(10 * 60);

/// Makes the toolchain if that is allowed here, then builds and tests.
pub(super) fn swift(context: &Context, until: Instant) -> Outcome {
    if !context.has("bindings/swift/Package.swift") {
        return Outcome::NotChecked("no bindings/swift/Package.swift".to_owned());
    }
    let swift = Swift::new(context, until);
    if !swift.root().join(".ready").is_file() {
        if !context.install {
            return not_checked(&format!("no Swift toolchain ({ADD})"));
        }
        let make = swift.script("root.sh").args([swift.root()]);
        if let Err(problem) = make.run(left(until).min(LOADING)) {
            return not_checked(&format!("the Swift toolchain could not be made: {problem}"));
        }
    }
    // What a machine does not allow is no failure of ours, and no pass either.
    if let Err(problem) = swift.inside(&["swift", "--version"]).run(left(until)) {
        return not_checked(&format!("no mounts of one's own, or no chroot, on this machine: {problem}"));
    }
    Outcome::from_result(swift.check())
}

/// Said where it cannot be overlooked, and once more in the table.
fn not_checked(why: &str) -> Outcome {
    println!("!!!! {why}: the Swift package is NOT CHECKED !!!!");
    Outcome::NotChecked(why.to_owned())
}

/// The package, built by the toolchain in its tree.
pub(crate) struct Swift<'a> {
    context: &'a Context,
    until: Instant,
}

/// Where the package is built, and what it is linked with, within the tree.
const OPTIONS: [&str; 4] = ["--scratch-path", "/build/swift/package", "-Xlinker", "-L/build/swift/lib"];

impl<'a> Swift<'a> {
    /// All that is made lies in the build directory; nothing is there yet.
    pub(crate) fn new(context: &'a Context, until: Instant) -> Self {
        Self { context, until }
    }

    fn check(&self) -> Result<(), String> {
        self.prepare()?;
        self.inside(&["swift", "test", "--disable-xctest"]).args(OPTIONS).run(left(self.until))
    }

    /// Builds some of it.
    pub(crate) fn build(&self, what: &[&str]) -> Result<(), String> {
        self.inside(&["swift", "build"]).args(OPTIONS).args(what).run(left(self.until))
    }

    /// Measures the calls on the vault in a folder; both paths are those within the tree.
    pub(crate) fn bench(&self, folder: &str, out: &str) -> Result<(), String> {
        let run = self.inside(&["swift", "run", "-c", "release"]).args(OPTIONS);
        run.args(["hosts-bench", folder, out]).run(left(self.until))
    }

    /// The library and the crossing example in the form that the Python step has built already, and the generated sources.
    pub(crate) fn prepare(&self) -> Result<(), String> {
        let build = ["build", "--release", "--locked", "-p", "saferoom-ffi", "--features", "cli", "--lib"];
        self.context.cargo(build).args(["--example", "crossing"]).run(left(self.until))?;
        let built = self.context.target.join("release");
        self.script("generate.sh").args([built.join("libsaferoom_ffi.so")]).run(left(self.until))?;
        // Alone in a folder: beside a shared library the linker would take that one.
        let folder = self.context.target.join("swift/lib");
        let place = |problem: std::io::Error| format!("{}: {problem}", folder.display());
        fs::create_dir_all(&folder).map_err(place)?;
        let library = folder.join("libsaferoom_ffi.a");
        let _ = fs::remove_file(&library);
        let from = built.join("libsaferoom_ffi.a");
        fs::hard_link(&from, &library).or_else(|_| fs::copy(&from, &library).map(|_| ())).map_err(place)
    }

    fn root(&self) -> PathBuf {
        self.context.target.join("swift-root")
    }

    fn script(&self, name: &str) -> Run {
        self.context.program(self.context.root.join(PACKAGE).join("scripts").join(name))
    }

    /// A command in the tree, in the folder of the package.
    pub(crate) fn inside(&self, command: &[&str]) -> Run {
        let run = self.script("inside.sh").args([&self.root(), &self.context.root, &self.context.target]);
        run.args(command)
    }
}
