//! One entry of a log, as it crosses. It has no value of a record; its reason has words of a member.

use saferoom::log::{DetailKey, DetailValue, Entry, Link};
use saferoom::model::{FieldNumber, RecordKind, catalogue};

/// How an entry hangs together with those before it on its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ChainLink {
    /// It is the first that can be linked to.
    First,
    /// It names the one before it, and that is the one before it.
    Linked,
    /// It is of a kind that names none: a refusal, a question, an export of many.
    CannotJoin,
    /// It should name the one before it, and names none or another. No honest device writes such an entry.
    Broken,
}

/// An entry of a log. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct LogEntry {
    /// Number of its log in the file, if it is not the one that is being kept.
    pub log: Option<u64>,
    /// Its index in the log.
    pub index: u64,
    /// When, by the device's clock: milliseconds since 1970, UTC.
    pub at: u64,
    /// What was done: the code of the event (docs/formats.md, 15).
    pub event: u16,
    /// How it ended: the code of the outcome.
    pub outcome: u16,
    /// The code of the error, if it was refused.
    pub error: Option<u64>,
    /// Pseudonym of the member; none if nobody was signed in.
    pub member: Option<String>,
    /// Their role.
    pub role: Option<String>,
    /// The device.
    pub device: String,
    /// The purpose, by its local code.
    pub purpose: Option<String>,
    /// The HL7 code above it.
    pub hl7_purpose: Option<String>,
    /// The record.
    pub record: Option<String>,
    /// Name of its kind; none for one that this release does not know.
    pub kind: Option<String>,
    /// Names of the fields; the number of one that this release does not know.
    pub fields: Vec<String>,
    /// The revision that was read or written.
    pub revision: Option<u64>,
    /// The child or other person whom the record is about, by pseudonym.
    pub subject: Option<String>,
    /// The call that it belongs to, with other entries.
    pub operation: String,
    /// For a question about one record: how it hangs together with the one before.
    pub link: Option<ChainLink>,
    /// The reason in words, where it is disclosed; beside the first entry of an operation.
    pub reason: Option<String>,
}

redacted! { LogEntry }

impl LogEntry {
    pub(super) fn of(entry: &Entry<'_>, log: Option<u64>, link: Option<Link>, reason: Option<String>) -> Self {
        let (actor, why, what) = (entry.actor.as_ref(), entry.why.as_ref(), entry.what.as_ref());
        let kind = what.and_then(|what| RecordKind::from_number(u16::try_from(what.kind).ok()?));
        let spec = kind.and_then(|kind| catalogue().by_kind(kind));
        let field = |number: &u64| {
            let field = FieldNumber::checked(*number).and_then(|number| spec?.field(number));
            field.map_or_else(|| number.to_string(), |field| field.name.to_owned())
        };
        let error = match entry.detail.as_ref().and_then(|detail| detail.get(DetailKey::ERROR_CODE)) {
            Some(DetailValue::Number(code)) => Some(*code),
            _ => None,
        };
        Self {
            log,
            index: entry.seq,
            at: entry.wall_ms,
            event: entry.event.code(),
            outcome: u16::from(entry.outcome.code()),
            error,
            member: actor.map(|actor| actor.member.to_string()),
            role: actor.map(|actor| actor.role.clone().into_owned()),
            device: entry.device.to_string(),
            purpose: why.and_then(|why| why.local.as_deref()).map(str::to_owned),
            hl7_purpose: why.map(|why| why.hl7.clone().into_owned()),
            record: what.map(|what| what.record.to_string()),
            kind: kind.map(|kind| kind.name().to_owned()),
            fields: what.map(|what| what.fields.iter().map(field).collect()).unwrap_or_default(),
            revision: what.and_then(|what| what.revision),
            subject: what.and_then(|what| what.subject).map(|subject| subject.to_string()),
            operation: entry.operation.to_string(),
            link: link.map(ChainLink::from),
            reason,
        }
    }
}

impl From<Link> for ChainLink {
    fn from(link: Link) -> Self {
        match link {
            Link::First => Self::First,
            Link::Linked => Self::Linked,
            Link::CannotJoin => Self::CannotJoin,
            Link::Broken => Self::Broken,
        }
    }
}
