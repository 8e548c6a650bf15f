//! Anonymised tables and their risks, on any CSV or Parquet file, without a vault: `saferoom anonymize` and `saferoom
//! risk`.

mod input;
mod page;
mod risk;
pub(crate) mod show;
mod signer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use saferoom::release::engine::Watch;
use saferoom::release::output::{ExtractParts, Provenance, Signer, write_extract};
use saferoom::release::spec::{ReleasePolicy, Spec};
use saferoom::release::{ReleaseKey, plan, release};

pub(crate) use self::input::{Beside, read};
pub use self::page::ReportPages;
pub use self::risk::{RiskArgs, run as run_risk};
pub(crate) use self::signer::{signing_key, trusted_keys};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Arguments of `anonymize`.
#[derive(Debug, clap::Args)]
pub struct AnonymizeArgs {
    /// Table to anonymise: CSV in UTF-8 with a header, or Parquet
    #[arg(long = "in", value_name = "FILE")]
    pub input: PathBuf,
    /// Specification (TOML); files that it names lie beside it
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// New folder for the extract
    #[arg(long, value_name = "FOLDER", required_unless_present = "plan")]
    pub out: Option<PathBuf>,
    /// Only show loss, risk and what other suppression limits would give; write nothing
    #[arg(long)]
    pub plan: bool,
    /// Sign the extract with this Ed25519 private key of OpenSSH
    #[arg(long, value_name = "FILE", conflicts_with = "plan")]
    pub sign_with: Option<PathBuf>,
    /// File whose first line is the passphrase of that key; without it, it is asked for if there is one
    #[arg(long, value_name = "FILE", requires = "sign_with")]
    pub passphrase_file: Option<PathBuf>,
    /// What the rows are, for the manifest
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub source: String,
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
    let spec = read_spec(&args.spec)?;
    // Before the search: nobody should wait for it to be told that a passphrase is wrong.
    let signer =
        args.sign_with.as_ref().map(|path| signing_key(path, args.passphrase_file.clone(), out)).transpose()?;
    let table = input::table(&args.input)?;
    let files = Beside::of(&args.spec);
    let policy = ReleasePolicy::default();
    if args.plan {
        let plan = watched(out, "planning", |watch| plan(&spec, &table, &policy, &files, watch))?;
        return if args.json { out.json(&plan) } else { show::plan(&plan, out) };
    }
    let folder = args.out.as_deref().unwrap_or(Path::new("."));
    let released = watched(out, "searching", |watch| release(&spec, &table, &policy, &files, watch))?;
    let provenance = Provenance { source: args.source.clone(), ..Provenance::default() };
    let signer = signer.as_ref().map(|key| key as &dyn Signer);
    let parts = ExtractParts { provenance: &provenance, key: &ReleaseKey::generate(), signer, pages: &ReportPages };
    write_extract(folder, &released, &parts)?;
    if signer.is_none() {
        out.warn("the extract is not signed: whoever receives it cannot tell whether it is yours (--sign-with)");
    }
    if args.json { out.json(&released.account) } else { show::account(&released.account, folder, out) }
}

/// A specification out of a file; errors name the file and the line.
pub(crate) fn read_spec(path: &Path) -> Result<Spec, Failure> {
    let text = String::from_utf8(read(path)?).map_err(|_| {
        Failure::new(exit::INPUT, format!("{} is not UTF-8", path.display())).advise("Save it again as UTF-8.")
    })?;
    Spec::parse(&text).map_err(|error| Failure::from(error).at(path.display()))
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
pub(crate) fn watched<T: Send, E: Send>(
    out: &Console,
    label: &str,
    work: impl FnOnce(&dyn Watch) -> Result<T, E> + Send,
) -> Result<T, Failure>
where
    Failure: From<E>,
{
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
