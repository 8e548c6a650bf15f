//! The smallest program that does what the library is for: it founds a vault, records a child, and reads the record again.
//! `cargo xtask sizes` measures it with each set of features.

use std::error::Error;

use saferoom::access::Access;
use saferoom::keys::{FileKeyStore, Identity};
use saferoom::model::Text;
use saferoom::model::records::{Case, Child, Unit};
use saferoom::vault::{Host, Vault};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name an empty folder")?;
    let folder = std::path::PathBuf::from(folder);
    let keys = folder.join("keys");
    std::fs::create_dir(&keys)?;
    let founder = Identity::generate();
    let unit = Unit { name: Some(Text::new("Example unit")?), ..Unit::default() };
    let host = Host::new(FileKeyStore::new(keys));
    let vault = Vault::create(&folder.join("vault.saferoom"), host, &founder, "police.example.org/audit/1", &unit)?;
    let session = vault.sign_in(&founder)?;
    let access = Access::for_purpose("forensic-interview");
    let case = session.create(Some(session.unit()), &Case::default(), &access)?.record;
    let child = Child { family_name_latin: Some(Text::new("Sokha")?), ..Child::default() };
    let child = session.create(Some(case), &child, &access)?.record;
    let opened = session.read::<Child>(child, &access)?;
    println!("revision {}, entry {} of the log", opened.revision, session.log_size()?);
    Ok(())
}
