//! Whole sealed records with their data keys: they open for ever.

use serde_json::{Value, json};

use super::super::groups::{Groups, push_group};
use super::{head_parts, place};
use crate::keys::{DataKey, DataKeyPlace};
use crate::model::records::Child;
use crate::model::{
    Coded, Compartment, DynamicRecord, FieldBuffer, FieldNumber, Narrative, PartialDate, PlaceCode, Record, RecordKind,
    RecordSpec, Text, catalogue, samples,
};
use crate::seal::{open_group, seal_group};
use crate::vault::{Error, IntegrityError};
use crate::vectors::{Refusal, bytes, changed, fixed, flipped, good, hex, list, number};

/// The commitment of a listed data key, in the place of a vector.
fn commitment(vector: &Value, listed: &Value, key: &DataKey) -> [u8; 32] {
    let parts = head_parts(vector);
    let place = DataKeyPlace {
        scope: parts.scope,
        compartment: number(&listed["compartment"]),
        generation: number(&listed["generation"]),
    };
    key.commitment(parts.vault, &place)
}

/// A vector's data key of this ordinal.
fn data_key(vector: &Value, ordinal: u16) -> Option<(&Value, DataKey)> {
    let listed = list(&vector["data_keys"]).iter().find(|listed| number::<u16>(&listed["ordinal"]) == ordinal)?;
    Some((listed, DataKey::from_bytes_for_vectors(&fixed(&listed["key"]))))
}

pub(super) fn run(vector: &Value) -> Result<Value, Refusal> {
    let (parts, groups) = (head_parts(vector), bytes(&vector["groups"]));
    let digest = parts
        .digest(&groups, |ordinal| data_key(vector, ordinal).map(|(listed, key)| commitment(vector, listed, &key)))?;
    let mut fields = FieldBuffer::new();
    let opened = fields.append_unordered(|out, add| {
        for group in Groups::new(&groups) {
            let group = group?;
            let (listed, key) = data_key(vector, group.ordinal).ok_or(IntegrityError::Head)?;
            let (compartment, generation) = (number(&listed["compartment"]), number(&listed["generation"]));
            let parts = parts.of_group(&group);
            let context = parts.group_context(compartment, generation, commitment(vector, listed, &key));
            open_group(key.secret(), &context, group.sealed, out, |_| true, &mut *add)?;
        }
        Ok::<_, Error>(())
    });
    opened.map_err(|error| match error {
        Error::Seal(error) => Refusal::from(error),
        Error::Integrity(error) => error.into(),
        other => other.into(),
    })?;
    let spec = catalogue().by_kind(RecordKind::from_number(parts.kind).unwrap()).unwrap();
    let record = DynamicRecord::decode(spec, &fields)?;
    let known = record.iter().map(|(field, value)| (field.name.to_owned(), json!(value.to_plain_text())));
    let unknown = fields.iter().filter(|(number, _)| spec.field(*number).is_none());
    Ok(json!({
        "digest": hex(digest),
        "fields": Value::Object(known.collect()),
        "unknown": unknown.map(|(number, value)| json!([number.to_string(), hex(value)])).collect::<Vec<_>>(),
    }))
}

fn child() -> Child {
    let text = |text: &str| Some(Text::new(text).unwrap());
    Child {
        family_name: text("សុខ"),
        given_name: text("ស្រីមុំ"),
        family_name_latin: text("Sok"),
        given_name_latin: text("Sreymom"),
        other_names: vec![Text::new("Mom").unwrap(), Text::new("មុំ").unwrap()],
        code_name: text("Lotus"),
        date_of_birth: Some(PartialDate::parse("2014-05~").unwrap()),
        date_of_birth_estimated: Some(true),
        phones: vec![Text::new("+855 00 000 000").unwrap()],
        home_village: Some(PlaceCode::parse("12040506").unwrap()),
        home_district: Some(PlaceCode::parse("1204").unwrap()),
        trusted_people: Some(Narrative::new("Aunt, next door.\nឪពុកធំ").unwrap()),
        sex: Some(Coded::new("female").unwrap()),
        role: Some(Coded::new("victim").unwrap()),
        languages: vec![Coded::new("km").unwrap(), Coded::new("en").unwrap()],
        interpreter_needed: Some(false),
        prior_victimisation: Some(Coded::new("no").unwrap()),
        siblings: vec![crate::id::RecordId::from_bytes([0x21; 16])],
        ..Child::default()
    }
}

