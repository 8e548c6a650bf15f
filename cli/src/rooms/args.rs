//! Arguments of `saferoom rooms`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::RecordId;

use crate::args::{AccessArgs, SignInArgs};
use crate::packet::TakeInArgs;

/// Commands about rooms of several stations.
#[derive(Debug, Subcommand)]
pub enum RoomsCommand {
    /// Send rooms, visits and training to a monitor: what is new since the last packet to them, or everything.
    #[command(after_help = "\
Example:
  saferoom rooms export --to monitor.address --out rooms-kandal.packet \\
      --vault station.saferoom --identity me.identity --purpose supervision

No child is in it. Names of officers and participants, hours of interviews and free text about them stay
here; a testimonial leaves only if its speaker agreed and a second person checked it.")]
    Export(ExportArgs),
    /// Take the packet of a station in. Each packet once; an older state never replaces a newer one.
    #[command(after_help = "\
Example:
  saferoom rooms import rooms-kandal.packet --known kandal.address \\
      --vault monitor.saferoom --identity me.identity --purpose supervision")]
    Import(TakeInArgs),
    /// List the stations whose rooms are monitored here, and until when what they sent reaches.
    #[command(after_help = "\
Example:
  saferoom rooms stations --vault monitor.saferoom --identity me.identity --purpose supervision")]
    Stations(StationsArgs),
    /// Let one more person send for a station. Ask the station by telephone first.
    #[command(after_help = "\
Example:
  saferoom rooms allow 77c1…04 colleague.address --vault monitor.saferoom --identity me.identity \\
      --purpose supervision --reason \"Asked the station by telephone\"")]
    Allow(AllowArgs),
}

/// Arguments of `rooms export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Address file of the monitor
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// The packet to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Everything, not only what is new
    #[arg(long)]
    pub all: bool,
    /// The vault, and who sends.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `rooms stations`.
#[derive(Debug, Args)]
pub struct StationsArgs {
    /// The vault, and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `rooms allow`.
#[derive(Debug, Args)]
pub struct AllowArgs {
    /// The station, as `rooms stations` names it
    #[arg(value_name = "STATION")]
    pub station: RecordId,
    /// Address file of who sends for it
    #[arg(value_name = "ADDRESS")]
    pub sender: PathBuf,
    /// The vault, and who allows it.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}
