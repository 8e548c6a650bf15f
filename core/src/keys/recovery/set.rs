//! What all members know of a ceremony: the recovery set, which stands in the roster.

use std::fmt;

use super::half::PrivateHalf;
use super::share::MARK_LENGTH;
use super::{RecoveryError, RecoveryShare};
use crate::id::{RecoveryKeyId, ScopeId, VaultId};
use crate::keys::{CircleName, CircleSecret, Envelope, EnvelopeKey, KeyError, SlotKey, VerifyingKey};
use crate::seal::{HybridPublicKey, LabelledInput, Secret, Sha256Stream, combine_shares, sha256, split_secret};

/// A ceremony makes no more shares than these.
pub const MOST_RECOVERY_SHARES: u8 = 32;

/// Fixes a share without revealing it: SHA-256 over the share and all that it is bound to.
pub type ShareDigest = [u8; 32];

/// Whose circles a recovery key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecoveryScope {
    /// The circles of a unit and of its cases, but not the log.
    Unit(ScopeId),
    /// The circles of `oversight`: the log.
    Oversight,
    /// No circle: the links from a unit's rows of the statistics back to their cases, and the keys of releases.
    Reversal(ScopeId),
}

impl RecoveryScope {
    /// The unit's id; nothing for oversight; for reversals a word after it.
    fn part(&self) -> Vec<u8> {
        match self {
            Self::Unit(unit) => unit.as_bytes().to_vec(),
            Self::Oversight => Vec::new(),
            Self::Reversal(unit) => [unit.as_bytes().as_slice(), b"reversal"].concat(),
        }
    }
}

/// The public half of a recovery key pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryPublicKey {
    pub(super) id: RecoveryKeyId,
    pub(super) hybrid: HybridPublicKey,
    pub(super) slots: SlotKey,
    pub(super) verifying_key: VerifyingKey,
}

impl RecoveryPublicKey {
    /// Its id: follows from the key and the vault.
    #[must_use]
    pub fn id(&self) -> RecoveryKeyId {
        self.id
    }

    /// The X-Wing public key.
    #[must_use]
    pub fn hybrid(&self) -> &HybridPublicKey {
        &self.hybrid
    }

    /// Names what is wrapped to the key. Not public: only the members of the vault know it.
    #[must_use]
    pub fn slot_key(&self) -> &SlotKey {
        &self.slots
    }

    /// HPKE info of a circle's secret under this key: binds vault, circle, generation, the key's id and the key.
    pub(super) fn wrap_info(&self, vault: VaultId, circle: CircleName) -> LabelledInput {
        LabelledInput::new("saferoom/recovery/wrap")
            .part(vault.as_bytes())
            .part(circle.scope.as_bytes())
            .number(u64::from(circle.compartment))
            .number(u64::from(circle.generation))
            .part(self.id.as_bytes())
            .part(&self.hybrid.to_bytes())
    }

    /// Verifies what enough holders of shares sign together.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.verifying_key
    }
}

/// A ceremony's outcome for all members: the key, how many shares are needed, and what tells each share. Whoever reads it
/// learns nothing about the private half.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoverySet {
    pub(super) vault: VaultId,
    pub(super) scope: RecoveryScope,
    pub(super) number: u32,
    pub(super) public: RecoveryPublicKey,
    pub(super) threshold: u8,
    pub(super) digests: Vec<ShareDigest>,
    pub(super) previous: Option<[u8; 32]>,
}

impl RecoverySet {
    /// The first ceremony for this scope: draws a key pair and splits its private half into `count` shares, of which
    /// `threshold` will be needed. The private half is wiped before this returns; only the shares can make it again.
    ///
    /// # Errors
    /// [`RecoveryError::Threshold`] unless 2 <= threshold <= count <= [`MOST_RECOVERY_SHARES`].
    pub fn first(
        vault: VaultId,
        scope: RecoveryScope,
        threshold: u8,
        count: u8,
    ) -> Result<(Self, Vec<RecoveryShare>), RecoveryError> {
        Self::hold(Ceremony { vault, scope, number: 1, previous: None }, threshold, count, &Secret::generate())
    }

