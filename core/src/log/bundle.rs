//! A bundle: the clear log of a device as a folder that anyone can verify, without a key to anything.
//!
//! ```text
//! bundle/
//!   tile/<L>/<N>[.p/<W>]         hashes of the tree        (C2SP tlog-tiles)
//!   tile/entries/<N>[.p/<W>]     entries                   (C2SP tlog-tiles)
//!   checkpoint                   the newest signed checkpoint
//!   checkpoints/<size>           earlier ones, such as those with which epochs end
//!   proofs/<size>.consistency    that the log extends one of them (C2SP tlog-witness)
//!   openings/<index>.reason      chosen disclosures, as their commitments are the SHA-256 of
//!   view/<part>.ndjson           the entries as FHIR R4 AuditEvents, derived
//!   logs/<number>/               an earlier log of the vault: tiles, checkpoints, openings
//!   devices                      which devices kept the vault, each with its log
//!   heads/<number>               what the store holds: the digest of every revision
//!   bundle                       the SHA-256 of all but the tiles, as `sha256sum -c` reads it
//! ```
//!
//! [`BundleWriter`] makes one while entries stream by, and leaves behind nothing that would not verify; [`write_bundle`]
//! does so for one log alone. [`verify_bundle`] judges one by a trust policy that came another way, and by checkpoints that
//! were kept. What the manifest does not list and the sizes do not demand is no part of the bundle and is never read.

mod devices;
mod files;
mod heads;
mod judge;
mod manifest;
mod organisation;
mod problem;
mod report;
mod signed;
mod stream;
mod subfolder;
mod times;
mod verify;
mod view;
mod write;
mod writes;

pub use devices::{BundleDevice, DeviceList};
pub use heads::StoredHead;
pub(super) use manifest::read_digest;
pub use manifest::{BundleFile, BundleManifest, LogFile, MAX_MANIFEST_LENGTH};
pub use organisation::{OrganisationReport, verify_organisation};
pub use problem::BundleProblem;
pub use report::{Answer, BundleReport, MAX_TOLD};
pub use subfolder::Subfolder;
pub use times::CLOCK_TOLERANCE_SECONDS;
pub use verify::{verify_bundle, verify_bundle_logs, verify_bundle_with};
pub use write::{BundleLog, BundleParts, BundleWriter, LogWriter, write_bundle};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
