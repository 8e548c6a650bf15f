//! What can be typed. Help is written for a person at a police station, with an example for every command.

mod audit;
mod audit_query;
mod identity;
mod records;
mod vault;
mod without_consent;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use saferoom::access::Access;

pub use self::audit::{
    AuditCommand, AuditExportArgs, AuditShowArgs, AuditTrustPolicyArgs, AuditVerifyArgs, CheckpointArgs, CollectArgs,
    OrganisationCommand, OrganisationEnrolArgs, OrganisationRetireArgs, OrganisationVerifyArgs, RequestArgs,
    VerifyProofArgs, WitnessCommand, WitnessCosignArgs, WitnessCreateArgs, WitnessFolderArgs,
};
pub(crate) use self::audit_query::event_name;
pub use self::audit_query::{
    AnswerFormat, BundleArgs, CourtFileArgs, DirectoryArgs, EndingArg, QueryArgs, ReportArgs, VerifyCourtFileArgs,
};
pub use self::identity::{EnrolArgs, EnrolmentArgs, IdentityCommand, NewIdentityArgs, PassphraseArgs, WipeArgs};
pub use self::records::{CaseCommand, CaseListArgs, CaseShowArgs, CatalogueArgs, ExportArgs, LintArgs, SearchArgs};
pub use self::vault::{
    AddFormArgs, AdoptArgs, BackupArgs, CheckArgs, CreateArgs, InfoArgs, IntoArgs, RestoreArgs, VaultCommand,
};
pub use self::without_consent::WithoutConsentArgs;
pub(crate) use self::without_consent::rests_on;
use crate::access_policy::AccessPolicyCommand;
use crate::anonymise::{AnonymizeArgs, RiskArgs};
use crate::authorise::AuthoriseCommand;
use crate::emergency::EmergencyCommand;
use crate::erasure::ErasureCommand;
use crate::evidence::EvidenceCommand;
use crate::extract::ExtractCommand;
use crate::import::ImportArgs;
use crate::member::{FindingsArgs, MemberCommand};
use crate::monitor::MonitorCommand;
use crate::packet::PacketCommand;
use crate::recovery::RecoveryCommand;
use crate::referral::ReferralCommand;
use crate::rooms::RoomsCommand;
use crate::shape::ConvertArgs;
use crate::subject::SubjectCommand;
use crate::tables::TablesArgs;
use crate::tour::TourArgs;

const AFTER_HELP: &str = "\
Begin with:
  saferoom tour                     see everything on invented data, in a minute
  saferoom vault create --help      found a vault of your own

Passphrases are asked at the terminal. For a program, name a file that holds one: with
--passphrase-file FILE, or in the environment variable SAFEROOM_PASSPHRASE_FILE.
There is no way to give a passphrase as an argument.

Exit codes:
  0  done
  1  refused or failed
  2  wrong usage of the command
  3  the vault was changed from outside, damaged or rolled back, or a packet was altered
  4  access denied: wrong passphrase, not a member, no key, no purpose
  5  a file problem: missing, busy, disk full, read-only, not a vault, too new
  6  bad input data";

/// Keeps what a child tells: sealed records, need-to-know by key, a log that anyone can verify.
#[derive(Debug, Parser)]
#[command(name = "saferoom", version, after_help = AFTER_HELP, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// What is newer than this program.
    #[command(flatten)]
    pub data: DataArgs,
}

/// Data files that a host brings along.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// A file of newer code lists, to put over those of this program
    #[arg(long, global = true, value_name = "FILE", help_heading = "Data")]
    pub code_lists: Option<PathBuf>,
    /// The gazetteer (CSV: code, name_km, name_en); a place that it lacks is refused
    #[arg(long, global = true, value_name = "FILE", help_heading = "Data")]
    pub places: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// See everything on invented data, in a minute.
    #[command(after_help = "Example:\n  saferoom tour")]
    Tour(TourArgs),
    /// Found a vault, look at it, check it.
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Change the passphrase of an identity file, let this device unlock it, or wipe it.
    #[command(subcommand)]
    Identity(IdentityCommand),
    /// Recovery keys, which exist only as shares: hold the ceremony, restore what nobody can open any more.
    #[command(subcommand)]
    Recovery(RecoveryCommand),
    /// List cases and read them.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Find a child, or another record, by what is known of it, in whatever spelling. Logged.
    #[command(after_help = "\
