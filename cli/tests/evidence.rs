//! Exhibits for the prosecutor, through the built binary: checked, logged, with a manifest, and without what is in them.

mod station;

use std::fs;

use saferoom::access::Access;
use saferoom::keys::{Clock as _, SystemClock};
use saferoom::model::records::{ContentDigest, CustodyEvent, EvidenceItem, Officer};
use saferoom::model::{CodeListName, Coded, Narrative, Text, Timestamp};
use saferoom::practice::authorise::Authorised;
use saferoom::practice::case_uco::FIELDS;
use saferoom::practice::consent::Disclosure;
use serde_json::Value as Json;
use station::Station;

fn coded<L: CodeListName>(text: &str) -> Option<Coded<L>> {
    Coded::new(text).ok()
}

#[test]
fn exhibits_leave_on_a_ground_with_a_manifest_and_without_a_description() {
    let station = Station::founded();
    let (case, child) = station.with_named_child("Chan", "Kunvathana");
    let access = Access::for_purpose("investigation");
    let session = station.session();
    let officer = Officer { name: Text::new("Ly Vanna").ok(), status: coded("active"), ..Officer::default() };
    let officer = session.create(Some(session.unit()), &officer, &access).unwrap().record;
    let item = EvidenceItem {
        exhibit_number: Text::new("KD-17").ok(),
        kind: coded("interview_video"),
        description: Text::new("Not for the document").ok(),
        ..EvidenceItem::default()
    };
    let item = session.create(Some(case), &item, &access).unwrap().record;
    let digest =
        ContentDigest { method: coded("SHA256"), value: Text::new("0a".repeat(32)).ok(), ..ContentDigest::default() };
    session.create(Some(item), &digest, &access).unwrap();
    let event = CustodyEvent {
        action: coded("collected"),
        started_at: Timestamp::parse("2026-01-02T03:04:05Z").ok(),
        performer: Some(officer),
        ..CustodyEvent::default()
    };
    session.add_custody_event(item, event, &access).unwrap();
    drop(session);

    let child_id = child;
    let (child, by) = (child.to_string(), officer.to_string());
    let file = station.path("exhibits.jsonld").display().to_string();
    let base =
        ["evidence", "export-case-uco", &child, "--recipient-kind", "prosecutor", "--recipient", "The prosecutor"];
    let to = ["--out", &file, "--purpose", "investigation"];
    let refused = station.signed_in(&[&base[..], &to].concat()).ends_with(4);
    assert!(refused.err.contains("error[S1147]") || refused.err.contains("error[S114"), "{}", refused.err);
    let never = station.signed_in(&[&base[..], &to, &["--field", "evidence_item.owner_name"]].concat());
    assert_ne!(never.exit, 0);
    assert!(!station.path("exhibits.jsonld").exists());

    let second = station.second_person("unit-supervisor");
    let disclosure = Disclosure {
        purpose: "share".to_owned(),
        recipient_kind: "prosecutor".to_owned(),
        recipient: "The prosecutor".to_owned(),
        service: None,
        fields: FIELDS.iter().map(|field| (*field).to_owned()).collect(),
    };
    let act = Authorised::Override { disclosure, ground: Coded::new("legal_duty").unwrap() };
    let now = i64::try_from(SystemClock::default().wall_milliseconds()).unwrap();
    let until = Timestamp::from_milliseconds(now + 3_600_000).unwrap();
    let why = Narrative::new("Article 35").unwrap();
    let signed = second.authorise(child_id, &act, why, until, &Access::for_purpose("supervision")).unwrap();
    drop(second);
    let signed = signed.to_string();
    let ground = ["--ground", "legal_duty", "--because", "Article 35", "--authorisation", &signed, "--json"];
    let done = station.signed_in(&[&base[..], &to, &ground].concat()).json();
    assert_eq!(done["exhibits"], 1);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("KD-17") && text.contains(&"0A".repeat(32)) && text.contains("Collected"), "{text}");
    assert!(!text.contains("Not for the document") && !text.contains("Chan") && !text.contains(&by[..12]), "{text}");
    let manifest: Json = serde_json::from_str(&fs::read_to_string(format!("{file}.manifest.json")).unwrap()).unwrap();
    assert_eq!((&manifest["ground"], &manifest["recipient_kind"]), (&"legal_duty".into(), &"prosecutor".into()));
    assert_eq!(manifest["records"].as_array().unwrap().len(), 3);
    assert_eq!(manifest, done["manifest"]);
    assert!(station.signed_in(&[&base[..], &to, &ground].concat()).ends_with(5).err.contains("already"));
}

#[test]
fn a_copy_names_who_signed_it_and_begins_a_chain_of_its_own() {
    let station = Station::founded();
    let (case, _) = station.with_named_child("Chan", "Kunvathana");
    let access = Access::for_purpose("investigation");
    let session = station.session();
    let item = EvidenceItem {
        exhibit_number: Text::new("KD-17").ok(),
        kind: coded("interview_video"),
        contains_csam: coded("no"),
        copy_class: coded("master"),
        ..EvidenceItem::default()
    };
    let master = session.create(Some(case), &item, &access).unwrap().record;
    let event = CustodyEvent {
        action: coded("collected"),
        started_at: Timestamp::parse("2026-01-02T03:04:05Z").ok(),
        performer_name: Text::new("Ly Vanna").ok(),
        ..CustodyEvent::default()
    };
    session.add_custody_event(master, event, &access).unwrap();
    drop(session);
    let second = station.second_person("unit-supervisor");
    let now = i64::try_from(SystemClock::default().wall_milliseconds()).unwrap();
    let until = Timestamp::from_milliseconds(now + 3_600_000).unwrap();
    let act = Authorised::Copy { class: Coded::new("working").unwrap() };
    let why = Narrative::new("For the prosecutor").unwrap();
    let signed = second.authorise(master, &act, why, until, &Access::for_purpose("supervision")).unwrap().to_string();
    drop(second);

    let id = master.to_string();
    let copy = |class: &str| {
        let what =
            ["evidence", "copy", &id, "--class", class, "--authorisation", &signed, "--exhibit-number", "KD-17-1"];
        let how = ["--basis", "Order 12", "--by-name", "Ly Vanna", "--purpose", "investigation", "--json"];
        station.signed_in(&[&what[..], &how].concat())
    };
    assert!(copy("disclosure").err.contains("error[S1168]"), "another class than was signed");
    let made = copy("working").json();
    assert!(copy("working").err.contains("error[S1194]"), "once");
    let session = station.session();
    let copied = made["copy"].as_str().unwrap().parse().unwrap();
    let record = session.read::<EvidenceItem>(copied, &access).unwrap().record;
    assert_eq!((&record.derived_from[..], &record.kind), (&[master][..], &item.kind));
    assert_eq!(record.copy_authorisation.map(|id| id.to_string()), Some(signed.clone()));
    let chain = session.custody_chain(master, &access).unwrap();
    assert_eq!((chain.events.len(), chain.wrong.len()), (2, 0));
    assert_eq!(chain.events[1].1.made_items, [copied]);
    assert_eq!(session.custody_chain(copied, &access).unwrap().events.len(), 1);
}
