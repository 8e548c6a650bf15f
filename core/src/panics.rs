//! What is said of a panic. Its text may quote a file that somebody brought, or a value: a library says nothing of it, and a
//! program passes over the panics that are answers.
//!
//! The hook for panics belongs to a process, so whoever is the process chooses: a program keeps the hook it has
//! ([`pass_over_contained`]), a library inside another program has a standard library of its own and tells the place alone
//! ([`tell_places_only`]).

use std::io::Write;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::thread;

/// The name of threads whose panic is an answer: what they read is damaged.
pub(crate) const CONTAINED: &str = "saferoom-contained";

/// Whether a panic of this thread is an answer, which comes as an error: nobody else has to be told of it.
///
/// ```
/// assert!(!saferoom::panics::is_contained());
/// ```
#[must_use]
pub fn is_contained() -> bool {
    thread::current().name() == Some(CONTAINED)
}

/// From now on nothing is printed of contained panics; others go to the hook that there is. Once in a process.
pub fn pass_over_contained() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !is_contained() {
                before(panic);
            }
        }));
    });
}

/// From now on nothing is printed of contained panics, and of others where they were, without their text. Once in a process.
pub fn tell_places_only() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        panic::set_hook(Box::new(|panic| {
            if !is_contained() {
                // Where nobody reads, there is nobody to tell.
                let _unread = std::io::stderr().write_all(place(panic).as_bytes());
            }
        }));
    });
}

/// Name and line of the source: its folder is one of the machine that built it.
fn place(panic: &PanicHookInfo<'_>) -> String {
    let at = panic.location().map(|location| {
        let file = location.file().rsplit(['/', '\\']).next().unwrap_or_default();
        format!(" ({file}, line {})", location.line())
    });
    format!("saferoom: an internal error{}\n", at.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "SAFEROOM_PANICS_CHILD";

    #[test]
    #[ignore = "run by the test below, in a process of its own"]
    fn a_process_that_panics() {
        if std::env::var_os(CHILD).is_none() {
            return;
        }
        tell_places_only();
        let contained = thread::Builder::new().name(CONTAINED.to_owned());
        assert!(contained.spawn(|| panic!("Sokha, contained")).unwrap().join().is_err());
        assert!(thread::spawn(|| panic!("Sokha, 9 years")).join().is_err());
        pass_over_contained();
        let contained = thread::Builder::new().name(CONTAINED.to_owned());
        assert!(contained.spawn(|| panic!("Sokha, contained")).unwrap().join().is_err());
        assert!(thread::spawn(|| panic!("Sokha, 9 years")).join().is_err());
    }

    #[test]
    fn of_a_panic_its_place_is_told_and_of_a_contained_one_nothing() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "panics::tests::a_process_that_panics", "--ignored", "--nocapture"])
            .env(CHILD, "yes")
            .output()
            .unwrap();
        let (out, told) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
        assert!(child.status.success() && out.contains("1 passed"), "{out}{told}");
        assert!(!told.contains("Sokha") && !told.contains('/'), "{told}");
        assert_eq!(told.matches("saferoom: an internal error (panics.rs, line ").count(), 2, "{told}");
    }
}
