//! The file `court-file`: which files belong to it, with their SHA-256. It proves nothing against whoever writes it anew.

use std::collections::BTreeMap;
use std::fmt;

use super::{CourtFileError, MAX_PAGE_LENGTH};
use crate::log::bundle::read_digest;
use crate::log::{Hash, MAX_ENTRY_LENGTH, MAX_NOTE_LENGTH};

/// A comment for `sha256sum -c`, and the version for us.
const HEADER: &str = "# saferoom court file 1\n";

/// The most pages.
const MAX_PAGES: usize = 16;

/// A file of a court file, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CourtFilePart {
    /// `entry`.
    Entry,
    /// `page.<language>.html`: the two small letters of its language.
    Page([u8; 2]),
    /// `proof.tlog-proof`.
    Proof,
    /// `reason`.
    Reason,
}

impl CourtFilePart {
    /// The page in a language.
    ///
    /// # Errors
    /// [`CourtFileError::List`] for a code that is not two small letters.
    pub(super) fn page(language: &str) -> Result<Self, CourtFileError> {
        let letters: [u8; 2] = language.as_bytes().try_into().map_err(|_| CourtFileError::List)?;
        if letters.iter().all(u8::is_ascii_lowercase) { Ok(Self::Page(letters)) } else { Err(CourtFileError::List) }
    }

    /// How long it can be.
    pub(super) const fn limit(self) -> usize {
        match self {
            Self::Entry | Self::Reason => MAX_ENTRY_LENGTH,
            Self::Page(_) => MAX_PAGE_LENGTH,
            Self::Proof => MAX_NOTE_LENGTH,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "entry" => Some(Self::Entry),
            "proof.tlog-proof" => Some(Self::Proof),
            "reason" => Some(Self::Reason),
            page => Self::page(page.strip_prefix("page.")?.strip_suffix(".html")?).ok(),
        }
    }
}

impl fmt::Display for CourtFilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry => f.write_str("entry"),
            Self::Page([first, second]) => write!(f, "page.{}{}.html", char::from(*first), char::from(*second)),
            Self::Proof => f.write_str("proof.tlog-proof"),
            Self::Reason => f.write_str("reason"),
        }
    }
}

/// The list of files. Always has an entry and a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourtFileList {
    files: BTreeMap<CourtFilePart, Hash>,
}

impl CourtFileList {
    /// The name of the file that it stands in.
    pub const NAME: &str = "court-file";

    pub(super) fn of(files: BTreeMap<CourtFilePart, Hash>) -> Result<Self, CourtFileError> {
        let pages = files.keys().filter(|part| matches!(part, CourtFilePart::Page(_))).count();
        let whole = [CourtFilePart::Entry, CourtFilePart::Proof].iter().all(|part| files.contains_key(part));
        if whole && pages <= MAX_PAGES { Ok(Self { files }) } else { Err(CourtFileError::List) }
    }

    /// The files and their SHA-256, in order.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&CourtFilePart, &Hash)> {
        self.files.iter()
    }

    /// The list with exactly these bytes.
    ///
    /// # Errors
    /// [`CourtFileError::List`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CourtFileError> {
        let text = std::str::from_utf8(bytes).map_err(|_| CourtFileError::List)?;
        let lines = text.strip_prefix(HEADER).ok_or(CourtFileError::List)?;
        let files = lines.lines().map(read_line).collect::<Option<_>>().ok_or(CourtFileError::List)?;
        let list = Self::of(files)?;
        // Twice the same file, another order, capital letters, no last newline: each has another form.
        if list.to_string() == text { Ok(list) } else { Err(CourtFileError::List) }
    }
}

impl fmt::Display for CourtFileList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        self.files.iter().try_for_each(|(part, hash)| writeln!(f, "{hash}  {part}"))
    }
}

fn read_line(line: &str) -> Option<(CourtFilePart, Hash)> {
    let (digest, name) = line.split_once("  ")?;
    Some((CourtFilePart::from_name(name)?, read_digest(digest)?))
}
