//! What the dialogues need of a screen and a keyboard, and the terminal that has both.

use std::io::{BufRead, IsTerminal, Write};

use zeroize::Zeroizing;

use crate::failure::{Failure, exit};

/// Longer answers are cut: a share has 107 characters with its spaces.
const LONGEST_ANSWER: u64 = 1024;

/// A person before a screen.
pub trait Dialogue {
    /// Whether a person can be shown something that nobody else may see.
    fn is_private(&self) -> bool;

    /// Empties the screen, with what has scrolled away.
    fn clear(&self);

    /// A line on the screen.
    fn say(&self, text: &str);

    /// Asks, and waits for a line. `None` when there is nobody any more.
    ///
    /// # Errors
    /// A keyboard that cannot be read.
    fn ask(&self, question: &str) -> Result<Option<Zeroizing<String>>, Failure>;
}

/// The terminal. While this exists, a screen of its own is shown that nothing scrolls out of; then the former one is
/// there again.
#[derive(Debug)]
pub struct Terminal {
    private: bool,
}

impl Terminal {
    /// Takes the screen, if there is one.
    #[must_use]
    pub fn take() -> Self {
        let private = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let terminal = Self { private };
        terminal.sequence("\u{1b}[?1049h");
        terminal.clear();
        terminal
    }

    fn sequence(&self, sequence: &str) {
        if self.private {
            self.write(sequence);
        }
    }

    /// To the screen; where there is none, beside the answer that a program reads.
    fn write(&self, text: &str) {
        let _ = match self.private {
            true => write!(std::io::stdout(), "{text}").and_then(|()| std::io::stdout().flush()),
            false => write!(std::io::stderr(), "{text}"),
        };
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.clear();
        self.sequence("\u{1b}[?1049l");
    }
}

impl Dialogue for Terminal {
    fn is_private(&self) -> bool {
        self.private
    }

    fn clear(&self) {
        // The screen, what was scrolled out of it, and the cursor to the top.
        self.sequence("\u{1b}[2J\u{1b}[3J\u{1b}[H");
    }

    fn say(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    fn ask(&self, question: &str) -> Result<Option<Zeroizing<String>>, Failure> {
        self.write(question);
        // All of the room at once: growing would leave copies behind.
        let mut answer = Zeroizing::new(String::with_capacity(LONGEST_ANSWER as usize + 1));
        let mut input = std::io::Read::take(std::io::stdin().lock(), LONGEST_ANSWER);
        let read = input.read_line(&mut answer).map_err(|error| {
            let text = format!("the answer cannot be read: {}", error.kind());
            Failure::new(exit::INPUT, text).advise("Type letters and digits only.")
        })?;
        if read == 0 { Ok(None) } else { Ok(Some(Zeroizing::new(answer.trim().to_owned()))) }
    }
}
