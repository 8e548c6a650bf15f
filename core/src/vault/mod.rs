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
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod governed;
mod groups;
mod idle;
mod index;
mod interview;
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
mod renew;
mod rights;
mod rooms;
mod search;
mod session;
mod state;
mod statement;
mod statistics;
mod subject;
mod sums;
mod sync;
mod unlocked;
mod waiting;
mod wipeable;
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
pub use idle::{IDLE_TIMEOUTS, Locking};
pub use interview::{EarlierInterviews, LiveInterview, PossibleEarlier};
pub use members::Enacted;
pub use move_on::MovedOn;
pub use packet::{HandOver, PacketReport};
pub use panic::{DeviceKeys, panic_wipe};
pub use recovery::{RecoverySetUp, RecoveryStatus, Restored};
pub use referral::{OverdueReferral, OverdueReferrals, ReferralMoved, SendReferral, SentReferral};
#[cfg(feature = "extract")]
pub use releases::{EXTRACTS, GuardAnswer, MOST_REMEMBERED, PastRelease, TABLES};
pub use rooms::{RoomsExport, RoomsStation};
pub use search::{FoundRecord, SearchAnswer, SearchHit, UnitsAnswer};
pub use session::{Batch, Opened, RecordInfo, RevisionInfo, Session};
pub use statistics::{CaseStatistics, StatisticsRead, StatisticsStation};
#[cfg(feature = "extract")]
pub use statistics::{SeriesKey, WayBack};
pub use subject::{HeldField, HeldRecord, SubjectAccess, SubjectReport};

use self::act::{Act, read_clock};
use self::circles::{Circles, draw_circle, roster_circle};
use self::clocks::Clocks;
use self::exclusive::{Exclusive, Held};
use self::kept::{Kept, KeptOversight, epoch_key_name, kept_name, log_key_name};
use self::statement::Statement;
use self::unlocked::{SignIn, Unlocked, certificate_context, certified_bytes};
use crate::access::policy::AccessPolicy;
use crate::access::{AccessError, CircleListing, Founding, Proposal, Roster, RosterChange};
use crate::id::{DeviceId, MemberId, RecordId, ScopeId, VaultId};
use crate::keys::{
    CircleName, CircleSecret, Clock, EnvelopeKey, Identity, KeyError, KeyStore, SigningKey, SystemClock,
};
use crate::log::{Detail, DetailKey, Event, KeyName, NoteKey, Outcome};
use crate::model::{Compartment, FieldBuffer, Record, RecordKind};
use crate::seal::{LabelledInput, Secret, ValueContext};
use crate::store::{PageCache, Rows, SessionRow, SlotRow, Store, StoreError, VaultRow, second_look};

/// What the host lends: its key store and its clock.
#[derive(Clone)]
pub struct Host {
    key_store: Arc<dyn KeyStore>,
    clock: Arc<dyn Clock>,
    locking: Locking,
    page_cache: PageCache,
}

impl Host {
    /// A host with this key store and the system's clock.
    #[must_use]
    pub fn new(key_store: impl KeyStore + 'static) -> Self {
        Self::with_shared(Arc::new(key_store))
    }

    /// A host with a key store that is shared with others.
    #[must_use]
    pub fn with_shared(key_store: Arc<dyn KeyStore>) -> Self {
        let clock = Arc::new(SystemClock::default());
        Self { key_store, clock, locking: Locking::default(), page_cache: PageCache::default() }
    }

    /// The same host with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same host, with so much memory for the pages of a vault that were read last. 16 MiB if this is not called; less
    /// makes reads of a large vault a little slower, and nothing else.
    #[must_use]
    pub fn with_page_cache(mut self, page_cache: PageCache) -> Self {
        self.page_cache = page_cache;
        self
    }

    /// Asks the clock what time it is. With no lock held.
    fn ask_clock(&self) -> Result<(), Error> {
        Ok(self.clock.ask().map_err(KeyError::from)?)
    }
}

impl Host {
    /// The same host with another idle timeout, and another slowing down of attempts to sign in.
    #[must_use]
    pub fn with_locking(mut self, locking: Locking) -> Self {
        self.locking = locking;
        self
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host(..)")
    }
}

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
}

impl Inner {
    fn new(path: &Path, host: Host, file: VaultRow, store: Store) -> Self {
        let locking = Mutex::new(host.locking);
        let (path, store) = (path.to_owned(), Exclusive::new(store));
        Self { path, host, file, store, retired: AtomicBool::new(false), locking, kept_roster: Mutex::new(None) }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({})", self.inner.file.vault)
    }
}

