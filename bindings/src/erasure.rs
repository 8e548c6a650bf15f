//! Erasing cases: proposed by one, signed by custodians, done by another; legal holds; what is due; the documents about it.

use std::sync::Arc;

use saferoom::access::erasure::{
    Certificate, ErasureError, Ground, GroundKind, Signed, SignedCertificate, SignedErasureList,
};
use saferoom::keys::VerifyingKey;
use saferoom::vault::{self, Error};

use crate::error::SaferoomError;
use crate::identity::Identity;
use crate::members::{Proposal, key_of};
use crate::session::Session;
use crate::types::AccessInput;

/// Why cases are erased.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ErasureGround {
    /// Their retention period has ended.
    RetentionEnded {
        /// The rule of the access policy, by name.
        rule: String,
    },
    /// The child, or who acts for the child, asked for it and is entitled to.
    SubjectRequest,
    /// A court or another authority ordered it.
    Order,
    /// They should not have been recorded.
    RecordedInError,
}

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Erased {
    /// Position of its entry in the roster: names it for `erasure_certificate`.
    pub position: u64,
    /// How many cases.
    pub cases: u64,
    /// How many wraps of data keys were destroyed.
    pub keys: u64,
    /// From when on it is complete: milliseconds since 1970, UTC.
    pub complete_from: u64,
    /// Whether the file was rewritten. If not, somebody else was using it, or the disk failed or was full: `remove_residue` does
    /// it later, or says what is in the way.
    pub residue_removed: bool,
}

/// An erasure that the vault lists.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ListedErasure {
    /// Position of its entry in the roster.
    pub position: u64,
    /// When it was decided: milliseconds since 1970, UTC.
    pub at: u64,
    /// From when on it is complete.
    pub complete_from: u64,
    /// Who proposed it.
    pub by: String,
    /// On which ground.
    pub ground: ErasureGround,
    /// The cases.
    pub cases: Vec<String>,
}

/// A case whose retention period has ended.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ErasureDue {
    /// The case.
    pub case: String,
    /// The rule of the access policy, by name.
    pub rule: String,
    /// The last day on which it is kept.
    pub keep_until: String,
}

/// What is due, and what could not be said.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ErasuresDue {
    /// The longest overdue first.
    pub due: Vec<ErasureDue>,
    /// Cases whose period has ended and that are on legal hold.
    pub on_hold: u64,
    /// Ended cases of which this member cannot see what the rules need.
    pub undecided: u64,
}

/// What a certificate of erasure says, once it was verified.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedErasure {
    /// The vault.
    pub vault: String,
    /// Origin of the log in which the erasure stands.
    pub origin: String,
    /// From when on it is complete: milliseconds since 1970, UTC.
    pub complete_from: u64,
    /// The cases.
    pub cases: Vec<String>,
    /// How many of the known custodians signed the certificate.
    pub certified_by: u64,
}

