//! What a signed-in session holds in memory: its keys, and the verified state of the file.

use std::collections::HashMap;
use std::sync::Arc;

use super::circles::{Circles, verify_missing};
use super::clocks::Clocks;
use super::emergency::{Emergencies, EmergencyKeys};
use super::index::IndexMemory;
use super::kept::Kept;
use super::keyring::{Recipient, ScopeKeys};
use super::limits::Counting;
use super::lines::first_place;
use super::open_keys::Ending;
use super::remembered::Remembered;
use super::state::State;
use super::statement::{HEADS_PER_PART, Statement};
use super::statistics::OwnBlock;
use super::{Error, IntegrityError};
use crate::access::policy::{Reach, Role};
use crate::access::{AccessError, CaseCircle, CaseGrant, CircleListing, Roster};
use crate::id::{DeviceId, MemberId, RecordId, ScopeId, VaultId};
use crate::keys::{CircleName, EnvelopeKey, Identity, PublicIdentity, SigningKey, Slot, VerifyingKey};
use crate::log::{Frontier, Hash, HashReader, KeptHash, LogError, frontier_at, locate_kept, root_of_leaves};
use crate::model::Compartment;
use crate::seal::{LabelledInput, ValueContext};
use crate::store::{CommitRow, Rows, SessionRow, VaultRow};

#[cfg(test)]
mod tests;

/// Bounds of what is remembered: memory does not grow with the vault.
const MAX_CACHED: usize = 2048;
/// Commits with one part; four further parts weigh as much as another commit.
const MAX_CACHED_COMMITS: usize = 8192;
/// Digests; a list of them weighs as much as four more.
const MAX_CACHED_DIGESTS: usize = 1 << 17;

/// How much is remembered of a digest that a commit was found to have signed. Who wants another one to pass for it has to find
/// one that begins alike: a second preimage of 128 bits.
const REMEMBERED_OF_DIGEST: usize = 16;

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
    pub(super) clocks: Clocks,
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
    sessions: Remembered<u64, SessionInfo>,
    commits: Remembered<u64, VerifiedCommit>,
    /// Parts of the lists of heads.
    parts: Remembered<(u64, u32), VerifiedPart>,
    pub(super) scopes: Remembered<ScopeId, Arc<ScopeKeys>>,
    /// The data key with which this session writes a compartment of a scope.
    pub(super) writing: Remembered<(ScopeId, Compartment), u16>,
    /// The circles of cases.
    pub(super) cases: Remembered<ScopeId, Arc<CaseCircle>>,
    /// Scopes whose keys were found to be wrapped for all who may open them.
    pub(super) completed: Remembered<ScopeId, ()>,
    /// Keys under which sessions wrapped data keys for this member or their circles.
    pub(super) incoming: Remembered<Slot, EnvelopeKey>,
    /// Keys under which this session wraps data keys for others.
    pub(super) outgoing: HashMap<Slot, EnvelopeKey>,
    /// Those of them whose slots are not durable yet.
    pub(super) unconfirmed: Vec<Slot>,
    /// The oversight circle that this session's own envelope was sealed to.
    sealed_to: Option<CircleName>,
    /// The case that is open in an emergency, within an act that reads it.
    pub(super) emergency: Option<EmergencyKeys>,
    /// Those that have begun, and whose end is not in the log.
    pub(super) emergencies: Emergencies,
    /// As a program of an attacker: asks nobody what its member may write.
    #[cfg(test)]
    pub(super) lawless: bool,
    /// The commit that is being written, and the digests that it will sign.
    pub(super) pending: Pending,
    standings: Remembered<RecordId, Standing>,
    /// How many records of a kind stand below a record, with what the act that is running adds.
    pub(super) counts: Remembered<(RecordId, u16), u64>,
    /// Cases of which this session has told the statistics what it can.
    pub(super) told: Remembered<ScopeId, ()>,
    /// The keys that it has drawn for rows of the statistics, by case.
    pub(super) blocks: Remembered<ScopeId, OwnBlock>,
    /// What was counted of this member, as it stands in the file and with what the act that is running adds.
    pub(super) counting: Option<Counting>,
    /// How many acts of this member this session has seen counted: a row that says fewer was put back.
    pub(super) counted: u64,
}

/// A commit that is being written.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) commit: u64,
    pub(super) digests: Vec<u8>,
}

/// Where a record stands, which no revision changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) kind: u16,
    pub(super) scope: ScopeId,
    pub(super) unit: ScopeId,
}

