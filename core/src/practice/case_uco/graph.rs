//! The nodes of the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::ToldExhibit;
use crate::id::RecordId;
use crate::model::{RecordKind, Value, code_lists};

/// Exhibits that are things, not data.
const THINGS: [&str; 3] = ["physical", "drawing_by_child", "notes"];

/// What the document is made of.
pub(super) struct Graph<'a> {
    records: &'a [ToldExhibit],
    /// Identifiers of this document, by record and by what of it.
    names: BTreeMap<(RecordId, &'static str), String>,
    nodes: Vec<Json>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(records: &'a [ToldExhibit]) -> Self {
        Self { records, names: BTreeMap::new(), nodes: Vec::new() }
    }

    pub(super) fn nodes(mut self) -> Vec<Json> {
        let records = self.records;
        let of_kind = |kind| records.iter().filter(move |told| told.record.spec().kind == kind);
        let mut exhibits = Vec::new();
        for item in of_kind(RecordKind::EVIDENCE_ITEM) {
            self.exhibit(item);
            exhibits.push(self.reference(item.id, "exhibit"));
        }
        for event in of_kind(RecordKind::CUSTODY_EVENT) {
            self.event(event);
        }
        let people: Vec<_> = self.names.keys().filter(|(_, what)| *what == "person").copied().collect();
        for (id, _) in people {
            self.person(id);
        }
        let investigation = fresh();
        self.push("case-investigation:Investigation", &investigation, [("uco-core:object", Json::Array(exhibits))]);
        self.nodes
    }

    /// An exhibit: the thing or the data, and the record of its provenance with its number.
    fn exhibit(&mut self, item: &ToldExhibit) {
        let (thing, exhibit) = (self.name(item.id, "thing"), self.name(item.id, "exhibit"));
        let is_thing = text(item, "kind").is_some_and(|kind| THINGS.contains(&kind.as_str()));
        let class = if is_thing { "uco-core:UcoObject" } else { "uco-observable:ObservableObject" };
        let facet = self.content(item);
        let description = [label(item, "kind", "evidence_kind"), label(item, "copy_class", "copy_class")];
        let mut description: Vec<_> = description.into_iter().flatten().collect();
        description.extend(text(item, "seal_number").map(|seal| format!("Seal {seal}")));
        let facets = facet.map(|facet| json!([facet])).filter(|_| !is_thing);
        self.push(
            class,
            &thing,
            [("uco-core:description", optional(joined(&description))), ("uco-core:hasFacet", optional(facets))],
        );
        let about = self.reference(item.id, "thing");
        self.push(
            "case-investigation:ProvenanceRecord",
            &exhibit,
            [
                ("case-investigation:exhibitNumber", optional(text(item, "exhibit_number"))),
                ("case-investigation:rootExhibitNumber", optional(text(item, "root_exhibit_number"))),
                ("uco-core:objectCreatedTime", time(item, "collected_at")),
                ("uco-core:object", about),
            ],
        );
        for original in ids(item, "derived_from") {
            self.derived(item.id, original);
        }
    }

    fn derived(&mut self, from: RecordId, original: RecordId) {
        if !self.records.iter().any(|told| told.id == original) {
            return;
        }
        let (source, target) = (self.reference(from, "thing"), self.reference(original, "thing"));
        let relation = fresh();
        self.push(
            "uco-core:Relationship",
            &relation,
            [
                ("uco-core:source", source),
                ("uco-core:target", target),
                ("uco-core:kindOfRelationship", json!("Derived_From")),
                ("uco-core:isDirectional", json!({ "@type": "xsd:boolean", "@value": "true" })),
            ],
        );
    }

    /// Size, media type and digests.
    fn content(&self, item: &ToldExhibit) -> Option<Json> {
        let below =
            |told: &&ToldExhibit| told.parent == Some(item.id) && told.record.spec().kind == RecordKind::CONTENT_DIGEST;
        let hashes: Vec<_> = self.records.iter().filter(below).filter_map(hash).collect();
        let size = match item.record.get("size_bytes") {
            Some(Value::Unsigned(size)) => json!({ "@type": "xsd:integer", "@value": size.to_string() }),
            _ => Json::Null,
        };
        let properties = [
            ("uco-observable:sizeInBytes", size),
            ("uco-observable:mimeType", optional(text(item, "media_type"))),
            ("uco-observable:hash", if hashes.is_empty() { Json::Null } else { Json::Array(hashes) }),
        ];
        let any = properties.iter().any(|(_, value)| !value.is_null());
        any.then(|| node("uco-observable:ContentDataFacet", &fresh(), properties))
    }

    /// What was done to an exhibit, by whom, and what came of it.
    fn event(&mut self, event: &ToldExhibit) {
        let name = self.name(event.id, "event");
        let person = |graph: &mut Self, field: &str| id(event, field).map(|id| graph.reference(id, "person"));
        let performer = person(self, "performer").or_else(|| self.stranger(event, "performer_name"));
        let mut participants: Vec<_> =
            [person(self, "receiver"), person(self, "witness")].into_iter().flatten().collect();
        participants.extend(self.stranger(event, "receiver_name"));
        let object = event.parent.filter(|item| self.has(*item));
        let object = object.map(|item| self.reference(item, "exhibit"));
        let made: Vec<_> = ids(event, "made_items").into_iter().filter(|made| self.has(*made)).collect();
        let made: Vec<_> = made.into_iter().map(|made| self.reference(made, "exhibit")).collect();
        let before = id(event, "previous_event").filter(|before| self.has(*before));
        let before = before.map(|before| self.reference(before, "event"));
        let list = |items: Vec<Json>| if items.is_empty() { Json::Null } else { Json::Array(items) };
        self.push(
            "case-investigation:InvestigativeAction",
            &name,
            [
                ("uco-core:name", optional(label(event, "action", "custody_action"))),
                ("uco-core:description", optional(joined(&account(event)))),
                ("uco-action:startTime", time(event, "started_at")),
                ("uco-action:endTime", time(event, "ended_at")),
                ("uco-action:performer", optional(performer)),
                ("uco-action:participant", list(participants)),
                ("uco-action:object", optional(object)),
                ("uco-action:result", list(made)),
                ("case-investigation:wasInformedBy", optional(before)),
            ],
        );
    }

    fn person(&mut self, id: RecordId) {
        let name = self.name(id, "person");
        self.push("uco-identity:Person", &name, []);
    }

    /// Somebody who has no record here, by the name that was written down.
    fn stranger(&mut self, event: &ToldExhibit, field: &str) -> Option<Json> {
        let name = text(event, field)?;
        let node = fresh();
        self.push("uco-identity:Person", &node, [("uco-core:name", json!(name))]);
        Some(json!({ "@id": node }))
    }

    fn has(&self, id: RecordId) -> bool {
        self.records.iter().any(|told| told.id == id)
    }

    fn name(&mut self, id: RecordId, what: &'static str) -> String {
        self.names.entry((id, what)).or_insert_with(fresh).clone()
    }

    fn reference(&mut self, id: RecordId, what: &'static str) -> Json {
        json!({ "@id": self.name(id, what) })
    }

    fn push<const N: usize>(&mut self, class: &str, name: &str, properties: [(&str, Json); N]) {
        self.nodes.push(node(class, name, properties));
    }
}

