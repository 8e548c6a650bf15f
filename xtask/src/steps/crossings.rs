//! A vault that one language founded is read, extended, audited and erased by each of the others.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Kotlin, Python, Swift, left};
use crate::context::Context;
use crate::process::Run;
use crate::report::Outcome;

/// What a language calls itself in what it writes.
const LANGUAGES: [&str; 4] = ["Rust", "Python", "Kotlin", "Swift"];

/// Every ordered pair of languages; it needs the toolchains of all four.
pub(super) fn crossings(context: &Context, until: Instant) -> Outcome {
    let swift_there = context.target.join("swift-root/.ready").is_file();
    if !super::kotlin::has_tools(context) || !swift_there {
        let what = "no toolchain of Kotlin or of Swift (their steps say what adds it)";
        println!("!!!! {what}: vaults that cross between languages are NOT CHECKED !!!!");
        return Outcome::NotChecked(what.to_owned());
    }
    let (python, kotlin) = (Python::new(context, until), Kotlin::new(context, until));
    let crossings = Crossings { context, until, python, kotlin, swift: Swift::new(context, until) };
    Outcome::from_result(crossings.check())
}

struct Crossings<'a> {
    context: &'a Context,
    until: Instant,
    python: Python<'a>,
    kotlin: Kotlin<'a>,
    swift: Swift<'a>,
}

impl Crossings<'_> {
    fn check(&self) -> Result<(), String> {
        self.python.install()?;
        self.kotlin.prepare()?;
        self.kotlin.maven().args(["test-compile"]).run(left(self.until))?;
        self.swift.prepare()?;
        self.swift.build(&["--product", "crossing"])?;
        let mut pairs = 0;
        for founder in LANGUAGES {
            for taker in LANGUAGES.into_iter().filter(|taker| *taker != founder) {
                let problem = |problem| format!("{founder} to {taker}: {problem}");
                self.cross(founder, taker).map_err(problem)?;
                println!("{founder} to {taker}: read, extended, audited, seen, erased, gone");
                pairs += 1;
            }
        }
        println!("{pairs} passed, 0 failed");
        Ok(())
    }

    fn cross(&self, founder: &str, taker: &str) -> Result<(), String> {
        let name = format!("crossings/{founder}-{taker}");
        let folder = self.context.target.join(&name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
        let found = self.program(founder, "found", &folder, &name).args([founder]);
        let ids = found.output().ok_or("it could not be founded")?;
        let (case, child) = ids.trim().split_once('\n').ok_or("no ids were told")?;
        for (who, command, of) in
            [(taker, "take", founder), (founder, "see", taker), (taker, "erase", founder), (founder, "gone", taker)]
        {
            self.program(who, command, &folder, &name).args([case, child, of]).run(left(self.until))?;
        }
        let _ = fs::remove_dir_all(&folder);
        Ok(())
    }

    /// A command of a language on a folder; Swift finds it elsewhere, within the tree of its tools.
    fn program(&self, language: &str, command: &str, folder: &Path, name: &str) -> Run {
        let context = self.context;
        match language {
            "Rust" => context.program(context.target.join("release/examples/crossing")).args([command]).args([folder]),
            "Python" => {
                let script = context.root.join("bindings/python/crossing.py");
                self.python.program().args([script]).args([command]).args([folder])
            }
            "Kotlin" => {
                let java = context.program("java").without("LD_LIBRARY_PATH").args(["-cp", &self.class_path()]);
                java.args(["org.saferoom.CrossingProgramKt", command]).args([folder])
            }
            _ => self.swift.inside(&["/build/swift/package/debug/crossing", command, &format!("/build/{name}")]),
        }
    }

    fn class_path(&self) -> String {
        let maven = self.kotlin.work().join("maven");
        let folders = [maven.join("classes"), maven.join("test-classes")];
        let jars = super::kotlin::JARS.map(|jar| self.kotlin.repository().join(jar));
        let parts: Vec<PathBuf> = folders.into_iter().chain(jars).collect();
        parts.iter().map(|part| part.display().to_string()).collect::<Vec<_>>().join(":")
    }
}
