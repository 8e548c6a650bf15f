//! Something that cannot be a record.

use saferoom::model::Record;

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD)]
enum Child {
    /// A victim.
    Victim,
}

fn main() {}
