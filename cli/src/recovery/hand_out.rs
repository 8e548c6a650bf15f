//! The ceremony: each share is shown once, to one person, and counts only when it was typed back or lies in its file.

use saferoom::keys::{PassphraseCost, RecoverySet, RecoveryShare};

use super::{Dialogue, ShareFileArgs, heading};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::unlock::passphrase_for;

/// How many groups of a share stand in one line.
const GROUPS_PER_LINE: usize = 5;
/// What a person types to end the ceremony without a result.
const STOP: &str = "stop";

/// Hands out the shares of a ceremony: the first ones into the files that are named, the others on paper. When this
/// returns without a failure, every share has been read back; only then may the set be listed.
///
/// # Errors
/// No private terminal for paper; more files than shares; a file that exists or cannot be written; somebody who stops.
/// Nothing is to be listed then: files that were written are worthless.
pub fn hand_out(
    set: &RecoverySet,
    shares: Vec<RecoveryShare>,
    files: &ShareFileArgs,
    dialogue: &dyn Dialogue,
    out: &Console,
) -> Result<(), Failure> {
    if files.files.len() > shares.len() {
        return Err(Failure::new(exit::INPUT, "there are more files than shares")
            .advise("Name one file for each share at most, or make more shares."));
    }
    if files.files.len() < shares.len() && !dialogue.is_private() {
        return Err(Failure::new(exit::INPUT, "shares are shown on a terminal only, to one person at a time")
            .advise("Run this at a terminal, or name a file for each share with --share-file."));
    }
    // By value: each share is wiped as soon as its holder has it.
    for (at, share) in shares.into_iter().enumerate() {
        match files.files.get(at) {
            Some(path) => {
                let passphrase = passphrase_for(path, files.passphrase_file(at), out, true)?;
                share.create_file(path, &passphrase, PassphraseCost::STANDARD)?;
                if RecoveryShare::open_file(path, &passphrase)? != share {
                    return Err(Failure::new(exit::FILE, format!("{} does not hold what was written", path.display()))
                        .advise("Use another disk, and begin anew."));
                }
                dialogue.say(&format!("Share {} is in {}.", share.number(), path.display()));
            }
            None => to_paper(set, &share, dialogue)?,
        }
    }
    Ok(())
}

/// One person, one share. Ends when the share was typed back from the paper.
fn to_paper(set: &RecoverySet, share: &RecoveryShare, dialogue: &dyn Dialogue) -> Result<(), Failure> {
    let (number, count) = (share.number(), set.count());
    dialogue.clear();
    dialogue.say(&format!("Share {number} of {count}: {}.", heading(set)));
    dialogue.say(&format!(
        "Now only the holder of share {number} looks at this screen. Have pen and paper ready; take no photograph."
    ));
    answer(dialogue, "Press Enter to see the share: ")?;
    loop {
        show(set, share, dialogue);
        answer(dialogue, "Press Enter when it is written down; the screen is then emptied: ")?;
        dialogue.clear();
        dialogue.say("Now type it from the paper. Upper and lower case are the same, spaces do not count.");
        if typed_back(share, dialogue)? {
            break;
        }
    }
    dialogue.clear();
    dialogue.say(&format!("Right. Share {number} is yours: keep the paper where only you can reach it."));
    answer(dialogue, "Press Enter and call the next person: ")?;
    dialogue.clear();
    Ok(())
}

fn show(set: &RecoverySet, share: &RecoveryShare, dialogue: &dyn Dialogue) {
    dialogue.clear();
    dialogue.say(&format!("Share {} of {}; {} are needed", share.number(), set.count(), set.threshold()));
    dialogue.say(&format!("{}\n", heading(set)));
    let text = share.to_text();
    let groups: Vec<_> = text.split(' ').collect();
    for (line, groups) in groups.chunks(GROUPS_PER_LINE).enumerate() {
        // Written without a copy that is not wiped: one group at a time would be harder to read aloud.
        let row = zeroize::Zeroizing::new(format!("  {:>2}   {}", line * GROUPS_PER_LINE + 1, groups.join("  ")));
        dialogue.say(&row);
    }
    dialogue.say("\nThe number before each line counts its first group.\n");
}

/// Whether the share was typed back; `false` if it is to be shown again.
fn typed_back(share: &RecoveryShare, dialogue: &dyn Dialogue) -> Result<bool, Failure> {
    loop {
        let typed = answer(dialogue, "Share (or Enter, to see it again): ")?;
        if typed.is_empty() {
            return Ok(false);
        }
        match RecoveryShare::from_text(&typed) {
            Ok(read) if read == *share => return Ok(true),
            Ok(_) => dialogue.say("This is another share."),
            Err(error) => {
                let failure = Failure::from(error);
                dialogue.say(&format!("Not yet: {}. {}", failure.text, failure.advice));
            }
        }
    }
}

fn answer(dialogue: &dyn Dialogue, question: &str) -> Result<zeroize::Zeroizing<String>, Failure> {
    match dialogue.ask(question)? {
        Some(typed) if !typed.eq_ignore_ascii_case(STOP) => Ok(typed),
        _ => Err(Failure::new(exit::FAILED, "the ceremony was stopped; no recovery key was made")
            .advise("Destroy the shares that were handed out already, and begin anew.")),
    }
}
