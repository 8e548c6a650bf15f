//! What may not be declared, because it would let something out that has to stay in.

use std::collections::BTreeMap;

use syn::Type;

use crate::declare::{FieldDeclaration, bare_name};
use crate::errors::Errors;
use crate::vocabulary::Term;

/// Why what a person said has a class of its own.
pub(crate) const NARRATIVE_CLASS: &str =
    "a `Narrative` is what a person said: write `class = narrative`; for any other text use `Text`";

/// Checks the fields of a record against each other.
pub(crate) fn check(fields: &[FieldDeclaration], errors: &mut Errors) {
    let mut taken = BTreeMap::new();
    for field in fields {
        let (number, written) = &field.number;
        if let Some(other) = taken.insert(*number, &field.name) {
            errors.at(written, format!("number {number} belongs to `{other}`; give this field one that is free"));
        }
    }
}

/// Checks that the release rule and the type of a field fit its class.
pub(crate) fn check_class(class: Option<&Term>, release: Option<&Term>, field: &Type, errors: &mut Errors) {
    let Some(class) = class else {
        return;
    };
    if let Some(release) = release
        && let Some(objection) = release_objection(class.name, release.name)
    {
        errors.at(&release.written, objection);
    }
    if class.name != "narrative" && bare_name(field).is_some_and(|name| name == "Narrative") {
        errors.at(&class.written, NARRATIVE_CLASS);
    }
}

fn release_objection(class: &str, release: &str) -> Option<&'static str> {
    match (class, release) {
        ("narrative", _) => Some("what a person said never leaves in an extract: remove `release`"),
        ("linkage", _) => Some("a token that links records never leaves in an extract: remove `release`"),
        ("direct", "as_is") => Some(
            "what identifies a person never leaves as it is: remove `release`, or generalise it, such as \
             `release = age_in_years`, `province` or `present`",
        ),
        _ => None,
    }
}
