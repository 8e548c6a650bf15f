//! `saferoom packet`: what crosses between stations and services, as files. Only `take-in` and `hand-over` need a vault.

mod answer;
pub(crate) mod keys;
mod open;
mod organisation;
mod referral;
mod seal;
mod show;
mod vault;

pub(crate) use self::keys::read_address;
pub use self::vault::TakeInArgs;
pub(crate) use self::vault::take_in;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::access::packet::{KnownSenders, Organisation, SignedSuspensions};
use saferoom::keys::{Clock, PacketAddress, SystemClock};

use crate::console::Console;
use crate::failure::Failure;

use self::keys::read_small;

/// Commands about packets.
#[derive(Debug, Subcommand)]
pub enum PacketCommand {
    /// Make a key pair for somebody without a vault, such as a shelter, and the address that others send to.
    #[command(after_help = "\
Example:
  saferoom packet keygen --key shelter.packet-key

Give the file shelter.packet-key.address to those who send you packets, and read them the fingerprint
by telephone. Keep the key file, a copy of it, and its passphrase: without them no packet opens.")]
    Keygen(keys::KeygenArgs),
    /// Show the fingerprint of an address, or write the address that belongs to a key or an identity.
    #[command(after_help = "\
Examples:
  saferoom packet address shelter.packet-key.address
  saferoom packet address --key me.identity --out me.address")]
    Address(keys::AddressArgs),
    /// Seal files into a packet: signed by you, for those whose addresses you name.
    #[command(after_help = "\
Example:
  saferoom packet seal --key me.identity --to shelter.address --part file=letter.pdf \\
      --days 30 --out to-shelter.packet

Nothing in the packet shows who sent it, to whom, or what is in it. Parts are KIND=FILE; the kinds are
hand-in, roster-slice, checkpoints, case-handover, receipt, referral, rooms, erasures, share-manifest, file,
referral-answer. A child is referred with `saferoom referral send`, which asks consent and makes the packet.")]
    Seal(seal::SealArgs),
    /// Show who sent a packet and what is in it, without taking anything out.
    #[command(after_help = "\
Example:
  saferoom packet show to-shelter.packet --key shelter.packet-key --known station.address")]
    Show(show::ShowArgs),
    /// Verify a packet as a whole and write its parts into a folder, in plain text. Each packet is new once.
    /// A referral is written as a page and as JSON, too.
    #[command(after_help = "\
Example:
  saferoom packet open to-shelter.packet --key shelter.packet-key --known station.address --into referral-17

Only a packet of a known sender is opened. If you do not know the sender yet: `saferoom packet show`, compare
the fingerprint by telephone, ask for their address file, then name it with --known.")]
    Open(open::OpenArgs),
    /// Answer a packet: say what became of it, sealed to the key that its sender named.
    #[command(after_help = "\
Example:
  saferoom packet answer to-shelter.packet --key shelter.packet-key --known station.address \\
      --outcome accepted --note \"A place from Monday on\" --out answer.packet

  saferoom packet answer to-shelter.packet … --outcome completed --need need_met --by \"Reception\" --out done.packet

Outcomes: received, accepted, partly, refused, completed. The note is inside the seal. To a referral, the answer
says where it stands as well: as --state tells (in_service, no_show, unavailable, …), or else the outcome.")]
    Answer(answer::AnswerArgs),
    /// Say whose custodians vouch for senders: the file that receivers name with --organisation.
    #[command(after_help = "\
Example:
  saferoom packet organisation --custodian one.address --custodian two.address --out police.organisation")]
    Organisation(organisation::OrganisationArgs),
    /// Certify an address: its owner sends packets for the organisation.
    #[command(after_help = "\
Example:
  saferoom packet certify officer.address --key custodian.identity --organisation police.organisation \
      --kind hand-in --days 365 --out officer.certificate")]
    Certify(organisation::CertifyArgs),
    /// Suspend addresses: nothing of theirs is accepted by whoever has the list.
    #[command(after_help = "\
Example:
  saferoom packet suspend officer.address --key custodian.identity --organisation police.organisation \
      --after newest.suspensions --out next.suspensions")]
    Suspend(organisation::SuspendArgs),
    /// Add your signature to a certificate or a list of suspensions of another custodian.
    Countersign(organisation::CountersignArgs),
    /// Take a packet into a vault: hand-ins, cases and rooms get their place there, checkpoints an entry. Each packet once.
    #[command(after_help = "\
Example:
  saferoom packet take-in report.packet --known officer.address \
      --vault station.saferoom --identity me.identity --purpose mandatory-report")]
    TakeIn(vault::TakeInArgs),
    /// Hand a case over to another vault: every record that you can open, read under log, in a packet.
    #[command(after_help = "\
Example:
  saferoom packet hand-over 0f3a…9c --unit 77c1…04 --to colleague.address --out case.packet \
      --vault station.saferoom --identity me.identity --purpose case-conference --reason \"The family has moved\"")]
    HandOver(vault::HandOverArgs),
    /// Send a checkpoint of the log of a vault to the custodian who keeps the organisation's log.
    #[command(after_help = "\
