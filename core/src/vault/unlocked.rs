//! What a signed-in session holds in memory: its keys, and the verified state of the file.

use std::collections::HashMap;
use std::sync::Arc;

use super::index::IndexMemory;
use super::kept::Kept;
use super::lines::first_place;
use super::open_keys::Ending;
use super::state::State;
use super::statement::{HEADS_PER_PART, Statement};
use super::{Error, IntegrityError};
use crate::access::{AccessError, Roster};
use crate::id::{DeviceId, MemberId, RecordId, ScopeId, VaultId};
use crate::keys::{
    CircleKeys, CircleName, Commitment, DataKey, DataKeyPlace, EnvelopeKey, Identity, PublicIdentity, SigningKey,
    VerifyingKey,
};
use crate::log::{Frontier, Hash, HashReader, LogError, frontier_at, locate};
use crate::model::Compartment;
use crate::seal::{LabelledInput, ValueContext};
use crate::store::{CommitRow, KeyRow, Rows, SessionRow, VaultRow};

/// Bounds of the caches: memory does not grow with the vault.
const MAX_CACHED: usize = 1024;
const MAX_CACHED_PARTS: usize = 128;

/// See the module.
pub(super) struct Unlocked {
    pub(super) file: VaultRow,
    pub(super) member: PublicIdentity,
    pub(super) roster: Roster,
    pub(super) circles: Circles,
    pub(super) session: u64,
    pub(super) signing: SigningKey,
    pub(super) envelope: EnvelopeKey,
    pub(super) boot: [u8; 8],
    pub(super) state: State,
    pub(super) index: IndexMemory,
    pub(super) frontier: Frontier,
    pub(super) tip: Option<(Vec<u8>, Statement)>,
    /// The newest head that this session has seen. It survives whatever is forgotten.
    newest: Option<Kept>,
    data_version: i64,
    /// Between the beginning of an act and its end; still set after a panic.
    in_act: bool,
    /// Set when the session is locked: every later step is refused.
    pub(super) ending: Ending,
    sessions: HashMap<u64, SessionInfo>,
    commits: HashMap<u64, VerifiedCommit>,
    /// Parts of the lists of heads, 8 KiB each.
    parts: HashMap<(u64, u32), Vec<u8>>,
    scopes: HashMap<ScopeId, Arc<ScopeKeys>>,
    standings: HashMap<RecordId, Standing>,
}

/// Where a record stands, which no revision changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) kind: u16,
    pub(super) scope: ScopeId,
    pub(super) unit: ScopeId,
}

/// The circles that a member holds.
pub(super) struct Circles(pub(super) Vec<CircleKeys>);

impl Circles {
    pub(super) fn get(&self, scope: ScopeId, compartment: Compartment) -> Option<&CircleKeys> {
        let matching =
            |circle: &&CircleKeys| circle.name().scope == scope && circle.name().compartment == compartment.number();
        self.0.iter().filter(matching).max_by_key(|circle| circle.name().generation)
    }

    /// The circle of all members.
    pub(super) fn roster(&self) -> Result<&CircleKeys, AccessError> {
        let roster = self.0.iter().find(|circle| circle.name().compartment == Compartment::Roster.number());
        roster.ok_or(AccessError::NotAMember)
    }
}

/// A session whose certificate was verified.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionInfo {
    pub(super) device: DeviceId,
    pub(super) key: VerifyingKey,
    pub(super) member: MemberId,
}

/// A commit whose signature was verified.
struct VerifiedCommit {
    session: u64,
    statement: Statement,
}

/// The data keys of one scope.
#[derive(Debug, Default)]
pub(super) struct ScopeKeys {
    pub(super) keys: Vec<OpenedKey>,
}

/// A data key of the keyring; `opened` if a circle of this member opens it.
#[derive(Debug)]
pub(super) struct OpenedKey {
    pub(super) ordinal: u16,
    pub(super) commitment: Commitment,
    pub(super) opened: Option<(Compartment, u32, DataKey)>,
}

impl ScopeKeys {
    /// The key of this ordinal, opened or not.
    pub(super) fn by_ordinal(&self, ordinal: u16) -> Option<&OpenedKey> {
        self.keys.iter().find(|key| key.ordinal == ordinal)
    }

    /// The newest key of a compartment.
    pub(super) fn newest(&self, wanted: Compartment) -> Option<(&OpenedKey, u32, &DataKey)> {
        let opened = self.keys.iter().filter_map(|key| {
            let (compartment, generation, data_key) = key.opened.as_ref()?;
            (*compartment == wanted).then_some((key, *generation, data_key))
        });
        opened.max_by_key(|(_, generation, _)| *generation)
    }
}

