//! What only one kind of event has to say: a small map from numbers to numbers, bytes or short texts.

use std::borrow::Cow;

/// Names a detail. Numbers are for ever; one that this library does not know survives decoding and encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DetailKey(pub u64);

impl DetailKey {
    /// Number: the last known size of the log that this one follows.
    pub const PREVIOUS_SIZE: Self = Self(1);
    /// 32 bytes: the root of the log that this one follows, at that size.
    pub const PREVIOUS_ROOT: Self = Self(2);
    /// 32 bytes: the Ed25519 public key of the log.
    pub const LOG_KEY: Self = Self(3);
    /// Text: the version of saferoom.
    pub const LIBRARY_VERSION: Self = Self(4);
    /// Number: the code of the error that ended the call, see [`crate::error::Diagnosis::code`].
    pub const ERROR_CODE: Self = Self(5);
    /// Number: how many records a query found, an export carried or an erasure concerned.
    pub const COUNT: Self = Self(6);
    /// 32 bytes: the Ed25519 public key of the epoch that begins.
    pub const EPOCH_KEY: Self = Self(7);
    /// Number: the epoch that begins.
    pub const EPOCH: Self = Self(8);
    /// Number: by how many milliseconds the wall clock jumped forward.
    pub const CLOCK_FORWARD_MS: Self = Self(9);
    /// Number: by how many milliseconds the wall clock jumped back.
    pub const CLOCK_BACK_MS: Self = Self(10);
    /// 32 bytes: the SHA-256 of the signed checkpoint concerned.
    pub const CHECKPOINT_DIGEST: Self = Self(11);
    /// 32 bytes: the SHA-256 of the manifest of what left or came in.
    pub const MANIFEST_DIGEST: Self = Self(12);
    /// 32 bytes: the SHA-256 of the catalogue of fields.
    pub const CATALOGUE_DIGEST: Self = Self(13);
    /// Number: the final size of the log.
    pub const FINAL_SIZE: Self = Self(14);
    /// 16 bytes: the id of the key that a backup was made under.
    pub const BACKUP_KEY: Self = Self(15);
    /// Number: how many commits of the vault were lost by a restore, as far as the device knows.
    pub const LOST_COMMITS: Self = Self(16);
    /// Number: how many entries of the earlier log were lost by a restore, as far as the device knows.
    pub const LOST_ENTRIES: Self = Self(17);
    /// 16 bytes: the device whose log this one follows.
    pub const PREVIOUS_DEVICE: Self = Self(18);
    /// Number: how many seconds nobody had called a session when it locked itself.
    pub const IDLE_SECONDS: Self = Self(50);
    /// Number: how many attempts to sign in have failed in a row, this one included.
    pub const FAILED_ATTEMPTS: Self = Self(51);
    /// Number: when an attempt failed that could not be logged at once: milliseconds since 1970, UTC.
    pub const ATTEMPTED_AT: Self = Self(52);
    /// Number: the kind of a change of the roster, or of a case's circle (with [`Self::CASE_CHANGE`]).
    pub const ROSTER_CHANGE: Self = Self(40);
    /// 16 bytes: the member whom a change is about.
    pub const MEMBER: Self = Self(41);
    /// Number: the compartments that a case was shared or assigned in; bit n is compartment n.
    pub const COMPARTMENTS: Self = Self(42);
    /// Number: until when something was shared, in milliseconds since 1970, UTC.
    pub const UNTIL: Self = Self(43);
    /// Number: how closely a case is held.
    pub const SENSITIVITY: Self = Self(44);
    /// Number: the kind of a change of a case's circle.
    pub const CASE_CHANGE: Self = Self(45);
    /// Number: how many wraps of keys were taken away.
    pub const REMOVED: Self = Self(46);
    /// 16 bytes: id of the recovery key that was put in force, or used.
    pub const RECOVERY_KEY: Self = Self(60);
    /// 16 bytes: the row of the statistics that was led back to its case.
    pub const STATISTICS_ROW: Self = Self(100);
    /// 16 bytes: the packet that came in or went out.
    pub const PACKET: Self = Self(70);
    /// 32 bytes: the SHA-256 of the key with which the sender of a packet signs.
    pub const SENDER: Self = Self(71);
    /// 16 bytes: the unit to which something goes.
    pub const UNIT: Self = Self(72);
    /// 32 bytes: the SHA-256 of the key with which the recipient of a packet signs.
    pub const RECIPIENT: Self = Self(90);
    /// Number: why a referral is overdue.
    pub const OVERDUE: Self = Self(91);
    /// Number: which interview of a child began without the second person, because it could not wait.
    pub const UNSIGNED_REPEAT: Self = Self(120);
    /// 16 bytes: the finding that was opened or reviewed.
    pub const FINDING: Self = Self(47);
    /// Number: what a reviewer found.
    pub const REVIEW_OUTCOME: Self = Self(48);
    /// Number: of what there was more than is usual.
    pub const MEASURE: Self = Self(49);
    /// 32 bytes: salted digest of what was closed for changes.
    pub const CLOSED_DIGEST: Self = Self(85);
    /// Number: what is said of the log of a device: 1 enrolled, 2 seen, 3 retired.
    pub const STANDING: Self = Self(80);
    /// Text: the name of the log of a device.
    pub const LOG_ORIGIN: Self = Self(81);
    /// Bytes: a signed checkpoint of the log of a device, as it came in.
    pub const CHECKPOINT: Self = Self(82);
    /// Number: how many units were asked by a search across units.
    pub const UNITS: Self = Self(30);
}

/// The value of a detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailValue<'a> {
    /// A number.
    Number(u64),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A short text of the library's own, never of a member's.
    Text(Cow<'a, str>),
}

impl DetailValue<'_> {
    fn into_owned(self) -> DetailValue<'static> {
        match self {
            Self::Number(number) => DetailValue::Number(number),
            Self::Bytes(bytes) => DetailValue::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Text(text) => DetailValue::Text(Cow::Owned(text.into_owned())),
        }
    }
}

impl From<u64> for DetailValue<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a [u8]> for DetailValue<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a str> for DetailValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// The details of an entry, in the order of their keys, each key once. An entry has none rather than an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail<'a>(Vec<(DetailKey, DetailValue<'a>)>);

impl<'a> Detail<'a> {
    /// A first detail.
    #[must_use]
    pub fn of(key: DetailKey, value: impl Into<DetailValue<'a>>) -> Self {
        Self::default().with(key, value)
    }

    /// These details and one more; it replaces one of the same key.
    #[must_use]
    pub fn with(mut self, key: DetailKey, value: impl Into<DetailValue<'a>>) -> Self {
        match self.0.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => self.0[place].1 = value.into(),
            Err(place) => self.0.insert(place, (key, value.into())),
        }
        self
    }

    /// The detail with this key.
    #[must_use]
    pub fn get(&self, key: DetailKey) -> Option<&DetailValue<'a>> {
        let place = self.0.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        Some(&self.0[place].1)
    }

    /// The details, in the order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (DetailKey, &DetailValue<'a>)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// Adds a detail whose key is known to be larger than all before it.
    pub(super) fn push_last(&mut self, key: DetailKey, value: DetailValue<'a>) {
        debug_assert!(self.0.last().is_none_or(|(last, _)| *last < key));
        self.0.push((key, value));
    }

    /// The same details, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Detail<'static> {
        Detail(self.0.into_iter().map(|(key, value)| (key, value.into_owned())).collect())
    }
}
