//! The profiles of Primero and OSCaR: in, through a vault, and out again, on invented files of the real shape.

use std::io::Cursor;
use std::sync::Arc;

use saferoom::access::Access;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::Text;
use saferoom::model::records::Unit;
use saferoom::vault::exchange::{ExportOptions, ImportOptions, ImportReport};
use saferoom::vault::{Host, Vault};
use saferoom_cli::shape::{Profile, ShapeError, to_lines, to_system};
use serde_json::Value as Json;

const PRIMERO: &str = include_str!("../../examples/primero.profile.toml");
const OSCAR: &str = include_str!("../../examples/oscar.profile.toml");
const PRIMERO_CASES: &str = include_str!("data/primero.json");
const OSCAR_CLIENTS: &str = include_str!("data/oscar.json");

/// Imports lines into a new vault and exports all of it.
fn through_a_vault(lines: &str) -> (ImportReport, String) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate();
    let host = Host::with_shared(Arc::new(MemoryKeyStore::default()));
    let unit = Unit { name: Some(Text::new("Unit").unwrap()), ..Unit::default() };
    let vault = Vault::create(&folder.path().join("v"), host, &identity, "x.example.org/1", &unit).unwrap();
    let session = vault.sign_in(&identity).unwrap();
    let why = Access::for_purpose("import").because("test");
    let report = session.import_lines(Cursor::new(lines), &ImportOptions::default(), &why, &mut |_| ()).unwrap();
    let mut out = Vec::new();
    session.export_lines(&mut out, &ExportOptions::default(), &why, &mut |_| ()).unwrap();
    (report, String::from_utf8(out).unwrap())
}

fn round_trip(profile: &str, file: &str, kinds: &[(&str, u64)]) {
    let profile = Profile::parse(profile).unwrap();
    let (report, lines) = through_a_vault(&to_lines(&profile, file).unwrap());
    assert_eq!(report.problems, []);
    assert_eq!(report.imported.into_iter().collect::<Vec<_>>(), kinds);
    let back: Json = serde_json::from_str(&to_system(&profile, &lines).unwrap()).unwrap();
    let list = |json: Json| {
        let list = json.get("data").cloned().unwrap_or(json);
        let mut list = list.as_array().unwrap().clone();
        // Cases have random ids, and leave in their order; so do the records below them.
        list.sort_by_key(|object| object.to_string());
        list
    };
    let sorted = |mut json: Json| {
        let data = if json.get("data").is_some() { json["data"].take() } else { json };
        let mut data = data;
        for object in data.as_array_mut().unwrap() {
            for key in ["services_section", "referrals"] {
                if let Some(items) = object.get_mut(key).and_then(Json::as_array_mut) {
                    items.sort_by_key(ToString::to_string);
                }
            }
        }
        list(data)
    };
    assert_eq!(sorted(back), sorted(serde_json::from_str(file).unwrap()));
}

#[test]
fn primero_cases_come_in_and_go_out() {
    let kinds = [("case", 2), ("child", 2), ("external_reference", 3), ("referral", 2)];
    round_trip(PRIMERO, PRIMERO_CASES, &kinds);
}

#[test]
fn oscar_clients_come_in_and_go_out() {
    let kinds = [("case", 1), ("child", 1), ("external_reference", 3), ("referral", 1)];
    round_trip(OSCAR, OSCAR_CLIENTS, &kinds);
}

#[test]
fn a_case_of_one_system_reaches_the_other() {
    let (primero, oscar) = (Profile::parse(PRIMERO).unwrap(), Profile::parse(OSCAR).unwrap());
    let (_, lines) = through_a_vault(&to_lines(&oscar, OSCAR_CLIENTS).unwrap());
    let cases: Json = serde_json::from_str(&to_system(&primero, &lines).unwrap()).unwrap();
    let case = &cases["data"][0];
    assert_eq!((&case["oscar_number"], &case["name_first"]), (&"01INVENTED00000000000000AA".into(), &"Sophea".into()));
    assert_eq!(case["location_current"], "08030401");
    assert_eq!(case["services_section"][0]["service_type"], "safehouse_service");
}

#[test]
fn what_a_profile_lacks_is_named_without_a_value() {
    let oscar = Profile::parse(OSCAR).unwrap();
    let error = to_lines(&oscar, &OSCAR_CLIENTS.replace("Residential Care", "SECRET")).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("object 1, services (referral.service_type)") && !text.contains("SECRET"), "{text}");
    // Of several values for a field that takes one, none is dropped in silence.
    let error = to_lines(&oscar, r#"[{"gender":["male","SECRET"]}]"#).unwrap_err().to_string();
    assert!(
        error.contains("object 1, gender (child.sex): there are several values") && !error.contains("SECRET"),
        "{error}"
    );
    assert!(to_lines(&oscar, r#"[{"gender":["male"]}]"#).unwrap().contains("\"sex\":\"male\""));
    // Place codes of odd length, and an object a line.
    let lines =
        to_lines(&oscar, "\u{feff}{\"gender\":\"male\",\"province\":{\"code\":8}}\n{\"gender\":\"female\"}\n").unwrap();
    assert!(lines.contains("\"home_province\":\"08\""), "{lines}");
    assert_eq!(lines.lines().count(), 4);
    for file in ["3", "[1]", "{\"data\":", "[{}"] {
        assert!(matches!(to_lines(&oscar, file), Err(ShapeError::File(_))), "{file}");
    }
    for file in ["{}", "[]", "{\"id\":\"1\",\"kind\":\"case\"}", "x"] {
        assert!(matches!(to_system(&oscar, file), Err(ShapeError::File(_))), "{file}");
    }
}

#[test]
fn a_wrong_profile_is_refused() {
    for (from, to) in [
        ("format = 1", "format = 2"),
        ("kind = \"child\"", "kind = \"person\""),
        ("parent = \"case\"\n[record.fields]\nrole", "[record.fields]\nrole"),
        ("role = { constant = \"victim\" }\n", ""),
        ("path = \"slug\"", "path = \"slug\", constant = \"1\""),
        ("register_number", "number_of_register"),
        ("kind = \"case\"", "kind = \"case\"\nwhen = \"slug\""),
    ] {
        assert!(OSCAR.contains(from), "{from}");
        assert!(matches!(Profile::parse(&OSCAR.replacen(from, to, 1)), Err(ShapeError::Profile(_))), "{to}");
    }
}
