//! What can happen, and how it can end.

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What happened. Codes are for ever; an event that this library does not know survives decoding and encoding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $name,)*
            /// An event of a newer library. Never with a code that has a variant of its own: encoding refuses that.
            Other(u16),
        }

        impl Event {
            /// The events that this library knows, in the order of their codes.
            pub const KNOWN: &[Self] = &[$(Self::$name),*];

            /// The event with this code.
            #[must_use]
            pub const fn from_code(code: u16) -> Self {
                match code {
                    $($code => Self::$name,)*
                    other => Self::Other(other),
                }
            }

            /// The code of this event.
            #[must_use]
            pub const fn code(self) -> u16 {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other(code) => code,
                }
            }
        }
    };
}

events! {
    /// The log begins; pins the keys, and the last known head of the log that it follows.
    Genesis = 1,
    /// Fields are read; durable before any value is returned.
    Read = 2,
    /// A record is created.
    Create = 3,
    /// A record gets a new revision.
    Update = 4,
    /// A record is marked as deleted.
    Delete = 5,
    /// Records are searched or listed.
    Query = 6,
    /// Something leaves: a disclosure, a packet, an extract.
    Export = 7,
    /// Something comes in.
    Import = 8,
    /// Keys are destroyed, so that what they sealed cannot be opened again.
    Erasure = 9,
    /// A member signs in, or fails to.
    Login = 10,
    /// A member signs out.
    Logout = 11,
    /// An access is denied.
    Denied = 12,
    /// Emergency access begins.
    BreakGlassStart = 13,
    /// Emergency access ends.
    BreakGlassStop = 14,
    /// A key, a circle or an epoch moves to a new generation.
    KeyRotation = 15,
    /// Members, roles or permissions change.
    PermissionChange = 16,
    /// The wall clock was seen to jump.
    ClockAdjustment = 17,
    /// A cosignature of a witness or an anchor arrived.
    Cosignature = 18,
    /// Nothing happened, and the log says so.
    Heartbeat = 19,
    /// The log itself was read or exported.
    LogRead = 20,
    /// The log ends, with its final size.
    Retired = 21,
    /// A model or other decision support was given access.
    DecisionSupport = 22,
    /// Every unit whose search keys the member holds is asked for an earlier record.
    QueryAcrossUnits = 30,
    /// The search index is made anew.
    Reindex = 31,
    /// A second person reviews a finding.
    Review = 32,
    /// More of something than is usual for the role: a finding is opened.
    Unusual = 33,
    /// The organisation's log says something of the log of a device: enrolled, seen, retired.
    DeviceLog = 34,
    /// A row of the statistics was led back to its case.
    Reversal = 35,
}

/// How it ended: the outcome codes of DICOM PS3.15 and FHIR AuditEvent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// As asked.
    Success = 0,
    /// Not as asked, and whoever asked can put it right: a denial, a wrong passphrase.
    MinorFailure = 4,
    /// Not as asked, by a fault of the system: a value did not open.
    SeriousFailure = 8,
    /// Not as asked, and the system cannot go on.
    MajorFailure = 12,
}

impl Outcome {
    /// The outcome with this code, if there is one.
    #[must_use]
    pub const fn from_code(code: u64) -> Option<Self> {
        match code {
            0 => Some(Self::Success),
            4 => Some(Self::MinorFailure),
            8 => Some(Self::SeriousFailure),
            12 => Some(Self::MajorFailure),
            _ => None,
        }
    }

    /// The code of this outcome.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}
