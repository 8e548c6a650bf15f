//! The ceremony and the way back, as dialogues: one person at a time before the screen, one share at a time on it.

mod args;
mod collect;
pub(crate) mod commands;
mod dialogue;
mod hand_out;
#[cfg(test)]
mod tests;

pub use args::{
    CustodianArgs, RecoveryCommand, ReinstateArgs, RestoreArgs, ScopeArgs, SetUpArgs, SplitArgs, StatusArgs,
};
pub use collect::{collect, collect_loose};
pub use dialogue::{Dialogue, Terminal};
pub use hand_out::hand_out;

use std::path::PathBuf;

use clap::Args;
use saferoom::keys::{RecoveryScope, RecoverySet};

/// Files that hold shares.
#[derive(Debug, Clone, Default, Args)]
pub struct ShareFileArgs {
    /// A file for a share, locked with a passphrase, instead of paper; once for each share that is to lie in a file
    #[arg(long = "share-file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File whose first line is the passphrase of a share file: one for all, or one for each in the same order. Without
    /// it, each is asked at the terminal
    #[arg(long = "share-passphrase-file", value_name = "FILE")]
    pub passphrases: Vec<PathBuf>,
}

impl ShareFileArgs {
    /// The passphrase file that belongs to the share file at this place.
    fn passphrase_file(&self, at: usize) -> Option<PathBuf> {
        one_for_all(&self.passphrases, at)
    }
}

/// The passphrase file at this place, where one is enough for all.
fn one_for_all(files: &[PathBuf], at: usize) -> Option<PathBuf> {
    match files {
        [one] => Some(one.clone()),
        each => each.get(at).cloned(),
    }
}

/// What a person writes above a share, so that it is found and known again in ten years.
fn heading(set: &RecoverySet) -> String {
    let of = match set.scope() {
        RecoveryScope::Unit(unit) => format!("unit {}", short(&unit)),
        RecoveryScope::Oversight => "the log (oversight)".to_owned(),
        RecoveryScope::Reversal(unit) => format!("reversals of unit {}", short(&unit)),
    };
    format!("recovery of {of} in vault {}, ceremony {}", short(&set.vault()), set.number())
}

fn short(id: &impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}
