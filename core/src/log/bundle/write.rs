//! Writes a bundle while its entries stream by.

use std::collections::BTreeMap;

use super::heads::HeadsPart;
use super::manifest::{MAX_MANIFEST_LENGTH, folder_of_log};
use super::subfolder::Subfolder;
use super::view;
use super::{BundleFile, BundleManifest, BundleProblem, DeviceList, LogFile, StoredHead};
use crate::log::{
    Checkpoint, Disclosure, Entry, Frontier, Hash, KeyName, Note, ReadFolder, TileWriter, WitnessRequest, WriteFolder,
};

/// Writes a bundle into an empty folder, log by log; holds one bundle of entries and one tile of each level in memory, and
/// the manifest. The manifest is written last: a folder without one is unfinished.
#[derive(Debug)]
pub struct BundleWriter<F> {
    folder: F,
    files: BTreeMap<BundleFile, Hash>,
    length: usize,
    heads: HeadsPart,
    view: bool,
}

/// Which log is written, and how it has to end.
#[derive(Debug, Clone)]
pub struct BundleLog {
    /// Its number, for a log that was kept before; none for the one that is being kept.
    pub number: Option<u64>,
    /// Its name.
    pub origin: KeyName,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl BundleLog {
    /// The end that a checkpoint of the log that is being kept says.
    #[must_use]
    pub fn of(checkpoint: &Checkpoint) -> Self {
        let (origin, size, root) = (checkpoint.origin().clone(), checkpoint.size(), *checkpoint.root());
        Self { number: None, origin, size, root }
    }

    /// The logs of a bundle with this list of devices and this newest checkpoint: those that ended, and last the one that is
    /// being kept.
    #[must_use]
    pub fn all(devices: Option<&DeviceList>, newest: &Checkpoint) -> Vec<Self> {
        let listed = devices.iter().flat_map(|list| list.devices().iter().enumerate());
        let ended = listed.filter_map(|(place, device)| {
            let (size, root) = device.ended?;
            Some(Self { number: Some(place as u64), origin: device.key.name().clone(), size, root })
        });
        ended.chain([Self::of(newest)]).collect()
    }

    /// The folder within the bundle that its files lie in; none for the log that is being kept, whose files lie in the bundle
    /// itself.
    #[must_use]
    pub fn folder(&self) -> Option<String> {
        self.number.map(folder_of_log)
    }

    /// Its files, within the folder of the bundle.
    pub fn within<F: ReadFolder>(&self, bundle: F) -> Subfolder<F> {
        Subfolder::new(bundle, self.folder().unwrap_or_default())
    }
}

impl<F: WriteFolder> BundleWriter<F> {
    /// Begins a bundle. That the folder is empty is for the caller to see to.
    pub fn new(folder: F) -> Self {
        Self { folder, files: BTreeMap::new(), length: 0, heads: HeadsPart::default(), view: false }
    }

    /// The same bundle with the derived view of the logs that follow.
    #[must_use]
    pub fn with_view(self) -> Self {
        Self { view: true, ..self }
    }

    /// Begins one of its logs.
    ///
    /// # Errors
    /// [`BundleProblem::Shrunk`] or [`BundleProblem::Origin`] for an earlier checkpoint that is not of this log.
    pub fn log<'b, 'n>(
        &'b mut self,
        end: BundleLog,
        earlier: &'n [Note],
    ) -> Result<LogWriter<'b, 'n, F>, BundleProblem> {
        let earlier = in_order(&end, earlier)?;
        let prefix = end.number.map(folder_of_log).unwrap_or_default();
        let Self { folder, files, length, .. } = self;
        let view = self.view.then(String::new);
        let tiles = TileWriter::new(Subfolder::new(folder, prefix));
        Ok(LogWriter { listing: Listing { files, length }, tiles, end, earlier, compared: 0, view })
    }

    /// Writes the next line of the list of what the store holds; the lines come in the order of [`StoredHead`].
    ///
    /// # Errors
    /// What writing says; [`BundleProblem::Manifest`] for too many files.
    pub fn head(&mut self, head: &StoredHead) -> Result<(), BundleProblem> {
        self.heads.add(head);
        if self.heads.is_full() { self.write_heads() } else { Ok(()) }
    }

    /// Ends the list of what the store holds, even if it is empty.
    ///
    /// # Errors
    /// As [`BundleWriter::head`].
    pub fn end_of_heads(&mut self) -> Result<(), BundleProblem> {
        if self.heads.is_due() { self.write_heads() } else { Ok(()) }
    }

