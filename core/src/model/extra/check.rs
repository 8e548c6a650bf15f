//! What a form may do: add, restate, retire. It never touches a field of a release and never lowers protection.

use std::collections::{BTreeMap, BTreeSet};

use super::{ExtraField, FIRST_EXTRA_NUMBER, FormDocument, FormError, FormRule, MAX_FORM_FIELDS};
use crate::model::{
    Code, Compartment, FieldClass, ReleaseRule, SearchKind, ValueType, catalogue, code_lists, text::is_shown,
};

const LONGEST_NAME: usize = 64;
const LONGEST_LABEL: usize = 200;
const LONGEST_HELP: usize = 2000;

pub(super) fn path(record: &str, name: &str) -> String {
    format!("{record}.{name}")
}

fn refused(field: &ExtraField, rule: FormRule) -> FormError {
    FormError::Field { field: path(&field.record, &field.name), rule }
}

/// What can be checked of a document without those before it.
pub(super) fn alone(form: &FormDocument) -> Result<(), FormError> {
    if !(1..=100).contains(&form.name.chars().count()) || !is_shown(&form.name) {
        return Err(FormError::Name);
    }
    if form.fields.len() + form.retired.len() > MAX_FORM_FIELDS {
        return Err(FormError::TooLarge);
    }
    let mut numbers = BTreeSet::new();
    let mut names = BTreeSet::new();
    for field in &form.fields {
        let broken = broken_alone(field)
            .or_else(|| (!numbers.insert((&field.record, field.number))).then_some(FormRule::NumberTaken))
            .or_else(|| (!names.insert((&field.record, &field.name))).then_some(FormRule::NameTaken));
        if let Some(rule) = broken {
            return Err(refused(field, rule));
        }
    }
    match form.retired.iter().find(|(record, number)| !numbers.insert((record, *number))) {
        Some((record, number)) => {
            Err(FormError::Field { field: path(record, &number.to_string()), rule: FormRule::NumberTaken })
        }
        None => Ok(()),
    }
}

fn broken_alone(field: &ExtraField) -> Option<FormRule> {
    let Some(record) = catalogue().by_name(&field.record) else { return Some(FormRule::UnknownRecord) };
    let checks = [
        (field.number >= FIRST_EXTRA_NUMBER && field.number <= i64::MAX as u64, FormRule::BuiltInNumber),
        (is_name(&field.name), FormRule::Name),
        (record.field_named(&field.name).is_none(), FormRule::NameTaken),
        (has_texts(field), FormRule::Text),
        (
            record.compartments().contains(&field.compartment) && is_for_records(field.compartment),
            FormRule::Compartment,
        ),
        (
            (field.class == FieldClass::Narrative) == (field.value_type == ValueType::Narrative),
            FormRule::NarrativeClass,
        ),
        (field.release.is_none_or(|release| may_leave(field.class, release)), FormRule::Release),
        (field.search.is_none_or(|search| can_be_searched(field.value_type, search)), FormRule::Search),
        (has_codes(field), FormRule::Codes),
    ];
    checks.into_iter().find(|(kept, _)| !kept).map(|(_, rule)| rule)
}

fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(allowed)
}

fn has_texts(field: &ExtraField) -> bool {
    let fits = |text: &str, longest| text.len() <= longest && is_shown(text);
    [&field.label, &field.label_km].into_iter().all(|text| fits(text, LONGEST_LABEL))
        && [&field.help, &field.help_km].into_iter().all(|text| fits(text, LONGEST_HELP))
        && field.choices.iter().all(|choice| fits(&choice.en, LONGEST_LABEL) && fits(&choice.km, LONGEST_LABEL))
}

/// The compartments of keys and derived values hold no fields of records.
const fn is_for_records(compartment: Compartment) -> bool {
    !matches!(compartment, Compartment::Search | Compartment::Statistics | Compartment::Oversight | Compartment::Roster)
}

/// As the fields of a release: see the derive macro.
const fn may_leave(class: FieldClass, release: ReleaseRule) -> bool {
    match class {
        FieldClass::Narrative | FieldClass::Linkage => false,
        FieldClass::Direct => !matches!(release, ReleaseRule::AsIs),
        _ => true,
    }
}

const fn can_be_searched(value_type: ValueType, search: SearchKind) -> bool {
    match search {
        SearchKind::Exact | SearchKind::Name | SearchKind::Phone => matches!(value_type, ValueType::Text),
        SearchKind::Date => matches!(value_type, ValueType::Date),
        SearchKind::Place => matches!(value_type, ValueType::Place),
    }
}

fn has_codes(field: &ExtraField) -> bool {
    let coded = field.value_type == ValueType::Code;
    match (&field.code_list, field.choices.as_slice()) {
        (None, []) => !coded,
        (Some(list), []) => coded && code_lists().list(list).is_some(),
        (None, choices) => {
            let codes: BTreeSet<_> = choices.iter().map(|choice| &choice.code).collect();
            let plain = |choice: &&crate::model::CodeEntry| {
                choice.parent.is_none() && !choice.critical && Code::parse(&choice.code).is_ok()
            };
            coded && codes.len() == choices.len() && choices.iter().filter(plain).count() == choices.len()
        }
        (Some(_), _) => false,
    }
}

/// The extra fields of a vault after some forms: by kind and number, with those that are retired.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) fields: BTreeMap<(String, u64), (ExtraField, bool)>,
}

impl Standing {
    /// Takes the next form; refuses it as a whole if one field breaks a rule.
    pub(super) fn take(&mut self, form: &FormDocument) -> Result<(), FormError> {
        for field in &form.fields {
            let key = (field.record.clone(), field.number);
            let broken = match self.fields.get(&key) {
                Some((earlier, retired)) => broken_after(field, earlier, *retired),
                None => {
                    let same = |(earlier, _): &&(ExtraField, bool)| {
                        (&earlier.record, &earlier.name) == (&field.record, &field.name)
                    };
                    self.fields.values().find(same).map(|_| FormRule::NameTaken)
                }
            };
            if let Some(rule) = broken {
                return Err(refused(field, rule));
            }
            self.fields.insert(key, (field.clone(), false));
        }
        for (record, number) in &form.retired {
            match self.fields.get_mut(&(record.clone(), *number)) {
                Some((_, retired @ false)) => *retired = true,
                _ => {
                    let field = path(record, &number.to_string());
                    return Err(FormError::Field { field, rule: FormRule::NothingToRetire });
                }
            }
        }
        Ok(())
    }
}

/// What a field that an earlier form has declared may not become.
fn broken_after(field: &ExtraField, earlier: &ExtraField, retired: bool) -> Option<FormRule> {
    // The search too: records that were written before stand in the index as it was then.
    let fixed = |field: &ExtraField| {
        (field.compartment, field.value_type, field.repeated, field.search, field.code_list.clone())
    };
    let codes_stay = earlier.choices.iter().all(|old| field.choices.iter().any(|new| new.code == old.code));
    if retired || field.name != earlier.name {
        Some(FormRule::NumberTaken)
    } else if rank(field.class) < rank(earlier.class) {
        Some(FormRule::ClassLowered)
    } else if fixed(field) != fixed(earlier) || !codes_stay {
        Some(FormRule::Changed)
    } else {
        None
    }
}

/// How much a class protects.
const fn rank(class: FieldClass) -> u8 {
    match class {
        FieldClass::Operational => 0,
        FieldClass::Quasi => 1,
        FieldClass::Sensitive => 2,
        FieldClass::Direct => 3,
        FieldClass::Linkage => 4,
        FieldClass::Narrative => 5,
    }
}
