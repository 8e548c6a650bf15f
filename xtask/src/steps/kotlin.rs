//! The Kotlin package and its example: built by Maven with the native library in the jar, and tested.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::process::Run;
use crate::report::Outcome;

/// Where the package lies.
const PACKAGE: &str = "bindings/kotlin";

/// What Debian calls the tools that it needs.
const NEEDED: &str =
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends maven openjdk-17-jdk-headless";

/// What the pom names, where Maven keeps it.
pub(super) const JARS: [&str; 3] = [
    "org/jetbrains/kotlin/kotlin-stdlib/2.2.20/kotlin-stdlib-2.2.20.jar",
    "org/jetbrains/kotlinx/kotlinx-coroutines-core-jvm/1.10.2/kotlinx-coroutines-core-jvm-1.10.2.jar",
    "net/java/dev/jna/jna/5.18.1/jna-5.18.1.jar",
];

/// Installs Maven if that is allowed here, then builds and tests.
pub(super) fn kotlin(context: &Context, until: Instant) -> Outcome {
    if !context.has("bindings/kotlin/pom.xml") {
        return Outcome::NotChecked("no bindings/kotlin/pom.xml".to_owned());
    }
    if !has_tools(context) {
        if !context.install {
            return not_checked(&format!("no Maven or no JDK (`{NEEDED}` adds both)"));
        }
        let apt = context.program("sh").env("DEBIAN_FRONTEND", "noninteractive").args(["-c", NEEDED]);
        if let Err(problem) = apt.run(left(until)) {
            return not_checked(&format!("Maven and a JDK could not be installed: {problem}"));
        }
    }
    Outcome::from_result(Kotlin::new(context, until).check())
}

pub(super) fn has_tools(context: &Context) -> bool {
    let there = |name: &str| context.program(name).args(["-version"]).output().is_some();
    there("mvn") && there("javac")
}

/// Said where it cannot be overlooked, and once more in the table.
fn not_checked(why: &str) -> Outcome {
    println!("!!!! {why}: the Kotlin package is NOT CHECKED !!!!");
    Outcome::NotChecked(why.to_owned())
}

/// The package, built by Maven.
pub(crate) struct Kotlin<'a> {
    context: &'a Context,
    until: Instant,
}

impl<'a> Kotlin<'a> {
    /// All that is made lies in the build directory; nothing is there yet.
    pub(crate) fn new(context: &'a Context, until: Instant) -> Self {
        Self { context, until }
    }

    fn check(&self) -> Result<(), String> {
        self.prepare()?;
        let reports = self.work().join("maven/surefire-reports");
        let _ = fs::remove_dir_all(&reports);
        self.maven().args(["test"]).env("SAFEROOM_CROSSING", self.crossing()).run(left(self.until))?;
        count_tests(&reports)
    }

    /// Puts the library where Maven takes it from, and writes the generated sources.
    pub(crate) fn prepare(&self) -> Result<(), String> {
        self.place_library()?;
        self.generate()
    }

    /// Measures the calls on the vault in a folder.
    pub(crate) fn bench(&self, folder: &Path, out: &Path) -> Result<(), String> {
        let maven = self.maven().args(["-Dtest=HostsBench", "test"]);
        maven.env("SAFEROOM_BENCH", folder).env("SAFEROOM_BENCH_OUT", out).run(left(self.until))
    }

    /// Maven in the folder of the package.
    pub(crate) fn maven(&self) -> Run {
        let options = ["--batch-mode", "--quiet", "-Dmaven.wagon.http.retryHandler.count=5"];
        let repository = format!("-Dmaven.repo.local={}", self.repository().display());
        let work = format!("-Dwork={}", self.work().display());
        let maven = self.context.program("mvn").args(options).args([repository, work]);
        // Cargo's own: with it the JVM would find the library of the unoptimised build before the one in the jar.
        maven.without("LD_LIBRARY_PATH").folder(&self.context.root.join(PACKAGE))
    }

    /// Where Maven keeps what it has loaded.
    pub(crate) fn repository(&self) -> PathBuf {
        self.work().join("repository")
    }

    /// The library in the form that the Python step has built already, where JNA looks for it within a jar; and the Rust side of
    /// the crossing.
    fn place_library(&self) -> Result<(), String> {
        let build = ["build", "--release", "--locked", "-p", "saferoom-ffi", "--features", "cli", "--lib"];
        self.context.cargo(build).args(["--example", "crossing"]).run(left(self.until))?;
        let place = self.work().join("resources/linux-x86-64/libsaferoom_ffi.so");
        let failed = |problem: std::io::Error| format!("{}: {problem}", place.display());
        fs::create_dir_all(place.parent().unwrap_or(&place)).map_err(failed)?;
        fs::copy(self.library(), &place).map_err(failed)?;
        Ok(())
    }

    /// What uniffi writes, and what `make_layer.py` makes of it.
    fn generate(&self) -> Result<(), String> {
        let (raw, made) = (self.work().join("uniffi"), self.work().join("generated"));
        // Maven does not take away what was compiled from a file that is gone.
        let old = ["maven/classes", "maven/test-classes"].map(|name| self.work().join(name));
        for folder in old.iter().chain([&raw, &made]) {
            let _ = fs::remove_dir_all(folder);
        }
        let build = ["build", "--quiet", "--locked", "--workspace", "--bin", "uniffi-bindgen"];
        self.context.cargo(build).run(left(self.until))?;
        let bindgen = self.context.program(self.context.target.join("debug/uniffi-bindgen"));
        let options = ["--config", "uniffi.toml", "--language", "kotlin", "--no-format", "--out-dir"];
        bindgen.args(["generate"]).args([self.library()]).args(options).args([&raw]).run(left(self.until))?;
        let layer: Run = self.context.program("python3");
        let script = Path::new(PACKAGE).join("make_layer.py");
        layer.args([script, raw.join("org/saferoom/saferoom_ffi.kt"), made]).run(left(self.until))
    }

    fn library(&self) -> PathBuf {
        self.context.target.join("release/libsaferoom_ffi.so")
    }

    fn crossing(&self) -> PathBuf {
        self.context.target.join("release/examples/crossing")
    }

    /// Where everything of it lies.
    pub(crate) fn work(&self) -> PathBuf {
        self.context.target.join("kotlin")
    }
}

/// Maven is quiet about what passed, and would be so about no tests at all.
fn count_tests(reports: &Path) -> Result<(), String> {
    let entries = fs::read_dir(reports).map_err(|problem| format!("no test ran: {problem}"))?;
    let texts = entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "xml"));
    let tests: usize =
        texts.map(|path| fs::read_to_string(path).unwrap_or_default().matches("<testcase ").count()).sum();
    if tests == 0 {
        return Err("no test ran".to_owned());
    }
    println!("{tests} passed, 0 failed");
    Ok(())
}
