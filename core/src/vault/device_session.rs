//! Entries that no member signs: the device itself writes that a sign-in has failed.
//!
//! Before a sign-in nobody holds a member's key. So the device draws a session key and certifies it with its log key,
//! which lies in the host's key store. Such a *device session* may do one thing: append one entry to the log. It has no
//! key to state, roster or records, and signs what the newest statement of a member says about them. That statement, the
//! *base*, stays beside the tip until a member signs again, so that every reader can compare. See docs/adr/0031.
//!
//! The device writes only onto a tip that it knows: the very statement that a member's session has kept in the key store,
//! or one that the device signed after it. Onto anything else it writes nothing; the attempt waits for the next sign-in.

use super::act::{LogPlace, append_entry};
use super::attempts::FailedAttempt;
use super::kept::{Kept, KeptOversight};
use super::lines::first_place;
use super::statement::Statement;
use super::unlocked::{StoredHashes, Unlocked};
use super::{Error, IntegrityError, Vault};
use crate::id::{OperationId, VaultId, random_bytes};
use crate::keys::{EnvelopeKey, SigningKey, VerifyingKey};
use crate::log::{Detail, DetailKey, Entry, Event, Frontier, Outcome, frontier_at, root_at};
use crate::seal::{LabelledInput, sha256};
use crate::store::{CommitRow, Rows, SessionRow, SignedRow, TipRow, VaultRow};

/// Length of the certificate of a device session: the signature alone. That of a member is sealed, and longer.
const CERTIFICATE_LENGTH: usize = 64;

/// Whether a session is the device's own.
pub(super) fn is_device_session(row: &SessionRow) -> bool {
    row.certificate.len() == CERTIFICATE_LENGTH
}

/// Whether an entry is one that a device session may write: that a sign-in failed, and of nobody.
pub(super) fn is_device_entry(entry: &Entry<'_>) -> bool {
    let kind = (entry.event, entry.outcome) == (Event::Login, Outcome::MinorFailure);
    kind && entry.actor.is_none() && entry.why.is_none() && entry.what.is_none()
}

/// The entry about a failed attempt: of nobody.
pub(super) fn details_of(attempt: &FailedAttempt) -> Detail<'static> {
    Detail::of(DetailKey::ERROR_CODE, u64::from(attempt.code))
        .with(DetailKey::FAILED_ATTEMPTS, u64::from(attempt.failures))
}

impl Vault {
    /// Appends an entry about an attempt that has just failed, signed by the device.
    ///
    /// # Errors
    /// Whatever is missing or not as this device has kept it; nothing is written then.
    pub(super) fn write_failed_attempt(&self, attempt: &FailedAttempt) -> Result<(), Error> {
        let (file, key_store) = (self.inner.file, self.key_store());
        let log_key = self.log_key()?;
        let kept = Kept::load(key_store, file.vault)?.ok_or(IntegrityError::Rollback)?;
        let oversight = KeptOversight::load(key_store, file.vault)?.ok_or(IntegrityError::Statement)?;
        let mut store = self.store()?;
        let rows = store.begin()?;
        let known = KnownTip::verify(&rows, file, &kept, &oversight)?;
        let (statement, tip) = known.append(&rows, file, &oversight, &log_key, attempt, self.clock())?;
        rows.put_tip(&tip)?;
        rows.commit()?;
        drop(store);
        match Kept::load(key_store, file.vault)? {
            Some(newer) if newer.commit > statement.commit => Ok(()),
            _ => self.store_head(Kept::of(kept.genesis, kept.erased, &statement)),
        }
    }
}

/// The newest statement, which this device has kept.
struct KnownTip {
    statement: Statement,
    frontier: Frontier,
    base: SignedRow,
    recent: Vec<u8>,
}

