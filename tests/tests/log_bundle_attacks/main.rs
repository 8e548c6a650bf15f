//! What a thief, a colleague or a device can do to a log and to its bundle, and the very verdict that has to fail for it.
//!
//! The bundle is one of a vault with three days of work, an epoch for each, a witness, and hundreds of entries. Through the
//! public interface alone: what an auditor's own program could do as well.

mod bundle;
mod forged;
mod processes;
mod station;
mod store;
