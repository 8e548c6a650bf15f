//! Newer code lists over the shipped ones: any text; what is accepted has taken nothing away.

use saferoom::model::code_lists;

pub(crate) fn run(text: &str) {
    let shipped = code_lists();
    let Ok(lists) = shipped.with_overlay(text) else { return };
    for list in shipped.all() {
        let same = lists.list(&list.name).unwrap();
        assert_eq!(same.parent_list, list.parent_list);
        assert!(list.entries.iter().all(|entry| same.entry(&entry.code).is_some()));
        assert!(same.entries.iter().all(|entry| same.coarse(&entry.code).is_some()));
    }
    assert_eq!(lists.with_overlay(text).unwrap().all().len(), lists.all().len());
}