impl Vault {
    /// Founds a vault in a new file: `founder` becomes its first member and custodian, and holds every circle of `unit`.
    ///
    /// `origin` names the device's log for auditors: a host name and a path, such as `police.example.org/audit/1`.
    ///
    /// # Errors
    /// [`crate::store::StoreError::AlreadyExists`] if there is a file; the host's key store, the disk, or the unit's
    /// record being invalid. No half-made file stays behind.
    pub fn create<U: Record>(
        path: &Path,
        host: Host,
        founder: &Identity,
        origin: &str,
        unit: &U,
    ) -> Result<Self, Error> {
        if U::spec().kind != RecordKind::UNIT {
            return Err(Error::WrongKind { expected: RecordKind::UNIT.name(), found: U::spec().name() });
        }
        if !is_origin(origin) {
            return Err(Error::Origin);
        }
        host.ask_clock()?;
        let mut fields = FieldBuffer::new();
        unit.encode(&mut fields)?;
        crate::model::validate(U::spec(), &fields)?;
        let store = Store::create(path)?;
        store.keep_pages(host.page_cache).inspect_err(|_| Store::remove_new(path))?;
        let file = VaultRow { vault: VaultId::random(), device: DeviceId::random() };
        let inner = Inner::new(path, host, file, store);
        let vault = Self { inner: Arc::new(inner) };
        match vault.found(founder, origin, U::spec(), &fields) {
            Ok(()) => Ok(vault),
            Err(error) => {
                Store::remove_new(path);
                let key_store = &vault.inner.host.key_store;
                for name in [log_key_name(file), epoch_key_name(file), kept_name(file.vault)] {
                    let _ = key_store.remove(&name);
                }
                Err(error)
            }
        }
    }

    fn found(
        &self,
        founder: &Identity,
        origin: &str,
        unit_spec: &'static crate::model::RecordSpec,
        unit_fields: &FieldBuffer,
    ) -> Result<(), Error> {
        let (file, host) = (self.inner.file, &self.inner.host);
        let log_seed = Secret::generate();
        host.key_store.store(&log_key_name(file), log_seed.expose()).map_err(KeyError::from)?;
        let log_key = SigningKey::from_seed(log_seed.expose());
        let clock = read_clock(host.clock.as_ref());

        let mut store = self.store()?;
        let rows = store.begin()?;
        rows.put_vault(file)?;
        let unit = ScopeId::random();
        let drawn: Vec<_> =
            Compartment::ALL.iter().map(|of| draw_circle(file.vault, first_circle(file.vault, unit, *of))).collect();
        let founding = Founding {
            device: file.device,
            founded_at: clock.0,
            origin: origin.to_owned(),
            log_key: log_key.verifying_key(),
            unit,
            founder: founder.public(),
            policy: AccessPolicy::standard(),
            circles: drawn.iter().map(|(listing, _)| listing.clone()).collect(),
        };
        let entry =
            Proposal::founding(file.vault, RosterChange::Found(Box::new(founding))).signed_by(founder).into_entry(1);
        let roster = Roster::verify(file.vault, std::slice::from_ref(&entry))?;
        let slots = founding_slots(file.vault, founder, &drawn)?;
        let circles = Circles::founding(file.vault, founder, drawn);
        rows.add_roster(0, &roster_context(file.vault, 0).seal(circles.roster()?.value_key(), &entry.to_bytes())?)?;

        let (sign_in, row) = self.begin_session(&rows, founder, roster, circles)?;
        rows.add_session(&row)?;
        let mut keys = Unlocked::new(sign_in)?;
        for slot in &slots {
            rows.add_slot(slot)?;
            keys.state.add_slot(slot);
        }
        let mut act = Act::first(&rows, &mut keys, clock);
        let public_log_key = log_key.verifying_key();
        let detail = Detail::of(DetailKey::LOG_KEY, &public_log_key.as_bytes()[..])
            .with(DetailKey::LIBRARY_VERSION, env!("CARGO_PKG_VERSION"));
        let detail = act.begin_epochs(host.key_store.as_ref(), detail)?;
        act.log(Event::Genesis, Outcome::Success, None, Some(detail))?;
        act.log(Event::Login, Outcome::Success, None, None)?;
        act.create_unit(unit_spec, unit, unit_fields)?;
        act.sign()?;
        // From the first moment there is a head to compare with, even if the power fails right here.
        Kept::nothing(keys.roster.genesis(), file.device).store(host.key_store.as_ref(), file.vault)?;
        rows.commit()?;
        keys.confirm();
        drop(store);
        self.keep(&keys)
    }

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
        let of_this_device = self.inner.host.key_store.load(&log_key_name(file)).map_err(KeyError::from)?.is_some();
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

