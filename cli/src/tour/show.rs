//! How the tour speaks: numbered headings, short paragraphs within 100 columns, and the log's entries as a table.

use std::fmt::Display;
use std::time::Duration;

use saferoom::log::Outcome;
use saferoom::model::{RecordKind, code_lists};
use saferoom::vault::LoggedEntry;

use crate::console::Console;

/// Widest that a paragraph is set.
const WIDEST: usize = 98;

/// The steps, in their order: a step's number is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Found a vault.
    Found,
    /// Set up stations.
    Stations,
    /// Record a caseload.
    Record,
    /// Read with a purpose.
    Read,
    /// Read without one.
    Refused,
    /// Correct a statement.
    Correct,
    /// Who reads what of one case.
    NeedToKnow,
    /// An emergency, with its finding.
    BreakGlass,
    /// An anonymised extract.
    Extract,
    /// An erased case that no key opens any more.
    Erase,
    /// An interview as it happens.
    Interview,
    /// A referral to a service, and a hand-over.
    Refer,
    /// Check everything.
    Check,
    /// The log, verified by an auditor.
    Audit,
    /// Rooms of five stations, and who monitors them.
    Monitor,
    /// Change a copy from outside.
    Tamper,
    /// Look for names in the file.
    Steal,
}

impl Step {
    /// Its number.
    pub(super) const fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// The heading of a step.
pub(super) fn step(out: &Console, step: Step, title: &str) {
    out.heading(format_args!("{}. {title}", step.number()));
}

/// A paragraph, broken between words.
pub(super) fn say(out: &Console, text: impl Display) {
    let width = WIDEST.min(usize::from(out.width()));
    wrapped(&text.to_string(), width).iter().for_each(|line| out.line(line));
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    lines.push(line);
    lines
}

/// Entries of the log.
pub(super) fn entries(out: &Console, entries: &[LoggedEntry]) {
    // On a narrow terminal the event and the purpose say the most.
    let shown = |column: &usize| out.width() >= 92 || !matches!(column, 3 | 5);
    let header = ["entry", "event", "record", "fields", "purpose", "outcome", "reason, sealed"];
    let header: Vec<&str> = (0..header.len()).filter(shown).map(|column| header[column]).collect();
    out.table(
        &header,
        entries.iter().map(|logged| {
            let entry = &logged.entry;
            let (record, fields) = match &entry.what {
                None => (String::new(), String::new()),
                Some(what) => {
                    let kind = u16::try_from(what.kind).ok().and_then(RecordKind::from_number);
                    let id = what.record.to_string();
                    let kind = kind.map_or("record", RecordKind::name);
                    (format!("{kind} {}…", &id[..6]), what.fields.len().to_string())
                }
            };
            let purpose =
                entry.why.as_ref().map_or("none".to_owned(), |why| why.local.as_deref().unwrap_or(&why.hl7).to_owned());
            let outcome = match entry.outcome {
                Outcome::Success => "done",
                Outcome::MinorFailure => "refused",
                Outcome::SeriousFailure | Outcome::MajorFailure => "failed",
            };
            let reason = logged.reason.clone().unwrap_or_default();
            let event = format!("{:?}", entry.event);
            let row = [entry.seq.to_string(), event, record, fields, purpose, outcome.to_owned(), reason];
            row.into_iter().enumerate().filter(|(column, _)| shown(column)).map(|(_, cell)| cell).collect::<Vec<_>>()
        }),
    );
}

/// What a code stands for, in English.
pub(super) fn label(list: &str, code: &str) -> String {
    let entry = code_lists().list(list).and_then(|list| list.entry(code));
    entry.map_or(code, |entry| entry.en.as_str()).to_owned()
}

/// A time span, as precise as anyone cares.
pub(super) fn seconds(time: Duration) -> String {
    if time < Duration::from_millis(100) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// So many a second.
pub(super) fn rate(count: usize, time: Duration) -> u64 {
    (count as f64 / time.as_secs_f64().max(1e-6)).round() as u64
}

/// A size in megabytes.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_break_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a  longer-than-that\nb", 5), ["a", "longer-than-that", "b"]);
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(seconds(Duration::from_micros(1230)), "1.2 ms");
        assert_eq!(seconds(Duration::from_millis(2340)), "2.3 s");
        assert_eq!(rate(100, Duration::from_millis(500)), 200);
        assert_eq!(megabytes(9_960_000), "10.0 MB");
        assert_eq!(label("sex", "female"), "Female");
    }
}
