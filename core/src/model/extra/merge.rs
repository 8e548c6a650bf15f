//! Specs that hold the fields of this release and the extra ones. Specs are `&'static` everywhere, so those of each distinct
//! set of forms are made once per process and never freed; their number is bounded.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::check::Standing;
use super::{ExtraField, FormDocument, FormError};
use crate::model::{Catalogue, FieldNumber, FieldSpec, RecordSpec, catalogue};
use crate::seal::{LabelledInput, sha256};

/// Most distinct sets of forms of one process.
const MAX_SETS: usize = 64;

static KNOWN: Mutex<BTreeMap<[u8; 32], &'static Catalogue>> = Mutex::new(BTreeMap::new());

/// The catalogue of this release with the extra fields of these forms, in the order in which they were signed. A retired
/// field stays readable, and is no longer required.
///
/// The same forms get the same specs; those of a new set take memory (about 100 bytes a field, and its texts) until the
/// process ends, for at most 64 sets.
///
/// # Errors
/// [`FormError`] that names field and rule; [`FormError::TooMany`].
pub fn extended_catalogue(forms: &[FormDocument]) -> Result<&'static Catalogue, FormError> {
    if forms.is_empty() {
        return Ok(catalogue());
    }
    let mut standing = Standing::default();
    forms.iter().try_for_each(|form| standing.take(form))?;
    let parts = forms.iter().fold(LabelledInput::new("saferoom/forms"), |input, form| input.part(&form.encode()));
    let digest = sha256(parts.as_bytes());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = known.get(&digest) {
        return Ok(made);
    }
    if known.len() >= MAX_SETS {
        return Err(FormError::TooMany);
    }
    let made: &'static Catalogue = Box::leak(Box::new(Catalogue::of(extended(standing))));
    known.insert(digest, made);
    Ok(made)
}

fn extended(standing: Standing) -> Vec<&'static RecordSpec> {
    let mut extra: BTreeMap<String, Vec<FieldSpec>> = BTreeMap::new();
    for ((record, _), (field, retired)) in standing.fields {
        extra.entry(record).or_default().extend(spec(field, retired));
    }
    let extend = |record: &&'static RecordSpec| -> &'static RecordSpec {
        let Some(more) = extra.remove(record.name()) else { return record };
        let fields: Vec<FieldSpec> = record.fields.iter().copied().chain(more).collect();
        Box::leak(Box::new(RecordSpec { fields: Vec::leak(fields), ..**record }))
    };
    catalogue().records().iter().map(extend).collect()
}

fn spec(field: ExtraField, retired: bool) -> Option<FieldSpec> {
    let number = FieldNumber::checked(field.number)?;
    let field: &'static ExtraField = Box::leak(Box::new(field));
    Some(FieldSpec {
        number,
        name: &field.name,
        label: &field.label,
        help: &field.help,
        compartment: field.compartment,
        class: field.class,
        evidence: false,
        search: field.search,
        release: field.release,
        value_type: field.value_type,
        repeated: field.repeated,
        required: field.required && !retired,
        code_list: field.code_list.as_deref(),
        extra: Some(field),
    })
}
