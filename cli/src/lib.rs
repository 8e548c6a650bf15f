//! The saferoom command as a library, so that `python -m saferoom` and the binary are one program.
//!
//! Exit codes: 0 done; 1 refused or failed; 2 wrong usage; 3 the vault was changed, damaged or rolled back; 4 access
//! denied; 5 a file problem; 6 bad input data. People read stdout, or a program does with `--json`; what went wrong is
//! said on stderr, with its stable code and what to do now.
#![forbid(unsafe_code)]

pub mod access_policy;
pub mod anonymise;
mod archive;
pub mod args;
pub mod authorise;
mod commands;
pub mod console;
mod data;
pub mod emergency;
pub mod erasure;
pub mod evidence;
pub mod extract;
pub mod failure;
mod html;
pub mod import;
mod layout;
pub mod member;
pub mod monitor;
mod new_file;
pub mod packet;
pub mod paper;
pub mod progress;
pub mod recovery;
pub mod referral;
pub mod rooms;
pub mod shape;
pub mod subject;
pub mod tables;
pub mod tour;
pub mod unlock;

use std::ffi::OsString;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Runs one command and returns its exit code. The first argument is the name of the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to stdout, a mistake to stderr; a closed pipe is nobody's fault.
            let _ = error.print();
            return if error.use_stderr() { exit::USAGE } else { exit::DONE };
        }
    };
    // A damaged Parquet file is told once and in our words, not as a panic of the library that read it.
    saferoom::panics::pass_over_contained();
    let out = Console::new();
    let done = data::load(&arguments.data).and_then(|()| dispatch(&arguments.command, &out));
    match done.and_then(|()| out.finish()) {
        Ok(()) => exit::DONE,
        Err(failure) => {
            out.failure(&failure);
            failure.exit
        }
    }
}

fn dispatch(command: &Command, out: &Console) -> Result<(), Failure> {
    match command {
        Command::Tour(args) => tour::run(args, out),
        Command::Vault(command) => commands::vault::run(command, out),
        Command::Identity(command) => commands::identity::run(command, out),
        Command::Recovery(command) => recovery::commands::run(command, out),
        Command::Case(command) => commands::case::run(command, out),
        Command::Search(args) => commands::search::run(args, out),
        Command::Catalogue(args) => commands::catalogue::run(args, out),
        Command::Lint(args) => commands::lint::run(args, out),
        Command::Audit(command) => commands::audit::run(command, out),
        Command::Member(command) => member::run(command, out),
        Command::Findings(args) => member::run_findings(args, out),
        Command::Emergency(command) => emergency::run(command, out),
        Command::Subject(command) => subject::run(command, out),
        Command::AccessPolicy(command) => access_policy::run(command, out),
        Command::Import(args) => import::run(args, out),
        Command::Export(args) => commands::export::run(args, out),
        Command::Convert(args) => shape::run(args, out),
        Command::Anonymize(args) => anonymise::run(args, out),
        Command::Risk(args) => anonymise::run_risk(args, out),
        Command::Extract(command) => extract::run(command, out),
        Command::Tables(args) => tables::run(args, out),
        Command::Erasure(command) => erasure::run(command, out),
        Command::Packet(command) => packet::run(command, out),
        Command::Referral(command) => referral::run(command, out),
        Command::Authorise(command) => authorise::run(command, out),
        Command::Evidence(command) => evidence::run(command, out),
        Command::Rooms(command) => rooms::run(command, out),
        Command::Monitor(command) => monitor::run(command, out),
    }
}
