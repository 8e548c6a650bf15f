//! The file `bundle`: which files go along with the tiles, with their SHA-256.
//!
//! The tiles need none: the signed root says what they are. This list catches what no signature covers, such as a line
//! of a witness that the reader does not know. It proves nothing against whoever writes it anew.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::BundleProblem;
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
    /// `checkpoints/<size>`: the one of this size.
    Earlier(u64),
    /// `openings/<index>.reason`: the disclosure of the reason of this entry.
    Opening(u64),
}

impl fmt::Display for BundleFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Earlier(size) => write!(f, "checkpoints/{size}"),
            Self::Opening(index) => write!(f, "openings/{index}.reason"),
        }
    }
}

impl FromStr for BundleFile {
    type Err = BundleProblem;

    fn from_str(name: &str) -> Result<Self, BundleProblem> {
        let number = |digits| decimal(digits).filter(|number| *number <= MAX_SIZE).ok_or(BundleProblem::Manifest);
        if let Some(size) = name.strip_prefix("checkpoints/") {
            return number(size).map(Self::Earlier);
        }
        if let Some(index) = name.strip_prefix("openings/").and_then(|rest| rest.strip_suffix(".reason")) {
            return number(index).map(Self::Opening);
        }
        if name == "checkpoint" { Ok(Self::Checkpoint) } else { Err(BundleProblem::Manifest) }
    }
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
    let mut bytes = [0; 32];
    if digest.len() != 64 || !digest.is_ascii() {
        return Err(BundleProblem::Manifest);
    }
    for (byte, place) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&digest[place..place + 2], 16).map_err(|_| BundleProblem::Manifest)?;
    }
    Ok((name.parse()?, Hash::from_bytes(bytes)))
}
