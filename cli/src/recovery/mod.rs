//! The ceremony and the way back, as dialogues: one person at a time before the screen, one share at a time on it.

mod collect;
mod dialogue;
mod hand_out;
#[cfg(test)]
mod tests;

pub use collect::collect;
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
        match &self.passphrases[..] {
            [one] => Some(one.clone()),
            each => each.get(at).cloned(),
        }
    }
}

/// What a person writes above a share, so that it is found and known again in ten years.
fn heading(set: &RecoverySet) -> String {
    let of = match set.scope() {
        RecoveryScope::Unit(unit) => format!("unit {}", short(&unit)),
        RecoveryScope::Oversight => "the log (oversight)".to_owned(),
    };
    format!("recovery of {of} in vault {}, ceremony {}", short(&set.vault()), set.number())
}

fn short(id: &impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}
