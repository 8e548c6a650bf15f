//! Tables of a vault's statistics: recorded as released, or noisy and paid from the budget of a series.

use std::path::PathBuf;

use saferoom::access::Access;
use saferoom::release::ChildColumns;
use saferoom::release::series::Membership;
use saferoom::release::tables::{PrivateQuestion, Rho, TablesError, TablesSpec, tabulate};
use saferoom::seal::sha256;
use saferoom::vault::{Error, Session};

use super::{TablesArgs, Unnamed, shown};
use crate::anonymise::watched;
use crate::args::{AccessArgs, IdentityArgs, SignInArgs, VaultArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// The vault whose statistics are counted, in place of a file.
#[derive(Debug, clap::Args)]
pub struct VaultSource {
    /// Count the children of this vault's statistics
    #[arg(long, value_name = "FILE", requires = "identity")]
    pub vault: Option<PathBuf>,
    /// Folder of this device's keys; without it, the vault's path with .device at its end
    #[arg(long, value_name = "FOLDER", requires = "vault")]
    pub device_keys: Option<PathBuf>,
    /// Your identity file
    #[arg(long, value_name = "FILE", requires = "vault")]
    pub identity: Option<PathBuf>,
    /// File whose first line is the passphrase; without it (and SAFEROOM_PASSPHRASE_FILE) it is asked at the terminal
    #[arg(long, value_name = "FILE", requires = "vault")]
    pub passphrase_file: Option<PathBuf>,
    /// Series whose budget pays for counts with noise
    #[arg(long, value_name = "NAME", requires = "vault")]
    pub series: Option<String>,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

impl VaultSource {
    /// The sign-in, if a vault is named.
    pub(super) fn sign_in(&self) -> Option<SignInArgs> {
        Some(SignInArgs {
            vault: VaultArgs { path: self.vault.clone()?, device_keys: self.device_keys.clone() },
            identity: IdentityArgs { path: self.identity.clone()?, passphrase_file: self.passphrase_file.clone() },
        })
    }
}

pub(super) fn run(
    args: &TablesArgs,
    asked: (&TablesSpec, &str),
    sign_in: &SignInArgs,
    out: &Console,
) -> Result<(), Failure> {
    let (spec, _) = asked;
    // What never leaves is refused before anybody signs in.
    let columns = ChildColumns::of_tables(spec).map_err(|error| Failure::from(error).at(args.spec.display()))?;
    let session = sign_in.sign_in(out)?;
    let access = args.vault.access.access();
    match (&spec.private, &args.vault.series) {
        (Some(_), Some(series)) => noisy(args, asked, (&session, &columns, series), &access, out),
        (None, None) => exact(args, asked, (&session, &columns), &access, out),
        (Some(_), None) => Err(Failure::new(exit::USAGE, "counts with noise are paid from the budget of a series")
            .advise("Name it with --series; `saferoom extract series` lists them.")),
        (None, Some(_)) => Err(Failure::new(exit::USAGE, "only counts with noise are paid from a series")
            .advise("Leave --series out, or add [private] to the specification.")),
    }
}

fn exact(
    args: &TablesArgs,
    (spec, text): (&TablesSpec, &str),
    (session, columns): (&Session, &ChildColumns),
    access: &Access,
    out: &Console,
) -> Result<(), Failure> {
    let read = session.statistics(access)?;
    let (table, policy) = (read.children(columns)?, session.release_policy()?);
    let published = watched(out, "auditing", |watch| tabulate(spec, &table, &policy, watch))?;
    let membership = published.membership(spec, &table, &read.child_ids())?;
    let refused = |error: Error| match error {
        error @ Error::Tables(TablesError::SinglesOut { .. }) => {
            Failure::from(error).at(format_args!("table {}", digest_text(&membership)))
        }
        other => other.into(),
    };
    let may_leave = session.check_table(spec.audience, &membership, access).map_err(refused);
    let Some(place) = args.place() else {
        if let Err(failure) = may_leave {
            out.warn(failure.text);
        }
        return shown(args, &published, out);
    };
    may_leave?;
    let unnamed = Unnamed::write(place, &published, text)?;
    session.record_table(&spec.name, spec.audience, &membership, access).map_err(refused)?;
    unnamed.name(place)?;
    shown(args, &published, out)
}

fn noisy(
    args: &TablesArgs,
    (spec, text): (&TablesSpec, &str),
    (session, columns, series): (&Session, &ChildColumns, &str),
    access: &Access,
    out: &Console,
) -> Result<(), Failure> {
    let read = session.statistics(access)?;
    let table = read.children(columns)?;
    let left = session.budget_left(series, access)?;
    let Some(place) = args.place() else {
        let cost = PrivateQuestion::new(spec, &table, &session.release_policy()?)?.cost();
        let after = left.spend(cost).map(Rho::as_f64).ok();
        if args.json {
            let (cost, left) = (cost.as_f64(), left.as_f64());
            return out.json(&serde_json::json!({ "series": series, "cost": cost, "left": left, "after": after }));
        }
        out.line(format_args!(
            "The answer costs {} of {} that are left of \"{series}\" (rho).",
            cost.as_f64(),
            left.as_f64()
        ));
        out.line(after.map_or_else(|| "It will be refused.".to_owned(), |after| format!("Then {after} are left.")));
        out.note("Nothing was drawn, and nothing was paid.");
        return Ok(());
    };
    let published = session.noisy_counts(series, spec, &table, access)?;
    // It is paid now: whatever happens to the folder, the answer counts as given.
    Unnamed::write(place, &published, text)?.name(place)?;
    let after = session.budget_left(series, access)?;
    out.note(format_args!("Of the budget of \"{series}\", {} are left (rho).", after.as_f64()));
    shown(args, &published, out)
}

/// By which custodians name a table that may leave in spite of its guard.
fn digest_text(membership: &Membership) -> String {
    sha256(&membership.encode()).iter().map(|byte| format!("{byte:02x}")).collect()
}
