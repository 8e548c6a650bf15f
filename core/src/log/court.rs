//! The court file of a single access: a folder that is checked alone, without the log and without the vault.
//!
//! ```text
//! court-file/
//!   entry                the entry, byte for byte as it stands in the log
//!   proof.tlog-proof     that it stands there, with the signed checkpoint   (C2SP tlog-proof)
//!   reason               the opening of its reason, if it was disclosed
//!   page.<language>.html the same for people, to print
//!   court-file           the SHA-256 of the files, as `sha256sum -c` reads it
//! ```
//!
//! What is proven: the log with this key stood for this entry at this place when the checkpoint was signed, and the reason is
//! the one that was committed to then. The page proves nothing; whoever renders it can compare it. See docs/adr/0051.

mod error;
mod list;

use std::collections::BTreeMap;

pub use error::CourtFileError;
pub use list::{CourtFileList, CourtFilePart};

use super::{
    BundleFile, BundleLog, BundleManifest, Checkpoint, Disclosure, Entry, EntryProof, Hash, Judgement, LogFile,
    MAX_ENTRY_LENGTH, MAX_MANIFEST_LENGTH, MAX_NOTE_LENGTH, Note, Quorum, ReadFolder, TileReader, TrustPolicy,
    WriteFolder, leaf_hash, prove_inclusion, verify_inclusion,
};

/// The longest page, in bytes.
pub const MAX_PAGE_LENGTH: usize = 1 << 20;

/// A single access with all that proves it. That it was read says nothing; [`CourtFile::judge`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourtFile {
    entry: Vec<u8>,
    proof: EntryProof,
    reason: Option<Disclosure>,
}

/// A court file that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedCourtFile {
    /// The entry.
    pub entry: Entry<'static>,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The checkpoint, who signed it, and who cosigned it when.
    pub judgement: Judgement,
    /// The reason in words, as it was committed to.
    pub reason: Option<Disclosure>,
}

impl CourtFile {
    /// The court file of an entry of this log, taken out of a bundle. Proven by the newest checkpoint, for the log that is
    /// being kept; for an earlier one by a checkpoint of it that stands in the bundle or among `kept`.
    ///
    /// Verify the bundle before: a court file says nothing about the rest of the log.
    ///
    /// # Errors
    /// [`CourtFileError::NoSuchEntry`], [`CourtFileError::NoCheckpoint`]; [`super::LogError::RootMismatch`] and others
    /// if the tiles are not those of the checkpoint; what reading says.
    pub fn of_bundle(
        bundle: &impl ReadFolder,
        log: &BundleLog,
        index: u64,
        kept: &[Note],
    ) -> Result<Self, CourtFileError> {
        if index >= log.size {
            return Err(CourtFileError::NoSuchEntry { index, size: log.size });
        }
        let files = listed(bundle)?;
        let note = covering(bundle, log, index, kept, &files)?;
        let checkpoint: Checkpoint = note.text().parse()?;
        // The tiles are those of the whole log; an earlier checkpoint speaks of its beginning.
        let tiles = TileReader::new(log.within(bundle), log.size)?;
        let (entry, hashes) = (tiles.entry(index)?, prove_inclusion(index, checkpoint.size(), &tiles)?);
        verify_inclusion(&leaf_hash(&entry), index, checkpoint.size(), &hashes, checkpoint.root())?;
        let opening = BundleFile::OfLog(log.number, LogFile::Opening(index));
        let reason = match files.contains_key(&opening) {
            true => Some(Disclosure::decode(&bundle.read(&opening.to_string(), MAX_ENTRY_LENGTH)?)?),
            false => None,
        };
        let file = Self { entry, proof: EntryProof::new(index, hashes, note)?, reason };
        file.check()?;
        Ok(file)
    }

    /// The entry, byte for byte.
    #[must_use]
    pub fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// The proof.
    #[must_use]
    pub const fn proof(&self) -> &EntryProof {
        &self.proof
    }

    /// The opening of the reason.
    #[must_use]
    pub const fn reason(&self) -> Option<&Disclosure> {
        self.reason.as_ref()
    }

    /// Judges it by a trust policy that came another way.
    ///
    /// # Errors
    /// Those of [`TrustPolicy::judge`] and [`EntryProof::verify`] ([`super::LogError::RootMismatch`] for another entry or
    /// another checkpoint), [`CourtFileError::Index`], [`CourtFileError::Reason`], [`CourtFileError::Quorum`].
    pub fn judge(&self, policy: &TrustPolicy) -> Result<JudgedCourtFile, CourtFileError> {
        let leaf = leaf_hash(&self.entry);
        self.proof.verify(&leaf, &policy.keys())?;
        let judgement = policy.judge(self.proof.checkpoint().to_string().as_bytes())?;
        let entry = self.check()?;
        if judgement.quorum == Quorum::Missing {
            return Err(CourtFileError::Quorum);
        }
        Ok(JudgedCourtFile { entry: entry.into_owned(), leaf, judgement, reason: self.reason.clone() })
    }

