//! Planning, making and reversing extracts of a vault.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use saferoom::access::Access;
use saferoom::keys::{Identity, RecoveryScope};
use saferoom::model::Timestamp;
use saferoom::release::output::{Coverage, ExtractParts, Manifest, Provenance, public_key_line, write_extract};
use saferoom::release::series::Membership;
use saferoom::release::spec::{InSeries, Spec};
use saferoom::release::tables::TablesError;
use saferoom::release::{ChildColumns, Pseudonym, ReleaseKey, plan_of, release};
use saferoom::seal::sha256;
use saferoom::vault::{Session, StatisticsRead, StatisticsStation, WayBack};
use serde_json::json;

use super::vault_args::{BuildArgs, PlanArgs, ReverseArgs};
use crate::anonymise::{Beside, ReportPages, read, read_spec, show, watched};
use crate::args::SignInArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::packet::keys::write_new;
use crate::recovery::{Terminal, collect};

/// A specification, checked before anybody signs in, and where the files lie that it names.
struct Asked {
    spec: Spec,
    columns: ChildColumns,
    files: Beside,
}

impl Asked {
    fn read(path: &Path) -> Result<Self, Failure> {
        let mut spec = read_spec(path)?;
        let columns = ChildColumns::of(&spec).map_err(|error| Failure::from(error).at(path.display()))?;
        columns.complete(&mut spec);
        Ok(Self { spec, columns, files: Beside::of(path) })
    }

    fn series(&self) -> Option<&InSeries> {
        self.columns.series()
    }

    /// The statistics; for a series of new children without those who were in it before.
    fn statistics(&self, session: &Session, access: &Access) -> Result<StatisticsRead, Failure> {
        let mut read = session.statistics(access)?;
        if let Some(series) = self.series().filter(|series| series.only_new) {
            read.leave_out(session.children_of_series(&series.name, access)?);
        }
        Ok(read)
    }

    /// What the rows are, for who receives them.
    fn source(&self) -> String {
        let children = "children in the statistics of cases";
        match self.series() {
            Some(InSeries { name, only_new: true, .. }) => {
                format!("{children} who were in no earlier release of the series {name}")
            }
            Some(InSeries { name, .. }) => format!("{children}; series {name}"),
            None => children.to_owned(),
        }
    }
}

/// `extract plan`.
pub(super) fn plan(args: &PlanArgs, out: &Console) -> Result<(), Failure> {
    let asked = Asked::read(&args.spec)?;
    let session = args.sign_in.sign_in(out)?;
    let read = asked.statistics(&session, &args.access.access())?;
    let policy = session.release_policy()?;
    let table = read.children(&asked.columns)?;
    let (spec, files) = (&asked.spec, &asked.files);
    let released = watched(out, "searching", |watch| release(spec, &table, &policy, files, watch))?;
    let membership = released.membership(&read.child_ids())?;
    let told = session.compare_release(spec.audience, &membership, &args.access.access())?;
    drop(session);
    let plan = watched(out, "planning", |watch| plan_of(&released, spec, &table, &policy, files, watch))?;
    let digest = digest_text(&membership);
    if args.json {
        let guard = json!({ "release": digest, "singles_out": told });
        return out.json(&json!({ "plan": plan, "statistics": described(&read), "guard": guard }));
    }
    say_what_is_there(&read, out);
    if let Some(told) = told {
        out.warn(format_args!("release {digest}: {}", TablesError::from(told)));
    }
    show::plan(&plan, out)
}

