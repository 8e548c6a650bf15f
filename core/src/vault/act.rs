//! One act: a transaction that appends to the log, changes or reads rows, and ends with one signature.

use std::borrow::Cow;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::closing::Way;
use super::emergency::BegunEmergency;
use super::lines::{index_of, log_of};
use super::statement::{HEADS_PER_PART, MAX_PARTS, Statement};
use super::statistics::StatisticsChange;
use super::unlocked::{Pending, Unlocked};
use super::{Error, IntegrityError};
use crate::access::policy::Action;
use crate::access::{Access, AccessError, Purpose};
use crate::error::Diagnosis;
use crate::id::{Draw, OperationId, RecordId, ScopeId};
use crate::keys::{Clock, EnvelopeKey};
use crate::log::{
    Actor, Detail, DetailKey, Disclosure, Entry, Event, Frontier, Hash, Outcome, What, Why, at_rest, leaf_hash,
};
use crate::model::Occasion;
use crate::seal::{LabelledInput, ValueContext};
use crate::store::{CommitRow, HeadRow, Rows, TipRow, Token, VaultRow};

/// Sealed entries are padded to this, and longer ones to multiples of half of it: reads, writes and sign-ins without a reason
/// in words, of roles and purposes as they are called today, all have the same length.
const ENTRY_BUCKET: usize = 224;

/// See the module. Lives within one transaction; nothing of it is durable before [`Act::sign`] and the commit.
pub(super) struct Act<'a> {
    pub(super) rows: &'a Rows<'a>,
    pub(super) keys: &'a mut Unlocked,
    pub(super) draw: Draw,
    /// Tokens that are in the state already, and not yet in the file.
    pub(super) tokens: Vec<(Token, RecordId)>,
    operation: OperationId,
    wall: u64,
    monotonic: u64,
    commit: u64,
    entry: Zeroizing<Vec<u8>>,
    reason: Option<Disclosure>,
    commitment: Option<Hash>,
    purpose: Option<Purpose>,
    /// Whether something of this act is counted.
    pub(super) counting: bool,
    /// By which way it writes: what was closed for changes stays closed to most of them.
    pub(super) way: Way,
    /// What the next entry about a record says besides.
    pub(super) detail: Option<Detail<'static>>,
    /// What was written and is not in the statistics yet.
    pub(super) statistics: Vec<StatisticsChange>,
    /// Cases that were opened, with their units: what is pending of them may be told.
    pub(super) opened: BTreeMap<ScopeId, ScopeId>,
}

/// What happened to a record, for its log entry.
pub(super) struct Touched<'f> {
    pub(super) head: HeadRow,
    pub(super) fields: Cow<'f, [u64]>,
    pub(super) revision: Option<u64>,
    pub(super) written: bool,
    /// Place of the previous entry about the record; none if this is the first.
    pub(super) previous: Option<u64>,
}

impl<'a> Act<'a> {
    /// Begins an act on the newest state of the file.
    pub(super) fn begin(rows: &'a Rows<'a>, keys: &'a mut Unlocked, clock: (u64, u64)) -> Result<Self, Error> {
        keys.refresh(rows)?;
        let commit = keys.tip.as_ref().map_or(0, |(_, tip)| tip.commit) + 1;
        Ok(Self::at(rows, keys, clock, commit))
    }

    /// Begins the first act of a new vault.
    pub(super) fn first(rows: &'a Rows<'a>, keys: &'a mut Unlocked, clock: (u64, u64)) -> Self {
        Self::at(rows, keys, clock, 1)
    }

    /// Begins an act on a state that was verified already, whose newest statement is of another device.
    pub(super) fn continuing(rows: &'a Rows<'a>, keys: &'a mut Unlocked, clock: (u64, u64)) -> Self {
        let commit = keys.tip.as_ref().map_or(0, |(_, tip)| tip.commit) + 1;
        Self::at(rows, keys, clock, commit)
    }

    fn at(rows: &'a Rows<'a>, keys: &'a mut Unlocked, (wall, monotonic): (u64, u64), commit: u64) -> Self {
        let mut draw = Draw::new();
        keys.pending = Pending { commit, digests: Vec::new() };
        Self {
            rows,
            keys,
            operation: OperationId::from_bytes(draw.next()),
            draw,
            tokens: Vec::new(),
            wall,
            monotonic,
            commit,
            entry: Zeroizing::new(Vec::with_capacity(2 * ENTRY_BUCKET)),
            reason: None,
            commitment: None,
            purpose: None,
            counting: false,
            way: Way::Record,
            detail: None,
            statistics: Vec::new(),
            opened: BTreeMap::new(),
        }
    }