/// A node; what is null is left out.
fn node<const N: usize>(class: &str, name: &str, properties: [(&str, Json); N]) -> Json {
    let mut out = Map::new();
    out.insert("@id".into(), json!(name));
    out.insert("@type".into(), json!(class));
    let given = properties.into_iter().filter(|(_, value)| !value.is_null());
    out.extend(given.map(|(property, value)| (property.to_owned(), value)));
    Json::Object(out)
}

/// An identifier of this document: a random UUID (RFC 9562, version 4).
fn fresh() -> String {
    let mut bytes = *RecordId::random().as_bytes();
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("kb:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn hash(digest: &ToldExhibit) -> Option<Json> {
    let (method, value) = (text(digest, "method")?, text(digest, "value")?);
    let value = json!({ "@type": "xsd:hexBinary", "@value": value.to_uppercase() });
    let properties = [("uco-types:hashMethod", json!(method)), ("uco-types:hashValue", value)];
    Some(node("uco-types:Hash", &fresh(), properties))
}

/// What of an event has no property of its own.
fn account(event: &ToldExhibit) -> Vec<String> {
    let said = |field: &str, what: &str| text(event, field).map(|text| format!("{what}: {text}"));
    let parts = [
        said("purpose", "Purpose"),
        said("basis", "Basis"),
        said("place_from", "From"),
        said("place_to", "To"),
        label(event, "result", "custody_result").map(|result| format!("Result: {result}")),
        said("before_digest", "Digest before"),
        said("after_digest", "Digest after"),
        said("previous_event_digest", "Digest of the event before"),
    ];
    parts.into_iter().flatten().collect()
}

fn text(told: &ToldExhibit, field: &str) -> Option<String> {
    told.record.get(field).map(Value::to_plain_text)
}

/// A code by its English label, or as it is if the list lacks it.
fn label(told: &ToldExhibit, field: &str, list: &str) -> Option<String> {
    let code = text(told, field)?;
    let entry = code_lists().list(list).and_then(|list| list.entry(&code)).map(|entry| entry.en.clone());
    Some(entry.unwrap_or(code))
}

fn time(told: &ToldExhibit, field: &str) -> Json {
    let time = text(told, field);
    time.map_or(Json::Null, |time| json!({ "@type": "xsd:dateTime", "@value": time }))
}

fn id(told: &ToldExhibit, field: &str) -> Option<RecordId> {
    match told.record.get(field) {
        Some(Value::Id(id)) => Some(*id),
        _ => None,
    }
}

fn ids(told: &ToldExhibit, field: &str) -> Vec<RecordId> {
    match told.record.get(field) {
        Some(Value::List(items)) => {
            items.iter().filter_map(|item| if let Value::Id(id) = item { Some(*id) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}

fn optional(value: Option<impl Into<Json>>) -> Json {
    value.map_or(Json::Null, Into::into)
}

fn joined(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join("; "))
}
