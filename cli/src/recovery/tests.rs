//! The dialogues with people who follow a script, on a screen that remembers all that it showed.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::PathBuf;

use saferoom::id::{ScopeId, VaultId};
use saferoom::keys::{RecoveryKey, RecoveryScope, RecoverySet, RecoveryShare, Restoring};
use zeroize::Zeroizing;

use super::{Dialogue, ShareFileArgs, collect, hand_out};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// What a person does when asked: from the screen as it is, and from what they wrote down.
type Act = Box<dyn Fn(&str, &mut Vec<String>) -> Option<String>>;

struct Script {
    private: bool,
    acts: RefCell<VecDeque<Act>>,
    /// What is on the screen now; what was on it between two clearings.
    screen: RefCell<String>,
    screens: RefCell<Vec<String>>,
    paper: RefCell<Vec<String>>,
}

impl Script {
    fn new(acts: Vec<Act>) -> Self {
        let empty = || RefCell::new(Vec::new());
        let screen = RefCell::new(String::new());
        Self { private: true, acts: RefCell::new(acts.into()), screen, screens: empty(), paper: empty() }
    }

    /// All that was on the screen between two clearings, to the end.
    fn screens(self) -> Vec<String> {
        self.clear();
        assert!(self.acts.borrow().is_empty(), "everybody was asked");
        self.screens.into_inner()
    }
}

impl Dialogue for Script {
    fn is_private(&self) -> bool {
        self.private
    }

    fn clear(&self) {
        let shown = std::mem::take(&mut *self.screen.borrow_mut());
        self.screens.borrow_mut().push(shown);
    }

    fn say(&self, text: &str) {
        self.screen.borrow_mut().push_str(text);
        self.screen.borrow_mut().push('\n');
    }

    fn ask(&self, question: &str) -> Result<Option<Zeroizing<String>>, Failure> {
        self.say(question);
        let Some(act) = self.acts.borrow_mut().pop_front() else { return Ok(None) };
        Ok(act(&self.screen.borrow(), &mut self.paper.borrow_mut()).map(Zeroizing::new))
    }
}

fn types(text: impl Into<String>) -> Act {
    let text = text.into();
    Box::new(move |_, _| Some(text.clone()))
}

fn enter() -> Act {
    types("")
}

/// Copies the share from the screen.
fn writes_down() -> Act {
    Box::new(|screen, paper| {
        let begin = screen.find("SFR1").expect("a share is on the screen");
        let lines = screen[begin..].lines().take_while(|line| !line.is_empty());
        // The number of its first group stands before each line, but not after the place where the share begins.
        let groups = |(at, line): (usize, _)| str::split_whitespace(line).skip(usize::from(at > 0));
        let share: Vec<_> = lines.enumerate().flat_map(groups).collect();
        paper.push(share.concat());
        Some(String::new())
    })
}

/// Types what was written down last, changed in some way.
fn types_back(change: impl Fn(&str) -> String + 'static) -> Act {
    Box::new(move |_, paper| Some(change(paper.last().expect("something was written down"))))
}

fn ceremony() -> (RecoverySet, Vec<RecoveryShare>) {
    RecoverySet::first(VaultId::random(), RecoveryScope::Unit(ScopeId::random()), 2, 3).unwrap()
}

fn quiet() -> Console {
    Console::to(std::io::sink())
}

fn person() -> [Act; 4] {
    [enter(), writes_down(), types_back(str::to_lowercase), enter()]
}

#[test]
fn each_share_is_shown_to_one_person_and_typed_back() {
    let (set, shares) = ceremony();
    let script = Script::new(person().into_iter().chain(person()).chain(person()).collect());
    hand_out(&set, shares.clone(), &ShareFileArgs::default(), &script, &quiet()).unwrap();
    let paper = script.paper.borrow().clone();
    let read: Vec<_> = paper.iter().map(|paper| RecoveryShare::from_text(paper).unwrap()).collect();
    assert_eq!(read, shares);
    let screens = script.screens();
    // No screen has two shares, none but the one for it has any, and the last is empty.
    let with_share = |screen: &&String| screen.contains("SFR1");
    assert_eq!(screens.iter().filter(with_share).count(), 3);
    assert!(screens.iter().all(|screen| screen.matches("SFR1").count() <= 1));
    for (share, screen) in shares.iter().zip(screens.iter().filter(with_share)) {
        assert!(screen.contains(&format!("Share {} of 3; 2 are needed", share.number())), "{screen}");
        assert!(screen.contains(&set.vault().to_string()[..8]), "{screen}");
    }
    assert!(screens.last().unwrap().is_empty());
}