    /// Signs a member in: opens their circles, verifies roster, newest statement, state root and log, compares them with
    /// the newest head that this device has kept, and logs the sign-in.
    ///
    /// Costs one X-Wing opening per circle (about 0.3 ms each), whatever the size of the vault.
    ///
    /// # Errors
    /// [`AccessError::NotAMember`], [`Error::ForeignVault`], [`IntegrityError`] if the file was changed or rolled back;
    /// [`KeyError::TooManyAttempts`] after too many who were refused.
    pub fn sign_in(&self, identity: &Identity) -> Result<Session, Error> {
        self.ask_clock()?;
        self.sign_in_counted(identity).map_err(|error| self.second_look(error))
    }

    fn sign_in_uncounted(&self, identity: &Identity) -> Result<Session, Error> {
        let (file, host) = (self.inner.file, &self.inner.host);
        if file.is_retired() {
            return Err(Error::Retired);
        }
        let log_key = self.log_key()?;
        // The log key without a kept head: somebody took the head away, so that nothing would show a rollback.
        let kept = Kept::load(host.key_store.as_ref(), file.vault)?.ok_or(IntegrityError::Rollback)?;
        let clock = read_clock(host.clock.as_ref());
        let mut store = self.store()?;
        let rows = store.begin()?;
        let (roster, circles) = self.open_roster(&rows, identity)?;
        if kept.genesis != roster.genesis() {
            return Err(AccessError::Roster.into());
        }
        if roster.log().device != file.device || roster.log().log_key != log_key.verifying_key() {
            return Err(IntegrityError::Statement.into());
        }
        let (sign_in, row) = self.begin_session(&rows, identity, roster, circles)?;
        let mut keys = Unlocked::new(sign_in)?;
        keys.demand(kept);
        keys.clocks = Clocks::load(host.key_store.as_ref(), file.vault);
        keys.refresh(&rows)?;
        rows.add_session(&row)?;
        let mut act = Act::begin(&rows, &mut keys, clock)?;
        let waiting = self.log_waiting_attempts(&mut act)?;
        let next_epoch = act.next_epoch(host.key_store.as_ref(), &log_key)?;
        act.log(Event::Login, Outcome::Success, None, None)?;
        act.pass_on_circles()?;
        act.sign()?;
        rows.commit()?;
        if let Some(mut epochs) = next_epoch {
            // What fails here is made up for when the keys are loaded next.
            let _ = epochs.settle(host.key_store.as_ref());
        }
        keys.confirm();
        drop(store);
        self.keep(&keys)?;
        self.forget_waiting_attempts(&waiting);
        Ok(Session::new(self.clone(), keys))
    }

    /// Opens the roster and the member's circles, checking each against the other.
    fn open_roster(&self, rows: &Rows<'_>, identity: &Identity) -> Result<(Roster, Circles), Error> {
        let vault = self.inner.file.vault;
        let mut circles = Circles::of(rows, vault, identity)?;
        let roster = forms::open_roster(rows, vault, &circles)?;
        circles.follow(rows, &roster)?;
        Ok((roster, circles))
    }

