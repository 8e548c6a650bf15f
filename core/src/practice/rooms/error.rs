//! What is wrong with rooms that come from a station, and what to do instead.

use crate::error::{Diagnosis, Family};

/// Why the rooms of a station were not taken in, or not sent. Nothing was changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoomsError {
    /// What the packet adds to is not here.
    #[error("a packet of this station is missing: this one begins at commit {since}, and {held} is held")]
    Gap {
        /// From which commit of the station on the packet brings what is new.
        since: u64,
        /// Up to which everything is here; 0: nothing.
        held: u64,
    },
    /// A newer state of the station is here already.
    #[error("the packet is older than what is held of this station")]
    Older,
    /// Somebody else has sent for this station until now.
    #[error("the sender has not sent for this station before")]
    OtherSender,
    /// The packet comes from this very vault.
    #[error("the packet comes from this vault itself")]
    OwnPacket,
    /// A record or field that may not be in it.
    #[error("the packet holds {what}, which does not leave a station")]
    NotOfRooms {
        /// Kind or field, such as `training_participant.name`; `a kind of record` if it has no name here.
        what: String,
    },
    /// A record stands below one that is not here.
    #[error("a {kind} in the packet stands below a record that is neither in it nor here")]
    NoParent {
        /// Kind of the record.
        kind: &'static str,
    },
    /// No station of this id is monitored from here.
    #[error("no such station is monitored from here")]
    NoSuchSource,
    /// A month that is not over, or no month.
    #[error("figures are computed for months that are over")]
    MonthNotOver,
}

impl Diagnosis for RoomsError {
    fn code(&self) -> u16 {
        Family::Rooms.code(match self {
            Self::Gap { .. } => 1,
            Self::Older => 2,
            Self::OtherSender => 3,
            Self::OwnPacket => 4,
            Self::NotOfRooms { .. } => 5,
            Self::NoParent { .. } => 6,
            Self::NoSuchSource => 7,
            Self::MonthNotOver => 8,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Gap { .. } => {
                "Take in the packet before it first, or ask the station for everything: `saferoom rooms export --all`."
            }
            Self::Older => {
                "Nothing to do: the newer state stays. If it is the wrong one, ask the station for everything."
            }
            Self::OtherSender => {
                "Ask the station by telephone whether this person sends for it now, then `saferoom rooms allow`."
            }
            Self::OwnPacket => "Open the packet in the monitor's vault.",
            Self::NotOfRooms { .. } => "Ask the station for another packet, made by saferoom; tell the custodian.",
            Self::NoParent { .. } => "Ask the station for everything: `saferoom rooms export --all`.",
            Self::NoSuchSource => "List the stations with `saferoom rooms stations`.",
            Self::MonthNotOver => "Name a month that is over, such as 2026-02.",
        }
    }
}
