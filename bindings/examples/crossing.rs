//! The Rust side of the crossing test in `bindings/python/tests/test_crossing.py`: writes a vault for Python to read,
//! and reads the one that Python wrote, through the Rust interface alone. Its data is invented.
//!
//! `crossing write FOLDER` prints the ids of a case and a child; `crossing read FOLDER ID` prints a record, one
//! `field=value` a line.

use std::error::Error;
use std::path::Path;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{
    FileKeyStore, Identity, Passphrase, PassphraseCost, Unlock, create_identity_file, open_identity_file,
};
use saferoom::model::records::{Case, Child, Unit};
use saferoom::model::{Coded, Narrative, PartialDate, PlaceCode, Text, Timestamp};
use saferoom::vault::{Host, Session, Vault};

const PASSPHRASE: &[u8] = b"crossing the river";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", folder] => write(Path::new(folder)),
        ["read", folder, id] => read(Path::new(folder), id.parse()?),
        _ => Err("crossing write FOLDER | crossing read FOLDER ID".into()),
    }
}

fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let identity = Identity::generate();
    let passphrase = Passphrase::new(PASSPHRASE.to_vec())?;
    let lock = Unlock::Passphrase(&passphrase);
    create_identity_file(&folder.join("member.identity"), &identity, lock, PassphraseCost::STANDARD)?;
    let unit = Unit { name: Some(Text::new("Unit of the crossing")?), ..Unit::default() };
    let vault =
        Vault::create(&folder.join("vault.saferoom"), host(folder), &identity, "test.example.org/crossing", &unit)?;
    let session = vault.sign_in(&identity)?;
    let access = Access::for_purpose("forensic-interview");
    let case = Case {
        register_number: Some(Text::new("RUST-1")?),
        reported_at: Some(Timestamp::from_milliseconds(1_795_543_567_250)?),
        registration_year: Some(2026),
        incident_place: Some(PlaceCode::parse("120103")?),
        summary: Some(Narrative::new("From Rust: ផ្ទះ\nsecond line")?),
        legal_hold: Some(true),
        legal_hold_reference: Some(Text::new("ORDER-7")?),
        lead_officer: Some(session.unit()),
        ..Case::default()
    };
    let case = session.create(Some(session.unit()), &case, &access)?;
    let child = Child {
        given_name: Some(Text::new("សុខា")?),
        other_names: vec![Text::new("Sokha; the second")?, Text::new("Ka")?],
        date_of_birth: Some(PartialDate::parse("2014-05~")?),
        sex: Some(Coded::new("female")?),
        role: Some(Coded::new("victim")?),
        ..Child::default()
    };
    let child = session.create(Some(case.record), &child, &access)?;
    println!("{}\n{}", case.record, child.record);
    Ok(())
}

fn read(folder: &Path, id: RecordId) -> Result<(), Box<dyn Error>> {
    let session = sign_in(folder)?;
    let opened = session.read_fields(id, None, &Access::for_purpose("forensic-interview"))?;
    for (field, value) in opened.record.iter() {
        println!("{}={}", field.name, value.to_plain_text());
    }
    session.check(|_done, _total| ())?;
    Ok(())
}

fn sign_in(folder: &Path) -> Result<Session, Box<dyn Error>> {
    let passphrase = Passphrase::new(PASSPHRASE.to_vec())?;
    let identity = open_identity_file(&folder.join("member.identity"), Unlock::Passphrase(&passphrase))?;
    Ok(Vault::open(&folder.join("vault.saferoom"), host(folder))?.sign_in(&identity)?)
}

fn host(folder: &Path) -> Host {
    Host::new(FileKeyStore::new(folder.join("keys")))
}
