//! The commands end to end, through the built binary.

mod station;

use std::fs;
use std::process::Stdio;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::model::catalogue;
use saferoom::model::records::Case;

use serde_json::Value as Json;
use station::{ORIGIN, PASSPHRASE, Run, Station, saferoom, set_mode, text};

#[test]
fn a_vault_is_founded_looked_at_and_checked() {
    let station = Station::empty();
    let create = ["vault", "create", "--origin", ORIGIN, "--unit", "Example unit"];
    let run = station.signed_in(&create).ends_with(0);
    assert!(run.out.contains("Identity made") && run.out.contains("Vault founded"), "{}", run.out);
    assert!(station.path("vault.device").is_dir());

    let info = station.run(&["vault", "info", "--json"]).json();
    assert_eq!((&info["records"], &info["of_this_device"]), (&Json::from(1), &Json::from(true)));
    assert!(station.run(&["vault", "info"]).ends_with(0).out.contains(info["vault"].as_str().unwrap()));

    let run = station.signed_in(&["vault", "check"]).ends_with(0);
    assert!(run.out.contains("intact") && run.out.contains("revisions"), "{}", run.out);
    assert_eq!(station.signed_in(&["vault", "check", "--json"]).json()["revisions"], 1);

    // A second time: neither file is written over.
    let before = [fs::read(station.path("identity")).unwrap(), fs::read(station.path("vault")).unwrap()];
    let run = station.signed_in(&create).ends_with(5);
    assert!(run.err.contains("error[S502]"), "{}", run.err);
    assert_eq!(before, [fs::read(station.path("identity")).unwrap(), fs::read(station.path("vault")).unwrap()]);
}

#[test]
fn what_cannot_be_founded_leaves_no_vault() {
    let station = Station::empty();
    let run = station.signed_in(&["vault", "create", "--origin", "no origin", "--unit", "Unit"]).ends_with(6);
    assert!(run.err.contains("error[S707]"), "{}", run.err);
    assert!(!station.path("vault").exists());
    station.signed_in(&["vault", "create", "--origin", ORIGIN, "--unit", " "]).ends_with(6);
    station.signed_in(&["vault", "create", "--origin", ORIGIN]).ends_with(2);
}

#[test]
fn a_child_is_found_by_another_spelling() {
    let station = Station::founded();
    let (case, child) = station.with_named_child("Chan", "Sopheaktra");
    let purpose = ["--purpose", "investigation"];
    let search = |arguments: &[&str]| station.signed_in(&[&["search"], arguments, &purpose[..]].concat());

    let run = search(&["--name", "sophia ktra chhann"]).ends_with(0);
    assert!(run.out.contains(&child.to_string()) && run.out.contains(&case.to_string()), "{}", run.out);
    assert!(!run.out.to_lowercase().contains("chan"), "no value is shown: {}", run.out);
    let found = search(&["--name", "Sopheaktra", "--field", "family_name_latin=CHAN", "--json"]).json();
    assert_eq!(found["hits"][0]["case"], case.to_string());
    assert_eq!(found["hits"][0]["fields"], serde_json::json!(["family_name_latin", "given_name_latin"]));
    assert!(search(&["--name", "Chan Kunvathana"]).ends_with(0).out.contains("Nothing is recorded"));

    let run = search(&["--name", "Chan Sopheaktra", "--units"]).ends_with(0);
    assert!(run.out.contains("ask unit") && !run.out.contains(&child.to_string()), "{}", run.out);
    assert!(search(&["--rebuild"]).ends_with(0).out.contains("made anew"));
    assert_eq!(search(&["--name", "Sopheaktra", "--json"]).json()["hits"][0]["record"], child.to_string());

    assert!(search(&["--name", "Chan"]).ends_with(6).err.contains("error[S356]"));
    assert!(search(&["--born", "soon"]).ends_with(6).err.contains("error[S353]"));
    search(&[]).ends_with(6);
    search(&["--field", "family_name_latin"]).ends_with(2);
    search(&["--among", "nobody", "--name", "Chan Sopheaktra"]).ends_with(6);
    station.signed_in(&["search", "--name", "Sopheaktra"]).ends_with(4);
}

