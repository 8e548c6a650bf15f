//! A linking token in extracts.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Token that links the child across cases.
    #[field(no = 1, compartment = identity, class = linkage, release = count)]
    token: Option<Text>,
}

fn main() {}
