//! `saferoom catalogue`: the data dictionary, the code lists, the purposes of use.

use saferoom::model::{
    Catalogue, CatalogueEntry, CodeEntry, LabelLanguage, ModelError, RecordForm, RecordSpec, catalogue, code_lists,
    km_status,
};
use serde_json::json;

use super::title_of;
use crate::args::CatalogueArgs;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(args: &CatalogueArgs, out: &Console) -> Result<(), Failure> {
    let catalogue = match args.vault.sign_in() {
        Some(sign_in) => sign_in.sign_in(out)?.catalogue()?,
        None => catalogue(),
    };
    if let Some(kind) = &args.form {
        return form(catalogue, kind, args, out);
    }
    match (args.purposes, args.lists) {
        (true, _) => purposes(args.json, out),
        (_, true) => lists(args.json, out),
        _ if args.json => out.json(&catalogue.entries()),
        _ => fields(catalogue, args, out),
    }
}

fn fields(catalogue: &Catalogue, args: &CatalogueArgs, out: &Console) -> Result<(), Failure> {
    let language = LabelLanguage::from_code(&args.lang).unwrap_or_default();
    let whose = if args.vault.path.is_some() { "vault" } else { "release" };
    out.line(format_args!("Every field that this {whose} records. Whose keys open it: compartment. A star: required."));
    if language == LabelLanguage::Khmer {
        out.line(format_args!("Khmer labels: {}", km_status()));
    }
    for record in catalogue.records() {
        out.heading(format_args!("{} ({})", title_in(record, language), record.name()));
        if args.help_texts {
            help(record, language, out);
            continue;
        }
        let entries = record.fields.iter().map(|field| CatalogueEntry::of(record, field));
        out.table(
            &["no.", "field", "what it is", "type", "compartment", "class", "extract"],
            entries.map(|entry| {
                let star = if entry.required { " *" } else { "" };
                [
                    entry.number.to_string(),
                    format!("{}{star}", entry.name),
                    entry.label_in(language).to_owned(),
                    type_of(&entry),
                    entry.compartment.to_owned(),
                    entry.class.to_owned(),
                    entry.release.unwrap_or("never").to_owned(),
                ]
            }),
        );
    }
    out.blank();
    out.note("Codes and their labels: saferoom catalogue --lists. What to write: --help-texts. For programs: --json.");
    Ok(())
}

/// All that a screen for this kind of record needs.
fn form(catalogue: &Catalogue, kind: &str, args: &CatalogueArgs, out: &Console) -> Result<(), Failure> {
    let record = catalogue.by_name(kind).ok_or(ModelError::NoSuchKind)?;
    out.json(&RecordForm::of(record, LabelLanguage::from_code(&args.lang).unwrap_or_default()))
}

/// What to write into each field of a record.
fn help(record: &RecordSpec, language: LabelLanguage, out: &Console) {
    out.note(record.help_in(language));
    let row =
        |field| [record.field_label_in(field, language).to_owned(), record.field_help_in(field, language).to_owned()];
    out.table(&["what it is", "what to write"], record.fields.iter().map(row));
}

fn title_in(record: &RecordSpec, language: LabelLanguage) -> String {
    match language {
        LabelLanguage::Khmer => record.label_in(language).to_owned(),
        _ => title_of(record),
    }
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
