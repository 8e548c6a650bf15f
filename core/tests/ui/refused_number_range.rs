//! Numbers that are none.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 0, compartment = identity, class = direct)]
    family_name: Option<Text>,
    /// Given name in Khmer script.
    #[field(no = 4294967296, compartment = identity, class = direct)]
    given_name: Option<Text>,
}

fn main() {}
