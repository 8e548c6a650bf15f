//! Whether a record keeps the rules of its kind. All that it breaks is named at once.

use super::encoding::{Item, Reader};
use super::value::check_item;
use super::{FieldBuffer, FieldSpec, ModelError, RecordSpec, ValueError, Violation};

/// Name of a field that the kind lacks, in [`Violation::field`].
const UNKNOWN_FIELD: &str = "(unknown)";

/// Checks the encoded fields of a whole record. Allocates nothing unless a rule is broken.
///
/// The rules: `required`, a field that has to be there; `type`, the value is what its field declares; `known-code`,
/// each code is in its list; `known-field`, the kind has such a field.
///
/// A revision of a record that a newer release wrote keeps the codes it has: [`Session::amend`](crate::Session::amend)
/// forgives `known-code` for codes that stood in the same field before.
///
/// # Errors
/// [`ModelError::Invalid`] with all violations.
pub fn validate(spec: &'static RecordSpec, fields: &FieldBuffer) -> Result<(), ModelError> {
    let kind = spec.name();
    let mut violations = Vec::new();
    for field in spec.fields {
        let broken = match fields.get(field.number) {
            None => field.required.then_some("required"),
            Some(bytes) => match check(field, bytes) {
                Err(_) => Some("type"),
                Ok(false) => Some("known-code"),
                Ok(true) => None,
            },
        };
        violations.extend(broken.map(|rule| Violation { kind, field: field.name, rule }));
    }
    let unknown = fields.iter().filter(|(number, _)| spec.field(*number).is_none());
    violations.extend(unknown.map(|_| Violation { kind, field: UNKNOWN_FIELD, rule: "known-field" }));
    if violations.is_empty() { Ok(()) } else { Err(ModelError::Invalid(violations)) }
}

/// Whether the bytes are a value of the field, and then, whether all codes in it are known.
fn check(field: &FieldSpec, bytes: &[u8]) -> Result<bool, ValueError> {
    let mut reader = Reader::new(bytes);
    let count = if field.repeated { reader.list()? } else { 1 };
    let mut known = true;
    for _ in 0..count {
        let item = reader.item()?;
        check_item(field.value_type, item)?;
        if let (Some(list), Item::Text(code)) = (field.code_list, item) {
            known &= is_known(list, code);
        }
    }
    reader.end()?;
    Ok(known)
}

/// Whether every code of `new` that its list lacks stands in `old` too, the same field of the revision before.
pub(crate) fn carries_over(field: &FieldSpec, new: &[u8], old: &[u8]) -> Result<bool, ValueError> {
    let Some(list) = field.code_list else { return Ok(false) };
    let kept = codes(field, old)?;
    Ok(codes(field, new)?.iter().all(|code| is_known(list, code) || kept.contains(code)))
}

/// The codes of a field.
fn codes<'a>(field: &FieldSpec, bytes: &'a [u8]) -> Result<Vec<&'a str>, ValueError> {
    let mut reader = Reader::new(bytes);
    let count = if field.repeated { reader.list()? } else { 1 };
    (0..count).map(|_| reader.item()?.text("code")).collect()
}

/// Whether the list has the code.
fn is_known(list: &str, code: &str) -> bool {
    super::code_lists().list(list).is_some_and(|list| list.entry(code).is_some())
}
