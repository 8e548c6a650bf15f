//! Recovery: a key pair whose private half exists only as shares.
//!
//! ```text
//! ceremony: RecoverySet::first / next ─┬─ RecoverySet     public: key, threshold, share digests; stands in the roster
//!                                      └─ RecoveryShare   one per person: on paper, or a locked file
//! daily:    RecoverySet::wrap_circle     every circle's secret, wrapped to the public half
//! restore:  Restoring::add × threshold ── RecoveryKey::rewrap   straight to a member's public key
//! ```
//!
//! The private half is drawn, split and wiped inside one call; put together again it is wiped when the [`RecoveryKey`]
//! is dropped, and what it opens is given to nobody but a member's public key.

mod encoding;
mod error;
mod half;
mod restore;
mod set;
mod share;
mod text;
#[cfg(test)]
mod vectors;

pub use error::RecoveryError;
pub(crate) use half::LooseKey;
pub use half::LooseShares;
pub use restore::{RecoveryKey, Restoring};
pub use set::{MOST_RECOVERY_SHARES, RecoveryPublicKey, RecoveryScope, RecoverySet, ShareDigest};
#[cfg(feature = "fuzzing")]
pub(super) use share::KIND;
pub use share::RecoveryShare;
