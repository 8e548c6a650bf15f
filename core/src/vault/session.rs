//! A signed-in session: the only way to plaintext, and every way is logged first.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::act::Act;
use super::exclusive::Held;
use super::forms::has_extra;
use super::idle::{Call, IdleTimer};
use super::open_keys::{Ending, OpenKeys, Why};
use super::read::Granted;
use super::unlocked::Unlocked;
use super::write::prefix_bounds;
use super::{Author, Error, IntegrityError, Revision, Vault, log_note_key};
use crate::access::{Access, AccessError, Roster};
use crate::error::Diagnosis;
use crate::id::{MemberId, RecordId};
use crate::log::{Detail, DetailKey, Event, NoteKey, Outcome};
use crate::model::{Compartment, DynamicRecord, FieldBuffer, FieldNumber, Record, RecordKind, RecordSpec};
use crate::store::{HeadRow, Rows};

/// How often the newest head is kept in the host's key store while a session is busy. It is also kept at the end.
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// A member at work in a vault. Ends with [`lock`](Self::lock) or when it is dropped; its keys are wiped then.
///
/// Calls may come from several threads; they are served one after the other.
pub struct Session {
    vault: Vault,
    unit: RecordId,
    member: MemberId,
    pub(super) open: Arc<OpenKeys>,
    idle: IdleTimer,
    /// When the session began: never called, it measures the whole of it.
    begun: IdleTimer,
    /// What the access-policy that was in force then allows of both.
    longest_idle: Duration,
    longest: Duration,
    kept: Mutex<Instant>,
}

/// A record that was opened, with what is known about the revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened<R> {
    /// The record's id.
    pub id: RecordId,
    /// The record it belongs to, if it belongs to one.
    pub parent: Option<RecordId>,
    /// Number of the revision, from 1.
    pub revision: u64,
    /// Who wrote it, by the signature.
    pub author: Author,
    /// The compartments that this member cannot open; their fields are empty in `record`.
    pub withheld: Vec<Compartment>,
    /// The values.
    pub record: R,
}

/// What a list shows: ids and structure, no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordInfo {
    /// The record.
    pub id: RecordId,
    /// Its kind; `None` if this release does not know it.
    pub kind: Option<RecordKind>,
    /// The record it belongs to, if it belongs to one.
    pub parent: Option<RecordId>,
}

/// One revision in a record's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisionInfo {
    /// Its number.
    pub number: u64,
    /// Who wrote it, by the signature.
    pub author: Author,
}

/// A head that is to be kept: roster, statement as it was signed, statement.
type DueHead = (Roster, Vec<u8>, super::statement::Statement);

impl Session {
    pub(super) fn new(vault: Vault, keys: Unlocked) -> Self {
        let rule = keys.roster.policy().sign_in();
        Self {
            idle: IdleTimer::start(vault.clock()),
            begun: IdleTimer::start(vault.clock()),
            longest_idle: Duration::from_secs(60 * u64::from(rule.idle_minutes)),
            longest: Duration::from_secs(60 * 60 * u64::from(rule.session_hours)),
            vault,
            unit: keys.unit().record(),
            member: keys.member.member,
            open: OpenKeys::new(keys),
            kept: Mutex::new(Instant::now()),
        }
    }

    /// The vault.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Who is signed in.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// The record of the unit in which this member works: cases, stations and officers stand below it.
    #[must_use]
    pub fn unit(&self) -> RecordId {
        self.unit
    }

    /// Ends the session: wipes its keys, whatever the host still holds. Later calls answer [`Error::Locked`].
    ///
    /// A call that another thread is in ends at its next step, and writes nothing; this waits for it. From inside a batch
    /// the batch ends, and the keys go with it.
    pub fn lock(&self) {
        self.end_by(Why::Asked);
    }

    /// Locks the session if nobody has called it for the [idle timeout](field@super::Locking::idle_timeout) of the host or that of
    /// the access-policy, or if it has lasted longer than the access-policy allows; for a timer of the host: without one, the
    /// next call does it. Answers whether the session is locked.
    pub fn lock_if_idle(&self) -> bool {
        let now = self.vault.clock();
        if self.idle.idle(now) >= self.idle_timeout() || self.begun.idle(now) >= self.longest {
            self.end_by(Why::Idle);
        }
        self.open.are_gone()
    }