#[test]
fn a_case_is_listed_and_shown() {
    let station = Station::founded();
    let (case, child) = station.with_case();
    let purpose = ["--purpose", "investigation"];

    let run = station.signed_in(&[&["case", "list"], &purpose[..]].concat()).ends_with(0);
    assert!(run.out.contains(&case.to_string()) && run.out.contains("2026-03-01T08:00:00Z"), "{}", run.out);
    assert!(!run.out.contains("R-17"), "a list shows nothing that identifies: {}", run.out);
    let run = station.signed_in(&[&["case", "list", "--ids"], &purpose[..]].concat()).ends_with(0);
    assert_eq!(run.out.trim(), case.to_string());
    let listed = station.signed_in(&[&["case", "list", "--json"], &purpose[..]].concat()).json();
    assert_eq!(listed[0]["id"], case.to_string());
    assert_eq!(listed[0]["fields"]["reported_at"], "2026-03-01T08:00:00Z");

    let show = ["case", "show", &case.to_string(), "--reason", "hearing on Thursday"];
    let run = station.signed_in(&[&show[..], &purpose].concat()).ends_with(0);
    assert!(run.out.contains("R-17") && run.out.contains("Case › Child"), "{}", run.out);
    assert!(run.out.contains("Female") && run.out.contains("revision 1"), "labels, not codes: {}", run.out);
    let shown = station.signed_in(&[&show[..], &["--json"], &purpose].concat()).json();
    assert_eq!(shown["records"].as_array().unwrap().len(), 2);
    assert_eq!(shown["records"][1]["parent"], case.to_string());
    assert_eq!(shown["records"][1]["fields"]["sex"], "female");

    let run = station.signed_in(&[&["case", "show", &child.to_string()], &purpose[..]].concat()).ends_with(1);
    assert!(run.err.starts_with("error[S702]: the record is a child, not a case\n  do this: "), "{}", run.err);
    station.signed_in(&[&["case", "show", &RecordId::random().to_string()], &purpose[..]].concat()).ends_with(1);
    station.signed_in(&[&["case", "show", "17"], &purpose[..]].concat()).ends_with(6);
}

#[test]
fn no_purpose_no_record_and_the_log_says_so() {
    let station = Station::founded();
    let (case, _) = station.with_case();
    let run = station.signed_in(&["case", "list"]).ends_with(4);
    assert!(run.err.contains("error[S601]"), "{}", run.err);
    station.signed_in(&["case", "show", &case.to_string()]).ends_with(4);
    station.signed_in(&["case", "list", "--purpose", "curiosity"]).ends_with(4);
    station.signed_in(&["case", "list", "--purpose", "BTG"]).ends_with(4);
    station.signed_in(&["audit", "show"]).ends_with(4);

    let log = station.signed_in(&["audit", "show", "--purpose", "audit", "--json"]).json();
    let denied: Vec<_> = log.as_array().unwrap().iter().filter(|entry| entry["event"] == "denied").collect();
    assert_eq!(denied.len(), 5, "{denied:?}");
    assert_eq!(denied[0]["error"], 601);
}

#[test]
fn the_log_is_shown_and_can_be_verified_elsewhere() {
    let station = Station::founded();
    let (case, _) = station.with_case();
    let reason = "the hearing is on Thursday";
    let show = ["case", "show", &case.to_string(), "--purpose", "investigation", "--reason", reason];
    station.signed_in(&show).ends_with(0);

    let audit = ["audit", "show", "--purpose", "audit"];
    let run = station.signed_in(&audit).ends_with(0);
    for word in ["genesis", "login", "create", "read", "investigation", reason, "register_number"] {
        assert!(run.out.contains(word), "{word}: {}", run.out);
    }
    let log = station.signed_in(&[&audit[..], &["--from", "1", "--to", "3", "--json"]].concat()).json();
    let indexes: Vec<_> = log.as_array().unwrap().iter().map(|entry| entry["index"].as_u64().unwrap()).collect();
    assert_eq!(indexes, [1, 2]);
    assert!(log[0]["time"].as_str().unwrap().ends_with('Z'));

    let key = station.signed_in(&["audit", "key"]).ends_with(0).out;
    let note = station.signed_in(&["audit", "checkpoint"]).ends_with(0).out;
    let known = [key.trim().parse().unwrap()];
    let opened = saferoom::log::Checkpoint::open(note.as_bytes(), &known).unwrap();
    assert_eq!(opened.checkpoint.origin().to_string(), ORIGIN);
}

