//! Makes the fixtures of a release anew. Its persons are invented; its keys protect nothing.

use std::fs;
use std::path::Path;

use saferoom::access::packet::{ContentKind, PacketWriter};
use saferoom::access::{Access, RoleName};
use saferoom::id::RecordId;
use saferoom::keys::{
    Clock, FileKeyStore, Identity, MemoryKeyStore, Passphrase, PassphraseCost, SystemClock, Unlock,
    create_identity_file,
};
use saferoom::log::{Note, Verdict};
use saferoom::model::records::{Case, Child};
use saferoom::model::{Narrative, PartialDate};
use saferoom::release::engine::Unwatched;
use saferoom::release::output::{ExtractParts, NoPages, Provenance, Signer, public_key_line, write_extract};
use saferoom::release::spec::{Files, ReleasePolicy, Spec};
use saferoom::release::{ReleaseKey, Table, release};
use saferoom::vault::{Host, LogExport, Session, Vault};
use saferoom_tests::{ORIGIN, child, corrected, interview, statement, text, unit};
use serde_json::json;

use crate::{PASSPHRASE, REGISTER, repository};

/// Writes all of them into `folder`, which must not exist.
pub(crate) fn make(folder: &Path) {
    fs::create_dir_all(folder.parent().expect("a parent")).expect("made");
    fs::create_dir(folder).expect("a new folder");
    let founder = member(folder, "founder");
    let host = Host::new(FileKeyStore::new(folder.join("keys")));
    let vault = Vault::create(&folder.join("vault.saferoom"), host, &founder, ORIGIN, &unit("Unit of the fixtures"));
    let vault = vault.expect("founded");
    let session = vault.sign_in(&founder).expect("signed in");
    let supervisor = member(folder, "supervisor");
    let role = RoleName::parse("unit-supervisor").expect("a role");
    session.enrol(&supervisor.public(), &role, session.unit().scope(), &[&founder], &access()).expect("enrolled");

    let [case, child, statement] = record(&session, REGISTER, "Sokha", "សុខា");
    let kept = session.checkpoint().expect("a checkpoint");
    session.read::<Child>(child, &access()).expect("read");
    let since = vec![Note::parse(kept.as_bytes()).expect("a note")];
    let options = LogExport { since, ..LogExport::default() };
    session.export_log(&folder.join("bundle"), &options, &audit(), &mut |_, _| ()).expect("exported");
    let demanded: Vec<_> = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Freshness).collect();
    let policy = session.trust_policy().expect("a trust policy").demanding(&demanded);
    fs::write(folder.join("trust-policy"), policy.to_string()).expect("written");
    fs::write(folder.join("kept-checkpoint"), &kept).expect("written");

    let [sent, sent_child] = hand_over(folder, &session, &founder);
    let signing_key = extract(folder, &founder);
    let now = SystemClock::default().wall_milliseconds() / 1000;
    let contents = json!({
        "release": env!("CARGO_PKG_VERSION"),
        "passphrase": std::str::from_utf8(PASSPHRASE).expect("letters"),
        "unit": session.unit().to_string(),
        "case": case.to_string(),
        "child": child.to_string(),
        "statement": statement.to_string(),
        "packet": { "case": sent.to_string(), "child": sent_child.to_string() },
        "extract_key": signing_key,
        "now": now,
    });
    let contents = format!("{}\n", serde_json::to_string_pretty(&contents).expect("written out"));
    fs::write(folder.join("contents.json"), contents).expect("written");
    drop((session, vault));
    saferoom_tests::fold(&folder.join("vault.saferoom"));
}

fn access() -> Access {
    Access::for_purpose("forensic-interview").because("fixture of a release")
}

fn audit() -> Access {
    Access::for_purpose("audit").because("fixture of a release")
}

fn member(folder: &Path, name: &str) -> Identity {
    let identity = Identity::generate();
    let passphrase = Passphrase::new(PASSPHRASE.to_vec()).expect("long enough");
    let path = folder.join(format!("{name}.identity"));
    create_identity_file(&path, &identity, Unlock::Passphrase(&passphrase), PassphraseCost::STANDARD).expect("written");
    identity
}

/// A case with a child and a statement of two revisions.
fn record(session: &Session, register: &str, name: &str, khmer: &str) -> [RecordId; 3] {
    let case = Case {
        register_number: Some(text(register)),
        summary: Some(Narrative::new("Invented: a neighbour reported it").expect("a narrative")),
        ..Case::default()
    };
    let case = session.create(Some(session.unit()), &case, &access()).expect("written").record;
    let child = Child {
        given_name: Some(text(khmer)),
        given_name_latin: Some(text("Vanna")),
        date_of_birth: Some(PartialDate::parse("2014-05~").expect("a date")),
        ..child(name)
    };
    let child = session.create(Some(case), &child, &access()).expect("written").record;
    let sitting = session.create(Some(child), &interview(), &access()).expect("written").record;
    let said = session.create(Some(sitting), &statement("Invented: said first"), &access()).expect("written").record;
    session.amend(said, &corrected("Invented: said, corrected"), &access()).expect("written");
    [case, child, said]
}

/// A case of another station, on its way to the vault of the fixtures. That station is not kept.
fn hand_over(folder: &Path, session: &Session, receiver: &Identity) -> [RecordId; 2] {
    let (scratch, sender) = (saferoom_tests::folder(), Identity::generate());
    let (path, host) = (scratch.path().join("other.saferoom"), Host::new(MemoryKeyStore::default()));
    let other = Vault::create(&path, host, &sender, "other.example.org/audit/1", &unit("Another unit"));
    let other = other.expect("founded").sign_in(&sender).expect("signed in");
    let [case, child, _] = record(&other, "2026/18", "Dara", "ដារា");
    let over = other.hand_over(case, session.unit().scope(), &sender, &access()).expect("handed over");
    let (part, now) = (over.records.to_bytes(), SystemClock::default().wall_milliseconds());
    let part: &[u8] = &part;
    let writer = PacketWriter::new(&sender, now).to(&receiver.public().hybrid_key, now);
    let writer = writer.part(ContentKind::CASE_HANDOVER, "", &part);
    writer.write_file(&folder.join("case.packet")).expect("written");
    fs::write(folder.join("sender.address"), sender.packet_address_file()).expect("written");
    [case, child]
}

/// The table of the example, anonymised and signed; answers the line of the key.
fn extract(folder: &Path, founder: &Identity) -> String {
    let example = repository().join("examples/anonymise");
    let spec = fs::read_to_string(example.join("spec.toml")).expect("the specification");
    let spec = Spec::parse(&spec).expect("the specification");
    let table = Table::from_csv(&fs::read(example.join("interviews.csv")).expect("the table")).expect("the table");
    let released = release(&spec, &table, &ReleasePolicy::default(), &NoFiles, &Unwatched).expect("released");
    let parts = ExtractParts {
        provenance: &Provenance::default(),
        key: &ReleaseKey::generate(),
        signer: Some(founder),
        pages: &NoPages,
    };
    write_extract(&folder.join("extract"), &released, &parts).expect("written");
    public_key_line(&Signer::verifying_key(founder)).expect("a line")
}

/// The specification of the example names none.
struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}
