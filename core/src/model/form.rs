//! All that a host needs to draw the screen for a kind of record, in one language: nothing has to be known beside it.

use serde::Serialize;

use super::{CodeEntry, Condition, FieldSpec, LabelLanguage, RecordSpec, SearchKind, code_lists, rules};

/// The form of one kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordForm {
    /// Name of the kind.
    pub record: &'static str,
    /// What it is.
    pub label: &'static str,
    /// When to make one.
    pub help: &'static str,
    /// The language of all texts, by its code of ISO 639-1; what has no translation is in English.
    pub language: &'static str,
    /// How far the translation has been checked; none for English.
    pub translation: Option<&'static str>,
    /// Names of the kinds that it may stand below.
    pub below: Vec<&'static str>,
    /// How many may stand below one parent; none: as many as there are.
    pub at_most: Option<u32>,
    /// Its fields, in the order of the screen: ascending by number.
    pub fields: Vec<FieldForm>,
}

/// One field on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldForm {
    /// Name of the field.
    pub name: &'static str,
    /// Its number.
    pub number: u64,
    /// What it is.
    pub label: &'static str,
    /// What to write into it and what not.
    pub help: &'static str,
    /// What it holds: `text`, `narrative`, `code`, `date`, `time`, `place`, `bool`, `unsigned`, `id`.
    #[serde(rename = "type")]
    pub value_type: &'static str,
    /// Whether it takes several values.
    pub repeated: bool,
    /// Whether a record without it is refused, whatever else stands in it.
    pub required: bool,
    /// When else it is needed: if all conditions of one of the lists hold.
    pub required_when: Vec<Vec<Condition>>,
    /// What can be chosen, in this order; empty for fields that are no codes.
    pub choices: Vec<Choice>,
    /// Whose keys open it.
    pub compartment: &'static str,
    /// How sensitive it is.
    pub class: &'static str,
    /// Whether a court may rely on it.
    pub evidence: bool,
    /// How it can be searched.
    pub search: Option<&'static str>,
}

/// One answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is recorded.
    pub code: String,
    /// What is shown.
    pub label: String,
    /// Whether a room or an interview fails without it, for items of a checklist.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
}

impl RecordForm {
    /// The form of a kind of record in a language. The choices are from the code lists in use when it is called.
    #[must_use]
    pub fn of(record: &RecordSpec, language: LabelLanguage) -> Self {
        Self {
            record: record.name(),
            label: record.label_in(language),
            help: record.help_in(language),
            language: language.code(),
            translation: (language != LabelLanguage::English).then(super::km_status),
            below: record.parents.iter().map(|kind| kind.name()).collect(),
            at_most: record.at_most,
            fields: record.fields.iter().map(|field| FieldForm::of(record, field, language)).collect(),
        }
    }
}

impl FieldForm {
    fn of(record: &RecordSpec, field: &FieldSpec, language: LabelLanguage) -> Self {
        let conditions = rules().required_when(record.kind, field.number);
        Self {
            name: field.name,
            number: field.number.get(),
            label: record.field_label_in(field, language),
            help: record.field_help_in(field, language),
            value_type: field.value_type.name(),
            repeated: field.repeated,
            required: field.required,
            required_when: conditions.into_iter().map(<[_]>::to_vec).collect(),
            choices: choices(field, language),
            compartment: field.compartment.name(),
            class: field.class.name(),
            evidence: field.evidence,
            search: field.search.map(SearchKind::name),
        }
    }
}

fn choices(field: &FieldSpec, language: LabelLanguage) -> Vec<Choice> {
    let shipped = || Some(code_lists().list(field.code_list?)?.entries.as_slice());
    let own = field.extra.map(|extra| extra.choices.as_slice()).filter(|choices| !choices.is_empty());
    let choice = |entry: &CodeEntry| {
        let label = match language {
            LabelLanguage::English => &entry.en,
            LabelLanguage::Khmer => &entry.km,
        };
        Choice { code: entry.code.clone(), label: label.clone(), critical: entry.critical }
    };
    own.or_else(shipped).unwrap_or_default().iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ValueType, catalogue};

    fn form(kind: &str, language: LabelLanguage) -> RecordForm {
        RecordForm::of(catalogue().by_name(kind).unwrap(), language)
    }

    #[test]
    fn a_form_has_all_that_a_screen_needs() {
        for (record, language) in
            catalogue().records().iter().flat_map(|r| LabelLanguage::ALL.iter().map(move |l| (r, *l)))
        {
            let form = RecordForm::of(record, language);
            assert_eq!(form.fields.len(), record.fields.len());
            for field in &form.fields {
                let path = format!("{}.{}", form.record, field.name);
                assert!(!field.label.is_empty() && !field.help.is_empty(), "{path}");
                assert_eq!(field.value_type == ValueType::Code.name(), !field.choices.is_empty(), "{path}");
                assert!(field.choices.iter().all(|choice| !choice.label.trim().is_empty()), "{path}");
                let names = |name: &str| record.field_named(name).is_some();
                assert!(field.required_when.iter().flatten().all(|condition| names(&condition.field)), "{path}");
            }
        }
    }

    #[test]
    fn languages_differ_and_codes_do_not() {
        let (english, khmer) = (form("interview", LabelLanguage::English), form("interview", LabelLanguage::Khmer));
        assert_ne!(english.label, khmer.label);
        assert_eq!((english.translation, english.language, khmer.language), (None, "en", "km"));
        assert!(khmer.translation.unwrap().contains("draft"));
        let codes = |form: &RecordForm| -> Vec<String> {
            form.fields.iter().flat_map(|field| &field.choices).map(|choice| choice.code.clone()).collect()
        };
        assert_eq!(codes(&english), codes(&khmer));
    }

    #[test]
    fn conditions_are_for_programs() {
        let json = serde_json::to_value(form("interview", LabelLanguage::Khmer)).unwrap();
        let reason =
            json["fields"].as_array().unwrap().iter().find(|field| field["name"] == "no_recording_reason").unwrap();
        assert_eq!(reason["required_when"], serde_json::json!([[{ "field": "recording", "is": ["none"] }]]));
        assert_eq!((&reason["type"], &reason["required"]), (&"code".into(), &false.into()));
        assert_eq!(reason["choices"][0]["code"], "refused_by_child");
    }
}
