//! A field of which nothing is declared.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// Family name in Khmer script.
    family_name: Option<Text>,
}

fn main() {}
