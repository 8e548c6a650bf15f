//! Floor 6: what good practice asks. Rules of the field as data, and pure functions and state machines over records.
//!
//! Nothing here opens a vault: floor 7 lets a [`Session`](../vault/struct.Session.html) use it. Nothing here judges a
//! child: there is no score of credibility, and there will be none.

pub mod authorise;
pub mod case_uco;
pub mod consent;
pub mod custody;
mod error;
pub mod indicators;
pub mod interview;
mod protocol;
pub mod quality;
pub mod referrals;
pub mod rooms;
pub mod statement;
pub mod terms;

pub use error::PracticeError;
use error::listed;
pub use protocol::{Protocol, ProtocolFileError, ProtocolPhase, Protocols, Skip, overlay_protocols, protocols};
