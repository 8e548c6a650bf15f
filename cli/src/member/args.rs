//! What can be typed after `saferoom member` and, about people, after `saferoom case`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::{FindingId, MemberId, RecordId};

use super::release_args::{ReleaseExceptionArgs, ReleasePolicyArgs, ReleaseSeriesArgs, ReleaseWithdrawalArgs};
use crate::args::{AccessArgs, SignInArgs};

/// Commands about the members of a vault.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// List the members: role, unit, standing, devices, and what their role reaches.
    #[command(after_help = "Example:\n  saferoom member list --vault station.saferoom --identity me.identity")]
    List(ListArgs),
    /// Make somebody a member, from the enrolment file that they made.
    #[command(after_help = "\
Examples:
  saferoom identity enrolment --identity dara.identity --to dara.enrolment     (Dara does this)
  saferoom member enrol dara.enrolment --role interviewer \\
      --vault station.saferoom --identity me.identity --purpose record-management

Compare the fingerprint that both commands print, face to face or by telephone.
Where two custodians have to sign, name the other one's identity with --with, or write a proposal
with --proposal FILE and pass it on.")]
    Enrol(EnrolArgs),
    /// Give a member another role, or another unit.
    Role(RoleArgs),
    /// Suspend a member at once. What is written from now on cannot be opened with what they know.
    Suspend(StandingArgs),
    /// Let a suspended member work again.
    Resume(StandingArgs),
    /// Let a member go for good.
    Retire(StandingArgs),
    /// Add another device of a member, from the enrolment file that was made on it.
    AddDevice(AddDeviceArgs),
    /// Say what a member could still open from an old copy of the file, with all the keys that they ever had. Logged.
    #[command(after_help = "\
Example:
  saferoom member exposure 5b1e…07 --vault station.saferoom --identity me.identity --purpose record-management")]
    Exposure(ExposureArgs),
    /// Wrap what the others go on reading anew after somebody has left, and take away what was wrapped for who left.
    #[command(after_help = "\
Example:
  saferoom member move-on --vault station.saferoom --identity me.identity --purpose record-management

What is written after somebody left is closed to them at once, without this. It can be broken off and done again;
each member does it for what they can open.")]
    MoveOn(MoveOnArgs),
    /// Revoke one device of a member: it was lost, or is not used any more.
    RevokeDevice(RevokeDeviceArgs),
    /// Put another access policy in force.
    Policy(PolicyArgs),
    /// Put another release policy in force: floors below which no extract and no table goes.
    #[command(after_help = "\
Examples:
  saferoom member release-policy release.toml --plan --vault station.saferoom --identity me.identity
  saferoom member release-policy release.toml --vault station.saferoom --identity me.identity --purpose record-management

docs/anonymisation.md shows a whole release policy.")]
    ReleasePolicy(ReleasePolicyArgs),
    /// Declare a series of releases, or declare it anew: for whom, with which budget for noisy counts.
    #[command(after_help = "\
Example:
  saferoom member release-series \"Yearly counts\" --audience outside --budget 0.5 \\
      --vault station.saferoom --identity me.identity --purpose record-management

`saferoom extract series` shows the series with what is left of their budgets.")]
    ReleaseSeries(ReleaseSeriesArgs),
    /// Let one release leave in spite of its guard, by its digest.
    #[command(after_help = "\
Example:
  saferoom member release-exception 5b1e…07 --vault station.saferoom --identity me.identity --purpose record-management

`saferoom extract plan` shows the digest, and how many children are at risk.")]
    ReleaseException(ReleaseExceptionArgs),
    /// Withdraw a release that was recorded and never left: nothing is compared with it any more.
    #[command(after_help = "\
Example:
  saferoom member release-withdrawal 0c5f…e1 \\
      --vault station.saferoom --identity me.identity --purpose record-management

Sign only after looking that nobody has got it: whoever has could join it with later releases. What noisy
counts have cost stays spent.")]
    ReleaseWithdrawal(ReleaseWithdrawalArgs),
    /// Show a proposal in plain words.
    ShowProposal(ProposalArgs),
    /// Sign a proposal of another custodian, after reading what it says.
    Sign(SignArgs),
    /// Put a proposal in force that enough custodians have signed.
    Enact(SignArgs),
}

/// Who signs a change, and how it gets to the others.
#[derive(Debug, Clone, Args)]
pub struct ChangeArgs {
    /// The vault, and the custodian who signs.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Identity file of another custodian who signs here too; several times for several
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
    /// File whose first line is the passphrase of the other identity; in the order of --with
    #[arg(long, value_name = "FILE")]
    pub with_passphrase_file: Vec<PathBuf>,
    /// Write a signed proposal for another custodian, and change nothing yet
    #[arg(long, value_name = "FILE")]
    pub proposal: Option<PathBuf>,
}

