//! `audit verify`: a bundle, each verdict for itself.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use saferoom::error::Diagnosis;
use saferoom::log::{
    Answer, BundleProblem, BundleReport, Checkpoint, MAX_NOTE_LENGTH, Note, ReadFolder, TrustPolicy, Verdict,
    verify_bundle_logs,
};
use serde_json::{Value as Json, json};

use super::{read_policy, read_small};
use crate::archive::BundleFolder;
use crate::args::AuditVerifyArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

/// How many problems of a verdict are shown; JSON shows all that were told.
const SHOWN: usize = 5;

pub(super) fn verify(args: &AuditVerifyArgs, out: &Console) -> Result<(), Failure> {
    demand_other_way(&args.trust_policy, &args.kept, &args.bundle)?;
    let policy = read_policy(&args.trust_policy)?;
    let kept = args.kept.iter().map(|path| read_small(path)).collect::<Result<Vec<_>, _>>()?;
    let kept: Vec<&[u8]> = kept.iter().map(Vec::as_slice).collect();
    let folder = BundleFolder::open(&args.bundle)?;
    let progress = out.progress(size_of(&folder), "Reading the log");
    let mut read = 0_u64;
    let report = verify_bundle_logs(&folder, &policy, &kept, now(), |_, _| {
        read += 1;
        if read.is_multiple_of(1024) {
            progress.set(read);
        }
    });
    progress.finish();
    if args.json {
        out.json(&to_json(&report, &policy, kept.len()))?;
    } else {
        show(&report, &policy, out);
    }
    judge(&report, &policy)
}

/// A policy that comes with the bundle says whatever the maker of the bundle wants, and so does a checkpoint.
pub(super) fn demand_other_way(policy: &Path, kept: &[PathBuf], bundle: &Path) -> Result<(), Failure> {
    if lies_in(policy, bundle) {
        return Err(Failure::new(exit::INPUT, "the trust policy lies in the bundle that it is to judge")
            .advise("Take the trust policy that was handed over by another way; one from the bundle proves nothing."));
    }
    if kept.iter().any(|kept| lies_in(kept, bundle)) {
        return Err(Failure::new(exit::INPUT, "the kept checkpoint lies in the bundle that is to be compared with it")
            .advise(
                "Take the checkpoint that you kept at an earlier visit; any bundle extends the ones that lie in it.",
            ));
    }
    Ok(())
}

fn lies_in(file: &Path, bundle: &Path) -> bool {
    match (file.canonicalize(), bundle.canonicalize()) {
        (Ok(file), Ok(bundle)) => file.starts_with(bundle),
        _ => false,
    }
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// How many entries the bundle says it has, for the progress bar alone.
pub(super) fn size_of(folder: &impl ReadFolder) -> u64 {
    let note = folder.read("checkpoint", MAX_NOTE_LENGTH).ok().and_then(|bytes| Note::parse(&bytes).ok());
    note.and_then(|note| note.text().parse::<Checkpoint>().ok()).map_or(0, |checkpoint| checkpoint.size())
}

pub(super) fn show(report: &BundleReport, policy: &TrustPolicy, out: &Console) {
    if let Some(checkpoint) = report.checkpoint() {
        out.pairs([
            ("Log", checkpoint.origin().to_string()),
            ("Entries read", report.read().to_string()),
            ("Root", checkpoint.root().to_base64()),
        ]);
    }
    out.blank();
    for (verdict, answer) in report.answers() {
        let demanded = if policy.demands(verdict) { "" } else { "  (not demanded)" };
        let name = verdict.name();
        match answer {
            Answer::Passed => out.good(format_args!("{name:<13} passed{demanded}")),
            Answer::Failed { count, .. } => out.bad(format_args!("{name:<13} FAILED, {count} found{demanded}")),
            Answer::NothingKept => {
                let why = report.why_not_judged(verdict).unwrap_or_default();
                out.warn(format_args!("{name:<13} NOT PROVEN: {why}{demanded}"));
            }
            Answer::NotJudged => {
                let why = report.why_not_judged(verdict).unwrap_or_default();
                out.note(format_args!("{name:<13} not judged: {why}{demanded}"));
            }
        }
        if let Answer::Failed { problems, count } = answer {
            for problem in problems.iter().take(SHOWN) {
                out.line(format_args!("      S{}: {problem}", problem.code()));
            }
            let more = count.saturating_sub(SHOWN as u64);
            if more > 0 {
                out.line(format_args!("      and {more} more"));
            }
            if let Some(problem) = problems.first() {
                out.line(format_args!("      do this: {}", problem.advice()));
            }
        }
    }
    if *report.answer(Verdict::Consistency) == Answer::NothingKept {
        out.warn("NOTHING WAS KEPT of it. Whoever holds the key of the log could have cut or rewritten it, and it would look like this.");
        out.warn(
            "Keep the file `checkpoint` of this bundle outside the device, and give it with --kept the next time.",
        );
    }
}

pub(super) fn judge(report: &BundleReport, policy: &TrustPolicy) -> Result<(), Failure> {
    if report.accepted(policy) {
        return Ok(());
    }
    let any_failed = report.answers().any(|(_, answer)| matches!(answer, Answer::Failed { .. }));
    let demanded_failed =
        |(verdict, answer): (Verdict, &Answer)| policy.demands(verdict) && matches!(answer, Answer::Failed { .. });
    if report.answers().any(demanded_failed) {
        return Err(Failure::new(exit::INTEGRITY, "the bundle does not hold what the trust policy demands")
            .advise("Keep the bundle as it is, and what was kept, as evidence."));
    }
    let code = if any_failed { exit::INTEGRITY } else { exit::FAILED };
    Err(Failure::new(code, "not every verdict that the trust policy demands could be judged")
        .advise("Give the checkpoint of the last visit with --kept; or demand less in the trust policy, knowing what that leaves open."))
}

pub(super) fn to_json(report: &BundleReport, policy: &TrustPolicy, kept: usize) -> Json {
    let checkpoint = report.checkpoint();
    let verdict = |(verdict, answer): (Verdict, &Answer)| {
        json!({
            "verdict": verdict.name(),
            "answer": answer_name(answer),
            "demanded": policy.demands(verdict),
            "why": report.why_not_judged(verdict),
            "count": match answer { Answer::Failed { count, .. } => *count, _ => 0 },
            "problems": match answer {
                Answer::Failed { problems, .. } => problems.iter().map(problem_json).collect(),
                _ => Vec::new(),
            },
        })
    };
    json!({
        "accepted": report.accepted(policy),
        "origin": checkpoint.map(|checkpoint| checkpoint.origin().as_str()),
        "size": checkpoint.map(Checkpoint::size),
        "root": checkpoint.map(|checkpoint| checkpoint.root().to_base64()),
        "entries_read": report.read(),
        "kept": kept,
        "verdicts": report.answers().map(verdict).collect::<Vec<_>>(),
    })
}

fn problem_json(problem: &BundleProblem) -> Json {
    json!({ "code": problem.code(), "text": problem.to_string(), "advice": problem.advice() })
}

const fn answer_name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Passed => "passed",
        Answer::Failed { .. } => "failed",
        Answer::NothingKept => "nothing-kept",
        Answer::NotJudged => "not-judged",
    }
}
