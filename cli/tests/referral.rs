//! A referral end to end, through the built binary: sent by a station, opened and answered by a shelter without a vault.

mod station;

use std::fs;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{Clock, SystemClock};
use saferoom::model::records::{Consent, Referral};
use saferoom::model::{CodeListName, Coded, Text, Timestamp};
use station::{Run, Station};

const PURPOSE: [&str; 2] = ["--purpose", "forensic-interview"];

struct Desk {
    station: Station,
    child: RecordId,
    referral: RecordId,
}

fn coded<L: CodeListName>(text: &str) -> Option<Coded<L>> {
    Coded::new(text).ok()
}

fn a_minute_ago() -> Option<Timestamp> {
    let now = i64::try_from(SystemClock::default().wall_milliseconds()).ok()?;
    Timestamp::from_milliseconds(now - 60_000).ok()
}

fn words(text: &str) -> Option<Text> {
    Text::new(text).ok()
}

impl Desk {
    fn new() -> Self {
        let station = Station::founded();
        let (_, child) = station.with_named_child("Chan", "Kunvathana");
        let access = Access::for_purpose("forensic-interview");
        let consent = Consent {
            giver: coded("child_alone_mature"),
            purpose: coded("referral"),
            decision: coded("agreed"),
            service: coded("shelter"),
            recipients: vec![words("The shelter").unwrap()],
            scope_fields: vec![words("child.*").unwrap()],
            given_at: a_minute_ago(),
            ..Consent::default()
        };
        let referral = Referral {
            service_type: coded("shelter"),
            to_agency: words("The shelter"),
            urgency: coded("within_24h"),
            status: coded("proposed"),
            ..Referral::default()
        };
        let session = station.session();
        session.create(Some(child), &consent, &access).unwrap();
        let referral = session.create(Some(child), &referral, &access).unwrap().record;
        drop(session);
        let desk = Self { station, child, referral };
        desk.run(&["packet", "keygen", "--key", &desk.at("shelter")]).ends_with(0);
        let address = ["packet", "address", "--key", &desk.at("identity"), "--out", &desk.at("station.address")];
        desk.run(&address).ends_with(0);
        desk
    }

    fn at(&self, name: &str) -> String {
        self.station.path(name).display().to_string()
    }

    /// Without a vault.
    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = station::saferoom();
        command.args(arguments).env("SAFEROOM_PASSPHRASE_FILE", self.station.path("passphrase"));
        Run::of(command)
    }

    fn send(&self, more: &[&str]) -> Run {
        let (id, to) = (self.referral.to_string(), self.at("shelter.address"));
        let send = ["referral", "send", &id, "--to", &to, "--field", "child.given_name_latin", "--field", "child.sex"];
        let fields = ["--field", "referral.service_type", "--field", "child.nickname"];
        self.station.signed_in(&[&send[..], &fields, &PURPOSE, more].concat())
    }

    fn answer(&self, name: &str, more: &[&str]) -> Run {
        let (packet, key, known) = (self.at("referral.packet"), self.at("shelter"), self.at("station.address"));
        let (out, base) = (self.at(name), ["packet", "answer", &packet, "--key", &key, "--known", &known]);
        self.run(&[&base[..], &["--out", &out], more].concat())
    }

    fn take_in(&self, name: &str, more: &[&str]) -> Run {
        let (packet, known) = (self.at(name), self.at("shelter.address"));
        let base = ["packet", "take-in", &packet, "--known", &known];
        self.station.signed_in(&[&base[..], &PURPOSE, more].concat())
    }
}

