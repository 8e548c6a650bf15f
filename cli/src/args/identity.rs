//! Arguments of `identity`: who somebody is on this device.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::IdentityArgs;
use crate::unlock::NewPassphraseArgs;

/// Commands about an identity file.
#[derive(Debug, Subcommand)]
pub enum IdentityCommand {
    /// Change the passphrase, in one step.
    #[command(after_help = "Example:\n  saferoom identity passphrase --identity me.identity")]
    Passphrase(PassphraseArgs),
    /// Let this device's key store unlock the file beside the passphrase; again after the system invalidated its key.
    #[command(
        after_help = "Example:\n  saferoom identity enrol --identity me.identity --device-keys station.saferoom.device"
    )]
    Enrol(EnrolArgs),
    /// Wipe the identity from this device: at once, for good, without a passphrase. The vault stays as it is.
    #[command(after_help = "\
Examples:
  saferoom identity wipe --identity me.identity --device-keys station.saferoom.device --yes
  saferoom identity wipe --identity me.identity --vault station.saferoom --log-key --yes

Overwrites the file, removes it, and forgets what this device keeps for it. Flash memory, snapshots and
backups may keep old bytes: a passphrase that can be guessed still opens those. Apps that are open on
this device are not reached: lock or end them. Another copy of the identity still opens the vault.")]
    Wipe(WipeArgs),
    /// Make a new identity: for a new member, or for another device of one.
    #[command(after_help = "\
Examples:
  saferoom identity new --identity dara.identity
  saferoom identity new --identity dara-phone.identity --of 77c1…04")]
    New(NewIdentityArgs),
    /// Write what a custodian needs to enrol you. It holds no secret that opens anything.
    #[command(after_help = "Example:\n  saferoom identity enrolment --identity dara.identity --to dara.enrolment")]
    Enrolment(EnrolmentArgs),
}

/// Arguments of `identity new`.
#[derive(Debug, Args)]
pub struct NewIdentityArgs {
    /// The identity file to make, and its passphrase.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// The member whose second device this is
    #[arg(long, value_name = "MEMBER")]
    pub of: Option<saferoom::id::MemberId>,
}

/// Arguments of `identity enrolment`.
#[derive(Debug, Args)]
pub struct EnrolmentArgs {
    /// The identity.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// Arguments of `identity passphrase`.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// The identity and its passphrase until now.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// The passphrase from now on.
    #[command(flatten)]
    pub new: NewPassphraseArgs,
    /// Folder of this device's keys, where attempts are counted; without it, the identity's path with .device at its end
    #[arg(long, value_name = "FOLDER")]
    pub device_keys: Option<PathBuf>,
}

/// Arguments of `identity enrol`.
#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// The identity.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// Folder of this device's keys
    #[arg(long, value_name = "FOLDER")]
    pub device_keys: PathBuf,
}

/// Arguments of `identity wipe`.
#[derive(Debug, Args)]
pub struct WipeArgs {
    /// The identity file
    #[arg(long, value_name = "FILE")]
    pub identity: PathBuf,
    /// Folder of this device's keys; without it, that of the vault, or else the identity's path with .device at its end
    #[arg(long, value_name = "FOLDER")]
    pub device_keys: Option<PathBuf>,
    /// The vault of this device
    #[arg(long, value_name = "FILE")]
    pub vault: Option<PathBuf>,
    /// Wipe the device's log key of the vault as well: nobody signs in here any more, and a custodian has to restore it
    #[arg(long, requires = "vault")]
    pub log_key: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}