    /// States why. A purpose that is none is refused by [`Access::decide`]; the caller logs the denial.
    pub(super) fn state(&mut self, access: &Access) -> Result<(), AccessError> {
        if let Some(reason) = access.reason() {
            let disclosure = Disclosure::new("reason", reason).ok();
            self.commitment = disclosure.as_ref().map(Disclosure::commitment);
            self.reason = disclosure;
        }
        let purpose = access.decide()?;
        self.purpose = Some(purpose);
        if self.keys.role()?.allows(&purpose) { Ok(()) } else { Err(AccessError::PurposeNotAllowed) }
    }

    /// Refuses what the role of this member does not allow.
    pub(super) fn demand(&self, action: Action) -> Result<(), AccessError> {
        if self.keys.role()?.may(action) { Ok(()) } else { Err(AccessError::NotAllowed) }
    }

    /// Whether a reason in words was given.
    pub(super) fn has_reason(&self) -> bool {
        self.commitment.is_some()
    }

    /// The wall clock, in milliseconds since the start of 1970 in UTC.
    pub(super) fn wall(&self) -> u64 {
        self.wall
    }

    /// The monotonic clock, in milliseconds since boot.
    pub(super) fn monotonic(&self) -> u64 {
        self.monotonic
    }

    /// Number of the commit that this act ends with.
    pub(super) fn commit_number(&self) -> u64 {
        self.commit
    }

    /// What the rules between fields may know of this write: its clock.
    pub(super) fn occasion(&self) -> Occasion {
        Occasion::at(self.wall)
    }

    /// Takes the digest of something written into the commit; returns its place.
    pub(super) fn add_head(&mut self, digest: &[u8; 32]) -> Result<u32, Error> {
        let digests = &mut self.keys.pending.digests;
        let place = digests.len() / 32;
        if place >= HEADS_PER_PART * MAX_PARTS {
            return Err(Error::BatchTooLarge);
        }
        digests.extend_from_slice(digest);
        Ok(place as u32)
    }

    /// Appends an entry about a record; returns its place.
    pub(super) fn log_record(&mut self, event: Event, outcome: Outcome, touched: &Touched<'_>) -> Result<u64, Error> {
        let what = self.what(touched);
        let detail = self.detail.take();
        self.log(event, outcome, Some(what), detail)
    }

    fn what<'f>(&self, touched: &'f Touched<'_>) -> What<'f> {
        What {
            record: touched.head.record,
            kind: u64::from(touched.head.kind),
            fields: Cow::Borrowed(&touched.fields),
            revision: touched.revision,
            head: touched.written.then(|| Hash::from_bytes(touched.head.digest)),
            // What an earlier device logged is no entry of this log; its own log has it.
            previous: touched.previous.filter(|place| log_of(*place) == self.keys.log_number()).map(index_of),
            subject: None,
        }
    }

    /// Appends an entry about a question on a record, and how many answers it had.
    pub(super) fn log_query(&mut self, head: &HeadRow, found: usize) -> Result<u64, Error> {
        let what = What {
            record: head.record,
            kind: u64::from(head.kind),
            fields: Cow::Borrowed(&[]),
            revision: None,
            head: None,
            previous: None,
            subject: None,
        };
        self.log(Event::Query, Outcome::Success, Some(what), Some(Detail::of(DetailKey::COUNT, found as u64)))
    }

    /// Appends an entry about something that was done to a record other than reading or writing it.
    pub(super) fn log_about(&mut self, event: Event, head: &HeadRow, detail: Detail<'_>) -> Result<(), Error> {
        let touched = Touched {
            head: *head,
            fields: Cow::Borrowed(&[]),
            revision: None,
            written: false,
            previous: Some(self.keys.state.last_entry(head)),
        };
        let what = self.what(&touched);
        let entry = self.log(event, Outcome::Success, Some(what), Some(detail))?;
        self.keys.state.note_entry(head, entry);
        Ok(())
    }