/// Everything that a sign-in brings together.
pub(super) struct SignIn<'a> {
    pub(super) file: VaultRow,
    pub(super) identity: &'a Identity,
    pub(super) roster: Roster,
    pub(super) circles: Circles,
    pub(super) session: u64,
    pub(super) signing: SigningKey,
    pub(super) envelope: EnvelopeKey,
}

impl Unlocked {
    pub(super) fn new(sign_in: SignIn<'_>) -> Result<Self, Error> {
        let state = State::empty(sign_in.file.vault, sign_in.circles.roster()?);
        Ok(Self {
            file: sign_in.file,
            member: sign_in.identity.public(),
            roster: sign_in.roster,
            circles: sign_in.circles,
            session: sign_in.session,
            signing: sign_in.signing,
            envelope: sign_in.envelope,
            boot: crate::id::random_bytes(),
            state,
            index: IndexMemory::default(),
            frontier: Frontier::new(),
            tip: None,
            newest: None,
            data_version: 0,
            in_act: false,
            ending: Ending::default(),
            sessions: HashMap::new(),
            commits: HashMap::new(),
            parts: HashMap::new(),
            scopes: HashMap::new(),
            standings: HashMap::new(),
        })
    }

    /// Brings memory up to date with the file, if another process wrote since, and verifies what it finds.
    pub(super) fn refresh(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        // An act that neither ended nor failed was left by a panic: its changes are in memory, not in the file.
        if std::mem::replace(&mut self.in_act, true) {
            self.tip = None;
        }
        let tip = rows.tip()?;
        let version = rows.data_version()?;
        let known = self.tip.as_ref().is_some_and(|(known, _)| *known == tip.statement);
        if known && version == self.data_version {
            return Ok(());
        }
        // Somebody else wrote the file: nothing that was verified before counts any more.
        self.data_version = version;
        self.tip = None;
        rows.verify_schema()?;
        self.commits.clear();
        self.parts.clear();
        self.scopes.clear();
        self.standings.clear();
        self.index.forget_rows();
        match rows.vault()? {
            file if file == self.file => {}
            file if file.is_retired() => return Err(Error::Retired),
            _ => return Err(IntegrityError::Statement.into()),
        }
        let named = Statement::decode(&tip.statement).map_err(|_| IntegrityError::Statement)?;
        if (named.roster_position, named.roster_digest) != self.roster.head() {
            self.reload_roster(rows)?;
        }
        let statement = self.verify_tip(rows, &tip)?;
        self.state.load(rows, &statement.state_root)?;
        let reader = StoredHashes(rows, self.log_start());
        self.frontier = frontier_at(statement.log_size, &reader).map_err(|_: Error| IntegrityError::Log)?;
        if self.frontier.root() != statement.log_root || reader.has(statement.log_size)? {
            return Err(IntegrityError::Log.into());
        }
        if (statement.roster_position, statement.roster_digest) != self.roster.head()
            || statement.device != self.file.device
        {
            return Err(IntegrityError::Statement.into());
        }
        if let Some(newest) = self.newest.take() {
            let extends = newest.verify(rows, &self.roster, &tip.statement, &statement);
            self.newest = Some(newest);
            extends?;
        }
        self.tip = Some((tip.statement, statement));
        Ok(())
    }

    /// Ends an act that another one follows in the same transaction.
    pub(super) fn end_act(&mut self) {
        self.in_act = false;
    }

    /// Ends an act whose changes are durable: only now its statement counts as seen.
    pub(super) fn confirm(&mut self) {
        self.in_act = false;
        if let Some((_, statement)) = &self.tip {
            self.newest = Some(Kept::of(self.roster.genesis(), statement));
        }
    }

    /// The newest head that this session has seen.
    pub(super) fn newest(&self) -> Option<&Kept> {
        self.newest.as_ref()
    }

    /// Takes the head that this device has kept as the least that the file has to extend.
    pub(super) fn demand(&mut self, kept: Kept) {
        self.newest = Some(kept);
    }

    /// Goes on as another device, with a new log, on the state that was verified.
    pub(super) fn take_over(&mut self, sign_in: SignIn<'_>) {
        self.file = sign_in.file;
        self.roster = sign_in.roster;
        self.circles = sign_in.circles;
        self.session = sign_in.session;
        self.signing = sign_in.signing;
        self.envelope = sign_in.envelope;
        self.frontier = Frontier::new();
    }

    /// Forgets what was read from the file, after a transaction that was rolled back.
    pub(super) fn forget(&mut self) {
        self.tip = None;
    }

    /// Verifies a signed statement of any commit; returns it.
    pub(super) fn verify_statement(&mut self, rows: &Rows<'_>, row: &CommitRow) -> Result<Statement, Error> {
        let info = self.session(rows, row.session)?;
        let statement = Statement::decode(&row.statement).map_err(|_| IntegrityError::Statement)?;
        let ours = statement.vault == self.file.vault
            && statement.device == info.device
            && self.roster.device_at(statement.roster_position) == Some(statement.device)
            && self.roster.digest_at(statement.roster_position) == Some(statement.roster_digest);
        if !ours || !info.key.verifies(Statement::signed_bytes(&row.statement).as_bytes(), &row.signature) {
            return Err(IntegrityError::Statement.into());
        }
        Ok(statement)
    }