    fn write_heads(&mut self) -> Result<(), BundleProblem> {
        let (part, bytes) = self.heads.take();
        self.add(BundleFile::Heads(part), &bytes)
    }

    /// Writes which devices kept the vault.
    ///
    /// # Errors
    /// As [`BundleWriter::head`].
    pub fn devices(&mut self, devices: &DeviceList) -> Result<(), BundleProblem> {
        self.add(BundleFile::Devices, devices.to_string().as_bytes())
    }

    /// Writes the proof that the log which is being kept extends a checkpoint that stands among the earlier ones.
    ///
    /// # Errors
    /// As [`BundleWriter::head`].
    pub fn consistency(&mut self, proof: &WitnessRequest) -> Result<(), BundleProblem> {
        self.add(BundleFile::Consistency(proof.old()), proof.to_string().as_bytes())
    }

    /// Writes the newest checkpoint and the manifest.
    ///
    /// # Errors
    /// As [`BundleWriter::head`].
    pub fn finish(mut self, checkpoint: &Note) -> Result<(), BundleProblem> {
        self.add(BundleFile::Checkpoint, checkpoint.to_string().as_bytes())?;
        let manifest = BundleManifest::of(self.files);
        Ok(self.folder.write(BundleManifest::NAME, manifest.to_string().as_bytes())?)
    }

    fn add(&mut self, file: BundleFile, bytes: &[u8]) -> Result<(), BundleProblem> {
        Listing { files: &mut self.files, length: &mut self.length }.add(file, bytes)?;
        Ok(self.folder.write(&file.to_string(), bytes)?)
    }
}

/// The manifest in the making.
#[derive(Debug)]
struct Listing<'b> {
    files: &'b mut BTreeMap<BundleFile, Hash>,
    length: &'b mut usize,
}

impl Listing<'_> {
    fn add(&mut self, file: BundleFile, bytes: &[u8]) -> Result<(), BundleProblem> {
        *self.length += BundleManifest::line_length(file);
        if *self.length > MAX_MANIFEST_LENGTH - BundleManifest::OVERHEAD {
            return Err(BundleProblem::Manifest);
        }
        self.files.insert(file, Hash::of(bytes));
        Ok(())
    }
}

/// Writes one log of a bundle.
#[derive(Debug)]
pub struct LogWriter<'b, 'n, F> {
    listing: Listing<'b>,
    tiles: TileWriter<Subfolder<&'b mut F>>,
    end: BundleLog,
    earlier: Vec<(Checkpoint, &'n Note)>,
    compared: usize,
    /// The lines of the part of the view that is being written.
    view: Option<String>,
}

impl<F: WriteFolder> LogWriter<'_, '_, F> {
    /// How many entries it has up to now.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tiles.frontier().size()
    }

    /// Appends an entry, and the opening of its reason if it is to be in the bundle.
    ///
    /// # Errors
    /// [`BundleProblem::Root`] for an entry behind the end, [`BundleProblem::Fork`] for an earlier checkpoint that is not
    /// of this log, [`BundleProblem::Opening`] for a disclosure that opens nothing, [`BundleProblem::Manifest`] for too many
    /// files; what writing says.
    pub fn append(&mut self, entry: &[u8], opening: Option<&Disclosure>) -> Result<(), BundleProblem> {
        self.compare()?;
        let index = self.size();
        if index == self.end.size {
            return Err(BundleProblem::Root);
        }
        if let Some(disclosure) = opening {
            if disclosure.label() != "reason" || !commits_to(entry, &disclosure.commitment()) {
                return Err(BundleProblem::Opening { index });
            }
            self.add(LogFile::Opening(index), &disclosure.encode())?;
        }
        let leaf = self.tiles.append(entry)?;
        if let Some(lines) = &mut self.view {
            let decoded = Entry::decode(entry).map_err(|error| BundleProblem::Entry { index, error })?;
            lines.push_str(&view::line(&self.end.origin, &decoded, &leaf));
        }
        if (index + 1).is_multiple_of(view::ENTRIES) { self.write_view(index / view::ENTRIES) } else { Ok(()) }
    }

    fn write_view(&mut self, part: u64) -> Result<(), BundleProblem> {
        match self.view.as_mut().map(std::mem::take) {
            Some(lines) => self.add(LogFile::View(part), lines.as_bytes()),
            None => Ok(()),
        }
    }

