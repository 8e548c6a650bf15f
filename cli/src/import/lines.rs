//! JSON Lines, as `saferoom export` writes them: with its manifest, where there is one.

use std::fs::File;
use std::io::Write;

use saferoom::vault::exchange::{
    ExchangeError, ImportOptions, ImportReport, ImportStep, SignedManifest, check_lines, manifest_path,
};
use saferoom::vault::{self, Session};
use serde_json::json;

use super::{ImportArgs, access};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;

pub(super) fn run(args: &ImportArgs, out: &Console) -> Result<(), Failure> {
    let wrong = |error: vault::Error| Failure::from(error).at(args.file.display());
    let file = File::open(&args.file).map_err(|error| Failure::reading(&args.file, &error))?;
    let size = file.metadata().map_err(|error| Failure::reading(&args.file, &error))?.len();
    let manifest = manifest(args)?;
    // Nobody signs in for a file that is not what its manifest says.
    if let Some(manifest) = &manifest {
        let report = check_lines(&file, &ImportOptions::default(), &mut |_| ()).map_err(wrong)?;
        if !manifest.is_of(&report.sha256) {
            return Err(wrong(ExchangeError::Manifest.into()));
        }
    }
    // Made before anything is imported: without the list, nobody could tell which record has become which.
    let ids = args.ids.as_deref().map(|path| Ok::<_, Failure>((new_file::create(path)?, path))).transpose()?;
    let imported =
        sign_in(args, out).and_then(|session| import(args, session.as_ref(), &file, size, out).map_err(wrong));
    let written = imported.as_ref().is_ok_and(|report| !report.imported.is_empty());
    if let (false, Some((_, path))) = (written, &ids) {
        drop(std::fs::remove_file(path));
    }
    let report = imported?;
    if let (true, Some((list, path))) = (written, ids) {
        new_file::fill_created(list, path, |list| write_ids(list, &report))?;
    }
    if args.json {
        out.json(&for_programs(&report))?;
    } else {
        show(args, &report, manifest.is_some(), out);
    }
    if report.rejected == 0 || (args.partial && written) {
        return Ok(());
    }
    let text = format!("{} of {} lines are rejected; nothing was written", report.rejected, report.lines);
    let failure = Failure::new(exit::INPUT, text).at(args.file.display());
    Err(failure.advise("Correct the lines that are named, or leave them out with --partial."))
}

fn sign_in(args: &ImportArgs, out: &Console) -> Result<Option<Session>, Failure> {
    if args.dry_run { Ok(None) } else { args.sign_in.sign_in(out).map(Some) }
}

fn import(
    args: &ImportArgs,
    session: Option<&Session>,
    file: &File,
    size: u64,
    out: &Console,
) -> Result<ImportReport, vault::Error> {
    let options = ImportOptions { partial: args.partial, ..ImportOptions::default() };
    let progress = out.progress(size, "Checking the lines");
    let mut writing = None;
    let mut tell = |step| match step {
        ImportStep::Checked(bytes) => progress.set(bytes),
        ImportStep::Written(lines, all) => {
            writing.get_or_insert_with(|| out.progress(all, "Writing the records")).set(lines);
        }
    };
    let done = match session {
        Some(session) => session.import_lines(file, &options, &access(args), &mut tell),
        None => check_lines(file, &options, &mut tell),
    };
    progress.finish();
    writing.into_iter().for_each(crate::progress::Progress::finish);
    done
}

/// The manifest that is named, or lies beside the lines.
fn manifest(args: &ImportArgs) -> Result<Option<SignedManifest>, Failure> {
    let beside = manifest_path(&args.file);
    let path = match &args.manifest {
        Some(path) => path,
        None if beside.exists() => &beside,
        None => return Ok(None),
    };
    let text = std::fs::read_to_string(path).map_err(|error| Failure::reading(path, &error))?;
    SignedManifest::parse(&text).map(Some).map_err(|error| Failure::from(error).at(path.display()))
}

fn write_ids(out: &mut impl Write, report: &ImportReport) -> std::io::Result<()> {
    let mut lines = report.ids.iter().map(|id| json!({ "old": id.old, "new": id.new.to_string() }));
    lines.try_for_each(|line| writeln!(out, "{line}"))
}

fn for_programs(report: &ImportReport) -> serde_json::Value {
    let problems = report.problems.iter().map(|problem| {
        json!({
            "line": problem.line,
            "kind": problem.kind,
            "field": problem.field,
            "rule": problem.rule.name(),
            "text": problem.rule.to_string(),
        })
    });
    json!({
        "lines": report.lines,
        "units": report.units,
        "rejected": report.rejected,
        "problems": problems.collect::<Vec<_>>(),
        "problem_count": report.problem_count,
        "imported": report.imported,
    })
}

fn show(args: &ImportArgs, report: &ImportReport, has_manifest: bool, out: &Console) {
    for problem in &report.problems {
        out.line(problem);
    }
    if report.problem_count > report.problems.len() as u64 {
        out.line(format_args!("and {} more", report.problem_count - report.problems.len() as u64));
    }
    let manifest = if has_manifest { "the lines are the ones that were signed" } else { "none" };
    let mut rows = vec![
        ("Manifest", manifest.to_owned()),
        ("Lines", report.lines.to_string()),
        ("Lines rejected", report.rejected.to_string()),
    ];
    if args.dry_run {
        rows.push(("Lines that would be imported", (report.lines - report.rejected).to_string()));
    }
    rows.extend(report.imported.iter().map(|(kind, count)| ("Records imported", format!("{count} ({kind})"))));
    out.pairs(rows);
}
