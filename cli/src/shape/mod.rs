//! Records in the shape of another case-management system: out of its JSON into the lines that `saferoom import` takes,
//! and out of the lines of `saferoom export` into its JSON. A profile (TOML) says which path is which field.
//!
//! ```toml
//! format = 1
//! root = "data"                            # where the list of objects is; without it, the file is the list, or one object
//! [source]                                 # documentation
//! name = "Example system"
//! licence = "none"
//!
//! [[record]]                               # each object is one of these, each below the one it names
//! kind = "case"
//! [record.fields]
//! register_number = { path = "case_id_display" }
//! status = { path = "status", values = { open = "open", closed = "closed" } }
//!
//! [[record]]
//! kind = "external_reference"
//! parent = "case"
//! when = "oscar_number"                    # only where the object has this
//! [record.fields]
//! system = { constant = "oscar" }
//! value = { path = "oscar_number" }
//!
//! [[record]]
//! kind = "referral"
//! parent = "case"
//! each = "services"                        # one for each object of this list; its paths begin in there
//! [record.fields]
//! to_agency = { path = "agency" }
//! status = { path = "state", values = { sent = "sent" }, default = "sent" }
//! ```
//!
//! `values` translates; a value that it lacks is an error unless `omit = true`. Backwards, the first key in the order of
//! the alphabet that has the value is taken, or the one that `back` names. `pad = true` fills place codes of odd length
//! with a zero; `day = true` is for systems that know days where saferoom has moments.

mod profile;
mod to_lines;
mod to_system;

pub use profile::{Profile, ShapeError};
pub use to_lines::to_lines;
pub use to_system::to_system;

use std::fs;
use std::path::{Path, PathBuf};

use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;

/// The largest file that is converted: all of it is in memory.
const LARGEST: u64 = 256 << 20;

/// Arguments of `convert`.
#[derive(Debug, clap::Args)]
pub struct ConvertArgs {
    /// Profile of the other system, such as examples/primero.profile.toml
    #[arg(long, value_name = "FILE")]
    pub profile: PathBuf,
    /// From the other system's JSON to lines for `saferoom import`, instead of the other way
    #[arg(long)]
    pub to_lines: bool,
    /// File to convert: lines of `saferoom export`, or with --to-lines the other system's JSON
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// New file for the result, for its owner only
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// What is wrong with the profile or the file; no file is written then.
pub fn run(args: &ConvertArgs, out: &Console) -> Result<(), Failure> {
    let profile = load(&args.profile)?;
    let wrong = |error: ShapeError| failure(&error).at(args.file.display());
    let text = read(&args.file)?;
    let converted = if args.to_lines {
        to_lines(&profile, &text).map_err(wrong)?
    } else {
        to_system(&profile, &text).map_err(wrong)?
    };
    new_file::write(&args.out, converted.as_bytes())?;
    out.warn("Both files are PLAIN TEXT. Delete them when they have served their purpose.");
    Ok(())
}

/// Reads a profile.
///
/// # Errors
/// That it cannot be read, or all that is wrong with it.
pub fn load(path: &Path) -> Result<Profile, Failure> {
    Profile::parse(&read(path)?).map_err(|error| failure(&error).at(path.display()))
}

fn failure(error: &ShapeError) -> Failure {
    Failure::new(exit::INPUT, error.to_string()).advise("Correct the file or the profile; nothing was written.")
}

/// A file of bounded length.
fn read(path: &Path) -> Result<String, Failure> {
    let reading = |error| Failure::reading(path, &error);
    if fs::metadata(path).map_err(reading)?.len() > LARGEST {
        return Err(Failure::new(exit::INPUT, format!("{} is larger than 256 MiB", path.display())).advise("Split it."));
    }
    fs::read_to_string(path).map_err(reading)
}
