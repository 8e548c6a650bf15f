//! A cryptographic digest of an evidence item, as the evidence unit supplies it.

use saferoom_derive::Record;

use super::{DigestMethod, redacted};
use crate::model::{Text, Timestamp};

/// A digest of an evidence item
///
/// Make one for each digest that the evidence unit supplies.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CONTENT_DIGEST, parents(EVIDENCE_ITEM, CUSTODY_EVENT), at_most = 64)]
pub struct ContentDigest {
    /// Method
    ///
    /// As the evidence unit names it.
    #[field(no = 1, compartment = evidence, class = operational, required, evidence)]
    pub method: Option<DigestMethod>,
    /// Digest
    ///
    /// Hexadecimal, copied by machine, not typed by hand. Cryptographic digests only.
    #[field(no = 2, compartment = evidence, class = operational, search = exact, required, evidence)]
    pub value: Option<Text>,
    /// When it was computed
    ///
    /// As the evidence unit says.
    #[field(no = 3, compartment = evidence, class = operational, evidence)]
    pub computed_at: Option<Timestamp>,
    /// Who supplied it
    ///
    /// The evidence unit and the officer there.
    #[field(no = 4, compartment = evidence, class = quasi, evidence)]
    pub supplied_by: Option<Text>,
    /// Tool and version
    ///
    /// With which it was computed.
    #[field(no = 5, compartment = evidence, class = operational, evidence)]
    pub tool: Option<Text>,
}

redacted!(ContentDigest);
