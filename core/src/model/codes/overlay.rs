//! Newer lists of a host, over those of this release: codes and labels are added, nothing is taken away.

use std::collections::BTreeSet;
use std::sync::{OnceLock, PoisonError, RwLock};

use super::{CodeList, CodeListError, CodeLists, File, SHIPPED};

/// The lists that a host has put over the shipped ones.
static OVERLAID: RwLock<Option<&'static CodeLists>> = RwLock::new(None);

impl CodeLists {
    /// These lists with those of a file over them. A code that both have takes the labels, the parent and the weight of
    /// the file; codes and lists that are new come after the others. Nothing can be removed: records hold the codes.
    ///
    /// # Errors
    /// [`CodeListError`] that names the list and the code. Nothing is changed then.
    pub fn with_overlay(&self, text: &str) -> Result<Self, CodeListError> {
        let file = File::parse(text)?;
        let mut lists = self.lists.clone();
        let mut seen = BTreeSet::new();
        for over in file.list {
            if !seen.insert(over.name.clone()) {
                return Err(CodeListError::Duplicate { list: over.name.clone(), code: over.name });
            }
            match lists.iter_mut().find(|list| list.name == over.name) {
                Some(list) => put_over(list, over)?,
                None => lists.push(over),
            }
        }
        let km_status = if file.km_status == self.km_status {
            file.km_status
        } else {
            format!("{}; {}", self.km_status, file.km_status)
        };
        Self::checked(km_status, lists)
    }
}

fn put_over(list: &mut CodeList, over: CodeList) -> Result<(), CodeListError> {
    if over.parent_list.is_some() && over.parent_list != list.parent_list {
        return Err(CodeListError::ParentList { list: over.name });
    }
    let mut seen = BTreeSet::new();
    for entry in over.entries {
        if !seen.insert(entry.code.clone()) {
            return Err(CodeListError::Duplicate { list: over.name, code: entry.code });
        }
        match list.entries.iter_mut().find(|known| known.code == entry.code) {
            Some(known) => *known = entry,
            None => list.entries.push(entry),
        }
    }
    if list.source != over.source {
        list.source = format!("{}; {}", list.source, over.source);
    }
    Ok(())
}

/// The code lists in use: those that ship with this release, with what [`overlay_code_lists`] put over them.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn code_lists() -> &'static CodeLists {
    let overlaid = *OVERLAID.read().unwrap_or_else(PoisonError::into_inner);
    overlaid.unwrap_or_else(shipped)
}

/// Puts a host's newer lists over those in use, for the whole process: forms show the codes, validation knows them.
///
/// Call it once, before the first vault is opened; each call keeps a copy of all lists (about 200 kB) until the process
/// ends.
///
/// # Errors
/// [`CodeListError`] that names the list and the code; the lists in use stay as they were.
pub fn overlay_code_lists(text: &str) -> Result<&'static CodeLists, CodeListError> {
    let mut overlaid = OVERLAID.write().unwrap_or_else(PoisonError::into_inner);
    let lists = overlaid.unwrap_or_else(shipped).with_overlay(text)?;
    let lists: &'static CodeLists = Box::leak(Box::new(lists));
    *overlaid = Some(lists);
    Ok(lists)
}

fn shipped() -> &'static CodeLists {
    static LISTS: OnceLock<CodeLists> = OnceLock::new();
    LISTS.get_or_init(|| CodeLists::parse(SHIPPED).expect("the compiled-in code lists are well formed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAY: &str = r#"
        version = 1
        km_status = "checked"
        [[list]]
        name = "harm_form"
        source = "partner"
        entries = [
            { code = "other", en = "Another form", km = "ផ្សេង", parent = "other" },
            { code = "a_new_form", en = "A new form", km = "ថ្មី", parent = "technology_facilitated" },
        ]
        [[list]]
        name = "a_new_list"
        source = "partner"
        entries = [ { code = "one", en = "One", km = "មួយ" } ]
    "#;

    #[test]
    fn an_overlay_adds_and_relabels_and_takes_nothing_away() {
        let lists = shipped().with_overlay(OVERLAY).unwrap();
        let forms = lists.list("harm_form").unwrap();
        assert_eq!(forms.entry("other").unwrap().en, "Another form");
        assert_eq!(forms.coarse("a_new_form"), Some("technology_facilitated"));
        assert_eq!(forms.entries.len(), shipped().list("harm_form").unwrap().entries.len() + 1);
        assert!(forms.source.ends_with("; partner") && forms.parent_list.as_deref() == Some("harm_group"));
        assert!(lists.list("a_new_list").unwrap().entry("one").is_some());
        assert!(lists.km_status().ends_with("; checked"));
        for list in shipped().all() {
            let same = lists.list(&list.name).unwrap();
            assert!(list.entries.iter().all(|entry| same.entry(&entry.code).is_some()), "{}", list.name);
        }
        assert_eq!(lists.with_overlay(OVERLAY).unwrap().all().len(), lists.all().len());
    }

    #[test]
    fn what_an_overlay_may_not_do_is_named() {
        let refused = |from: &str, to: &str| shipped().with_overlay(&OVERLAY.replacen(from, to, 1)).unwrap_err();
        let named = |list: &str, code: &str| (String::from(list), String::from(code));
        let (list, code) = named("harm_form", "a_new_form");
        assert_eq!(
            refused("parent = \"technology_facilitated\"", "parent = \"no\""),
            CodeListError::Parent { list, code }
        );
        let (list, code) = named("harm_form", "other");
        assert_eq!(refused("code = \"a_new_form\"", "code = \"other\""), CodeListError::Duplicate { list, code });
        let list = String::from("harm_form");
        let moved = refused("source = \"partner\"", "source = \"partner\"\nparent_list = \"sex\"");
        assert_eq!(moved, CodeListError::ParentList { list });
        let (list, code) = named("harm_form", "harm_form");
        assert_eq!(refused("name = \"a_new_list\"", "name = \"harm_form\""), CodeListError::Duplicate { list, code });
        assert_eq!(refused("version = 1", "version = 7"), CodeListError::Version(7));
        assert!(matches!(refused("[[list]]", "[list"), CodeListError::Toml(_)));
    }

    #[test]
    fn critical_items_are_marked() {
        let items = shipped().list("checklist_item").unwrap();
        let critical: Vec<_> =
            items.entries.iter().filter(|item| item.critical).map(|item| item.code.as_str()).collect();
        assert_eq!(critical, ["A1", "A2", "A3", "C1", "D1", "D5", "D11", "E1", "F1"]);
        assert_eq!(items.coarse("D11"), Some("D"));
    }
}
