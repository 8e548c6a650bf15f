//! The terminology linter: warns of words that harm or blame, and says what to write instead. It never rewrites anything.
//!
//! The lists are data (`data/terms.toml`). A warning names the place, never more of the text than the term of the list: so
//! it can be shown and logged where the text itself cannot.

mod file;
mod find;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::OnceLock;

pub use file::{Term, TermFileError, Terms};

const SHIPPED: &str = include_str!("../../../data/terms.toml");

/// A word that harms or blames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermWarning {
    /// The entry of the list.
    pub term: &'static Term,
    /// Where it stands, in bytes of the text.
    pub place: Range<usize>,
}

/// Every term of the list that stands in a text, in the order of the text.
///
/// Cost: proportional to the length of the text times the number of terms.
#[must_use]
pub fn lint(text: &str) -> Vec<TermWarning> {
    find::find(text, terms())
}

/// The list of this release.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn terms() -> &'static Terms {
    static TERMS: OnceLock<Terms> = OnceLock::new();
    TERMS.get_or_init(|| Terms::parse(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in terms: {error}")))
}
