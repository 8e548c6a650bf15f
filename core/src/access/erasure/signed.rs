//! A document with the signatures of custodians: `[1, body, [[public key, signature], ...]]`, ascending by key.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::ErasureError;
use crate::access::roster::codec::{encoded, expect_array, fixed, list};
use crate::keys::{Identity, Signature, VerifyingKey};
use crate::seal::LabelledInput;

const VERSION: u64 = 1;

/// Most signatures of one document.
const MAX_SIGNATURES: usize = 64;

/// Longest document, in bytes.
pub(super) const MAX_LENGTH: usize = (1 << 20) - 256;

/// A kind of document that custodians sign.
pub trait Document: Sized {
    /// What it is, in words.
    const NAME: &'static str;
    /// Label of the signed bytes.
    #[doc(hidden)]
    const LABEL: &'static str;

    #[doc(hidden)]
    fn encode(&self) -> Vec<u8>;

    #[doc(hidden)]
    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError>;
}

/// A document with its signatures. Whether they are enough, says who verifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<D> {
    document: D,
    body: Vec<u8>,
    signatures: Vec<(VerifyingKey, Signature)>,
}

impl<D: Document> Signed<D> {
    /// A document that nobody signed yet.
    #[must_use]
    pub fn new(document: D) -> Self {
        Self { body: document.encode(), document, signatures: Vec::new() }
    }

    /// What it says. Nothing of it holds before it was verified.
    #[must_use]
    pub const fn document(&self) -> &D {
        &self.document
    }

    /// Adds the signature of a custodian; signing again changes nothing.
    #[must_use]
    pub fn signed_by(mut self, custodian: &Identity) -> Self {
        let key = custodian.public().verifying_key;
        if self.signatures.iter().all(|(signer, _)| *signer != key) {
            self.signatures.push((key, custodian.sign(signed_bytes::<D>(&self.body).as_bytes())));
            self.signatures.sort_unstable_by_key(|(signer, _)| *signer.as_bytes());
        }
        self
    }

    /// Which of these keys signed.
    ///
    /// # Errors
    /// [`ErasureError::Signature`] if one of them stands there with a signature that it did not make.
    pub fn signers(&self, known: &[VerifyingKey]) -> Result<Vec<VerifyingKey>, ErasureError> {
        let message = signed_bytes::<D>(&self.body);
        let mut signers = Vec::new();
        for (signer, signature) in self.signatures.iter().filter(|(signer, _)| known.contains(signer)) {
            if !signer.verifies(message.as_bytes(), signature) {
                return Err(ErasureError::Signature { what: D::NAME });
            }
            signers.push(*signer);
        }
        Ok(signers)
    }

    /// Refuses a document that fewer than `needed` of these keys have signed; returns which did.
    ///
    /// # Errors
    /// [`ErasureError::NotSigned`], [`ErasureError::Signature`].
    pub fn demand(&self, known: &[VerifyingKey], needed: usize) -> Result<Vec<VerifyingKey>, ErasureError> {
        let signers = self.signers(known)?;
        if signers.len() >= needed.max(1) {
            return Ok(signers);
        }
        Err(ErasureError::NotSigned { what: D::NAME, have: signers.len(), needed: needed.max(1) })
    }

    /// The bytes to keep and pass on.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encoded(|out| {
            out.array(3)?.u64(VERSION)?.bytes(&self.body)?.array(self.signatures.len() as u64)?;
            for (signer, signature) in &self.signatures {
                out.array(2)?.bytes(signer.as_bytes())?.bytes(signature)?;
            }
            Ok(())
        })
    }

    /// Reads a document. Nothing is verified yet.
    ///
    /// # Errors
    /// [`ErasureError::Malformed`], [`ErasureError::TooNew`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ErasureError> {
        let malformed = ErasureError::Malformed { what: D::NAME };
        if bytes.len() > MAX_LENGTH {
            return Err(malformed);
        }
        let mut input = Decoder::new(bytes);
        expect_array(&mut input, 3).map_err(|_| malformed)?;
        if input.u64().map_err(|_| malformed)? > VERSION {
            return Err(ErasureError::TooNew);
        }
        let signed = Self::read(&mut input).map_err(|_| malformed)?;
        let canonical = signed.to_bytes() == bytes && signed.document.encode() == signed.body;
        if canonical { Ok(signed) } else { Err(malformed) }
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let body = input.bytes()?.to_vec();
        let signatures: Vec<(VerifyingKey, Signature)> = list(input, |input| {
            expect_array(input, 2)?;
            Ok((VerifyingKey::from_bytes(fixed(input)?), fixed(input)?))
        })?;
        let ascends = signatures.is_sorted_by(|(one, _), (other, _)| one.as_bytes() < other.as_bytes());
        if !ascends || signatures.len() > MAX_SIGNATURES {
            return Err(DecodeError::message("signatures out of order"));
        }
        Ok(Self { document: D::read(&mut Decoder::new(&body))?, body, signatures })
    }
}

fn signed_bytes<D: Document>(body: &[u8]) -> LabelledInput {
    LabelledInput::new(D::LABEL).part(body)
}