Examples:
  saferoom search --vault station.saferoom --identity me.identity --purpose investigation \\
      --name \"Kunvathana Chan\"
  saferoom search … --born 2014-05-17 --village 120102 --field family_name_latin=Chan
  saferoom search … --name \"Kunvathana Chan\" --units

All that is given has to be met. Order, case, accents, spaces and the usual spellings of a name do not count.
A very common name, a month, a year, a district or a province only narrow down what something else finds.")]
    Search(SearchArgs),
    /// Show the data dictionary: every field, whose keys open it, how sensitive it is. With a vault, its extra fields as well.
    #[command(
        after_help = "Examples:\n  saferoom catalogue\n  saferoom catalogue --purposes\n  saferoom catalogue --json\n  saferoom catalogue --vault station.saferoom --identity me.identity"
    )]
    Catalogue(CatalogueArgs),
    /// Warn of words that harm or blame, in a text. Nothing is rewritten, nothing is kept.
    #[command(after_help = "\
Examples:
  saferoom lint letter.txt
  cat letter.txt | saferoom lint --lang km
  saferoom lint --strict labels.txt

The list follows the Terminology Guidelines (2025); its Khmer part is a draft. What a child said stays as it was said.")]
    Lint(LintArgs),
    /// Read the access log, and what an auditor needs to verify it.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// List, enrol, suspend members; let custodians sign changes.
    #[command(subcommand)]
    Member(MemberCommand),
    /// List what is to be looked at: emergencies and unusual use; and close what you have looked at.
    #[command(after_help = "\
Examples:
  saferoom findings --vault station.saferoom --identity me.identity --purpose supervision
  saferoom findings … --review 7c0d…11 --outcome justified --note \"The prosecutor was told\"")]
    Findings(FindingsArgs),
    /// Break the glass on one case in an emergency; second secrets, which it takes.
    #[command(subcommand)]
    Emergency(EmergencyCommand),
    /// The subject's view, an act of two people: what is held about a child, who saw it, with whom it is shared.
    #[command(subcommand)]
    Subject(SubjectCommand),
    /// Show who may what, compare two access policies, check one before it is signed.
    #[command(subcommand)]
    AccessPolicy(AccessPolicyCommand),
    /// Bring in records from other systems.
    Import(ImportArgs),
    /// Write records in plain text, as JSON Lines with a signed manifest. A disclosure: logged, record by record.
    #[command(after_help = "\
Examples:
  saferoom export --vault station.saferoom --identity me.identity --out all.jsonl \\
      --purpose record-management --reason \"Move to the new station\"
  saferoom export --vault station.saferoom --identity me.identity --out case.jsonl \\
      --case 0f3a…9c --history --purpose investigation --reason \"Order of the court of 3 March\"

The file is plain text: whoever has it reads everything in it. Only you may read it at first; delete it
when it has served its purpose. Beside it lies its manifest, with .manifest at the end of its name.")]
    Export(ExportArgs),
    /// Convert between the lines of an export and the JSON of another system, such as Primero or OSCaR.
    #[command(after_help = "\
Examples:
  saferoom convert --profile examples/primero.profile.toml all.jsonl --out for-primero.json
  saferoom convert --profile examples/oscar.profile.toml --to-lines clients.json --out clients.jsonl

No vault is opened: both files are plain text that is outside of it already. What a profile does not
name is left out.")]
    Convert(ConvertArgs),
    /// List what was erased, certify it, verify a certificate.
    #[command(subcommand)]
    Erasure(ErasureCommand),
    /// Make, show, open and answer packets: sealed files to and from other stations, services and organisations.
    #[command(subcommand)]
    Packet(PacketCommand),
    /// Refer a child to a service: send it as a packet, see where it stands, move it on.
    #[command(subcommand)]
    Referral(ReferralCommand),
    /// Sign as the second person: a disclosure without consent, another interview, a copy of an exhibit.
    #[command(subcommand)]
    Authorise(AuthoriseCommand),
    /// Exhibits: check a file against its digests; write what the evidence unit and the court get of them.
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// Rooms, visits and training of several stations: send them to a monitor, take them in, list them.
    #[command(subcommand)]
    Rooms(RoomsCommand),
    /// Report on rooms, visits and training of all stations that are here. Opens nothing about a child.
    #[command(subcommand)]
    Monitor(MonitorCommand),
    /// Anonymise a table by a specification: nobody in it can be found. Needs no vault.
    #[command(after_help = "\
