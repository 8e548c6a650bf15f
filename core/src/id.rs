//! Random names of things: vaults, devices, members, scopes, records, keys.
//!
//! All are 16 random bytes, so that an id says nothing about what it names: not when, not where, not which kind.
//! They are printed as 32 lower-case hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::error::{Diagnosis, Family};

/// Length of every id, in bytes.
pub const ID_LENGTH: usize = 16;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; ID_LENGTH]);

        impl $name {
            /// A fresh random id.
            ///
            /// # Panics
            /// Never in practice: the operating system's random source has to fail.
            #[must_use]
            pub fn random() -> Self {
                Self(random_bytes())
            }

            /// The id with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; ID_LENGTH]) -> Self {
                Self(bytes)
            }

            /// The id from a slice of exactly 16 bytes.
            ///
            /// # Errors
            /// [`IdError`] for any other length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
                bytes.try_into().map(Self).map_err(|_| IdError)
            }

            /// The 16 bytes of the id.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; ID_LENGTH] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_hexadecimal(text).map(Self).ok_or(IdError)
            }
        }
    )*};
}

ids! {
    /// Names a vault: one file on one device.
    VaultId;
    /// Names a device that keeps a log.
    DeviceId;
    /// Names a member: a person with an identity who may be enrolled in vaults.
    MemberId;
    /// Names a scope: the unit or the case whose keys protect a record.
    ScopeId;
    /// Names a record, for ever. In the log it is the record's pseudonym.
    RecordId;
    /// Names the key of backups.
    BackupKeyId;
    /// Names a recovery key: follows from the key and the ceremony that made it.
    RecoveryKeyId;
    /// Names one call of the host: all log entries of the call carry it.
    OperationId;
    /// Something that is to be looked at.
    FindingId;
    /// Names a packet, among those of its sender.
    PacketId;
    /// Names an organisation, whose custodians certify who sends packets.
    OrganisationId;
}

impl ScopeId {
    /// The record that opens this scope: a case record for a case, a unit record for a unit. They share the id.
    #[must_use]
    pub const fn record(self) -> RecordId {
        RecordId(self.0)
    }
}

impl RecordId {
    /// The scope that this record opens, if it is of a kind that opens one.
    #[must_use]
    pub const fn scope(self) -> ScopeId {
        ScopeId(self.0)
    }
}

/// A text or byte string that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no id: an id is 32 hexadecimal digits")]
pub struct IdError;

impl Diagnosis for IdError {
    fn code(&self) -> u16 {
        Family::Input.code(1)
    }

    fn advice(&self) -> &'static str {
        "Give the id as saferoom printed it: 32 hexadecimal digits without spaces."
    }
}

/// Bytes from the operating system's random source.
///
/// # Panics
/// If that source fails: nothing that saferoom promises would hold then.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}

/// Fresh random bytes for the names that one act gives, drawn several at a time: a draw costs half a microsecond.
///
/// For ids and blinds only. Nonces and keys are drawn each by itself, where they are used. It lives as long as one call
/// of the host: nothing of it is there for a later one.
pub(crate) struct Draw {
    bytes: Zeroizing<Vec<u8>>,
    used: usize,
    /// The last name that [`next_behind`](Self::next_behind) gave.
    last: Option<u128>,
}

impl Draw {
    /// Bytes of the first draw, which is enough for the act on one record; of each further one.
    const SIZES: [usize; 2] = [48, 2048];

    /// Draws nothing yet.
    pub(crate) fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::new()), used: 0, last: None }
    }

    /// 16 bytes that begin with `prefix`. The first ones of an act are random behind it; each further one of the same prefix
    /// stands a random step behind the one before: what an act writes lies together in a table that is in the order of names.
    pub(crate) fn next_behind<const P: usize>(&mut self, prefix: &[u8; P]) -> [u8; ID_LENGTH] {
        let mut fresh = self.next();
        let step = 1 + (u128::from_be_bytes(fresh) & u128::from(u32::MAX));
        fresh[..P].copy_from_slice(prefix);
        let further = self.last.and_then(|last| last.checked_add(step)).map(u128::to_be_bytes);
        let next = further.filter(|further| further[..P] == *prefix).unwrap_or(fresh);
        self.last = Some(u128::from_be_bytes(next));
        next
    }

    /// 16 bytes that nobody else gets.
    pub(crate) fn next(&mut self) -> [u8; ID_LENGTH] {
        if self.used == self.bytes.len() {
            let size = Self::SIZES[usize::from(!self.bytes.is_empty())];
            self.bytes.resize(size, 0);
            fill_random(&mut self.bytes);
            self.used = 0;
        }
        let mut next = [0; ID_LENGTH];
        next.copy_from_slice(&self.bytes[self.used..self.used + ID_LENGTH]);
        self.used += ID_LENGTH;
        next
    }
}

/// Fills `bytes` from the operating system's random source; panics if that fails, see [`random_bytes`].
pub(crate) fn fill_random(bytes: &mut [u8]) {
    SystemRandom::new().fill(bytes).expect("the operating system gives random bytes");
}

/// Bytes that are given as hexadecimal digits: two for each, small or capital, and nothing else.
#[must_use]
pub fn parse_hexadecimal<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    Some(bytes)
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _infallible = fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_ids_parse_back() {
        let id = RecordId::random();
        assert_eq!(id.to_string().parse::<RecordId>(), Ok(id));
        assert_eq!(RecordId::from_slice(id.as_bytes()), Ok(id));
    }

    #[test]
    fn hexadecimal_digits_are_digits_and_as_many_as_there_have_to_be() {
        assert_eq!(parse_hexadecimal("00fFa5"), Some([0, 0xFF, 0xA5]));
        for wrong in ["", "00", "00ff a", "+1+1+1", "-1-1-1", "0x00ff", "00ffa", "00ffa55", "00ffé"] {
            assert_eq!(parse_hexadecimal::<3>(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_of_one_act_ascend_behind_their_prefix_and_are_told_apart() {
        let mut draw = Draw::new();
        let names: Vec<_> = (0..1000).map(|_| draw.next_behind(b"prefix")).collect();
        assert!(names.iter().all(|name| name.starts_with(b"prefix")));
        assert!(names.is_sorted_by(|one, next| one < next));
        let other = draw.next_behind(b"others");
        assert!(other.starts_with(b"others"));
        assert!(draw.next_behind(b"prefix").starts_with(b"prefix"));
        // Another act begins somewhere else: what was written together in two acts does not lie in one row.
        let begins: std::collections::HashSet<_> =
            (0..100).map(|_| Draw::new().next_behind(b"prefix")[6..10].to_vec()).collect();
        assert!(begins.len() > 90);
    }

    #[test]
    fn behind_the_last_name_of_a_prefix_comes_a_fresh_one() {
        let mut draw = Draw::new();
        draw.last = Some(u128::from_be_bytes(*b"prefix\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
        assert!(draw.next_behind(b"prefix").starts_with(b"prefix"));
        draw.last = Some(u128::MAX);
        assert!(draw.next_behind(&[0xff; 6]).starts_with(&[0xff; 6]));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let id = RecordId::random().to_string();
        for text in ["", "00", &id[1..], &format!("{id}0"), &format!("+{}", &id[1..]), &id.replace(&id[..1], "ក")] {
            assert_eq!(text.parse::<RecordId>(), Err(IdError), "{text}");
        }
        assert_eq!(RecordId::from_slice(&[0; 15]), Err(IdError));
    }
}
