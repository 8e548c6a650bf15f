//! Compartments that only saferoom fills.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Key of the blind index.
    #[field(no = 1, compartment = search, class = linkage)]
    key: Option<Text>,
    /// Age group.
    #[field(no = 2, compartment = statistics, class = quasi)]
    age_group: Option<Text>,
    /// Who looked.
    #[field(no = 3, compartment = oversight, class = operational)]
    looked: Option<Text>,
    /// Who is a member.
    #[field(no = 4, compartment = roster, class = operational)]
    member: Option<Text>,
}

fn main() {}
