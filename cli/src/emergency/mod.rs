//! `saferoom emergency`: second secrets, and breaking the glass with one.

mod args;
mod open;
mod secret;

use saferoom::access::RosterChange;
use serde_json::json;

pub use self::args::{DutyArgs, EmergencyCommand, OpenArgs, SecretArgs, TakeBackArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::member::change;

pub(crate) fn run(command: &EmergencyCommand, out: &Console) -> Result<(), Failure> {
    match command {
        EmergencyCommand::Secret(args) => secret::make(args, out),
        EmergencyCommand::TakeBack(args) => {
            change(&args.change, out, |_| Ok(RosterChange::Emergency { member: args.member, second: None }))
        }
        EmergencyCommand::List(args) => list(args, out),
        EmergencyCommand::Open(args) => open::open(args, out),
    }
}

fn list(args: &DutyArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let (holders, members, policy) = (session.second_secrets()?, session.members()?, session.access_policy()?);
    let rule = policy.emergency();
    let opens: Vec<_> = rule.compartments.iter().map(|compartment| compartment.name()).collect();
    let on_duty: Vec<_> = members.iter().filter(|member| holders.contains(&member.id())).collect();
    if args.json {
        let members: Vec<_> = on_duty
            .iter()
            .map(|member| json!({ "member": member.id().to_string(), "role": member.now().role.as_str() }))
            .collect();
        return out.json(&json!({
            "members": members,
            "compartments": opens,
            "open_for_hours": rule.open_for_hours,
            "review_within_hours": rule.review_within_hours,
        }));
    }
    out.pairs([
        ("An emergency opens", opens.join(", ")),
        ("For", format!("{} hours, one case at a time", rule.open_for_hours)),
        ("To be reviewed within", format!("{} hours", rule.review_within_hours)),
    ]);
    out.blank();
    if on_duty.is_empty() {
        out.line("Nobody has a second secret.");
        return Ok(());
    }
    let rows = on_duty.iter().map(|member| vec![member.id().to_string(), member.now().role.to_string()]);
    out.table(&["member with a second secret", "role"], rows);
    Ok(())
}
