//! Floor 7: the front door. Open a vault, sign in, and read and write through the [`Session`].
//!
//! ```
//! use saferoom::access::Access;
//! use saferoom::keys::{Identity, MemoryKeyStore};
//! use saferoom::model::{Coded, Record, Text, records::{Case, Child, Unit}};
//! use saferoom::vault::{Host, Vault};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("station.saferoom");
//! let host = Host::new(MemoryKeyStore::default()); // on a phone: its own key store
//! let identity = Identity::generate(); // kept in an identity file
//! let unit = Unit { name: Some(Text::new("Example unit")?), ..Unit::default() };
//! let vault = Vault::create(&path, host, &identity, "police.example.org/audit/1", &unit)?;
//! let session = vault.sign_in(&identity)?;
//!
//! let access = Access::for_purpose("forensic-interview");
//! let case = session.create(Some(session.unit()), &Case::default(), &access)?;
//! let child = Child { sex: Some(Coded::new("female")?), role: Some(Coded::new("victim")?), ..Child::default() };
//! let child = session.create(Some(case.record), &child, &access)?;
//!
//! let opened = session.read::<Child>(child.record, &access)?; // logged, durably, before it opens
//! assert_eq!(opened.record.sex, Some(Coded::new("female")?));
//! assert!(session.read::<Child>(child.record, &Access::for_purpose("")).is_err()); // refused, and logged too
//! # Ok(()) }
//! ```

mod act;
mod attempts;
mod audit;
mod authorise;
pub(crate) mod backup;
mod backup_keys;
mod by_child;
mod carried;
mod case_circle;
mod case_uco;
mod changes;
mod check;
mod child_statement;
mod circles;
mod clocks;
mod closing;
#[cfg(feature = "extract")]
mod counts;
mod court_paper;
mod custody;
mod device_session;
mod directory;
mod disclose;
mod emergency;
mod ended_shares;
mod epoch_change;
mod epochs;
mod erase;
mod error;
pub mod exchange;
mod exclusive;
mod export_log;
mod exposure;
#[cfg(feature = "parquet")]
mod extracts;
mod findings;
mod forms;
mod found;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod governed;
mod groups;
mod hand_over;
mod host;
mod idle;
mod index;
mod interview;
mod keeping;
mod kept;
mod keyring;
mod limits;
mod lines;
mod members;
mod move_on;
mod open_keys;
mod organisation;
mod packet;
mod panic;
mod read;
mod recent;
mod recovery;
mod referral;
mod reinstate;
#[cfg(feature = "extract")]
mod releases;
mod remembered;
mod renew;
mod rights;
mod rooms;
mod search;
mod session;
mod sign_in;
mod state;
mod statement;
mod statistics;
mod subject;
mod sums;
mod sync;
mod unlocked;
mod waiting;
mod wipeable;
mod witnesses;
mod write;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use audit::{LogInfo, LoggedEntry};
pub use authorise::SignedAuthorisation;
pub use backup::{BackupError, BackupHeader, BackupReport, MoveReport, Purpose, RestoreOptions, RestoreReport};
pub use case_uco::CaseUco;
pub use changes::{ChangeMark, Changes};
pub use check::CheckReport;
pub use child_statement::{ChildStatement, Taken, TranslationOf};
pub use closing::Closing;
#[cfg(feature = "extract")]
pub use counts::{NoisyPlan, TablesPlan, TablesRequest};
pub use court_paper::{CourtPaper, PaperFor};
pub use custody::{CopiedExhibit, CustodyChain};
pub use disclose::Disclosed;
pub use emergency::EmergencyAccess;
pub use erase::{Erased, ErasureDue, ErasuresDue};
pub use error::{Error, IntegrityError};
pub use export_log::{ExportedLog, LogExport, OpenReasons};
pub use exposure::{CompartmentExposure, Exposure};
#[cfg(feature = "parquet")]
pub use extracts::{BuiltExtract, ExtractOutput, ExtractPlan, ExtractRequest, StatisticsFound};
pub use findings::Finding;
pub use hand_over::HandOver;
pub use host::Host;
pub use idle::{IDLE_TIMEOUTS, Locking};
pub use interview::{EarlierInterviews, LiveInterview, PossibleEarlier};
pub use members::Enacted;
pub use move_on::MovedOn;
pub use packet::PacketReport;
pub use panic::{DeviceKeys, panic_wipe};
pub use recovery::{RecoverySetUp, RecoveryStatus, Restored};
pub use referral::{OverdueReferral, OverdueReferrals, ReferralMoved, SendReferral, SentReferral};
#[cfg(feature = "extract")]
pub use releases::{EXTRACTS, GuardAnswer, MOST_REMEMBERED, PastRelease, TABLES};
pub use rooms::{RoomsExport, RoomsStation};
pub use search::{FoundRecord, SearchAnswer, SearchHit, UnitsAnswer};
pub use session::{Batch, Opened, RecordInfo, RevisionInfo, Session, lock_all};
pub use statistics::{CaseStatistics, StatisticsRead, StatisticsStation};
#[cfg(feature = "extract")]
pub use statistics::{SeriesKey, WayBack};
pub use subject::{HeldField, HeldRecord, SubjectAccess, SubjectReport};

