//! The Python package: built as a wheel, installed into a fresh environment, tested and type-checked.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::process::Run;
use crate::report::Outcome;

const PACKAGE: &str = "bindings/python";

/// All of it.
pub(super) fn python(context: &Context, until: Instant) -> Outcome {
    if !context.has("bindings/python/pyproject.toml") {
        return Outcome::NotChecked("no bindings/python/pyproject.toml".to_owned());
    }
    Outcome::from_result(check(context, until))
}

fn check(context: &Context, until: Instant) -> Result<(), String> {
    let python = Python::new(context, until);
    python.install()?;
    let environment = &python.environment;
    let package = context.root.join(PACKAGE);
    let tests = environment.tool("python").args(["-m", "pytest", "-p", "no:cacheprovider", "tests"]).folder(&package);
    tests.run(left(until))?;
    check_types(environment, &package, until)
}

/// The package, installed from its wheel into an environment that has what its tests need.
pub(crate) struct Python<'a> {
    environment: Environment<'a>,
    until: Instant,
}

impl<'a> Python<'a> {
    /// In the build directory; nothing is there yet.
    pub(crate) fn new(context: &'a Context, until: Instant) -> Self {
        Self { environment: Environment { context, folder: context.target.join("venv") }, until }
    }

    /// Builds the wheel and installs it, with what the tests need; answers where the wheel lies.
    pub(crate) fn install(&self) -> Result<PathBuf, String> {
        let Self { environment, until } = self;
        environment.create(*until)?;
        environment.pip(&["-r", &format!("{PACKAGE}/requirements-dev.txt")]).run(left(*until))?;
        let wheel = build_wheel(environment, *until)?;
        environment.pip(&["--force-reinstall", "--no-deps"]).args([&wheel]).run(left(*until))?;
        Ok(wheel)
    }

    /// Its Python.
    pub(crate) fn program(&self) -> Run {
        self.environment.tool("python")
    }
}

/// The wheel is the only file in a fresh folder, so that no older one can be taken for it.
fn build_wheel(environment: &Environment<'_>, until: Instant) -> Result<PathBuf, String> {
    let context = environment.context;
    let wheels = context.target.join("wheels");
    let _ = fs::remove_dir_all(&wheels);
    let maturin = environment.tool("maturin").args(["build", "--release", "--out"]).args([&wheels]);
    maturin.folder(&context.root.join(PACKAGE)).run(left(until))?;
    let entries = fs::read_dir(&wheels).map_err(|problem| format!("no wheel: {problem}"))?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    paths.find(|path| path.extension().is_some_and(|ending| ending == "whl")).ok_or("maturin made no wheel".to_owned())
}

/// By both checkers: each finds what the other lets pass. What they look at stands in pyproject.toml.
fn check_types(environment: &Environment<'_>, package: &Path, until: Instant) -> Result<(), String> {
    let mypy = environment.tool("python").args(["-m", "mypy", "--strict", "--cache-dir"]);
    mypy.args([context_cache(environment)]).folder(package).run(left(until))?;
    let python = environment.folder.join("bin/python");
    let pyright = environment.tool("pyright").args(["--pythonpath"]).args([python]).args(["--warnings"]);
    pyright.folder(package).run(left(until))
}

fn context_cache(environment: &Environment<'_>) -> PathBuf {
    environment.context.target.join("mypy-cache")
}

/// A virtual environment in the build directory.
pub(crate) struct Environment<'a> {
    /// Where the repository lies.
    pub(crate) context: &'a Context,
    /// Its own folder.
    pub(crate) folder: PathBuf,
}

impl Environment<'_> {
    /// Makes it, or leaves it as it is.
    pub(crate) fn create(&self, until: Instant) -> Result<(), String> {
        let create = self.context.program("python3").args(["-m", "venv"]).args([&self.folder]);
        create.run(left(until)).map_err(|problem| format!("{problem} (try: apt-get install python3-venv)"))
    }

    /// A program of the environment, which also comes first on the search path of what it starts.
    pub(crate) fn tool(&self, name: &str) -> Run {
        let programs = self.folder.join("bin");
        let mut path = programs.clone().into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        self.context
            .program(programs.join(name))
            .env("VIRTUAL_ENV", &self.folder)
            .env("PATH", path)
            .env("PYTHONDONTWRITEBYTECODE", "1")
    }

    /// Installs into it.
    pub(crate) fn pip(&self, arguments: &[&str]) -> Run {
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        self.tool("python").args(install).args(arguments)
    }
}