    /// Appends an entry about an attempt that was refused or failed; returns its place.
    pub(super) fn log_failure(
        &mut self,
        event: Event,
        outcome: Outcome,
        about: Option<(RecordId, u16)>,
        error: &dyn Diagnosis,
    ) -> Result<u64, Error> {
        let what = about.map(|(record, kind)| What {
            record,
            kind: u64::from(kind),
            fields: Cow::Borrowed(&[]),
            revision: None,
            head: None,
            previous: None,
            subject: None,
        });
        let detail = Detail::of(DetailKey::ERROR_CODE, u64::from(error.code()));
        self.log(event, outcome, what, Some(detail))
    }

    /// Appends an entry; returns its place.
    pub(super) fn log(
        &mut self,
        event: Event,
        outcome: Outcome,
        what: Option<What<'_>>,
        detail: Option<Detail<'_>>,
    ) -> Result<u64, Error> {
        let actor = Actor {
            member: self.keys.member.member,
            role: Cow::Owned(self.keys.role_name().to_owned()),
            unit: self.keys.unit(),
            authentication: None,
            on_behalf_of: None,
        };
        self.append(event, outcome, Some(actor), what, detail)
    }

    /// Appends an entry about a sign-in that failed before: of nobody.
    pub(super) fn log_nobody(&mut self, detail: Detail<'_>) -> Result<u64, Error> {
        self.append(Event::Login, Outcome::MinorFailure, None, None, Some(detail))
    }

    fn append(
        &mut self,
        event: Event,
        outcome: Outcome,
        actor: Option<Actor<'_>>,
        what: Option<What<'_>>,
        detail: Option<Detail<'_>>,
    ) -> Result<u64, Error> {
        self.keys.ending.refuse()?;
        self.log_clock()?;
        let position = self.keys.frontier.size();
        let why = self.purpose.map(|purpose| Why {
            hl7: Cow::Borrowed(purpose.hl7()),
            local: purpose.local().map(Cow::Borrowed),
            legal_basis: None,
            commitment: self.commitment,
        });
        let entry = Entry {
            seq: position,
            wall_ms: self.wall,
            monotonic_ms: self.monotonic,
            boot: self.keys.boot,
            event,
            outcome,
            actor,
            device: self.keys.file.device,
            why,
            what,
            operation: self.operation,
            detail,
            blind: self.draw.next(),
        };
        // The opening of the reason's commitment lies sealed beside the first entry that carries it.
        let opening = self.reason.take().map(|reason| reason.encode()).unwrap_or_default();
        let start = self.keys.log_start();
        let later = self.keys.later_envelope(self.rows)?;
        let keys = &mut *self.keys;
        let envelope = later.and_then(|slot| keys.outgoing.get(&slot)).unwrap_or(&keys.envelope);
        let place = LogPlace { file: keys.file, start, session: keys.session, envelope };
        append_entry(self.rows, &place, &mut keys.frontier, &entry, &opening, &mut self.entry)
    }

    /// Notes the clock, after an entry about it if somebody has set it. That entry has no reason and takes none along.
    fn log_clock(&mut self) -> Result<(), Error> {
        let jump = self.keys.clocks.jump(self.wall, self.monotonic);
        self.keys.clocks.note(self.wall, self.monotonic);
        let Some(jump) = jump else { return Ok(()) };
        let stated = (self.purpose.take(), self.commitment.take(), self.reason.take());
        let logged = self.log(Event::ClockAdjustment, Outcome::Success, None, Some(jump));
        (self.purpose, self.commitment, self.reason) = stated;
        logged.map(drop)
    }

    /// Logs the end of an emergency that its session ends, with the purpose for which it was begun. What comes after has none.
    pub(super) fn log_ended_with_session(&mut self, emergency: &BegunEmergency) -> Result<(), Error> {
        // A case that was damaged must not keep the end of the session back.
        let Ok(head) = self.head(emergency.case) else { return Ok(()) };
        // Stated also if the role may not any more: it is about what was begun.
        let _may = self.state(&emergency.access);
        let detail = Detail::of(DetailKey::FINDING, &emergency.finding.as_bytes()[..]);
        let logged = self.log_about(Event::BreakGlassStop, &head, detail);
        (self.purpose, self.commitment, self.reason) = (None, None, None);
        logged
    }