Examples:
  saferoom anonymize --in interviews.csv --spec spec.toml --plan
  saferoom anonymize --in interviews.csv --spec spec.toml --out extract

  saferoom anonymize --in interviews.parquet --spec spec.toml --out extract --sign-with ~/.ssh/id_ed25519

docs/anonymisation.md shows a specification, and what the folder holds. `saferoom extract` opens it.")]
    Anonymize(AnonymizeArgs),
    /// Show how likely somebody is found in a table, and what would be learnt of them. Needs no vault.
    #[command(after_help = "\
Example:
  saferoom risk --in extract/data.parquet --qi age,sex,place --sensitive harm")]
    Risk(RiskArgs),
    /// Check, show and convert extracts.
    #[command(subcommand)]
    Extract(ExtractCommand),
    /// Count children or interviews by place, age, harm: small cells are hidden so that nobody can compute them.
    #[command(after_help = "\
Examples:
  saferoom tables --in interviews.csv --spec tables.toml --plan
  saferoom tables --in interviews.csv --spec tables.toml --out counts
  saferoom tables --vault station.saferoom --identity desk.identity --purpose HRESCH --spec tables.toml --out counts

With --vault the children of the vault's statistics are counted, and the table is recorded as released. Counts with
noise are only there: --series names the series whose budget pays.

docs/anonymisation.md shows a specification. The folder holds table.csv, report.json and spec.toml.")]
    Tables(TablesArgs),
}

/// Which vault, and where this device keeps its keys.
#[derive(Debug, Clone, Args)]
pub struct VaultArgs {
    /// The vault's file
    #[arg(id = "vault", long, value_name = "FILE")]
    pub path: PathBuf,
    /// Folder of this device's keys; without it, the vault's path with .device at its end
    #[arg(long, value_name = "FOLDER")]
    pub device_keys: Option<PathBuf>,
}

/// Whose identity, and how it is unlocked.
#[derive(Debug, Clone, Args)]
pub struct IdentityArgs {
    /// Your identity file
    #[arg(id = "identity", long, value_name = "FILE")]
    pub path: PathBuf,
    /// File whose first line is the passphrase; without it (and SAFEROOM_PASSPHRASE_FILE) it is asked at the terminal
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// All that signing in takes; see [`SignInArgs::sign_in`].
#[derive(Debug, Clone, Args)]
pub struct SignInArgs {
    /// The vault.
    #[command(flatten)]
    pub vault: VaultArgs,
    /// The identity.
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// A vault and who signs in to it, for commands that do without as well.
#[derive(Debug, Clone, Args)]
pub struct OptionalVaultArgs {
    /// A vault to sign in to
    #[arg(id = "vault", long, value_name = "FILE", requires = "identity")]
    pub path: Option<PathBuf>,
    /// Folder of this device's keys; without it, the vault's path with .device at its end
    #[arg(long, value_name = "FOLDER", requires = "vault")]
    pub device_keys: Option<PathBuf>,
    /// Your identity file
    #[arg(long, value_name = "FILE", requires = "vault")]
    pub identity: Option<PathBuf>,
    /// File whose first line is the passphrase; without it (and SAFEROOM_PASSPHRASE_FILE) it is asked at the terminal
    #[arg(long, value_name = "FILE", requires = "vault")]
    pub passphrase_file: Option<PathBuf>,
}

impl OptionalVaultArgs {
    /// The sign-in, if a vault is named.
    #[must_use]
    pub fn sign_in(&self) -> Option<SignInArgs> {
        Some(SignInArgs {
            vault: VaultArgs { path: self.path.clone()?, device_keys: self.device_keys.clone() },
            identity: IdentityArgs { path: self.identity.clone()?, passphrase_file: self.passphrase_file.clone() },
        })
    }
}

/// Why something is read or written. Not required by the command line: the vault itself refuses, and logs that.
#[derive(Debug, Clone, Args)]
pub struct AccessArgs {
    /// Purpose of use, such as investigation; `saferoom catalogue --purposes` lists them
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    pub purpose: String,
    /// Reason in your own words; sealed in the vault
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl AccessArgs {
    /// What accompanies each call of a session.
    #[must_use]
    pub fn access(&self) -> Access {
        let access = Access::for_purpose(self.purpose.trim());
        match &self.reason {
            Some(reason) => access.because(reason.as_str()),
            None => access,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }
}