    /// Whether the session is locked, by a call of [`lock`](Self::lock) or because it was idle for too long.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock_if_idle()
    }

    /// Ends the session without an entry: its log has ended already.
    pub(super) fn end(&self) {
        self.open.ending.begin(Why::Asked);
        let Ok(mut guard) = self.open.lock() else { return };
        *guard = None;
    }

    fn end_by(&self, why: Why) {
        self.open.ending.begin(why);
        // From inside a call of this thread: whoever serves that call finishes the session when it ends.
        let Ok(keys) = self.open.lock() else { return };
        self.finish(keys);
    }

    /// Takes the keys out, logs the end of the session, and wipes them.
    fn finish(&self, mut guard: Held<'_, Option<Box<Unlocked>>>) {
        let Some(mut keys) = guard.take() else { return };
        drop(guard);
        // The end of the session is worth an entry, and the head is worth keeping (it lags at most). But no full disk
        // and no failing key store may keep the keys alive.
        if self.open.ending.why() != Some(Why::Wiped) {
            let _ = self.log_out(&mut keys);
            let _ = self.vault.keep(&keys);
        }
    }

    fn log_out(&self, keys: &mut Unlocked) -> Result<(), Error> {
        let clock = self.vault.clock();
        let idle = (self.open.ending.why() == Some(Why::Idle)).then(|| self.idle.idle(clock).as_secs());
        let mut store = self.vault.store()?;
        let rows = store.begin()?;
        keys.ending = Ending::default();
        let mut act = Act::begin(&rows, keys, clock)?;
        act.log(Event::Logout, Outcome::Success, None, idle.map(|idle| Detail::of(DetailKey::IDLE_SECONDS, idle)))?;
        act.sign()?;
        rows.commit()?;
        keys.confirm();
        Ok(())
    }

    /// The shorter of what the host and the access-policy allow.
    fn idle_timeout(&self) -> Duration {
        self.vault.idle_timeout().min(self.longest_idle)
    }

    /// Begins a call, unless the session was idle for too long: then it is locked before anything is served.
    fn call(&self) -> Result<Call<'_>, Error> {
        let over = self.begun.idle(self.vault.clock()) >= self.longest;
        match self.idle.begin(self.vault.inner.host.clock.as_ref(), self.idle_timeout()) {
            Some(call) if !over => Ok(call),
            _ => {
                self.end_by(Why::Idle);
                Err(self.open.ending.error())
            }
        }
    }

    /// Records something new below `parent`.
    ///
    /// # Errors
    /// [`crate::model::ModelError`] if the record breaks a rule, [`Error::Parent`], [`crate::access::AccessError`];
    /// nothing is written then.
    pub fn create<R: Record>(&self, parent: Option<RecordId>, record: &R, access: &Access) -> Result<Revision, Error> {
        self.write_batch(access, |batch| batch.create(parent, record))
    }

    /// Gives a record a new revision; the old one stays, sealed.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`Error::NoSuchRecord`] or [`Error::WrongKind`].
    pub fn amend<R: Record>(&self, id: RecordId, record: &R, access: &Access) -> Result<Revision, Error> {
        self.write_batch(access, |batch| batch.amend(id, record))
    }

    /// Writes many records in one transaction, with one signature: all or none.
    ///
    /// # Errors
    /// What `write` answers, and as [`create`](Self::create); nothing is written then.
    pub fn write_batch<T>(
        &self,
        access: &Access,
        write: impl FnOnce(&mut Batch<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.act(access, Event::Create, &[], |act| {
            let mut batch = Batch { act, fields: FieldBuffer::with_capacity(1024) };
            write(&mut batch)
        })
    }

    /// Reads a record. The entry in the log is durable before anything opens.
    ///
    /// # Errors
    /// [`crate::access::AccessError`] (logged as denied), [`Error::NoSuchRecord`], [`Error::WrongKind`],
    /// [`IntegrityError`] if the record was changed from outside.
    pub fn read<R: Record>(&self, id: RecordId, access: &Access) -> Result<Opened<R>, Error> {
        let mut opened = self.read_many::<R>(&[id], access)?;
        opened.pop().ok_or(Error::NoSuchRecord)
    }

    /// Reads many records of one kind: one transaction, one entry each, one signature.
    ///
    /// # Errors
    /// As [`read`](Self::read); then nothing is opened.
    pub fn read_many<R: Record>(&self, ids: &[RecordId], access: &Access) -> Result<Vec<Opened<R>>, Error> {
        let about: Vec<_> = ids.iter().map(|id| (*id, R::spec().kind.number())).collect();
        let granted = self.act(access, Event::Read, &about, |act| {
            ids.iter().map(|id| act.grant(*id, Some(R::spec()), None)).collect::<Result<Vec<_>, _>>()
        })?;
        let mut fields = FieldBuffer::with_capacity(1024);
        granted.into_iter().map(|granted| self.open(granted, access, &mut fields, R::decode)).collect()
    }

    /// Reads some fields of a record of any kind, or all if `fields` is `None`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_fields(
        &self,
        id: RecordId,
        fields: Option<&[FieldNumber]>,
        access: &Access,
    ) -> Result<Opened<DynamicRecord>, Error> {
        let granted = self.act(access, Event::Read, &[(id, 0)], |act| act.grant(id, None, fields))?;
        self.open_dynamic(granted, access, &mut FieldBuffer::with_capacity(1024))
    }

    /// Opens what was granted, as a record whose kind is known at run time only.
    pub(super) fn open_dynamic(
        &self,
        granted: Granted,
        access: &Access,
        buffer: &mut FieldBuffer,
    ) -> Result<Opened<DynamicRecord>, Error> {
        let spec = granted.spec();
        self.open(granted, access, buffer, |fields| DynamicRecord::decode(spec, fields))
    }

    /// Reads many records of any kinds: one transaction, one entry each, one signature.
    ///
    /// With `kind`, a record of another kind is refused.
    ///
    /// # Errors
    /// As [`read`](Self::read); then nothing is opened.
    pub fn read_many_fields(
        &self,
        ids: &[RecordId],
        kind: Option<&'static RecordSpec>,
        access: &Access,
    ) -> Result<Vec<Opened<DynamicRecord>>, Error> {
        let number = kind.map_or(0, |spec| spec.kind.number());
        let about: Vec<_> = ids.iter().map(|id| (*id, number)).collect();
        let granted = self.act(access, Event::Read, &about, |act| {
            ids.iter().map(|id| act.grant(*id, kind, None)).collect::<Result<Vec<_>, _>>()
        })?;
        let mut fields = FieldBuffer::with_capacity(1024);
        granted.into_iter().map(|granted| self.open_dynamic(granted, access, &mut fields)).collect()
    }

    /// Reads an earlier revision of a record.
    ///
    /// # Errors
    /// As [`read`](Self::read); [`Error::NoSuchRecord`] if there is no such revision.
    pub fn read_revision<R: Record>(&self, id: RecordId, number: u64, access: &Access) -> Result<Opened<R>, Error> {
        let about = [(id, R::spec().kind.number())];
        let granted = self.act(access, Event::Read, &about, |act| {
            let head = act.head(id)?;
            let spec = act.keys.spec_of(&head)?;
            if spec.kind != R::spec().kind {
                return Err(super::write::wrong_kind(R::spec(), head.kind));
            }
            let mut revision = act.verify_current(&head)?;
            while revision.row.number > number {
                let (Some(earlier), Some(digest)) = (revision.row.earlier, revision.row.previous) else { break };
                revision = act.verify_revision(&head, earlier, &digest)?;
            }
            if revision.row.number != number {
                return Err(Error::NoSuchRecord);
            }
            act.grant_revision(spec, head, revision, None)
        })?;
        let mut fields = FieldBuffer::with_capacity(1024);
        self.open(granted, access, &mut fields, R::decode)
    }

    /// All revisions of a record, newest first: numbers and authors, each checked against its head. Logged as a query.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`], [`crate::access::AccessError`], [`IntegrityError`].
    pub fn history(&self, id: RecordId, access: &Access) -> Result<Vec<RevisionInfo>, Error> {
        self.act(access, Event::Query, &[(id, 0)], |act| {
            let head = act.head(id)?;
            let mut revision = act.verify_current(&head)?;
            let mut history = Vec::new();
            loop {
                history.push(RevisionInfo { number: revision.row.number, author: revision.author.member });
                match (revision.row.earlier, revision.row.previous) {
                    (Some(earlier), Some(digest)) => revision = act.verify_revision(&head, earlier, &digest)?,
                    (None, None) => break,
                    _ => return Err(IntegrityError::Head.into()),
                }
            }
            act.log_query(&head, history.len())?;
            Ok(history)
        })
    }

    /// The cases of this member: those of the unit if their role reaches any compartment of all of them, otherwise those that
    /// are assigned to them or shared with them. Those that were erased are left out. Logged as a query.
    ///
    /// # Errors
    /// [`crate::access::AccessError`], [`IntegrityError`].
    pub fn cases(&self, access: &Access) -> Result<Vec<RecordId>, Error> {
        self.act(access, Event::Query, &[], |act| {
            act.keys.state.verify_all(act.rows)?;
            let mut cases = Vec::new();
            act.rows.each_head([0; 16], [0xFF; 16], |head| {
                if head.kind == RecordKind::CASE.number() {
                    cases.push(head.record);
                }
            })?;
            cases.retain(|case| act.keys.roster.erased_since(case.scope()).is_none());
            let cases = act.visible_cases(cases)?;
            let detail = Detail::of(DetailKey::COUNT, cases.len() as u64);
            act.log(Event::Query, Outcome::Success, None, Some(detail))?;
            Ok(cases)
        })
    }

    /// The records that share the scope of `id` (a case or the unit), itself included. Logged as a query.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`], [`crate::access::AccessError`], [`IntegrityError`].
    pub fn records_of(&self, id: RecordId, access: &Access) -> Result<Vec<RecordInfo>, Error> {
        self.act(access, Event::Query, &[(id, 0)], |act| {
            let head = act.head(id)?;
            let (first, last) = prefix_bounds(head.scope);
            let mut found = Vec::new();
            act.rows.each_head(first, last, |row| {
                if row.scope == head.scope {
                    found.push(info_of(&row));
                }
            })?;
            act.log_query(&head, found.len())?;
            Ok(found)
        })
    }

    /// What kind of record this is and where it stands.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`].
    pub fn info(&self, id: RecordId) -> Result<RecordInfo, Error> {
        self.look(|act| Ok(info_of(&act.head(id)?)))
    }

    /// A signed checkpoint of the log as it is now: keep it outside the device, and a later rollback shows.
    ///
    /// # Errors
    /// [`Error::ForeignVault`] if this device does not hold the log's key.
    pub fn checkpoint(&self) -> Result<String, Error> {
        let (origin, size, root) = self.look(|act| {
            let origin = act.keys.roster.log().origin.clone();
            Ok((origin, act.keys.frontier.size(), act.keys.frontier.root()))
        })?;
        self.vault.sign_checkpoint(&origin, size, root)
    }

    /// The public key that verifies this log's checkpoints, for the auditor to pin.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn log_key(&self) -> Result<NoteKey, Error> {
        self.with_keys(|keys| log_note_key(&keys.roster))
    }

    /// Where the vault's file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.vault.path()
    }

    pub(super) fn open<T>(
        &self,
        mut granted: Granted,
        access: &Access,
        fields: &mut FieldBuffer,
        decode: impl Fn(&FieldBuffer) -> Result<T, crate::model::ModelError>,
    ) -> Result<Opened<T>, Error> {
        fields.clear();
        // Locked between the entry and the value: the entry stands, the value stays closed.
        self.open.ending.refuse()?;
        let record = granted.open(fields).and_then(|()| Ok(decode(fields)?));
        let record = record.inspect_err(|error| {
            // The read was logged as a success; what happened after is logged too, as far as the file still allows.
            let about = [(granted.record(), granted.kind())];
            let _ = self.log_failure(access, Event::Read, Outcome::SeriousFailure, &about, error);
        })?;
        Ok(Opened {
            id: granted.record(),
            parent: granted.parent(),
            revision: granted.number(),
            author: granted.author(),
            withheld: granted.withheld,
            record,
        })
    }

    /// Runs one act: decides about the purpose, and logs a refusal before answering with it.
    pub(super) fn act<T>(
        &self,
        access: &Access,
        event: Event,
        about: &[(RecordId, u16)],
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let done = self.transaction(|act| {
            act.state(access)?;
            work(act)
        });
        done.map_err(|error| self.refused(access, event, about, error))
    }

    /// Logs a refusal or a failure, and answers with it.
    pub(super) fn refused(&self, access: &Access, event: Event, about: &[(RecordId, u16)], error: Error) -> Error {
        let (event, outcome) = match &error {
            Error::Access(_) | Error::NoSuchRecord | Error::Erased { .. } => (Event::Denied, Outcome::MinorFailure),
            Error::Integrity(_) | Error::Seal(_) | Error::Key(_) | Error::Log(_) => (event, Outcome::SeriousFailure),
            _ => return error,
        };
        // The attempt is logged in an act of its own; if even that fails, the answer is still the refusal.
        let _ = self.log_failure(access, event, outcome, about, &error);
        error
    }

    pub(super) fn log_failure(
        &self,
        access: &Access,
        event: Event,
        outcome: Outcome,
        about: &[(RecordId, u16)],
        error: &Error,
    ) -> Result<(), Error> {
        self.transaction(|act| {
            let _stated_or_not = act.state(access);
            if about.is_empty() {
                act.log_failure(event, outcome, None, error as &dyn Diagnosis)?;
            }
            for record in about {
                act.log_failure(event, outcome, Some(*record), error as &dyn Diagnosis)?;
            }
            Ok(())
        })
    }

    fn transaction<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.committed(|rows, keys, clock| {
            let mut act = Act::begin(rows, keys, clock)?;
            let value = work(&mut act)?;
            act.sign()?;
            Ok(value)
        })
    }

    /// Several acts, each signed, in one transaction of the file: all or none. `work` is called until it has a value.
    pub(super) fn acts<T>(&self, mut work: impl FnMut(&mut Act<'_>) -> Result<Option<T>, Error>) -> Result<T, Error> {
        self.committed(|rows, keys, clock| {
            loop {
                let mut act = Act::begin(rows, keys, clock)?;
                let value = work(&mut act)?;
                act.sign()?;
                keys.end_act();
                if let Some(value) = value {
                    return Ok(value);
                }
            }
        })
    }

    fn committed<T>(
        &self,
        work: impl FnOnce(&Rows<'_>, &mut Unlocked, (u64, u64)) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _call = self.call()?;
        let mut guard = self.open.lock()?;
        let done = self.commit(&mut guard, work);
        if matches!(done, Err(Error::Access(AccessError::Suspended))) {
            // Whoever may not work here any more keeps no keys in memory either.
            self.open.ending.begin(Why::Asked);
        }
        if self.open.ending.why().is_some() {
            self.finish(guard);
            return done.map(|(value, _)| value);
        }
        drop(guard);
        let (value, kept) = done?;
        if let Some((roster, bytes, statement)) = kept {
            // A fork shows here at the latest. A key store that fails is no reason to hold back what is durable.
            if let Err(error @ Error::Integrity(_)) = self.vault.keep_head(&roster, &bytes, &statement) {
                return Err(error);
            }
        }
        Ok(value)
    }

    #[allow(clippy::type_complexity)]
    fn commit<T>(
        &self,
        keys: &mut Option<Box<Unlocked>>,
        work: impl FnOnce(&Rows<'_>, &mut Unlocked, (u64, u64)) -> Result<T, Error>,
    ) -> Result<(T, Option<DueHead>), Error> {
        self.open.ending.refuse()?;
        let keys = keys.as_deref_mut().ok_or(Error::Locked)?;
        let mut store = self.vault.store()?;
        let rows = store.begin()?;
        let done = work(&rows, keys, self.vault.clock()).and_then(|value| {
            self.open.ending.refuse()?;
            rows.commit()?;
            Ok(value)
        });
        match done {
            Ok(value) => {
                keys.confirm();
                Ok((value, self.due_head(keys)))
            }
            Err(error) => {
                keys.forget();
                Err(error)
            }
        }
    }

    /// The head to keep now, if it is time.
    fn due_head(&self, keys: &Unlocked) -> Option<DueHead> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.elapsed() < KEEP_EVERY {
            return None;
        }
        *kept = Instant::now();
        keys.tip.as_ref().map(|(bytes, tip)| (keys.roster.clone(), bytes.clone(), tip.clone()))
    }

    /// Looks at structure without reading a value, and without an entry.
    pub(super) fn look<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let _call = self.call()?;
        let mut guard = self.open.lock()?;
        let looked = self.look_with(&mut guard, work);
        if self.open.ending.why().is_some() {
            self.finish(guard);
        }
        looked
    }

    fn look_with<T>(
        &self,
        keys: &mut Option<Box<Unlocked>>,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.open.ending.refuse()?;
        let keys = keys.as_deref_mut().ok_or(Error::Locked)?;
        let mut store = self.vault.store()?;
        let rows = store.begin_reading()?;
        let mut act = Act::begin(&rows, keys, self.vault.clock())?;
        let looked = work(&mut act);
        keys.confirm();
        looked
    }

    /// The keys of this session and a transaction of the file, for the program of an attacker.
    #[cfg(test)]
    pub(super) fn attack<T>(&self, work: impl FnOnce(&mut Unlocked, &crate::store::Rows<'_>) -> T) -> T {
        let mut keys = self.open.lock().unwrap();
        let mut store = crate::store::Store::open(self.vault.path()).unwrap();
        let rows = store.begin().unwrap();
        let done = work(keys.as_deref_mut().unwrap(), &rows);
        rows.commit().unwrap();
        done
    }

    /// As if the member had never been given this circle.
    #[cfg(test)]
    pub(super) fn without_circle(&self, compartment: Compartment) {
        let mut keys = self.open.lock().unwrap();
        let keys = keys.as_deref_mut().unwrap();
        keys.circles.drop_compartment(compartment);
        keys.forget_keys();
        keys.forget();
    }

    pub(super) fn with_keys<T>(&self, work: impl FnOnce(&Unlocked) -> Result<T, Error>) -> Result<T, Error> {
        let _call = self.call()?;
        self.open.ending.refuse()?;
        work(self.open.lock()?.as_deref().ok_or_else(|| self.open.ending.error())?)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.lock();
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({:?}, redacted)", self.vault)
    }
}

/// Several writes in one transaction.
pub struct Batch<'b, 'a> {
    pub(super) act: &'b mut Act<'a>,
    pub(super) fields: FieldBuffer,
}

impl Batch<'_, '_> {
    /// Records something new below `parent`, which may be a record of the same batch.
    ///
    /// # Errors
    /// As [`Session::create`].
    pub fn create<R: Record>(&mut self, parent: Option<RecordId>, record: &R) -> Result<Revision, Error> {
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.create(R::spec(), parent, &self.fields)
    }

    /// Gives a record a new revision.
    ///
    /// # Errors
    /// As [`Session::amend`].
    pub fn amend<R: Record>(&mut self, id: RecordId, record: &R) -> Result<Revision, Error> {
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.keep_extra(R::spec(), id, &mut self.fields)?;
        self.act.amend(R::spec(), id, &self.fields)
    }

    /// As [`create`](Self::create), for a record whose kind is known at run time only.
    ///
    /// # Errors
    /// As [`Session::create`].
    pub fn create_dynamic(&mut self, parent: Option<RecordId>, record: &DynamicRecord) -> Result<Revision, Error> {
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.create(record.spec(), parent, &self.fields)
    }

    /// As [`create_dynamic`](Self::create_dynamic), under an id that was drawn for this place.
    pub(super) fn create_as(
        &mut self,
        id: RecordId,
        parent: RecordId,
        record: &DynamicRecord,
    ) -> Result<Revision, Error> {
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.create_as(id, record.spec(), parent, &self.fields)
    }

    /// As [`amend`](Self::amend), for a record whose kind is known at run time only. A record of this release's nature
    /// has no place for the vault's extra fields: they are kept. One of the vault's nature says them all.
    ///
    /// # Errors
    /// As [`Session::amend`].
    pub fn amend_dynamic(&mut self, id: RecordId, record: &DynamicRecord) -> Result<Revision, Error> {
        self.fields.clear();
        record.encode(&mut self.fields)?;
        if !has_extra(record.spec()) {
            self.act.keep_extra(record.spec(), id, &mut self.fields)?;
        }
        self.act.amend(record.spec(), id, &self.fields)
    }
}

impl std::fmt::Debug for Batch<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Batch(..)")
    }
}

fn info_of(row: &HeadRow) -> RecordInfo {
    RecordInfo {
        id: row.record,
        kind: RecordKind::from_number(row.kind),
        parent: (row.parent != row.record).then_some(row.parent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_cross_threads() {
        fn both<T: Send + Sync>() {}
        both::<Session>();
        both::<Vault>();
    }
}
