//! An entry of the roster: a change in its place, with the signatures that it needs; and the proposal that collects them.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::codec::{encoded, expect_array, fixed, list};
use super::{Roster, RosterChange};
use crate::access::AccessError;
use crate::id::{MemberId, VaultId};
use crate::keys::{Identity, RecoveryKey, RecoverySet, Signature, VerifyingKey};
use crate::seal::{LabelledInput, sha256};

const VERSION: u64 = 1;

/// Most signatures of one entry.
const MAX_SIGNATURES: usize = 64;

/// A change that waits for its signatures. It is for one position of one roster: once another entry stands there, it is
/// outdated.
#[derive(Clone, PartialEq, Eq)]
pub struct Proposal {
    body: Vec<u8>,
    signatures: Vec<(MemberId, Signature)>,
}

/// The parts of what is signed.
pub(super) struct Body {
    pub(super) position: u64,
    /// Digest of the entry before; none for the first.
    pub(super) previous: Option<[u8; 32]>,
    pub(super) vault: VaultId,
    pub(super) change: RosterChange,
}

/// A roster entry as it is sealed and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// Number of the commit that appended it.
    commit: u64,
    proposal: Proposal,
}

// The body holds slot keys, which only members are to know.
impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.change().map_or("malformed", |change| change.name());
        write!(f, "Proposal({kind}, {} signatures)", self.signatures.len())
    }
}

impl Proposal {
    /// The founding entry, without a signature.
    #[must_use]
    pub fn founding(vault: VaultId, change: RosterChange) -> Self {
        Self::of(&Body { position: 0, previous: None, vault, change })
    }

    /// A change of this roster, without a signature.
    #[must_use]
    pub fn new(roster: &Roster, change: RosterChange) -> Self {
        let (position, digest) = roster.head();
        Self::of(&Body { position: position + 1, previous: Some(digest), vault: roster.vault(), change })
    }

    fn of(body: &Body) -> Self {
        Self { body: body.encode(), signatures: Vec::new() }
    }

    /// Adds the signature of a member, if it is not there already.
    #[must_use]
    pub fn signed_by(mut self, identity: &Identity) -> Self {
        if self.signatures.iter().all(|(member, _)| *member != identity.member()) {
            self.signatures.push((identity.member(), identity.sign(&signed_bytes(&self.body))));
            self.signatures.sort_unstable_by_key(|(member, _)| *member);
        }
        self
    }

    /// Adds the signature of a recovery key, in the place of custodians who are gone: under the id of the key.
    #[must_use]
    pub(crate) fn signed_by_shares(mut self, key: &RecoveryKey) -> Self {
        let signer = recovery_signer(key.set());
        self.signatures.push((signer, key.sign(&signed_bytes(&self.body))));
        self.signatures.sort_unstable_by_key(|(member, _)| *member);
        self
    }

    /// What is proposed: to be shown to whoever is asked to sign.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if it is no change.
    pub fn change(&self) -> Result<RosterChange, AccessError> {
        Ok(self.body()?.change)
    }

    /// The vault and the position that it is for.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if it is no change.
    pub fn place(&self) -> Result<(VaultId, u64), AccessError> {
        self.body().map(|body| (body.vault, body.position))
    }

    /// How many of the signatures hold under one of these keys.
    #[must_use]
    pub fn signed_by_any(&self, keys: &[VerifyingKey]) -> usize {
        let message = signed_bytes(&self.body);
        let holds = |signature: &Signature| keys.iter().any(|key| key.verifies(&message, signature));
        self.signatures.iter().filter(|(_, signature)| holds(signature)).count()
    }

    /// Who has signed.
    pub fn signers(&self) -> impl Iterator<Item = MemberId> {
        self.signatures.iter().map(|(member, _)| *member)
    }

