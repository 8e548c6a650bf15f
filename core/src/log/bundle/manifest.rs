//! The file `bundle`: which files go along with the tiles, with their SHA-256.
//!
//! The tiles need none: the signed root says what they are. This list catches what no signature covers, such as a line
//! of a witness that the reader does not know. It proves nothing against whoever writes it anew.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::BundleProblem;
use crate::id::parse_hexadecimal;
use crate::log::checkpoint::decimal;
use crate::log::{Hash, MAX_SIZE};

/// The longest manifest, in bytes: some 45,000 files.
pub const MAX_MANIFEST_LENGTH: usize = 1 << 22;

/// A comment for `sha256sum -c`, and the version for us.
const HEADER: &str = "# saferoom bundle 1\n";

/// A file of a bundle that is no tile. In the order of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BundleFile {
    /// `checkpoint`: the newest one.
    Checkpoint,
    /// `devices`: which devices kept the vault, one after the other.
    Devices,
    /// `heads/<number>`: a part of the list of what the store holds.
    Heads(u64),
    /// `proofs/<size>.consistency`: that the log extends the checkpoint of this size, as C2SP tlog-witness has it.
    Consistency(u64),
    /// A file of one of the logs: of the one that is being kept (none), or of an earlier one, below `logs/<number>/`.
    OfLog(Option<u64>, LogFile),
}

/// A file that each log of a bundle may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogFile {
    /// `checkpoints/<size>`: an earlier checkpoint, of this size.
    Earlier(u64),
    /// `openings/<index>.reason`: the disclosure of the reason of this entry.
    Opening(u64),
    /// `view/<part>.ndjson`: a part of the derived view.
    View(u64),
}

impl fmt::Display for BundleFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Devices => f.write_str("devices"),
            Self::Heads(part) => write!(f, "heads/{part}"),
            Self::Consistency(size) => write!(f, "proofs/{size}.consistency"),
            Self::OfLog(None, file) => write!(f, "{file}"),
            Self::OfLog(Some(log), file) => write!(f, "{}/{file}", folder_of_log(*log)),
        }
    }
}

impl fmt::Display for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Earlier(size) => write!(f, "checkpoints/{size}"),
            Self::Opening(index) => write!(f, "openings/{index}.reason"),
            Self::View(part) => write!(f, "view/{part}.ndjson"),
        }
    }
}

/// Where the tiles and files of an earlier log lie.
pub(super) fn folder_of_log(log: u64) -> String {
    format!("logs/{log}")
}

impl FromStr for BundleFile {
    type Err = BundleProblem;

    fn from_str(name: &str) -> Result<Self, BundleProblem> {
        let between = |before, after| number(name.strip_prefix(before)?.strip_suffix(after)?);
        let plain = match name {
            "checkpoint" => Some(Self::Checkpoint),
            "devices" => Some(Self::Devices),
            _ => None,
        };
        let earlier_log = || {
            let (log, file) = name.strip_prefix("logs/")?.split_once('/')?;
            Some(Self::OfLog(Some(number(log)?), LogFile::from_name(file)?))
        };
        plain
            .or_else(|| between("heads/", "").map(Self::Heads))
            .or_else(|| between("proofs/", ".consistency").map(Self::Consistency))
            .or_else(|| LogFile::from_name(name).map(|file| Self::OfLog(None, file)))
            .or_else(earlier_log)
            .ok_or(BundleProblem::Manifest)
    }
}

impl LogFile {
    fn from_name(name: &str) -> Option<Self> {
        let between = |before, after| number(name.strip_prefix(before)?.strip_suffix(after)?);
        between("checkpoints/", "")
            .map(Self::Earlier)
            .or_else(|| between("openings/", ".reason").map(Self::Opening))
            .or_else(|| between("view/", ".ndjson").map(Self::View))
    }
}

fn number(digits: &str) -> Option<u64> {
    decimal(digits).filter(|number| *number <= MAX_SIZE)
}

/// The list of files. Always has [`BundleFile::Checkpoint`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleManifest {
    files: BTreeMap<BundleFile, Hash>,
}

impl BundleManifest {
    /// The name of the file that it stands in.
    pub const NAME: &str = "bundle";

    /// The manifest of a bundle with this checkpoint and nothing else.
    #[must_use]
    pub fn new(checkpoint: &[u8]) -> Self {
        Self { files: BTreeMap::from([(BundleFile::Checkpoint, Hash::of(checkpoint))]) }
    }

    /// Lists a file, in place of an earlier one of this name.
    pub fn add(&mut self, file: BundleFile, bytes: &[u8]) {
        self.files.insert(file, Hash::of(bytes));
    }

    /// What a manifest takes beside its lines.
    pub(super) const OVERHEAD: usize = HEADER.len();

    /// What this file takes in it.
    pub(super) fn line_length(file: BundleFile) -> usize {
        64 + 2 + file.to_string().len() + 1
    }

    /// The manifest of these files.
    pub(super) const fn of(files: BTreeMap<BundleFile, Hash>) -> Self {
        Self { files }
    }

    /// The files and their SHA-256, in order.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (BundleFile, &Hash)> {
        self.files.iter().map(|(file, hash)| (*file, hash))
    }

    /// The manifest with exactly these bytes.
    ///
    /// # Errors
    /// [`BundleProblem::Manifest`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleProblem> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_MANIFEST_LENGTH);
        let lines = text.and_then(|text| text.strip_prefix(HEADER)).ok_or(BundleProblem::Manifest)?;
        let files = lines.lines().map(read_line).collect::<Result<_, _>>()?;
        let manifest = Self { files };
        // Twice the same file, another order, another case, no last newline: each has another form.
        let one_form = manifest.to_string() == text.unwrap_or_default();
        let whole = one_form && manifest.files.contains_key(&BundleFile::Checkpoint);
        if whole { Ok(manifest) } else { Err(BundleProblem::Manifest) }
    }
}

impl fmt::Display for BundleManifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        for (file, hash) in &self.files {
            for byte in hash.as_bytes() {
                write!(f, "{byte:02x}")?;
            }
            writeln!(f, "  {file}")?;
        }
        Ok(())
    }
}

fn read_line(line: &str) -> Result<(BundleFile, Hash), BundleProblem> {
    let (digest, name) = line.split_once("  ").ok_or(BundleProblem::Manifest)?;
    Ok((name.parse()?, read_digest(digest).ok_or(BundleProblem::Manifest)?))
}

/// 64 hexadecimal digits. Whether they are small letters shows when they are written again.
pub(in crate::log) fn read_digest(digits: &str) -> Option<Hash> {
    parse_hexadecimal(digits).map(Hash::from_bytes)
}
