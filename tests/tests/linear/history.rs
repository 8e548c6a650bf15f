//! Calls with the moments at which they were made and answered, and what the log says was done.
//!
//! The clock that all programs share is the end of one file: a line is appended before a call is made, and another after its
//! answer is there. The system appends whole lines one after the other, so the order of the lines is an order in time, for
//! threads and for programs alike; and a program that is killed loses none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use saferoom::id::{OperationId, RecordId};
use saferoom::log::{Event, Outcome};
use saferoom::vault::LoggedEntry;

/// Each child: the call that wrote its newest revision, and the number of that revision.
pub(crate) type Registers = BTreeMap<RecordId, (String, u64)>;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// So many new children, in one batch.
    Create(usize),
    /// A new revision.
    Amend(RecordId),
    Read(RecordId),
    /// All children.
    List,
}

impl Asked {
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Amend(_) => "amend",
            Self::Read(_) => "read",
            Self::List => "list",
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Create(count) => format!("create {count}"),
            Self::Amend(id) | Self::Read(id) => format!("{} {id}", self.word()),
            Self::List => "list -".to_owned(),
        }
    }

    fn parse(word: &str, about: &str) -> Option<Self> {
        Some(match word {
            "create" => Self::Create(about.parse().ok()?),
            "amend" => Self::Amend(about.parse().ok()?),
            "read" => Self::Read(about.parse().ok()?),
            "list" => Self::List,
            _ => return None,
        })
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing: the program was killed.
    None,
    /// An error with this code.
    Failed(String),
    /// Written: these records, with these revisions.
    Written(Vec<(RecordId, u64)>),
    /// Read: the name and the revision.
    Read(String, u64),
    /// Listed.
    Listed(BTreeSet<RecordId>),
}

impl Answer {
    /// As a word without spaces, with the word for its kind before it.
    pub(crate) fn to_text(&self) -> String {
        let pair = |(id, number): &(RecordId, u64)| format!("{id}:{number}");
        let join = |words: Vec<String>| words.join(",");
        match self {
            Self::None => "none -".to_owned(),
            Self::Failed(code) => format!("failed {code}"),
            Self::Written(made) => format!("written {}", join(made.iter().map(pair).collect())),
            Self::Read(name, number) => format!("read {name}:{number}"),
            Self::Listed(ids) => format!("listed {}", join(ids.iter().map(ToString::to_string).collect())),
        }
    }

    fn parse(word: &str, text: &str) -> Option<Self> {
        let parts = text.split(',').filter(|part| !part.is_empty());
        Some(match word {
            "failed" => Self::Failed(text.to_owned()),
            "written" => Self::Written(
                parts
                    .map(|part| {
                        let (id, number) = part.split_once(':')?;
                        Some((id.parse().ok()?, number.parse().ok()?))
                    })
                    .collect::<Option<_>>()?,
            ),
            "read" => {
                let (name, number) = text.split_once(':')?;
                Self::Read(name.to_owned(), number.parse().ok()?)
            }
            "listed" => Self::Listed(parts.map(|part| part.parse().ok()).collect::<Option<_>>()?),
            _ => return None,
        })
    }
}

/// One call, with its time from `called` to `returned`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The reason in the log, which no other call has; also what it writes.
    pub(crate) name: String,
    pub(crate) asked: Asked,
    pub(crate) answer: Answer,
    pub(crate) called: usize,
    pub(crate) returned: Option<usize>,
}

impl Call {
    /// Whether somebody was told that it is done.
    pub(crate) const fn is_done(&self) -> bool {
        !matches!(self.answer, Answer::None | Answer::Failed(_))
    }
}

/// The file that all programs append to.
#[derive(Debug)]
pub(crate) struct Journal(File);

impl Journal {
    pub(crate) fn open(path: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(path).expect("the journal"))
    }

    pub(crate) fn call(&self, name: &str, asked: &Asked) {
        self.append(&format!("call {name} {}", asked.to_text()));
    }

    pub(crate) fn answer(&self, name: &str, answer: &Answer) {
        self.append(&format!("answer {name} {}", answer.to_text()));
    }

    /// In one write. A line that a kill has cut has no point at its end, and the next one begins a line of its own.
    fn append(&self, line: &str) {
        let whole = format!("\n{line} .\n");
        let written = (&self.0).write(whole.as_bytes()).expect("noted");
        assert_eq!(written, whole.len(), "a line is written at once");
    }

    /// The calls, in the order in which they were made.
    pub(crate) fn read(path: &Path) -> Vec<Call> {
        let text = std::fs::read_to_string(path).expect("the journal");
        let mut calls: Vec<Call> = Vec::new();
        let mut places = BTreeMap::new();
        for (moment, line) in text.lines().enumerate() {
            let words: Vec<_> = line.split(' ').collect();
            let [what, name, kind, rest, "."] = words[..] else { continue };
            if what == "call" {
                let asked = Asked::parse(kind, rest).unwrap_or_else(|| panic!("no call: {line}"));
                let earlier = places.insert(name.to_owned(), calls.len());
                assert_eq!(earlier, None, "{name} was called twice");
                let name = name.to_owned();
                calls.push(Call { name, asked, answer: Answer::None, called: moment, returned: None });
            } else {
                let call = &mut calls[*places.get(name).unwrap_or_else(|| panic!("nobody called {name}"))];
                call.answer = Answer::parse(kind, rest).unwrap_or_else(|| panic!("no answer: {line}"));
                call.returned = Some(moment);
            }
        }
        calls
    }
}

/// What one call did, by the log: its entries, which lie side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) id: OperationId,
    /// The reason; none of what a host does not give one for, such as signing in.
    pub(crate) name: Option<String>,
    pub(crate) touched: Vec<Touched>,
}

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) event: Event,
    pub(crate) success: bool,
    pub(crate) record: Option<RecordId>,
    pub(crate) revision: Option<u64>,
}

impl Operation {
    /// The entries, by operation, in their order.
    pub(crate) fn gather(entries: &[LoggedEntry]) -> Vec<Self> {
        let mut operations: Vec<Self> = Vec::new();
        for LoggedEntry { entry, reason, .. } in entries {
            let touched = Touched {
                event: entry.event,
                success: entry.outcome == Outcome::Success,
                record: entry.what.as_ref().map(|what| what.record),
                revision: entry.what.as_ref().and_then(|what| what.revision),
            };
            match operations.last_mut().filter(|last| last.id == entry.operation) {
                Some(last) => last.touched.push(touched),
                None => operations.push(Self { id: entry.operation, name: reason.clone(), touched: vec![touched] }),
            }
        }
        operations
    }
}
