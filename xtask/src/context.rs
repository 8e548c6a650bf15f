//! Where the repository and its build directory lie, and how much time has passed.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::process::Run;

/// The whole run on the test machine ends here, with room for the table before that machine's own limit of 90 minutes.
const CI_LIMIT: Duration = Duration::from_secs(87 * 60);

/// Optimised builds of a check need no link-time optimisation, which is repeated for every library and program: off, they take
/// half the time. `cargo xtask bench` and `package` build as a release does.
const QUICK_BUILDS: [(&str, &str); 5] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_BENCH_LTO", "off"),
    ("CARGO_PROFILE_BENCH_CODEGEN_UNITS", "16"),
    // As the release profile, so that both share what they build.
    ("CARGO_PROFILE_BENCH_DEBUG", "false"),
];

/// What every step needs to know.
#[derive(Debug)]
pub(crate) struct Context {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// The build directory that all workspaces share.
    pub(crate) target: PathBuf,
    /// The cargo that started this program.
    cargo: PathBuf,
    /// Whether programs that a check needs may be installed on this machine: on a test machine, or if asked for.
    pub(crate) install: bool,
    /// Whether optimised builds leave out what only a release needs.
    pub(crate) quick: bool,
    started: Instant,
    limit: Option<Duration>,
}

impl Context {
    /// Reads the environment: `CARGO`, `CARGO_TARGET_DIR`, `CI` and `SAFEROOM_STARTED` (seconds since 1970).
    pub(crate) fn new() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().expect("xtask lies in the workspace").to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |given| root.join(given));
        let before = env::var("SAFEROOM_STARTED")
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
            .and_then(|seconds| SystemTime::now().duration_since(UNIX_EPOCH + Duration::from_secs(seconds)).ok());
        let now = Instant::now();
        Self {
            cargo: env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from),
            install: env::var_os("CI").is_some(),
            quick: false,
            started: before.and_then(|passed| now.checked_sub(passed)).unwrap_or(now),
            limit: env::var_os("CI").map(|_| CI_LIMIT),
            root,
            target,
        }
    }

    /// The time since the start of the whole run.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Gigabytes that the disk of the build directory has left, where `df` tells.
    pub(crate) fn free_disk(&self) -> Option<u64> {
        let told = self.program("df").args(["-Pk"]).args([&self.root]).output()?;
        let kilobytes: u64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
        Some(kilobytes / 1_000_000)
    }

    /// A step's own time-out, cut to what the whole run has left.
    pub(crate) fn cut(&self, own: Duration) -> Duration {
        self.limit.map_or(own, |limit| own.min(limit.saturating_sub(self.elapsed())))
    }

    /// A cargo command in the root of the workspace.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Run {
        self.program(&self.cargo).args(arguments)
    }

    /// The cargo that started this program.
    pub(crate) fn cargo_program(&self) -> &Path {
        &self.cargo
    }

    /// Any other program, in the root of the workspace, sharing the build directory.
    pub(crate) fn program(&self, program: impl AsRef<Path>) -> Run {
        let run = Run::new(program.as_ref(), &self.root).env("CARGO_TARGET_DIR", &self.target);
        let settings = QUICK_BUILDS.iter().filter(|_| self.quick);
        settings.fold(run, |run, (name, value)| run.env(name, value))
    }

    /// Whether this file or folder exists below the root.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}