use self::act::read_clock;
use self::clocks::NewestTime;
use self::exclusive::{Exclusive, Held};
use self::kept::{Kept, log_key_name};
use crate::access::Roster;
use crate::id::{DeviceId, MemberId, RecordId, VaultId};
use crate::keys::{KeyError, KeyStore, SigningKey};
use crate::log::{KeyName, NoteKey};
use crate::seal::{LabelledInput, Secret, ValueContext};
use crate::store::{PageCache, Store, StoreError, VaultRow, second_look};

/// Which revision of which record a write made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// The record.
    pub record: RecordId,
    /// Number of the revision, from 1.
    pub number: u64,
}

/// What can be said of a vault without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultInfo {
    /// The vault.
    pub vault: VaultId,
    /// The device whose log it keeps.
    pub device: DeviceId,
    /// Format of the file.
    pub format: u32,
    /// How many records it has.
    pub records: u64,
    /// How many log entries it has.
    pub log_entries: u64,
    /// Whether this device keeps its log.
    pub of_this_device: bool,
}

/// A vault file, open but locked: without an identity it shows nothing.
///
/// Cheap to clone; clones share one connection.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    host: Host,
    file: VaultRow,
    store: Exclusive<Store>,
    /// Set when the vault was moved out, for the other sessions of this process.
    retired: AtomicBool,
    locking: Mutex<Locking>,
    /// The roster's head when the oversight circle was last kept in the host's key store.
    kept_roster: Mutex<Option<(u64, [u8; 32])>>,
    /// The newest head that this process has kept there, or is about to.
    kept_head: Mutex<Option<Kept>>,
    /// The clocks at the newest entry that a session of this process has written.
    newest_time: NewestTime,
}

impl Inner {
    fn new(path: &Path, host: Host, file: VaultRow, store: Store) -> Self {
        let (locking, store, retired) = (Mutex::new(host.locking), Exclusive::new(store), AtomicBool::new(false));
        // As SQLite does, which keeps the whole path of the file: a program may go to another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (kept_roster, kept_head, newest_time) = (Mutex::new(None), Mutex::new(None), NewestTime::default());
        Self { path, host, file, store, retired, locking, kept_roster, kept_head, newest_time }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({})", self.inner.file.vault)
    }
}

impl Vault {
    /// Opens an existing vault. Nothing in it can be read before [`sign_in`](Self::sign_in).
    ///
    /// # Errors
    /// [`crate::store::StoreError`] if the file is missing, of another program, of a newer release or damaged; it is
    /// not changed then.
    pub fn open(path: &Path, host: Host) -> Result<Self, Error> {
        let opened = Self::open_store(path, host.page_cache).map_err(|error| second_look(path, error));
        let (store, file) = opened?;
        Ok(Self { inner: Arc::new(Inner::new(path, host, file, store)) })
    }

