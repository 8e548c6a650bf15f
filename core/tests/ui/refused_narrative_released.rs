//! What the child said, in extracts.

use saferoom::model::{Narrative, Record};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// What the child told.
    #[field(no = 1, compartment = narrative, class = narrative, release = present)]
    account: Option<Narrative>,
}

fn main() {}
