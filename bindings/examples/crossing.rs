//! The Rust side of vaults that cross between languages, through the Rust interface alone. Its data is invented.
//!
//! `crossing write FOLDER` prints the ids of a case and a child; `crossing read FOLDER ID` prints a record, one
//! `field=value` a line: for the tests of each language. `found`, `take`, `see`, `erase` and `gone` are what every language
//! has (`xtask/src/steps/crossings.rs`).

use std::error::Error;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use saferoom::access::Access;
use saferoom::access::erasure::{Ground, GroundKind};
use saferoom::error::Diagnosis;
use saferoom::id::RecordId;
use saferoom::keys::{
    FileKeyStore, Identity, Passphrase, PassphraseCost, Unlock, create_identity_file, open_identity_file,
};
use saferoom::log::{Answer, DiskFolder, verify_bundle_logs};
use saferoom::model::records::{Case, Child, Unit};
use saferoom::model::{Coded, Narrative, PartialDate, PlaceCode, Text, Timestamp};
use saferoom::vault::{Host, LogExport, Session, Vault};

const PASSPHRASE: &[u8] = b"crossing the river";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", folder] => write(Path::new(folder)),
        ["read", folder, id] => read(Path::new(folder), id.parse()?),
        ["found", folder, name] => found(Path::new(folder), name),
        ["take", folder, case, child, from] => take(Path::new(folder), case.parse()?, child.parse()?, from),
        ["see", folder, _, child, by] => see(Path::new(folder), child.parse()?, by),
        ["erase", folder, case, _, _] => erase(Path::new(folder), case.parse()?),
        ["gone", folder, _, child, _] => gone(Path::new(folder), child.parse()?),
        _ => Err(
            "crossing write FOLDER | read FOLDER ID | found FOLDER NAME | take|see|erase|gone FOLDER CASE CHILD NAME"
                .into(),
        ),
    }
}

fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let identity = create_identity(folder)?;
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

/// A vault with a case that says who founded it, and a child.
fn found(folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let identity = create_identity(folder)?;
    let unit = Unit { name: Some(Text::new("Unit of the crossing")?), ..Unit::default() };
    let vault =
        Vault::create(&folder.join("vault.saferoom"), host(folder), &identity, "test.example.org/crossing", &unit)?;
    let session = vault.sign_in(&identity)?;
    let access = Access::for_purpose("forensic-interview");
    let case = Case { register_number: Some(Text::new(format!("of {name}"))?), ..Case::default() };
    let case = session.create(Some(session.unit()), &case, &access)?.record;
    let child = Child { sex: Some(Coded::new("female")?), role: Some(Coded::new("victim")?), ..Child::default() };
    let child = session.create(Some(case), &child, &access)?.record;
    println!("{case}\n{child}");
    Ok(())
}

/// Reads what another language wrote, adds to it, checks the file, and audits its log.
fn take(folder: &Path, case: RecordId, child: RecordId, from: &str) -> Result<(), Box<dyn Error>> {
    let session = sign_in(folder)?;
    let access = Access::for_purpose("forensic-interview");
    let number = session.read::<Case>(case, &access)?.record.register_number;
    if number.as_ref().map(Text::as_str) != Some(format!("of {from}").as_str()) {
        return Err("the case is of another".into());
    }
    let mut record = session.read::<Child>(child, &access)?.record;
    record.nickname = Some(Text::new("from Rust")?);
    session.amend(child, &record, &access)?;
    session.check(|_done, _total| ())?;
    let bundle = folder.join("bundle-rust");
    session.export_log(&bundle, &LogExport::default(), &access, &mut |_done, _total| ())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let report = verify_bundle_logs(&DiskFolder::new(&bundle), &session.trust_policy()?, &[], now, |_, _| ());
    let failed = report.answers().any(|(_, answer)| matches!(answer, Answer::Failed { .. }));
    if failed { Err("a verdict of the log failed".into()) } else { Ok(()) }
}

/// Whether another language has added to the child.
fn see(folder: &Path, child: RecordId, by: &str) -> Result<(), Box<dyn Error>> {
    let record = sign_in(folder)?.read::<Child>(child, &Access::for_purpose("forensic-interview"))?.record;
    let wanted = format!("from {by}");
    if record.nickname.as_ref().map(Text::as_str) == Some(wanted.as_str()) { Ok(()) } else { Err("not seen".into()) }
}

fn erase(folder: &Path, case: RecordId) -> Result<(), Box<dyn Error>> {
    let (session, identity) = (sign_in(folder)?, open_identity(folder)?);
    let ordered = Access::for_purpose("record-management").because("ordered by the court of the tests");
    let proposal = session.propose_erasure(&[case], Ground::of(GroundKind::Order)?, &ordered)?.signed_by(&identity);
    if session.erase(&proposal, &ordered)?.cases == 1 { Ok(()) } else { Err("not erased".into()) }
}

/// Whether the child is told as erased.
fn gone(folder: &Path, child: RecordId) -> Result<(), Box<dyn Error>> {
    match sign_in(folder)?.read::<Child>(child, &Access::for_purpose("forensic-interview")) {
        Err(error) if error.code() == 740 => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => Err("it opens".into()),
    }
}

fn sign_in(folder: &Path) -> Result<Session, Box<dyn Error>> {
    let identity = open_identity(folder)?;
    Ok(Vault::open(&folder.join("vault.saferoom"), host(folder))?.sign_in(&identity)?)
}

fn create_identity(folder: &Path) -> Result<Identity, Box<dyn Error>> {
    let identity = Identity::generate();
    let passphrase = Passphrase::new(PASSPHRASE.to_vec())?;
    let lock = Unlock::Passphrase(&passphrase);
    create_identity_file(&folder.join("member.identity"), &identity, lock, PassphraseCost::STANDARD)?;
    Ok(identity)
}

fn open_identity(folder: &Path) -> Result<Identity, Box<dyn Error>> {
    let passphrase = Passphrase::new(PASSPHRASE.to_vec())?;
    Ok(open_identity_file(&folder.join("member.identity"), Unlock::Passphrase(&passphrase))?)
}

fn host(folder: &Path) -> Host {
    Host::new(FileKeyStore::new(folder.join("keys")))
}
