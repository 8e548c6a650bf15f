//! `saferoom rooms`: what a station tells its monitor, and the stations that a monitor knows.

mod args;
mod stations;

use saferoom::vault::RoomsExport;
use serde_json::json;

pub use self::args::{AllowArgs, ExportArgs, RoomsCommand, StationsArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::packet;

/// Runs a command.
///
/// # Errors
/// What went wrong, and what to do now.
pub fn run(command: &RoomsCommand, out: &Console) -> Result<(), Failure> {
    match command {
        RoomsCommand::Export(args) => export(args, out),
        RoomsCommand::Import(args) => packet::take_in(args, out),
        RoomsCommand::Stations(args) => stations::list(args, out),
        RoomsCommand::Allow(args) => stations::allow(args, out),
    }
}

fn export(args: &ExportArgs, out: &Console) -> Result<(), Failure> {
    let to = packet::read_address(&args.to)?;
    let vault = args.sign_in.vault.open()?;
    let identity = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    let sent = session.export_rooms(&to, &args.out, &identity, args.all, &args.access.access())?;
    let RoomsExport { packet, records, since, until } = &sent;
    if args.json {
        return out.json(&json!({
            "packet": packet.manifest.packet.to_string(),
            "records": records,
            "since_commit": since,
            "until_commit": until,
        }));
    }
    out.good(format_args!("Packet made: {}", args.out.display()));
    let begin = if *since == 0 { "everything".to_owned() } else { format!("what is new since commit {since}") };
    out.pairs([("Packet", packet.manifest.packet.to_string()), ("Records", records.to_string()), ("Holds", begin)]);
    out.note(
        "No name of a child, of an officer or of a participant is in it. If it is lost, send everything with --all.",
    );
    Ok(())
}
