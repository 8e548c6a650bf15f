//! The vectors in `tests/vectors/model/forms.json`: form documents as they are written and as they are stored.

use serde_json::{Value as Json, json};

use super::tests::FORM;
use super::{FormDocument, FormError};
use crate::vectors::{Refusal, Run, bad, bytes, good, hex, hold, text, write};

const FILES: [(&str, Run); 1] = [("forms", form)];

#[test]
fn form_vectors_hold() {
    hold("model", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/model/forms.json"]
fn write_form_vectors() {
    write("model", "forms", form, make());
}

/// `toml` gives the stored bytes, `stored` gives what they say.
fn form(vector: &Json) -> Result<Json, Refusal> {
    if vector["stored"].is_null() {
        let form = FormDocument::parse(text(&vector["toml"])).map_err(named)?;
        return Ok(json!({ "stored": hex(form.encode()) }));
    }
    let stored = bytes(&vector["stored"]);
    let form = FormDocument::decode(&stored).map_err(named)?;
    assert_eq!(form.encode(), stored);
    Ok(json!({ "form": form }))
}

/// A broken rule is named by itself.
fn named(error: FormError) -> Refusal {
    let rule = match &error {
        FormError::Field { rule, .. } => Some(*rule),
        _ => None,
    };
    let refusal = Refusal::from(error);
    rule.map_or_else(|| refusal.clone(), |rule| refusal.clone().named(&rule))
}

fn make() -> Vec<Json> {
    let stored = FormDocument::parse(FORM).unwrap().encode();
    let mut vectors = vec![
        good("a form with two fields", "", json!({ "toml": FORM })),
        good("the same form, stored", "", json!({ "stored": hex(&stored) })),
    ];
    for (name, from, to, error) in [
        ("a number of the release", "4294967296", "10", "built-in-number"),
        ("one number twice", "4294967296", "4294967297", "number-taken"),
        ("a name of the release", "\"commune_card\"", "\"family_name\"", "name-taken"),
        ("a name with a capital letter", "\"commune_card\"", "\"Card\"", "name"),
        ("an unknown kind of record", "record = \"child\"", "record = \"nothing\"", "unknown-record"),
        ("an unknown compartment", "\"identity\"", "\"nothing\"", "unknown-word"),
        ("a compartment that its kind has not", "\"identity\"", "\"oversight\"", "compartment"),
        ("a search that its type has not", "search = \"exact\"", "search = \"date\"", "search"),
        ("a release of a direct field", "search = \"exact\"", "release = \"as_is\"", "release"),
        ("a long text that is not classed as one", "type = \"text\"", "type = \"narrative\"", "narrative-class"),
        ("one code twice", "\"by_car\"", "\"on_foot\"", "codes"),
        ("an empty help text", "\"As on the card.\"", "\" \"", "text"),
        ("format 2", "version = 1", "version = 2", "version"),
        ("a word that is none of a form", "required = true", "needed = true", "toml"),
    ] {
        vectors.push(bad(name, error, "", json!({ "toml": FORM.replacen(from, to, 1) })));
    }
    for (name, bytes) in [
        ("stored: a byte too many", [&stored[..], &[0]].concat()),
        ("stored: the last byte is missing", stored[..stored.len() - 1].to_vec()),
        ("stored: no bytes", Vec::new()),
    ] {
        vectors.push(bad(name, "encoding", "", json!({ "stored": hex(&bytes) })));
    }
    vectors
}
