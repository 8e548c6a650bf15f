//! The way out to people: lines, headings, tables and progress on a terminal; plain lines where there is none.
//!
//! What was asked for goes to stdout; progress, warnings and failures go to stderr. A reader that closes the pipe early
//! (`saferoom catalogue | head`) ends the output, not the program; any other failure to write shows at the end.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use comfy_table::ColumnConstraint::LowerBoundary;
use comfy_table::{ContentArrangement, Table, TableComponent, Width, presets};
use serde::Serialize;

use crate::failure::{Failure, exit};
use crate::layout::least_widths;
use crate::progress::Progress;

/// Widest that text is set, however wide the terminal.
const WIDEST: u16 = 140;

/// How a piece of text stands out on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// What matters most.
    Strong,
    /// What matters least.
    Faint,
    /// What is as it should be.
    Good,
    /// What deserves a look.
    Warning,
    /// What is wrong.
    Bad,
}

/// The sequences that this program writes itself.
const COLOURS: [&str; 7] = [
    END,
    ON_BLACK,
    Style::Strong.sequence(),
    Style::Faint.sequence(),
    Style::Good.sequence(),
    Style::Warning.sequence(),
    Style::Bad.sequence(),
];
const END: &str = "\u{1b}[0m";
const ON_BLACK: &str = "\u{1b}[40;97m";

impl Style {
    const fn sequence(self) -> &'static str {
        match self {
            Self::Strong => "\u{1b}[1m",
            Self::Faint => "\u{1b}[2m",
            Self::Good => "\u{1b}[32m",
            Self::Warning => "\u{1b}[33m",
            Self::Bad => "\u{1b}[1;31m",
        }
    }
}

/// Where a command writes.
pub struct Console {
    out: Mutex<Output>,
    colour: bool,
    error_colour: bool,
    width: Option<u16>,
}

/// Standard output, or the bytes of a test; and why it cannot be written to any more.
struct Output {
    to: Box<dyn Write + Send>,
    broken: Option<ErrorKind>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Console(..)")
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Console {
    /// The process's own stdout and stderr.
    #[must_use]
    pub fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
        let terminal = std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| width.0.clamp(40, WIDEST));
        Self {
            out: Mutex::new(Output { to: Box::new(std::io::stdout()), broken: None }),
            colour: wanted && terminal,
            error_colour: wanted && std::io::stderr().is_terminal(),
            width: terminal.then_some(width),
        }
    }

    /// Writes elsewhere, without colours and without wrapping: for tests and hosts.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        let out = Mutex::new(Output { to: Box::new(writer), broken: None });
        Self { out, colour: false, error_colour: false, width: None }
    }

    /// Whether somebody looks at a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.width.is_some()
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.width.unwrap_or(100)
    }

    /// The text, standing out if this is a terminal with colours.
    #[must_use]
    pub fn styled(&self, style: Style, text: impl Display) -> String {
        styled(self.colour, style, text)
    }

    /// The text in white on black, if this is a terminal with colours.
    #[must_use]
    pub fn on_black(&self, text: impl Display) -> String {
        if self.colour { format!("{ON_BLACK}{text}{END}") } else { text.to_string() }
    }

    /// One line, or several.
    pub fn line(&self, text: impl Display) {
        self.write(harmless(&text.to_string(), self.colour));
    }

    fn write(&self, text: impl Display) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.broken.is_none() {
            let written = writeln!(out.to, "{text}").and_then(|()| out.to.flush());
            out.broken = written.err().map(|error| error.kind());
        }
    }

    /// An empty line.
    pub fn blank(&self) {
        self.line("");
    }

    /// A heading with an empty line above it.
    pub fn heading(&self, text: impl Display) {
        self.blank();
        self.line(self.styled(Style::Strong, text));
    }

    /// A line about something that is as it should be.
    pub fn good(&self, text: impl Display) {
        self.line(format_args!("{} {text}", self.styled(Style::Good, "✓")));
    }

    /// A line about something that is not as it should be.
    pub fn bad(&self, text: impl Display) {
        self.line(format_args!("{} {text}", self.styled(Style::Bad, "✗")));
    }

    /// A line of lesser weight.
    pub fn note(&self, text: impl Display) {
        self.line(self.styled(Style::Faint, text));
    }

    /// A warning, on stderr.
    pub fn warn(&self, text: impl Display) {
        self.error_line(format_args!("{}: {text}", styled(self.error_colour, Style::Warning, "warning")));
    }

    /// Says what went wrong, on stderr.
    pub fn failure(&self, failure: &Failure) {
        let text = failure.to_string();
        let (head, rest) = text.split_once(": ").unwrap_or(("error", &text));
        self.error_line(format_args!("{}: {rest}", styled(self.error_colour, Style::Bad, head)));
    }

    /// A table; wrapped to the terminal's width, or as wide as it needs to be where there is none.
    pub fn table<R>(&self, header: &[&str], rows: R)
    where
        R: IntoIterator,
        R::Item: IntoIterator<Item = String>,
    {
        let mut all = vec![header.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
        all.extend(rows.into_iter().map(|row| row.into_iter().collect()));
        let mut table = self.table_of(&all, true);
        table.set_style(TableComponent::HeaderLines, '─').set_style(TableComponent::MiddleHeaderIntersections, '─');
        let mut in_header = true;
        for line in table.lines() {
            let line = line.trim_end();
            in_header &= !line.trim_start().starts_with('─');
            if in_header { self.line(self.styled(Style::Strong, line)) } else { self.line(line) }
        }
    }

    /// Names and values below each other, without lines.
    pub fn pairs<N: Display, V: Display>(&self, pairs: impl IntoIterator<Item = (N, V)>) {
        let rows: Vec<_> = pairs.into_iter().map(|(name, value)| vec![name.to_string(), value.to_string()]).collect();
        self.table_of(&rows, false).lines().for_each(|line| self.line(line.trim_end()));
    }

    /// A value as JSON, for programs.
    ///
    /// # Errors
    /// None that a serialisable value of this crate can bring.
    pub fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|_| Failure::new(exit::FAILED, "the answer cannot be written as JSON"))?;
        self.write(text);
        Ok(())
    }

    /// Shows how far `total` steps are done: a bar on a terminal, a few plain lines elsewhere; on stderr.
    #[must_use]
    pub fn progress(&self, total: u64, label: impl Into<String>) -> Progress {
        Progress::new(total, label.into(), std::io::stderr().is_terminal())
    }

    /// Whether everything could be written. A pipe that the reader closed is no failure.
    ///
    /// # Errors
    /// The first failure to write to stdout.
    pub fn finish(&self) -> Result<(), Failure> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let flushed = out.to.flush().err().map(|error| error.kind());
        match out.broken.or(flushed) {
            None | Some(ErrorKind::BrokenPipe) => Ok(()),
            Some(kind) => Err(Failure::new(exit::FILE, format!("the output could not be written: {kind}"))
                .advise("The command itself was done; only what it printed is incomplete.")),
        }
    }

    fn table_of(&self, rows: &[Vec<String>], header: bool) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let body = match rows.split_first() {
            Some((first, rest)) if header => {
                table.set_header(first);
                rest
            }
            _ => rows,
        };
        table.add_rows(body);
        if let Some(width) = self.width {
            let least = least_widths(rows, width).into_iter().map(|least| LowerBoundary(Width::Fixed(least)));
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).set_constraints(least);
        }
        table
    }

    /// A line on stderr.
    pub fn error_line(&self, text: impl Display) {
        // Where even stderr is closed, the exit code says it.
        let _ = writeln!(std::io::stderr(), "{}", harmless(&text.to_string(), self.error_colour));
    }
}

