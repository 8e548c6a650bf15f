//! The signed-in session.

use std::collections::HashMap;
use std::sync::Arc;

use saferoom::id::RecordId;
use saferoom::model::{DynamicRecord, ModelError, catalogue};
use saferoom::vault::{self, Error, Opened};

use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::types::{AccessInput, CheckReport, NewRecord, RecordInfo, Revision, RevisionInfo};
use crate::value::{FieldValue, fields_of, record_of};

/// A member at work in a vault. Ends with `lock`, or when the last reference goes; its keys are wiped then.
#[derive(Debug, uniffi::Object)]
pub struct Session(pub(crate) vault::Session);

/// A record that was opened. Prints nothing of it; its values are wiped by `shutdown`, and when the last reference goes.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct OpenedRecord {
    /// All that is known of it but its values.
    about: Opened<&'static str>,
    held: Held<DynamicRecord>,
}

#[uniffi::export]
impl Session {
    /// The record of the member's unit: cases, stations and officers stand below it.
    #[must_use]
    pub fn unit(&self) -> String {
        self.0.unit().to_string()
    }

    /// Pseudonym of the member who is signed in.
    #[must_use]
    pub fn member_id(&self) -> String {
        self.0.member().to_string()
    }

    /// Ends the session: wipes its keys, whatever the host still holds. Later calls fail as locked.
    pub fn lock(&self) {
        self.0.lock();
    }