#[uniffi::export]
impl Session {
    /// Proposes to erase cases for good. Custodians sign the proposal; then `erase` does it.
    ///
    /// # Errors
    /// The role does not allow it, a case is on hold, was erased, or there is no such case; logged as denied.
    pub fn propose_erasure(
        &self,
        cases: Vec<String>,
        ground: ErasureGround,
        access: AccessInput,
    ) -> Result<Arc<Proposal>, SaferoomError> {
        let cases = cases.iter().map(|case| case.parse()).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(Proposal(self.0.propose_erasure(&cases, ground.try_into()?, &access.into())?)))
    }

    /// Erases what was proposed. Nothing of these cases can be opened in this vault afterwards, with any key.
    ///
    /// # Errors
    /// Signatures or the second person are missing, and as `propose_erasure`; nothing is erased then.
    pub fn erase(&self, proposal: &Proposal, access: AccessInput) -> Result<Erased, SaferoomError> {
        let vault::Erased { position, cases, keys, complete_from, residue_removed } =
            self.0.erase(&proposal.0, &access.into())?;
        Ok(Erased { position, cases, keys, complete_from, residue_removed })
    }

    /// Rewrites the file without anything that was deleted. False if another process was in the way.
    ///
    /// # Errors
    /// What the disk says; the vault is as before.
    pub fn remove_residue(&self) -> Result<bool, SaferoomError> {
        Ok(self.0.remove_residue()?)
    }

    /// All erasures that the vault lists, oldest first.
    ///
    /// # Errors
    /// As `members`.
    pub fn erasures(&self) -> Result<Vec<ListedErasure>, SaferoomError> {
        Ok(self.0.erasures()?.into_iter().map(ListedErasure::from).collect())
    }

    /// Places a legal hold on a case: while it stands, the case is not erased. Needs a reason in words.
    ///
    /// # Errors
    /// The role does not allow it, the reason is missing, no such case; logged as denied.
    pub fn place_hold(&self, case: String, access: AccessInput) -> Result<(), SaferoomError> {
        Ok(self.0.place_hold(case.parse()?, &access.into())?)
    }

    /// Lifts a legal hold. Needs a reason in words.
    ///
    /// # Errors
    /// As `place_hold`.
    pub fn lift_hold(&self, case: String, access: AccessInput) -> Result<(), SaferoomError> {
        Ok(self.0.lift_hold(case.parse()?, &access.into())?)
    }

    /// The cases of this member's unit whose retention period has ended at `now` (milliseconds since 1970, UTC). Logged as
    /// a query; never erases anything.
    ///
    /// # Errors
    /// The role does not allow it (logged as denied), or the file was changed from outside.
    pub fn due_for_erasure(&self, now: u64, access: AccessInput) -> Result<ErasuresDue, SaferoomError> {
        let found = self.0.due_for_erasure(now, &access.into())?;
        let due = found.due.into_iter().map(|due| ErasureDue {
            case: due.case.to_string(),
            rule: due.rule,
            keep_until: due.keep_until.to_text(),
        });
        Ok(ErasuresDue { due: due.collect(), on_hold: found.on_hold, undecided: found.undecided })
    }

    /// The certificate about the erasure at this position of the roster, signed by these custodians: bytes to pass on.
    ///
    /// # Errors
    /// There is no erasure at this position.
    pub fn erasure_certificate(&self, position: u64, signers: Vec<Arc<Identity>>) -> Result<Vec<u8>, SaferoomError> {
        let certificate = Signed::<Certificate>::new(self.0.erasure_certificate(position)?);
        let signers = Identity::keys_of(&signers)?;
        let signed = signers.iter().fold(certificate, |certificate, signer| certificate.signed_by(signer.as_ref()));
        Ok(signed.to_bytes())
    }

    /// The list of all erasures, signed by these custodians: to keep beside the backups; a restore takes it.
    ///
    /// # Errors
    /// As `members`.
    pub fn erasure_list(&self, signers: Vec<Arc<Identity>>) -> Result<Vec<u8>, SaferoomError> {
        let list = SignedErasureList::new(self.0.erasure_list()?);
        let signers = Identity::keys_of(&signers)?;
        Ok(signers.iter().fold(list, |list, signer| list.signed_by(signer.as_ref())).to_bytes())
    }
}

/// Verifies a certificate of erasure with the keys of custodians (in hexadecimal), without any vault.
///
/// # Errors
/// It is none, was changed, or none of these custodians signed it.
#[uniffi::export]
pub fn verify_erasure_certificate(bytes: &[u8], custodians: Vec<String>) -> Result<VerifiedErasure, SaferoomError> {
    let keys = custodians.iter().map(|key| key_of(key)).collect::<Result<Vec<VerifyingKey>, _>>()?;
    let refused = |error: ErasureError| SaferoomError::from(Error::from(error));
    let signed = SignedCertificate::from_bytes(bytes).map_err(refused)?;
    let verified = signed.verify(&keys).map_err(refused)?;
    let certificate = signed.document();
    Ok(VerifiedErasure {
        vault: certificate.vault.to_string(),
        origin: certificate.origin.clone(),
        complete_from: certificate.complete_from,
        cases: certificate.cases.iter().map(|case| case.case.record().to_string()).collect(),
        certified_by: verified.certified_by.len() as u64,
    })
}

impl TryFrom<ErasureGround> for Ground {
    type Error = SaferoomError;

    fn try_from(ground: ErasureGround) -> Result<Self, SaferoomError> {
        let ground = match ground {
            ErasureGround::RetentionEnded { rule } => Self::retention_ended(&rule),
            ErasureGround::SubjectRequest => Self::of(GroundKind::SubjectRequest),
            ErasureGround::Order => Self::of(GroundKind::Order),
            ErasureGround::RecordedInError => Self::of(GroundKind::RecordedInError),
        };
        Ok(ground.map_err(Error::from)?)
    }
}

impl From<&Ground> for ErasureGround {
    fn from(ground: &Ground) -> Self {
        match ground.kind() {
            GroundKind::RetentionEnded => Self::RetentionEnded { rule: ground.rule().unwrap_or_default().to_owned() },
            GroundKind::SubjectRequest => Self::SubjectRequest,
            GroundKind::Order => Self::Order,
            GroundKind::RecordedInError => Self::RecordedInError,
        }
    }
}

impl From<saferoom::access::ListedErasure> for ListedErasure {
    fn from(listed: saferoom::access::ListedErasure) -> Self {
        let erasure = listed.erasure;
        Self {
            position: listed.position,
            at: erasure.at,
            complete_from: erasure.complete_from,
            by: erasure.by.to_string(),
            ground: (&erasure.ground).into(),
            cases: erasure.cases.iter().map(|case| case.record().to_string()).collect(),
        }
    }
}