/// The text without what moves a terminal's cursor, erases or turns round what stands there: a file of a stranger must not
/// write "signed by" over a warning. Of sequences only this program's own colours stay, and only where it uses any.
fn harmless(text: &str, colour: bool) -> Cow<'_, str> {
    if !text.contains(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(is_dangerous) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        match COLOURS.iter().find(|sequence| colour && rest.starts_with(**sequence)) {
            Some(sequence) => {
                kept.push_str(sequence);
                rest = &rest[sequence.len()..];
            }
            None => {
                kept.push(char::REPLACEMENT_CHARACTER);
                rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
            }
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Controls, and what turns the direction of writing (Unicode 9, annex 9).
fn is_dangerous(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn styled(colour: bool, style: Style, text: impl Display) -> String {
    if colour { format!("{}{text}{END}", style.sequence()) } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::*;

    /// Writes into memory, or fails.
    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>, Option<ErrorKind>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.1 {
                Some(kind) => Err(kind.into()),
                None => self.0.lock().unwrap().write(bytes),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn tables_have_a_line_below_their_header_only() {
        let memory = Memory::default();
        let out = Console::to(memory.clone());
        out.table(&["id", "state"], [["1".into(), "open".into()], ["22".into(), "closed".into()]]);
        out.pairs([("Records", 12)]);
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        assert_eq!(lines.len(), 5, "{text}");
        assert_eq!((lines[0], lines[2]), ("id   state", "1    open"), "{text}");
        assert!(lines[1].chars().all(|character| character == '─'), "{text}");
        assert_eq!(lines[4], "Records  12", "{text}");
    }

    #[test]
    fn a_strangers_text_moves_no_cursor_and_erases_nothing() {
        let forged = "caseload\u{1b}[1A\u{1b}[2K\rsigned by ssh-ed25519\u{9b}2J\u{202e}\u{1b}[32m";
        let memory = Memory::default();
        Console::to(memory.clone()).line(forged);
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(!text.trim_end().contains(is_dangerous), "{text:?}");
        // Where there are colours, this program's own stay; ខ្មែរ and tabs stay everywhere.
        let own = styled(true, Style::Good, "ខ្មែរ\tok");
        assert_eq!(harmless(&own, true), own);
        assert_eq!(harmless(&format!("{own}\u{1b}[2K"), true), format!("{own}\u{fffd}[2K"));
        assert!(!harmless(&own, false).contains('\u{1b}'));
    }

    #[test]
    fn a_closed_pipe_is_no_failure_and_a_full_disk_is_one() {
        let closed = Console::to(Memory(Arc::default(), Some(ErrorKind::BrokenPipe)));
        closed.line("nobody reads this");
        assert_eq!(closed.finish(), Ok(()));
        let full = Console::to(Memory(Arc::default(), Some(ErrorKind::StorageFull)));
        full.line("no room for this");
        assert_eq!(full.finish().unwrap_err().exit, exit::FILE);
    }
}
