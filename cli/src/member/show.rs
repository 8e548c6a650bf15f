//! Members and changes, in plain words.

use saferoom::access::policy::Reach;
use saferoom::access::{AccessPolicy, Member, RosterChange, Standing};
use saferoom::keys::VerifyingKey;
use saferoom::model::Compartment;
use serde_json::{Value as Json, json};

use super::ListArgs;
use crate::console::Console;
use crate::failure::Failure;

pub(super) fn list(args: &ListArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let (members, policy) = (session.members()?, session.access_policy()?);
    if args.json {
        return out.json(&members.iter().map(to_json).collect::<Vec<_>>());
    }
    let rows = members.iter().map(|member| {
        let now = member.now();
        let devices = member.active_identities().map(|identity| key_text(&identity.verifying_key)[..8].to_owned());
        vec![
            member.id().to_string(),
            now.role.to_string(),
            now.unit.to_string()[..8].to_owned(),
            standing_text(now.standing).to_owned(),
            devices.collect::<Vec<_>>().join(" "),
            reach_text(&policy, now.role.as_str()),
        ]
    });
    out.table(&["member", "role", "unit", "standing", "devices", "reads"], rows);
    Ok(())
}

fn to_json(member: &Member) -> Json {
    let now = member.now();
    let devices = member.identities().iter().map(
        |listed| json!({ "key": key_text(&listed.identity.verifying_key), "revoked": listed.revoked_at.is_some() }),
    );
    json!({
        "member": member.id().to_string(),
        "role": now.role.as_str(),
        "unit": now.unit.to_string(),
        "standing": standing_text(now.standing),
        "devices": devices.collect::<Vec<_>>(),
    })
}

/// What a role reads: `identity, profile (assigned cases)`.
fn reach_text(policy: &AccessPolicy, role: &str) -> String {
    let Some(role) = policy.role_or_founder(role) else { return String::from("nothing") };
    let of = |reach| {
        let mine = Compartment::ALL.iter().filter(|of| **of != Compartment::Roster && role.reach(**of) == reach);
        mine.map(|of| of.name()).collect::<Vec<_>>().join(", ")
    };
    let parts = [(of(Reach::Unit), "the unit's"), (of(Reach::Case), "of assigned cases")];
    let parts = parts.into_iter().filter(|(names, _)| !names.is_empty());
    let text: Vec<_> = parts.map(|(names, whose)| format!("{names} ({whose})")).collect();
    if text.is_empty() { String::from("nothing") } else { text.join("; ") }
}

fn standing_text(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Retired => "retired",
    }
}

/// A device's key as it is printed.
pub(super) fn key_text(key: &VerifyingKey) -> String {
    key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a change says.
pub(super) fn change_text(change: &RosterChange) -> String {
    match change {
        RosterChange::Enrol { identity, role, unit } => format!(
            "{} becomes a member as {role} of unit {unit}; fingerprint {}",
            identity.member,
            identity.fingerprint()
        ),
        RosterChange::Role { member, role, unit } => format!("{member} is {role} of unit {unit} from now on"),
        RosterChange::Suspend { member } => format!("{member} is suspended"),
        RosterChange::Resume { member } => format!("{member} works again"),
        RosterChange::Retire { member } => format!("{member} has left for good"),
        RosterChange::AddIdentity { identity } => {
            format!("{} has another device; fingerprint {}", identity.member, identity.fingerprint())
        }
        RosterChange::RevokeIdentity { member, key } => {
            format!("device {} of {member} is revoked", &key_text(key)[..8])
        }
        RosterChange::Policy(policy) => format!("access policy version {} is in force", policy.version()),
        RosterChange::Unit { unit } => format!("unit {unit} works in this vault"),
        RosterChange::Form(form) => format!("a form with {} extra fields is added", form.fields().len()),
        RosterChange::Circles(circles) => format!("{} circles move to a new generation", circles.len()),
        RosterChange::Emergency { member, second: Some(_) } => {
            format!("{member} has this second secret for emergencies, and no other")
        }
        RosterChange::Emergency { member, second: None } => format!("{member} has no second secret any more"),
        RosterChange::ReleasePolicy(policy) => {
            format!("releases have at least {} children alike inside, {} outside", policy.inside_k, policy.outside_k)
        }
        RosterChange::ReleaseSeries(series) => {
            let pseudonyms = if series.lasting_pseudonyms { ", with lasting pseudonyms" } else { "" };
            format!(
                "series \"{}\" for people {} the organisation, with a budget of {} millionths of rho{pseudonyms}",
                series.name,
                series.audience.name(),
                series.budget
            )
        }
        RosterChange::ReleaseException(exception) => {
            let digest: String = exception.membership.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("release {digest} of series \"{}\" may leave although it singles children out", exception.series)
        }
        RosterChange::ReleaseWithdrawal(release) => {
            format!("release {release} never left: nothing is compared with it, and it is not finished any more")
        }
        RosterChange::Erasure(document) => crate::erasure::change_text(document),
        other => other.name().to_owned(),
    }
}
