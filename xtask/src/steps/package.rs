//! What hosts install: wheel, jar and Swift package, packed, and each used in an empty folder where there are no sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::left;
use super::python::Environment;
use super::{Kotlin, Python, Swift, mobile};
use crate::context::Context;
use crate::report::Outcome;

/// The programs of strangers, beside this file.
const PYTHON: &str = include_str!("package/first_steps.py");
const JAVA: &str = include_str!("package/FirstSteps.java");
const SWIFT: &str = include_str!("package/first_steps.swift");
const SWIFT_PACKAGE: &str = include_str!("package/Package.swift");

/// What Maven calls the jar.
const JAR: &str = "saferoom-0.1.0.jar";

/// As a step of the check: what a machine has no tools for is not packed, and said.
pub(super) fn package(context: &Context, until: Instant) -> Outcome {
    match run(context, until) {
        Ok(missing) if missing.is_empty() => Outcome::from_result(Ok(())),
        Ok(missing) => Outcome::NotChecked(format!("not packed, without their tools: {}", missing.join(", "))),
        Err(problem) => Outcome::from_result(Err(problem)),
    }
}

/// `cargo xtask package`: packs, uses and measures all three, and the library for phones.
pub(crate) fn all(context: &Context) -> Result<(), String> {
    let until = Instant::now() + Duration::from_secs(60 * 60);
    let missing = run(context, until)?;
    let whole = context.target.join("release/libsaferoom_ffi.so");
    let packed = context.target.join("package");
    let phones = mobile::pack(context, &whole, &packed, left(until))?;
    if packed.join(JAR).is_file() {
        Packing { context, until, packed }.use_jar("java-phone", Some(&phones))?;
    }
    println!("  {:>12}  {}", size(&phones), phones.display());
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("not packed, without their tools: {}", missing.join(", "))),
    }
}

/// Packs what can be packed here; answers what cannot.
fn run(context: &Context, until: Instant) -> Result<Vec<&'static str>, String> {
    let packed = context.target.join("package");
    let _ = fs::remove_dir_all(&packed);
    fs::create_dir_all(&packed).map_err(|problem| format!("{}: {problem}", packed.display()))?;
    let packing = Packing { context, until, packed };
    let mut made = vec![packing.wheel()?];
    let mut missing = Vec::new();
    match super::kotlin::has_tools(context) {
        true => made.push(packing.jar()?),
        false => missing.push("jar"),
    }
    match context.target.join("swift-root/.ready").is_file() {
        true => made.push(packing.swift()?),
        false => missing.push("Swift package"),
    }
    println!("\n  size (bytes)  what");
    made.iter().for_each(|path| println!("  {:>12}  {}", size(path), path.display()));
    Ok(missing)
}

struct Packing<'a> {
    context: &'a Context,
    until: Instant,
    packed: PathBuf,
}

impl Packing<'_> {
    /// The wheel, in a fresh environment.
    fn wheel(&self) -> Result<PathBuf, String> {
        let built = Python::new(self.context, self.until).install()?;
        let wheel = self.packed.join(built.file_name().ok_or("maturin made no wheel")?);
        copy(&built, &wheel)?;
        let empty = self.folder("python")?;
        let user = Environment { context: self.context, folder: self.packed.join("venv") };
        user.create(self.until)?;
        user.pip(&["--no-deps"]).args([&wheel]).run(left(self.until))?;
        user.tool("python").args(["-c", PYTHON]).folder(&empty).run(left(self.until))?;
        user.tool("python").args(["-m", "saferoom", "--version"]).folder(&empty).run(left(self.until))?;
        Ok(wheel)
    }

    /// The jar, from Java, with nothing else than what its pom names.
    fn jar(&self) -> Result<PathBuf, String> {
        let kotlin = Kotlin::new(self.context, self.until);
        kotlin.prepare()?;
        kotlin.maven().args(["-DskipTests", "package"]).run(left(self.until))?;
        let jar = self.packed.join(JAR);
        copy(&kotlin.work().join("maven").join(JAR), &jar)?;
        self.use_jar("java", None)?;
        Ok(jar)
    }

    /// A program of a stranger with the jar, and with the library in it or another one.
    fn use_jar(&self, folder: &str, library: Option<&Path>) -> Result<(), String> {
        let empty = self.folder(folder)?;
        write(&empty.join("FirstSteps.java"), JAVA)?;
        let mut path = format!("{}:.", self.packed.join(JAR).display());
        for needed in super::kotlin::JARS {
            let repository = Kotlin::new(self.context, self.until).repository();
            path.push_str(&format!(":{}", repository.join(needed).display()));
        }
        let compile = self.context.program("javac").args(["-cp", &path, "FirstSteps.java"]).folder(&empty);
        compile.run(left(self.until))?;
        let mut start = self.context.program("java");
        if let Some(library) = library {
            start = start.args([format!("-Duniffi.component.saferoom_ffi.libraryOverride={}", library.display())]);
        }
        let start = start.args(["-cp", &path, "FirstSteps"]).folder(&empty);
        start.without("LD_LIBRARY_PATH").run(left(self.until))
    }

    /// The Swift package with its library, as a dependency of another.
    fn swift(&self) -> Result<PathBuf, String> {
        let swift = Swift::new(self.context, self.until);
        swift.prepare()?;
        let unpacked = self.packed.join("swift/Saferoom");
        fs::create_dir_all(unpacked.join("lib")).map_err(|problem| format!("{}: {problem}", unpacked.display()))?;
        let from = self.context.root.join("bindings/swift");
        let take = "cp -r Package.swift Sources Examples Benches Tests \"$1\"";
        self.context.program("sh").args(["-euc", take, "sh"]).args([&unpacked]).folder(&from).run(left(self.until))?;
        copy(&self.context.target.join("swift/lib/libsaferoom_ffi.a"), &unpacked.join("lib/libsaferoom_ffi.a"))?;
        let archive = self.packed.join("saferoom-swift-linux-x86_64.tar.gz");
        let tar = self.context.program("tar").args(["czf"]).args([&archive]).args(["Saferoom"]);
        tar.folder(&self.packed.join("swift")).run(left(self.until))?;
        self.use_swift(&swift, &archive)?;
        Ok(archive)
    }

    fn use_swift(&self, swift: &Swift<'_>, archive: &Path) -> Result<(), String> {
        let empty = self.folder("swift-user")?;
        let unpack = self.context.program("tar").args(["xzf"]).args([archive]).folder(&empty);
        unpack.run(left(self.until))?;
        let sources = empty.join("Sources/FirstSteps");
        fs::create_dir_all(&sources).map_err(|problem| format!("{}: {problem}", sources.display()))?;
        write(&empty.join("Package.swift"), SWIFT_PACKAGE)?;
        write(&sources.join("main.swift"), SWIFT)?;
        let user = "/build/package/swift-user";
        let run = swift.inside(&["swift", "run", "--package-path", user, "--scratch-path", "/build/swift/user"]);
        run.args(["-Xlinker", &format!("-L{user}/Saferoom/lib"), "FirstSteps"]).run(left(self.until))
    }

    /// A new folder with nothing in it.
    fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.packed.join(name);
        fs::create_dir_all(&folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
        Ok(folder)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|problem| format!("{}: {problem}", from.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|problem| format!("{}: {problem}", path.display()))
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |known| known.len())
}
