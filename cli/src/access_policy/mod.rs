//! `saferoom access-policy`: shows an access policy, says what another one would change, checks one before it is signed.

mod show;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use saferoom::access::{AccessPolicy, Change, ChangeKind};
use serde_json::json;

use crate::args::OptionalVaultArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Commands about access policies.
#[derive(Debug, Subcommand)]
pub enum AccessPolicyCommand {
    /// Show a policy: which role reaches what, may do what, for which purposes. That of a file, the one in force in a vault, or else the standard one.
    #[command(after_help = "\
Examples:
  saferoom access-policy show
  saferoom access-policy show --lang km
  saferoom access-policy show --vault station.saferoom --identity me.identity
  saferoom access-policy show --toml > station.policy.toml

The last one writes a policy to begin your own with.")]
    Show(ShowArgs),
    /// Say in plain words what another policy would change, and mark what opens more.
    #[command(after_help = "\
Examples:
  saferoom access-policy diff station.policy.toml
  saferoom access-policy diff station.policy.toml new.policy.toml

With one file, it is compared with the standard policy.")]
    Diff(DiffArgs),
    /// Check a policy before custodians sign it: exit code 6 and the reason if it is not safe.
    #[command(after_help = "\
Examples:
  saferoom access-policy check new.policy.toml
  saferoom access-policy check new.policy.toml --after station.policy.toml")]
    Check(CheckArgs),
}

/// Arguments of `access-policy show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The policy, in TOML
    #[arg(value_name = "POLICY.toml", conflicts_with = "vault")]
    pub policy: Option<PathBuf>,
    /// The vault whose policy in force is shown, instead of a file's.
    #[command(flatten)]
    pub vault: OptionalVaultArgs,
    /// The language of labels: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// Print it as TOML, to make another one from
    #[arg(long, conflicts_with = "json")]
    pub toml: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `access-policy diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The policy as it is; or, if it is the only file, the other one
    #[arg(value_name = "POLICY.toml")]
    pub one: PathBuf,
    /// The policy as it would be
    #[arg(value_name = "OTHER.toml")]
    pub other: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `access-policy check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The policy, in TOML
    #[arg(value_name = "POLICY.toml")]
    pub policy: PathBuf,
    /// The policy that it would replace: its version has to be lower
    #[arg(long, value_name = "POLICY.toml")]
    pub after: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

pub(crate) fn run(command: &AccessPolicyCommand, out: &Console) -> Result<(), Failure> {
    match command {
        AccessPolicyCommand::Show(args) => show(args, out),
        AccessPolicyCommand::Diff(args) => diff(args, out),
        AccessPolicyCommand::Check(args) => check(args, out),
    }
}

fn show(args: &ShowArgs, out: &Console) -> Result<(), Failure> {
    match &args.policy {
        // With its comments, which explain it.
        None if args.toml && args.vault.path.is_none() => out.line(AccessPolicy::standard_text().trim_end()),
        path => {
            let policy = match (path, args.vault.sign_in()) {
                (Some(path), _) => read(path)?,
                (None, Some(sign_in)) => sign_in.sign_in(out)?.access_policy()?,
                (None, None) => AccessPolicy::standard(),
            };
            if args.json {
                return out.json(&policy);
            }
            if args.toml {
                out.line(policy.to_toml().trim_end());
            } else {
                show::policy(&policy, &args.lang, out);
            }
        }
    }
    Ok(())
}

fn diff(args: &DiffArgs, out: &Console) -> Result<(), Failure> {
    let (old, new) = match &args.other {
        Some(other) => (read(&args.one)?, read(other)?),
        None => (AccessPolicy::standard(), read(&args.one)?),
    };
    let changes = old.changes(&new);
    if args.json {
        return out.json(&json!({ "from": old.version(), "to": new.version(), "changes": changes }));
    }
    if changes.is_empty() {
        out.line("Nothing changes.");
        return Ok(());
    }
    let row = |change: &Change| [mark(change).to_owned(), change.place.clone(), change.text.clone()];
    out.table(&["", "where", "what changes"], changes.iter().map(row));
    out.blank();
    let dangerous = changes.iter().filter(|change| change.dangerous).count();
    if dangerous > 0 {
        out.warn(format_args!("{dangerous} of {} changes are dangerous: they open children's records, the log or the keys to both, or take a safeguard away.", changes.len()));
    }
    if new.follows(&old).is_err() {
        out.note(format_args!(
            "It cannot be put in force after this one: version {} does not follow version {}.",
            new.version(),
            old.version()
        ));
    }
    Ok(())
}

fn mark(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Wider if change.dangerous => "DANGEROUS",
        ChangeKind::Wider => "wider",
        ChangeKind::Narrower => "narrower",
        ChangeKind::Other => "",
    }
}

fn check(args: &CheckArgs, out: &Console) -> Result<(), Failure> {
    let policy = read(&args.policy)?;
    if let Some(path) = &args.after {
        policy.follows(&read(path)?).map_err(|error| Failure::from(error).at(args.policy.display()))?;
    }
    let (version, roles) = (policy.version(), policy.roles().len());
    if args.json {
        return out.json(&json!({ "version": version, "roles": roles }));
    }
    out.good(format_args!("Version {version} with {roles} roles keeps every rule."));
    out.note("What it changes: saferoom access-policy diff. What it says: saferoom access-policy show.");
    Ok(())
}

fn read(path: &Path) -> Result<AccessPolicy, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    let no_text =
        || Failure::new(exit::INPUT, "this is no text in UTF-8").advise("Save the policy as UTF-8, and try again.");
    let text = String::from_utf8(bytes).map_err(|_| no_text().at(path.display()))?;
    AccessPolicy::parse(&text).map_err(|error| Failure::from(error).at(path.display()))
}