    /// The next ceremony: a new key pair, which replaces this one. What was wrapped to this one has to be wrapped anew.
    ///
    /// # Errors
    /// As [`first`](Self::first).
    pub fn next(&self, threshold: u8, count: u8) -> Result<(Self, Vec<RecoveryShare>), RecoveryError> {
        let number = self.number.checked_add(1).ok_or(RecoveryError::Sequence)?;
        let previous = Some(self.digest());
        let ceremony = Ceremony { vault: self.vault, scope: self.scope, number, previous };
        Self::hold(ceremony, threshold, count, &Secret::generate())
    }

    pub(super) fn hold(
        ceremony: Ceremony,
        threshold: u8,
        count: u8,
        seed: &Secret,
    ) -> Result<(Self, Vec<RecoveryShare>), RecoveryError> {
        if threshold < 2 || count < threshold || count > MOST_RECOVERY_SHARES {
            return Err(RecoveryError::Threshold);
        }
        let public = PrivateHalf::of(ceremony.vault, seed).public_key(ceremony.vault);
        let values = split_secret(seed, threshold, count)?;
        let numbered: Vec<_> = (1..).zip(&values).collect();
        // Every share is tried before anybody relies on it.
        for chosen in numbered.windows(usize::from(threshold)) {
            if combine_shares(chosen)? != *seed {
                return Err(RecoveryError::NotThePair);
            }
        }
        let mark = mark(public.id);
        let share = |(number, value): &(u8, &Secret)| RecoveryShare {
            mark,
            threshold,
            number: *number,
            value: Secret::clone(value),
        };
        let shares: Vec<_> = numbered.iter().map(share).collect();
        let Ceremony { vault, scope, number, previous } = ceremony;
        let mut set = Self { vault, scope, number, public, threshold, digests: Vec::new(), previous };
        set.digests = shares.iter().map(|share| set.digest_of(share)).collect();
        Ok((set, shares))
    }

    /// The vault.
    #[must_use]
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// Whose circles the key opens.
    #[must_use]
    pub fn scope(&self) -> RecoveryScope {
        self.scope
    }

    /// Number of the ceremony in this scope, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> &RecoveryPublicKey {
        &self.public
    }

    /// How many shares are needed.
    #[must_use]
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// How many shares were handed out.
    #[must_use]
    pub fn count(&self) -> u8 {
        u8::try_from(self.digests.len()).unwrap_or(MOST_RECOVERY_SHARES)
    }

    /// The digests of the shares, in the order of their numbers.
    #[must_use]
    pub fn share_digests(&self) -> &[ShareDigest] {
        &self.digests
    }

    /// Digest of the set, which the next one names.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(LabelledInput::new("saferoom/recovery/set").part(&self.encode()).as_bytes())
    }

    /// Checks that this set is the first of its scope, or follows `previous`.
    ///
    /// # Errors
    /// [`RecoveryError::Sequence`].
    pub fn require_follows(&self, previous: Option<&Self>) -> Result<(), RecoveryError> {
        let follows = match previous {
            None => self.number == 1 && self.previous.is_none(),
            Some(before) => {
                let same = (self.vault, self.scope) == (before.vault, before.scope);
                let next = before.number.checked_add(1) == Some(self.number);
                // A "new" pair that is the old one would leave its shares in force.
                let fresh = self.public.hybrid != before.public.hybrid && self.public.slots != before.public.slots;
                same && next && fresh && self.previous == Some(before.digest())
            }
        };
        if follows { Ok(()) } else { Err(RecoveryError::Sequence) }
    }

    /// Says whether this is one of the shares that were handed out; `older` are earlier sets of the same vault.
    ///
    /// # Errors
    /// [`RecoveryError::OtherCeremony`], `OlderCeremony` and `Changed`, each with the number of the share.
    pub fn judge(&self, share: &RecoveryShare, older: &[Self]) -> Result<(), RecoveryError> {
        let number = share.number;
        if share.mark != mark(self.public.id) {
            return Err(match older.iter().find(|set| share.mark == mark(set.public.id)) {
                Some(set) if set.scope == self.scope => RecoveryError::OlderCeremony { number, ceremony: set.number },
                _ => RecoveryError::OtherCeremony { number },
            });
        }
        let listed = usize::from(number).checked_sub(1).and_then(|at| self.digests.get(at));
        if listed == Some(&self.digest_of(share)) { Ok(()) } else { Err(RecoveryError::Changed { number }) }
    }

    /// Wraps a circle's secret to the public half, for its place.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if the public key cannot be used.
    pub fn wrap_circle(&self, circle: CircleName, secret: &CircleSecret) -> Result<Vec<u8>, KeyError> {
        Ok(self.public.hybrid.seal(&self.public.wrap_info(self.vault, circle), secret.secret().expose())?)
    }

    /// Draws a key for a session, under which it wraps data keys for this recovery key, and seals it to the public half.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if the public key cannot be used.
    pub(crate) fn envelope(&self, binding: &[u8]) -> Result<(EnvelopeKey, Envelope), KeyError> {
        EnvelopeKey::sealed_to(&self.public.hybrid, &self.envelope_info(binding))
    }

    pub(super) fn envelope_info(&self, binding: &[u8]) -> LabelledInput {
        LabelledInput::new("saferoom/envelope/recovery")
            .part(self.vault.as_bytes())
            .part(self.public.id.as_bytes())
            .part(binding)
    }

    /// The private half out of the seed that shares gave; `None` if it is not that of this set.
    pub(super) fn private_half(&self, seed: &Secret) -> Option<PrivateHalf> {
        let half = PrivateHalf::of(self.vault, seed);
        (half.public_key(self.vault) == self.public).then_some(half)
    }

    pub(super) fn digest_of(&self, share: &RecoveryShare) -> ShareDigest {
        let bound = LabelledInput::new("saferoom/recovery/share")
            .part(self.vault.as_bytes())
            .part(&self.scope.part())
            .number(u64::from(self.number))
            .part(self.public.id.as_bytes())
            .number(u64::from(share.threshold))
            .number(u64::from(share.number));
        // The last part piece by piece, so that no copy of the value stays behind.
        let mut digest = Sha256Stream::new();
        digest.update(bound.as_bytes());
        digest.update(&32_u32.to_be_bytes());
        digest.update(share.value.expose());
        digest.finish()
    }
}