/// Arguments of `member exposure`.
#[derive(Debug, Args)]
pub struct ExposureArgs {
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `member move-on`.
#[derive(Debug, Args)]
pub struct MoveOnArgs {
    /// The vault and who does it.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `findings`.
#[derive(Debug, Args)]
pub struct FindingsArgs {
    /// Also those that were reviewed
    #[arg(long)]
    pub all: bool,
    /// Close this finding: you are the second person
    #[arg(long, value_name = "ID", requires = "outcome")]
    pub review: Option<FindingId>,
    /// What you found: justified, unjustified or referred
    #[arg(long, value_name = "OUTCOME", requires = "review")]
    pub outcome: Option<String>,
    /// What you have to say about it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub note: String,
    /// The vault and who reviews.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `member list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `member enrol`.
#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// The enrolment file
    #[arg(value_name = "FILE")]
    pub enrolment: PathBuf,
    /// The role, such as interviewer; `saferoom access-policy show` lists them
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// The unit's record, if it is not that of the custodian
    #[arg(long, value_name = "ID")]
    pub unit: Option<RecordId>,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member role`.
#[derive(Debug, Args)]
pub struct RoleArgs {
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// The role from now on
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// The unit's record from now on, if it changes
    #[arg(long, value_name = "ID")]
    pub unit: Option<RecordId>,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member suspend`, `resume` and `retire`.
#[derive(Debug, Args)]
pub struct StandingArgs {
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member add-device`.
#[derive(Debug, Args)]
pub struct AddDeviceArgs {
    /// The enrolment file that was made on the new device
    #[arg(value_name = "FILE")]
    pub enrolment: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member revoke-device`.
#[derive(Debug, Args)]
pub struct RevokeDeviceArgs {
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// The device's key, or its beginning, as `saferoom member list` prints it
    #[arg(value_name = "KEY")]
    pub key: String,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// The policy, in TOML
    #[arg(value_name = "POLICY.toml")]
    pub policy: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member show-proposal`.
#[derive(Debug, Args)]
pub struct ProposalArgs {
    /// The proposal
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Arguments of `member sign` and `member enact`.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The proposal; `sign` adds the signature to it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The vault, and the custodian.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Commands about who works on a case.
#[derive(Debug, Subcommand)]
pub enum CaseMemberCommand {
    /// Assign a case to a member, as far as their role reaches in assigned cases.
    #[command(after_help = "\
Example:
  saferoom case assign 0f3a…9c 77c1…04 --vault station.saferoom --identity me.identity --purpose supervision")]
    Assign(CaseMemberArgs),
    /// Take a case from a member: what is written from now on is not for them.
    Unassign(CaseMemberArgs),
    /// Share some compartments of a case with a member, until a date.
    #[command(after_help = "\
Example:
  saferoom case share 0f3a…9c 77c1…04 --compartment narrative --days 14 \\
      --vault station.saferoom --identity me.identity --purpose supervision --reason \"Quality review\"")]
    Share(ShareArgs),
    /// Agree to a share of somebody else that goes beyond the role of its recipient.
    #[command(after_help = "\
Example:
  saferoom case approve-share 0f3a…9c 4 --vault station.saferoom --identity me.identity --purpose record-management

`saferoom case members` shows the number of each share that waits.")]
    ApproveShare(ApproveShareArgs),
    /// Say how closely a case is held: standard, restricted or sealed.
    Sensitivity(SensitivityArgs),
    /// Who works on a case, and with whom what is shared. Logged.
    Members(CaseMembersArgs),
}

/// Arguments of `case assign` and `case unassign`.
#[derive(Debug, Args)]
pub struct CaseMemberArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// The member
    #[arg(value_name = "MEMBER")]
    pub member: MemberId,
    /// The vault and who acts.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `case share`.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// The case and the member.
    #[command(flatten)]
    pub with: CaseMemberArgs,
    /// A compartment, such as narrative; several times for several
    #[arg(long, value_name = "NAME", required = true)]
    pub compartment: Vec<String>,
    /// For how many days; without it, until it is taken back
    #[arg(long, value_name = "DAYS")]
    pub days: Option<u32>,
}

/// Arguments of `case sensitivity`.
#[derive(Debug, Args)]
pub struct SensitivityArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// standard, restricted or sealed
    #[arg(value_name = "LEVEL")]
    pub level: String,
    /// The vault and who acts.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `case members`.
#[derive(Debug, Args)]
pub struct CaseMembersArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `case approve-share`.
#[derive(Debug, Args)]
pub struct ApproveShareArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// Number of the share
    #[arg(value_name = "NUMBER")]
    pub entry: u64,
    /// The vault and who agrees.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}
