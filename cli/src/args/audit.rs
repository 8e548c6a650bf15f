//! Arguments of `audit`: checkpoints, witnesses, proofs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::audit_query::{CourtFileArgs, DirectoryArgs, QueryArgs, ReportArgs, VerifyCourtFileArgs};
use super::{AccessArgs, SignInArgs};

/// Commands about the access log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Show entries of the log: who did what to which record, when, why, and how it ended. Itself logged.
    #[command(after_help = "\
Example:
  saferoom audit show --vault station.saferoom --identity me.identity --purpose audit \\
      --from 100 --to 200")]
    Show(AuditShowArgs),
    /// Print a signed checkpoint of the log. Keep it outside the device: a later rollback shows against it.
    #[command(after_help = "\
Examples:
  saferoom audit checkpoint --vault station.saferoom --identity me.identity > station.checkpoint
  saferoom audit checkpoint --vault station.saferoom --identity me.identity --qr --png station.png")]
    Checkpoint(CheckpointArgs),
    /// Print the public key that verifies the log's checkpoints, for the auditor to pin.
    #[command(after_help = "\
Example:
  saferoom audit key --vault station.saferoom --identity me.identity > station.vkey")]
    Key(SignInArgs),
    /// Print what a witness asks for: a checkpoint, and the proof that it extends the one which the witness saw last.
    #[command(after_help = "\
Example:
  saferoom audit request --vault station.saferoom --identity me.identity --old 1200 > request.txt")]
    Request(RequestArgs),
    /// Be a witness of other logs: cosign what extends all that was seen before. Needs no vault.
    #[command(subcommand)]
    Witness(WitnessCommand),
    /// Add the lines that witnesses gave to a checkpoint, each checked.
    #[command(after_help = "\
Example:
  saferoom audit collect --checkpoint station.checkpoint --trust-policy trust-policy.txt line.txt \\
      > cosigned.checkpoint")]
    Collect(CollectArgs),
    /// Write the log as a bundle that anyone can verify, into a new folder. Itself logged.
    #[command(after_help = "\
Examples:
  saferoom audit export --vault station.saferoom --identity me.identity --purpose audit --out bundle
  saferoom audit export … --since last-visit.checkpoint --open-reasons 120,121 --out bundle

Nothing in the bundle is a value of a record: only pseudonyms, times, field numbers, purposes, and digests. The reasons that
are opened stand there in words.")]
    Export(AuditExportArgs),
    /// Print the trust policy by which bundles of this vault are judged, to be handed over by another way than the bundle.
    #[command(after_help = "\
Example:
  saferoom audit trust-policy --vault station.saferoom --identity me.identity \\
      --witness ngo=my-witness.vkey --fresh-within-days 30 > trust-policy.txt")]
    TrustPolicy(AuditTrustPolicyArgs),
    /// Verify a bundle: each verdict for itself. Needs no vault and no key.
    #[command(after_help = "\
Example:
  saferoom audit verify bundle --trust-policy trust-policy.txt --kept last-visit.checkpoint

Exit codes:
  0  every verdict that the trust policy demands has passed
  1  none has failed, but a demanded one could not be judged: no kept checkpoint, or nothing to judge it by
  3  a verdict has failed
  5  the trust policy or a kept checkpoint cannot be read
  6  the trust policy is malformed, or lies in the bundle that it is to judge")]
    Verify(AuditVerifyArgs),
    /// Verify that one entry stands in a log (a file that ends in .tlog-proof). Needs no vault.
    #[command(after_help = "\
Example:
  saferoom audit verify-proof 1234.tlog-proof --entry 1234.entry --trust-policy trust-policy.txt")]
    VerifyProof(VerifyProofArgs),
    /// Write a single access out of a bundle into a folder that is checked alone, with a page to print. Needs no vault.
    #[command(after_help = "\
Example:
  saferoom audit court-file bundle --entry 1234 --trust-policy trust-policy.txt \\
      --kept last-visit.checkpoint --out access-1234

Export the bundle with --open-reasons 1234 to have the reason of the access in it, in words. What is in the folder
says nothing about other accesses: that there were none, only the bundle shows.")]
    CourtFile(CourtFileArgs),
    /// Verify such a folder: entry, place in the log, signatures, reason, and that its pages say the same. Needs no vault.
    #[command(after_help = "\
Example:
  saferoom audit verify-court-file access-1234 --trust-policy trust-policy.txt

Exit codes: 0 it holds; 1 its pages are of another version of saferoom and could not be compared; 3 it does not hold.")]
    VerifyCourtFile(VerifyCourtFileArgs),
    /// The log of the organisation: which devices keep a log, and all of them judged together.
    #[command(subcommand)]
    Organisation(OrganisationCommand),
    /// Ask a bundle who looked at what, when and why. Needs no vault. The bundle is verified before anything is shown.
    #[command(after_help = "\
Examples:
  saferoom audit query bundle --trust-policy trust-policy.txt --kept last-visit.checkpoint \\
      --record 0f3a9c...5e17b0 --directory staff.csv
  saferoom audit query bundle --trust-policy trust-policy.txt --outcome denied --since 2026-11-01
  saferoom audit query bundle --trust-policy trust-policy.txt --outcome break-glass --format csv > btg.csv")]
    Query(QueryArgs),
    /// Write a report of a bundle for people who read no log: one HTML page that loads nothing.
    #[command(after_help = "\
Examples:
  saferoom audit report bundle --html audit-report.html --trust-policy trust-policy.txt \\
      --kept last-visit.checkpoint --directory staff.csv
  saferoom audit report bundle --html audit-report-km.html --lang km --trust-policy trust-policy.txt")]
    Report(ReportArgs),
    /// Write the members of a vault into a file in which their names can be filled in, for an auditor. Logged.
    #[command(after_help = "\
Example:
  saferoom audit directory --vault station.saferoom --identity me.identity --purpose audit \\
      --reason \"Visit of the auditor\" --out staff.csv

The vault knows members by pseudonyms only. Whoever has the filled-in file knows who they are: give it
to the auditor by another way than the bundle.")]
    Directory(DirectoryArgs),
}

/// Arguments of `audit show`.
#[derive(Debug, Args)]
pub struct AuditShowArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Index of the first entry to show
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    pub from: u64,
    /// Index after the last entry to show; without it, all there are
    #[arg(long, value_name = "INDEX")]
    pub to: Option<u64>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

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
  saferoom audit organisation retire last.checkpoint --log-key north.vkey --vault office.saferoom --identity me.identity --purpose audit")]
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
    /// The verifier key of the log, as it was enrolled: the checkpoint has to be signed by it
    #[arg(long, value_name = "FILE")]
    pub log_key: PathBuf,
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