    /// Signs the new roster, log and state, and the heads that were written.
    pub(super) fn sign(mut self) -> Result<(), Error> {
        self.settle_statistics()?;
        self.write_tokens()?;
        let digests = std::mem::take(&mut self.keys.pending).digests;
        let parts: Vec<_> = digests.chunks(HEADS_PER_PART * 32).collect();
        for (part, digests) in parts.iter().enumerate() {
            self.rows.add_authorship(self.commit, part as u32, digests)?;
        }
        let (roster_position, roster_digest) = self.keys.roster.head();
        let statement = Statement {
            vault: self.keys.file.vault,
            device: self.keys.file.device,
            commit: self.commit,
            roster_position,
            roster_digest,
            log_size: self.keys.frontier.size(),
            log_root: self.keys.frontier.root(),
            state_root: self.keys.state.store(self.rows)?,
            parts: parts.iter().map(|digests| Statement::part_digest(digests)).collect(),
        };
        let bytes = statement.encode();
        let signature = self.keys.signing.sign(Statement::signed_bytes(&bytes).as_bytes());
        let session = self.keys.session;
        if !parts.is_empty() {
            let row = CommitRow { number: self.commit, session, statement: bytes.clone(), signature };
            self.rows.add_commitment(&row)?;
        }
        if self.keys.writes_blind() {
            // What was drawn for a write must not let its author read it back.
            self.keys.forget_keys();
        }
        let recent = self.keys.state.recent().to_vec();
        let tip = TipRow { session, statement: bytes, signature, recent, base: None };
        self.rows.put_tip(&tip)?;
        self.keys.tip = Some((tip.statement, statement));
        Ok(())
    }

    /// The verified head of a record.
    pub(super) fn head(&mut self, record: RecordId) -> Result<HeadRow, Error> {
        self.keys.ending.refuse()?;
        self.keys.state.verify_bucket(self.rows, record.as_bytes())?;
        self.rows.head(record)?.ok_or(Error::NoSuchRecord)
    }
}

/// Where a session's entries go.
pub(super) struct LogPlace<'k> {
    pub(super) file: VaultRow,
    /// Place of the first entry of the log.
    pub(super) start: u64,
    pub(super) session: u64,
    pub(super) envelope: &'k EnvelopeKey,
}

/// Seals an entry, which says that it is the next one, and appends it; returns its place. `buffer` is for the plain text.
pub(super) fn append_entry(
    rows: &Rows<'_>,
    log: &LogPlace<'_>,
    frontier: &mut Frontier,
    entry: &Entry<'_>,
    opening: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<u64, Error> {
    let position = frontier.size();
    let whole = Zeroizing::new(entry.encode()?);
    let completed = frontier.append(leaf_hash(&whole));
    buffer.clear();
    buffer.extend_from_slice(&[0; 2]);
    at_rest::strip(&whole, buffer)?;
    let length = (buffer.len() - 2) as u16;
    buffer[..2].copy_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(&(opening.len() as u16).to_be_bytes());
    buffer.extend_from_slice(opening);
    // What happened must not show in the length: nearly all entries fall into one bucket.
    let padded = buffer.len().max(ENTRY_BUCKET).next_multiple_of(ENTRY_BUCKET / 2);
    buffer.resize(padded, 0);
    let sealed = log.envelope.seal(&entry_context(log.file, position, log.session), buffer)?;
    let place = log.start + position;
    rows.add_entry(place, log.session, &completed.kept(), &sealed)?;
    Ok(place)
}

/// Where a log entry is sealed: in the log that the device of `file` keeps or kept.
pub(super) fn entry_context(file: VaultRow, position: u64, session: u64) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/log-entry")
            .part(file.vault.as_bytes())
            .part(file.device.as_bytes())
            .number(session)
            .number(position),
    )
}

/// Both clocks, read once for an act.
pub(super) fn read_clock(clock: &dyn Clock) -> (u64, u64) {
    (clock.wall_milliseconds(), clock.monotonic_milliseconds())
}

/// What an entry's sealed bytes hold: the entry as it lies at rest, and perhaps the opening of its reason; each with its length, then zeros.
pub(super) fn split_entry(plain: &[u8]) -> Result<(&[u8], &[u8]), IntegrityError> {
    let part = |bytes| -> Option<(&[u8], &[u8])> {
        let (length, rest): (&[u8; 2], &[u8]) = <[u8]>::split_first_chunk(bytes)?;
        rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    };
    let (entry, rest) = part(plain).ok_or(IntegrityError::Entry)?;
    let (opening, padding) = part(rest).ok_or(IntegrityError::Entry)?;
    if padding.iter().any(|byte| *byte != 0) { Err(IntegrityError::Entry) } else { Ok((entry, opening)) }
}
