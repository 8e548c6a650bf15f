//! What the vault has to hold, as plain values.

use saferoom::id::RecordId;

/// Family names that sound unlike each other, so that a search finds those who are called so and nobody else.
pub(super) const NAMES: [&str; 5] = ["Bopha", "Kunthea", "Ratanak", "Visal", "Chenda"];

/// The given name of all.
pub(super) const GIVEN: &str = "Dara";

/// A case with one child.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) case: RecordId,
    pub(super) child: RecordId,
    /// The child's name in each revision, as a place among [`NAMES`].
    pub(super) names: Vec<u8>,
    pub(super) erased: bool,
}

impl Kept {
    pub(super) fn new(case: RecordId, child: RecordId, name: u8) -> Self {
        Self { case, child, names: vec![name], erased: false }
    }

    /// The name in a revision, from 1.
    pub(super) fn name_of(&self, revision: u64) -> &'static str {
        let place = usize::try_from(revision).unwrap() - 1;
        NAMES[usize::from(self.names[place]) % NAMES.len()]
    }

    pub(super) fn newest(&self) -> &'static str {
        self.name_of(self.names.len() as u64)
    }
}

/// All cases that were ever opened, and whether the interviewer is suspended.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) cases: Vec<Kept>,
    pub(super) suspended: bool,
    /// Whether they were refused: more than a few tries, and everybody on the device has to wait.
    pub(super) refused: bool,
}

impl Model {
    /// The case that this number chooses, if there are any.
    pub(super) fn chosen(&self, number: u8) -> Option<usize> {
        (!self.cases.is_empty()).then(|| usize::from(number) % self.cases.len())
    }
}
