//! The code lists: what a coded field may hold, with English and Khmer labels. Data, not code.
//!
//! The lists that ship with this release lie in `data/code-lists.toml`. A new code is a new line there; no Rust changes.
//! A code keeps its meaning for ever; it may be added, never reused for something else.

mod overlay;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Diagnosis, Family};

pub use overlay::{code_lists, overlay_code_lists};

const SHIPPED: &str = include_str!("../../data/code-lists.toml");

/// The format of the file that this release reads.
const VERSION: u64 = 1;

/// Longest code in bytes.
const LONGEST: usize = 64;

/// Why a file of code lists was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeListError {
    /// Not TOML, or not in the expected form.
    #[error("the code lists cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the code lists have format {0}, this release reads format 1")]
    Version(u64),
    /// A list name or a code is none.
    #[error("{list}: {code:?} is no code: a code has 1 to 64 letters, digits, hyphens or underscores")]
    Code {
        /// Name of the list.
        list: String,
        /// The code.
        code: String,
    },
    /// A list, or a code within its list, came twice.
    #[error("{list}: {code:?} comes twice")]
    Duplicate {
        /// Name of the list.
        list: String,
        /// The code, or the name of the list.
        code: String,
    },
    /// A parent is not in the list that it should be in.
    #[error("{list}: the parent of {code:?} does not exist")]
    Parent {
        /// Name of the list.
        list: String,
        /// The code.
        code: String,
    },
    /// A code has an empty label.
    #[error("{list}: {code:?} has no label")]
    Label {
        /// Name of the list.
        list: String,
        /// The code.
        code: String,
    },
    /// An overlay gives a list another parent list than it has.
    #[error("{list}: an overlay cannot change the list that its parents are from")]
    ParentList {
        /// Name of the list.
        list: String,
    },
}

impl Diagnosis for CodeListError {
    fn code(&self) -> u16 {
        Family::Model.code(match self {
            Self::Toml(_) => 40,
            Self::Version(_) => 41,
            Self::Code { .. } => 42,
            Self::Duplicate { .. } => 43,
            Self::Parent { .. } => 44,
            Self::Label { .. } => 45,
            Self::ParentList { .. } => 46,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the code lists that came with this one.",
            _ => "Correct the file of code lists at the place that is named; nothing was changed.",
        }
    }
}

/// One code with its labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {
    /// What is recorded. For ever.
    pub code: String,
    /// English label.
    pub en: String,
    /// Khmer label; see [`CodeLists::km_status`].
    pub km: String,
    /// The coarser code that an extract shows instead, from [`CodeList::parent_list`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Of a checklist item: whether a room or an interview fails without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    /// Of a checklist item: the version of the checklist from which on it is asked; none: it always was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
}

/// One list of codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Its name, which fields refer to.
    pub name: String,
    /// Where its codes come from.
    pub source: String,
    /// The list that the parents of its codes are from; none: this list itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_list: Option<String>,
    /// Its codes, in the order in which a form shows them.
    pub entries: Vec<CodeEntry>,
}

impl CodeList {
    /// The entry of this code.
    #[must_use]
    pub fn entry(&self, code: &str) -> Option<&CodeEntry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// The code that an extract shows instead of this one: its parent, or itself if it has none.
    #[must_use]
    pub fn coarse(&self, code: &str) -> Option<&str> {
        self.entry(code).map(|entry| entry.parent.as_deref().unwrap_or(&entry.code))
    }
}

/// All code lists of a file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLists {
    version: u64,
    km_status: String,
    lists: Vec<CodeList>,
    by_name: BTreeMap<String, usize>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    km_status: String,
    list: Vec<CodeList>,
}

impl File {
    fn parse(text: &str) -> Result<Self, CodeListError> {
        let file: Self = toml::from_str(text).map_err(|error| CodeListError::Toml(error.to_string()))?;
        if file.version == VERSION { Ok(file) } else { Err(CodeListError::Version(file.version)) }
    }
}

impl CodeLists {
    /// Reads and checks code lists.
    ///
    /// # Errors
    /// [`CodeListError`] that names the list and the code.
    pub fn parse(text: &str) -> Result<Self, CodeListError> {
        let file = File::parse(text)?;
        Self::checked(file.km_status, file.list)
    }

    /// The lists, if they keep the rules.
    fn checked(km_status: String, lists: Vec<CodeList>) -> Result<Self, CodeListError> {
        let mut by_name = BTreeMap::new();
        for (index, list) in lists.iter().enumerate() {
            if !is_code(&list.name) {
                return Err(CodeListError::Code { list: list.name.clone(), code: list.name.clone() });
            }
            if by_name.insert(list.name.clone(), index).is_some() {
                return Err(CodeListError::Duplicate { list: list.name.clone(), code: list.name.clone() });
            }
        }
        let lists = Self { version: VERSION, km_status, lists, by_name };
        lists.lists.iter().try_for_each(|list| lists.check(list))?;
        Ok(lists)
    }

