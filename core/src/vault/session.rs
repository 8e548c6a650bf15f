//! A signed-in session: the only way to plaintext, and every way is logged first.

mod acts;
mod batch;
mod ending;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub use self::batch::Batch;
pub use self::ending::lock_all;
#[cfg(test)]
pub(super) use self::ending::lock_these;
use super::idle::IdleTimer;
use super::open_keys::{Begun, OpenKeys};
use super::read::Granted;
use super::unlocked::Unlocked;
use super::write::prefix_bounds;
use super::{Author, Error, IntegrityError, Revision, Vault, log_note_key};
use crate::access::Access;
use crate::id::{MemberId, RecordId};
use crate::log::{Detail, DetailKey, Event, NoteKey, Outcome};
use crate::model::{Compartment, DynamicRecord, FieldBuffer, FieldNumber, Record, RecordKind, RecordSpec};
use crate::store::HeadRow;

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

impl Session {
    /// Refuses if all sessions of this process were ended since the sign-in began.
    pub(super) fn begin(vault: Vault, keys: Unlocked, begun: &Begun) -> Result<Self, Error> {
        let session = Self::new(vault, keys, begun);
        session.open.ending.refuse()?;
        Ok(session)
    }

    fn new(vault: Vault, keys: Unlocked, begun: &Begun) -> Self {
        let rule = keys.roster.policy().sign_in();
        Self {
            idle: IdleTimer::start(vault.clock()),
            begun: IdleTimer::start(vault.clock()),
            longest_idle: Duration::from_secs(60 * u64::from(rule.idle_minutes)),
            longest: Duration::from_secs(60 * 60 * u64::from(rule.session_hours)),
            vault,
            unit: keys.unit().record(),
            member: keys.member.member,
            open: OpenKeys::new(keys, begun),
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
        let granted = self.grant_earlier(id, Some(R::spec()), number, access)?;
        self.open(granted, access, &mut FieldBuffer::with_capacity(1024), R::decode)
    }

    /// Reads an earlier revision of a record of any kind. With `kind`, a record of another kind is refused.
    ///
    /// # Errors
    /// As [`read_revision`](Self::read_revision).
    pub fn read_revision_fields(
        &self,
        id: RecordId,
        kind: Option<&'static RecordSpec>,
        number: u64,
        access: &Access,
    ) -> Result<Opened<DynamicRecord>, Error> {
        let granted = self.grant_earlier(id, kind, number, access)?;
        self.open_dynamic(granted, access, &mut FieldBuffer::with_capacity(1024))
    }

    fn grant_earlier(
        &self,
        id: RecordId,
        kind: Option<&'static RecordSpec>,
        number: u64,
        access: &Access,
    ) -> Result<Granted, Error> {
        let about = [(id, kind.map_or(0, |spec| spec.kind.number()))];
        self.act(access, Event::Read, &about, |act| {
            let head = act.head(id)?;
            let spec = act.keys.spec_of(&head)?;
            if let Some(kind) = kind.filter(|kind| kind.kind != spec.kind) {
                return Err(super::write::wrong_kind(kind, head.kind));
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
        })
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
        self.look_to_sign(|act, keys| Ok(act.sign_checkpoint(keys)?.to_string()))
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

    /// From now on this is a program that asks nobody what its member may write.
    #[cfg(test)]
    pub(super) fn become_lawless(&self) {
        self.open.lock().unwrap().as_deref_mut().unwrap().lawless = true;
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
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({:?}, redacted)", self.vault)
    }
}

pub(super) fn info_of(row: &HeadRow) -> RecordInfo {
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
