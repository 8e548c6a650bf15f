//! JSON Lines, as `saferoom export` writes them: with its manifest, where there is one.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

use saferoom::vault::exchange::{
    ExchangeError, ImportOptions, ImportReport, ImportStep, SignedManifest, check_lines, manifest_path,
};
use saferoom::vault::{self, Session};
use serde_json::json;

use super::{ImportArgs, access};
use crate::console::Console;
use crate::failure::{Failure, exit};

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
    let ids = args.ids.as_deref().map(private_file).transpose()?;
    let session = if args.dry_run { None } else { Some(args.sign_in.sign_in(out)?) };
    let report = import(args, session.as_ref(), &file, size, out).map_err(wrong)?;
    if let (Some(file), Some(path)) = (ids, &args.ids) {
        write_ids(file, &report).map_err(|error| Failure::writing(path, &error))?;
    }
    if args.json {
        out.json(&for_programs(&report))?;
    } else {
        show(args, &report, manifest.is_some(), out);
    }
    let written = !report.imported.is_empty();
    if report.rejected == 0 || (args.partial && written) {
        return Ok(());
    }
    let text = format!("{} of {} lines are rejected; nothing was written", report.rejected, report.lines);
    let failure = Failure::new(exit::INPUT, text).at(args.file.display());
    Err(failure.advise("Correct the lines that are named, or leave them out with --partial."))
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

fn private_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Failure::writing(path, &error))
}

fn write_ids(file: File, report: &ImportReport) -> std::io::Result<()> {
    let mut out = BufWriter::new(file);
    for id in &report.ids {
        writeln!(out, "{}", json!({ "old": id.old, "new": id.new.to_string() }))?;
    }
    out.flush()
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
