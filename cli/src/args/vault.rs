//! Arguments of `vault`: found one, look at it, back it up, move it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{IdentityArgs, SignInArgs, VaultArgs};
use crate::unlock::KeyFileArgs;

/// Commands about a vault as a whole.
#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    /// Found a vault in a new file; you become its first member and custodian.
    #[command(after_help = "\
Example:
  saferoom vault create --vault station.saferoom --identity me.identity \\
      --origin police.example.org/audit/1 --unit \"Child protection unit\"

If there is no identity file yet, one is made, and its passphrase is asked twice.
Keep a copy of the identity file in a safe place: without it and its passphrase nobody can open
the vault for you.")]
    Create(CreateArgs),
    /// Say what can be said of a vault without a key.
    #[command(after_help = "Example:\n  saferoom vault info --vault station.saferoom")]
    Info(InfoArgs),
    /// Check every page, signature and hash of a vault. Shows no value; exit code 3 if anything was changed.
    #[command(after_help = "Example:\n  saferoom vault check --vault station.saferoom --identity me.identity")]
    Check(CheckArgs),
    /// Add extra fields to this vault: a form document in TOML, which you sign as custodian. Logged.
    #[command(after_help = "\
Example:
  saferoom vault add-form --vault station.saferoom --identity me.identity provincial.form.toml

A form can only add: it changes no field that is there. What a vault then has: saferoom catalogue --vault …")]
    AddForm(AddFormArgs),
    /// Write a backup: the whole vault in one sealed file, under a key that is kept elsewhere. Logged.
    #[command(after_help = "\
Example:
  saferoom vault backup --vault station.saferoom --identity me.identity \\
      --to /media/disk/monday.backup --key /media/stick/2026.key --days 90

If there is no key file yet, one is made, and its passphrase is asked twice. After so many days no
backup under that key can be restored; make a new key in time.")]
    Backup(BackupArgs),
    /// Bring a backup back, to a new file on this device, with a new log. Checks everything first.
    #[command(after_help = "\
Example:
  saferoom vault restore --from /media/disk/monday.backup --key /media/stick/2026.key \\
      --vault station.saferoom --identity me.identity")]
    Restore(RestoreArgs),
    /// Move the vault out of this device: writes a move file, ends this device's log, retires the vault here.
    #[command(after_help = "\
Example:
  saferoom vault move-out --vault station.saferoom --identity me.identity \\
      --to station.move --key move.key --days 7

If the move file is lost, restore the newest backup.")]
    MoveOut(BackupArgs),
    /// Bring in a vault that was moved out of another device.
    #[command(after_help = "\
Example:
  saferoom vault move-in --from station.move --key move.key \\
      --vault station.saferoom --identity me.identity")]
    MoveIn(RestoreArgs),
    /// Take over a plain copy of a vault whose device is lost, or whose key the system has invalidated.
    #[command(after_help = "\
Example:
  saferoom vault adopt --from copy.saferoom --vault station.saferoom --identity me.identity")]
    Adopt(AdoptArgs),
}

/// Arguments of `vault create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The vault.
    #[command(flatten)]
    pub vault: VaultArgs,
    /// The founder's identity.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// Name of the log for auditors: a host name and a path, such as police.example.org/audit/1
    #[arg(long, value_name = "NAME")]
    pub origin: String,
    /// Name of the unit that keeps the vault
    #[arg(long, value_name = "NAME")]
    pub unit: String,
}

/// Arguments of `vault info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// The vault.
    #[command(flatten)]
    pub vault: VaultArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vault check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vault add-form`.
#[derive(Debug, Args)]
pub struct AddFormArgs {
    /// The vault, and the custodian who signs.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// The form document, in TOML
    #[arg(value_name = "FORM.toml")]
    pub form: PathBuf,
}

/// Arguments of `vault backup` and `vault move-out`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// The file to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// The key.
    #[command(flatten)]
    pub key: KeyFileArgs,
    /// For how many days a new key is valid
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub days: u32,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vault restore` and `vault move-in`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup or move file
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The key.
    #[command(flatten)]
    pub key: KeyFileArgs,
    /// Where to.
    #[command(flatten)]
    pub into: IntoArgs,
}

/// Arguments of `vault adopt`.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// The copy; it stays as it is
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Where to.
    #[command(flatten)]
    pub into: IntoArgs,
}

/// Where a vault is brought to, and by whom.
#[derive(Debug, Args)]
pub struct IntoArgs {
    /// The new file; never one that exists.
    #[command(flatten)]
    pub vault: VaultArgs,
    /// The custodian's identity.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// Name of the new log for auditors; without it, the first log's with a number behind
    #[arg(long, value_name = "NAME")]
    pub origin: Option<String>,
    /// Go on although this device has seen a newer state, which is lost. It goes into the log
    #[arg(long)]
    pub accept_loss: bool,
    /// The newest list of erasures, as `saferoom erasure list --to FILE` wrote it: what it names is erased here too
    #[arg(long, value_name = "FILE")]
    pub erasures: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}
