//! `saferoom export`: records as JSON Lines, in plain text. A disclosure, and it says so.

use saferoom::id::{IdError, RecordId};
use saferoom::vault::exchange::{ExportOptions, Manifest};

use crate::args::ExportArgs;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(args: &ExportArgs, out: &Console) -> Result<(), Failure> {
    let cases = args.cases.iter().map(|id| id.trim().parse()).collect::<Result<Vec<RecordId>, IdError>>()?;
    let options = ExportOptions { cases: (!cases.is_empty()).then_some(cases), history: args.history };
    let session = args.sign_in.sign_in(out)?;
    if !args.json {
        out.warn("This writes PLAIN TEXT. Whoever gets the file reads everything in it. The export is logged.");
    }
    let total = session.vault().info()?.records;
    let progress = out.progress(total, "Writing the lines");
    let exported = session.export_file(&args.out, &options, &args.access.access(), &mut |lines| progress.set(lines));
    progress.finish();
    let exported = exported.map_err(|error| Failure::from(error).at(args.out.display()))?;
    if args.json {
        return out.json(&exported.manifest);
    }
    show(&exported.manifest, out);
    out.pairs([("Lines", exported.lines.display()), ("Manifest", exported.manifest_file.display())]);
    out.warn("Delete the file when it has served its purpose.");
    Ok(())
}

fn show(manifest: &Manifest, out: &Console) {
    out.table(
        &["kind", "records", "lines", "fields", "withheld", "not opened"],
        manifest.kinds.iter().map(|(name, kind)| {
            [
                name.clone(),
                kind.records.to_string(),
                kind.lines.to_string(),
                kind.fields.len().to_string(),
                kind.withheld.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
                kind.not_opened.to_string(),
            ]
        }),
    );
    out.pairs([("Lines written", manifest.lines.to_string()), ("SHA-256", manifest.sha256.clone())]);
}
