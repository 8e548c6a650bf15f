//! The list of what the store holds: the digest of every revision of every record, so that whoever holds no key can compare
//! it with the writes in the log.
//!
//! ```text
//! # saferoom heads 1
//! <record> <revision> <SHA-256 of the head>
//! ```
//!
//! The lines stand in the order of the records, and of each record the newest revision, its head, comes first. A part
//! holds 4096 lines.

use std::cmp::Reverse;
use std::fmt::{self, Write};
use std::str::FromStr;

use super::BundleProblem;
use crate::id::RecordId;
use crate::log::Hash;
use crate::log::checkpoint::decimal;

const HEADER: &str = "# saferoom heads 1\n";

/// How many lines a part holds; only the last may hold fewer.
const LINES: usize = 4096;

/// The longest part: each line has an id, a number, a digest, two blanks and a newline.
pub(super) const MAX_PART_LENGTH: usize = HEADER.len() + LINES * (32 + 20 + 64 + 3);

/// One revision of a record in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoredHead {
    /// The record.
    pub record: RecordId,
    /// The number of the revision.
    pub revision: u64,
    /// The digest of its head, as it follows from what the store holds.
    pub digest: Hash,
}

impl StoredHead {
    /// Lines stand in this order.
    pub(super) fn order(&self) -> ([u8; 16], Reverse<u64>) {
        (*self.record.as_bytes(), Reverse(self.revision))
    }
}

impl fmt::Display for StoredHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.record, self.revision)?;
        self.digest.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for StoredHead {
    type Err = BundleProblem;

    fn from_str(line: &str) -> Result<Self, BundleProblem> {
        let read = || {
            let mut parts = line.split(' ');
            let record = parts.next()?.parse().ok()?;
            let revision = decimal(parts.next()?)?;
            let digest = super::manifest::read_digest(parts.next()?)?;
            parts.next().is_none().then_some(Self { record, revision, digest })
        };
        // One form: no capitals, no other spelling of an id.
        read().filter(|head| head.to_string() == line).ok_or(BundleProblem::Heads)
    }
}

/// A part in the making.
#[derive(Debug, Default)]
pub(super) struct HeadsPart {
    number: u64,
    lines: usize,
    text: String,
}

impl HeadsPart {
    pub(super) fn add(&mut self, head: &StoredHead) {
        let _infallible = writeln!(self.text, "{head}");
        self.lines += 1;
    }

    pub(super) fn is_full(&self) -> bool {
        self.lines == LINES
    }

    /// Whether a part has to be written at the end: what is left, or the sign that there is nothing.
    pub(super) fn is_due(&self) -> bool {
        self.lines > 0 || self.number == 0
    }

    /// The number and the bytes of this part; begins the next.
    pub(super) fn take(&mut self) -> (u64, Vec<u8>) {
        let bytes = [HEADER, &std::mem::take(&mut self.text)].concat().into_bytes();
        let number = self.number;
        (self.number, self.lines) = (number + 1, 0);
        (number, bytes)
    }
}

/// Reads a part.
///
/// # Errors
/// [`BundleProblem::Heads`] for anything that [`HeadsPart`] would not write.
pub(super) fn read_part(bytes: &[u8]) -> Result<Vec<StoredHead>, BundleProblem> {
    let text = std::str::from_utf8(bytes).map_err(|_| BundleProblem::Heads)?;
    let lines = text.strip_prefix(HEADER).ok_or(BundleProblem::Heads)?;
    if !lines.is_empty() && !lines.ends_with('\n') {
        return Err(BundleProblem::Heads);
    }
    let heads = lines.split_terminator('\n').map(str::parse).collect::<Result<Vec<StoredHead>, _>>()?;
    let in_order = heads.is_sorted_by(|one, next| one.order() < next.order());
    if in_order && heads.len() <= LINES { Ok(heads) } else { Err(BundleProblem::Heads) }
}
