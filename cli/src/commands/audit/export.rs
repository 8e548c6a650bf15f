//! `audit export` and `audit trust-policy`: what an auditor is given, each by its own way.

use std::collections::BTreeSet;
use std::path::Path;

use saferoom::access::Access;
use saferoom::log::{LogError, Note, NoteKey, TrustPolicy, TrustPolicyProblem, Verdict};
use saferoom::vault::{ExportedLog, LogExport, OpenReasons, Session};
use serde_json::json;

use super::{read_small, without_last_newline};
use crate::archive::NewZip;
use crate::args::{AuditExportArgs, AuditTrustPolicyArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(super) fn export(args: &AuditExportArgs, out: &Console) -> Result<(), Failure> {
    let since = args.since.iter().map(|path| read_note(path)).collect::<Result<_, _>>()?;
    let options = LogExport { since, reasons: reasons(&args.open_reasons)?, without_view: args.no_view };
    let session = args.sign_in.sign_in(out)?;
    let total = session.logs()?.iter().map(|log| log.size).sum();
    let progress = out.progress(total, "Writing the bundle");
    let mut tell = |done, total| {
        progress.set_total(total);
        progress.set(done);
    };
    let access = args.access.access();
    let exported = match args.zip {
        true => export_zip(&session, &args.out, &options, &access, &mut tell),
        false => session.export_log(&args.out, &options, &access, &mut tell).map_err(Failure::from),
    };
    progress.finish();
    let exported = exported.map_err(|failure| failure.at(args.out.display()))?;
    if args.json {
        return out.json(&json!({
            "bundle": args.out.display().to_string(),
            "origin": exported.checkpoint.origin().as_str(),
            "size": exported.checkpoint.size(),
            "root": exported.checkpoint.root().to_base64(),
            "entries": exported.entries,
            "revisions": exported.revisions,
            "reasons": exported.reasons,
            "export_entry": exported.entry,
        }));
    }
    out.pairs([
        ("Bundle", args.out.display().to_string()),
        ("Log", exported.checkpoint.origin().to_string()),
        ("Entries", exported.entries.to_string()),
        ("Revisions in the store", exported.revisions.to_string()),
        ("Reasons in words", exported.reasons.to_string()),
        ("Entry about this export", exported.entry.to_string()),
    ]);
    if exported.reasons > 0 {
        out.warn("The opened reasons stand in the bundle in words. Give it to nobody who may not read them.");
    }
    out.note("Hand the trust policy over by another way: saferoom audit trust-policy.");
    Ok(())
}

/// The bundle as one file; it is removed if it does not become whole.
fn export_zip(
    session: &Session,
    path: &Path,
    options: &LogExport,
    access: &Access,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<ExportedLog, Failure> {
    let mut zip = NewZip::begin(path)?;
    let exported = session.write_log(&mut zip, options, access, progress)?;
    zip.finish()?;
    Ok(exported)
}

fn read_note(path: &Path) -> Result<Note, Failure> {
    Note::parse(&read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
}

fn reasons(indices: &[String]) -> Result<OpenReasons, Failure> {
    match indices {
        [] => Ok(OpenReasons::None),
        [all] if all.trim() == "all" => Ok(OpenReasons::All),
        indices => {
            let number = |text: &String| text.trim().parse::<u64>().ok();
            let numbers: Option<BTreeSet<u64>> = indices.iter().map(number).collect();
            numbers.map(OpenReasons::Of).ok_or_else(|| {
                Failure::new(exit::INPUT, "the entries to open are numbers with commas between them, or all")
                    .advise("Look the numbers up with saferoom audit show.")
            })
        }
    }
}

pub(super) fn trust_policy(args: &AuditTrustPolicyArgs, out: &Console) -> Result<(), Failure> {
    let witnesses = args.witness.iter().map(|text| read_witness(text)).collect::<Result<Vec<_>, _>>()?;
    let logs = args.sign_in.sign_in(out)?.trust_policy()?;
    let policy = with_witnesses(logs, &witnesses, args).map_err(|problem| {
        Failure::new(exit::INPUT, format!("the trust policy: {problem}"))
            .advise("Give each witness once, under a name of its own, and a quorum that they can reach.")
    })?;
    out.line(without_last_newline(&policy.to_string()));
    Ok(())
}

fn read_witness(text: &str) -> Result<(String, NoteKey), Failure> {
    let wrong = || {
        Failure::new(exit::INPUT, "a witness is a short name, =, and the file with its public key")
            .advise("Give, for example, --witness ngo=my-witness.vkey.")
    };
    let (name, path) = text.split_once('=').ok_or_else(wrong)?;
    let path = Path::new(path);
    let key = String::from_utf8(read_small(path)?).map_err(|_| LogError::MalformedKey);
    let key = key.and_then(|key| key.trim().parse::<NoteKey>());
    Ok((name.to_owned(), key.map_err(|error| Failure::from(error).at(path.display()))?))
}

/// Without witnesses nobody can say how old a checkpoint is: that is not demanded then.
fn with_witnesses(
    mut policy: TrustPolicy,
    witnesses: &[(String, NoteKey)],
    args: &AuditTrustPolicyArgs,
) -> Result<TrustPolicy, TrustPolicyProblem> {
    for (name, key) in witnesses {
        policy = policy.with_witness(name, key.clone(), None)?;
    }
    let names: Vec<&str> = witnesses.iter().map(|(name, _)| name.as_str()).collect();
    if !names.is_empty() {
        let threshold = args.quorum.unwrap_or(names.len());
        policy = policy.with_group("witnesses", threshold, &names)?.with_quorum("witnesses")?;
    }
    if let Some(days) = args.fresh_within_days {
        policy = policy.fresh_for(u64::from(days) * 86_400);
    }
    let demanded = |verdict: &Verdict| *verdict != Verdict::Freshness || !names.is_empty();
    let demanded: Vec<Verdict> = Verdict::ALL.into_iter().filter(demanded).collect();
    Ok(policy.demanding(&demanded))
}
