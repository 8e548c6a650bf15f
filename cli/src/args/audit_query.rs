//! Arguments of `audit query`, `audit report` and `audit directory`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use saferoom::log::{Ending, Event};
use saferoom::model::LabelLanguage;

use super::{AccessArgs, SignInArgs};

/// A bundle, and what to judge it by.
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// The bundle, as `saferoom audit export` writes it: a folder, or a zip of it
    #[arg(value_name = "BUNDLE")]
    pub bundle: PathBuf,
    /// Whom to believe; it must not come with the bundle. Without it nobody vouches for what is shown
    #[arg(long, value_name = "FILE")]
    pub trust_policy: Option<PathBuf>,
    /// A checkpoint that you kept from an earlier visit; may be given several times
    #[arg(long, value_name = "FILE")]
    pub kept: Vec<PathBuf>,
    /// Names of members, as `saferoom audit directory` writes them: CSV or JSON
    #[arg(long, value_name = "FILE")]
    pub directory: Option<PathBuf>,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// For people
    Table,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

/// How an entry ended, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EndingArg {
    /// As asked
    Done,
    /// Refused
    Denied,
    /// By a fault of the system
    Failed,
    /// Within an emergency, however it ended
    BreakGlass,
}

impl From<EndingArg> for Ending {
    fn from(ending: EndingArg) -> Self {
        match ending {
            EndingArg::Done => Self::Done,
            EndingArg::Denied => Self::Denied,
            EndingArg::Failed => Self::Failed,
            EndingArg::BreakGlass => Self::BreakGlass,
        }
    }
}

/// Arguments of `audit query`.
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// The bundle.
    #[command(flatten)]
    pub bundle: BundleArgs,
    /// On this record: its id, or as tables show it (0f3a9c…5e17b0). Shows whether its chain is whole, too
    #[arg(long, value_name = "ID")]
    pub record: Option<String>,
    /// By this member: the id, at least its first six digits, or the name as it stands in the directory
    #[arg(long, value_name = "ID")]
    pub actor: Option<String>,
    /// At this time or later: 2026-11-24, or 2026-11-24T18:16:00Z (UTC)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Until this time: 2026-11-24 (to the end of that day), or 2026-11-24T18:16:00Z (UTC)
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// For this purpose, such as forensic-interview or BTG
    #[arg(long, value_name = "CODE")]
    pub purpose: Option<String>,
    /// Of this kind: read, create, update, query, export, denied, break-glass-start and others
    #[arg(long, value_name = "EVENT", value_parser = event_of)]
    pub action: Option<Event>,
    /// That ended so
    #[arg(long, value_name = "HOW")]
    pub outcome: Option<EndingArg>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: AnswerFormat,
}

/// Arguments of `audit report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The bundle.
    #[command(flatten)]
    pub bundle: BundleArgs,
    /// New file for the report: one page that loads nothing
    #[arg(long, value_name = "FILE")]
    pub html: PathBuf,
    /// Language of the report: en or km
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language_of)]
    pub lang: LabelLanguage,
    /// By how many hours the clocks of the place are ahead of UTC, such as 7 or -3.5
    #[arg(long, value_name = "HOURS", value_parser = minutes_of, allow_negative_numbers = true)]
    pub utc_offset: Option<i32>,
}

/// Arguments of `audit court-file`.
#[derive(Debug, Args)]
pub struct CourtFileArgs {
    /// The bundle, as `saferoom audit export` writes it: a folder, or a zip of it
    #[arg(value_name = "BUNDLE")]
    pub bundle: PathBuf,
    /// Number of the entry
    #[arg(long, value_name = "NUMBER")]
    pub entry: u64,
    /// Number of its log, from 0, if a device that kept the vault before wrote it
    #[arg(long, value_name = "NUMBER")]
    pub log: Option<u64>,
    /// New or empty folder for the court file
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Whom to believe; it must not come with the bundle. Without it nobody vouches for the bundle
    #[arg(long, value_name = "FILE")]
    pub trust_policy: Option<PathBuf>,
    /// A checkpoint that you kept from an earlier visit; may be given several times
    #[arg(long, value_name = "FILE")]
    pub kept: Vec<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `audit verify-court-file`.
#[derive(Debug, Args)]
pub struct VerifyCourtFileArgs {
    /// Folder of the court file
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Whom to believe; it must not come with the court file
    #[arg(long, value_name = "FILE")]
    pub trust_policy: PathBuf,
    /// Accept pages of another version of saferoom, which cannot be compared with what the files say
    #[arg(long)]
    pub without_pages: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `audit directory`.
#[derive(Debug, Args)]
pub struct DirectoryArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// New file for the directory, as CSV; fill in its column `name`
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// An earlier directory, whose names are kept
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,
}

/// `BreakGlassStart` as `break-glass-start`.
pub(crate) fn event_name(event: Event) -> String {
    if let Event::Other(code) = event {
        return format!("event-{code}");
    }
    let mut name = String::new();
    for character in format!("{event:?}").chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

fn event_of(text: &str) -> Result<Event, String> {
    let known = Event::KNOWN.iter().copied().find(|event| event_name(*event) == text);
    let newer = || text.strip_prefix("event-")?.parse().ok().map(Event::from_code);
    known.or_else(newer).ok_or_else(|| {
        let names: Vec<_> = Event::KNOWN.iter().map(|event| event_name(*event)).collect();
        format!("one of {}", names.join(", "))
    })
}

fn language_of(code: &str) -> Result<LabelLanguage, String> {
    let mut all = LabelLanguage::ALL.iter().copied();
    all.find(|language| language.code() == code).ok_or_else(|| "en or km".to_owned())
}

fn minutes_of(text: &str) -> Result<i32, String> {
    let hours: f64 = text.parse().map_err(|_| "a number of hours".to_owned())?;
    let minutes = (hours * 60.0).round();
    if minutes.abs() <= 14.0 * 60.0 { Ok(minutes as i32) } else { Err("from -14 to 14".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_readable_names() {
        assert_eq!(event_name(Event::BreakGlassStart), "break-glass-start");
        assert_eq!(event_name(Event::Other(900)), "event-900");
        for event in Event::KNOWN {
            assert_eq!(event_of(&event_name(*event)), Ok(*event));
        }
        assert_eq!(event_of("event-900"), Ok(Event::Other(900)));
        assert!(event_of("look").unwrap_err().contains("break-glass-stop"));
    }

    #[test]
    fn hours_ahead_are_minutes() {
        assert_eq!((minutes_of("7"), minutes_of("-3.5")), (Ok(420), Ok(-210)));
        assert!(minutes_of("15").is_err() && minutes_of("noon").is_err() && minutes_of("NaN").is_err());
    }
}