#[test]
fn a_passphrase_comes_from_a_file_and_never_from_an_argument() {
    let station = Station::founded();
    let identity = station.path("identity");
    let check = ["vault", "check", "--identity", text(&identity)];
    let with = |name: &str, text_of_file: &str| {
        let file = station.passphrase_file(name, text_of_file);
        station.run(&[&check[..], &["--passphrase-file", text(&file)]].concat())
    };
    with("plain", PASSPHRASE).ends_with(0);
    with("windows", &format!("{PASSPHRASE}\r\nsecond line\n")).ends_with(0);
    let run = with("wrong", "quiet river sand\n").ends_with(4);
    assert!(run.err.contains("error[S201]") && !run.err.contains("sand"), "{}", run.err);
    with("empty", "").ends_with(6);
    with("short", "short").ends_with(6);
    with("blank", "\nquiet river stone\n").ends_with(6);
    with("huge", &"x".repeat(20_000)).ends_with(6);
    station.run(&[&check[..], &["--passphrase-file", text(&station.path("nowhere"))]].concat()).ends_with(5);
    station.run(&check).ends_with(4);
    station.run(&[&check[..], &["--passphrase", PASSPHRASE]].concat()).ends_with(2);

    let file = station.path("passphrase");
    station.run_with(&check, &[("SAFEROOM_PASSPHRASE_FILE", file.as_os_str())]).ends_with(0);
    if cfg!(unix) {
        set_mode(&file, 0o644);
        let run = station.signed_in(&["vault", "check"]).ends_with(0);
        assert!(run.err.contains("warning") && run.err.contains("read by others"), "{}", run.err);
    }
}

#[test]
fn what_is_no_vault_is_named_and_not_touched() {
    let station = Station::founded();
    station.session().lock();
    let letter = b"Dear colleague, this is a letter and no vault. ".repeat(40);
    fs::write(station.path("vault"), &letter).unwrap();
    for command in [&["vault", "info"][..], &["vault", "check"], &["case", "list", "--purpose", "investigation"]] {
        let run = if command[1] == "info" { station.run(command) } else { station.signed_in(command) };
        let run = run.ends_with(5);
        assert!(run.err.contains("error[S503]"), "{}", run.err);
        assert_eq!(fs::read(station.path("vault")).unwrap(), letter);
    }
    fs::remove_file(station.path("vault")).unwrap();
    assert!(station.run(&["vault", "info"]).ends_with(5).err.contains("error[S501]"));
    assert!(!station.path("vault").exists());
}

#[test]
fn a_flipped_byte_and_an_older_copy_are_found() {
    let station = Station::founded();
    station.with_case();
    station.signed_in(&["vault", "check"]).ends_with(0);
    let intact = fs::read(station.path("vault")).unwrap();
    assert!(!station.path("vault-wal").exists(), "the last connection leaves one file");

    // In the middle of each page: cells or free space; the page's own structure lies at its ends.
    let pages = intact.len() / 4096;
    let found = (1..pages)
        .step_by(pages / 16)
        .filter(|page| {
            let mut changed = intact.clone();
            changed[page * 4096 + 4090] ^= 1;
            fs::write(station.path("vault"), changed).unwrap();
            let run = station.signed_in(&["vault", "check"]);
            // With another id in it, it is a vault that this device does not know.
            let foreign = run.exit == 1 && run.err.contains("error[S705]");
            assert!(run.exit == 0 || run.exit == 3 || foreign, "exit {}: {}", run.exit, run.err);
            run.exit != 0
        })
        .count();
    assert!(found > 0);

    fs::write(station.path("vault"), &intact).unwrap();
    station.signed_in(&["audit", "checkpoint"]);
    fs::write(station.path("vault"), &intact).unwrap();
    let run = station.signed_in(&["vault", "check"]).ends_with(3);
    assert!(run.err.contains("error[S760]"), "{}", run.err);
}