    /// Whether the session is locked, or was idle for too long. Waits for nothing and calls nothing of the host, so that any
    /// thread may ask at any moment.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.is_locked()
    }

    /// Records something new below `parent`.
    ///
    /// # Errors
    /// The record breaks a rule, the purpose is refused, or the member has no key; nothing is written then.
    pub fn create(
        &self,
        kind: String,
        parent: Option<String>,
        fields: HashMap<String, FieldValue>,
        access: AccessInput,
    ) -> Result<Revision, SaferoomError> {
        let (parent, record) = (optional_id(parent)?, record_of(self.0.catalogue()?, &kind, fields)?);
        Ok(self.0.write_batch(&access.into(), |batch| batch.create_dynamic(parent, &record))?.into())
    }

    /// Records many new things in one transaction with one signature: all or none.
    ///
    /// # Errors
    /// As `create`.
    pub fn create_many(&self, records: Vec<NewRecord>, access: AccessInput) -> Result<Vec<Revision>, SaferoomError> {
        let records = self.new_records(records)?;
        let written = self.0.write_batch(&access.into(), |batch| create_all(batch, &records))?;
        Ok(written.into_iter().map(Revision::from).collect())
    }

    /// Records what happened elsewhere before, such as a register on paper, in one transaction: as `create_many`, but the
    /// records may state what no host writes by hand otherwise, such as that a referral was completed. Logged as an import.
    ///
    /// # Errors
    /// As `create_many`; the role does not import.
    pub fn write_history(&self, records: Vec<NewRecord>, access: AccessInput) -> Result<Vec<Revision>, SaferoomError> {
        let records = self.new_records(records)?;
        let written = self.0.write_history(&access.into(), |batch| create_all(batch, &records))?;
        Ok(written.into_iter().map(Revision::from).collect())
    }

    /// Gives a record a new revision with exactly these values; the old one stays, sealed.
    ///
    /// # Errors
    /// As `create`; and there is no such record, or it is of another kind.
    pub fn amend(
        &self,
        id: String,
        kind: String,
        fields: HashMap<String, FieldValue>,
        access: AccessInput,
    ) -> Result<Revision, SaferoomError> {
        let (id, record) = (id.parse::<RecordId>()?, record_of(self.0.catalogue()?, &kind, fields)?);
        Ok(self.0.write_batch(&access.into(), |batch| batch.amend_dynamic(id, &record))?.into())
    }

    /// Reads a record. The entry in the log is durable before anything opens.
    ///
    /// With `kind`, a record of another kind is refused unopened.
    ///
    /// # Errors
    /// The purpose is refused (logged), no key (logged), no such record, another kind, or it was changed from outside.
    pub fn read(
        &self,
        id: String,
        kind: Option<String>,
        access: AccessInput,
    ) -> Result<Arc<OpenedRecord>, SaferoomError> {
        let mut found = self.read_many(vec![id], kind, access)?;
        Ok(found.pop().ok_or(Error::NoSuchRecord)?)
    }

    /// Reads many records in one transaction, each with its own entry in the log: all or none.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_many(
        &self,
        ids: Vec<String>,
        kind: Option<String>,
        access: AccessInput,
    ) -> Result<Vec<Arc<OpenedRecord>>, SaferoomError> {
        let begun = Begun::now();
        let ids = ids.iter().map(|id| id.parse()).collect::<Result<Vec<RecordId>, _>>()?;
        let kind = kind.map(|kind| catalogue().by_name(&kind).ok_or(ModelError::NoSuchKind)).transpose()?;
        let found = self.0.read_many_fields(&ids, kind, &access.into())?;
        found.into_iter().map(|opened| OpenedRecord::of(opened, begun)).collect()
    }

    /// Reads some fields of a record, by their names: less is opened, and the log says which.
    ///
    /// # Errors
    /// As `read`; there is no such field.
    pub fn read_fields(
        &self,
        id: String,
        kind: String,
        fields: Vec<String>,
        access: AccessInput,
    ) -> Result<Arc<OpenedRecord>, SaferoomError> {
        let begun = Begun::now();
        let id = id.parse()?;
        let spec = self.0.catalogue()?.by_name(&kind).ok_or(ModelError::NoSuchKind)?;
        let number = |name: &String| {
            let field = spec.field_named(name).ok_or(ModelError::NoSuchField { kind: spec.name() })?;
            Ok(field.number)
        };
        let numbers = fields.iter().map(number).collect::<Result<Vec<_>, ModelError>>()?;
        let found = self.0.info(id)?.kind;
        if found != Some(spec.kind) {
            let found = found.map_or("record of an unknown kind", saferoom::model::RecordKind::name);
            return Err(Error::WrongKind { expected: spec.name(), found }.into());
        }
        OpenedRecord::of(self.0.read_fields(id, Some(&numbers), &access.into())?, begun)
    }

    /// Reads an earlier revision of a record, by its number.
    ///
    /// # Errors
    /// As `read`; there is no such revision.
    pub fn read_revision(
        &self,
        id: String,
        kind: Option<String>,
        number: u64,
        access: AccessInput,
    ) -> Result<Arc<OpenedRecord>, SaferoomError> {
        let begun = Begun::now();
        let kind = kind.map(|kind| catalogue().by_name(&kind).ok_or(ModelError::NoSuchKind)).transpose()?;
        OpenedRecord::of(self.0.read_revision_fields(id.parse()?, kind, number, &access.into())?, begun)
    }

    /// The cases of the vault. Logged as a query.
    ///
    /// # Errors
    /// The purpose is refused, or the file was changed from outside.
    pub fn cases(&self, access: AccessInput) -> Result<Vec<String>, SaferoomError> {
        Ok(self.0.cases(&access.into())?.iter().map(ToString::to_string).collect())
    }

    /// The records that share the scope of `id` (a case or the unit), itself included. Logged as a query.
    ///
    /// # Errors
    /// No such record, the purpose is refused, or the file was changed from outside.
    pub fn records_of(&self, id: String, access: AccessInput) -> Result<Vec<RecordInfo>, SaferoomError> {
        Ok(self.0.records_of(id.parse()?, &access.into())?.into_iter().map(RecordInfo::from).collect())
    }

    /// What kind of record this is and where it stands.
    ///
    /// # Errors
    /// No such record.
    pub fn info(&self, id: String) -> Result<RecordInfo, SaferoomError> {
        Ok(self.0.info(id.parse()?)?.into())
    }

    /// All revisions of a record, newest first: numbers and authors. Logged as a query.
    ///
    /// # Errors
    /// No such record, the purpose is refused, or it was changed from outside.
    pub fn history(&self, id: String, access: AccessInput) -> Result<Vec<RevisionInfo>, SaferoomError> {
        Ok(self.0.history(id.parse()?, &access.into())?.into_iter().map(RevisionInfo::from).collect())
    }

    /// Checks every page, row, signature and hash of the vault. Shows no value and changes nothing.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<CheckReport, SaferoomError> {
        Ok(self.0.check(|_done, _total| ())?.into())
    }

    /// A signed checkpoint of the log as it is now: keep it outside the device, and a later rollback shows.
    ///
    /// # Errors
    /// This device does not hold the log's key.
    pub fn checkpoint(&self) -> Result<String, SaferoomError> {
        Ok(self.0.checkpoint()?)
    }

    /// What a witness asks for that has seen the log with `old` entries: a signed checkpoint, and the proof that it
    /// begins with those (C2SP tlog-witness).
    ///
    /// # Errors
    /// A failure of the log if it never had so many entries; otherwise as `checkpoint`.
    pub fn witness_request(&self, old: u64) -> Result<String, SaferoomError> {
        Ok(self.0.witness_request(old)?.to_string())
    }

    /// The public key that verifies this log's checkpoints, for the auditor to pin.
    ///
    /// # Errors
    /// The session is locked.
    pub fn log_key(&self) -> Result<String, SaferoomError> {
        Ok(self.0.log_key()?.to_string())
    }

    /// How many entries the log has.
    ///
    /// # Errors
    /// The session is locked.
    pub fn log_size(&self) -> Result<u64, SaferoomError> {
        Ok(self.0.log_size()?)
    }
}

