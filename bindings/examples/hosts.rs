//! The Rust side of `cargo xtask bench --bench hosts`: makes the vault that every language reads, and measures the same calls
//! through the Rust interface alone. Its data is invented.
//!
//! `hosts make FOLDER` writes a vault with 1000 children and their ids, one a line; `hosts measure FOLDER OUT` appends lines
//! `what microseconds` to OUT: medians.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{
    FileKeyStore, Identity, Passphrase, PassphraseCost, Unlock, create_identity_file, open_identity_file,
};
use saferoom::model::records::{Case, Child, Unit};
use saferoom::model::{Coded, Text};
use saferoom::vault::{Host, Session, Vault};

const PASSPHRASE: &[u8] = b"beside the same call";
const CHILDREN: u32 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", folder] => make(Path::new(folder)),
        ["measure", folder, out] => measure(Path::new(folder), Path::new(out)),
        _ => Err("hosts make FOLDER | hosts measure FOLDER OUT".into()),
    }
}

fn make(folder: &Path) -> Result<(), Box<dyn Error>> {
    let identity = Identity::generate();
    let passphrase = Passphrase::new(PASSPHRASE.to_vec())?;
    let lock = Unlock::Passphrase(&passphrase);
    create_identity_file(&folder.join("member.identity"), &identity, lock, PassphraseCost::STANDARD)?;
    let unit = Unit { name: Some(Text::new("Unit of the bench")?), ..Unit::default() };
    let vault =
        Vault::create(&folder.join("vault.saferoom"), host(folder), &identity, "test.example.org/bench", &unit)?;
    let session = vault.sign_in(&identity)?;
    let access = Access::for_purpose("forensic-interview");
    let case = session.create(Some(session.unit()), &Case::default(), &access)?.record;
    let children = (0..CHILDREN).map(child).collect::<Result<Vec<_>, _>>()?;
    let written = session.write_batch(&access, |batch| {
        children.iter().map(|child| batch.create(Some(case), child)).collect::<Result<Vec<_>, _>>()
    })?;
    let ids: Vec<String> = written.iter().map(|revision| revision.record.to_string()).collect();
    fs::write(folder.join("ids.txt"), ids.join("\n") + "\n")?;
    Ok(())
}

/// Twelve fields, about 600 bytes.
fn child(number: u32) -> Result<Child, Box<dyn Error>> {
    let text = |what: &str| Text::new(format!("{what} {number}")).map(Some);
    Ok(Child {
        family_name: text("ចាន់")?,
        given_name: text("សុខា")?,
        family_name_latin: text("Chan")?,
        given_name_latin: text("Sokha")?,
        nickname: text("Nick")?,
        national_id: text("0123456")?,
        birth_certificate_number: text("B-77-2014")?,
        family_book_number: text("F-55")?,
        address: text("a house beside the blue pagoda, the third street, village of the tests")?,
        school_name: text("the school of the tests beside the river")?,
        sex: Some(Coded::new("female")?),
        role: Some(Coded::new("victim")?),
        ..Child::default()
    })
}

fn measure(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let session = sign_in(folder)?;
    let ids = fs::read_to_string(folder.join("ids.txt"))?;
    let ids = ids.lines().map(str::parse).collect::<Result<Vec<RecordId>, _>>()?;
    let access = Access::for_purpose("forensic-interview");
    let trivial = median(2000, || {
        black_box(session.is_locked());
    });
    let mut next = ids.iter().cycle();
    let record = median(2000, || {
        let id = next.next().copied().unwrap_or(ids[0]);
        black_box(session.read::<Child>(id, &access).expect("the vault is whole"));
    });
    let page = median(20, || {
        black_box(session.read_many::<Child>(&ids, &access).expect("the vault is whole"));
    });
    let mut file = fs::OpenOptions::new().create(true).append(true).open(out)?;
    writeln!(file, "trivial {trivial:.3}\nrecord {record:.1}\npage {page:.0}")?;
    Ok(())
}

/// The median of so many calls, after a tenth as many, in microseconds.
fn median(calls: usize, mut call: impl FnMut()) -> f64 {
    (0..calls / 10).for_each(|_| call());
    let mut taken: Vec<f64> = (0..calls)
        .map(|_| {
            let begun = Instant::now();
            call();
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[calls / 2]
}

fn sign_in(folder: &Path) -> Result<Session, Box<dyn Error>> {
    let passphrase = Passphrase::new(PASSPHRASE.to_vec())?;
    let identity = open_identity_file(&folder.join("member.identity"), Unlock::Passphrase(&passphrase))?;
    Ok(Vault::open(&folder.join("vault.saferoom"), host(folder))?.sign_in(&identity)?)
}

fn host(folder: &Path) -> Host {
    Host::new(FileKeyStore::new(folder.join("keys")))
}
