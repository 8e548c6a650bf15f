//! Packets end to end, through the built binary: a station writes to a shelter that has no vault.

mod station;

use std::fs;
use std::path::Path;

use saferoom::access::packet::{
    Certificate, Organisation, PacketSigner, SignedCertificate, SignedSuspensions, Suspensions,
};
use saferoom::id::OrganisationId;
use saferoom::keys::{Identity, PacketAddress};
use station::{Run, Station};

/// Two correspondents in one folder.
struct Desk(Station);

impl Desk {
    fn new() -> Self {
        let desk = Self(Station::founded());
        let keygen = desk.run(&["packet", "keygen", "--key", &desk.at("shelter")]).ends_with(0);
        assert!(keygen.out.contains("Fingerprint"), "{}", keygen.out);
        desk.run(&["packet", "address", "--key", &desk.at("identity"), "--out", &desk.at("station.address")])
            .ends_with(0);
        fs::write(desk.at("letter.json"), "{\"service\": \"shelter\"}").unwrap();
        desk
    }

    fn at(&self, name: &str) -> String {
        self.0.path(name).display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = station::saferoom();
        command.args(arguments);
        command.env("SAFEROOM_PASSPHRASE_FILE", self.0.path("passphrase"));
        Run::of(command)
    }

    /// A packet of the station to the shelter.
    fn seal(&self, name: &str, more: &[&str]) -> String {
        let (part, out) = (format!("file={}", self.at("letter.json")), self.at(name));
        let (key, to) = (self.at("identity"), self.at("shelter.address"));
        let seal = ["packet", "seal", "--key", &key, "--to", &to, "--part", &part, "--out", &out];
        self.run(&[&seal[..], more].concat()).ends_with(0);
        out
    }

    /// Opened by the shelter, which knows the station.
    fn open(&self, packet: &str, into: &str, more: &[&str]) -> Run {
        let (key, known, into) = (self.at("shelter"), self.at("station.address"), self.at(into));
        let open = ["packet", "open", packet, "--key", &key, "--known", &known, "--into", &into];
        self.run(&[&open[..], more].concat())
    }
}

#[test]
fn a_packet_goes_out_and_is_answered() {
    let desk = Desk::new();
    let packet = desk.seal("to-shelter", &["--days", "30"]);
    let bytes = fs::read(&packet).unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"shelter"));

    let key = desk.at("shelter");
    let shown = desk.run(&["packet", "show", &packet, "--key", &key]).ends_with(0);
    assert!(shown.out.contains("NOT KNOWN") && shown.out.contains("file"), "{}", shown.out);
    let address = desk.run(&["packet", "address", &desk.at("station.address"), "--json"]).json();
    let shown = desk.run(&["packet", "show", &packet, "--key", &key, "--json"]).json();
    assert_eq!((&shown["sender"], &shown["sender_standing"]), (&address["fingerprint"], &"unknown".into()));

    let stranger = desk.run(&["packet", "open", &packet, "--key", &key, "--into", &desk.at("x")]).ends_with(4);
    assert!(stranger.err.contains("error[S1010]"), "{}", stranger.err);
    let opened = desk.open(&packet, "in", &["--json"]).json();
    let file = opened["files"][0].as_str().unwrap();
    assert!(file.ends_with("01-file"), "{file}");
    assert_eq!(fs::read(file).unwrap(), fs::read(desk.at("letter.json")).unwrap());
    assert!(!fs::read_dir(desk.at("in")).unwrap().any(|entry| entry.unwrap().path().extension().is_some()));

    let again = desk.open(&packet, "in-2", &[]).ends_with(1);
    assert!(again.err.contains("error[S1021]"), "{}", again.err);
    desk.open(&packet, "in-2", &["--again"]).ends_with(0);
    // Nothing is written over.
    assert!(desk.open(&packet, "in-2", &["--again"]).ends_with(5).err.contains("already"));

    let (known, answer) = (desk.at("station.address"), desk.at("answer"));
    let outcome = ["--outcome", "accepted", "--note", "A place from Monday on", "--out", &answer];
    let args = [&["packet", "answer", &packet, "--key", &key, "--known", &known][..], &outcome].concat();
    let answered = desk.run(&[&args[..], &["--json"]].concat()).json();
    assert_eq!(answered["in_reply_to"], opened["packet"]);
    let (identity, shelter) = (desk.at("identity"), desk.at("shelter.address"));
    let read = ["packet", "open", &answer, "--key", &identity, "--known", &shelter, "--into", &desk.at("answers")];
    let read = desk.run(&read).ends_with(0);
    assert!(read.out.contains("accepted") && read.out.contains("A place from Monday on"), "{}", read.out);
    assert!(read.out.contains(opened["packet"].as_str().unwrap()), "{}", read.out);
}

