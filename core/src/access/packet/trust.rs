//! Whom a recipient knows: addresses that they have compared with their owners, and organisations whose custodians
//! certify further ones. Nothing here names a person.

use std::collections::BTreeSet;

use minicbor::Decoder;

use super::cbor::{fixed, list, refused, versioned, written};
use super::statement::MAX_CUSTODIANS;
use super::{ContentKind, PacketError, PacketManifest, Signed, SignedCertificate, SignedSuspensions, Statement};
use crate::id::OrganisationId;
use crate::keys::{PacketAddress, VerifyingKey};

/// An organisation that a recipient trusts to say who sends for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    id: OrganisationId,
    threshold: u64,
    custodians: Vec<VerifyingKey>,
}

impl Organisation {
    const NAME: &'static str = "organisation";

    /// An organisation whose statements `threshold` of these custodians have to sign.
    ///
    /// # Errors
    /// [`PacketError::Statement`] unless 1 to 16 custodians and a threshold that they can meet are given.
    pub fn new(id: OrganisationId, threshold: u64, mut custodians: Vec<VerifyingKey>) -> Result<Self, PacketError> {
        custodians.sort_unstable_by_key(|key| *key.as_bytes());
        custodians.dedup();
        let count = custodians.len() as u64;
        if !(1..=MAX_CUSTODIANS).contains(&count) || !(1..=count).contains(&threshold) {
            return Err(PacketError::Statement { what: Self::NAME });
        }
        Ok(Self { id, threshold, custodians })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> OrganisationId {
        self.id
    }

    /// Whether a statement is of this organisation and signed by enough of its custodians. A signature of a custodian
    /// that they did not make spoils it.
    pub fn verify<S: Statement>(&self, signed: &Signed<S>) -> bool {
        let enough = signed.signers(&self.custodians).is_some_and(|count| count as u64 >= self.threshold);
        enough && signed.statement().organisation() == self.id
    }

    /// The bytes to keep and to hand out: deterministic CBOR `[1, id, threshold, [custodian, ...]]`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        written(|out| {
            out.array(4)?.u64(1)?.bytes(self.id.as_bytes())?.u64(self.threshold)?;
            out.array(self.custodians.len() as u64)?;
            self.custodians.iter().try_for_each(|key| out.bytes(key.as_bytes()).map(drop))
        })
    }

    /// Reads the bytes of an organisation.
    ///
    /// # Errors
    /// [`PacketError::Statement`], [`PacketError::TooNew`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            let (id, threshold) = (OrganisationId::from_bytes(fixed(input)?), input.u64()?);
            let custodians = list(input, MAX_CUSTODIANS, |input| Ok(VerifyingKey::from_bytes(fixed(input)?)))?;
            Self::new(id, threshold, custodians).map_err(|_| refused("no organisation"))
        };
        versioned(bytes, (1, 4), PacketError::Statement { what: Self::NAME }, read, Self::to_bytes)
    }
}

/// What a recipient thinks of the sender of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The recipient knows the sender's address itself.
    Pinned,
    /// A pinned organisation has certified the sender.
    Certified {
        /// Which organisation.
        organisation: OrganisationId,
        /// Names the certificate.
        serial: [u8; 16],
        /// Until when it is valid.
        not_after: u64,
    },
    /// Nobody known says who the sender is.
    Unknown,
    /// A pinned organisation has suspended the sender.
    Suspended {
        /// Which organisation.
        organisation: OrganisationId,
        /// Since when.
        since: u64,
    },
    /// The certificate is expired, or not valid yet.
    OutOfTime {
        /// Which organisation has certified the sender.
        organisation: OrganisationId,
    },
    /// The certificate does not cover what the packet carries.
    NotAllowed {
        /// Which part it does not cover.
        kind: ContentKind,
    },
}

impl Standing {
    /// Refuses everybody who is not known, or not any more.
    ///
    /// # Errors
    /// [`PacketError::UnknownSender`], [`PacketError::SuspendedSender`], [`PacketError::CertificateExpired`],
    /// [`PacketError::NotAllowed`].
    pub fn require_known(self) -> Result<(), PacketError> {
        match self {
            Self::Pinned | Self::Certified { .. } => Ok(()),
            Self::Unknown => Err(PacketError::UnknownSender),
            Self::Suspended { .. } => Err(PacketError::SuspendedSender),
            Self::OutOfTime { .. } => Err(PacketError::CertificateExpired),
            Self::NotAllowed { kind } => Err(PacketError::NotAllowed { kind }),
        }
    }
}

/// Whom a recipient knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownSenders {
    pinned: BTreeSet<[u8; 32]>,
    organisations: Vec<Organisation>,
    suspensions: Vec<SignedSuspensions>,
}

impl KnownSenders {
    /// Nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Knows this address: it was compared with its owner.
    pub fn pin(&mut self, address: &PacketAddress) {
        self.pinned.insert(address.digest());
    }

    /// Trusts an organisation to say who sends for it; in place of what was known of it.
    pub fn trust(&mut self, organisation: Organisation) {
        self.organisations.retain(|known| known.id != organisation.id);
        self.organisations.push(organisation);
    }

    /// Takes in a list of suspensions. It counts for everybody on it, pinned or certified.
    ///
    /// # Errors
    /// [`PacketError::Statement`] if no organisation that is trusted has signed it; [`PacketError::StaleSuspensions`]
    /// if a newer one is known.
    pub fn suspend(&mut self, list: SignedSuspensions) -> Result<(), PacketError> {
        let organisation = list.statement().organisation;
        if !self.organisations.iter().any(|known| known.verify(&list)) {
            return Err(PacketError::Statement { what: super::Suspensions::NAME });
        }
        let same = |known: &SignedSuspensions| known.statement().organisation == organisation;
        if self.suspensions.iter().any(|known| same(known) && known.statement().number > list.statement().number) {
            return Err(PacketError::StaleSuspensions);
        }
        self.suspensions.retain(|known| !same(known));
        self.suspensions.push(list);
        Ok(())
    }

    /// What is to be thought of the sender of this packet at `now` (milliseconds since 1970, UTC). A suspension counts
    /// whenever the packet says that it was made: whoever holds a lost device can date it back.
    #[must_use]
    pub fn judge(&self, manifest: &PacketManifest, now: u64) -> Standing {
        let subject = manifest.sender.digest();
        let suspended = self.suspensions.iter().find_map(|list| Some((list, list.statement().since(&subject)?)));
        if let Some((list, since)) = suspended {
            return Standing::Suspended { organisation: list.statement().organisation, since };
        }
        if self.pinned.contains(&subject) {
            return Standing::Pinned;
        }
        let certificate = manifest.certificate.as_deref().and_then(|bytes| SignedCertificate::from_bytes(bytes).ok());
        match certificate {
            Some(certificate) if certificate.statement().subject == subject => {
                self.judge_certificate(&certificate, manifest, now)
            }
            _ => Standing::Unknown,
        }
    }

    fn judge_certificate(&self, signed: &SignedCertificate, manifest: &PacketManifest, now: u64) -> Standing {
        if !self.organisations.iter().any(|organisation| organisation.verify(signed)) {
            return Standing::Unknown;
        }
        let certificate = signed.statement();
        let organisation = certificate.organisation;
        if !certificate.is_valid(now) {
            return Standing::OutOfTime { organisation };
        }
        match manifest.parts.iter().find(|part| !certificate.covers(part.kind)) {
            Some(part) => Standing::NotAllowed { kind: part.kind },
            None => Standing::Certified { organisation, serial: certificate.serial, not_after: certificate.not_after },
        }
    }
}
