//! `saferoom recovery status`, `set-up`, `restore`.
//!
//! The dialogues take longer than a session stays open by itself, so each step signs in anew; the identities stay
//! unlocked until the last one.

use saferoom::access::Access;
use saferoom::keys::{Identity, RecoveryScope};
use saferoom::vault::{RecoveryStatus, Session, Vault};
use serde_json::{Value, json};

use super::args::{RecoveryCommand, ReinstateArgs, RestoreArgs, SetUpArgs, StatusArgs};
use super::{CustodianArgs, Terminal, collect, collect_loose, hand_out, short};
use crate::args::SignInArgs;
use crate::console::Console;
use crate::failure::Failure;

/// What custodians do: HL7 `HSYSADMIN`.
const PURPOSE: &str = "HSYSADMIN";

pub(crate) fn run(command: &RecoveryCommand, out: &Console) -> Result<(), Failure> {
    match command {
        RecoveryCommand::Status(args) => status(args, out),
        RecoveryCommand::SetUp(args) => set_up(args, out),
        RecoveryCommand::Restore(args) => restore(args, out),
        RecoveryCommand::Reinstate(args) => reinstate(args, out),
    }
}

/// The vault, and those who sign: first the one who signs in.
struct Ceremony {
    vault: Vault,
    identities: Vec<Identity>,
}

impl Ceremony {
    fn begin(sign_in: &SignInArgs, others: &CustodianArgs, out: &Console) -> Result<Self, Failure> {
        let vault = sign_in.vault.open()?;
        let device_keys = sign_in.vault.device_folder();
        let mut identities = vec![sign_in.identity.unlock(&device_keys, out)?];
        identities.extend(others.unlock(&device_keys, out)?);
        Ok(Self { vault, identities })
    }

    fn session(&self) -> Result<Session, Failure> {
        Ok(self.vault.sign_in(&self.identities[0])?)
    }

    fn signers(&self) -> Vec<&Identity> {
        self.identities.iter().collect()
    }
}

fn status(args: &StatusArgs, out: &Console) -> Result<(), Failure> {
    let all = args.sign_in.sign_in(out)?.recovery_status()?;
    if args.json {
        return out.json(&all.iter().map(described).collect::<Vec<_>>());
    }
    let rows = all.iter().map(|status| {
        let (key, shares) = match &status.set {
            Some(set) => (short(&set.public_key().id()), format!("{} of {}", set.threshold(), set.count())),
            None => ("none".to_owned(), String::new()),
        };
        let ceremony = status.set.as_ref().map_or(String::new(), |set| set.number().to_string());
        vec![named(status.scope), ceremony, key, shares, format!("{} of {}", status.wrapped, status.circles)]
    });
    out.table(&["Of", "Ceremony", "Key", "Shares needed", "Circles wrapped"], rows);
    let due: Vec<_> = all.iter().filter_map(advice).collect();
    if !due.is_empty() {
        out.heading("Do now");
        due.iter().for_each(|line| out.line(format_args!(" • {line}")));
    }
    Ok(())
}

fn advice(status: &RecoveryStatus) -> Option<String> {
    let of = named(status.scope);
    if status.set.is_none() {
        return Some(format!("Hold a ceremony for the {of}: without it, what its last holder loses is lost for good."));
    }
    if status.custodians_changed {
        return Some(format!("Hold the ceremony for the {of} again: custodians came or went since."));
    }
    let waiting = status.circles - status.wrapped;
    (waiting > 0).then(|| format!("Let the members of the {of} sign in once: {waiting} circles are not wrapped yet."))
}

fn set_up(args: &SetUpArgs, out: &Console) -> Result<(), Failure> {
    let ceremony = Ceremony::begin(&args.sign_in, &args.custodians, out)?;
    let session = ceremony.session()?;
    let scope = args.scope.scope(session.unit().scope());
    let rule = args.split.rule(session.access_policy()?.recovery());
    let (set, shares) = session.begin_recovery(scope, Some(rule))?;
    drop(session);
    hand_out(&set, shares, &args.files, &Terminal::take(), out)?;
    let session = ceremony.session()?;
    let done = session.set_up_recovery(&set, &ceremony.signers(), &Access::for_purpose(PURPOSE))?;
    let status = status_of(&session, scope)?;
    if args.json {
        return out.json(&described(&status));
    }
    let (needed, count) = (set.threshold(), set.count());
    out.good(format_args!("The recovery key of the {} is in force: {needed} of {count} shares.", named(scope)));
    if done.waiting > 0 {
        let waiting = done.waiting;
        out.line(format_args!("{waiting} circles are wrapped to it when a member who holds them signs in next."));
    }
    if let (RecoveryScope::Reversal(_), 2..) = (scope, set.number()) {
        out.line("Keep the shares of earlier ceremonies as long as there are extracts of before: only they lead back from their pseudonyms.");
    } else if set.number() > 1 {
        out.line("The shares of earlier ceremonies open nothing on this file alone. With an old copy of it they open the unit, and what is written until its circles move on: have them destroyed.");
    }
    Ok(())
}