/// By which custodians name a release that may leave in spite of its guard.
fn digest_text(membership: &Membership) -> String {
    sha256(&membership.encode()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `extract build`.
pub(super) fn build(args: &BuildArgs, out: &Console) -> Result<(), Failure> {
    if args.out.exists() {
        let text = format!("{} exists already", args.out.display());
        return Err(Failure::new(exit::FILE, text).advise("Name a new folder."));
    }
    let asked = Asked::read(&args.spec)?;
    let (identity, session) = sign_in(&args.sign_in, out)?;
    let manifest = make(&asked, (&identity, &session), &args.out, &args.access.access(), out)?;
    if args.json {
        return out.json(&manifest);
    }
    out.good(format_args!("Extract made: {}", args.out.display()));
    let rows = manifest.rows;
    out.line(format_args!("{} rows of {}; {} are left out.", rows.released, rows.source, rows.suppressed));
    out.note(format_args!(
        "Give the folder to whom it is for, and {} in another way.",
        beside(&args.out, "pub").display()
    ));
    Ok(())
}

fn sign_in(args: &SignInArgs, out: &Console) -> Result<(Identity, Session), Failure> {
    let vault = args.vault.open()?;
    let identity = args.identity.unlock(&args.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    Ok((identity, session))
}

/// Makes an extract in a new folder: written beside its place, logged, and only then given its name.
pub(crate) fn make_from(
    spec: &Path,
    (identity, session): (&Identity, &Session),
    place: &Path,
    access: &Access,
    out: &Console,
) -> Result<Manifest, Failure> {
    make(&Asked::read(spec)?, (identity, session), place, access, out)
}

fn make(
    asked: &Asked,
    (identity, session): (&Identity, &Session),
    place: &Path,
    access: &Access,
    out: &Console,
) -> Result<Manifest, Failure> {
    let read = asked.statistics(session, access)?;
    let table = read.children(&asked.columns)?;
    let policy = session.release_policy()?;
    let mut released = watched(out, "searching", |watch| release(&asked.spec, &table, &policy, &asked.files, watch))?;
    // With what was released before, it must not tell of single children: asked before anything is written.
    let membership = released.membership(&read.child_ids())?;
    let audience = asked.spec.audience;
    let refused = |error: saferoom::vault::Error| match error {
        error @ saferoom::vault::Error::Tables(TablesError::SinglesOut { .. }) => {
            Failure::from(error).at(format_args!("release {}", digest_text(&membership)))
        }
        other => other.into(),
    };
    match asked.series() {
        Some(series) => session.check_release_in(&series.name, audience, &membership, access),
        None => session.check_release(audience, &membership, access),
    }
    .map_err(refused)?;
    let key = ReleaseKey::generate();
    let lasting = asked.series().filter(|series| series.lasting_pseudonyms);
    let lasting = lasting.map(|series| session.series_key(&series.name, access)).transpose()?;
    let names = lasting.as_ref().map_or_else(|| read.names(&key), |series| read.names_in_series(series));
    asked.columns.name_rows(&mut released, &names)?;
    let provenance = Provenance {
        source: asked.source(),
        stations: read.stations.iter().map(covered).collect(),
        older_rules: read.older_rules,
        ..Provenance::default()
    };
    let parts = ExtractParts { provenance: &provenance, key: &key, signer: Some(identity), pages: &ReportPages };
    let mut unnamed = Unnamed::default();
    let unfinished = beside(place, "unfinished");
    let manifest = write_extract(&unfinished, &released, &parts)?;
    unnamed.folder = Some(unfinished.clone());
    let way_back = match &lasting {
        Some(series) => session.way_back_in_series(&key, series)?,
        None => session.way_back(&key)?,
    };
    if let Some(way_back) = way_back {
        unnamed.file(beside(place, "way-back"), &way_back.to_bytes())?;
    }
    let line = public_key_line(&identity.public().verifying_key)?;
    unnamed.file(beside(place, "pub"), format!("{line}\n").as_bytes())?;
    // All of it lies on the disk: now it counts as released, then it gets its name.
    let rows = manifest.rows.released;
    let name = asked.spec.name.as_str();
    match asked.series() {
        Some(series) => session.record_release_in(&series.name, (name, audience), rows, &membership, access),
        None => session.record_release(name, audience, rows, &membership, access),
    }
    .map_err(refused)?;
    session.note_extract(&sha256(&manifest.to_bytes()?), rows, access)?;
    fs::rename(&unfinished, place).map_err(|error| Failure::writing(place, &error))?;
    unnamed.keep();
    Ok(manifest)
}

/// A station, with the month until which it has told everything.
fn covered(station: &StatisticsStation) -> Coverage {
    let until = i64::try_from(station.until).ok().and_then(|until| Timestamp::from_milliseconds(until).ok());
    let until = until.map_or_else(String::new, |until| until.to_text().chars().take(7).collect());
    Coverage { station: station.name.clone(), until }
}

/// A folder that has not got its name yet, with the files beside it. If it never does, they are removed.
#[derive(Default)]
struct Unnamed {
    folder: Option<PathBuf>,
    files: Vec<PathBuf>,
}

impl Unnamed {
    fn file(&mut self, path: PathBuf, bytes: &[u8]) -> Result<(), Failure> {
        write_new(&path, bytes)?;
        self.files.push(path);
        Ok(())
    }

    fn keep(mut self) {
        self.folder = None;
        self.files.clear();
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// `extract.pub` for the folder `extract`.
fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = place.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    place.with_file_name(name)
}

/// `extract reverse`.
pub(super) fn reverse(args: &ReverseArgs, out: &Console) -> Result<(), Failure> {
    let pseudonym = Pseudonym::parse(&args.pseudonym).map_err(saferoom::vault::Error::from)?;
    let way_back = WayBack::from_bytes(&read(&args.way_back)?).map_err(saferoom::vault::Error::from)?;
    let (identity, session) = sign_in(&args.sign_in, out)?;
    let restoring = session.begin_restore(RecoveryScope::Reversal(way_back.unit()))?;
    let vault = session.vault().clone();
    drop(session);
    let key =
        collect(restoring, &args.shares, &Terminal::take(), out)?.finish().map_err(saferoom::keys::KeyError::from)?;
    let session = vault.sign_in(&identity)?;
    let case = session.reverse_pseudonym(pseudonym, &way_back, &key, &args.access.access())?;
    if args.json {
        return out.json(&json!({ "case": case.to_string() }));
    }
    out.good(format_args!("The case is {case}."));
    out.note("A finding is open: somebody else has to review it (`saferoom findings`).");
    Ok(())
}

fn described(read: &StatisticsRead) -> serde_json::Value {
    json!({
        "cases": read.cases.len(),
        "closed": read.closed,
        "older_rules": read.older_rules,
        "pending": read.pending,
    })
}

fn say_what_is_there(read: &StatisticsRead, out: &Console) {
    out.line(format_args!("Statistics of {} cases.", read.cases.len()));
    let notes = [
        (read.pending, "wait for somebody with a key to open them: something is not told yet"),
        (read.older_rules, "have something by older rules"),
        (read.closed, "are sealed to circles that you do not hold"),
    ];
    for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
        out.note(format_args!("{count} {what}."));
    }
}
