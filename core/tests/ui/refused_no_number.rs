//! A field without a number.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(compartment = identity, class = direct)]
    family_name: Option<Text>,
}

fn main() {}
