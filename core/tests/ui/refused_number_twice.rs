//! Two fields of one number.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 1, compartment = identity, class = direct)]
    family_name: Option<Text>,
    /// Given name in Khmer script.
    #[field(no = 1, compartment = identity, class = direct)]
    given_name: Option<Text>,
}

fn main() {}
