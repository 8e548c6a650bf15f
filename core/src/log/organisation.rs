//! The organisation's log: which devices keep a log, what was seen of each, and with what size each ended. See ADR 0053.
//!
//! It is no log of another kind: it is what the log of the custodian's vault says in entries of event 34. So it is
//! signed, kept and witnessed as every log is, and nobody takes a device off it unnoticed.

use std::collections::BTreeMap;

use super::{
    Checkpoint, Detail, DetailKey, DetailValue, Entry, Event, Hash, KeyName, KeyType, LogError, Note, NoteKey, Outcome,
};
use crate::keys::VerifyingKey;

/// The longest checkpoint that an entry holds, in bytes.
pub const MAX_STATED_NOTE: usize = 1 << 14;

/// The most bytes of checkpoints that are held in memory.
const MAX_HELD: usize = 1 << 26;

/// What an entry of the organisation's log says of the log of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceStatement {
    /// A device keeps a log with this key.
    Enrolled(NoteKey),
    /// This checkpoint came from somewhere. That it parses says nothing of who signed it.
    Seen(Note),
    /// The log has ended with this checkpoint, and no more is to come.
    Retired(Note),
}

impl DeviceStatement {
    /// A log with this key.
    ///
    /// # Errors
    /// [`LogError::MalformedKey`] for a key that signs no log, such as that of a witness.
    pub fn enrolled(key: NoteKey) -> Result<Self, LogError> {
        if key.key_type() == KeyType::Ed25519 { Ok(Self::Enrolled(key)) } else { Err(LogError::MalformedKey) }
    }

    /// A checkpoint that came in.
    ///
    /// # Errors
    /// [`LogError::MalformedCheckpoint`] if it is none, [`LogError::NoteTooLong`].
    pub fn seen(note: Note) -> Result<Self, LogError> {
        checked(&note).map(|_| Self::Seen(note))
    }

    /// The end of a log.
    ///
    /// # Errors
    /// As [`DeviceStatement::seen`].
    pub fn retired(note: Note) -> Result<Self, LogError> {
        checked(&note).map(|_| Self::Retired(note))
    }

    /// The details of its entry.
    #[must_use]
    pub fn detail(&self) -> Detail<'static> {
        let (standing, note) = match self {
            Self::Enrolled(key) => {
                let detail = Detail::of(DetailKey::STANDING, 1).with(DetailKey::LOG_KEY, key.public_key());
                return detail.with(DetailKey::LOG_ORIGIN, key.name().as_str()).into_owned();
            }
            Self::Seen(note) => (2, note.to_string()),
            Self::Retired(note) => (3, note.to_string()),
        };
        let digest = Hash::of(note.as_bytes());
        let detail =
            Detail::of(DetailKey::STANDING, standing).with(DetailKey::CHECKPOINT_DIGEST, &digest.as_bytes()[..]);
        detail.with(DetailKey::CHECKPOINT, note.as_bytes()).into_owned()
    }

    /// What an entry says; none for an entry about something else, and for one about an attempt that failed.
    ///
    /// # Errors
    /// [`LogError`] for an entry of this event that says nothing which can be read.
    pub fn of(entry: &Entry<'_>) -> Option<Result<Self, LogError>> {
        (entry.event == Event::DeviceLog && entry.outcome == Outcome::Success).then(|| {
            let malformed = LogError::InvalidValue { place: "detail" };
            entry.detail.as_ref().ok_or(malformed).and_then(|detail| Self::read(detail).ok_or(malformed)?)
        })
    }

    fn read(detail: &Detail<'_>) -> Option<Result<Self, LogError>> {
        let bytes = |key| match detail.get(key)? {
            DetailValue::Bytes(bytes) => Some(&**bytes),
            _ => None,
        };
        let DetailValue::Number(standing) = detail.get(DetailKey::STANDING)? else { return None };
        if *standing == 1 {
            let DetailValue::Text(origin) = detail.get(DetailKey::LOG_ORIGIN)? else { return None };
            let key = VerifyingKey::from_bytes(bytes(DetailKey::LOG_KEY)?.try_into().ok()?);
            return Some(KeyName::new(origin.to_string()).map(|origin| Self::Enrolled(NoteKey::new(origin, key))));
        }
        let (note, digest) = (bytes(DetailKey::CHECKPOINT)?, bytes(DetailKey::CHECKPOINT_DIGEST)?);
        let same = Hash::of(note).as_bytes()[..] == *digest;
        let statement = Note::parse(note).and_then(|note| match standing {
            2 => Self::seen(note),
            3 => Self::retired(note),
            _ => Err(LogError::InvalidValue { place: "detail" }),
        });
        let digested = |statement| if same { Ok(statement) } else { Err(LogError::InvalidValue { place: "detail" }) };
        Some(statement.and_then(digested))
    }
}

fn checked(note: &Note) -> Result<Checkpoint, LogError> {
    if note.to_string().len() > MAX_STATED_NOTE {
        return Err(LogError::NoteTooLong);
    }
    note.text().parse()
}

