//! Answers as they stream by: a table in parts, lines of CSV, or one JSON document.

use saferoom::log::{Checkpoint, Entry, Link, QueryReport};
use serde_json::{Value as Json, json};

use super::link_name;
use crate::args::AnswerFormat;
use crate::commands::audit::judged::{Belief, Judged};
use crate::commands::audit::{entry_to_json, error_code, event_name, field_names, kind_name, outcome_name, safe_cell};
use crate::commands::audit::{row_of, time_of};
use crate::console::Console;
use crate::failure::{Failure, exit};
use saferoom::log::MemberDirectory;

/// A table is printed whenever so many rows are there: memory does not grow with the answer.
const ROWS: usize = 500;

const CSV_HEADER: [&str; 17] = [
    "log",
    "index",
    "time",
    "event",
    "outcome",
    "error",
    "actor",
    "name",
    "role",
    "purpose",
    "hl7_purpose",
    "record",
    "kind",
    "fields",
    "revision",
    "operation",
    "chain",
];

/// An answer on its way.
pub(super) struct Answer<'a> {
    format: AnswerFormat,
    out: &'a Console,
    directory: &'a MemberDirectory,
    chained: bool,
    rows: Vec<Vec<String>>,
    written: u64,
}

impl<'a> Answer<'a> {
    pub(super) fn begin(
        format: AnswerFormat,
        out: &'a Console,
        directory: &'a MemberDirectory,
        judged: &Judged,
        chained: bool,
    ) -> Self {
        match format {
            AnswerFormat::Table => (),
            AnswerFormat::Csv => out.line(csv_line(CSV_HEADER)),
            AnswerFormat::Json => {
                out.line(format_args!("{{\"verified\": {},", judged.belief() == Belief::Accepted));
                let checkpoint = judged.report.checkpoint();
                out.line(format_args!("\"origin\": {},", json!(checkpoint.map(|of| of.origin().as_str()))));
                out.line(format_args!("\"size\": {},", json!(checkpoint.map(Checkpoint::size))));
                out.line("\"entries\": [");
            }
        }
        Self { format, out, directory, chained, rows: Vec::new(), written: 0 }
    }

    pub(super) fn entry(&mut self, log: Option<u64>, entry: &Entry<'_>, link: Option<Link>) -> Result<(), Failure> {
        match self.format {
            AnswerFormat::Table => {
                let mut row = row_of(entry);
                if let Some(log) = log {
                    row[0] = format!("{log}:{}", row[0]);
                }
                if let Some(name) = self.name(entry) {
                    name.clone_into(&mut row[4]);
                }
                row.extend(self.chained.then(|| link.map(link_name).unwrap_or_default().to_owned()));
                self.rows.push(row);
                if self.rows.len() == ROWS {
                    self.print();
                }
            }
            AnswerFormat::Csv => self.out.line(csv_line(self.cells(log, entry, link))),
            AnswerFormat::Json => {
                let comma = if self.written == 0 { "" } else { "," };
                let text = serde_json::to_string(&self.json(log, entry, link));
                let text = text.map_err(|_| Failure::new(exit::FAILED, "the answer cannot be written as JSON"))?;
                self.out.line(format_args!("{comma}{text}"));
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Ends the answer, with what each log found: its number, none for the one that is being kept.
    pub(super) fn end(mut self, reports: &[(Option<u64>, QueryReport)]) -> Result<(), Failure> {
        self.print();
        if self.format == AnswerFormat::Json {
            let chain = |(log, report): &(Option<u64>, QueryReport)| {
                let chain = report.chain?;
                Some(json!({
                    "log": log,
                    "whole": chain.is_whole(),
                    "first": chain.first,
                    "last": chain.last,
                    "joined": chain.joined,
                    "denied": chain.denied,
                    "others": chain.others,
                    "first_broken": chain.first_broken,
                }))
            };
            let chains = json!(reports.iter().filter_map(chain).collect::<Vec<_>>());
            let read: u64 = reports.iter().map(|(_, report)| report.read).sum();
            self.out.line(format_args!("],\n\"found\": {}, \"read\": {read}, \"chains\": {chains}}}", self.written));
        }
        Ok(())
    }

    fn print(&mut self) {
        if self.rows.is_empty() {
            return;
        }
        let mut header = vec!["no.", "time (UTC)", "event", "outcome", "who", "purpose", "record", "fields"];
        header.extend(self.chained.then_some("chain"));
        self.out.table(&header, self.rows.drain(..));
    }

    fn name(&self, entry: &Entry<'_>) -> Option<&str> {
        self.directory.name(&entry.actor.as_ref()?.member)
    }

    fn json(&self, log: Option<u64>, entry: &Entry<'_>, link: Option<Link>) -> Json {
        let mut json = entry_to_json(entry);
        json["log"] = json!(log);
        json["name"] = json!(self.name(entry));
        if self.chained {
            json["chain"] = json!(link.map(link_name));
        }
        json
    }

    fn cells(&self, log: Option<u64>, entry: &Entry<'_>, link: Option<Link>) -> [String; 17] {
        let (actor, why, what) = (entry.actor.as_ref(), entry.why.as_ref(), entry.what.as_ref());
        let text = |text: Option<&str>| text.map(safe_cell).unwrap_or_default();
        [
            log.map(|log| log.to_string()).unwrap_or_default(),
            entry.seq.to_string(),
            time_of(entry.wall_ms),
            event_name(entry.event),
            outcome_name(entry.outcome).to_owned(),
            error_code(entry).map(|code| format!("S{code}")).unwrap_or_default(),
            actor.map(|actor| actor.member.to_string()).unwrap_or_default(),
            text(self.name(entry)),
            text(actor.map(|actor| actor.role.as_ref())),
            text(why.and_then(|why| why.local.as_deref())),
            text(why.map(|why| why.hl7.as_ref())),
            what.map(|what| what.record.to_string()).unwrap_or_default(),
            what.map(kind_name).unwrap_or_default().to_owned(),
            what.map(|what| field_names(what).collect::<Vec<_>>().join(" ")).unwrap_or_default(),
            what.and_then(|what| what.revision).map(|revision| revision.to_string()).unwrap_or_default(),
            entry.operation.to_string(),
            link.map(link_name).unwrap_or_default().to_owned(),
        ]
    }
}

/// One line of CSV, without the end of the line.
fn csv_line<C: AsRef<[u8]>>(cells: impl IntoIterator<Item = C>) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    // Neither can fail in memory.
    let _ = writer.write_record(cells);
    let line = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned()
}
