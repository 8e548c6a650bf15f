//! What an organisation says, signed by its custodians: who sends packets for it, and who does so no more.
//!
//! A statement is deterministic CBOR in an envelope `[1, body, [[custodian, signature], ...]]`, ascending by custodian.
//! No statement carries a name: a subject is the digest of a packet address.

use std::fmt;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::cbor::{Writer, Written, expect_array, fixed, list, refused, versioned, written};
use super::{ContentKind, PacketError};
use crate::id::OrganisationId;
use crate::keys::{Identity, PacketAddress, PacketKeyPair, Signature, VerifyingKey};
use crate::seal::LabelledInput;

const ENVELOPE_VERSION: u64 = 1;
/// Most signatures of a statement, and most custodians of an organisation.
pub(super) const MAX_CUSTODIANS: u64 = 16;
const MAX_KINDS: u64 = 256;
const MAX_SUSPENSIONS: u64 = 1 << 16;

/// Whoever signs packets and statements.
pub trait PacketSigner {
    /// The public half.
    fn address(&self) -> PacketAddress;

    /// Signs `message`.
    fn sign(&self, message: &[u8]) -> Signature;
}

impl PacketSigner for Identity {
    fn address(&self) -> PacketAddress {
        (&self.public()).into()
    }

    fn sign(&self, message: &[u8]) -> Signature {
        self.sign(message)
    }
}

impl PacketSigner for PacketKeyPair {
    fn address(&self) -> PacketAddress {
        self.address().clone()
    }

    fn sign(&self, message: &[u8]) -> Signature {
        self.sign(message)
    }
}

/// A kind of statement.
pub trait Statement: Sized {
    /// What it is, in words.
    const NAME: &'static str;
    /// Label of the signed bytes.
    #[doc(hidden)]
    const LABEL: &'static str;

    /// Whose statement it is.
    fn organisation(&self) -> OrganisationId;

    #[doc(hidden)]
    fn encode(&self) -> Vec<u8>;

    #[doc(hidden)]
    fn decode(body: &[u8]) -> Result<Self, PacketError>;
}

/// A statement with its signatures. Whether they are enough, [`Organisation::verify`](super::Organisation::verify)
/// says.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed<S> {
    statement: S,
    body: Vec<u8>,
    signatures: Vec<(VerifyingKey, Signature)>,
}

/// A certificate with its signatures.
pub type SignedCertificate = Signed<Certificate>;
/// A list of suspensions with its signatures.
pub type SignedSuspensions = Signed<Suspensions>;

impl<S: Statement> Signed<S> {
    /// A statement that nobody signed yet.
    #[must_use]
    pub fn new(statement: S) -> Self {
        Self { body: statement.encode(), statement, signatures: Vec::new() }
    }

    /// What is stated. Nothing of it holds before an organisation has verified it.
    #[must_use]
    pub fn statement(&self) -> &S {
        &self.statement
    }

    /// Adds the signature of one more custodian; signing again changes nothing.
    #[must_use]
    pub fn sign(mut self, custodian: &dyn PacketSigner) -> Self {
        let key = custodian.address().verifying_key;
        let signature = custodian.sign(signed_bytes::<S>(&self.body).as_bytes());
        self.signatures.retain(|(signer, _)| *signer != key);
        self.signatures.push((key, signature));
        self.signatures.sort_unstable_by_key(|(signer, _)| *signer.as_bytes());
        self
    }

    /// Which of these keys signed; none if one of them stands there with a signature that it did not make.
    pub(super) fn signers(&self, custodians: &[VerifyingKey]) -> Option<usize> {
        let message = signed_bytes::<S>(&self.body);
        let known = self.signatures.iter().filter(|(signer, _)| custodians.contains(signer));
        let mut count = 0;
        for (signer, signature) in known {
            if !signer.verifies(message.as_bytes(), signature) {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// The bytes to keep and send.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        envelope(&self.body, &self.signatures)
    }

    /// Reads the bytes of a statement.
    ///
    /// # Errors
    /// [`PacketError::Statement`], [`PacketError::TooNew`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        let malformed = PacketError::Statement { what: S::NAME };
        let read = |input: &mut Decoder<'_>| {
            let body = input.bytes()?.to_vec();
            let signature = |input: &mut Decoder<'_>| {
                expect_array(input, 2)?;
                Ok((VerifyingKey::from_bytes(fixed(input)?), fixed(input)?))
            };
            let signatures: Vec<(VerifyingKey, Signature)> = list(input, MAX_CUSTODIANS, signature)?;
            if !signatures.is_sorted_by(|(one, _), (next, _)| one.as_bytes() < next.as_bytes()) {
                return Err(refused("signatures out of order"));
            }
            Ok((body, signatures))
        };
        let encode = |(body, signatures): &(Vec<u8>, Vec<_>)| envelope(body, signatures);
        let (body, signatures) = versioned(bytes, (ENVELOPE_VERSION, 3), malformed, read, encode)?;
        Ok(Self { statement: S::decode(&body)?, body, signatures })
    }
}

