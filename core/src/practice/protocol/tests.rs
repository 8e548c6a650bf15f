use super::*;
use crate::model::code_lists;

const OVERLAY: &str = r#"
    version = 1
    status = "of a partner"
    [[protocol]]
    code = "national_sop"
    version = "1"
    source = "a ministry"
    before_end = ["closing"]
    aids_with_reason = ["dolls"]
    phases = [
        { phase = "introduction", skip = "never" },
        { phase = "ground_rules", needs = ["introduction"], skip = "never" },
        { phase = "substantive_free_recall", substantive = true, needs = ["introduction", "ground_rules"], skip = "with_reason" },
        { phase = "closing", needs = ["introduction"], skip = "with_reason" },
    ]
"#;

#[test]
fn every_protocol_of_the_code_list_ships() {
    for entry in &code_lists().list("protocol").unwrap().entries {
        let protocol = shipped().get(&entry.code, None).unwrap_or_else(|| panic!("{}", entry.code));
        assert!(protocol.phases.iter().any(|phase| phase.substantive), "{}", entry.code);
        assert!(protocol.phase("narrative_training").is_some(), "{}", entry.code);
    }
}

#[test]
fn an_overlay_adds_versions_and_changes_none() {
    let over = shipped().with_overlay(OVERLAY).unwrap();
    assert_eq!(over.all().len(), shipped().all().len() + 1);
    assert_eq!(over.get("national_sop", None).unwrap().version, "1", "the newest");
    assert_eq!(over.get("national_sop", Some("placeholder")), shipped().get("national_sop", None));
    assert!(over.get("national_sop", Some("2")).is_none());
    assert!(over.status().ends_with("; of a partner"));
    assert_eq!(over.with_overlay(OVERLAY).unwrap().all(), over.all(), "the same once more");
    let changed = over.with_overlay(&OVERLAY.replace("[\"dolls\"]", "[]")).unwrap_err();
    assert_eq!(changed, ProtocolFileError::Changed { code: "national_sop".into(), version: "1".into() });
}

#[test]
fn what_a_protocol_may_not_say_is_named() {
    let refused = |from: &str, to: &str| {
        assert!(OVERLAY.contains(from), "{from}");
        Protocols::parse(&OVERLAY.replacen(from, to, 1)).unwrap_err()
    };
    let protocol = || String::from("national_sop");
    assert!(matches!(refused("[[protocol]]", "[protocol"), ProtocolFileError::Toml(_)));
    assert!(matches!(refused("source = \"a ministry\"", "origin = \"a ministry\""), ProtocolFileError::Toml(_)));
    assert_eq!(refused("version = 1", "version = 2"), ProtocolFileError::Version(2));
    let no_code = |list, code: &str| ProtocolFileError::NoSuchCode { protocol: protocol(), list, code: code.into() };
    assert_eq!(refused("[\"dolls\"]", "[\"a_doll\"]"), no_code("interview_aid", "a_doll"));
    assert_eq!(refused("phase = \"introduction\"", "phase = \"hello\""), no_code("interview_phase", "hello"));
    let unknown = refused("code = \"national_sop\"", "code = \"sop\"");
    assert!(matches!(unknown, ProtocolFileError::NoSuchCode { list: "protocol", .. }));
    let twice = refused("{ phase = \"closing\"", "{ phase = \"ground_rules\"");
    assert_eq!(twice, ProtocolFileError::Duplicate { protocol: protocol(), what: "ground_rules".into() });
    let lacking = refused("before_end = [\"closing\"]", "before_end = [\"neutral_topic\"]");
    assert_eq!(lacking, ProtocolFileError::NoSuchPhase { protocol: protocol(), phase: "neutral_topic".into() });
    let circle = refused(
        "{ phase = \"introduction\", skip",
        "{ phase = \"introduction\", settled = [\"substantive_free_recall\"], skip",
    );
    assert_eq!(circle, ProtocolFileError::Circular { protocol: protocol(), phase: "introduction".into() });
    let bare = refused("needs = [\"introduction\", \"ground_rules\"]", "needs = [\"introduction\"]");
    let phase = String::from("substantive_free_recall");
    assert_eq!(bare, ProtocolFileError::Unprotected { protocol: protocol(), phase });
    assert_eq!(refused("\"a ministry\"", "\" \""), ProtocolFileError::Empty { protocol: protocol() });
    let again = format!(
        "{OVERLAY}{}",
        OVERLAY.split_once("[[protocol]]").map(|(_, rest)| format!("[[protocol]]{rest}")).unwrap()
    );
    assert_eq!(
        Protocols::parse(&again).unwrap_err(),
        ProtocolFileError::Duplicate { protocol: protocol(), what: "1".into() }
    );
}
