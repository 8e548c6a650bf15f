//! What the child said, classed as something that can be released.

use saferoom::model::{Narrative, Record};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// What the child told.
    #[field(no = 1, compartment = narrative, class = operational)]
    account: Option<Narrative>,
}

fn main() {}
