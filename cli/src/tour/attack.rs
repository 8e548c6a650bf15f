//! What an attacker with the file can do. Always to copies; the vault itself is not touched.

use std::fs;
use std::time::Instant;

use saferoom::access::Access;
use saferoom::keys::{FileKeyStore, Identity};
use saferoom::model::records::{Child, Statement};
use saferoom::vault::{Error, Host, IntegrityError, Vault};

use super::begin::Caseload;
use super::folder::{Folder, beside, copy_device, copy_vault, device_of};
use super::reading::{Example, refused, unexpected};
use super::scan::{Needles, SHORTEST, Spelling};
use super::show::Step;
use super::{interviews, page, show};
use crate::console::Console;
use crate::failure::Failure;

/// [`Step::Tamper`]. Nobody has the vault open.
pub(super) fn tamper(out: &Console, folder: &Folder, identity: &Identity, example: Example<'_>) -> Result<(), Failure> {
    show::step(out, Step::Tamper, "Change a copy from outside");
    change_one_byte(out, folder, identity, example)?;
    roll_back(out, folder, identity)
}

fn change_one_byte(out: &Console, folder: &Folder, identity: &Identity, example: Example<'_>) -> Result<(), Failure> {
    let copy = folder.damaged();
    copy_vault(&folder.vault(), &copy)?;
    copy_device(&device_of(&folder.vault()), &device_of(&copy))?;
    let host = || Host::new(FileKeyStore::new(device_of(&copy)));
    // Opening and closing folds a write-ahead log into the file, so that the byte is changed where it counts.
    drop(Vault::open(&copy, host())?);
    let mut bytes = fs::read(&copy).map_err(|error| Failure::reading(&copy, &error))?;
    let sealed = page::sealed_bytes(&bytes, example.statement.as_bytes())
        .ok_or_else(|| unexpected("the sealed statement was not found in the file"))?;
    let at = sealed.start + sealed.len() / 2;
    let before = bytes[at];
    bytes[at] ^= 1;
    fs::write(&copy, &bytes).map_err(|error| Failure::writing(&copy, &error))?;
    show::say(
        out,
        format!(
            "One bit of the statement's {} sealed bytes, in a copy: at offset {at} of {}, {before:02x} becomes {:02x}. \
             Whoever opens the copy can still read the rest; the statement is refused, never shown wrongly.",
            sealed.len(),
            bytes.len(),
            bytes[at],
        ),
    );
    out.blank();
    let session = Vault::open(&copy, host())?.sign_in(identity)?;
    let access = Access::for_purpose("investigation");
    session.read::<Child>(example.child.child, &access)?;
    out.good("the child's record, which was not touched, opens");
    out.line("reading the statement:");
    let newest = session.read::<Statement>(example.statement, &access).map(drop);
    let first = session.read_revision::<Statement>(example.statement, 1, &access).map(drop);
    let errors: Vec<Error> = [newest, first].into_iter().filter_map(Result::err).collect();
    match errors.first() {
        Some(error) => refused(out, &Failure::from(error.clone())),
        None => return Err(unexpected("a changed statement was shown")),
    }
    out.line("the check of the whole copy:");
    match session.check(|_, _| ()) {
        Err(error) => refused(out, &Failure::from(error)),
        Ok(_) => return Err(unexpected("a changed byte was not noticed")),
    }
    Ok(())
}

/// Offers the copy from before the correction to the device that has seen the correction.
fn roll_back(out: &Console, folder: &Folder, identity: &Identity) -> Result<(), Failure> {
    let older = folder.older();
    copy_device(&device_of(&folder.vault()), &device_of(&older))?;
    out.blank();
    show::say(
        out,
        format!(
            "Second try: somebody wants the correction of step {} to vanish, and puts yesterday's file in place of \
             today's. Every signature in it is right. But this device remembers the newest state that it has seen:",
            Step::Correct.number(),
        ),
    );
    out.blank();
    let host = Host::new(FileKeyStore::new(device_of(&older)));
    match Vault::open(&older, host).and_then(|vault| vault.sign_in(identity)) {
        Err(error @ Error::Integrity(IntegrityError::Rollback)) => refused(out, &Failure::from(error)),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(unexpected("an older copy was accepted")),
    }
    Ok(())
}

/// [`Step::Steal`]. Nobody has the vault open.
pub(super) fn steal(out: &Console, folder: &Folder, caseload: &Caseload) -> Result<u64, Failure> {
    show::step(out, Step::Steal, "Steal the file");
    show::say(
        out,
        "Whoever finds the phone or copies the file has all its bytes. The tour looks in them for every name and every \
         sentence that it has just written, in three spellings.",
    );
    let mut bytes = Vec::new();
    for suffix in ["", "-wal", "-shm"] {
        let path = beside(&folder.vault(), suffix);
        if suffix.is_empty() || path.exists() {
            bytes.extend(fs::read(&path).map_err(|error| Failure::reading(&path, &error))?);
        }
    }
    let started = Instant::now();
    let mut texts: Vec<&str> = interviews::sentences().collect();
    texts.extend(caseload.names.iter().flat_map(|name| [name.latin.as_str(), name.khmer.as_str()]));
    let mut found = 0;
    let mut rows = Vec::new();
    for spelling in Spelling::ALL {
        let needles = Needles::new(texts.iter().copied(), spelling);
        // A search that finds nothing proves little unless it is known to find something.
        let plain: Vec<u8> = texts.iter().flat_map(|text| spelling.spell(&format!("{text} "))).collect();
        let control = needles.found_in(&plain);
        if control != needles.count() {
            return Err(unexpected("the search does not find what is there"));
        }
        let here = needles.found_in(&bytes);
        rows.push([
            format!("  {}", spelling.name()),
            needles.count().to_string(),
            control.to_string(),
            here.to_string(),
        ]);
        found += here;
    }
    let size = bytes.len() as u64;
    out.blank();
    out.table(&["  spelling", "looked for", "found in a plain list", "found in the vault"], rows);
    out.blank();
    if found > 0 {
        return Err(unexpected("a name stands in clear in the vault"));
    }
    out.good(format_args!(
        "0 found in {} (names of {SHORTEST} letters and more, in {})",
        show::megabytes(size),
        show::seconds(started.elapsed()),
    ));
    show::say(
        out,
        "What a thief does see: that it is a saferoom vault, how many records of which kind there are and how they \
         belong together by random ids, how large they are after padding, and how much was written.",
    );
    Ok(size)
}
