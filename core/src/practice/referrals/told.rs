//! A referral as the service reads it: verified against its share manifest, then with labels for people and as JSON for
//! programs. Needs no vault.

use serde_json::{Value as Json, json};

use crate::access::packet::{PacketError, ReferralPart, ShareManifest};
use crate::model::{DynamicRecord, FieldSpec, LabelLanguage, RecordSpec, Value, catalogue, code_lists};

/// What a service was told.
#[derive(Clone)]
pub struct ToldReferral {
    ticket: Vec<u8>,
    manifest: ShareManifest,
    records: Vec<DynamicRecord>,
}

/// One field, for people.
#[derive(Clone, PartialEq, Eq)]
pub struct ToldField {
    /// What it is called.
    pub label: String,
    /// What it says: codes by their labels.
    pub value: String,
}

impl ToldReferral {
    /// Reads the two parts of a packet.
    ///
    /// # Errors
    /// [`PacketError::ShareManifest`] if the one does not list exactly what the other tells; [`PacketError::Content`];
    /// [`PacketError::TooNew`] if this release lacks a kind or a field of it: nothing is left out silently.
    pub fn read(referral: &[u8], manifest: &[u8]) -> Result<Self, PacketError> {
        let (part, manifest) = (ReferralPart::decode(referral)?, ShareManifest::decode(manifest)?);
        manifest.verify(referral, &part)?;
        let records = part.records.iter().map(|record| record.record(catalogue())).collect::<Result<_, _>>()?;
        Ok(Self { ticket: part.ticket, manifest, records })
    }

    /// What goes back with an answer.
    #[must_use]
    pub fn ticket(&self) -> &[u8] {
        &self.ticket
    }

    /// What was told, by the manifest.
    #[must_use]
    pub fn manifest(&self) -> &ShareManifest {
        &self.manifest
    }

    /// The records.
    #[must_use]
    pub fn records(&self) -> &[DynamicRecord] {
        &self.records
    }

    /// For people: what each record is, and its fields, in a language.
    #[must_use]
    pub fn in_language(&self, language: LabelLanguage) -> Vec<(String, Vec<ToldField>)> {
        let of = |record: &DynamicRecord| {
            let spec = record.spec();
            let fields = record.iter().map(|(field, value)| shown(spec, field, value, language)).collect();
            (spec.label_in(language).to_owned(), fields)
        };
        self.records.iter().map(of).collect()
    }

    /// For programs: fields by their names, codes as they are.
    #[must_use]
    pub fn json(&self) -> Json {
        let record = |record: &DynamicRecord| {
            let fields = record.iter().map(|(field, value)| (field.name.to_owned(), plain(value)));
            json!({ "kind": record.spec().name(), "fields": fields.collect::<serde_json::Map<_, _>>() })
        };
        json!({
            "purpose": self.manifest.purpose,
            "consent_rules": self.manifest.edition,
            "ground": self.manifest.ground,
            "records": self.records.iter().map(record).collect::<Vec<_>>(),
        })
    }
}

impl std::fmt::Debug for ToldReferral {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ToldReferral({} records, redacted)", self.records.len())
    }
}

impl std::fmt::Debug for ToldField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ToldField(redacted)")
    }
}

fn shown(spec: &RecordSpec, field: &FieldSpec, value: &Value, language: LabelLanguage) -> ToldField {
    let label = spec.field_label_in(field, language).to_owned();
    let text = |value: &Value| match (value, field.code_list) {
        (Value::Code(code), Some(list)) => label_of(list, code.as_str(), language),
        (Value::Bool(value), _) => yes_or_no(*value, language).to_owned(),
        (other, _) => other.to_plain_text(),
    };
    let value = match value {
        Value::List(items) => items.iter().map(text).collect::<Vec<_>>().join("; "),
        other => text(other),
    };
    ToldField { label, value }
}

/// A code that the list lacks is shown as it is.
fn label_of(list: &str, code: &str, language: LabelLanguage) -> String {
    let entry = code_lists().list(list).and_then(|list| list.entry(code));
    let label = entry.map(|entry| if language == LabelLanguage::Khmer { &entry.km } else { &entry.en });
    label.map_or(code, String::as_str).to_owned()
}

const fn yes_or_no(value: bool, language: LabelLanguage) -> &'static str {
    match (value, language) {
        (true, LabelLanguage::Khmer) => "បាទ/ចាស",
        (false, LabelLanguage::Khmer) => "ទេ",
        (true, _) => "yes",
        (false, _) => "no",
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Unsigned(number) => json!(number),
        Value::List(items) => items.iter().map(plain).collect(),
        other => json!(other.to_plain_text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::packet::ToldRecord;
    use crate::model::records::{Child, Referral};
    use crate::model::{Coded, FieldBuffer, Record, Text};
    use crate::seal::sha256;

    fn dynamic<R: Record>(record: &R) -> DynamicRecord {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        DynamicRecord::decode(R::spec(), &fields).unwrap()
    }

    fn parts() -> (Vec<u8>, ShareManifest) {
        let child = Child {
            family_name_latin: Text::new("Sokha").ok(),
            sex: Some(Coded::new("female").unwrap()),
            interpreter_needed: Some(true),
            ..Child::default()
        };
        let referral = Referral { service_type: Some(Coded::new("shelter").unwrap()), ..Referral::default() };
        let records = [dynamic(&child), dynamic(&referral)].map(|record| ToldRecord::of(&record).unwrap());
        let part = ReferralPart { ticket: vec![1], records: records.into() };
        let manifest = ShareManifest {
            referral: sha256(&part.encode()),
            purpose: "referral".into(),
            recipient_kind: "service_provider".into(),
            edition: "2026-1".into(),
            ground: None,
            records: ShareManifest::fields_of(&part),
        };
        (part.encode().to_vec(), manifest)
    }

    #[test]
    fn people_read_labels_and_programs_read_codes() {
        let (part, manifest) = parts();
        let told = ToldReferral::read(&part, &manifest.encode()).unwrap();
        let english = told.in_language(LabelLanguage::English);
        let texts: Vec<_> = english.iter().flat_map(|(_, fields)| fields).map(|field| field.value.as_str()).collect();
        assert_eq!(texts, ["Sokha", "Female", "yes", "Shelter"]);
        let khmer = told.in_language(LabelLanguage::Khmer);
        assert!(khmer[1].1[0].value.contains("ផ្ទះសំណាក់"), "codes have Khmer labels");
        let json = told.json();
        assert_eq!(json["records"][0]["fields"]["sex"], "female");
        assert_eq!(json["records"][0]["fields"]["interpreter_needed"], true);
        assert!(!format!("{told:?}{:?}", english[0].1).contains("Sokha"));
    }

    #[test]
    fn what_the_manifest_does_not_list_is_not_shown() {
        let (part, manifest) = parts();
        let mut less = manifest.clone();
        less.records[0].1.pop();
        assert_eq!(ToldReferral::read(&part, &less.encode()).err(), Some(PacketError::ShareManifest));
        let other = ShareManifest { referral: [0; 32], ..manifest };
        assert_eq!(ToldReferral::read(&part, &other.encode()).err(), Some(PacketError::ShareManifest));
    }
}
