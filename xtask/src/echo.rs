//! Passes on what a program prints, and keeps the lines that tell why it failed: a run prints megabytes, and who reads its end
//! must still learn which test it was.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The last lines that are kept of a program.
const LAST: usize = 30;
/// The telling lines that are kept of a program.
const TELLING: usize = 120;
/// How long output is waited for after the program itself has ended: something that it started may hold the pipe.
const AFTER_THE_END: Duration = Duration::from_secs(2);

/// The two streams of one program.
#[derive(Debug)]
pub(crate) struct Echo {
    kept: Arc<Mutex<Kept>>,
    ends: Receiver<()>,
}

impl Echo {
    /// Starts to pass on both.
    pub(crate) fn start(
        output: Option<impl Read + Send + 'static>,
        errors: Option<impl Read + Send + 'static>,
    ) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (end, ends) = mpsc::channel();
        if let Some(output) = output {
            follow(output, io::stdout(), &kept, end.clone());
        }
        if let Some(errors) = errors {
            follow(errors, io::stderr(), &kept, end);
        }
        Self { kept, ends }
    }

    /// Waits for the rest, and returns the lines that tell of a failure: the telling ones, then the last ones.
    pub(crate) fn finish(self) -> Vec<String> {
        let until = Instant::now() + AFTER_THE_END;
        // It ends when both streams have let go of their end.
        while self.ends.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = std::mem::take(&mut kept.telling);
        lines.push("...".to_owned());
        lines.extend(kept.last.drain(..));
        lines
    }
}

/// What was printed, as far as it is kept.
#[derive(Debug, Default)]
struct Kept {
    telling: Vec<String>,
    last: VecDeque<String>,
}

impl Kept {
    fn take(&mut self, line: &str) {
        if self.telling.len() < TELLING && tells(line) {
            self.telling.push(line.to_owned());
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(line.to_owned());
    }
}

/// Copies one stream on a thread of its own.
fn follow(from: impl Read + Send + 'static, to: impl Write + Send + 'static, kept: &Arc<Mutex<Kept>>, end: Sender<()>) {
    let kept = Arc::clone(kept);
    thread::spawn(move || {
        pass_on(from, to, &kept);
        drop(end);
    });
}

/// Copies line by line; a line that is no text is copied as it is and kept with its bad bytes replaced.
fn pass_on(from: impl Read, mut to: impl Write, kept: &Mutex<Kept>) {
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let _ = to.write_all(&line);
        let _ = to.flush();
        kept.lock().unwrap_or_else(PoisonError::into_inner).take(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
}

/// As cargo, the test runners of Rust, Python, Go, the JVM and Swift, and libFuzzer mark a failure.
fn tells(line: &str) -> bool {
    let starts = ["error", "FAILED", "--- FAIL", "FAIL", "[ERROR]", "E   ", "SUMMARY:"];
    let parts = [
        "panicked at",
        "... FAILED",
        "test result: FAILED",
        "AssertionError",
        ": error:",
        "==ERROR",
        "left: ",
        "right: ",
    ];
    starts.iter().any(|start| line.starts_with(start)) || parts.iter().any(|part| line.contains(part))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Empty};
    use std::sync::Mutex;

    use super::{Echo, Kept, LAST, pass_on};

    #[test]
    fn what_tells_of_a_failure_is_kept_however_much_follows() {
        let printed: String = (0..1000).map(|number| format!("noise {number}\n")).collect();
        let (kept, mut copy) = (Mutex::new(Kept::default()), Vec::new());
        let failed = format!("test b ... {}ED\n", "FAIL");
        let all = format!("test a ... ok\n{failed}{printed}");
        pass_on(Cursor::new(&all), &mut copy, &kept);
        assert_eq!(copy, all.as_bytes());

        let kept = kept.into_inner().unwrap();
        assert_eq!(kept.telling, [failed.trim_end()]);
        assert_eq!(kept.last.len(), LAST);
        assert_eq!(kept.last.back().map(String::as_str), Some("noise 999"));
    }

    #[test]
    fn nothing_to_follow_ends_at_once() {
        assert_eq!(Echo::start(None::<Empty>, None::<Empty>).finish(), ["..."]);
    }
}
