//! `saferoom lint`: words that harm or blame, with their places. Shows no more of the text than the word.

use std::io::Read;
use std::path::Path;

use saferoom::model::LabelLanguage;
use saferoom::practice::terms::{TermWarning, lint, terms};
use serde_json::json;

use crate::args::LintArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Longest text in bytes: that of the longest field.
const LONGEST: u64 = 4 << 20;

pub(crate) fn run(args: &LintArgs, out: &Console) -> Result<(), Failure> {
    let text = read(args.file.as_deref())?;
    let language = LabelLanguage::from_code(&args.lang).unwrap_or_default();
    let warnings = lint(&text);
    if args.json {
        let found: Vec<_> = warnings.iter().map(|warning| as_json(warning, &text)).collect();
        out.json(&json!({ "edition": terms().edition(), "warnings": found }))?;
    } else {
        show(&warnings, &text, language, out);
    }
    if args.strict && !warnings.is_empty() {
        return Err(Failure::new(exit::FAILED, "the text has words that harm or blame")
            .advise("Write what is said instead; leave a quotation of what a child said as it is."));
    }
    Ok(())
}

fn read(file: Option<&Path>) -> Result<String, Failure> {
    let name = file.unwrap_or(Path::new("stdin"));
    let mut bytes = Vec::new();
    let done = match file {
        Some(path) => std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)),
        None => std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes),
    };
    done.map_err(|error| Failure::reading(name, &error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::new(exit::INPUT, "the text is longer than 4 MiB")
            .advise("Give it in parts.")
            .at(name.display()));
    }
    let no_text =
        |_| Failure::new(exit::INPUT, "this is no text in UTF-8").advise("Save it as UTF-8.").at(name.display());
    String::from_utf8(bytes).map_err(no_text)
}

fn show(warnings: &[TermWarning], text: &str, language: LabelLanguage, out: &Console) {
    if warnings.is_empty() {
        out.good(format_args!("No word of the list ({}) stands in it.", terms().edition()));
        return;
    }
    for warning in warnings {
        let (line, column) = position(text, warning.place.start);
        let instead = warning.term.instead(language);
        out.warn(format_args!("{line}:{column} \u{201c}{}\u{201d}: {instead}", word(warning, text)));
    }
    if language == LabelLanguage::Khmer {
        out.note(format_args!("Khmer list: {}", terms().km_status()));
    }
}

fn as_json(warning: &TermWarning, text: &str) -> serde_json::Value {
    let (line, column) = position(text, warning.place.start);
    json!({
        "term": warning.term.code,
        "line": line,
        "column": column,
        "start": warning.place.start,
        "end": warning.place.end,
        "instead_en": warning.term.instead_en,
        "instead_km": warning.term.instead_km,
    })
}

/// The word on one line, without what a terminal would act upon.
fn word(warning: &TermWarning, text: &str) -> String {
    let word = text.get(warning.place.clone()).unwrap_or_default();
    word.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Line and column, from 1, in characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
