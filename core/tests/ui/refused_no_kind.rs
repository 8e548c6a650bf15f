//! A record that does not say which.

use saferoom::model::{Record, Text};

/// A child: victim or witness.
#[derive(Record)]
struct Child {
    /// Family name in Khmer script.
    #[field(no = 1, compartment = identity, class = direct)]
    family_name: Option<Text>,
}

fn main() {}
