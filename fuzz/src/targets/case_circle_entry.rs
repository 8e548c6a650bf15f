//! An entry of the circle of a case: any bytes; what is accepted has one form.

use saferoom::access::{CaseChange, CaseCircle, CaseEntry};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(entry) = CaseEntry::decode(bytes) else { return };
    assert_eq!(entry.encode(), bytes);
    if let CaseChange::Assign { compartments, .. } | CaseChange::Share { compartments, .. } = entry.change {
        assert_eq!(compartments.iter().count(), compartments.bits().count_ones() as usize);
    }
    // The first entry of a circle is the one that an empty circle asks for.
    let first = CaseCircle::default().next(entry.change);
    assert_eq!(first == entry, (entry.number, entry.previous) == (1, None));
}
