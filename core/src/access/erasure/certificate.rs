//! The certificate of erasure: says to the outside which cases were erased, when, by whom, and from when on for good.
//!
//! It carries the entry of the roster itself, with the signatures of the custodians who decided, so that it is verified
//! with their public keys alone.

use std::fmt::Write as _;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::signed::{Document, Signed};
use super::{Erasure, ErasureDocument, ErasureError, VERSION};
use crate::access::roster::codec::{encoded, expect_array, fixed, list};
use crate::access::{RosterChange, RosterEntry};
use crate::id::{BackupKeyId, MemberId, ScopeId, VaultId, hexadecimal};
use crate::keys::VerifyingKey;
use crate::model::Timestamp;

/// Longest name of a log.
const MAX_ORIGIN: usize = 200;

/// An erased case, and where the log says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertifiedCase {
    /// The case, by its random id.
    pub case: ScopeId,
    /// Index of the erasure's entry in the log.
    pub entry: u64,
}

/// A key under which there were backups, and which had not expired when the cases were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertifiedKey {
    /// The key.
    pub id: BackupKeyId,
    /// The end of its lifetime: milliseconds since 1970, UTC.
    pub not_after: u64,
}

/// What the certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The vault.
    pub vault: VaultId,
    /// Name of the log that has the entries.
    pub origin: String,
    /// When the certificate was made: milliseconds since 1970, UTC.
    pub issued_at: u64,
    /// From when on the erasure is complete: the last of the backup keys has expired then.
    pub complete_from: u64,
    /// Position of the entry of the roster.
    pub position: u64,
    /// The entry itself.
    pub entry: RosterEntry,
    /// The cases, ascending.
    pub cases: Vec<CertifiedCase>,
    /// The backup keys, ascending by id.
    pub keys: Vec<CertifiedKey>,
}

/// What holds of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Those of the given keys that signed the certificate.
    pub certified_by: Vec<VerifyingKey>,
    /// How many of the given keys signed the erasure itself.
    pub decided_by: usize,
    /// The erasures that were decided.
    pub erasures: Vec<Erasure>,
    /// Who signed the erasure, by pseudonym.
    pub members: Vec<MemberId>,
}

impl Certificate {
    /// Digest of the entry of the roster.
    #[must_use]
    pub fn entry_digest(&self) -> [u8; 32] {
        self.entry.digest()
    }

    /// The erasures that the entry carries.
    ///
    /// # Errors
    /// [`ErasureError::Entry`] if it is no entry about an erasure, or not at its position.
    pub fn erasures(&self) -> Result<Vec<Erasure>, ErasureError> {
        let proposal = self.entry.proposal();
        let placed = proposal.place().map_err(|_| ErasureError::Entry)?;
        let Ok(RosterChange::Erasure(document)) = proposal.change() else { return Err(ErasureError::Entry) };
        let document = ErasureDocument::decode(&document)?;
        let erasures = document.erasures().to_vec();
        let mut cases: Vec<_> = erasures.iter().flat_map(|erasure| erasure.cases.iter().copied()).collect();
        cases.sort_unstable();
        let listed = self.cases.iter().map(|certified| certified.case);
        // A list that was followed may name cases which this vault did not have, or had erased before.
        let fits = match document {
            ErasureDocument::Direct(_) => listed.eq(cases),
            ErasureDocument::Listed(_) => listed.into_iter().all(|case| cases.binary_search(&case).is_ok()),
        };
        let in_time = erasures.iter().all(|erasure| erasure.complete_from <= self.complete_from)
            && self.keys.iter().all(|key| key.not_after <= self.complete_from);
        if placed == (self.vault, self.position) && fits && in_time { Ok(erasures) } else { Err(ErasureError::Entry) }
    }

