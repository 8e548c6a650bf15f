//! Names that there are not, all reported at once.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 1, compartment = private, class = secret, search = fuzzy, release = all, hidden)]
    family_name: Option<Text>,
}

fn main() {}
