//! `saferoom monitor`: rooms, visits and training of all stations that are here, as one page or as JSON. Opens nothing about
//! a child.

mod page;
mod rooms;
#[cfg(test)]
mod tests;
mod training;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::model::{LabelLanguage, PartialDate};

use crate::args::{AccessArgs, SignInArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

/// Commands of who monitors rooms.
#[derive(Debug, Subcommand)]
pub enum MonitorCommand {
    /// Report on rooms side by side, rounds compared, open actions and training: one HTML page that loads nothing, or JSON.
    #[command(after_help = "\
Examples:
  saferoom monitor report --html rooms.html --vault monitor.saferoom --identity me.identity \\
      --purpose supervision
  saferoom monitor report --html rooms-km.html --lang km …
  saferoom monitor report --json …

It is computed with the keys of rooms and training alone. Counts about children below five are not shown.")]
    Report(ReportArgs),
    /// Count the interviews of months that are over, for those who look after rooms. Needs the keys of interviews.
    #[command(after_help = "\
Example:
  saferoom monitor count 2026-01 2026-02 --vault station.saferoom --identity me.identity \\
      --purpose supervision

No count tells of fewer than five, and none changes by fewer. `saferoom rooms export` sends the counts.")]
    Count(CountArgs),
}

/// Arguments of `monitor report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// New file for the page; never one that exists
    #[arg(long, value_name = "FILE", required_unless_present = "json")]
    pub html: Option<PathBuf>,
    /// Language of the page: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// The vault, and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `monitor count`.
#[derive(Debug, Args)]
pub struct CountArgs {
    /// The months, such as 2026-02
    #[arg(value_name = "MONTH", required = true, value_parser = month)]
    pub months: Vec<PartialDate>,
    /// The vault, and who counts.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

fn month(text: &str) -> Result<PartialDate, String> {
    let month = PartialDate::parse(text).ok().filter(|date| date.in_month().is_some() && date.on_day().is_none());
    month.ok_or_else(|| "a month is such as 2026-02".to_owned())
}

/// Runs a command.
///
/// # Errors
/// What went wrong, and what to do now.
pub fn run(command: &MonitorCommand, out: &Console) -> Result<(), Failure> {
    match command {
        MonitorCommand::Report(args) => report(args, out),
        MonitorCommand::Count(args) => count(args, out),
    }
}

fn report(args: &ReportArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let report = session.monitor_report(&args.access.access())?;
    if let Some(file) = &args.html {
        let language = LabelLanguage::from_code(&args.lang).unwrap_or_default();
        new_file::write(file, page::page(&report, language).as_bytes())?;
    }
    if args.json {
        return out.json(&report);
    }
    if let Some(file) = &args.html {
        out.good(format_args!("Report written: {}", file.display()));
        out.note("No child is in it. Names of stations and what is to be done there are.");
    }
    Ok(())
}

fn count(args: &CountArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let written = session.count_interviews(&args.months, &args.access.access())?;
    out.good(format_args!("{} of {} month(s) written.", written.len(), args.months.len()));
    if written.len() < args.months.len() {
        out.note("The others stay as they are: fewer than five interviews came in since.");
    }
    Ok(())
}

pub(crate) use self::page::page as monitor_page;
