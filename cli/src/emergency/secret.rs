//! Making a second secret: it lies in its place before the custodians have listed it, or on this device right after.

use saferoom::access::RosterChange;
use saferoom::keys::{EmergencySecret, FileKeyStore};
use zeroize::Zeroizing;

use super::SecretArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::member::change;
use crate::new_file;
use crate::recovery::{Dialogue, Terminal};

/// How many groups of digits stand in one line.
const GROUPS_PER_LINE: usize = 6;
/// What a person types to end without a result.
const STOP: &str = "stop";

pub(super) fn make(args: &SecretArgs, out: &Console) -> Result<(), Failure> {
    let second = EmergencySecret::generate();
    let listed = change(&args.change, out, |_| {
        match &args.to {
            Some(file) => {
                let text = second.to_text();
                let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 1));
                bytes.extend_from_slice(text.as_bytes());
                bytes.push(b'\n');
                new_file::write(file, &bytes)?;
            }
            None if args.device => {}
            None => to_paper(&second, &Terminal::take())?,
        }
        Ok(RosterChange::Emergency { member: args.member, second: Some(second.public()) })
    });
    if let (Err(_), Some(file)) = (&listed, &args.to) {
        withdraw(file, &second);
    }
    listed?;
    if args.device {
        // Only now: until then the one before is the one that counts.
        let vault = args.change.sign_in.vault.open()?.info()?.vault;
        second.keep(&FileKeyStore::new(args.change.sign_in.vault.device_folder()), vault, args.member)?;
        out.good("This device keeps the second secret of the member.");
    }
    if let Some(file) = &args.to {
        out.good(format_args!("The second secret is in {}.", file.display()));
        out.note("Print it, seal it in the duty officer's envelope, and delete the file.");
    }
    Ok(())
}

/// Takes a file away again whose secret was not listed; one of somebody else stays.
fn withdraw(file: &std::path::Path, second: &EmergencySecret) {
    let ours =
        std::fs::read_to_string(file).map(Zeroizing::new).ok().and_then(|text| EmergencySecret::parse(&text).ok());
    if ours.is_some_and(|written| written.public() == second.public()) {
        drop(std::fs::remove_file(file));
    }
}

/// Shows it once, on a screen of its own. Ends when it was typed back from the paper.
fn to_paper(second: &EmergencySecret, dialogue: &dyn Dialogue) -> Result<(), Failure> {
    if !dialogue.is_private() {
        return Err(Failure::new(exit::INPUT, "a second secret is shown on a terminal only")
            .advise("Run this at a terminal, or name a file with --to, or keep it on the device with --device."));
    }
    loop {
        dialogue.clear();
        dialogue.say("The second secret, for the duty officer's envelope. Write it down; take no photograph.\n");
        let text = second.to_text();
        let words: Vec<_> = text.split(' ').collect();
        if let Some((word, groups)) = words.split_first() {
            dialogue.say(&format!("  {word}"));
            for row in groups.chunks(GROUPS_PER_LINE) {
                dialogue.say(&Zeroizing::new(format!("  {}", row.join("  "))));
            }
        }
        answer(dialogue, "\nPress Enter when it is written down; the screen is then emptied: ")?;
        dialogue.clear();
        dialogue.say("Now type it from the paper, with the word before it. Spaces do not count.");
        if typed_back(second, dialogue)? {
            dialogue.clear();
            return Ok(());
        }
    }
}

/// Whether it was typed back; `false` if it is to be shown again.
fn typed_back(second: &EmergencySecret, dialogue: &dyn Dialogue) -> Result<bool, Failure> {
    loop {
        let typed = answer(dialogue, "Second secret (or Enter, to see it again): ")?;
        if typed.is_empty() {
            return Ok(false);
        }
        match EmergencySecret::parse(&typed) {
            Ok(read) if read.public() == second.public() => return Ok(true),
            Ok(_) => dialogue.say("This is another secret."),
            Err(error) => {
                let failure = Failure::from(error);
                dialogue.say(&format!("Not yet: {}. {}", failure.text, failure.advice));
            }
        }
    }
}

fn answer(dialogue: &dyn Dialogue, question: &str) -> Result<Zeroizing<String>, Failure> {
    match dialogue.ask(question)? {
        Some(typed) if !typed.eq_ignore_ascii_case(STOP) => Ok(typed),
        _ => Err(Failure::new(exit::FAILED, "it was stopped; no second secret was made")
            .advise("Destroy what was written down, and begin anew.")),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// What is typed next, by what was shown.
    type Typed = Box<dyn Fn(&[String]) -> String>;

    /// Somebody who types what the test says, and sees what is shown.
    #[derive(Default)]
    struct Person {
        shown: RefCell<Vec<String>>,
        types: RefCell<Vec<Typed>>,
    }

    impl Person {
        fn typing(types: Vec<Typed>) -> Self {
            Self { shown: RefCell::default(), types: RefCell::new(types) }
        }
    }

    impl Dialogue for Person {
        fn is_private(&self) -> bool {
            true
        }

        fn clear(&self) {}

        fn say(&self, text: &str) {
            self.shown.borrow_mut().push(text.to_owned());
        }

        fn ask(&self, _: &str) -> Result<Option<Zeroizing<String>>, Failure> {
            let mut types = self.types.borrow_mut();
            if types.is_empty() {
                return Ok(None);
            }
            Ok(Some(Zeroizing::new(types.remove(0)(&self.shown.borrow()))))
        }
    }

    fn read_off(shown: &[String]) -> String {
        let begins = shown.iter().rposition(|line| line.contains("saferoom-emergency-1")).unwrap();
        shown[begins..begins + 4].concat()
    }

    fn nothing(_: &[String]) -> String {
        String::new()
    }

    #[test]
    fn it_counts_when_it_was_typed_back() {
        let second = EmergencySecret::generate();
        let person = Person::typing(vec![
            Box::new(nothing),
            Box::new(|shown| read_off(shown).replacen(char::is_numeric, "x", 1)),
            Box::new(|_| EmergencySecret::generate().to_text().to_string()),
            Box::new(nothing), // to see it again
            Box::new(nothing),
            Box::new(read_off),
        ]);
        to_paper(&second, &person).unwrap();
        assert!(person.types.borrow().is_empty());
        assert!(person.shown.borrow().iter().any(|line| line.contains("another secret")));
        assert!(person.shown.borrow().iter().any(|line| line.starts_with("Not yet")));
    }

    #[test]
    fn whoever_stops_or_has_no_screen_makes_none() {
        let second = EmergencySecret::generate();
        let stops = Person::typing(vec![Box::new(nothing), Box::new(|_| "Stop".to_owned())]);
        assert_eq!(to_paper(&second, &stops).unwrap_err().exit, exit::FAILED);
        assert_eq!(to_paper(&second, &Person::default()).unwrap_err().exit, exit::FAILED);
    }
}