    /// A session whose certificate is by a member.
    pub(super) fn session(&mut self, rows: &Rows<'_>, number: u64) -> Result<SessionInfo, Error> {
        if let Some(info) = self.sessions.get(&number) {
            return Ok(*info);
        }
        let row = rows.session(number)?.ok_or(IntegrityError::Certificate)?;
        let info = self.verify_certificate(&row)?;
        bounded(&mut self.sessions, MAX_CACHED).insert(number, info);
        Ok(info)
    }

    /// Verifies the certificate of a session row.
    pub(super) fn verify_certificate(&self, row: &SessionRow) -> Result<SessionInfo, Error> {
        let mut plain = Vec::with_capacity(row.certificate.len());
        certificate_context(self.file.vault, row)
            .open_onto(self.circles.roster()?.value_key(), &row.certificate, &mut plain)
            .map_err(|_| IntegrityError::Certificate)?;
        let (member, signature) = plain.split_first_chunk::<16>().ok_or(IntegrityError::Certificate)?;
        let signature = signature.try_into().map_err(|_| IntegrityError::Certificate)?;
        let member = self.roster.member(MemberId::from_bytes(*member)).ok_or(IntegrityError::Certificate)?;
        if !member.verifying_key.verifies(certified_bytes(self.file.vault, row).as_bytes(), signature) {
            return Err(IntegrityError::Certificate.into());
        }
        Ok(SessionInfo { device: row.device, key: VerifyingKey::from_bytes(row.public_key), member: member.member })
    }

    /// Who wrote the head that stands at `place` of `commit`, before its digest is known.
    pub(super) fn author(&mut self, rows: &Rows<'_>, commit: u64) -> Result<SessionInfo, Error> {
        if !self.commits.contains_key(&commit) {
            let row = rows.commitment(commit)?.ok_or(IntegrityError::Author)?;
            let statement = self.verify_statement(rows, &row)?;
            if statement.commit != commit {
                return Err(IntegrityError::Author.into());
            }
            let verified = VerifiedCommit { session: row.session, statement };
            bounded(&mut self.commits, MAX_CACHED).insert(commit, verified);
        }
        let session = self.commits.get(&commit).map(|commit| commit.session).ok_or(IntegrityError::Author)?;
        self.session(rows, session)
    }

    /// Checks that `commit` signed this head at this place. Call [`author`](Self::author) first.
    pub(super) fn verify_author(
        &mut self,
        rows: &Rows<'_>,
        commit: u64,
        place: u32,
        digest: &[u8; 32],
    ) -> Result<(), Error> {
        let (part, within) = (place / HEADS_PER_PART as u32, place as usize % HEADS_PER_PART);
        if !self.parts.contains_key(&(commit, part)) {
            let verified = self.commits.get(&commit).ok_or(IntegrityError::Author)?;
            let digests = rows.authorship(commit, part)?.ok_or(IntegrityError::Author)?;
            let signed = verified.statement.parts.get(part as usize).ok_or(IntegrityError::Author)?;
            if Statement::part_digest(&digests) != *signed {
                return Err(IntegrityError::Author.into());
            }
            bounded(&mut self.parts, MAX_CACHED_PARTS).insert((commit, part), digests);
        }
        let digests = self.parts.get(&(commit, part)).ok_or(IntegrityError::Author)?;
        let stands = digests.get(within * 32..within * 32 + 32).is_some_and(|bytes| bytes == digest);
        if stands { Ok(()) } else { Err(IntegrityError::Author.into()) }
    }

    /// The data keys of a scope, opened as far as this member's circles reach.
    pub(super) fn scope_keys(&mut self, rows: &Rows<'_>, scope: ScopeId) -> Result<Arc<ScopeKeys>, Error> {
        if let Some(keys) = self.scopes.get(&scope) {
            return Ok(Arc::clone(keys));
        }
        self.state.verify_bucket(rows, scope.as_bytes())?;
        let listed = rows.keys(scope)?;
        let keys = listed.iter().map(|row| self.open_key(row, listed.len())).collect::<Result<_, _>>()?;
        let keys = Arc::new(ScopeKeys { keys });
        bounded(&mut self.scopes, MAX_CACHED).insert(scope, Arc::clone(&keys));
        Ok(keys)
    }