    /// Ends the log: writes its last tiles and its earlier checkpoints.
    ///
    /// # Errors
    /// [`BundleProblem::Root`] if the entries do not lead to its end; as [`LogWriter::append`].
    pub fn finish(mut self) -> Result<Frontier, BundleProblem> {
        self.compare()?;
        let frontier = self.tiles.frontier();
        if frontier.size() != self.end.size || frontier.root() != self.end.root {
            return Err(BundleProblem::Root);
        }
        let last = self.end.size / view::ENTRIES;
        if !self.end.size.is_multiple_of(view::ENTRIES) || self.end.size == 0 {
            self.write_view(last)?;
        }
        for (checkpoint, note) in std::mem::take(&mut self.earlier) {
            self.add(LogFile::Earlier(checkpoint.size()), note.to_string().as_bytes())?;
        }
        Ok(self.tiles.finish()?)
    }

    fn compare(&mut self) -> Result<(), BundleProblem> {
        let (size, frontier) = (self.size(), self.tiles.frontier());
        while let Some((checkpoint, _)) = self.earlier.get(self.compared).filter(|(of, _)| of.size() == size) {
            if *checkpoint.root() != frontier.root() {
                return Err(BundleProblem::Fork { size });
            }
            self.compared += 1;
        }
        Ok(())
    }

    fn add(&mut self, file: LogFile, bytes: &[u8]) -> Result<(), BundleProblem> {
        self.listing.add(BundleFile::OfLog(self.end.number, file), bytes)?;
        Ok(self.tiles.folder().write(&file.to_string(), bytes)?)
    }
}

/// What goes into a bundle of one log beside the entries.
#[derive(Debug, Clone, Copy)]
pub struct BundleParts<'a> {
    /// The newest checkpoint: how many entries the bundle has, and their root.
    pub checkpoint: &'a Note,
    /// Earlier checkpoints of this log.
    pub earlier: &'a [Note],
    /// Disclosures of reasons, by the index of the entry that commits to them.
    pub openings: &'a BTreeMap<u64, Disclosure>,
}

/// Writes the bundle of one log, of which nothing else is known, into an empty folder; takes as many entries as the
/// checkpoint has. See [`BundleWriter`].
///
/// # Errors
/// As [`BundleWriter::log`], [`LogWriter::append`] and [`LogWriter::finish`]; what the stream says.
pub fn write_bundle<E: From<BundleProblem>>(
    folder: &mut impl WriteFolder,
    entries: impl IntoIterator<Item = Result<Vec<u8>, E>>,
    parts: &BundleParts<'_>,
) -> Result<Frontier, E> {
    let newest: Checkpoint = parts.checkpoint.text().parse().map_err(BundleProblem::from)?;
    let mut bundle = BundleWriter::new(folder);
    let mut log = bundle.log(BundleLog::of(&newest), parts.earlier)?;
    let mut entries = entries.into_iter();
    while log.size() < newest.size() {
        let entry = entries.next().ok_or(BundleProblem::Root)??;
        log.append(&entry, parts.openings.get(&log.size()))?;
    }
    let frontier = log.finish()?;
    if let Some(index) = parts.openings.keys().next_back().filter(|index| **index >= newest.size()) {
        return Err(BundleProblem::Opening { index: *index }.into());
    }
    bundle.finish(parts.checkpoint)?;
    Ok(frontier)
}

/// Whether the entry with these bytes commits to its reason with this hash.
pub(super) fn commits_to(entry: &[u8], commitment: &Hash) -> bool {
    let why = Entry::decode(entry).ok().and_then(|entry| entry.why);
    why.and_then(|why| why.commitment).is_some_and(|found| found == *commitment)
}

fn in_order<'n>(end: &BundleLog, notes: &'n [Note]) -> Result<Vec<(Checkpoint, &'n Note)>, BundleProblem> {
    let mut earlier = Vec::with_capacity(notes.len());
    for note in notes {
        let checkpoint: Checkpoint = note.text().parse()?;
        if *checkpoint.origin() != end.origin {
            return Err(BundleProblem::Origin);
        }
        if checkpoint.size() > end.size {
            return Err(BundleProblem::Shrunk { size: end.size, kept: checkpoint.size() });
        }
        earlier.push((checkpoint, note));
    }
    earlier.sort_by_key(|(checkpoint, _)| checkpoint.size());
    Ok(earlier)
}
