//! Bits of the file that change by themselves: an error, or every value as it was.

use saferoom::model::RecordKind;
use saferoom::model::records::Child;
use saferoom::vault::{Error, Vault};

use crate::Chance;
use crate::station::Station;
use crate::worker::{self, access, host, identity};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flipped {
    /// Some step answered with an error.
    Refused,
    /// The bits held nothing: all values are there.
    Harmless,
}

/// Flips one to three bits in a copy of the vault, in its file or in its write-ahead log, and looks.
pub(crate) fn cycle(station: &Station, chance: &mut Chance) -> Flipped {
    let copy = station.copy();
    let at = copy.folder.path();
    let log = at.join("vault.saferoom-wal");
    let in_log = chance.below(4) == 0 && std::fs::metadata(&log).is_ok_and(|data| data.len() > 0);
    let path = if in_log { log } else { worker::vault(at) };
    let mut bytes = std::fs::read(&path).expect("read");
    for _ in 0..=chance.below(3) {
        let place = chance.below(bytes.len() as u64) as usize;
        bytes[place] ^= 1 << chance.below(8);
    }
    std::fs::write(&path, bytes).expect("written");
    match look(&copy) {
        Ok(()) => Flipped::Harmless,
        Err(_) => Flipped::Refused,
    }
}

/// Reads everything; a wrong value is a panic, an error is an answer.
fn look(station: &Station) -> Result<(), Error> {
    let at = station.folder.path();
    let identity = identity(at).expect("it lies beside the vault");
    let session = Vault::open(&worker::vault(at), host(at))?.sign_in(&identity)?;
    for (id, (name, revision)) in &station.children {
        let opened = session.read::<Child>(*id, &access("look"))?;
        assert_eq!(opened.revision, *revision, "an older revision came out");
        assert_eq!(opened.record, saferoom_tests::child(name), "a wrong value came out");
    }
    let found = session.records_of(station.case, &access("look"))?;
    let found = found.iter().filter(|info| info.kind == Some(RecordKind::CHILD)).count();
    assert_eq!(found, station.children.len(), "a child is missing, and nobody says so");
    session.check(|_, _| ()).map(drop)
}
