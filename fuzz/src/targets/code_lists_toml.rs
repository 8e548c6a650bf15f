//! A file of code lists: any text; what is accepted keeps its promises.

use saferoom::model::{Code, CodeLists};

pub(crate) fn run(text: &str) {
    let Ok(lists) = CodeLists::parse(text) else { return };
    for list in lists.all() {
        assert_eq!(lists.list(&list.name), Some(list));
        for entry in &list.entries {
            assert_eq!(list.entry(&entry.code), Some(entry));
            assert_eq!(Code::parse(&entry.code).unwrap().as_str(), entry.code);
            assert!(list.coarse(&entry.code).is_some());
        }
    }
}