    fn open_store(path: &Path, page_cache: PageCache) -> Result<(Store, VaultRow), StoreError> {
        let mut store = Store::open(path)?;
        store.keep_pages(page_cache)?;
        let rows = store.begin_reading()?;
        rows.verify_schema()?;
        let file = rows.vault()?;
        drop(rows);
        Ok((store, file))
    }

    /// What to tell of an error of the disk.
    fn second_look(&self, error: Error) -> Error {
        match error {
            Error::Store(error) => second_look(&self.inner.path, error).into(),
            error => error,
        }
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Sets when the sessions of this vault in this process lock themselves, and how attempts to sign in are slowed
    /// down; at once, for sessions that are open as well.
    pub fn set_locking(&self, locking: Locking) {
        *self.inner.locking.lock().unwrap_or_else(PoisonError::into_inner) = locking;
    }

    /// What [`set_locking`](Self::set_locking) has set, or the host.
    #[must_use]
    pub fn locking(&self) -> Locking {
        *self.inner.locking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle_timeout(&self) -> Duration {
        self.locking().idle_timeout()
    }

    /// What can be said of the vault without a key.
    ///
    /// # Errors
    /// What the disk says.
    pub fn info(&self) -> Result<VaultInfo, Error> {
        let file = self.inner.file;
        self.refuse_within()?;
        let of_this_device = self.key_store().load(&log_key_name(file)).map_err(KeyError::from)?.is_some();
        let mut store = self.store()?;
        let rows = store.begin_reading()?;
        Ok(VaultInfo {
            vault: file.vault,
            device: file.device,
            format: crate::store::SCHEMA_VERSION,
            records: rows.count_heads()?,
            log_entries: rows.count_entries()?.0,
            of_this_device,
        })
    }

    fn store(&self) -> Result<Held<'_, Store>, Error> {
        let store = self.inner.store.lock()?;
        // Once it is held: whoever waited for it while the vault was moved out must not go on with the log.
        if self.inner.retired.load(Ordering::Acquire) { Err(Error::Retired) } else { Ok(store) }
    }

    /// The host's key store: never asked with a lock held, since it may wait for somebody who waits for that lock.
    fn key_store(&self) -> &dyn KeyStore {
        debug_assert!(!self.inner.store.is_held_here(), "the key store is asked from within a transaction");
        self.inner.host.key_store.as_ref()
    }

    fn clock(&self) -> (u64, u64) {
        read_clock(self.inner.host.clock.as_ref())
    }

    /// Asks the host what time it is. With no lock held.
    fn ask_clock(&self) -> Result<(), Error> {
        self.refuse_within()?;
        self.inner.host.ask_clock()
    }

    /// Refuses what would ask the host from inside a call of this thread, which has the file locked.
    fn refuse_within(&self) -> Result<(), Error> {
        if self.inner.store.is_held_here() { Err(Error::WithinCall) } else { Ok(()) }
    }

    /// The device's log key.
    fn log_key(&self) -> Result<SigningKey, Error> {
        let seed = self.key_store().load(&log_key_name(self.inner.file)).map_err(KeyError::from)?;
        let seed = seed.and_then(|bytes| Secret::from_slice(&bytes)).ok_or(Error::ForeignVault)?;
        Ok(SigningKey::from_seed(seed.expose()))
    }
}

fn roster_context(vault: VaultId, position: u64) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/roster/sealed").part(vault.as_bytes()).number(position))
}

/// The public key of a log, as auditors pin it.
fn log_note_key(roster: &Roster) -> Result<NoteKey, Error> {
    let log = roster.log();
    Ok(NoteKey::new(KeyName::new(log.origin.clone())?, log.log_key))
}

/// Who did something, by pseudonym.
pub type Author = MemberId;