/// A session whose certificate was verified.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionInfo {
    pub(super) device: DeviceId,
    pub(super) key: VerifyingKey,
    pub(super) member: MemberId,
    /// The key of the member's device that certified it.
    pub(super) identity: VerifyingKey,
}

/// A commit whose signature was verified: who signed, and the digests of the parts of its list of heads.
struct VerifiedCommit {
    session: u64,
    parts: Box<[[u8; 32]]>,
}

/// The beginnings of the digests of one part of such a list.
type VerifiedPart = Box<[[u8; REMEMBERED_OF_DIGEST]]>;

fn remembered_commits() -> Remembered<u64, VerifiedCommit> {
    Remembered::weighing(MAX_CACHED_COMMITS, |commit| 1 + commit.parts.len() / 4)
}

fn remembered_parts() -> Remembered<(u64, u32), VerifiedPart> {
    Remembered::weighing(MAX_CACHED_DIGESTS, |part| part.len() + 4)
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
        let sealed_to = oversight(&sign_in.roster).map(|listing| listing.name);
        Ok(Self {
            file: sign_in.file,
            member: sign_in.identity.public(),
            roster: sign_in.roster,
            circles: sign_in.circles,
            session: sign_in.session,
            signing: sign_in.signing,
            envelope: sign_in.envelope,
            boot: crate::id::random_bytes(),
            clocks: Clocks::default(),
            state,
            index: IndexMemory::default(),
            frontier: Frontier::new(),
            tip: None,
            newest: None,
            data_version: 0,
            in_act: false,
            ending: Ending::default(),
            sessions: Remembered::at_most(MAX_CACHED),
            commits: remembered_commits(),
            parts: remembered_parts(),
            scopes: Remembered::at_most(MAX_CACHED),
            writing: Remembered::at_most(MAX_CACHED),
            cases: Remembered::at_most(MAX_CACHED),
            completed: Remembered::at_most(MAX_CACHED),
            incoming: Remembered::at_most(MAX_CACHED),
            outgoing: HashMap::new(),
            unconfirmed: Vec::new(),
            sealed_to,
            emergency: None,
            emergencies: Emergencies::default(),
            #[cfg(test)]
            lawless: false,
            pending: Pending::default(),
            standings: Remembered::at_most(MAX_CACHED),
            counts: Remembered::at_most(MAX_CACHED),
            told: Remembered::at_most(MAX_CACHED),
            blocks: Remembered::at_most(MAX_CACHED),
            counting: None,
            counted: 0,
        })
    }

    /// Brings memory up to date with the file, if another process wrote since, and verifies what it finds.
    pub(super) fn refresh(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        // An act that neither ended nor failed was left by a panic: its changes are in memory, not in the file.
        if std::mem::replace(&mut self.in_act, true) {
            self.tip = None;
            self.end_emergency();
            self.emergencies.forget();
            self.circles.forget_drawn();
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
        self.forget_keys();
        self.standings.clear();
        self.counts.clear();
        self.counting = None;
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
        self.state.rekey(self.circles.roster()?);
        self.state.load(rows, &statement.state_root, tip.recent)?;
        let (state, vault) = (&mut self.state, self.file.vault);
        verify_missing(&self.circles, vault, |slot| state.verify_bucket(rows, slot))?;
        let reader = StoredHashes(rows, self.log_start());
        // A disk that fails says nothing about the log.
        self.frontier = frontier_at(statement.log_size, &reader).map_err(|error: Error| match error {
            Error::Store(_) => error,
            _ => IntegrityError::Log.into(),
        })?;
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
        self.unconfirmed.clear();
        self.clocks.confirm();
        self.emergencies.confirm();
        self.circles.confirm();
        self.pending = Pending::default();
        self.counted = self.counted.max(self.counting.as_ref().map_or(0, Counting::total));
        if let Some((_, statement)) = &self.tip {
            self.newest = Some(Kept::of(self.roster.genesis(), self.roster.erased().len() as u64, statement));
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
        self.outgoing.clear();
        self.sealed_to = oversight(&self.roster).map(|listing| listing.name);
        self.signing = sign_in.signing;
        self.envelope = sign_in.envelope;
        self.frontier = Frontier::new();
    }

    /// Forgets what was read from the file, after a transaction that was rolled back.
    pub(super) fn forget(&mut self) {
        self.tip = None;
        self.clocks.forget();
        self.emergencies.forget();
        self.circles.forget_drawn();
        self.pending = Pending::default();
        self.counting = None;
        self.counts.clear();
        self.told.clear();
        self.blocks.clear();
        // What the transaction put into slots is not there.
        for slot in std::mem::take(&mut self.unconfirmed) {
            self.outgoing.remove(&slot);
        }
    }

    /// Verifies a signed statement of any commit; returns it.
    pub(super) fn verify_statement(&mut self, rows: &Rows<'_>, row: &CommitRow) -> Result<Statement, Error> {
        let info = self.session(rows, row.session)?;
        let statement = Statement::decode(&row.statement).map_err(|_| IntegrityError::Statement)?;
        let ours = statement.vault == self.file.vault
            && statement.device == info.device
            && self.roster.position_at(statement.commit) == statement.roster_position
            && self.roster.device_at(statement.roster_position) == Some(statement.device)
            && self.is_active_at(info, statement.roster_position)
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
        self.sessions.insert(number, info);
        Ok(info)
    }

    /// Verifies the certificate of a session row.
    pub(super) fn verify_certificate(&self, row: &SessionRow) -> Result<SessionInfo, Error> {
        let context = certificate_context(self.file.vault, row);
        let plain = self.circles.open_for_all(&context, &row.certificate).ok_or(IntegrityError::Certificate)?;
        let (member, signature) = plain.split_first_chunk::<16>().ok_or(IntegrityError::Certificate)?;
        let signature = signature.try_into().map_err(|_| IntegrityError::Certificate)?;
        let member = self.roster.member(MemberId::from_bytes(*member)).ok_or(IntegrityError::Certificate)?;
        let certified = certified_bytes(self.file.vault, row);
        let mut keys = member.identities().iter().map(|listed| listed.identity.verifying_key);
        let identity = keys.find(|key| key.verifies(certified.as_bytes(), signature));
        Ok(SessionInfo {
            device: row.device,
            key: VerifyingKey::from_bytes(row.public_key),
            member: member.id(),
            identity: identity.ok_or(IntegrityError::Certificate)?,
        })
    }

    /// Whether whoever certified a session was a member on that device, and active, at this position of the roster.
    fn is_active_at(&self, info: SessionInfo, position: u64) -> bool {
        let member = self.roster.member(info.member).into_iter();
        member.flat_map(|member| member.verifying_keys_at(position)).any(|key| key == info.identity)
    }

    /// Who wrote the head that stands at `place` of `commit`, before its digest is known.
    pub(super) fn author(&mut self, rows: &Rows<'_>, commit: u64) -> Result<SessionInfo, Error> {
        // What is being written is not signed yet.
        if commit == self.pending.commit {
            return self.session(rows, self.session);
        }
        if !self.commits.contains_key(&commit) {
            let row = rows.commitment(commit)?.ok_or(IntegrityError::Author)?;
            let statement = self.verify_statement(rows, &row)?;
            if statement.commit != commit {
                return Err(IntegrityError::Author.into());
            }
            let verified = VerifiedCommit { session: row.session, parts: statement.parts.into() };
            self.commits.insert(commit, verified);
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
        if commit == self.pending.commit {
            let written = self.pending.digests.chunks_exact(32).nth(place as usize);
            let stands = written.is_some_and(|written| written == digest);
            return if stands { Ok(()) } else { Err(IntegrityError::Author.into()) };
        }
        let (part, within) = (place / HEADS_PER_PART as u32, place as usize % HEADS_PER_PART);
        if !self.parts.contains_key(&(commit, part)) {
            let verified = self.commits.get(&commit).ok_or(IntegrityError::Author)?;
            let digests = rows.authorship(commit, part)?.ok_or(IntegrityError::Author)?;
            let signed = verified.parts.get(part as usize).ok_or(IntegrityError::Author)?;
            let (whole, rest) = digests.as_chunks::<32>();
            if Statement::part_digest(&digests) != *signed || !rest.is_empty() {
                return Err(IntegrityError::Author.into());
            }
            let begins = whole.iter().filter_map(|digest| digest.first_chunk().copied());
            self.parts.insert((commit, part), begins.collect());
        }
        let digests = self.parts.get(&(commit, part)).ok_or(IntegrityError::Author)?;
        let stands = digests.get(within).is_some_and(|begins| digest.starts_with(begins));
        if stands { Ok(()) } else { Err(IntegrityError::Author.into()) }
    }

    /// Keeps the data keys of a scope.
    pub(super) fn remember_scope(&mut self, scope: ScopeId, keys: &Arc<ScopeKeys>) {
        self.scopes.insert(scope, Arc::clone(keys));
    }

    /// Keeps the circle of a case.
    pub(super) fn remember_case(&mut self, scope: ScopeId, circle: CaseCircle) -> Arc<CaseCircle> {
        let circle = Arc::new(circle);
        self.writing.retain(|(written, _), _| *written != scope);
        self.completed.remove(&scope);
        self.cases.insert(scope, Arc::clone(&circle));
        circle
    }

    /// Keeps the data key with which a compartment of a scope is written.
    pub(super) fn remember_writing(&mut self, scope: ScopeId, compartment: Compartment, ordinal: u16, now: u64) {
        // What is shared until a date that is still to come has to be looked at each time.
        let to_come = |grant: &CaseGrant| grant.until.is_some_and(|until| until > now);
        let ends = |circle: &Arc<CaseCircle>| circle.current().any(to_come);
        if !self.cases.get(&scope).is_some_and(ends) {
            self.writing.insert((scope, compartment), ordinal);
        }
    }

    /// Notes that the keys of a scope are wrapped for all who may open them.
    pub(super) fn remember_completed(&mut self, scope: ScopeId) {
        self.completed.insert(scope, ());
    }

    /// Notes that this session has told the statistics what it can of a case.
    pub(super) fn remember_told(&mut self, scope: ScopeId) {
        self.told.insert(scope, ());
    }

    /// Forgets the keys of a scope, to read them again.
    pub(super) fn forget_scope(&mut self, scope: ScopeId) {
        self.scopes.remove(&scope);
        self.completed.remove(&scope);
        self.told.remove(&scope);
        self.writing.retain(|(written, _), _| *written != scope);
    }

    /// Forgets the keys of all scopes, after the roster has changed.
    pub(super) fn forget_keys(&mut self) {
        self.scopes.clear();
        self.writing.clear();
        self.cases.clear();
        self.completed.clear();
        self.incoming.clear();
        self.told.clear();
        self.blocks.clear();
        self.index.forget_keys();
    }

    /// Where a record stands, if it was looked up before.
    pub(super) fn standing(&mut self, record: RecordId) -> Option<Standing> {
        self.standings.get(&record).copied()
    }

    /// Keeps where a record stands.
    pub(super) fn remember_standing(&mut self, record: RecordId, standing: Standing) {
        self.standings.insert(record, standing);
    }

    /// Where the key lies under which log entries are sealed once the oversight circle has moved on since the sign-in: those
    /// who held it then do not open what comes now.
    pub(super) fn later_envelope(&mut self, rows: &Rows<'_>) -> Result<Option<Slot>, Error> {
        let listing = oversight(&self.roster).ok_or(AccessError::Roster)?;
        if self.sealed_to == Some(listing.name) {
            return Ok(None);
        }
        let slot = listing.slot_key.envelope(self.file.vault, self.session);
        let recipient = Recipient::Circle(listing.clone());
        self.outgoing(rows, &recipient)?;
        Ok(Some(slot))
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
    pub(super) fn role_name(&self) -> &str {
        self.roster.member(self.member.member).map_or("", |member| member.now().role.as_str())
    }

    /// What this member's role allows.
    pub(super) fn role(&self) -> Result<&Role, AccessError> {
        self.roster.role(self.member.member).ok_or(AccessError::Suspended)
    }

    /// Whether this member's role writes what cases say and reads none of it.
    pub(super) fn writes_blind(&self) -> bool {
        self.role().is_ok_and(|role| role.reach(Compartment::Identity) == Reach::Write)
    }

    /// The unit in which this member works.
    pub(super) fn unit(&self) -> ScopeId {
        let member = self.roster.member(self.member.member);
        member.map_or(self.roster.founding().unit, |member| member.now().unit)
    }
}

/// The newest generation of the circle that reads the log.
fn oversight(roster: &Roster) -> Option<&CircleListing> {
    roster.circle(roster.founding().unit, Compartment::Oversight).map(|circle| &circle.listing)
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
        match locate_kept(level, index).ok_or(LogError::SizeOutOfRange)? {
            KeptHash::Stored { row, offset } => {
                let hashes = self.0.entry_hashes(self.1 + row)?.ok_or(IntegrityError::Log)?;
                Ok(Hash::from_slice(hashes.get(offset..offset + 32).ok_or(IntegrityError::Log)?)?)
            }
            KeptHash::Leaves(leaves) => {
                let count = leaves.end - leaves.start;
                let hashes = self.0.leaf_hashes(self.1 + leaves.start, self.1 + leaves.end)?;
                let whole = hashes.len() as u64 == count * 32;
                if whole { Ok(root_of_leaves(&hashes)?) } else { Err(IntegrityError::Log.into()) }
            }
        }
    }
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