/// The log of a device, as the organisation's log knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledLog {
    /// Its name and key.
    pub key: NoteKey,
    /// The checkpoints of it that came in, each signed by this key; the first of each size and root.
    pub seen: Vec<(Checkpoint, Note)>,
    /// The end with which it was retired.
    pub retired: Option<Checkpoint>,
}

/// Something in the organisation's log that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementProblem {
    /// It cannot be read, or there is too much to hold.
    Unreadable,
    /// A log that is enrolled is enrolled again with another key, or one key under two names.
    EnrolledTwice,
    /// The end of a log that nobody enrolled, or that the log did not sign.
    RetiredUnsigned,
}

/// What the organisation's log says, taken in entry by entry.
#[derive(Debug, Clone, Default)]
pub struct OrganisationLog {
    logs: BTreeMap<KeyName, EnrolledLog>,
    ignored: u64,
    held: usize,
}

impl OrganisationLog {
    /// Takes in the next entry.
    ///
    /// # Errors
    /// [`StatementProblem`]; what came before stays.
    pub fn read(&mut self, entry: &Entry<'_>) -> Result<(), StatementProblem> {
        match DeviceStatement::of(entry) {
            None => Ok(()),
            Some(Err(_)) => Err(StatementProblem::Unreadable),
            Some(Ok(DeviceStatement::Enrolled(key))) => self.enrol(key),
            Some(Ok(DeviceStatement::Seen(note))) => {
                // Anybody may send one. What its log did not sign proves nothing against that log.
                match self.opened(&note) {
                    Some(checkpoint) => self.keep(checkpoint, note),
                    None => {
                        self.ignored += 1;
                        Ok(())
                    }
                }
            }
            Some(Ok(DeviceStatement::Retired(note))) => {
                let checkpoint = self.opened(&note).ok_or(StatementProblem::RetiredUnsigned)?;
                self.keep(checkpoint.clone(), note)?;
                if let Some(log) = self.logs.get_mut(checkpoint.origin()) {
                    log.retired.get_or_insert(checkpoint);
                }
                Ok(())
            }
        }
    }

    /// Refuses what cannot be said after all this: it would stand in the log, and nothing takes an entry back.
    ///
    /// # Errors
    /// [`LogError::Contradiction`].
    pub fn demand_fit(&self, statement: &DeviceStatement) -> Result<(), LogError> {
        let ends = |end: &Checkpoint, log: &EnrolledLog| {
            let is_last = log.seen.iter().all(|(seen, _)| seen.size() <= end.size());
            is_last && log.retired.as_ref().is_none_or(|retired| retired == end)
        };
        let fits = match statement {
            DeviceStatement::Enrolled(key) => self.knows(key) || !self.is_taken(key),
            DeviceStatement::Seen(_) => true,
            DeviceStatement::Retired(note) => {
                self.opened(note).is_some_and(|end| self.log(end.origin()).is_some_and(|log| ends(&end, log)))
            }
        };
        if fits { Ok(()) } else { Err(LogError::Contradiction) }
    }

    /// The logs that are enrolled, by name.
    pub fn logs(&self) -> impl ExactSizeIterator<Item = &EnrolledLog> {
        self.logs.values()
    }

    /// The log of this name.
    #[must_use]
    pub fn log(&self, origin: &KeyName) -> Option<&EnrolledLog> {
        self.logs.get(origin)
    }

    /// How many checkpoints came in that no enrolled log had signed.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }

    fn enrol(&mut self, key: NoteKey) -> Result<(), StatementProblem> {
        if self.knows(&key) {
            return Ok(());
        }
        if self.is_taken(&key) {
            return Err(StatementProblem::EnrolledTwice);
        }
        self.logs.insert(key.name().clone(), EnrolledLog { key, seen: Vec::new(), retired: None });
        Ok(())
    }

    fn knows(&self, key: &NoteKey) -> bool {
        self.log(key.name()).is_some_and(|log| log.key == *key)
    }

    /// Whether the name or the key is that of a log.
    fn is_taken(&self, key: &NoteKey) -> bool {
        self.logs.values().any(|log| log.key.name() == key.name() || log.key.public_key() == key.public_key())
    }

    /// The checkpoint, if the log that it names is enrolled and signed it.
    fn opened(&self, note: &Note) -> Option<Checkpoint> {
        let checkpoint: Checkpoint = note.text().parse().ok()?;
        let log = self.logs.get(checkpoint.origin())?;
        let opened = Checkpoint::open(note.to_string().as_bytes(), std::slice::from_ref(&log.key));
        opened.ok().map(|opened| opened.checkpoint)
    }

    fn keep(&mut self, checkpoint: Checkpoint, note: Note) -> Result<(), StatementProblem> {
        let Some(log) = self.logs.get_mut(checkpoint.origin()) else { return Ok(()) };
        if log.seen.iter().any(|(seen, _)| *seen == checkpoint) {
            return Ok(());
        }
        self.held += note.to_string().len();
        if self.held > MAX_HELD {
            return Err(StatementProblem::Unreadable);
        }
        log.seen.push((checkpoint, note));
        Ok(())
    }
}

#[cfg(test)]
mod vectors;
