//! The derived view: each entry as a FHIR R4 AuditEvent, in the manner of IHE BALP, one JSON object to a line.
//!
//! It is for programs that know FHIR and not this log. It is never the evidence: each line names the log, the index and
//! the leaf hash of its entry, and the verdict `view` computes all lines anew. A part holds the lines of 4096 entries.

use serde::Serialize;

use crate::log::{Actor, Entry, Event, Hash, KeyName, Outcome, What, Why};
use crate::model::Timestamp;

/// How many entries a part of the view covers; only the last may cover fewer.
pub(super) const ENTRIES: u64 = 4096;

/// The longest part.
pub(super) const MAX_PART_LENGTH: usize = 1 << 26;

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const RESTFUL: &str = "http://hl7.org/fhir/restful-interaction";
const EVENT: &str = "urn:saferoom:event";
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const BALP_ENTITY: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";

/// The line of an entry, with its newline.
pub(super) fn line(origin: &KeyName, entry: &Entry<'_>, leaf: &Hash) -> String {
    let mut line = serde_json::to_string(&AuditEvent::of(origin, entry, leaf)).unwrap_or_default();
    line.push('\n');
    line
}

// The order of the fields is that of the text: it has to be the same wherever it is computed.

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuditEvent {
    resource_type: &'static str,
    extension: Vec<Extension>,
    #[serde(rename = "type")]
    kind: Coding,
    subtype: Vec<Coding>,
    action: &'static str,
    recorded: String,
    outcome: String,
    agent: Vec<Agent>,
    source: Source,
    entity: Vec<Entity>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
    url: &'static str,
    value_string: String,
}

#[derive(Serialize)]
struct Coding {
    system: &'static str,
    code: String,
}