    /// Whether its parts belong together, whoever signed them.
    fn check(&self) -> Result<Entry<'_>, CourtFileError> {
        let entry = Entry::decode(&self.entry)?;
        if entry.seq != self.proof.index() {
            return Err(CourtFileError::Index { said: entry.seq, proven: self.proof.index() });
        }
        if self.proof.extra().is_some() {
            return Err(CourtFileError::Unproven);
        }
        let committed = entry.why.as_ref().and_then(|why| why.commitment);
        let opens = |reason: &Disclosure| {
            reason.label() == "reason" && committed.is_some_and(|commitment| reason.opens(&commitment))
        };
        if self.reason.as_ref().is_some_and(|reason| !opens(reason)) {
            return Err(CourtFileError::Reason);
        }
        Ok(entry)
    }

    /// Writes it into an empty folder with these pages, by the code of their language. The list is written last.
    ///
    /// # Errors
    /// [`CourtFileError::List`] for a language that is not two small letters; what writing says.
    pub fn write(
        &self,
        folder: &mut impl WriteFolder,
        pages: &BTreeMap<String, Vec<u8>>,
    ) -> Result<(), CourtFileError> {
        let proof = self.proof.to_string().into_bytes();
        let mut files = vec![(CourtFilePart::Entry, self.entry.clone())];
        for (language, page) in pages {
            files.push((CourtFilePart::page(language)?, page.clone()));
        }
        files.push((CourtFilePart::Proof, proof));
        files.extend(self.reason.as_ref().map(|reason| (CourtFilePart::Reason, reason.encode().to_vec())));
        let mut list = BTreeMap::new();
        for (part, bytes) in files {
            folder.write(&part.to_string(), &bytes)?;
            list.insert(part, Hash::of(&bytes));
        }
        let list = CourtFileList::of(list)?;
        Ok(folder.write(CourtFileList::NAME, list.to_string().as_bytes())?)
    }

    /// Reads it, with its pages by the code of their language. Files that the list does not name are not read.
    ///
    /// # Errors
    /// [`CourtFileError::List`], [`CourtFileError::FileChanged`]; what a proof or a disclosure that is none says; what
    /// reading says.
    pub fn read(folder: &impl ReadFolder) -> Result<(Self, BTreeMap<String, Vec<u8>>), CourtFileError> {
        let list = CourtFileList::parse(&folder.read(CourtFileList::NAME, MAX_NOTE_LENGTH)?)?;
        let (mut entry, mut proof, mut reason, mut pages) = (Vec::new(), Vec::new(), None, BTreeMap::new());
        for (part, hash) in list.files() {
            let bytes = folder.read(&part.to_string(), part.limit())?;
            if Hash::of(&bytes) != *hash {
                return Err(CourtFileError::FileChanged { name: part.to_string() });
            }
            match part {
                CourtFilePart::Entry => entry = bytes,
                CourtFilePart::Proof => proof = bytes,
                CourtFilePart::Reason => reason = Some(Disclosure::decode(&bytes)?),
                CourtFilePart::Page(language) => drop(pages.insert(part_language(language), bytes)),
            }
        }
        Ok((Self { entry, proof: EntryProof::parse(&proof)?, reason }, pages))
    }
}

/// Reads a court file and judges it by a trust policy, which must not come with it. Its pages are not judged.
///
/// # Errors
/// As [`CourtFile::read`] and [`CourtFile::judge`].
pub fn verify_court_file(folder: &impl ReadFolder, policy: &TrustPolicy) -> Result<JudgedCourtFile, CourtFileError> {
    CourtFile::read(folder)?.0.judge(policy)
}

fn part_language(language: &[u8; 2]) -> String {
    language.iter().map(|letter| char::from(*letter)).collect()
}

fn listed(bundle: &impl ReadFolder) -> Result<BTreeMap<BundleFile, Hash>, CourtFileError> {
    let manifest = bundle.read(BundleManifest::NAME, MAX_MANIFEST_LENGTH)?;
    let manifest = BundleManifest::parse(&manifest).map_err(|_| CourtFileError::Bundle)?;
    Ok(manifest.files().map(|(file, hash)| (file, *hash)).collect())
}

/// The largest signed checkpoint of this log that covers the entry.
fn covering(
    bundle: &impl ReadFolder,
    log: &BundleLog,
    index: u64,
    kept: &[Note],
    files: &BTreeMap<BundleFile, Hash>,
) -> Result<Note, CourtFileError> {
    if log.number.is_none() {
        return Ok(Note::parse(&bundle.read(&BundleFile::Checkpoint.to_string(), MAX_NOTE_LENGTH)?)?);
    }
    let of_log =
        |file: &&BundleFile| matches!(file, BundleFile::OfLog(number, LogFile::Earlier(_)) if *number == log.number);
    let mut notes = kept.to_vec();
    for file in files.keys().filter(of_log) {
        notes.push(Note::parse(&bundle.read(&file.to_string(), MAX_NOTE_LENGTH)?)?);
    }
    let size = |note: &Note| {
        let checkpoint: Checkpoint = note.text().parse().ok()?;
        let covers = *checkpoint.origin() == log.origin && (index + 1..=log.size).contains(&checkpoint.size());
        covers.then(|| checkpoint.size())
    };
    let covering = notes.into_iter().filter_map(|note| Some((size(&note)?, note)));
    covering.max_by_key(|(size, _)| *size).map(|(_, note)| note).ok_or(CourtFileError::NoCheckpoint)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
