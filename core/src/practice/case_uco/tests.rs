//! The document says what there is, names no record, and has no word of what is in an exhibit.

use serde_json::Value as Json;

use super::*;
use crate::model::records::{ContentDigest, CustodyEvent, EvidenceItem};
use crate::model::{Coded, FieldBuffer, Record, Text, Timestamp, catalogue};

fn told<R: Record>(id: u8, parent: u8, record: &R) -> ToldExhibit {
    let mut fields = FieldBuffer::new();
    record.encode(&mut fields).unwrap();
    let record = DynamicRecord::decode(R::spec(), &fields).unwrap();
    ToldExhibit { id: RecordId::from_bytes([id; 16]), parent: Some(RecordId::from_bytes([parent; 16])), record }
}

/// A recording, a working copy of it, and how that came to be.
pub(crate) fn example() -> Vec<ToldExhibit> {
    let id = |byte| RecordId::from_bytes([byte; 16]);
    let at = |text: &str| Timestamp::parse(text).ok();
    let master = EvidenceItem {
        exhibit_number: Text::new("KD-2026-17").ok(),
        kind: Some(Coded::new("interview_video").unwrap()),
        copy_class: Some(Coded::new("master").unwrap()),
        size_bytes: Some(734_003_200),
        media_type: Text::new("video/mp4").ok(),
        collected_at: at("2026-03-02T02:00:00Z"),
        seal_number: Text::new("S-1").ok(),
        ..EvidenceItem::default()
    };
    let copy = EvidenceItem {
        exhibit_number: Text::new("KD-2026-17/1").ok(),
        root_exhibit_number: Text::new("KD-2026-17").ok(),
        copy_class: Some(Coded::new("working").unwrap()),
        derived_from: vec![id(1)],
        ..master.clone()
    };
    let digest = ContentDigest {
        method: Some(Coded::new("SHA256").unwrap()),
        value: Text::new("ab".repeat(32)).ok(),
        ..ContentDigest::default()
    };
    let recorded = CustodyEvent {
        action: Some(Coded::new("recorded").unwrap()),
        started_at: at("2026-03-02T02:00:00Z"),
        ended_at: at("2026-03-02T02:40:00Z"),
        performer: Some(id(20)),
        ..CustodyEvent::default()
    };
    let copied = CustodyEvent {
        action: Some(Coded::new("copied").unwrap()),
        started_at: at("2026-03-03T02:00:00Z"),
        performer: Some(id(20)),
        receiver_name: Text::new("Clerk of the court").ok(),
        previous_event: Some(id(4)),
        made_items: vec![id(2)],
        purpose: Text::new("For the prosecutor").ok(),
        ..CustodyEvent::default()
    };
    vec![told(1, 9, &master), told(2, 9, &copy), told(3, 1, &digest), told(4, 1, &recorded), told(5, 1, &copied)]
}

fn of_type<'d>(document: &'d Json, class: &str) -> Vec<&'d Json> {
    document["@graph"].as_array().unwrap().iter().filter(|node| node["@type"] == class).collect()
}

#[test]
fn exhibits_digests_and_custody_are_there_and_point_at_each_other() {
    let document = document(&example());
    let exhibits = of_type(&document, "case-investigation:ProvenanceRecord");
    assert_eq!(
        exhibits.iter().map(|one| one["case-investigation:exhibitNumber"].as_str().unwrap()).collect::<Vec<_>>(),
        ["KD-2026-17", "KD-2026-17/1"]
    );
    let data = of_type(&document, "uco-observable:ObservableObject");
    assert_eq!(data[0]["@id"], exhibits[0]["uco-core:object"]["@id"]);
    let facet = &data[0]["uco-core:hasFacet"][0];
    assert_eq!(facet["uco-observable:hash"][0]["uco-types:hashValue"]["@value"], "AB".repeat(32));
    let actions = of_type(&document, "case-investigation:InvestigativeAction");
    assert_eq!(actions[1]["uco-core:name"], "Copied");
    assert_eq!(actions[1]["uco-action:result"][0]["@id"], exhibits[1]["@id"]);
    assert_eq!(actions[1]["case-investigation:wasInformedBy"]["@id"], actions[0]["@id"]);
    assert_eq!(actions[0]["uco-action:performer"], actions[1]["uco-action:performer"]);
    let relation = of_type(&document, "uco-core:Relationship");
    assert_eq!(relation[0]["uco-core:target"]["@id"], data[0]["@id"]);
    assert_eq!(of_type(&document, "uco-identity:Person").len(), 2);
    // Whatever is pointed at is there.
    let nodes: Vec<_> = document["@graph"].as_array().unwrap().iter().map(|node| node["@id"].clone()).collect();
    for action in actions {
        for property in ["uco-action:performer", "uco-action:object"] {
            assert!(nodes.contains(&action[property]["@id"]), "{property}");
        }
    }
}

#[test]
fn no_id_of_a_record_leaves_and_two_documents_have_none_in_common() {
    let (one, other) = (document(&example()).to_string(), document(&example()).to_string());
    for byte in 0..=30_u8 {
        assert!(!one.contains(&format!("{byte:02x}").repeat(6)), "{byte}");
    }
    let names = |text: &str| text.split("kb:").skip(1).map(|name| name[..36].to_owned()).collect::<Vec<_>>();
    assert!(names(&one).iter().all(|name| !names(&other).contains(name)));
}

#[test]
fn the_fields_exist_and_none_says_what_is_in_an_exhibit() {
    assert!(FIELDS.is_sorted());
    for path in FIELDS {
        let (_, field) = catalogue().field(path).unwrap_or_else(|| panic!("{path}"));
        assert_ne!(field.class.name(), "narrative", "{path}");
    }
    for never in ["evidence_item.description", "evidence_item.ucs_labels", "evidence_item.contains_csam"] {
        assert!(!FIELDS.contains(&never));
    }
    assert_eq!(document(&[])["@graph"].as_array().unwrap().len(), 1, "an empty investigation");
}

/// `cargo xtask test --only case-uco` gives what this writes to the ontology's own validator.
#[test]
#[ignore = "writes documents for the validator of the ontology"]
fn write_case_uco_examples() {
    let folder = std::path::PathBuf::from(std::env::var_os("SAFEROOM_CASE_UCO").expect("a folder"));
    let good = document(&example());
    let mut broken = good.clone();
    for node in broken["@graph"].as_array_mut().unwrap() {
        if node["@type"] == "case-investigation:InvestigativeAction" {
            node["uco-action:startTime"] = serde_json::json!("yesterday");
        }
    }
    let mut nobody = good.clone();
    for node in nobody["@graph"].as_array_mut().unwrap() {
        if node["@type"] == "uco-core:Relationship" {
            node.as_object_mut().unwrap().remove("uco-core:target");
        }
    }
    for (name, document) in [("good", good), ("broken-time", broken), ("broken-relation", nobody)] {
        std::fs::write(folder.join(format!("{name}.json")), document.to_string()).unwrap();
    }
}
