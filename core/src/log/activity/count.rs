//! What is counted, and by what.

use crate::log::{Entry, Event, Outcome};

/// A use of records, or an attempt at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseKind {
    /// A read, a question, a disclosure.
    Look,
    /// Something is written, brought in or erased.
    Write,
    /// It was refused.
    Denied,
}

impl UseKind {
    /// The kind of this entry; none if it is no use of records.
    #[must_use]
    pub fn of(entry: &Entry<'_>) -> Option<Self> {
        if entry.event == Event::Denied {
            return Some(Self::Denied);
        }
        let kind = match entry.event {
            Event::Read | Event::Query | Event::QueryAcrossUnits | Event::Export => Self::Look,
            Event::Create | Event::Update | Event::Delete | Event::Import | Event::Erasure => Self::Write,
            _ => return None,
        };
        match entry.outcome {
            Outcome::Success => Some(kind),
            Outcome::MinorFailure => Some(Self::Denied),
            // Of no one's will: it is counted with the device.
            Outcome::SeriousFailure | Outcome::MajorFailure => None,
        }
    }
}

/// Uses, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Reads, questions, disclosures.
    pub looks: u64,
    /// What was written, brought in or erased.
    pub writes: u64,
    /// Refusals.
    pub denied: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.looks + self.writes + self.denied
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { looks: self.looks + other.looks, writes: self.writes + other.writes, denied: self.denied + other.denied }
    }

    pub(super) fn add(&mut self, kind: UseKind) {
        match kind {
            UseKind::Look => self.looks += 1,
            UseKind::Write => self.writes += 1,
            UseKind::Denied => self.denied += 1,
        }
    }
}

const DAY_MS: u64 = 86_400_000;

/// A day, by the clocks of the place: days since 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u64);

impl Day {
    pub(super) const fn of(local_ms: u64) -> Self {
        Self(local_ms / DAY_MS)
    }

    /// Its first moment, in milliseconds since 1970 by the same clocks.
    #[must_use]
    pub const fn start_ms(self) -> u64 {
        self.0.saturating_mul(DAY_MS)
    }
}
