//! A field without a compartment.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 1, class = direct)]
    family_name: Option<Text>,
}

fn main() {}
