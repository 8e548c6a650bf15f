//! The way back: shares from files and from the keyboard, each judged as it comes.

use std::path::{Path, PathBuf};

use saferoom::keys::{LooseShares, RecoveryError, RecoveryShare, Restoring};

use super::{Dialogue, ShareFileArgs, heading};
use crate::console::Console;
use crate::failure::Failure;
use crate::unlock::passphrase_for;

/// Shares on their way in.
trait Gathering {
    /// Takes a share, or says what is wrong with it.
    fn take(&mut self, share: RecoveryShare) -> Result<(), RecoveryError>;
    /// How many more are needed, as far as is known.
    fn missing(&self) -> u8;
}

impl Gathering for Restoring {
    fn take(&mut self, share: RecoveryShare) -> Result<(), RecoveryError> {
        self.add(share).map(drop_count)
    }

    fn missing(&self) -> u8 {
        Restoring::missing(self)
    }
}

impl Gathering for LooseShares {
    fn take(&mut self, share: RecoveryShare) -> Result<(), RecoveryError> {
        self.add(share).map(drop_count)
    }

    fn missing(&self) -> u8 {
        // The first share says how many there have to be; two at least.
        LooseShares::missing(self).unwrap_or(2)
    }
}

const fn drop_count(_missing: u8) {}

/// Collects shares until there are enough. The key itself is put together when it is used.
///
/// # Errors
/// Too few right shares; what was wrong with the others has been said.
pub fn collect(
    mut restoring: Restoring,
    files: &ShareFileArgs,
    dialogue: &dyn Dialogue,
    out: &Console,
) -> Result<Restoring, Failure> {
    dialogue.say(&format!("For the {}: {} shares are needed.", heading(restoring.set()), restoring.set().threshold()));
    gather(&mut restoring, files, dialogue, out)?;
    Ok(restoring)
}

/// The same, where nobody can read the roster: whether each share is right is seen only when they are used together.
///
/// # Errors
/// Too few shares of one ceremony.
pub fn collect_loose(files: &ShareFileArgs, dialogue: &dyn Dialogue, out: &Console) -> Result<LooseShares, Failure> {
    let mut shares = LooseShares::new();
    gather(&mut shares, files, dialogue, out)?;
    Ok(shares)
}

fn gather(
    restoring: &mut dyn Gathering,
    files: &ShareFileArgs,
    dialogue: &dyn Dialogue,
    out: &Console,
) -> Result<(), Failure> {
    for (at, path) in files.files.iter().enumerate() {
        let share = from_file(path, files.passphrase_file(at), out);
        taken(restoring, share, Some(path), dialogue);
    }
    while restoring.missing() > 0 {
        let question = "A share (SFR1 …), or the path of a share file; Enter to stop: ";
        let typed = dialogue.ask(question)?.filter(|typed| !typed.is_empty());
        // What was typed does not stay for the next person to see.
        dialogue.clear();
        let Some(typed) = typed else { break };
        let path = Path::new(typed.as_str());
        match path.is_file() {
            true => taken(restoring, from_file(path, None, out), Some(path), dialogue),
            false => taken(restoring, RecoveryShare::from_text(&typed).map_err(Failure::from), None, dialogue),
        }
    }
    match restoring.missing() {
        0 => {
            if dialogue.is_private() {
                dialogue.ask("Press Enter to go on: ")?;
            }
            Ok(())
        }
        missing => Err(RecoveryError::NotEnough { missing }.into()),
    }
}

fn from_file(path: &Path, passphrase: Option<PathBuf>, out: &Console) -> Result<RecoveryShare, Failure> {
    std::fs::metadata(path).map_err(|error| Failure::reading(path, &error))?;
    Ok(RecoveryShare::open_file(path, &passphrase_for(path, passphrase, out, false)?)?)
}

/// Says at once whether the share counts, and how many are missing.
fn taken(
    restoring: &mut dyn Gathering,
    share: Result<RecoveryShare, Failure>,
    path: Option<&Path>,
    dialogue: &dyn Dialogue,
) {
    let number = share.as_ref().map_or(0, RecoveryShare::number);
    let taken = share.and_then(|share| Ok(restoring.take(share)?));
    match (taken, restoring.missing()) {
        (Ok(()), 0) => dialogue.say(&format!("✓ Share {number} is taken. These are enough.")),
        (Ok(()), missing) => dialogue.say(&format!("✓ Share {number} is taken. {missing} more needed.")),
        (Err(failure), missing) => {
            let failure = match path {
                Some(path) => failure.at(path.display()),
                None => failure,
            };
            dialogue.say(&format!("✗ {}. {} {missing} more needed.", failure.text, failure.advice));
        }
    }
}
