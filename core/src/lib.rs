//! saferoom keeps what a child tells, once, in a child-friendly interview room of a police station.
//!
//! Typed case and interview records; each field sealed on its own; need-to-know by key; a log that anyone can verify.
//! Start at [`vault::Vault`]: everything is read and written through the [`vault::Session`] that it gives.
//!
//! The house has floors, and each uses only those below it:
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 7 | [`vault`] | the front door: open, sign in, read and write |
//! | 6 | [`practice`] | what good practice asks: protocols, the live interview |
//! | 6 | `release` | what may leave without a key: generalised tables, their risk; with the feature `extract` |
//! | 5 | [`access`] | who may: members, roles, circles, purposes |
//! | 4 | [`store`] | where it is kept: one SQLite file of sealed bytes |
//! | 3 | [`log`] | what happened: entries, Merkle tree, checkpoints |
//! | 2 | [`model`] | what is recorded: records, fields, and their declared nature |
//! | 1 | [`keys`] | typed keys, wraps, identities, the host's key store |
//! | 0 | [`seal`] | the only place that touches a cipher |
//!
//! Beneath them all lie [`id`] (random names of things), [`error`] (what can go wrong, and what to do) and [`panics`] (what is
//! said of a panic).
#![forbid(unsafe_code)]

// The derive macro names this crate as `::saferoom`, inside this crate too.
extern crate self as saferoom;

pub mod access;
pub mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod id;

pub mod keys;
pub mod log;
pub mod model;
mod new_file;
pub mod panics;
pub mod practice;
#[cfg(feature = "extract")]
pub mod release;
pub mod seal;
pub mod store;
pub mod vault;
#[cfg(test)]
mod vectors;

/// The example in README.md is a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeDoctests;