    fn open_key(&self, row: &KeyRow, listed: usize) -> Result<OpenedKey, Error> {
        for generation in 1..=listed as u32 {
            let place = DataKeyPlace { scope: row.scope, generation };
            let Some(circle) = self.circles.0.iter().find(|circle| circle.data_key_tag(&place) == row.tag) else {
                continue;
            };
            let key = circle.unwrap_data_key(&place, &row.commitment, &row.sealed)?;
            let compartment = Compartment::from_number(circle.name().compartment).ok_or(AccessError::Roster)?;
            let opened = Some((compartment, generation, key));
            return Ok(OpenedKey { ordinal: row.ordinal, commitment: row.commitment, opened });
        }
        Ok(OpenedKey { ordinal: row.ordinal, commitment: row.commitment, opened: None })
    }

    /// Where a record stands, if it was looked up before.
    pub(super) fn standing(&self, record: RecordId) -> Option<Standing> {
        self.standings.get(&record).copied()
    }

    /// Keeps where a record stands.
    pub(super) fn remember_standing(&mut self, record: RecordId, standing: Standing) {
        bounded(&mut self.standings, MAX_CACHED).insert(record, standing);
    }

    /// A new data key for a compartment of a scope, wrapped by the circle of the unit it belongs to.
    pub(super) fn add_data_key(
        &mut self,
        rows: &Rows<'_>,
        scope: ScopeId,
        unit: ScopeId,
        compartment: Compartment,
    ) -> Result<Arc<ScopeKeys>, Error> {
        let known = self.scope_keys(rows, scope)?;
        let place = DataKeyPlace { scope, generation: known.newest(compartment).map_or(1, |(_, last, _)| last + 1) };
        let circle =
            self.circles.get(unit, compartment).ok_or(AccessError::NoKey { compartment: compartment.name() })?;
        let key = DataKey::generate();
        let row = KeyRow {
            scope,
            ordinal: free_ordinal(&known),
            tag: circle.data_key_tag(&place),
            commitment: key.commitment(),
            sealed: circle.wrap_data_key(&place, &key)?,
        };
        rows.add_key(&row)?;
        self.state.add_key(&row);
        self.scopes.remove(&scope);
        self.scope_keys(rows, scope)
    }

    /// Number of the log that is being kept.
    pub(super) fn log_number(&self) -> u64 {
        self.roster.logs().len() as u64 - 1
    }

    /// Place of the first entry of the log that is being kept.
    pub(super) fn log_start(&self) -> u64 {
        first_place(self.roster.logs().len() - 1)
    }

    /// The role in which this member acts, as the log names it.
    pub(super) fn role(&self) -> &'static str {
        "founder"
    }
}

/// A random number for a new data key: it says nothing about the compartment, nor which key came first.
fn free_ordinal(known: &ScopeKeys) -> u16 {
    loop {
        let ordinal = u16::from_be_bytes(crate::id::random_bytes()) & 0x7FFF;
        if ordinal > 0 && known.by_ordinal(ordinal).is_none() {
            return ordinal;
        }
    }
}

/// Makes room in a cache that has grown to its bound.
fn bounded<K, V>(cache: &mut HashMap<K, V>, most: usize) -> &mut HashMap<K, V> {
    if cache.len() >= most {
        cache.clear();
    }
    cache
}

/// The Merkle hashes in the file, of the log that begins at this place.
pub(super) struct StoredHashes<'a>(pub(super) &'a Rows<'a>, pub(super) u64);

impl StoredHashes<'_> {
    /// Whether the log has an entry of this index.
    pub(super) fn has(&self, index: u64) -> Result<bool, Error> {
        Ok(self.0.entry_hashes(self.1 + index)?.is_some())
    }
}

impl HashReader for StoredHashes<'_> {
    type Error = Error;

    fn read(&self, level: u8, index: u64) -> Result<Hash, Error> {
        let (row, position) = locate(level, index).ok_or(LogError::SizeOutOfRange)?;
        let hashes = self.0.entry_hashes(self.1 + row)?.ok_or(IntegrityError::Log)?;
        let hash = hashes.get(position * 32..position * 32 + 32).ok_or(IntegrityError::Log)?;
        Ok(Hash::from_slice(hash)?)
    }
}

/// Name of the circle of all members.
pub(super) fn roster_circle(unit: ScopeId) -> CircleName {
    CircleName { scope: unit, compartment: Compartment::Roster.number(), generation: 1 }
}

/// What a member signs to certify a session's key.
pub(super) fn certified_bytes(vault: VaultId, row: &SessionRow) -> LabelledInput {
    LabelledInput::new("saferoom/session-certificate")
        .part(vault.as_bytes())
        .part(row.device.as_bytes())
        .number(row.number)
        .part(&row.public_key)
        .part(&crate::seal::sha256(&row.envelope))
}

/// Where a session's certificate is sealed.
pub(super) fn certificate_context(vault: VaultId, row: &SessionRow) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/session-certificate/sealed")
            .part(vault.as_bytes())
            .number(row.number)
            .part(&row.public_key),
    )
}