#[test]
fn what_is_wrong_with_a_packet_is_named() {
    let desk = Desk::new();
    let packet = desk.seal("packet", &[]);
    let bytes = fs::read(&packet).unwrap();
    let changed = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        fs::write(desk.at(name), bytes).unwrap();
        desk.open(&desk.at(name), "in", &[])
    };
    let refused = |run: Run, exit: i32, code: &str| {
        let run = run.ends_with(exit);
        assert!(run.err.contains(&format!("error[{code}]")), "{}", run.err);
    };
    refused(changed("altered", &|bytes| bytes[6000] ^= 1), 3, "S1004");
    refused(changed("longer", &|bytes| bytes.push(0)), 3, "S1004");
    refused(changed("truncated", &|bytes| bytes.truncate(6000)), 5, "S1003");
    refused(changed("newer", &|bytes| bytes[8] = 2), 5, "S1002");
    refused(changed("other", &|bytes| bytes[0] = 0), 5, "S1001");
    let (identity, into) = (desk.at("identity"), desk.at("in"));
    refused(desk.run(&["packet", "open", &packet, "--key", &identity, "--into", &into]), 4, "S1005");
    refused(desk.open(&desk.seal("expired", &["--days", "0"]), "in", &[]), 1, "S1020");
    refused(desk.run(&["packet", "show", &packet, "--key", &desk.at("letter.json")]), 5, "S290");
    refused(desk.run(&["packet", "address", &desk.at("letter.json")]), 5, "S293");
    assert!(fs::read_dir(desk.at("in")).is_ok_and(|mut entries| entries.next().is_none()), "nothing was taken out");
    let part = desk.run(&["packet", "seal", "--key", &identity, "--to", "x", "--part", "nonsense", "--out", "y"]);
    part.ends_with(2);
}

#[test]
fn an_organisation_certifies_and_suspends() {
    let desk = Desk::new();
    let custodian = Identity::generate();
    let organisation = OrganisationId::random();
    let pinned = Organisation::new(organisation, 1, vec![custodian.address().verifying_key]).unwrap();
    fs::write(desk.at("organisation"), pinned.to_bytes()).unwrap();
    let subject = PacketAddress::from_file_bytes(&fs::read(desk.at("station.address")).unwrap()).unwrap().digest();
    let certificate =
        Certificate { organisation, serial: [1; 16], subject, kinds: Vec::new(), not_before: 0, not_after: 1 << 42 };
    fs::write(desk.at("certificate"), SignedCertificate::new(certificate).sign(&custodian).to_bytes()).unwrap();
    let list = Suspensions { organisation, number: 1, issued_at: 5, suspended: vec![(subject, 5)] };
    fs::write(desk.at("suspensions"), SignedSuspensions::new(list).sign(&custodian).to_bytes()).unwrap();

    let packet = desk.seal("packet", &["--certificate", &desk.at("certificate")]);
    let (key, pinned, list) = (desk.at("shelter"), desk.at("organisation"), desk.at("suspensions"));
    let show = ["packet", "show", &packet, "--key", &key, "--organisation", &pinned];
    assert_eq!(desk.run(&[&show[..], &["--json"]].concat()).json()["sender_standing"], "certified");
    let suspended = desk.open(&packet, "in", &["--organisation", &pinned, "--suspensions", &list]).ends_with(4);
    assert!(suspended.err.contains("error[S1011]"), "{}", suspended.err);
    let lone = desk.open(&packet, "in", &["--suspensions", &list]).ends_with(6);
    assert!(lone.err.contains("error[S1015]"), "{}", lone.err);
    desk.open(&packet, "in", &["--organisation", &pinned]).ends_with(0);
    assert!(Path::new(&desk.at("shelter.seen")).exists());
}

#[test]
fn an_organisation_certifies_and_suspends_who_sends() {
    let desk = Desk::new();
    let (key, address) = (desk.at("identity"), desk.at("station.address"));
    let (second, organisation) = (desk.at("second"), desk.at("police.organisation"));
    desk.run(&["packet", "keygen", "--key", &second]).ends_with(0);
    let custodians = ["--custodian", &address, "--custodian", &desk.at("second.address")];
    desk.run(&[&["packet", "organisation", "--out", &organisation], &custodians[..]].concat()).ends_with(0);

    let (one, both) = (desk.at("one.certificate"), desk.at("both.certificate"));
    let base = ["--key", &key, "--organisation", &organisation];
    let certify = ["packet", "certify", &address, "--kind", "file", "--out", &one];
    let run = desk.run(&[&certify, &base[..]].concat()).ends_with(0);
    assert!(run.out.contains("does not count yet") || run.err.contains("does not count yet"), "{}", run.out);
    let sign = ["packet", "countersign", &one, "--key", &second, "--organisation", &organisation, "--out", &both];
    assert!(desk.run(&sign).ends_with(0).out.contains("it counts"));

    let open = |packet: &str, into: &str, more: &[&str]| {
        let (key, into) = (desk.at("shelter"), desk.at(into));
        let open = ["packet", "open", packet, "--key", &key, "--organisation", &organisation, "--into", &into];
        desk.run(&[&open[..], more].concat())
    };
    open(&desk.seal("half", &["--certificate", &one]), "half-in", &[]).ends_with(4);
    open(&desk.seal("whole", &["--certificate", &both]), "whole-in", &[]).ends_with(0);

    let (begun, list) = (desk.at("begun.suspensions"), desk.at("list.suspensions"));
    desk.run(&[&["packet", "suspend", &address, "--out", &begun], &base[..]].concat()).ends_with(0);
    let sign = ["packet", "countersign", &begun, "--key", &second, "--organisation", &organisation, "--out", &list];
    desk.run(&sign).ends_with(0);
    let packet = desk.seal("later", &["--certificate", &both]);
    open(&packet, "later-in", &["--suspensions", &list]).ends_with(4);
    // The next list keeps what the first one says.
    let next = desk.at("next.suspensions");
    let suspend = ["packet", "suspend", &desk.at("shelter.address"), "--after", &list, "--out", &next];
    assert!(desk.run(&[&suspend, &base[..]].concat()).ends_with(0).out.contains('2'));
}
