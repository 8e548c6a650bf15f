//! Writes a bundle from a stream of entries.

use std::collections::BTreeMap;

use super::manifest::MAX_MANIFEST_LENGTH;
use super::{BundleFile, BundleManifest, BundleProblem};
use crate::log::{Checkpoint, Disclosure, Entry, Frontier, Hash, Note, TileWriter, WriteFolder};

/// What goes into a bundle beside the entries.
#[derive(Debug, Clone, Copy)]
pub struct BundleParts<'a> {
    /// The newest checkpoint: how many entries the bundle has, and their root.
    pub checkpoint: &'a Note,
    /// Earlier checkpoints of this log.
    pub earlier: &'a [Note],
    /// Disclosures of reasons, by the index of the entry that commits to them.
    pub openings: &'a BTreeMap<u64, Disclosure>,
}

/// Writes a bundle into an empty folder; takes as many entries as the checkpoint has, and holds one bundle of entries
/// and one tile of each level in memory. The manifest is written last: a folder without one is unfinished.
///
/// # Errors
/// [`BundleProblem::Root`] if the entries do not lead to the checkpoint, [`BundleProblem::Fork`],
/// [`BundleProblem::Shrunk`] or [`BundleProblem::Origin`] for an earlier one that is not of this log,
/// [`BundleProblem::Opening`] for a disclosure that opens nothing, [`BundleProblem::Manifest`] for too many files; what
/// writing says, and what the stream says.
pub fn write_bundle<E: From<BundleProblem>>(
    folder: &mut impl WriteFolder,
    entries: impl IntoIterator<Item = Result<Vec<u8>, E>>,
    parts: &BundleParts<'_>,
) -> Result<Frontier, E> {
    let newest: Checkpoint = parts.checkpoint.text().parse().map_err(BundleProblem::from)?;
    let earlier = in_order(&newest, parts.earlier)?;
    let mut compared = earlier.iter().map(|(checkpoint, _)| checkpoint).peekable();
    let mut tiles = TileWriter::new(&mut *folder);
    let mut entries = entries.into_iter();
    let mut opened = 0;
    loop {
        let size = tiles.frontier().size();
        while let Some(checkpoint) = compared.next_if(|checkpoint| checkpoint.size() == size) {
            if *checkpoint.root() != tiles.frontier().root() {
                return Err(BundleProblem::Fork { size }.into());
            }
        }
        if size == newest.size() {
            break;
        }
        let entry = entries.next().ok_or(BundleProblem::Root)??;
        if let Some(disclosure) = parts.openings.get(&size) {
            if disclosure.label() != "reason" || !commits_to(&entry, &disclosure.commitment()) {
                return Err(BundleProblem::Opening { index: size }.into());
            }
            opened += 1;
        }
        tiles.append(&entry).map_err(BundleProblem::from)?;
    }
    if tiles.frontier().root() != *newest.root() {
        return Err(BundleProblem::Root.into());
    }
    if let Some(index) = parts.openings.keys().next_back().filter(|_| opened < parts.openings.len()) {
        return Err(BundleProblem::Opening { index: *index }.into());
    }
    let frontier = tiles.finish().map_err(BundleProblem::from)?;
    write_files(folder, &earlier, parts)?;
    Ok(frontier)
}

/// Whether the entry with these bytes commits to its reason with this hash.
pub(super) fn commits_to(entry: &[u8], commitment: &Hash) -> bool {
    let why = Entry::decode(entry).ok().and_then(|entry| entry.why);
    why.and_then(|why| why.commitment).is_some_and(|found| found == *commitment)
}

fn in_order<'n>(newest: &Checkpoint, notes: &'n [Note]) -> Result<Vec<(Checkpoint, &'n Note)>, BundleProblem> {
    let mut earlier = Vec::with_capacity(notes.len());
    for note in notes {
        let checkpoint: Checkpoint = note.text().parse()?;
        if checkpoint.origin() != newest.origin() {
            return Err(BundleProblem::Origin);
        }
        if checkpoint.size() > newest.size() {
            return Err(BundleProblem::Shrunk { size: newest.size(), kept: checkpoint.size() });
        }
        earlier.push((checkpoint, note));
    }
    earlier.sort_by_key(|(checkpoint, _)| checkpoint.size());
    Ok(earlier)
}

fn write_files(
    folder: &mut impl WriteFolder,
    earlier: &[(Checkpoint, &Note)],
    parts: &BundleParts<'_>,
) -> Result<(), BundleProblem> {
    let newest = parts.checkpoint.to_string();
    let mut manifest = BundleManifest::new(newest.as_bytes());
    for (checkpoint, note) in earlier {
        let (file, bytes) = (BundleFile::Earlier(checkpoint.size()), note.to_string());
        folder.write(&file.to_string(), bytes.as_bytes())?;
        manifest.add(file, bytes.as_bytes());
    }
    for (index, disclosure) in parts.openings {
        let (file, bytes) = (BundleFile::Opening(*index), disclosure.encode());
        folder.write(&file.to_string(), &bytes)?;
        manifest.add(file, &bytes);
    }
    folder.write(&BundleFile::Checkpoint.to_string(), newest.as_bytes())?;
    let manifest = manifest.to_string();
    if manifest.len() > MAX_MANIFEST_LENGTH {
        return Err(BundleProblem::Manifest);
    }
    Ok(folder.write(BundleManifest::NAME, manifest.as_bytes())?)
}
