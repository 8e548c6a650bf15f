//! Arguments of `audit`: checkpoints, witnesses, proofs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{AccessArgs, SignInArgs};

/// Arguments of `audit checkpoint`.
#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Show it as a QR code too, for a phone
    #[arg(long)]
    pub qr: bool,
    /// New file for the QR code as a picture, to print
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
}

/// Arguments of `audit request`.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Size of the log that the witness saw last; 0 the first time
    #[arg(long, value_name = "SIZE", default_value_t = 0)]
    pub old: u64,
}

/// Arguments of `audit collect`.
#[derive(Debug, Args)]
pub struct CollectArgs {
    /// The signed checkpoint
    #[arg(long, value_name = "FILE")]
    pub checkpoint: PathBuf,
    /// Whom to believe
    #[arg(long, value_name = "FILE")]
    pub trust_policy: PathBuf,
    /// Files with the lines that witnesses gave
    #[arg(required = true, value_name = "FILE")]
    pub lines: Vec<PathBuf>,
}

/// Commands of a witness.
#[derive(Debug, Subcommand)]
pub enum WitnessCommand {
    /// Make a witness: a folder with a key of its own. Prints the public key, for trust policies.
    #[command(after_help = "\
Example:
  saferoom audit witness create --folder my-witness --name witness.ngo.example/laptop")]
    Create(WitnessCreateArgs),
    /// Print the public key again.
    Key(WitnessFolderArgs),
    /// Cosign a checkpoint, if it extends all that was seen before of its log. Prints one line to give back.
    #[command(after_help = "\
Example:
  saferoom audit witness cosign --folder my-witness --trust-policy trust-policy.txt request.txt > line.txt

What speaks against a log (a fork, a smaller log) is kept in the folder under evidence.")]
    Cosign(WitnessCosignArgs),
}

/// The witness's folder.
#[derive(Debug, Args)]
pub struct WitnessFolderArgs {
    /// Folder of the witness; who can read it can cosign in its name
    #[arg(long, value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// Arguments of `audit witness create`.
#[derive(Debug, Args)]
pub struct WitnessCreateArgs {
    /// The folder.
    #[command(flatten)]
    pub folder: WitnessFolderArgs,
    /// Name of the witness: a host name and a path, such as witness.ngo.example/laptop
    #[arg(long, value_name = "NAME")]
    pub name: String,
}

/// Arguments of `audit witness cosign`.
#[derive(Debug, Args)]
pub struct WitnessCosignArgs {
    /// The folder.
    #[command(flatten)]
    pub folder: WitnessFolderArgs,
    /// Which logs are cosigned: the log lines of a trust policy
    #[arg(long, value_name = "FILE")]
    pub trust_policy: PathBuf,
    /// What `saferoom audit request` printed; the first time, a checkpoint alone is enough
    #[arg(value_name = "FILE")]
    pub request: PathBuf,
}

/// Arguments of `audit verify-proof`.
#[derive(Debug, Args)]
pub struct VerifyProofArgs {
    /// The proof
    #[arg(value_name = "FILE")]
    pub proof: PathBuf,
    /// The entry that it is about, byte for byte
    #[arg(long, value_name = "FILE")]
    pub entry: PathBuf,
    /// Whom to believe; it must not come with the proof
    #[arg(long, value_name = "FILE")]
    pub trust_policy: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `audit export`.
#[derive(Debug, Args)]
pub struct AuditExportArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// New or empty folder for the bundle; with --zip, a new file
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// Write one zip instead of a folder; verify, query, report and court-file read it as it is
    #[arg(long)]
    pub zip: bool,
    /// Checkpoint from before, such as that of the last visit; may be given several times
    #[arg(long, value_name = "FILE")]
    pub since: Vec<PathBuf>,
    /// Entries whose reasons are opened in words: indices with commas between them, or all
    #[arg(long, value_name = "INDICES", value_delimiter = ',')]
    pub open_reasons: Vec<String>,
    /// Leave out the entries as FHIR AuditEvents, which take several times their room
    #[arg(long)]
    pub no_view: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `audit trust-policy`.
#[derive(Debug, Args)]
pub struct AuditTrustPolicyArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Short name and file with the public key of a witness that is believed; may be given several times
    #[arg(long, value_name = "NAME=FILE")]
    pub witness: Vec<String>,
    /// How many of the witnesses have to have cosigned; without it, all
    #[arg(long, value_name = "NUMBER", requires = "witness")]
    pub quorum: Option<usize>,
    /// How old the cosignatures may be
    #[arg(long, value_name = "DAYS", requires = "witness")]
    pub fresh_within_days: Option<u32>,
}

/// Commands about the log of the organisation.
#[derive(Debug, Subcommand)]
pub enum OrganisationCommand {
    /// Enrol the log of a device, in the log of the custodian's vault: from now on it has to be there at every audit.
    #[command(after_help = "\
Example:
  saferoom audit organisation enrol station.vkey --vault office.saferoom --identity me.identity --purpose audit

The file is what `saferoom audit key` prints on the device. Compare it by telephone.")]
    Enrol(OrganisationEnrolArgs),
    /// Say that the log of a device has ended, with its last checkpoint.
    #[command(after_help = "\
Example:
  saferoom audit organisation retire last.checkpoint --vault office.saferoom --identity me.identity --purpose audit")]
    Retire(OrganisationRetireArgs),
    /// Verify the bundles of all devices together, by what the organisation's log lists. Needs no vault.
    #[command(after_help = "\
Example:
  saferoom audit organisation verify office-bundle --bundle station-1 --bundle station-2 \\
      --trust-policy trust-policy.txt --kept last-visit.checkpoint

The trust policy has to pin the organisation's log alone; that log says with which keys the others are
believed. Exit codes: as those of `saferoom audit verify`.")]
    Verify(OrganisationVerifyArgs),
}

/// Arguments of `audit organisation enrol`.
#[derive(Debug, Args)]
pub struct OrganisationEnrolArgs {
    /// File with the public key of the log
    #[arg(value_name = "FILE")]
    pub key: PathBuf,
    /// The custodian's vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `audit organisation retire`.
#[derive(Debug, Args)]
pub struct OrganisationRetireArgs {
    /// The last checkpoint of the log
    #[arg(value_name = "FILE")]
    pub checkpoint: PathBuf,
    /// The custodian's vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `audit organisation verify`.
#[derive(Debug, Args)]
pub struct OrganisationVerifyArgs {
    /// The bundle of the custodian's vault, with the organisation's log: a folder, or a zip of it
    #[arg(value_name = "BUNDLE")]
    pub organisation: PathBuf,
    /// The bundle of a device; may be given several times
    #[arg(long = "bundle", value_name = "BUNDLE")]
    pub bundles: Vec<PathBuf>,
    /// Whom to believe and what to demand; it must not come with the bundles
    #[arg(long, value_name = "FILE")]
    pub trust_policy: PathBuf,
    /// Checkpoint that was kept outside the devices, of any of the logs; may be given several times
    #[arg(long, value_name = "FILE")]
    pub kept: Vec<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `audit verify`.
#[derive(Debug, Args)]
pub struct AuditVerifyArgs {
    /// The bundle: a folder, or a zip of it
    #[arg(value_name = "BUNDLE")]
    pub bundle: PathBuf,
    /// Whom to believe and what to demand; it must not come with the bundle
    #[arg(long, value_name = "FILE")]
    pub trust_policy: PathBuf,
    /// Checkpoint that was kept outside the device; may be given several times
    #[arg(long, value_name = "FILE")]
    pub kept: Vec<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}