#[test]
fn a_shelter_without_a_vault_reads_its_referral_and_answers() {
    let desk = Desk::new();
    let packet = desk.at("referral.packet");
    let sent = desk.send(&["--days", "30", "--out", &packet]).ends_with(0);
    assert!(sent.out.contains("child.given_name_latin, child.sex, referral.service_type"), "{}", sent.out);
    assert!(sent.out.contains("Not filled in, and so not told: child.nickname"), "{}", sent.out);
    let bytes = fs::read(&packet).unwrap();
    assert!(!bytes.windows(10).any(|window| window == b"Kunvathana"));

    let (key, known, into) = (desk.at("shelter"), desk.at("station.address"), desk.at("in"));
    let open = ["packet", "open", &packet, "--key", &key, "--known", &known, "--into", &into, "--json"];
    let opened = desk.run(&open).json();
    let files: Vec<_> = opened["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    let names: Vec<_> = files.iter().map(|file| file.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["01-referral", "02-share-manifest", "01-referral.html", "01-referral.json"]);
    let page = fs::read_to_string(files[2]).unwrap();
    assert!(page.contains("Kunvathana") && page.contains("Shelter") && page.contains("ផ្ទះសំណាក់"), "{page}");
    assert!(!page.contains(&desk.referral.to_string()) && !page.contains("Chan"), "nothing else is told");
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(files[3]).unwrap()).unwrap();
    assert_eq!(json["records"][0]["fields"]["given_name_latin"], "Kunvathana");
    assert_eq!(json["records"].as_array().unwrap().len(), 2);

    let accepted = ["--outcome", "accepted", "--by", "Reception", "--appointment", "2100-01-02T02:00:00Z"];
    desk.answer("accepted", &accepted).ends_with(0);
    let taken = desk.take_in("accepted", &["--json"]).json();
    assert_eq!(taken["referrals"][0]["to"], "accepted");
    let done = ["--outcome", "completed", "--need", "need_met", "--note", "She stayed for three nights."];
    desk.answer("done", &done).ends_with(0);
    let taken = desk.take_in("done", &[]).ends_with(0);
    assert!(taken.out.contains("accepted → completed") && !taken.out.contains("were left"), "{}", taken.out);
    let access = Access::for_purpose("forensic-interview");
    let stands = desk.station.session().read::<Referral>(desk.referral, &access).unwrap().record;
    assert_eq!(stands.provider_feedback.unwrap().as_str(), "She stayed for three nights.");
    assert_eq!((stands.received_by, stands.outcome), (words("Reception"), coded("need_met")));
    let list = ["referral", "list", &desk.child.to_string(), "--json"];
    let listed = desk.station.signed_in(&[&list[..], &PURPOSE].concat()).json();
    assert_eq!((&listed[0]["stage"], &listed[0]["overdue"]), (&"completed".into(), &serde_json::Value::Null));
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_lost() {
    let desk = Desk::new();
    let packet = desk.at("referral.packet");
    let refused = |run: Run, exit: i32, code: &str| {
        let run = run.ends_with(exit);
        assert!(run.err.contains(&format!("error[{code}]")), "{}", run.err);
    };
    let narrative = desk.send(&["--field", "statement.body", "--out", &packet]);
    refused(narrative, 4, "S1146");
    refused(desk.send(&["--field", "referral.made_by", "--out", &packet]), 6, "S1412");
    assert!(!std::path::Path::new(&packet).exists());
    desk.send(&["--out", &packet]).ends_with(0);
    assert!(desk.send(&["--out", &packet]).ends_with(5).err.contains("already"));
    // A new packet takes the place of a lost one.
    desk.send(&["--out", &desk.at("again.packet")]).ends_with(0);

    // The shelter hears at once what the station would refuse.
    refused(desk.answer("no", &["--outcome", "accepted", "--state", "revoked"]), 1, "S1403");
    refused(desk.answer("no", &["--outcome", "accepted", "--state", "lost"]), 6, "S1401");
    let reason = desk.answer("no", &["--outcome", "refused", "--decline-reason", "no_bed"]).ends_with(6);
    assert!(reason.err.contains("no_capacity"), "{}", reason.err);

    desk.answer("received", &["--outcome", "received"]).ends_with(0);
    desk.answer("service", &["--outcome", "accepted", "--state", "in_service"]).ends_with(0);
    desk.take_in("service", &[]).ends_with(0);
    refused(desk.take_in("received", &[]), 1, "S1425");
    assert!(desk.take_in("service", &[]).ends_with(0).out.contains("taken in before"));
    let bytes = fs::read(desk.at("received")).unwrap();
    let changed = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        fs::write(desk.at(name), bytes).unwrap();
        desk.take_in(name, &[])
    };
    refused(changed("altered", &|bytes| bytes[6000] ^= 1), 3, "S1004");
    refused(changed("newer", &|bytes| bytes[8] = 9), 5, "S1002");
    refused(desk.take_in("referral.packet", &[]), 4, "S1005");
    // A part that only claims to be a referral.
    fs::write(desk.at("letter"), "text").unwrap();
    let (identity, to, out) = (desk.at("identity"), desk.at("shelter.address"), desk.at("claims"));
    let part = format!("referral={}", desk.at("letter"));
    desk.run(&["packet", "seal", "--key", &identity, "--to", &to, "--part", &part, "--out", &out]).ends_with(0);
    let (key, known, into) = (desk.at("shelter"), desk.at("station.address"), desk.at("in"));
    let open = ["packet", "open", &out, "--key", &key, "--known", &known, "--into", &into];
    refused(desk.run(&open), 3, "S1042");
    assert!(fs::read_dir(&into).unwrap().next().is_none(), "nothing was written");
    let moved = |state: &str| {
        let id = desk.referral.to_string();
        desk.station.signed_in(&[&["referral", "move", &id, "--state", state][..], &PURPOSE].concat())
    };
    refused(moved("sent"), 1, "S1402");
    let overdue = desk.station.signed_in(&[&["referral", "overdue", "--json"][..], &PURPOSE].concat()).json();
    assert_eq!((&overdue["looked_at"], &overdue["overdue"]), (&1.into(), &serde_json::json!([])));
    moved("revoked").ends_with(0);
    let usage = ["packet", "answer", &desk.at("accepted"), "--key", &key, "--outcome", "received", "--by", "x"];
    assert_ne!(desk.run(&[&usage[..], &["--out", &desk.at("z")]].concat()).exit, 0);
}