impl<S: fmt::Debug> fmt::Debug for Signed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({:?}, {} signatures)", self.statement, self.signatures.len())
    }
}

fn envelope(body: &[u8], signatures: &[(VerifyingKey, Signature)]) -> Vec<u8> {
    written(|out| {
        out.array(3)?.u64(ENVELOPE_VERSION)?.bytes(body)?.array(signatures.len() as u64)?;
        signatures
            .iter()
            .try_for_each(|(signer, signature)| out.array(2)?.bytes(signer.as_bytes())?.bytes(signature).map(drop))
    })
}

fn signed_bytes<S: Statement>(body: &[u8]) -> LabelledInput {
    LabelledInput::new(S::LABEL).part(body)
}

/// An organisation says: this address sends packets for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Names the certificate.
    pub serial: [u8; 16],
    /// [Digest](PacketAddress::digest) of the address.
    pub subject: [u8; 32],
    /// What they may send, ascending; none: anything.
    pub kinds: Vec<ContentKind>,
    /// From when on it is valid: milliseconds since 1970, UTC.
    pub not_before: u64,
    /// Until when.
    pub not_after: u64,
}

impl Certificate {
    /// Whether it is valid at `now`.
    #[must_use]
    pub fn is_valid(&self, now: u64) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    /// Whether it covers this kind of content.
    #[must_use]
    pub fn covers(&self, kind: ContentKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

impl Statement for Certificate {
    const NAME: &'static str = "certificate";
    const LABEL: &'static str = "saferoom/organisation/certificate";

    fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    fn encode(&self) -> Vec<u8> {
        let mut kinds = self.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        written(|out| {
            out.array(7)?.u64(1)?.bytes(self.organisation.as_bytes())?.bytes(&self.serial)?.bytes(&self.subject)?;
            out.array(kinds.len() as u64)?;
            kinds.iter().try_for_each(|kind| out.u64(kind.number()).map(drop))?;
            out.u64(self.not_before)?.u64(self.not_after)?;
            Ok(())
        })
    }

    fn decode(body: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            Ok(Self {
                organisation: OrganisationId::from_bytes(fixed(input)?),
                serial: fixed(input)?,
                subject: fixed(input)?,
                kinds: list(input, MAX_KINDS, |input| Ok(ContentKind::from_number(input.u64()?)))?,
                not_before: input.u64()?,
                not_after: input.u64()?,
            })
        };
        versioned(body, (1, 7), PacketError::Statement { what: Self::NAME }, read, Self::encode)
    }
}

/// An organisation says: nothing of these addresses is to be accepted any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspensions {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Raised with every list: a lower one is refused.
    pub number: u64,
    /// When it was made: milliseconds since 1970, UTC.
    pub issued_at: u64,
    /// All who are suspended: digest of the address and since when; ascending by digest.
    pub suspended: Vec<([u8; 32], u64)>,
}

impl Suspensions {
    /// Since when the address of this digest is suspended, if it is.
    #[must_use]
    pub fn since(&self, subject: &[u8; 32]) -> Option<u64> {
        self.suspended.iter().find(|(digest, _)| digest == subject).map(|(_, since)| *since)
    }
}

impl Statement for Suspensions {
    const NAME: &'static str = "list of suspensions";
    const LABEL: &'static str = "saferoom/organisation/suspensions";

    fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    fn encode(&self) -> Vec<u8> {
        let mut suspended = self.suspended.clone();
        suspended.sort_unstable();
        suspended.dedup_by_key(|(digest, _)| *digest);
        written(|out| write_suspensions(out, self, &suspended))
    }

    fn decode(body: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            Ok(Self {
                organisation: OrganisationId::from_bytes(fixed(input)?),
                number: input.u64()?,
                issued_at: input.u64()?,
                suspended: list(input, MAX_SUSPENSIONS, read_suspension)?,
            })
        };
        versioned(body, (1, 5), PacketError::Statement { what: Self::NAME }, read, Self::encode)
    }
}

fn write_suspensions(out: &mut Writer, list: &Suspensions, suspended: &[([u8; 32], u64)]) -> Written {
    out.array(5)?.u64(1)?.bytes(list.organisation.as_bytes())?.u64(list.number)?.u64(list.issued_at)?;
    out.array(suspended.len() as u64)?;
    suspended.iter().try_for_each(|(digest, since)| out.array(2)?.bytes(digest)?.u64(*since).map(drop))
}

fn read_suspension(input: &mut Decoder<'_>) -> Result<([u8; 32], u64), DecodeError> {
    expect_array(input, 2)?;
    Ok((fixed(input)?, input.u64()?))
}