#[test]
fn the_catalogue_is_complete_and_a_closed_pipe_is_no_failure() {
    let run = |arguments: &[&str]| {
        let mut command = saferoom();
        command.arg("catalogue").args(arguments);
        Run::of(command)
    };
    let entries = run(&["--json"]).json();
    let entries = entries.as_array().unwrap();
    assert_eq!(entries.len(), catalogue().entries().len());
    for entry in entries {
        for key in ["record", "name", "compartment", "class"] {
            assert!(entry[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {entry}");
        }
        for key in ["label", "label_km", "help", "help_km", "type"] {
            assert!(entry[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {entry}");
        }
        assert!(entry["number"].as_u64().is_some_and(|number| number > 0), "{entry}");
    }
    let khmer = run(&["--lang", "km"]).ends_with(0).out;
    assert!(khmer.contains("draft") && khmer.contains("ភេទ") && khmer.contains("family_name"));
    assert!(run(&["--lang", "km", "--help-texts"]).ends_with(0).out.contains("នាមខ្លួនជាអក្សរខ្មែរ"));
    assert!(run(&["--help-texts"]).ends_with(0).out.contains("Choose unknown rather than guess"));
    assert!(run(&["--lang", "fr"]).ends_with(2).err.contains("en, km"));
    assert!(run(&[]).ends_with(0).out.contains("register_number"));
    let purposes = run(&["--purposes", "--json"]).json();
    assert!(purposes.as_array().unwrap().iter().any(|purpose| purpose["code"] == "forensic-interview"));
    assert!(run(&["--purposes"]).ends_with(0).out.contains("forensic-interview"));
    assert!(run(&["--lists"]).ends_with(0).out.contains("female"));
    assert!(run(&["--lists", "--json"]).json().as_array().unwrap().len() > 30);

    let form = run(&["--form", "interview", "--lang", "km"]).json();
    assert_eq!((&form["record"], &form["language"]), (&"interview".into(), &"km".into()));
    assert_eq!(form["fields"].as_array().unwrap().len(), catalogue().by_name("interview").unwrap().fields.len());
    assert!(form["fields"].as_array().unwrap().iter().any(|field| field["required_when"][0][0]["more_than"] == 1));
    assert!(run(&["--form", "nothing"]).ends_with(6).err.contains("error[S303]"));

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let overlay = "version = 1\nkm_status = \"draft\"\n[[list]]\nname = \"sex\"\nsource = \"partner\"\n\
                   entries = [{ code = \"added_here\", en = \"Added\", km = \"ថ្មី\" }]";
    let lists = file("lists.toml", overlay);
    assert!(run(&["--lists", "--code-lists", &lists]).ends_with(0).out.contains("added_here"));
    let broken = file("broken.toml", &overlay.replace("added_here", "added here"));
    assert!(run(&["--lists", "--code-lists", &broken]).ends_with(6).err.contains("error[S342]"));
    let places = file("places.csv", "code,name_km,name_en\n8,,Kandal\n");
    assert!(run(&["--places", &places]).ends_with(6).err.contains("line 2"));
    assert!(run(&["--places", "no such file"]).ends_with(5).err.contains("no such file"));

    let mut child = saferoom();
    let mut child = child.args(["catalogue", "--lists"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn help_has_an_example_for_every_command() {
    let commands: [&[&str]; 9] = [
        &["vault", "create"],
        &["vault", "info"],
        &["vault", "check"],
        &["case", "list"],
        &["case", "show"],
        &["catalogue"],
        &["audit", "show"],
        &["audit", "checkpoint"],
        &["audit", "key"],
    ];
    for arguments in commands {
        let mut command = saferoom();
        command.args(arguments).arg("--help");
        let run = Run::of(command).ends_with(0);
        assert!(run.out.contains("Example"), "{arguments:?}: {}", run.out);
    }
    let mut command = saferoom();
    command.arg("--help");
    assert!(Run::of(command).ends_with(0).out.contains("Exit codes:"));
}

#[test]
fn records_of_the_library_are_found_by_type() {
    // What the library writes as a type is what the command shows by name.
    let station = Station::founded();
    let session = station.session();
    let access = Access::for_purpose("investigation");
    let case = session.create(Some(session.unit()), &Case::default(), &access).unwrap();
    drop(session);
    let listed = station.signed_in(&["case", "list", "--purpose", "investigation", "--json"]).json();
    assert_eq!(listed[0]["id"], case.record.to_string());
    assert_eq!(listed[0]["kind"], "case");
}

#[test]
fn a_custodian_adds_fields_to_the_vault() {
    let station = Station::founded();
    let form = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/provincial.form.toml");
    let added = station.signed_in(&["vault", "add-form", form]).ends_with(0);
    assert!(added.out.contains("2 extra fields"), "{}", added.out);
    let listed = station.signed_in(&["catalogue", "--json"]).json();
    let fields = listed.as_array().unwrap();
    assert!(fields.iter().any(|field| field["name"] == "commune_card" && field["number"] == 4_294_967_296_u64));
    let drawn = station.signed_in(&["catalogue", "--form", "child", "--lang", "km"]).json();
    assert!(drawn["fields"].as_array().unwrap().iter().any(|field| field["label"] == "លេខប័ណ្ណឃុំ"));
    // The release itself has none of them, and the same form again is refused: its numbers are taken.
    let mut bare = saferoom();
    bare.arg("catalogue");
    let bare = Run::of(bare).ends_with(0);
    assert!(!bare.out.contains("commune_card"));
    let lowered = station.path("lowered.toml");
    let changed = std::fs::read_to_string(form).unwrap().replace("class = \"direct\"", "class = \"operational\"");
    std::fs::write(&lowered, changed).unwrap();
    let refused = station.signed_in(&["vault", "add-form", text(&lowered)]).ends_with(6);
    assert!(refused.err.contains("commune_card"), "{}", refused.err);
}
