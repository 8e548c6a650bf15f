//! `saferoom referral list`, `overdue` and `move`.

use clap::Args;
use saferoom::id::RecordId;
use saferoom::model::Coded;
use saferoom::practice::referrals::{Overdue, ReferralGlance, Stage};
use saferoom::vault::OverdueReferral;
use serde_json::{Value as Json, json};

use crate::args::{AccessArgs, SignInArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Arguments of `referral list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// The child
    #[arg(value_name = "CHILD")]
    pub child: RecordId,
    /// The vault, and who looks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `referral overdue`.
#[derive(Debug, Args)]
pub struct OverdueArgs {
    /// The vault, and who looks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `referral move`.
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// The referral
    #[arg(value_name = "REFERRAL")]
    pub referral: RecordId,
    /// Where it stands now, of the list `referral_status`
    #[arg(long, value_name = "CODE")]
    pub state: String,
    /// Why it was declined, of the list `decline_reason`
    #[arg(long, value_name = "CODE")]
    pub decline_reason: Option<String>,
    /// The vault, and who moves it.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

pub(super) fn list(args: &ListArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let found = session.referrals_of_child(args.child, &args.access.access())?;
    if args.json {
        return out.json(&found.iter().map(to_json).collect::<Vec<_>>());
    }
    if found.is_empty() {
        out.line("The child was referred to no service yet.");
        return Ok(());
    }
    let rows = found.iter().map(|one| {
        let overdue = one.overdue.map_or("", overdue_text);
        [one.id.to_string(), one.service.clone(), stage_text(one.stage).to_owned(), overdue.to_owned()]
    });
    out.table(&["referral", "service", "stands", "to be looked at"], rows);
    Ok(())
}

pub(super) fn overdue(args: &OverdueArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let report = session.overdue_referrals(&args.access.access())?;
    if args.json {
        let one = |one: &OverdueReferral| {
            json!({ "referral": one.referral.to_string(), "service": one.service, "why": one.why,
                "finding": one.finding.to_string(), "new": one.new })
        };
        return out.json(&json!({
            "looked_at": report.looked_at,
            "closed_cases": report.closed_cases,
            "settled": report.settled,
            "overdue": report.overdue.iter().map(one).collect::<Vec<_>>(),
        }));
    }
    let rows = report.overdue.iter().map(|one| {
        let new = if one.new { "opened now" } else { "known" };
        [one.referral.to_string(), one.service.clone(), overdue_text(one.why).to_owned(), new.to_owned()]
    });
    if report.overdue.is_empty() {
        out.good(format_args!("{} referral(s) looked at, none is overdue.", report.looked_at));
    } else {
        out.table(&["referral", "service", "why", "finding"], rows);
        out.note("Close a finding with `saferoom findings --review`; it settles itself when the service answers.");
    }
    if report.settled > 0 {
        out.line(format_args!("{} finding(s) settled.", report.settled));
    }
    if report.closed_cases > 0 {
        out.warn(format_args!("{} case(s) that you cannot look into: ask who works on them.", report.closed_cases));
    }
    Ok(())
}

pub(super) fn move_on(args: &MoveArgs, out: &Console) -> Result<(), Failure> {
    let wrong = |_| Failure::new(exit::INPUT, "there is no such code");
    let state = Coded::new(&args.state).map_err(wrong)?;
    let reason = args.decline_reason.as_deref().map(Coded::new).transpose().map_err(wrong)?;
    let session = args.sign_in.sign_in(out)?;
    let moved = session.move_referral(args.referral, &state, reason.as_ref(), &args.access.access())?;
    out.good(format_args!("Referral {}: {} → {}", moved.referral, moved.from, moved.to));
    Ok(())
}

fn to_json(one: &ReferralGlance) -> Json {
    json!({ "referral": one.id.to_string(), "service": one.service, "stage": one.stage, "overdue": one.overdue })
}

const fn stage_text(stage: Stage) -> &'static str {
    match stage {
        Stage::Proposed => "proposed",
        Stage::Waiting => "waiting",
        Stage::InService => "in service",
        Stage::Completed => "completed",
        Stage::Ended => "ended",
    }
}

pub(super) const fn overdue_text(overdue: Overdue) -> &'static str {
    match overdue {
        Overdue::NotBegun => "has not begun in time",
        Overdue::Appointment => "the appointment has passed",
        Overdue::NoShow => "the child did not come",
        Overdue::NoService => "no service was found",
    }
}