impl fmt::Debug for RecoverySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, number, threshold, .. } = self;
        write!(f, "RecoverySet({scope:?}, ceremony {number}, {threshold} of {})", self.digests.len())
    }
}

/// What names a ceremony before its key is there.
pub(super) struct Ceremony {
    pub(super) vault: VaultId,
    pub(super) scope: RecoveryScope,
    pub(super) number: u32,
    pub(super) previous: Option<[u8; 32]>,
}

/// The beginning of the key's id, which stands in every share.
pub(super) fn mark(id: RecoveryKeyId) -> [u8; MARK_LENGTH] {
    let mut mark = [0; MARK_LENGTH];
    mark.copy_from_slice(&id.as_bytes()[..MARK_LENGTH]);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> RecoveryScope {
        RecoveryScope::Unit(ScopeId::random())
    }

    #[test]
    fn nobody_alone_and_no_more_than_thirty_two() {
        for (threshold, count) in [(0, 0), (1, 1), (1, 3), (3, 2), (2, 33), (33, 33)] {
            let refused = RecoverySet::first(VaultId::random(), unit(), threshold, count).err();
            assert_eq!(refused, Some(RecoveryError::Threshold), "{threshold} of {count}");
        }
        let (set, shares) = RecoverySet::first(VaultId::random(), unit(), 2, 32).unwrap();
        assert_eq!((set.threshold(), set.count(), shares.len()), (2, 32, 32));
    }

    #[test]
    fn sets_follow_each_other_with_a_new_pair_each_time() {
        let (first, _) = RecoverySet::first(VaultId::random(), unit(), 2, 3).unwrap();
        let (second, _) = first.next(3, 5).unwrap();
        let (third, _) = second.next(2, 2).unwrap();
        assert_eq!((second.number(), third.number()), (2, 3));
        assert_ne!(first.public_key(), second.public_key());
        assert_ne!(first.public_key().id(), second.public_key().id());
        assert_eq!(first.require_follows(None), Ok(()));
        assert_eq!(second.require_follows(Some(&first)), Ok(()));
        let (other, _) = RecoverySet::first(first.vault(), first.scope(), 2, 3).unwrap();
        let kept = RecoverySet { public: first.public.clone(), ..second.clone() };
        for (set, before) in [
            (&second, None),
            (&second, Some(&other)),
            (&second, Some(&second)),
            (&third, Some(&first)),
            (&first, Some(&first)),
            (&kept, Some(&first)),
        ] {
            assert_eq!(set.require_follows(before), Err(RecoveryError::Sequence), "{set:?} after {before:?}");
        }
    }
}
