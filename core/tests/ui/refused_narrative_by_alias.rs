//! What the child said, under another name and classed as something that can be released.

use saferoom::model::{Narrative, Record};

type Account = Narrative;

/// A child: victim or witness.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE))]
struct Child {
    /// What the child told.
    #[field(no = 1, compartment = profile, class = operational, release = as_is)]
    account: Option<Account>,
}

fn main() {}
