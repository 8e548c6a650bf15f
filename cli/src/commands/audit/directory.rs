//! Who is behind a pseudonym: a small file that a custodian fills in, and that never is part of a bundle.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use saferoom::access::{Member, Standing};
use saferoom::log::{MAX_DIRECTORY_LENGTH, MemberDirectory};
use serde::Serialize;

use crate::args::DirectoryArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;

/// One line of the file as it is written.
#[derive(Serialize)]
struct Line {
    member: String,
    name: String,
    role: String,
    unit: String,
    standing: String,
}

/// The directory in this file, CSV or JSON; an empty one if there is none.
pub(crate) fn open(path: Option<&Path>) -> Result<MemberDirectory, Failure> {
    let Some(path) = path else { return Ok(MemberDirectory::default()) };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_DIRECTORY_LENGTH as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::reading(path, &error))?;
    MemberDirectory::parse(&bytes).map_err(|error| Failure::diagnosed(exit::INPUT, &error).at(path.display()))
}

/// Writes the members of a vault as a directory without names, or with those of an earlier one. Logged as an export.
pub(super) fn write(args: &DirectoryArgs, out: &Console) -> Result<(), Failure> {
    new_file::refuse_existing(&args.out)?;
    let known = open(args.names.as_deref())?;
    let session = args.sign_in.sign_in(out)?;
    let members = session.export_directory(&args.access.access())?;
    let name = |place: usize| known.name(&members[place].id()).unwrap_or_default().to_owned();
    let bytes = file(&members, name)?;
    new_file::write(&args.out, &bytes)?;
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
