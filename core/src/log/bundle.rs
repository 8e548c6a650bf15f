//! A bundle: the clear log of a device as a folder that anyone can verify, without a key to anything.
//!
//! ```text
//! bundle/
//!   tile/<L>/<N>[.p/<W>]         hashes of the tree        (C2SP tlog-tiles)
//!   tile/entries/<N>[.p/<W>]     entries                   (C2SP tlog-tiles)
//!   checkpoint                   the newest signed checkpoint
//!   checkpoints/<size>           earlier ones, such as those with which epochs end
//!   openings/<index>.reason      chosen disclosures, as their commitments are the SHA-256 of
//!   bundle                       the SHA-256 of the last three, as `sha256sum -c` reads it
//! ```
//!
//! [`write_bundle`] makes one from a stream of entries and leaves behind nothing that would not verify;
//! [`verify_bundle`] judges one by a trust policy that came another way, and by checkpoints that were kept. What the
//! manifest does not list and the size does not demand is no part of the bundle and is never read.

mod manifest;
mod problem;
mod report;
mod times;
mod verify;
mod write;

pub use manifest::{BundleFile, BundleManifest, MAX_MANIFEST_LENGTH};
pub use problem::BundleProblem;
pub use report::{Answer, BundleReport, MAX_TOLD};
pub use times::CLOCK_TOLERANCE_SECONDS;
pub use verify::{verify_bundle, verify_bundle_with};
pub use write::{BundleParts, write_bundle};

#[cfg(test)]
mod tests;