#[uniffi::export]
impl OpenedRecord {
    /// The record's id.
    #[must_use]
    pub fn id(&self) -> String {
        self.about.id.to_string()
    }

    /// Name of its kind.
    #[must_use]
    pub fn kind(&self) -> String {
        self.about.record.to_owned()
    }

    /// The record it belongs to, if it belongs to one.
    #[must_use]
    pub fn parent(&self) -> Option<String> {
        self.about.parent.map(|parent| parent.to_string())
    }

    /// Number of the revision, from 1.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.about.revision
    }

    /// Pseudonym of the member who wrote it, by the signature.
    #[must_use]
    pub fn author(&self) -> String {
        self.about.author.to_string()
    }

    /// Names of the compartments that this member cannot open; their fields are missing in `fields`.
    #[must_use]
    pub fn withheld(&self) -> Vec<String> {
        self.about.withheld.iter().map(|compartment| compartment.name().to_owned()).collect()
    }

    /// The values, by name of the field.
    ///
    /// # Errors
    /// They were wiped by `shutdown`.
    pub fn fields(&self) -> Result<HashMap<String, FieldValue>, SaferoomError> {
        Ok(fields_of(&*self.held.get()?))
    }
}

impl OpenedRecord {
    /// What a call has opened that began then.
    pub(crate) fn of(opened: Opened<DynamicRecord>, begun: Begun) -> Result<Arc<Self>, SaferoomError> {
        let Opened { id, parent, record, revision, author, withheld, .. } = opened;
        let about = Opened { id, parent, record: record.spec().name(), revision, author, withheld };
        Ok(Arc::new(Self { about, held: Held::new(record, begun)? }))
    }
}

impl std::fmt::Display for OpenedRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedRecord({}, redacted)", self.about.record)
    }
}

impl Session {
    fn new_records(&self, records: Vec<NewRecord>) -> Result<Vec<(Option<RecordId>, DynamicRecord)>, SaferoomError> {
        let catalogue = self.0.catalogue()?;
        let record = |new: NewRecord| Ok((optional_id(new.parent)?, record_of(catalogue, &new.kind, new.fields)?));
        records.into_iter().map(record).collect()
    }
}

fn create_all(
    batch: &mut vault::Batch<'_, '_>,
    records: &[(Option<RecordId>, DynamicRecord)],
) -> Result<Vec<vault::Revision>, Error> {
    records.iter().map(|(parent, record)| batch.create_dynamic(*parent, record)).collect()
}

fn optional_id(id: Option<String>) -> Result<Option<RecordId>, SaferoomError> {
    Ok(id.map(|id| id.parse()).transpose()?)
}
