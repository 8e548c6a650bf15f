//! What the world outside knows of a vault: the acts that were begun and the answers that arrived.

use std::collections::BTreeMap;

use saferoom::id::RecordId;

use crate::faults::Kind;

/// Codes that say that the file is not what it was.
const DAMAGE: [&str; 5] = ["S0503", "S0510", "S0511", "S0512", "S0513"];

/// The answer to an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// None arrived: it may have been done, or not.
    None,
    /// An error: it may have been done, or not, but not by half.
    Failed(String),
    /// Done.
    Done(String),
}

/// An act of a worker.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) kind: String,
    /// The reason in the log, which no other act has.
    pub(crate) reason: String,
    pub(crate) answer: Answer,
}

impl Act {
    /// Records with revisions, of a write that was acknowledged.
    pub(crate) fn written(&self) -> Vec<(RecordId, u64)> {
        let Answer::Done(text) = &self.answer else { return Vec::new() };
        let pair = |word: &str| {
            let (id, number) = word.split_once(':')?;
            Some((id.parse().ok()?, number.parse().ok()?))
        };
        text.split(' ').map_while(pair).collect()
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.answer, Answer::Done(_))
    }
}

/// What a worker said until its end.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) acts: Vec<Act>,
    /// The code with which opening or signing in was refused.
    pub(crate) refused: Option<String>,
    pub(crate) finished: bool,
}

impl Told {
    /// From the lines that arrived.
    pub(crate) fn parse(output: &str, worker: &str) -> Self {
        let mut told = Self::default();
        // A last line without an end was cut by the kill: its answer never arrived.
        let whole = output.rfind('\n').map_or("", |end| &output[..end]);
        for line in whole.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (act, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            match word {
                "begin" => told.acts.push(Act {
                    kind: rest.to_owned(),
                    reason: format!("{worker} {act}"),
                    answer: Answer::None,
                }),
                "done" => told.answer(Answer::Done(rest.to_owned())),
                "failed" => told.answer(Answer::Failed(rest.to_owned())),
                "refused" => told.refused = Some(act.to_owned()),
                "finished" => told.finished = true,
                _ => {}
            }
        }
        told
    }

    /// The code of every error that was answered.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        let failed = self.acts.iter().filter_map(|act| match &act.answer {
            Answer::Failed(code) => Some(code.as_str()),
            _ => None,
        });
        failed.chain(self.refused.as_deref())
    }

    /// A disk that fails, or that nobody may write, is not told as damage or as a change from outside.
    pub(crate) fn look_at_codes(&self, kind: Kind) {
        for code in self.codes() {
            assert!(!DAMAGE.contains(&code) && !code.starts_with("S07"), "{kind:?} is told as {code}: {self:?}");
        }
    }

    fn answer(&mut self, answer: Answer) {
        self.acts.last_mut().expect("it was begun").answer = answer;
    }
}

/// Children as they have to be: the act that wrote the newest revision, and its number.
pub(crate) type Children = BTreeMap<RecordId, (String, u64)>;
