//! Who is behind a pseudonym: a small file that a custodian fills in. It never is part of a bundle; a reader of one may lay
//! it beside.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::{Diagnosis, Family};
use crate::id::MemberId;

/// The longest directory, in bytes.
pub const MAX_DIRECTORY_LENGTH: usize = 1 << 22;

/// The longest name, in letters.
const MAX_NAME: usize = 100;

/// Names by member.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct MemberDirectory {
    names: BTreeMap<MemberId, String>,
}

/// Why a file is no directory. Tells where, and nothing of what stands there: these are names of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// More than [`MAX_DIRECTORY_LENGTH`].
    #[error("it is too long for a directory")]
    TooLong,
    /// No UTF-8.
    #[error("it is no text in UTF-8")]
    Encoding,
    /// Neither CSV with the columns that are needed nor JSON.
    #[error("line {line}: no such CSV")]
    Csv {
        /// The line, from 1.
        line: u64,
    },
    /// Begins as JSON and is none of this form.
    #[error("line {line}: no such JSON")]
    Json {
        /// The line, from 1.
        line: u64,
    },
    /// The id of a member is none.
    #[error("entry {entry}: `member` is no id of 32 hexadecimal digits")]
    Member {
        /// The entry, from 1.
        entry: u64,
    },
    /// A member stands there twice.
    #[error("entry {entry}: this member stands here twice")]
    Twice {
        /// The entry, from 1.
        entry: u64,
    },
    /// The name is too long, or has characters that no name has.
    #[error("entry {entry}: `name` is no name of at most 100 letters")]
    Name {
        /// The entry, from 1.
        entry: u64,
    },
}

impl Diagnosis for DirectoryError {
    fn code(&self) -> u16 {
        Family::Log.code(78)
    }

    fn advice(&self) -> &'static str {
        "A directory is CSV with the columns member and name, or JSON: [{\"member\": \"…\", \"name\": \"…\"}]."
    }
}

/// One line of the file. Other columns may stand beside these.
#[derive(Deserialize)]
struct Line {
    member: String,
    #[serde(default)]
    name: String,
}

impl MemberDirectory {
    /// The directory that these bytes are, as CSV or as JSON. A member without a name is none.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DirectoryError> {
        if bytes.len() > MAX_DIRECTORY_LENGTH {
            return Err(DirectoryError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| DirectoryError::Encoding)?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let lines = if text.trim_start().starts_with('[') { from_json(text)? } else { from_csv(text)? };
        let (mut seen, mut names) = (BTreeSet::new(), BTreeMap::new());
        for (entry, line) in (1..).zip(lines) {
            let member: MemberId = line.member.trim().parse().map_err(|_| DirectoryError::Member { entry })?;
            if !seen.insert(member) {
                return Err(DirectoryError::Twice { entry });
            }
            let name = line.name.trim();
            if !is_name(name) {
                return Err(DirectoryError::Name { entry });
            }
            if !name.is_empty() {
                names.insert(member, name.to_owned());
            }
        }
        Ok(Self { names })
    }

    /// The name of this member; none if there is none, or if it was not filled in.
    #[must_use]
    pub fn name(&self, member: &MemberId) -> Option<&str> {
        self.names.get(member).map(String::as_str)
    }

    /// The members of this name.
    #[must_use]
    pub fn members(&self, name: &str) -> Vec<MemberId> {
        self.names.iter().filter(|(_, known)| *known == name).map(|(member, _)| *member).collect()
    }

    /// All that have a name, in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&MemberId, &str)> {
        self.names.iter().map(|(member, name)| (member, name.as_str()))
    }
}

impl std::fmt::Debug for MemberDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemberDirectory({} names)", self.names.len())
    }
}

/// What would turn the letters beside it around on a page or a terminal is no part of a name.
fn is_name(name: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
    name.chars().count() <= MAX_NAME && !name.chars().any(|c| c.is_control() || turns(c))
}

fn from_json(text: &str) -> Result<Vec<Line>, DirectoryError> {
    serde_json::from_str(text).map_err(|error| DirectoryError::Json { line: error.line() as u64 })
}

fn from_csv(text: &str) -> Result<Vec<Line>, DirectoryError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    // Without a line below it, nobody else would miss the column.
    if !reader.headers().is_ok_and(|headers| headers.iter().any(|column| column == "member")) {
        return Err(DirectoryError::Csv { line: 1 });
    }
    let lines = reader.deserialize().collect::<Result<Vec<Line>, _>>();
    lines.map_err(|error| DirectoryError::Csv { line: error.position().map_or(1, csv::Position::line) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0102030405060708090a0b0c0d0e0f10";

    #[test]
    fn names_come_from_csv_and_json() {
        let csv = format!("\u{FEFF}name,member,phone\r\n\"សុខ, ដារ៉ា\",{ONE},012\r\n");
        let json = format!("[{{\"member\": \"{ONE}\", \"name\": \"សុខ, ដារ៉ា\"}}]");
        for text in [csv, json] {
            let directory = MemberDirectory::parse(text.as_bytes()).unwrap();
            assert_eq!(directory.name(&ONE.parse().unwrap()), Some("សុខ, ដារ៉ា"));
            assert_eq!(directory.members("សុខ, ដារ៉ា"), [ONE.parse().unwrap()]);
            assert_eq!(format!("{directory:?}"), "MemberDirectory(1 names)");
        }
        let unnamed = MemberDirectory::parse(format!("member,name\n{ONE},\n").as_bytes()).unwrap();
        assert!(unnamed.name(&ONE.parse().unwrap()).is_none());
    }

    #[test]
    fn a_file_that_is_too_long_is_not_read() {
        let long = vec![b' '; MAX_DIRECTORY_LENGTH + 1];
        assert_eq!(MemberDirectory::parse(&long), Err(DirectoryError::TooLong));
    }
}
