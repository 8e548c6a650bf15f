//! Who is behind a pseudonym: a small file that a custodian fills in, and that never is part of a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use saferoom::access::{Member, Standing};
use saferoom::id::MemberId;
use serde::{Deserialize, Serialize};

use super::judged::refuse_existing;
use crate::args::DirectoryArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

/// The longest file, in bytes.
const MAX_FILE: u64 = 1 << 22;

/// The longest name, in letters.
const MAX_NAME: usize = 100;

/// One line of the file. Other columns may stand beside these.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    member: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    standing: String,
}

/// Names by member.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    names: BTreeMap<MemberId, String>,
}

impl Directory {
    /// The directory in this file, CSV or JSON; an empty one if there is none.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let reading = |error: std::io::Error| Failure::reading(path, &error);
        let mut text = String::new();
        File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text)).map_err(reading)?;
        if text.len() as u64 > MAX_FILE {
            return Err(wrong_file("it is too long for a directory").at(path.display()));
        }
        Self::parse(&text).map_err(|failure| failure.at(path.display()))
    }

    /// The name of this member; none if there is none, or if it was not filled in.
    pub(crate) fn name(&self, member: &MemberId) -> Option<&str> {
        self.names.get(member).map(String::as_str)
    }

    /// The members of this name.
    pub(crate) fn members(&self, name: &str) -> Vec<MemberId> {
        self.names.iter().filter(|(_, known)| *known == name).map(|(member, _)| *member).collect()
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let lines = if text.trim_start().starts_with('[') { from_json(text)? } else { from_csv(text)? };
        let mut seen = BTreeSet::new();
        let mut names = BTreeMap::new();
        for (number, line) in (1..).zip(lines) {
            let wrong = |what: &str| wrong_file(&format!("entry {number}: {what}"));
            let member: MemberId =
                line.member.trim().parse().map_err(|_| wrong("`member` is no id of 32 hexadecimal digits"))?;
            if !seen.insert(member) {
                return Err(wrong("this member stands here twice"));
            }
            let name = line.name.trim();
            // What would turn the letters beside it around on a page or a terminal is no part of a name.
            let turns =
                |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
            if name.chars().count() > MAX_NAME || name.chars().any(|c| c.is_control() || turns(c)) {
                return Err(wrong("`name` is no name of at most 100 letters"));
            }
            if !name.is_empty() {
                names.insert(member, name.to_owned());
            }
        }
        Ok(Self { names })
    }
}

fn from_json(text: &str) -> Result<Vec<Line>, Failure> {
    serde_json::from_str(text).map_err(|error| wrong_file(&format!("line {}: {}", error.line(), "no such JSON")))
}

fn from_csv(text: &str) -> Result<Vec<Line>, Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let lines = reader.deserialize().collect::<Result<Vec<Line>, _>>();
    lines.map_err(|error| {
        let line = error.position().map_or(1, csv::Position::line);
        wrong_file(&format!("line {line}: no such CSV"))
    })
}

fn wrong_file(what: &str) -> Failure {
    Failure::new(exit::INPUT, what)
        .advise("A directory is CSV with the columns member and name, or JSON: [{\"member\": \"…\", \"name\": \"…\"}].")
}

/// Writes the members of a vault as a directory without names, or with those of an earlier one. Logged as an export.
pub(super) fn write(args: &DirectoryArgs, out: &Console) -> Result<(), Failure> {
    refuse_existing(&args.out)?;
    let known = Directory::open(args.names.as_deref())?;
    let session = args.sign_in.sign_in(out)?;
    let members = session.export_directory(&args.access.access())?;
    let name = |place: usize| known.name(&members[place].id()).unwrap_or_default().to_owned();
    let bytes = file(&members, name)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&args.out).and_then(|mut file| file.write_all(&bytes));
    written.map_err(|error| Failure::writing(&args.out, &error))?;
    let unnamed = members.iter().filter(|member| known.name(&member.id()).is_none()).count();
    out.good(format_args!("{} members in {}", members.len(), args.out.display()));
    if unnamed > 0 {
        out.line(format_args!(
            "{unnamed} of them have no name yet: the vault does not know who is behind a pseudonym. Fill in the column \
             `name`, and give the file to the auditor by another way than the bundle."
        ));
    }
    Ok(())
}

/// The directory of these members as CSV, each with the name of its place.
pub(crate) fn file(members: &[Member], name: impl Fn(usize) -> String) -> Result<Vec<u8>, Failure> {
    let lost = || Failure::new(exit::FAILED, "the directory cannot be written as CSV").advise("Report this.");
    let mut csv = csv::Writer::from_writer(Vec::new());
    for (place, member) in members.iter().enumerate() {
        csv.serialize(line_of(member, &name(place))).map_err(|_| lost())?;
    }
    csv.into_inner().map_err(|_| lost())
}

fn line_of(member: &Member, name: &str) -> Line {
    let now = member.now();
    let standing = match now.standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Retired => "retired",
    };
    Line {
        member: member.id().to_string(),
        name: super::safe_cell(name),
        role: super::safe_cell(now.role.as_str()),
        unit: now.unit.to_string(),
        standing: standing.to_owned(),
    }
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
            let directory = Directory::parse(&text).unwrap();
            assert_eq!(directory.name(&ONE.parse().unwrap()), Some("សុខ, ដារ៉ា"));
            assert_eq!(directory.members("សុខ, ដារ៉ា"), [ONE.parse().unwrap()]);
        }
        let unnamed = Directory::parse(&format!("member,name\n{ONE},\n")).unwrap();
        assert!(unnamed.name(&ONE.parse().unwrap()).is_none());
    }

    #[test]
    fn what_is_no_directory_is_refused() {
        let long = "a".repeat(101);
        let bad = [
            format!("name\n{ONE}\n"),
            "member,name\nsomebody,Dara\n".to_owned(),
            format!("member,name\n{ONE},A\n{ONE},B\n"),
            format!("member,name\n{ONE},{long}\n"),
            format!("member,name\n{ONE},\"a\u{202E}b\"\n"),
            format!("member,name\n{ONE},\"a\nb\"\n"),
            format!("member,name\n{ONE}\n"),
            "[{]".to_owned(),
        ];
        for text in bad {
            assert_eq!(Directory::parse(&text).unwrap_err().exit, exit::INPUT, "{text}");
        }
    }
}