    /// The certificate for people, in English.
    #[must_use]
    pub fn to_text(&self) -> String {
        let date = |milliseconds: u64| {
            let moment = i64::try_from(milliseconds).ok().and_then(|at| Timestamp::from_milliseconds(at).ok());
            moment.map_or_else(|| milliseconds.to_string(), |moment| moment.to_text())
        };
        let mut text = String::from("CERTIFICATE OF ERASURE\n\n");
        let mut line = |name: &str, value: &str| {
            let _infallible = writeln!(text, "{name:<22}{value}");
        };
        line("Vault", &self.vault.to_string());
        line("Log", &self.origin);
        line("Roster entry", &self.position.to_string());
        line("  digest", &hexadecimal(&self.entry_digest()));
        for erasure in self.erasures().unwrap_or_default() {
            line("Erased", &date(erasure.at));
            line("  ground", erasure.ground.kind().en());
            erasure.ground.rule().iter().for_each(|rule| line("  rule", rule));
            line("  proposed by", &erasure.by.to_string());
        }
        self.entry.proposal().signers().for_each(|signer| line("  signed by", &signer.to_string()));
        line("Complete from", &date(self.complete_from));
        for case in &self.cases {
            line("Case", &format!("{}  (log entry {})", case.case, case.entry));
        }
        for key in &self.keys {
            line("Backup key", &format!("{}  (expires {})", key.id, date(key.not_after)));
        }
        text.push_str(
            "\nThe keys of these cases were destroyed in the vault. Until the date above, a backup under one of the\n\
             backup keys can still be opened with that key. A copy of the file that was made outside of the backups,\n\
             together with keys from before the erasure, can open them after it as well.\n",
        );
        text
    }
}

impl Signed<Certificate> {
    /// Verifies a certificate with the public keys of custodians: one of them has to have signed it, and one has to have
    /// signed the erasure.
    ///
    /// # Errors
    /// [`ErasureError::NotSigned`], [`ErasureError::Signature`], [`ErasureError::Entry`].
    pub fn verify(&self, custodians: &[VerifyingKey]) -> Result<Verified, ErasureError> {
        let certificate = self.document();
        let certified_by = self.demand(custodians, 1)?;
        let erasures = certificate.erasures()?;
        let proposal = certificate.entry.proposal();
        let decided_by = proposal.signed_by_any(custodians);
        if decided_by == 0 {
            return Err(ErasureError::NotSigned { what: "erasure", have: 0, needed: 1 });
        }
        Ok(Verified { certified_by, decided_by, erasures, members: proposal.signers().collect() })
    }
}

impl Document for Certificate {
    const NAME: &'static str = "certificate of erasure";
    const LABEL: &'static str = "saferoom/erasure-certificate";

    fn encode(&self) -> Vec<u8> {
        encoded(|out| {
            out.array(9)?.u64(VERSION)?.bytes(self.vault.as_bytes())?.str(&self.origin)?.u64(self.issued_at)?;
            out.u64(self.complete_from)?.u64(self.position)?.bytes(&self.entry.to_bytes())?;
            out.array(self.cases.len() as u64)?;
            for case in &self.cases {
                out.array(2)?.bytes(case.case.as_bytes())?.u64(case.entry)?;
            }
            out.array(self.keys.len() as u64)?;
            for key in &self.keys {
                out.array(2)?.bytes(key.id.as_bytes())?.u64(key.not_after)?;
            }
            Ok(())
        })
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 9)?;
        if input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        let certificate = Self {
            vault: VaultId::from_bytes(fixed(input)?),
            origin: input.str()?.to_owned(),
            issued_at: input.u64()?,
            complete_from: input.u64()?,
            position: input.u64()?,
            entry: RosterEntry::from_bytes(input.bytes()?).map_err(|_| DecodeError::message("no entry"))?,
            cases: list(input, |input| {
                expect_array(input, 2)?;
                Ok(CertifiedCase { case: ScopeId::from_bytes(fixed(input)?), entry: input.u64()? })
            })?,
            keys: list(input, |input| {
                expect_array(input, 2)?;
                Ok(CertifiedKey { id: BackupKeyId::from_bytes(fixed(input)?), not_after: input.u64()? })
            })?,
        };
        let ascends = certificate.cases.is_sorted_by(|one, other| one.case < other.case)
            && certificate.keys.is_sorted_by(|one, other| one.id.as_bytes() < other.id.as_bytes());
        let plain = certificate.origin.len() <= MAX_ORIGIN && !certificate.origin.chars().any(char::is_control);
        if ascends && plain { Ok(certificate) } else { Err(DecodeError::message("out of order")) }
    }
}