impl KnownTip {
    /// Compares the file with what this device has kept, as far as that goes without a member's key.
    fn verify(rows: &Rows<'_>, file: VaultRow, kept: &Kept, oversight: &KeptOversight) -> Result<Self, Error> {
        rows.verify_schema()?;
        let tip = rows.tip()?;
        let statement = Statement::decode(&tip.statement).map_err(|_| IntegrityError::Statement)?;
        let is_kept = sha256(&tip.statement) == kept.statement;
        let of_file = rows.vault()? == file && (statement.vault, statement.device) == (file.vault, file.device);
        let of_roster = (statement.roster_position, statement.roster_digest) == oversight.roster;
        let signer = rows.session(tip.session)?.ok_or(IntegrityError::Certificate)?;
        let signed = is_signed(&VerifyingKey::from_bytes(signer.public_key), &tip.statement, &tip.signature);
        if !(is_kept && of_file && of_roster && signed) {
            return Err(IntegrityError::Statement.into());
        }
        let hashes = StoredHashes(rows, first_place(oversight.log));
        let frontier = frontier_at(statement.log_size, &hashes)?;
        if frontier.root() != statement.log_root || hashes.has(statement.log_size)? {
            return Err(IntegrityError::Log.into());
        }
        let TipRow { session, statement: bytes, signature, recent, base } = tip;
        let base = match (is_device_session(&signer), base) {
            (true, Some(base)) => base,
            (false, None) => SignedRow { session, statement: bytes, signature },
            _ => return Err(IntegrityError::Statement.into()),
        };
        Ok(Self { statement, frontier, base, recent })
    }

    /// Appends the entry under a new device session; answers what the device signs.
    fn append(
        mut self,
        rows: &Rows<'_>,
        file: VaultRow,
        oversight: &KeptOversight,
        log_key: &SigningKey,
        attempt: &FailedAttempt,
        (_, monotonic): (u64, u64),
    ) -> Result<(Statement, TipRow), Error> {
        let (signing, envelope, row) = begin_session(rows, file, oversight, log_key)?;
        rows.add_session(&row)?;
        let entry = Entry {
            seq: self.frontier.size(),
            wall_ms: attempt.at,
            monotonic_ms: monotonic,
            boot: random_bytes(),
            event: Event::Login,
            outcome: Outcome::MinorFailure,
            actor: None,
            device: file.device,
            why: None,
            what: None,
            operation: OperationId::random(),
            detail: Some(details_of(attempt)),
            blind: random_bytes(),
        };
        let place = LogPlace { file, start: first_place(oversight.log), session: row.number, envelope: &envelope };
        append_entry(rows, &place, &mut self.frontier, &entry, &[], &mut Vec::new())?;
        let statement = Statement {
            commit: self.statement.commit + 1,
            log_size: self.frontier.size(),
            log_root: self.frontier.root(),
            parts: Vec::new(),
            ..self.statement
        };
        let bytes = statement.encode();
        let signature = signing.sign(Statement::signed_bytes(&bytes).as_bytes());
        let tip =
            TipRow { session: row.number, statement: bytes, signature, recent: self.recent, base: Some(self.base) };
        Ok((statement, tip))
    }
}

/// Draws a session key, certifies it with the log key, and prepares its envelope for the log.
fn begin_session(
    rows: &Rows<'_>,
    file: VaultRow,
    oversight: &KeptOversight,
    log_key: &SigningKey,
) -> Result<(SigningKey, EnvelopeKey, SessionRow), Error> {
    let signing = SigningKey::generate();
    let public_key = *signing.verifying_key().as_bytes();
    let (envelope_key, envelope) =
        EnvelopeKey::generate(file.vault, oversight.circle, &oversight.public_key, &public_key)?;
    let mut row = SessionRow {
        number: rows.next_session()?,
        device: file.device,
        public_key,
        certificate: Vec::new(),
        envelope: envelope.as_bytes().to_vec(),
    };
    row.certificate = log_key.sign(certified_bytes(file.vault, &row).as_bytes()).to_vec();
    Ok((signing, envelope_key, row))
}