#[derive(Serialize)]
struct Concept {
    coding: Vec<Coding>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Agent {
    #[serde(rename = "type")]
    kind: Concept,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    role: Vec<Text>,
    who: Reference,
    requestor: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    purpose_of_use: Vec<Concept>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Reference {
    identifier: Identifier,
}

#[derive(Serialize)]
struct Identifier {
    system: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Source {
    observer: Reference,
}

#[derive(Serialize)]
struct Entity {
    what: Reference,
    #[serde(rename = "type")]
    kind: Coding,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Coding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    detail: Vec<EntityDetail>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntityDetail {
    #[serde(rename = "type")]
    kind: &'static str,
    value_string: String,
}

impl AuditEvent {
    fn of(origin: &KeyName, entry: &Entry<'_>, leaf: &Hash) -> Self {
        let (kind, action) = kind_of(entry.event);
        Self {
            resource_type: "AuditEvent",
            extension: vec![
                Extension { url: "urn:saferoom:log-origin", value_string: origin.to_string() },
                Extension { url: "urn:saferoom:log-index", value_string: entry.seq.to_string() },
                Extension { url: "urn:saferoom:leaf-hash", value_string: leaf.to_base64() },
            ],
            kind,
            subtype: subtypes(entry.event),
            action,
            recorded: recorded(entry.wall_ms),
            outcome: entry.outcome.code().to_string(),
            agent: agents(entry),
            source: Source { observer: reference("urn:saferoom:device", &entry.device) },
            entity: entities(entry),
        }
    }
}

/// The type of the event and its action, as the DICOM codes and BALP have them.
fn kind_of(event: Event) -> (Coding, &'static str) {
    let dicom = |code: &str| Coding { system: DICOM, code: code.to_owned() };
    let rest = || Coding { system: EVENT_TYPE, code: "rest".to_owned() };
    match event {
        Event::Read | Event::DecisionSupport => (rest(), "R"),
        Event::Create => (rest(), "C"),
        Event::Update => (rest(), "U"),
        Event::Delete => (rest(), "D"),
        Event::Query | Event::QueryAcrossUnits => (rest(), "E"),
        Event::Genesis | Event::Retired => (dicom("110100"), "E"),
        Event::Export | Event::Reversal => (dicom("110106"), "R"),
        Event::Import => (dicom("110107"), "C"),
        Event::Erasure => (dicom("110110"), "D"),
        Event::Login | Event::Logout => (dicom("110114"), "E"),
        Event::LogRead => (dicom("110101"), "R"),
        _ => (dicom("110113"), "E"),
    }
}

fn subtypes(event: Event) -> Vec<Coding> {
    let coding = |system, code: &str| Coding { system, code: code.to_owned() };
    let known = match event {
        Event::Read => Some(coding(RESTFUL, "read")),
        Event::Create => Some(coding(RESTFUL, "create")),
        Event::Update => Some(coding(RESTFUL, "update")),
        Event::Delete => Some(coding(RESTFUL, "delete")),
        Event::Query | Event::QueryAcrossUnits => Some(coding(RESTFUL, "search")),
        Event::Genesis => Some(coding(DICOM, "110134")),
        Event::Retired => Some(coding(DICOM, "110133")),
        Event::Login => Some(coding(DICOM, "110122")),
        Event::Logout => Some(coding(DICOM, "110123")),
        Event::BreakGlassStart => Some(coding(DICOM, "110127")),
        Event::BreakGlassStop => Some(coding(DICOM, "110138")),
        Event::KeyRotation => Some(coding(DICOM, "110129")),
        Event::PermissionChange => Some(coding(DICOM, "110136")),
        _ => None,
    };
    known.into_iter().chain([coding(EVENT, &event.code().to_string())]).collect()
}

/// In UTC. A time that no calendar has is a claim like any other: it stays a number.
fn recorded(wall: u64) -> String {
    let time = i64::try_from(wall).ok().and_then(|wall| Timestamp::from_milliseconds(wall).ok());
    time.map_or_else(|| wall.to_string(), |time| time.to_text())
}

fn agents(entry: &Entry<'_>) -> Vec<Agent> {
    let purpose_of_use = entry.why.iter().map(purpose).collect();
    let person = |actor: &Actor<'_>, purpose_of_use| Agent {
        kind: Concept { coding: vec![Coding { system: PARTICIPATION, code: "IRCP".to_owned() }] },
        role: vec![Text { text: actor.role.clone().into_owned() }],
        who: reference("urn:saferoom:member", &actor.member),
        requestor: true,
        purpose_of_use,
    };
    let other = |code: &str, who, requestor| Agent {
        kind: Concept { coding: vec![Coding { system: PARTICIPATION, code: code.to_owned() }] },
        role: Vec::new(),
        who,
        requestor,
        purpose_of_use: Vec::new(),
    };
    match &entry.actor {
        Some(actor) => {
            vec![person(actor, purpose_of_use), other("PROV", reference("urn:saferoom:unit", &actor.unit), false)]
        }
        // FHIR asks for an agent: where nobody was signed in, it is the device.
        None => vec![other("DEV", reference("urn:saferoom:device", &entry.device), entry.outcome == Outcome::Success)],
    }
}

fn purpose(why: &Why<'_>) -> Concept {
    let hl7 = Coding { system: ACT_REASON, code: why.hl7.clone().into_owned() };
    let local =
        why.local.as_ref().map(|local| Coding { system: "urn:saferoom:purpose", code: local.clone().into_owned() });
    Concept { coding: [Some(hl7), local].into_iter().flatten().collect() }
}

fn entities(entry: &Entry<'_>) -> Vec<Entity> {
    let object = |what, role: &str, detail| Entity {
        what,
        kind: Coding { system: ENTITY_TYPE, code: "2".to_owned() },
        role: Some(Coding { system: OBJECT_ROLE, code: role.to_owned() }),
        detail,
    };
    let mut entities = Vec::new();
    if let Some(what) = &entry.what {
        entities.push(object(reference("urn:saferoom:record", &what.record), "4", details(what)));
        entities.extend(what.subject.map(|subject| Entity {
            kind: Coding { system: ENTITY_TYPE, code: "1".to_owned() },
            ..object(reference("urn:saferoom:record", &subject), "1", Vec::new())
        }));
    }
    entities.push(Entity {
        what: reference("urn:saferoom:operation", &entry.operation),
        kind: Coding { system: BALP_ENTITY, code: "XrequestId".to_owned() },
        role: None,
        detail: Vec::new(),
    });
    entities
}

fn details(what: &What<'_>) -> Vec<EntityDetail> {
    let fields = what.fields.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    let detail = |kind, value: Option<String>| value.map(|value_string| EntityDetail { kind, value_string });
    [
        detail("kind", Some(what.kind.to_string())),
        detail("fields", Some(fields).filter(|fields| !fields.is_empty())),
        detail("revision", what.revision.map(|revision| revision.to_string())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn reference(system: &'static str, id: &impl ToString) -> Reference {
    Reference { identifier: Identifier { system, value: id.to_string() } }
}
