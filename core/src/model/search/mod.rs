//! What the search index holds of a record, and what a query asks: pure, without keys.
//!
//! A `Term` is a short text that stands for one thing a record can be found by: a folded name, a pair of names, a
//! telephone number, a day, a place. What is recorded and what is asked is folded by the same code, so that two
//! spellings of one name meet. `vault` turns terms into tokens; no term leaves it. See docs/adr/0014.

mod error;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod khmer;
#[cfg(test)]
mod leak;
mod names;
mod query;
mod romanisation;
mod terms;
mod words;

pub use error::SearchError;
pub use query::SearchQuery;
pub(crate) use query::{Asked, Coverage};
pub(crate) use terms::{Domain, Term, record_terms};

/// Version of the folding: tokens of another version are not found, and the index has to be made anew.
pub(crate) fn folding_version() -> u32 {
    romanisation::folding().version
}

/// What a name is folded to, word by word: for tests, measurements and the curious. Spellings that fold alike are found
/// by each other.
#[must_use]
pub fn folded_name(text: &str) -> Vec<zeroize::Zeroizing<String>> {
    let folding = romanisation::folding();
    words::words(text).iter().map(|word| word.key(folding)).collect()
}
