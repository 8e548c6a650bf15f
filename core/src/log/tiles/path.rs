//! The names of tiles and bundles.

use std::fmt;
use std::str::FromStr;

use crate::log::checkpoint::decimal;
use crate::log::{LogError, MAX_SIZE};

/// How many hashes or entries a full file holds.
pub const TILE_WIDTH: u16 = 256;

/// The highest level of tiles that a tree of up to 2^63 leaves has.
pub const MAX_TILE_LEVEL: u8 = 7;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Entries.
    Entries,
    /// The hashes of complete subtrees over 256^level leaves each; 0 are the leaf hashes.
    Hashes(u8),
}

/// The name of a file: what it holds, the how many-th of its level it is, and how many hashes or entries are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The file number `index` of this kind, `width` wide.
    ///
    /// # Errors
    /// [`LogError::MalformedTilePath`] if the width is not from 1 to 256, or no tree is so large.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Result<Self, LogError> {
        let path = Self { kind, index, width };
        let known = (1..=TILE_WIDTH).contains(&width) && path.level() <= MAX_TILE_LEVEL;
        let end = u128::from(index) * u128::from(TILE_WIDTH) + u128::from(width);
        // A level has as many hashes as there are complete subtrees.
        let fits = known && end <= u128::from(MAX_SIZE >> (8 * path.level()));
        if fits { Ok(path) } else { Err(LogError::MalformedTilePath) }
    }

    /// The file of this kind in which hash or entry number `at` of its level stands, in a log of `size` entries. `None`
    /// if the log has no such file.
    #[must_use]
    pub fn holding(kind: TileKind, at: u64, size: u64) -> Option<Self> {
        let index = at / u64::from(TILE_WIDTH);
        let level = Self { kind, index, width: TILE_WIDTH }.level();
        let of_level = size.checked_shr(8 * u32::from(level))?;
        if at >= of_level {
            return None;
        }
        let width = (of_level - index * u64::from(TILE_WIDTH)).min(TILE_WIDTH.into());
        Self::new(kind, index, u16::try_from(width).ok()?).ok()
    }

    /// All files of hashes and entries of a log of this size, level by level: entries, then leaf hashes, then those above.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let kinds = [TileKind::Entries].into_iter().chain((0..=MAX_TILE_LEVEL).map(TileKind::Hashes));
        kinds.flat_map(move |kind| {
            (0..).map_while(move |index: u64| Self::holding(kind, index.checked_mul(TILE_WIDTH.into())?, size))
        })
    }

    /// What it holds.
    #[must_use]
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// The how many-th of its level it is.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it is the last of its level, and not full.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.width < TILE_WIDTH
    }

    /// The same file once it is full; `None` if no tree is large enough for that.
    #[must_use]
    pub fn full(&self) -> Option<Self> {
        Self::new(self.kind, self.index, TILE_WIDTH).ok()
    }

    const fn level(&self) -> u8 {
        match self.kind {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => level,
        }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => f.write_str("tile/entries")?,
            TileKind::Hashes(level) => write!(f, "tile/{level}")?,
        }
        // Three digits each: 1234067 is x001/x234/067. A u64 has at most seven such groups.
        let groups = (0..7).rev().map(|group| self.index / 1000_u64.pow(group) % 1000);
        let mut groups = groups.skip_while(|group| *group == 0).peekable();
        if groups.peek().is_none() {
            f.write_str("/000")?;
        }
        while let Some(group) = groups.next() {
            write!(f, "/{}{group:03}", if groups.peek().is_some() { "x" } else { "" })?;
        }
        if self.is_partial() { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for TilePath {
    type Err = LogError;

    /// Reads a name, in its one spelling: [`LogError::MalformedTilePath`].
    fn from_str(text: &str) -> Result<Self, LogError> {
        let parsed = || {
            let rest = text.strip_prefix("tile/")?;
            let (kind, rest) = rest.split_once('/')?;
            let kind = match kind {
                "entries" => TileKind::Entries,
                level => TileKind::Hashes(u8::try_from(decimal(level)?).ok()?),
            };
            let (groups, width) = match rest.split_once(".p/") {
                Some((groups, width)) => (groups, u16::try_from(decimal(width)?).ok()?),
                None => (rest, TILE_WIDTH),
            };
            let mut index = 0_u64;
            for group in groups.split('/') {
                let digits = group.strip_prefix('x').unwrap_or(group);
                let three = digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
                let digits = three.then(|| digits.parse().ok()).flatten()?;
                index = index.checked_mul(1000)?.checked_add(digits)?;
            }
            Self::new(kind, index, width).ok()
        };
        // One spelling only: no `x` too many or too few, no group of zeros before the first, no `.p/256`.
        parsed().filter(|path| path.to_string() == text).ok_or(LogError::MalformedTilePath)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        let name = |kind, index, width| TilePath::new(kind, index, width).unwrap().to_string();
        assert_eq!(name(TileKind::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(name(TileKind::Hashes(2), 0, 1), "tile/2/000.p/1");
        assert_eq!(name(TileKind::Entries, 1000, 112), "tile/entries/x001/000.p/112");
        assert_eq!(name(TileKind::Entries, 0, 256), "tile/entries/000");
        // The example of 70,000 entries.
        let all: Vec<_> = TilePath::all(70_000).map(|path| path.to_string()).collect();
        assert_eq!(all.len(), 2 * 274 + 2 + 1);
        for expected in [
            "tile/0/272",
            "tile/0/273.p/112",
            "tile/entries/273.p/112",
            "tile/1/000",
            "tile/1/001.p/17",
            "tile/2/000.p/1",
        ] {
            assert!(all.iter().any(|path| path == expected), "{expected}");
        }
        let all: Vec<_> = TilePath::all(256).map(|path| path.to_string()).collect();
        assert_eq!(all, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(TilePath::all(0).count(), 0);
    }

    #[test]
    fn names_are_read_in_one_spelling() {
        for good in
            ["tile/0/000", "tile/7/000.p/127", "tile/entries/x999/999.p/255", "tile/0/x036/x028/x797/x018/x963/967"]
        {
            assert_eq!(good.parse::<TilePath>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001/x002",
            "tile/0/+01",
            "tile/00/000",
            "tile/8/000.p/1",
            "tile/7/000",
            "tile/7/000.p/129",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/1/",
            "tile/0/x036/x028/x797/x018/x963/968",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/entry/000",
            "/tile/0/000",
            "tile/0/000\n",
        ] {
            assert_eq!(bad.parse::<TilePath>(), Err(LogError::MalformedTilePath), "{bad}");
        }
    }

    #[test]
    fn the_largest_tree_has_files_too() {
        let last = TilePath::holding(TileKind::Hashes(0), MAX_SIZE - 1, MAX_SIZE).unwrap();
        assert_eq!((last.index(), last.width()), (MAX_SIZE / 256 - 1, 256));
        let top = TilePath::holding(TileKind::Hashes(7), 0, MAX_SIZE).unwrap();
        assert_eq!(top.width(), 128);
        assert_eq!(top.full(), None);
        assert_eq!(TilePath::holding(TileKind::Hashes(7), 128, MAX_SIZE), None);
        assert_eq!(TilePath::holding(TileKind::Hashes(8), 0, u64::MAX), None);
        assert_eq!(TilePath::holding(TileKind::Hashes(0), u64::MAX, u64::MAX), None);
    }
}
