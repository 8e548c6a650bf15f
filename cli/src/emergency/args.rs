//! What can be typed after `saferoom emergency`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::access::Access;
use saferoom::id::{MemberId, RecordId};

use crate::args::SignInArgs;
use crate::member::ChangeArgs;

/// Commands about emergencies.
#[derive(Debug, Subcommand)]
pub enum EmergencyCommand {
    /// Make a member's second secret: for the duty officer's envelope, in a file, or in this device's key store.
    #[command(after_help = "\
Examples:
  saferoom emergency secret 5b1e…07 --vault station.saferoom --identity me.identity \\
      --purpose record-management                     (shown once, to write down for the envelope)
  saferoom emergency secret 5b1e…07 --to envelope.txt …       (a file to print; then delete it)
  saferoom emergency secret 5b1e…07 --device …                (in the key store of this device)

It opens nothing without the member's identity, and the identity opens no case of others without it.
A member who has one can read what the access policy names for emergencies: choose them as you choose
who reads the unit's cases. A new secret replaces the one before.")]
    Secret(SecretArgs),
    /// Take a member's second secret back. What is written from now on cannot be opened with it.
    TakeBack(TakeBackArgs),
    /// List who has a second secret, and what an emergency opens.
    List(DutyArgs),
    /// Break the glass: open one case in an emergency, list its records, read them, end. Logged; a finding stays open
    /// until a second person has reviewed it.
    #[command(after_help = "\
Examples:
  saferoom emergency open 0f3a…9c --vault station.saferoom --identity me.identity \\
      --reason \"In danger tonight\"
  saferoom emergency open 0f3a…9c --list …               (what there is, and nothing of it is read)
  saferoom emergency open 0f3a…9c --record 77c1…04 …     (this one only)

The second secret is asked for at the terminal, read from a file (--envelope), or taken from this
device (--device). Read what is needed, and no more: each record is an entry in the log. Each use
is a finding of its own.")]
    Open(OpenArgs),
}

/// Arguments of `emergency secret`.
#[derive(Debug, Args)]
pub struct SecretArgs {
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// Write it to this new file instead of showing it; never over one that exists
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Keep it in the key store of this device instead: the one on which the member works
    #[arg(long, conflicts_with_all = ["to", "proposal"])]
    pub device: bool,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `emergency take-back`.
#[derive(Debug, Args)]
pub struct TakeBackArgs {
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `emergency list`.
#[derive(Debug, Args)]
pub struct DutyArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `emergency open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// Read this record only; several times for several. Without it, all that an emergency opens
    #[arg(long = "record", value_name = "ID", conflicts_with = "list")]
    pub records: Vec<RecordId>,
    /// List the records, and read none
    #[arg(long)]
    pub list: bool,
    /// File with the second secret, as it was printed
    #[arg(long, value_name = "FILE", conflicts_with = "device")]
    pub envelope: Option<PathBuf>,
    /// The second secret that this device keeps
    #[arg(long)]
    pub device: bool,
    /// The vault and who acts.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// What the emergency is, in your own words; sealed in the vault
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

impl OpenArgs {
    /// What accompanies each call: the purpose of an emergency, and the reason.
    #[must_use]
    pub fn access(&self) -> Access {
        let access = Access::for_purpose("BTG");
        match &self.reason {
            Some(reason) => access.because(reason.as_str()),
            None => access,
        }
    }
}
