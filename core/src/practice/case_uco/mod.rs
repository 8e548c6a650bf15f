//! Exhibits and their custody as JSON-LD of the CASE and UCO ontologies (1.5 and 1.4), for an evidence unit or a court.
//!
//! It says which exhibit there is, with which digests, and who did what to it when: never what is in it. Nodes have random
//! identifiers of this document alone, so that no id of a record leaves. Fields that are not given are left out.

mod graph;
#[cfg(test)]
mod tests;

use serde_json::{Value as Json, json};

use self::graph::Graph;
use crate::id::RecordId;
use crate::model::DynamicRecord;

/// The fields that the document has a place for.
pub const FIELDS: [&str; 30] = [
    "content_digest.computed_at",
    "content_digest.method",
    "content_digest.value",
    "custody_event.action",
    "custody_event.after_digest",
    "custody_event.basis",
    "custody_event.before_digest",
    "custody_event.ended_at",
    "custody_event.made_items",
    "custody_event.performer",
    "custody_event.performer_name",
    "custody_event.place_from",
    "custody_event.place_to",
    "custody_event.previous_event",
    "custody_event.previous_event_digest",
    "custody_event.purpose",
    "custody_event.receiver",
    "custody_event.receiver_name",
    "custody_event.result",
    "custody_event.started_at",
    "custody_event.witness",
    "evidence_item.collected_at",
    "evidence_item.copy_class",
    "evidence_item.derived_from",
    "evidence_item.exhibit_number",
    "evidence_item.kind",
    "evidence_item.media_type",
    "evidence_item.root_exhibit_number",
    "evidence_item.seal_number",
    "evidence_item.size_bytes",
];

/// A record with the fields that may be told.
#[derive(Debug, Clone)]
pub struct ToldExhibit {
    /// Its id; it stays here.
    pub id: RecordId,
    /// The record above it.
    pub parent: Option<RecordId>,
    /// Its values.
    pub record: DynamicRecord,
}

/// The document: exhibits, digests and custody events among these records. Other kinds are left out.
#[must_use]
pub fn document(records: &[ToldExhibit]) -> Json {
    let nodes = Graph::of(records).nodes();
    json!({
        "@context": {
            "case-investigation": "https://ontology.caseontology.org/case/investigation/",
            "kb": "urn:uuid:",
            "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
            "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
            "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
            "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
            "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
            "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@graph": nodes,
    })
}
