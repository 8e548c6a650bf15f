//! What the parts of a packet are: numbers that are for ever, and room for more.

use std::fmt;

use super::PacketError;

/// The kind of a part. Kinds that this release does not know are carried and shown by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentKind(u64);

/// Declares the kinds.
macro_rules! kinds {
    ($($(#[$doc:meta])* $constant:ident = $number:literal, $name:literal;)*) => {
        impl ContentKind {
            $($(#[$doc])* pub const $constant: Self = Self($number);)*

            /// All kinds of this release, ascending.
            pub const ALL: &'static [Self] = &[$(Self($number)),*];

            /// The stable name, if this release knows the kind.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 { $($number => Some($name),)* _ => None }
            }

            /// The kind of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self($number)),)* _ => None }
            }
        }
    };
}

kinds! {
    /// Records that a front-line officer hands in, see [`HandIn`](super::HandIn).
    HAND_IN = 1, "hand-in";
    /// Certificates and suspensions, see [`RosterSlice`](super::RosterSlice).
    ROSTER = 2, "roster-slice";
    /// Checkpoints of logs, see [`Checkpoints`](super::Checkpoints).
    CHECKPOINTS = 3, "checkpoints";
    /// A case that goes over to another unit.
    CASE_HANDOVER = 4, "case-handover";
    /// What became of a packet, see [`Receipt`](super::Receipt).
    RECEIPT = 5, "receipt";
    /// A referral to a service, see [`ReferralPart`](super::ReferralPart).
    REFERRAL = 6, "referral";
    /// Rooms, visits and training of a station.
    ROOMS = 7, "rooms";
    /// Erasures that a restored backup has to apply, see [`Erasures`](super::Erasures).
    ERASURES = 8, "erasures";
    /// Which fields a referral tells, and on what ground, see [`ShareManifest`](super::ShareManifest).
    SHARE_MANIFEST = 9, "share-manifest";
    /// Any file, such as a printable page.
    FILE = 10, "file";
    /// What a service answers to a referral, see [`ReferralAnswer`](super::ReferralAnswer).
    REFERRAL_ANSWER = 13, "referral-answer";
    /// Rows of a station's statistics for an extract desk, see [`StatisticsSlice`](super::StatisticsSlice).
    STATISTICS = 14, "statistics";
}

impl ContentKind {
    /// The kind of this name or number.
    ///
    /// # Errors
    /// [`PacketError::NoSuchKind`].
    pub fn parse(text: &str) -> Result<Self, PacketError> {
        let number = || text.parse().ok().map(Self);
        Self::named(text).or_else(number).ok_or(PacketError::NoSuchKind)
    }

    /// The kind of this number. Numbers from 65536 are free for private use.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The bare number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Whether a newer part of the kind takes the place of an older one: an older packet is refused after a newer one.
    #[must_use]
    pub const fn supersedes(self) -> bool {
        matches!(self, Self::ROSTER | Self::ERASURES | Self::ROOMS | Self::STATISTICS)
    }
}

impl fmt::Display for ContentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "content of kind {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names_and_unknown_ones_have_numbers() {
        assert!(ContentKind::ALL.windows(2).all(|pair| pair[0] < pair[1]), "ascending, each once");
        for kind in ContentKind::ALL {
            assert_eq!(kind.name().and_then(ContentKind::named), Some(*kind));
        }
        assert_eq!(ContentKind::from_number(70_000).to_string(), "content of kind 70000");
        assert_eq!(ContentKind::parse("70000"), Ok(ContentKind::from_number(70_000)));
        assert_eq!(ContentKind::parse("nothing"), Err(PacketError::NoSuchKind));
    }
}
