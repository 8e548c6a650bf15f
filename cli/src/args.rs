//! What can be typed. Help is written for a person at a police station, with an example for every command.

mod audit;
mod audit_query;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use saferoom::access::Access;
use saferoom::id::RecordId;

pub use self::audit::{
    AuditExportArgs, AuditTrustPolicyArgs, AuditVerifyArgs, CheckpointArgs, CollectArgs, OrganisationCommand,
    OrganisationEnrolArgs, OrganisationRetireArgs, OrganisationVerifyArgs, RequestArgs, VerifyProofArgs,
    WitnessCommand, WitnessCosignArgs, WitnessCreateArgs, WitnessFolderArgs,
};
pub(crate) use self::audit_query::event_name;
pub use self::audit_query::{
    AnswerFormat, BundleArgs, CourtFileArgs, DirectoryArgs, EndingArg, QueryArgs, ReportArgs, VerifyCourtFileArgs,
};
use crate::access_policy::AccessPolicyCommand;
use crate::anonymise::{AnonymizeArgs, RiskArgs};
use crate::authorise::AuthoriseCommand;
use crate::emergency::EmergencyCommand;
use crate::erasure::{CaseErasureCommand, ErasureCommand};
use crate::evidence::EvidenceCommand;
use crate::extract::ExtractCommand;
use crate::import::ImportArgs;
use crate::member::{CaseMemberCommand, FindingsArgs, MemberCommand};
use crate::monitor::MonitorCommand;
use crate::packet::PacketCommand;
use crate::paper::PaperCommand;
use crate::recovery::RecoveryCommand;
use crate::referral::ReferralCommand;
use crate::rooms::RoomsCommand;
use crate::shape::ConvertArgs;
use crate::subject::SubjectCommand;
use crate::tables::TablesArgs;
use crate::tour::TourArgs;
use crate::unlock::{KeyFileArgs, NewPassphraseArgs};

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
    /// Show the data dictionary: every field, whose keys open it, how sensitive it is.
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

/// Commands about cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// List the cases: id, state, step, urgency. Logged.
    #[command(after_help = "\
Example:
  saferoom case list --vault station.saferoom --identity me.identity --purpose investigation")]
    List(CaseListArgs),
    /// Show a case and all records that belong to it. Logged, record by record.
    #[command(after_help = "\
Example:
  saferoom case show 0f3a…9c --vault station.saferoom --identity me.identity \\
      --purpose investigation --reason \"Hearing on Thursday\"")]
    Show(CaseShowArgs),
    /// Who works on it.
    #[command(flatten)]
    Circle(CaseMemberCommand),
    /// How long it is kept.
    #[command(flatten)]
    Keeping(CaseErasureCommand),
    /// Papers for the court file.
    #[command(flatten)]
    Paper(PaperCommand),
}

/// Arguments of `case list`.
#[derive(Debug, Args)]
pub struct CaseListArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print ids only: one entry in the log, and nothing is opened
    #[arg(long)]
    pub ids: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `case show`.
#[derive(Debug, Args)]
pub struct CaseShowArgs {
    /// Id of the case, as `saferoom case list` prints it
    #[arg(value_name = "ID")]
    pub id: String,
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

impl CaseShowArgs {
    /// The id as an id.
    ///
    /// # Errors
    /// [`saferoom::id::IdError`].
    pub fn record(&self) -> Result<RecordId, saferoom::id::IdError> {
        self.id.trim().parse()
    }
}

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Kind of record to look for, such as child, guardian or alleged_offender
    #[arg(long, value_name = "KIND", default_value = "child")]
    pub among: String,
    /// A name, or several of one person; in Khmer or Latin script
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// A telephone number
    #[arg(long, value_name = "NUMBER")]
    pub phone: Vec<String>,
    /// A date of birth, such as 2014-05-17, 2014-05 or 2014
    #[arg(long, value_name = "DATE")]
    pub born: Vec<String>,
    /// Code of a village, commune, district or province
    #[arg(long, value_name = "CODE")]
    pub village: Vec<String>,
    /// A number such as that of an identity card or a register
    #[arg(long, value_name = "NUMBER")]
    pub id: Vec<String>,
    /// A text in one field alone, such as family_name_latin=Chan
    #[arg(long, value_name = "FIELD=TEXT")]
    pub field: Vec<String>,
    /// Ask all units whose search keys you hold; answers which unit to ask, nothing else. 20 times an hour
    #[arg(long)]
    pub units: bool,
    /// Make the search index anew instead of searching
    #[arg(long, conflicts_with_all = ["units", "name", "phone", "born", "village", "id", "field"])]
    pub rebuild: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueArgs {
    /// Show the purposes of use instead: what --purpose takes
    #[arg(long, conflicts_with = "lists")]
    pub purposes: bool,
    /// Show the code lists instead, with their English and Khmer labels
    #[arg(long)]
    pub lists: bool,
    /// Print the form of one kind of record instead, as JSON, in the language of --lang: all that a screen needs
    #[arg(long, value_name = "KIND", conflicts_with_all = ["lists", "purposes"])]
    pub form: Option<String>,
    /// The language of labels and help: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// Show what to write into each field as well
    #[arg(long)]
    pub help_texts: bool,
    /// Print JSON, for programs; it has both languages
    #[arg(long)]
    pub json: bool,
    /// A vault, whose extra fields are shown as well
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
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// The text; without it, what comes in from stdin
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The language in which to say what to write instead: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// End with a failure if there is any such word
    #[arg(long)]
    pub strict: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

impl CatalogueArgs {
    /// The sign-in, if a vault is named.
    #[must_use]
    pub fn sign_in(&self) -> Option<SignInArgs> {
        Some(SignInArgs {
            vault: VaultArgs { path: self.vault.clone()?, device_keys: self.device_keys.clone() },
            identity: IdentityArgs { path: self.identity.clone()?, passphrase_file: self.passphrase_file.clone() },
        })
    }
}

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

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why; an export needs both.
    #[command(flatten)]
    pub access: AccessArgs,
    /// New file for the lines
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Only this case with all that belongs to it; may be given several times
    #[arg(long = "case", value_name = "ID")]
    pub cases: Vec<String>,
    /// Every revision, not only the newest
    #[arg(long)]
    pub history: bool,
    /// Print the manifest as JSON, for programs
    #[arg(long)]
    pub json: bool,
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
