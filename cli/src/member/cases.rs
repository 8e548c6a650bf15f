//! `saferoom case assign` and its like: who works on a case.

use std::time::{SystemTime, UNIX_EPOCH};

use saferoom::access::policy::Sensitivity;
use saferoom::access::{CaseGrant, Compartments};
use saferoom::model::Compartment;
use serde_json::json;

use super::{CaseMemberCommand, CaseMembersArgs, SensitivityArgs, ShareArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

const DAY: u64 = 24 * 60 * 60 * 1000;

pub(crate) fn run(command: &CaseMemberCommand, out: &Console) -> Result<(), Failure> {
    match command {
        CaseMemberCommand::Assign(args) => {
            let session = args.sign_in.sign_in(out)?;
            session.assign(args.case, args.member, &args.access.access())?;
            out.good(format_args!("Case {} is assigned to {}.", args.case, args.member));
            out.note("What you cannot open yourself follows when somebody who can opens the case next.");
        }
        CaseMemberCommand::Unassign(args) => {
            let session = args.sign_in.sign_in(out)?;
            session.unassign(args.case, args.member, &args.access.access())?;
            out.good(format_args!("Case {} is not {}'s any more.", args.case, args.member));
        }
        CaseMemberCommand::Share(args) => share(args, out)?,
        CaseMemberCommand::ApproveShare(args) => {
            let session = args.sign_in.sign_in(out)?;
            session.approve_share(args.case, args.entry, &args.access.access())?;
            out.good(format_args!("Share {} of case {} counts from now on.", args.entry, args.case));
        }
        CaseMemberCommand::Sensitivity(args) => sensitivity(args, out)?,
        CaseMemberCommand::Members(args) => members(args, out)?,
    }
    Ok(())
}

fn share(args: &ShareArgs, out: &Console) -> Result<(), Failure> {
    let mut compartments = Compartments::NONE;
    for name in &args.compartment {
        let found = Compartment::ALL.iter().find(|compartment| compartment.name() == name);
        let found = found.ok_or_else(|| {
            Failure::new(exit::INPUT, format!("there is no compartment of the name {name}"))
                .advise("`saferoom access-policy show` lists them.")
        })?;
        compartments = compartments.with(*found);
    }
    let until = args.days.map(|days| now() + u64::from(days) * DAY);
    let session = args.with.sign_in.sign_in(out)?;
    session.share(args.with.case, args.with.member, compartments, until, &args.with.access.access())?;
    out.good(format_args!("Shared with {}: {}.", args.with.member, args.compartment.join(", ")));
    if let Some(days) = args.days {
        out.note(format_args!("It ends in {days} days. What they have seen by then stays with them."));
    }
    Ok(())
}

fn sensitivity(args: &SensitivityArgs, out: &Console) -> Result<(), Failure> {
    let level = Sensitivity::ALL.iter().find(|level| level.name() == args.level);
    let level = level.ok_or_else(|| {
        Failure::new(exit::INPUT, "there is no such level").advise("The levels are standard, restricted and sealed.")
    })?;
    let session = args.sign_in.sign_in(out)?;
    session.set_sensitivity(args.case, *level, &args.access.access())?;
    out.good(format_args!("Case {} is held as {} from its next write on.", args.case, level.name()));
    Ok(())
}

fn members(args: &CaseMembersArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let grants = session.case_members(args.case, &args.access.access())?;
    if args.json {
        let all: Vec<_> = grants.iter().map(to_json).collect();
        return out.json(&all);
    }
    let rows = grants.iter().map(|grant| {
        let how = match (grant.shared, grant.approved) {
            (false, _) => String::from("assigned"),
            (true, true) => String::from("shared"),
            (true, false) => format!("waits for a second person: {}", grant.entry),
        };
        let until = grant.until.map_or_else(String::new, |until| format!("{} days", until.saturating_sub(now()) / DAY));
        vec![grant.member.to_string(), how, names(grant).join(", "), until]
    });
    out.table(&["member", "how", "compartments", "for another"], rows);
    Ok(())
}

fn to_json(grant: &CaseGrant) -> serde_json::Value {
    json!({
        "member": grant.member.to_string(),
        "shared": grant.shared,
        "approved": grant.approved,
        "entry": grant.entry,
        "compartments": names(grant),
        "until": grant.until,
    })
}

fn names(grant: &CaseGrant) -> Vec<&'static str> {
    grant.compartments.iter().map(|compartment| compartment.name()).collect()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
