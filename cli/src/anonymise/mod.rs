//! Anonymised tables and their risks, on any CSV file, without a vault: `saferoom anonymize` and `saferoom risk`.

mod folder;
mod risk;
mod show;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use saferoom::release::engine::Watch;
use saferoom::release::spec::{Files, ReleasePolicy, Spec};
use saferoom::release::{ReleaseError, Table, plan, release};

pub use self::risk::{RiskArgs, run as run_risk};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// The largest file that is read: all of it is in memory.
const LARGEST: u64 = 4 << 30;

/// Arguments of `anonymize`.
#[derive(Debug, clap::Args)]
pub struct AnonymizeArgs {
    /// Table to anonymise: CSV in UTF-8 with a header
    #[arg(long = "in", value_name = "FILE")]
    pub input: PathBuf,
    /// Specification (TOML); files that it names lie beside it
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// New folder for the anonymised table and its report
    #[arg(long, value_name = "FOLDER", required_unless_present = "plan")]
    pub out: Option<PathBuf>,
    /// Only show loss, risk and what other suppression limits would give; write nothing
    #[arg(long)]
    pub plan: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs `anonymize`.
///
/// # Errors
/// What is wrong with a file, or why the table cannot be released; then no folder is left behind.
pub fn run(args: &AnonymizeArgs, out: &Console) -> Result<(), Failure> {
    if let Some(folder) = args.out.as_deref().filter(|folder| !args.plan && folder.exists()) {
        let text = format!("{} exists already", folder.display());
        return Err(Failure::new(exit::FILE, text).advise("Name a new folder."));
    }
    let at = |path: &Path, error: ReleaseError| Failure::from(error).at(path.display());
    let text = String::from_utf8(read(&args.spec)?).map_err(|_| {
        Failure::new(exit::INPUT, format!("{} is not UTF-8", args.spec.display())).advise("Save it again as UTF-8.")
    })?;
    let spec = Spec::parse(&text).map_err(|error| at(&args.spec, error))?;
    let table = Table::from_csv(&read(&args.input)?).map_err(|error| at(&args.input, error))?;
    let files = Beside(args.spec.parent().map(Path::to_owned).unwrap_or_default());
    let policy = ReleasePolicy::default();
    if args.plan {
        let plan = watched(out, "planning", |watch| plan(&spec, &table, &policy, &files, watch))?;
        return if args.json { out.json(&plan) } else { show::plan(&plan, out) };
    }
    let folder = args.out.as_deref().unwrap_or(Path::new("."));
    let released = watched(out, "searching", |watch| release(&spec, &table, &policy, &files, watch))?;
    folder::write(folder, &released, &text)?;
    if args.json { out.json(&released.account) } else { show::account(&released.account, folder, out) }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = fs::metadata(path).map_err(|error| Failure::reading(path, &error))?.len();
    if size > LARGEST {
        let text = format!("{} is larger than 4 GiB", path.display());
        return Err(Failure::new(exit::FILE, text).advise("Take the table in parts."));
    }
    fs::read(path).map_err(|error| Failure::reading(path, &error))
}

/// The files that a specification names, beside it. Names with folders in them are refused.
struct Beside(PathBuf);

impl Files for Beside {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let plain = Path::new(name).file_name().is_some_and(|file| file == name);
        if !plain {
            return Err(format!("the file {name} has to lie beside the specification"));
        }
        fs::read(self.0.join(name)).map_err(|error| format!("the file {name} cannot be read: {}", error.kind()))
    }
}

/// Thousandths of a search.
struct Thousandths(AtomicU64);

impl Watch for Thousandths {
    fn progress(&self, decided: f64, whole: f64) {
        let thousandths = (decided / whole.max(1.0) * 1000.0).clamp(0.0, 1000.0) as u64;
        self.0.fetch_max(thousandths, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        false
    }
}

/// Does something long while a bar shows how far it is.
fn watched<T: Send>(
    out: &Console,
    label: &str,
    work: impl FnOnce(&dyn Watch) -> Result<T, ReleaseError> + Send,
) -> Result<T, Failure> {
    let watch = Thousandths(AtomicU64::new(0));
    let progress = out.progress(1000, label);
    let result = std::thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        let watch = &watch;
        let worker = scope.spawn(move || {
            let result = work(watch);
            drop(done);
            result
        });
        while waiting.recv_timeout(Duration::from_millis(100)) == Err(mpsc::RecvTimeoutError::Timeout) {
            progress.set(watch.0.load(Ordering::Relaxed));
        }
        worker.join()
    });
    let result = result.map_err(|_| Failure::new(exit::FAILED, "the search ended unexpectedly"))?;
    let found = result.map_err(Failure::from)?;
    progress.finish();
    Ok(found)
}