    /// The list of this name.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.by_name.get(name).map(|index| &self.lists[*index])
    }

    /// All lists, in the order of the file.
    #[must_use]
    pub fn all(&self) -> &[CodeList] {
        &self.lists
    }

    /// The format of the file.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// How far the Khmer labels have been checked.
    #[must_use]
    pub fn km_status(&self) -> &str {
        &self.km_status
    }

    fn check(&self, list: &CodeList) -> Result<(), CodeListError> {
        let parents: BTreeSet<&str> = match &list.parent_list {
            Some(name) => self.list(name).map(codes_of).unwrap_or_default(),
            None => codes_of(list),
        };
        let mut seen = BTreeSet::new();
        for entry in &list.entries {
            let place = || (list.name.clone(), entry.code.clone());
            if !is_code(&entry.code) {
                let (list, code) = place();
                return Err(CodeListError::Code { list, code });
            }
            if !seen.insert(entry.code.as_str()) {
                let (list, code) = place();
                return Err(CodeListError::Duplicate { list, code });
            }
            if entry.parent.as_deref().is_some_and(|parent| !parents.contains(parent)) {
                let (list, code) = place();
                return Err(CodeListError::Parent { list, code });
            }
            if entry.en.trim().is_empty() || entry.km.trim().is_empty() {
                let (list, code) = place();
                return Err(CodeListError::Label { list, code });
            }
        }
        Ok(())
    }
}

fn codes_of(list: &CodeList) -> BTreeSet<&str> {
    list.entries.iter().map(|entry| entry.code.as_str()).collect()
}

fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        version = 1
        km_status = "draft"
        [[list]]
        name = "colour"
        source = "test"
        entries = [
            { code = "warm", en = "Warm", km = "ក្តៅ" },
            { code = "red", en = "Red", km = "ក្រហម", parent = "warm" },
        ]
    "#;

    #[test]
    fn what_ships_is_well_formed() {
        let lists = CodeLists::parse(SHIPPED).unwrap();
        assert_eq!(&lists, code_lists());
        assert!(lists.all().len() > 30);
        assert!(lists.km_status().contains("draft"));
        assert!(lists.all().iter().all(|list| !list.entries.is_empty() && !list.source.is_empty()));
    }

    #[test]
    fn a_new_code_needs_no_new_code() {
        let more = SMALL
            .replace("parent = \"warm\" },", "parent = \"warm\" },\n{ code = \"blue\", en = \"Blue\", km = \"ខៀវ\" },");
        let before = CodeLists::parse(SMALL).unwrap();
        let after = CodeLists::parse(&more).unwrap();
        assert_eq!(before.list("colour").unwrap().entry("blue"), None);
        assert_eq!(after.list("colour").unwrap().entry("blue").unwrap().en, "Blue");
        assert_eq!(after.list("colour").unwrap().coarse("red"), Some("warm"));
        assert_eq!(after.list("colour").unwrap().coarse("blue"), Some("blue"));
        assert_eq!(after.list("sound"), None);

        let shipped =
            SHIPPED.replacen("entries = [", "entries = [ { code = \"added\", en = \"Added\", km = \"ថ្មី\" },", 1);
        assert!(CodeLists::parse(&shipped).unwrap().all()[0].entry("added").is_some());
    }

    #[test]
    fn what_is_malformed_is_named() {
        let refused = |from: &str, to: &str| CodeLists::parse(&SMALL.replace(from, to)).unwrap_err();
        let place = |code: &str| (String::from("colour"), String::from(code));
        let (list, code) = place("warm");
        assert_eq!(refused("code = \"red\"", "code = \"warm\""), CodeListError::Duplicate { list, code });
        let (list, code) = place("dark red");
        assert_eq!(refused("code = \"red\"", "code = \"dark red\""), CodeListError::Code { list, code });
        let (list, code) = place("red");
        assert_eq!(refused("parent = \"warm\"", "parent = \"cold\""), CodeListError::Parent { list, code });
        let (list, code) = place("red");
        assert_eq!(refused("en = \"Red\"", "en = \" \""), CodeListError::Label { list, code });
        assert_eq!(refused("version = 1", "version = 2"), CodeListError::Version(2));
        assert!(matches!(refused("source", "origin"), CodeListError::Toml(_)));
        assert!(matches!(refused("[[list]]", "[[["), CodeListError::Toml(_)));
        assert_ne!(CodeListError::Version(2).code(), refused("[[list]]", "[[[").code());
    }

    #[test]
    fn purposes_map_to_hl7() {
        let purposes = code_lists().list("cp_purpose").unwrap();
        assert!(purposes.entries.iter().all(|entry| entry.parent.is_some()));
        assert_eq!(purposes.coarse("forensic-interview"), Some("HLEGAL"));
        assert_eq!(purposes.coarse("safety-plan"), Some("THREAT"));
    }
}