/// Seals fields of a child as a session does, with data keys that the vector lists.
fn sealed(name: &str, comment: &str, fields: &FieldBuffer) -> Value {
    let compartments = [Compartment::Operations, Compartment::Identity, Compartment::Profile, Compartment::Offence];
    sealed_as(Child::spec(), &compartments, (name, comment), fields)
}

/// As [`sealed`], for any kind, with the data keys in this order.
fn sealed_as(
    spec: &RecordSpec,
    compartments: &[Compartment],
    (name, comment): (&str, &str),
    fields: &FieldBuffer,
) -> Value {
    let mut vector = place();
    vector["kind"] = json!(spec.kind.number());
    // Extra fields lie in the compartment of identity here.
    let compartment_of = |number| spec.field(number).map_or(Compartment::Identity, |field| field.compartment);
    let key = |ordinal: u16, compartment: Compartment| {
        json!({
            "ordinal": ordinal, "compartment": compartment.number(), "generation": 1 + ordinal,
            "key": hex([0x60 + compartment.number(); 32]),
        })
    };
    let keys = (1..).zip(compartments).map(|(ordinal, compartment)| key(ordinal, *compartment));
    vector["data_keys"] = keys.collect();
    let parts = head_parts(&vector);
    let mut groups = Vec::new();
    for (ordinal, compartment) in (1..).zip(compartments.iter().copied()) {
        let (listed, key) = data_key(&vector, ordinal).unwrap();
        let commitment = commitment(&vector, listed, &key);
        let context = parts.group_context(compartment.number(), number(&listed["generation"]), commitment);
        let mine = fields.iter().filter(|(number, _)| compartment_of(*number) == compartment);
        let mine = mine.map(|(number, value)| (number.get(), value));
        push_group(&mut groups, ordinal, |out| seal_group(key.secret(), &context, mine, out)).unwrap();
    }
    vector["groups"] = json!(hex(groups));
    good(name, comment, vector)
}

/// An example of every kind with every field, and one with codes that the lists of this release lack.
pub(super) fn make_kinds() -> Vec<Value> {
    let of_kind = |spec: &&'static RecordSpec| {
        let mut fields = FieldBuffer::new();
        samples::example(spec).encode(&mut fields).unwrap();
        sealed_as(spec, &spec.compartments(), (spec.name(), "invented; every field"), &fields)
    };
    let mut vectors: Vec<_> = catalogue().records().iter().map(of_kind).collect();
    let newer = Child { sex: Some(Coded::new("a_newer_code").unwrap()), ..child() };
    let mut fields = FieldBuffer::new();
    newer.encode(&mut fields).unwrap();
    vectors.push(sealed("a child with a newer code", "a code that the lists lacked when this was made", &fields));
    vectors
}

pub(super) fn make() -> Vec<Value> {
    let mut fields = FieldBuffer::new();
    child().encode(&mut fields).unwrap();
    assert_eq!(Child::decode(&fields), Ok(child()));
    let some = sealed("a child", "invented; four compartments, sealed at random once", &fields);
    fields.push(FieldNumber::new((1 << 32) + 1), b"\x65extra").unwrap();
    fields.push(FieldNumber::new(u64::MAX), b"\x18\x63").unwrap();
    let extra = sealed("a child with extra fields", "their numbers start at 2^32", &fields);
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "authentication");
    let mut keys = some["data_keys"].clone();
    keys[1]["key"] = json!(hex([0; 32]));
    vec![
        refused("record", json!(hex([4; 16])), "moved to another record"),
        refused("revision", json!("2"), "moved to another revision"),
        refused("parent", json!(hex([4; 16])), "moved below another parent"),
        changed(&some, "groups", flipped(&some["groups"], 6), "units of the first group changed", "malformed"),
        refused("groups", json!(flipped(&some["groups"], -1)), "the last byte flipped"),
        refused("data_keys", keys, "another data key"),
        changed(&some, "groups", flipped(&some["groups"], 2), "length of the first group changed", "head"),
        changed(&some, "data_keys", json!([]), "no data key", "head"),
        extra,
        some,
    ]
}
