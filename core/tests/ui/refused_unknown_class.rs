//! A class that there is not.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 1, compartment = identity, class = secret)]
    family_name: Option<Text>,
}

fn main() {}