fn restore(args: &RestoreArgs, out: &Console) -> Result<(), Failure> {
    let ceremony = Ceremony::begin(&args.sign_in, &args.custodians, out)?;
    let session = ceremony.session()?;
    let scope = args.scope.scope(session.unit().scope());
    let restoring = session.begin_restore(scope)?;
    let rule = args.split.rule(session.access_policy()?.recovery());
    let (next, shares) = session.begin_recovery(scope, Some(rule))?;
    drop(session);
    // Whether there are enough right shares comes first: nobody is to write down shares of a key that is never used.
    let restoring = {
        let terminal = Terminal::take();
        let restoring = collect(restoring, &args.files, &terminal, out)?;
        hand_out(&next, shares, &args.new_share_files(), &terminal, out)?;
        restoring
    };
    let session = ceremony.session()?;
    let key = restoring.finish()?;
    let restored = session.restore(key, &next, &ceremony.signers(), &Access::for_purpose(PURPOSE))?;
    if args.json {
        let mut value = described(&status_of(&session, scope)?);
        value["restored"] = json!({
            "circles": restored.circles, "not_wrapped": restored.not_wrapped,
            "wraps": restored.wraps, "data_keys": restored.data_keys,
        });
        return out.json(&value);
    }
    out.good(format_args!(
        "{} circles and {} keys of closely held cases were opened; {} wraps were made for members.",
        restored.circles, restored.data_keys, restored.wraps
    ));
    if restored.not_wrapped > 0 {
        out.bad(format_args!("{} circles had never been wrapped to the key: they stay lost.", restored.not_wrapped));
    }
    out.line("The new recovery key is in force. Let those who came back sign in now, and destroy the old shares.");
    Ok(())
}

fn reinstate(args: &ReinstateArgs, out: &Console) -> Result<(), Failure> {
    let vault = args.vault.open()?;
    let shares = collect_loose(&args.files, &Terminal::take(), out)?;
    let (identity, made) = args.identity.unlock_or_create_for(args.member, &args.vault.device_folder(), out)?;
    let session = vault.reinstate(&identity, shares)?;
    let member = session.member();
    if args.json {
        return out.json(&json!({ "member": member.to_string(), "identity_made": made }));
    }
    out.good(format_args!("Member {member} is a custodian of this vault now."));
    out.heading("Do now");
    out.line(" • Retire the custodians who are gone, and enrol who is needed.");
    out.line(" • Then give them back what only they could open: saferoom recovery restore");
    Ok(())
}

fn status_of(session: &Session, scope: RecoveryScope) -> Result<RecoveryStatus, Failure> {
    let all = session.recovery_status()?;
    let found = all.into_iter().find(|status| status.scope == scope);
    found.ok_or_else(|| Failure::from(saferoom::access::AccessError::NoSuchUnit))
}

fn named(scope: RecoveryScope) -> String {
    match scope {
        RecoveryScope::Unit(unit) => format!("unit {}", short(&unit)),
        RecoveryScope::Oversight => "log".to_owned(),
        RecoveryScope::Reversal(unit) => format!("reversals of {}", short(&unit)),
    }
}

fn described(status: &RecoveryStatus) -> Value {
    let unit = match status.scope {
        RecoveryScope::Unit(unit) | RecoveryScope::Reversal(unit) => json!(unit.to_string()),
        RecoveryScope::Oversight => Value::Null,
    };
    let set = status.set.as_ref().map(|set| {
        json!({
            "key": set.public_key().id().to_string(), "ceremony": set.number(),
            "needed": set.threshold(), "shares": set.count(),
        })
    });
    json!({
        "unit": unit, "set": set, "circles": status.circles, "wrapped": status.wrapped,
        "custodians_changed": status.custodians_changed,
    })
}