    /// Draws a session's signing key, lets the member certify it, and prepares its envelope for the log.
    fn begin_session<'i>(
        &self,
        rows: &Rows<'_>,
        identity: &'i Identity,
        roster: Roster,
        circles: Circles,
    ) -> Result<(SignIn<'i>, SessionRow), Error> {
        let file = self.inner.file;
        let signing = SigningKey::generate();
        let oversight =
            &roster.circle(roster.founding().unit, Compartment::Oversight).ok_or(AccessError::Roster)?.listing;
        let public_key = *signing.verifying_key().as_bytes();
        let (envelope_key, envelope) =
            EnvelopeKey::generate(file.vault, oversight.name, &oversight.public_key, &public_key)?;
        let mut row = SessionRow {
            number: rows.next_session()?,
            device: file.device,
            public_key,
            certificate: Vec::new(),
            envelope: envelope.as_bytes().to_vec(),
        };
        let signature = identity.sign(certified_bytes(file.vault, &row).as_bytes());
        let plain = [&identity.member().as_bytes()[..], &signature[..]].concat();
        row.certificate = certificate_context(file.vault, &row).seal(circles.roster()?.value_key(), &plain)?;
        let sign_in = SignIn { file, identity, roster, circles, session: row.number, signing, envelope: envelope_key };
        Ok((sign_in, row))
    }

    /// Keeps the newest head of a session in the host's key store.
    fn keep(&self, keys: &Unlocked) -> Result<(), Error> {
        let key_store = self.inner.host.key_store.as_ref();
        // Without it the next session does not notice a clock that was set back meanwhile, no more.
        let _ = keys.clocks.keep(key_store, self.inner.file.vault);
        match (&keys.tip, keys.newest()) {
            (Some((bytes, tip)), _) => self.keep_head(&keys.roster, bytes, tip),
            // The session has refused the file: what it saw before is kept all the more.
            (None, Some(newest)) => match Kept::load(key_store, self.inner.file.vault)? {
                Some(kept) if kept.commit >= newest.commit => Ok(()),
                _ => newest.store(key_store, self.inner.file.vault),
            },
            (None, None) => Ok(()),
        }
    }

    /// Keeps a head, unless another process has kept a newer one. What was kept has to be extended by what replaces it:
    /// a session that was led onto a fork must not make its fork the truth.
    fn keep_head(&self, roster: &Roster, bytes: &[u8], tip: &Statement) -> Result<(), Error> {
        let key_store = self.inner.host.key_store.as_ref();
        if let Some(kept) = Kept::load(key_store, self.inner.file.vault)? {
            if kept.commit > tip.commit {
                return Ok(());
            }
            let mut store = self.store()?;
            kept.verify(&store.begin_reading()?, roster, bytes, tip)?;
        }
        Kept::of(roster.genesis(), roster.erased().len() as u64, tip).store(key_store, self.inner.file.vault)?;
        self.keep_oversight(roster);
        Ok(())
    }

    /// Keeps what the device needs to log a failed sign-in, if the roster has changed since.
    fn keep_oversight(&self, roster: &Roster) {
        let mut known = self.inner.kept_roster.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(oversight) = KeptOversight::of(roster).filter(|kept| *known != Some(kept.roster)) else { return };
        // Without it, failed sign-ins wait in the key store until somebody signs in.
        if oversight.store(self.key_store(), self.inner.file.vault).is_ok() {
            *known = Some(oversight.roster);
        }
    }

    fn store(&self) -> Result<Held<'_, Store>, Error> {
        if self.inner.retired.load(Ordering::Acquire) {
            return Err(Error::Retired);
        }
        self.inner.store.lock()
    }

    fn key_store(&self) -> &dyn KeyStore {
        self.inner.host.key_store.as_ref()
    }

    fn clock(&self) -> (u64, u64) {
        read_clock(self.inner.host.clock.as_ref())
    }

    /// Asks the host what time it is. With no lock held.
    fn ask_clock(&self) -> Result<(), Error> {
        self.inner.host.ask_clock()
    }

    /// The device's log key.
    fn log_key(&self) -> Result<SigningKey, Error> {
        let seed = self.inner.host.key_store.load(&log_key_name(self.inner.file)).map_err(KeyError::from)?;
        let seed = seed.and_then(|bytes| Secret::from_slice(&bytes)).ok_or(Error::ForeignVault)?;
        Ok(SigningKey::from_seed(seed.expose()))
    }
}

/// The first generation of the circle of a unit's compartment. The circle of all members belongs to the vault, so that a
/// member finds it before knowing any unit.
fn first_circle(vault: VaultId, unit: ScopeId, compartment: Compartment) -> CircleName {
    match compartment {
        Compartment::Roster => roster_circle(vault, 1),
        other => CircleName { scope: unit, compartment: other.number(), generation: 1 },
    }
}

/// Wraps every circle of the founding unit to the founder.
fn founding_slots(
    vault: VaultId,
    founder: &Identity,
    drawn: &[(CircleListing, CircleSecret)],
) -> Result<Vec<SlotRow>, Error> {
    let public = founder.public();
    let slot = |(listing, secret): &(CircleListing, CircleSecret)| {
        let sealed = public.wrap_circle(vault, listing.name, secret)?;
        Ok(SlotRow { slot: founder.slot(vault, listing.name), session: None, sealed })
    };
    drawn.iter().map(slot).collect()
}

/// Whether this can be the name of a log.
fn is_origin(origin: &str) -> bool {
    origin.len() <= 200 && origin.contains('.') && KeyName::new(origin).is_ok()
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
