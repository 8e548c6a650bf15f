//! Typed keys, their hierarchy, wraps, identities, the host's key store (floor 1).
mod signature;

pub use signature::{Signature, SigningKey, VerifyingKey};
