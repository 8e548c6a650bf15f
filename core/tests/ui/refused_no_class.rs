//! A field without a class.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 1, compartment = identity)]
    family_name: Option<Text>,
}

fn main() {}