    /// The bytes to pass on to the next who signs.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encoded(|out| {
            out.array(2)?.bytes(&self.body)?.array(self.signatures.len() as u64)?;
            for (member, signature) in &self.signatures {
                out.array(2)?.bytes(member.as_bytes())?.bytes(signature)?;
            }
            Ok(())
        })
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote. Nothing is verified yet.
    ///
    /// # Errors
    /// [`AccessError::Proposal`] if it is malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AccessError> {
        let read = Self::read(&mut Decoder::new(bytes)).ok();
        // One encoding only: whatever else decodes to the same proposal is refused.
        let proposal = read.filter(|proposal| proposal.to_bytes() == bytes && proposal.body().is_ok());
        proposal.ok_or(AccessError::Proposal)
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 2)?;
        let body = input.bytes()?.to_vec();
        let signatures = list(input, |input| {
            expect_array(input, 2)?;
            Ok((MemberId::from_bytes(fixed(input)?), fixed(input)?))
        })?;
        let ascends = signatures.is_sorted_by(|(one, _), (other, _)| one < other);
        if ascends && signatures.len() <= MAX_SIGNATURES {
            Ok(Self { body, signatures })
        } else {
            Err(DecodeError::message("signatures out of order"))
        }
    }

    pub(super) fn body(&self) -> Result<Body, AccessError> {
        Body::decode(&self.body).map_err(|_| AccessError::Roster)
    }

    /// Those whose signatures hold: each is checked against the keys that `keys_of` gives for the member.
    pub(super) fn verified(
        &self,
        keys_of: impl Fn(MemberId) -> Vec<VerifyingKey>,
    ) -> Result<Vec<MemberId>, AccessError> {
        let message = signed_bytes(&self.body);
        self.signatures
            .iter()
            .map(|(member, signature)| {
                let holds = keys_of(*member).iter().any(|key| key.verifies(&message, signature));
                if holds { Ok(*member) } else { Err(AccessError::Roster) }
            })
            .collect()
    }

    /// The entry that the commit of this number appends.
    #[must_use]
    pub fn into_entry(self, commit: u64) -> RosterEntry {
        RosterEntry { commit, proposal: self }
    }
}

impl RosterEntry {
    /// The commit that appended it.
    #[must_use]
    pub fn commit(&self) -> u64 {
        self.commit
    }

    /// The change and its signatures.
    #[must_use]
    pub fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// The bytes to seal and store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.commit.to_be_bytes()[..], &self.proposal.to_bytes()].concat()
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if they are malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AccessError> {
        let (commit, rest) = bytes.split_first_chunk().ok_or(AccessError::Roster)?;
        Ok(Self {
            commit: u64::from_be_bytes(*commit),
            proposal: Proposal::from_bytes(rest).map_err(|_| AccessError::Roster)?,
        })
    }

    /// Digest of the entry: what the next one names.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(LabelledInput::new("saferoom/roster-entry").part(&self.to_bytes()).as_bytes())
    }
}

impl Body {
    fn encode(&self) -> Vec<u8> {
        encoded(|out| {
            out.array(6)?.u64(VERSION)?.u64(self.change.kind())?.u64(self.position)?;
            out.bytes(self.previous.as_ref().map_or(&[], |digest| &digest[..]))?.bytes(self.vault.as_bytes())?;
            self.change.write(out)
        })
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(bytes);
        expect_array(&mut input, 6)?;
        if input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        let (kind, position) = (input.u64()?, input.u64()?);
        let previous = match input.bytes()? {
            [] => None,
            digest => Some(digest.try_into().map_err(|_| DecodeError::message("wrong length"))?),
        };
        let vault = VaultId::from_bytes(fixed(&mut input)?);
        let body = Self { position, previous, vault, change: RosterChange::read(kind, &mut input)? };
        if body.encode() == bytes { Ok(body) } else { Err(DecodeError::message("not canonical")) }
    }
}

/// The id under which a recovery key signs.
pub(super) fn recovery_signer(set: &RecoverySet) -> MemberId {
    MemberId::from_bytes(*set.public_key().id().as_bytes())
}

fn signed_bytes(body: &[u8]) -> Vec<u8> {
    LabelledInput::new("saferoom/roster").part(body).as_bytes().to_vec()
}