impl Unlocked {
    /// Verifies the newest statement, of a member's session or of the device; returns it.
    pub(super) fn verify_tip(&mut self, rows: &Rows<'_>, tip: &TipRow) -> Result<Statement, Error> {
        let signer = rows.session(tip.session)?.ok_or(IntegrityError::Certificate)?;
        match (&tip.base, is_device_session(&signer)) {
            (None, false) => self.verify_statement(rows, &commit_of(tip.session, &tip.statement, tip.signature)),
            (Some(base), true) => self.verify_device_tip(rows, &signer, tip, base),
            _ => Err(IntegrityError::Statement.into()),
        }
    }

    /// A device changes nothing but the log: one entry for each of its commits since the last statement of a member.
    fn verify_device_tip(
        &mut self,
        rows: &Rows<'_>,
        signer: &SessionRow,
        tip: &TipRow,
        base: &SignedRow,
    ) -> Result<Statement, Error> {
        self.verify_device_certificate(signer)?;
        let statement = Statement::decode(&tip.statement).map_err(|_| IntegrityError::Statement)?;
        let base = self.verify_statement(rows, &commit_of(base.session, &base.statement, base.signature))?;
        let commits = statement.commit.checked_sub(base.commit);
        let entries = statement.log_size.checked_sub(base.log_size);
        let unchanged = Statement {
            commit: base.commit,
            log_size: base.log_size,
            log_root: base.log_root,
            parts: base.parts.clone(),
            ..statement.clone()
        };
        let allowed = signer.device == statement.device
            && statement.parts.is_empty()
            && unchanged == base
            && commits == entries
            && commits.is_some_and(|commits| commits > 0)
            && is_signed(&VerifyingKey::from_bytes(signer.public_key), &tip.statement, &tip.signature);
        if !allowed {
            return Err(IntegrityError::Statement.into());
        }
        let start = self.log_start();
        if root_at(base.log_size, &StoredHashes(rows, start))? != base.log_root {
            return Err(IntegrityError::Log.into());
        }
        self.verify_device_entries(rows, start + base.log_size, start + statement.log_size)?;
        Ok(statement)
    }

    /// What came into the log after the base lies under device sessions.
    fn verify_device_entries(&self, rows: &Rows<'_>, from: u64, to: u64) -> Result<(), Error> {
        let mut signers = Vec::new();
        rows.each_entry(from, to, |entry| signers.push(entry.session))?;
        for number in signers {
            let signer = rows.session(number)?.ok_or(IntegrityError::Certificate)?;
            self.verify_device_certificate(&signer)?;
        }
        Ok(())
    }

    /// Verifies the certificate of a session of either kind.
    pub(super) fn verify_any_certificate(&self, row: &SessionRow) -> Result<(), Error> {
        if is_device_session(row) {
            self.verify_device_certificate(row)
        } else {
            self.verify_certificate(row).map(drop)
        }
    }

    fn verify_device_certificate(&self, row: &SessionRow) -> Result<(), Error> {
        let line = self.roster.logs().iter().find(|line| line.device == row.device);
        let signature = <&[u8; CERTIFICATE_LENGTH]>::try_from(&row.certificate[..]);
        match (line, signature) {
            (Some(line), Ok(signature))
                if line.log_key.verifies(certified_bytes(self.file.vault, row).as_bytes(), signature) =>
            {
                Ok(())
            }
            _ => Err(IntegrityError::Certificate.into()),
        }
    }
}

fn commit_of(session: u64, statement: &[u8], signature: [u8; 64]) -> CommitRow {
    CommitRow { number: 0, session, statement: statement.to_vec(), signature }
}

fn is_signed(key: &VerifyingKey, statement: &[u8], signature: &[u8; 64]) -> bool {
    key.verifies(Statement::signed_bytes(statement).as_bytes(), signature)
}

/// What a device signs with its log key to certify a session's key.
pub(super) fn certified_bytes(vault: VaultId, row: &SessionRow) -> LabelledInput {
    LabelledInput::new("saferoom/device-session-certificate")
        .part(vault.as_bytes())
        .part(row.device.as_bytes())
        .number(row.number)
        .part(&row.public_key)
        .part(&sha256(&row.envelope))
}

#[cfg(test)]
mod tests;
