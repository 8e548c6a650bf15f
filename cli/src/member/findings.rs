//! `saferoom findings`: what is to be looked at by a second person.

use saferoom::access::{FindingKind, ReviewOutcome};
use saferoom::vault::Finding;
use serde_json::json;

use super::FindingsArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(crate) fn run(args: &FindingsArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    if let (Some(id), Some(outcome)) = (args.review, &args.outcome) {
        let outcome = ReviewOutcome::from_name(outcome).ok_or_else(|| {
            Failure::new(exit::INPUT, "there is no such outcome")
                .advise("The outcomes are justified, unjustified and referred.")
        })?;
        session.review_finding(id, outcome, &args.note, &args.access.access())?;
        out.good(format_args!("Finding {id} is closed: {outcome}."));
        return Ok(());
    }
    let findings = session.findings(!args.all, &args.access.access())?;
    if args.json {
        return out.json(&findings.iter().map(to_json).collect::<Vec<_>>());
    }
    if findings.is_empty() {
        out.good("Nothing is to be looked at.");
        return Ok(());
    }
    let rows = findings.iter().map(|finding| {
        let open = if finding.settled.is_some() { "settled" } else { "open" };
        let review = finding.review.as_ref().map_or(open.to_owned(), |review| review.outcome.to_string());
        vec![finding.id.to_string(), about(finding), finding.opened.member.to_string(), review]
    });
    out.table(&["finding", "about", "member", "review"], rows);
    Ok(())
}

fn about(finding: &Finding) -> String {
    match finding.opened.kind {
        FindingKind::Emergency { case } => format!("emergency, case {case}"),
        FindingKind::Reversal { case } => format!("a row of the statistics was led back to case {case}"),
        FindingKind::Unusual { measure, count } => format!("unusual: {measure}, {count}"),
        FindingKind::UnsignedRepeat { interview } => format!("interviewed again without a second person: {interview}"),
        FindingKind::OverdueReferral { referral, why } => format!("overdue: {why}, referral {referral}"),
    }
}

fn to_json(finding: &Finding) -> serde_json::Value {
    let review = finding.review.as_ref().map(|review| {
        json!({
            "member": review.member.to_string(),
            "at": review.at,
            "outcome": review.outcome.name(),
            "note": review.note,
        })
    });
    json!({
        "finding": finding.id.to_string(),
        "about": about(finding),
        "member": finding.opened.member.to_string(),
        "at": finding.opened.at,
        "due": finding.opened.due,
        "review": review,
        "settled": finding.settled.map(|settled| json!({ "member": settled.member.to_string(), "at": settled.at })),
    })
}
