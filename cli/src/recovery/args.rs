//! What can be typed after `saferoom recovery`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use saferoom::access::policy::RecoveryRule;
use saferoom::id::{MemberId, ScopeId};
use saferoom::keys::{Identity, RecoveryScope};

use super::ShareFileArgs;
use crate::args::{IdentityArgs, SignInArgs, VaultArgs};
use crate::console::Console;
use crate::failure::Failure;

/// Commands about recovery keys.
#[derive(Debug, Subcommand)]
pub enum RecoveryCommand {
    /// Say for each unit, and for the log, whether there is a recovery key, and whether it is complete.
    #[command(after_help = "Example:\n  saferoom recovery status --vault station.saferoom --identity me.identity")]
    Status(StatusArgs),
    /// Hold a ceremony: make a recovery key that exists only as shares, and hand them out, one person at a time.
    #[command(after_help = "\
Example:
  saferoom recovery set-up --vault station.saferoom --identity me.identity \\
      --custodian second.identity

Call the holders together. Each sees their share once, writes it down, and types it back; then the screen is
emptied and the next person comes. Nothing is in force before the last share was typed back. A key that was
there before is replaced: its shares open nothing on this file alone. With an old copy they do: have them destroyed.")]
    SetUp(SetUpArgs),
    /// Give members back what nobody can open any more, with enough shares; a new ceremony is part of it.
    #[command(after_help = "\
Example:
  saferoom recovery restore --vault station.saferoom --identity me.identity \\
      --custodian second.identity

Before: enrol whoever is to have the keys, or list their new device, and assign them their cases. The
shares are typed one after the other; a wrong one is named at once. What they open goes straight to the
members who may hold it, and to a new recovery key, whose shares are handed out here.")]
    Restore(RestoreArgs),
    /// Make a custodian, with enough shares of a unit's key, where no custodian can sign in any more.
    #[command(after_help = "\
Example:
  saferoom recovery reinstate --vault station.saferoom --identity new.identity

This gives no case to anybody: it makes a custodian, whom all members see in the roster and the log. Then
retire those who are gone, enrol who is needed, and go on with saferoom recovery restore.")]
    Reinstate(ReinstateArgs),
}

/// Arguments of `recovery status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `recovery set-up`.
#[derive(Debug, Args)]
pub struct SetUpArgs {
    /// The vault and the custodian who leads the ceremony.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// The other custodians who sign.
    #[command(flatten)]
    pub custodians: CustodianArgs,
    /// For what.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Into how many shares.
    #[command(flatten)]
    pub split: SplitArgs,
    /// Shares that lie in files instead of on paper.
    #[command(flatten)]
    pub files: ShareFileArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `recovery restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The vault and the custodian who leads.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// The other custodians who sign.
    #[command(flatten)]
    pub custodians: CustodianArgs,
    /// Of what.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Shares that are given from files.
    #[command(flatten)]
    pub files: ShareFileArgs,
    /// Into how many shares the new key is split.
    #[command(flatten)]
    pub split: SplitArgs,
    /// A file for a share of the new key, instead of paper; once for each
    #[arg(long = "new-share-file", value_name = "FILE")]
    pub new_files: Vec<PathBuf>,
    /// Passphrase files of the new share files: one for all, or one for each
    #[arg(long = "new-share-passphrase-file", value_name = "FILE")]
    pub new_passphrases: Vec<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

impl RestoreArgs {
    pub(super) fn new_share_files(&self) -> ShareFileArgs {
        ShareFileArgs { files: self.new_files.clone(), passphrases: self.new_passphrases.clone() }
    }
}

/// Arguments of `recovery reinstate`.
#[derive(Debug, Args)]
pub struct ReinstateArgs {
    /// The vault.
    #[command(flatten)]
    pub vault: VaultArgs,
    /// The identity of who becomes a custodian; made if there is no such file.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// Id of the custodian whose new identity this is, if one is made; without it, somebody new becomes custodian
    #[arg(long, value_name = "ID")]
    pub member: Option<MemberId>,
    /// Shares that are given from files.
    #[command(flatten)]
    pub files: ShareFileArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Into how many shares a key is split.
#[derive(Debug, Clone, Args)]
pub struct SplitArgs {
    /// How many shares are needed to restore; without it, as the access-policy says
    #[arg(long, value_name = "M")]
    pub needed: Option<u32>,
    /// How many shares there are; without it, as the access-policy says
    #[arg(long, value_name = "N")]
    pub shares: Option<u32>,
}

impl SplitArgs {
    pub(super) fn rule(&self, usual: RecoveryRule) -> RecoveryRule {
        RecoveryRule { shares: self.shares.unwrap_or(usual.shares), needed: self.needed.unwrap_or(usual.needed) }
    }
}

/// A unit, or the log.
#[derive(Debug, Clone, Args)]
pub struct ScopeArgs {
    /// The unit; without it, the one that founded the vault
    #[arg(long, value_name = "ID", conflicts_with = "oversight")]
    pub unit: Option<ScopeId>,
    /// The log instead of a unit: it has a key, and should have holders, of its own
    #[arg(long)]
    pub oversight: bool,
    /// What leads from statistics back to cases, and from pseudonyms to statistics, instead of the unit's circles
    #[arg(long, conflicts_with = "oversight")]
    pub reversal: bool,
}

impl ScopeArgs {
    pub(super) fn scope(&self, founding: ScopeId) -> RecoveryScope {
        let unit = self.unit.unwrap_or(founding);
        match (self.oversight, self.reversal) {
            (true, _) => RecoveryScope::Oversight,
            (_, true) => RecoveryScope::Reversal(unit),
            _ => RecoveryScope::Unit(unit),
        }
    }
}

/// Custodians who sign beside the one who signs in.
#[derive(Debug, Clone, Args)]
pub struct CustodianArgs {
    /// Identity file of another custodian who signs; once for each
    #[arg(id = "custodians", long = "custodian", value_name = "FILE")]
    pub identities: Vec<PathBuf>,
    /// Passphrase files of these identity files: one for all, or one for each in the same order
    #[arg(id = "custodian-passphrases", long = "custodian-passphrase-file", value_name = "FILE")]
    pub passphrases: Vec<PathBuf>,
}

impl CustodianArgs {
    /// Unlocks them. Attempts are counted in the folder of the device's keys.
    pub(super) fn unlock(&self, device_keys: &Path, out: &Console) -> Result<Vec<Identity>, Failure> {
        let unlock = |(at, path): (usize, &PathBuf)| {
            let passphrase_file = super::one_for_all(&self.passphrases, at);
            IdentityArgs { path: path.clone(), passphrase_file }.unlock(device_keys, out)
        };
        self.identities.iter().enumerate().map(unlock).collect()
    }
}
