//! A generalisation hierarchy out of a file: in ARX's format, and as a list of codes with the code above each.

use saferoom::release::hierarchy::Hierarchy;

pub(crate) fn run(bytes: &[u8]) {
    for hierarchy in [Hierarchy::from_csv("c", bytes), Hierarchy::from_taxonomy("c", bytes)].into_iter().flatten() {
        let levels = hierarchy.levels();
        assert_eq!(levels.len(), hierarchy.height() + 1);
        for level in levels {
            assert_eq!(level.of_leaf().len(), hierarchy.size());
            assert!(level.of_leaf().iter().all(|code| (*code as usize) < level.labels().len()));
        }
    }
}