#[test]
fn nobody_goes_before_their_paper_is_right() {
    let (set, shares) = ceremony();
    let exchanged = |paper: &str| format!("{}{}{}{}", &paper[..8], &paper[12..16], &paper[8..12], &paper[16..]);
    let first = [
        enter(),
        writes_down(),
        types_back(|paper| paper[..80].to_owned()),
        types_back(exchanged),
        types_back(
            |paper| if paper.ends_with('Q') { format!("{}P", &paper[..85]) } else { format!("{}Q", &paper[..85]) },
        ),
        // Sees it again.
        enter(),
        writes_down(),
        types_back(str::to_owned),
        enter(),
    ];
    // The second person types the first one's share.
    let second = [enter(), writes_down(), Box::new(|_: &str, paper: &mut Vec<String>| Some(paper[0].clone())) as Act];
    let rest = [types_back(str::to_owned), enter()];
    let acts = first.into_iter().chain(second).chain(rest).chain(person()).collect();
    let script = Script::new(acts);
    hand_out(&set, shares, &ShareFileArgs::default(), &script, &quiet()).unwrap();
    let screens = script.screens().concat();
    for said in ["the share has 80 characters where 86", "look at group 22", "This is another share"] {
        assert!(screens.contains(said), "{said}: {screens}");
    }
}

#[test]
fn a_ceremony_can_be_stopped_and_is_never_printed() {
    let (set, shares) = ceremony();
    let stopped = Script::new(vec![enter(), writes_down(), types("STOP")]);
    let failure = hand_out(&set, shares.clone(), &ShareFileArgs::default(), &stopped, &quiet()).unwrap_err();
    assert_eq!(failure.exit, exit::FAILED);
    let gone = Script::new(vec![enter()]);
    assert!(hand_out(&set, shares.clone(), &ShareFileArgs::default(), &gone, &quiet()).is_err());

    let piped = Script { private: false, ..Script::new(vec![]) };
    let failure = hand_out(&set, shares.clone(), &ShareFileArgs::default(), &piped, &quiet()).unwrap_err();
    assert_eq!(failure.exit, exit::INPUT);
    assert!(!piped.screens().concat().contains("SFR1"));
    let files = ShareFileArgs { files: vec![PathBuf::new(); 4], ..ShareFileArgs::default() };
    assert!(hand_out(&set, shares, &files, &Script::new(vec![]), &quiet()).is_err());
}

/// A folder with the passphrase of shares.
fn files(count: u8) -> (tempfile::TempDir, ShareFileArgs) {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "quiet river stone\n").unwrap();
    let files = (1..=count).map(|at| folder.path().join(format!("{at}.share"))).collect();
    (folder, ShareFileArgs { files, passphrases: vec![passphrase] })
}

fn restore(
    set: &RecoverySet,
    older: &[RecoverySet],
    files: &ShareFileArgs,
    script: &Script,
) -> Result<RecoveryKey, Failure> {
    Ok(collect(Restoring::begin(set.clone(), older.to_vec()), files, script, &quiet())?.finish()?)
}

#[test]
fn shares_in_files_need_no_terminal() {
    let (set, shares) = ceremony();
    let (_folder, all) = files(3);
    let nobody = || Script { private: false, ..Script::new(vec![]) };
    hand_out(&set, shares.clone(), &all, &nobody(), &quiet()).unwrap();
    let two = ShareFileArgs { files: all.files[1..].to_vec(), ..all.clone() };
    assert_eq!(restore(&set, &[], &two, &nobody()).unwrap().set(), &set);

    let one = ShareFileArgs { files: all.files[..1].to_vec(), ..all.clone() };
    let failure = restore(&set, &[], &one, &nobody()).unwrap_err();
    assert_eq!((failure.exit, failure.code), (exit::DENIED, Some(270)));
    // A file is never written over.
    let again = hand_out(&set, shares, &all, &nobody(), &quiet()).unwrap_err();
    assert_eq!(again.exit, exit::FILE);
}

#[test]
fn each_wrong_share_is_named_at_once() {
    let (old, old_shares) = ceremony();
    let (set, shares) = old.next(2, 3).unwrap();
    let (_, stranger) = ceremony();
    let (_folder, one) = files(1);
    hand_out(&set, shares[..1].to_vec(), &one, &Script { private: false, ..Script::new(vec![]) }, &quiet()).unwrap();
    let paper = |share: &RecoveryShare| types(share.to_text().as_str());
    let path = one.files[0].clone();
    let missing = path.with_extension("gone");
    let acts = vec![
        paper(&old_shares[2]),
        paper(&stranger[1]),
        types(shares[1].to_text()[..50].to_owned()),
        paper(&shares[0]),
        types(missing.to_str().unwrap()),
        paper(&shares[2]),
        enter(),
    ];
    let script = Script::new(acts);
    assert!(restore(&set, &[old], &one, &script).is_ok());
    let screens = script.screens();
    for (screen, said) in screens.iter().zip([
        "Share 1 is taken. 1 more needed",
        "share 3 is of ceremony 1, which a later one replaced",
        "share 2 is not of this ceremony",
        "characters where 86 were expected",
        "share 1 was given already",
        "this is no share",
        "Share 3 is taken. These are enough",
    ]) {
        assert!(screen.contains(said), "{said}: {screens:?}");
    }

    let gives_up = Script::new(vec![paper(&shares[1]), enter()]);
    assert_eq!(restore(&set, &[], &ShareFileArgs::default(), &gives_up).unwrap_err().code, Some(270));
}