Example:
  saferoom packet checkpoint --to custodian.address --out today.packet \
      --vault station.saferoom --identity me.identity")]
    Checkpoint(vault::CheckpointPacketArgs),
    /// Hand the statistics of this vault's cases to an extract desk: rows that are new or have changed. Logged.
    #[command(after_help = "\
Example:
  saferoom packet statistics --to desk.address --station \"Kandal\" --out kandal.packet \\
      --vault station.saferoom --identity desk-officer.identity --purpose HRESCH

The desk takes it in with `saferoom packet take-in`. If a packet was lost, hand over again with --again.")]
    Statistics(vault::StatisticsArgs),
}

/// Whom the reader of a packet knows.
#[derive(Debug, Args)]
pub struct KnownArgs {
    /// Address file of a sender whose fingerprint you have compared; may be given several times
    #[arg(long, value_name = "FILE")]
    pub known: Vec<PathBuf>,
    /// File of an organisation whose certificates you trust; may be given several times
    #[arg(long, value_name = "FILE")]
    pub organisation: Vec<PathBuf>,
    /// An organisation's newest list of suspensions; may be given several times
    #[arg(long, value_name = "FILE")]
    pub suspensions: Vec<PathBuf>,
}

impl KnownArgs {
    fn read(&self) -> Result<KnownSenders, Failure> {
        let mut known = KnownSenders::new();
        for path in &self.known {
            known.pin(&read_address(path)?);
        }
        for path in &self.organisation {
            let organisation = Organisation::from_bytes(&read_small(path)?);
            known.trust(organisation.map_err(|error| Failure::from(error).at(path.display()))?);
        }
        for path in &self.suspensions {
            let list = SignedSuspensions::from_bytes(&read_small(path)?).and_then(|list| known.suspend(list));
            list.map_err(|error| Failure::from(error).at(path.display()))?;
        }
        Ok(known)
    }
}

/// Runs a command.
///
/// # Errors
/// What went wrong, and what to do now.
pub fn run(command: &PacketCommand, out: &Console) -> Result<(), Failure> {
    match command {
        PacketCommand::Keygen(args) => keys::keygen(args, out),
        PacketCommand::Address(args) => keys::address(args, out),
        PacketCommand::Seal(args) => seal::seal(args, out),
        PacketCommand::Show(args) => show::show(args, out),
        PacketCommand::Open(args) => open::open(args, out),
        PacketCommand::Answer(args) => answer::answer(args, out),
        PacketCommand::Organisation(args) => organisation::organisation(args, out),
        PacketCommand::Certify(args) => organisation::certify(args, out),
        PacketCommand::Suspend(args) => organisation::suspend(args, out),
        PacketCommand::Countersign(args) => organisation::countersign(args, out),
        PacketCommand::TakeIn(args) => vault::take_in(args, out),
        PacketCommand::Checkpoint(args) => vault::checkpoint(args, out),
        PacketCommand::HandOver(args) => vault::hand_over(args, out),
        PacketCommand::Statistics(args) => vault::statistics(args, out),
    }
}

fn now() -> u64 {
    SystemClock::default().wall_milliseconds()
}

/// A time as people and programs read it.
fn time(milliseconds: u64) -> String {
    let time = i64::try_from(milliseconds).ok();
    let time = time.and_then(|time| saferoom::model::Timestamp::from_milliseconds(time).ok());
    time.map_or_else(|| milliseconds.to_string(), |time| time.to_text())
}

/// The lines that tell a person whose address it is.
fn told_address(address: &PacketAddress, out: &Console) {
    out.pairs([("Fingerprint", address.fingerprint())]);
}
