//! `saferoom catalogue`: the data dictionary, the code lists, the purposes of use.

use saferoom::model::{CatalogueEntry, CodeEntry, catalogue, code_lists};
use serde_json::json;

use super::title_of;
use crate::args::CatalogueArgs;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(args: &CatalogueArgs, out: &Console) -> Result<(), Failure> {
    match (args.purposes, args.lists) {
        (true, _) => purposes(args.json, out),
        (_, true) => lists(args.json, out),
        _ => fields(args.json, out),
    }
}

fn fields(as_json: bool, out: &Console) -> Result<(), Failure> {
    if as_json {
        return out.json(&catalogue().entries());
    }
    out.line("Every field that this release records. Whose keys open it: compartment. A star: required.");
    for record in catalogue().records() {
        out.heading(format_args!("{} ({})", title_of(record), record.name()));
        let entries = record.fields.iter().map(|field| CatalogueEntry::of(record, field));
        out.table(
            &["no.", "field", "what it is", "type", "compartment", "class", "extract"],
            entries.map(|entry| {
                let star = if entry.required { " *" } else { "" };
                [
                    entry.number.to_string(),
                    format!("{}{star}", entry.name),
                    entry.label.to_owned(),
                    type_of(&entry),
                    entry.compartment.to_owned(),
                    entry.class.to_owned(),
                    entry.release.unwrap_or("never").to_owned(),
                ]
            }),
        );
    }
    out.blank();
    out.note("Codes and their labels: saferoom catalogue --lists. For programs: --json.");
    Ok(())
}

fn type_of(entry: &CatalogueEntry) -> String {
    let kind = entry.code_list.unwrap_or(entry.value_type);
    if entry.repeated { format!("list of {kind}") } else { kind.to_owned() }
}

fn lists(as_json: bool, out: &Console) -> Result<(), Failure> {
    if as_json {
        return out.json(&code_lists().all());
    }
    out.line(format_args!("Khmer labels: {}", code_lists().km_status()));
    for list in code_lists().all() {
        out.heading(&list.name);
        out.note(&list.source);
        out.table(
            &["code", "English", "Khmer", "in extracts"],
            list.entries.iter().map(|entry| {
                let CodeEntry { code, en, km, parent, .. } = entry.clone();
                let coarse = parent.unwrap_or_else(|| code.clone());
                [code, en, km, coarse]
            }),
        );
    }
    Ok(())
}

fn purposes(as_json: bool, out: &Console) -> Result<(), Failure> {
    let entries = |list: &str| code_lists().list(list).map(|list| list.entries.as_slice()).unwrap_or_default();
    let hl7_of = |entry: &CodeEntry| entry.parent.clone().unwrap_or_else(|| entry.code.clone());
    let (local, hl7) = (entries("cp_purpose"), entries("hl7_purpose"));
    if as_json {
        let both =
            local.iter().map(|entry| (entry, hl7_of(entry))).chain(hl7.iter().map(|entry| (entry, entry.code.clone())));
        let rows: Vec<_> = both
            .map(|(entry, hl7)| json!({ "code": entry.code, "en": entry.en, "km": entry.km, "hl7": hl7 }))
            .collect();
        return out.json(&rows);
    }
    let row = |entry: &CodeEntry| [entry.code.clone(), entry.en.clone(), entry.km.clone()];
    out.line("What --purpose takes. Every read and write states one of these; the log keeps it.");
    out.heading("Child protection");
    out.table(
        &["code", "English", "Khmer", "HL7"],
        local.iter().map(|entry| [&row(entry)[..], &[hl7_of(entry)]].concat()),
    );
    out.heading("HL7 purposes of use");
    out.table(&["code", "English", "Khmer"], hl7.iter().map(row));
    out.blank();
    out.note("BTG, emergency access, needs a --reason as well.");
    Ok(())
}
