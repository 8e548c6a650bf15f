//! The way back: shares come in one by one, each is judged at once, and what they open goes to a member's public key.

use std::fmt;

use super::half::PrivateHalf;
use super::{RecoveryError, RecoverySet, RecoveryShare};
use crate::keys::{CircleName, CircleSecret, Commitment, Envelope, EnvelopeKey, KeyError, PublicIdentity, Signature};
use crate::seal::combine_shares;

/// Shares on their way in. Those that were given are wiped on drop.
pub struct Restoring {
    set: RecoverySet,
    older: Vec<RecoverySet>,
    shares: Vec<RecoveryShare>,
}

impl Restoring {
    /// For the set that the roster lists, and the earlier ones of the vault, so that an outdated share is named as such.
    #[must_use]
    pub fn begin(set: RecoverySet, older: Vec<RecoverySet>) -> Self {
        Self { set, older, shares: Vec::new() }
    }

    /// The set.
    #[must_use]
    pub fn set(&self) -> &RecoverySet {
        &self.set
    }

    /// Takes a share; returns how many more are needed. A wrong one is named and not taken: the others stay.
    ///
    /// # Errors
    /// [`RecoveryError::OtherCeremony`], `OlderCeremony`, `Changed`, `Duplicate`, each with the number of the share.
    pub fn add(&mut self, share: RecoveryShare) -> Result<u8, RecoveryError> {
        self.set.judge(&share, &self.older)?;
        if self.shares.iter().any(|known| known.number == share.number) {
            return Err(RecoveryError::Duplicate { number: share.number });
        }
        self.shares.push(share);
        Ok(self.missing())
    }

    /// How many more shares are needed.
    #[must_use]
    pub fn missing(&self) -> u8 {
        let given = u8::try_from(self.shares.len()).unwrap_or(u8::MAX);
        self.set.threshold().saturating_sub(given)
    }

    /// Puts the private half together.
    ///
    /// # Errors
    /// [`RecoveryError::NotEnough`]; [`RecoveryError::NotThePair`] if right shares give a wrong key, which nobody can
    /// bring about who does not hold the ceremony's secret.
    pub fn finish(self) -> Result<RecoveryKey, RecoveryError> {
        match self.missing() {
            0 => {}
            missing => return Err(RecoveryError::NotEnough { missing }),
        }
        let needed = &self.shares[..usize::from(self.set.threshold())];
        let numbered: Vec<_> = needed.iter().map(|share| (share.number, &share.value)).collect();
        let seed = combine_shares(&numbered)?;
        let half = self.set.private_half(&seed).ok_or(RecoveryError::NotThePair)?;
        Ok(RecoveryKey { set: self.set, half })
    }
}

impl fmt::Debug for Restoring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restoring({:?}, {} shares, redacted)", self.set, self.shares.len())
    }
}

/// The private half of a recovery key, put together again. It gives what it opens to public keys only, and is wiped on
/// drop: keep it as short as the work takes.
pub struct RecoveryKey {
    set: RecoverySet,
    half: PrivateHalf,
}

impl RecoveryKey {
    /// The set that it belongs to.
    #[must_use]
    pub fn set(&self) -> &RecoverySet {
        &self.set
    }

    /// Opens a circle's secret and wraps it to a member's public key. The secret itself is shown to nobody.
    ///
    /// `commitment` is what the roster lists of this circle: another secret is refused.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was wrapped to another key or for another place, or changed; [`KeyError::Commitment`] if
    /// it is not the secret that the roster lists.
    pub fn rewrap(
        &self,
        circle: CircleName,
        commitment: &Commitment,
        wrapped: &[u8],
        member: &PublicIdentity,
    ) -> Result<Vec<u8>, KeyError> {
        member.wrap_circle(self.set.vault(), circle, &self.open(circle, commitment, wrapped)?)
    }

    /// Opens a circle's secret and wraps it to the public half of the set that replaces this one.
    ///
    /// # Errors
    /// As [`rewrap`](Self::rewrap); [`RecoveryError::Sequence`] if that set does not follow.
    pub fn hand_over(
        &self,
        circle: CircleName,
        commitment: &Commitment,
        wrapped: &[u8],
        next: &RecoverySet,
    ) -> Result<Vec<u8>, KeyError> {
        next.require_follows(Some(&self.set))?;
        next.wrap_circle(circle, &self.open(circle, commitment, wrapped)?)
    }

    /// Signs, as enough holders of shares together: only that somebody becomes a custodian.
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        self.half.signing.sign(message)
    }

    /// Opens a key under which a session wrapped data keys for this recovery key: for the vault, which wraps them for those
    /// who may open them.
    pub(crate) fn open_envelope(&self, envelope: &Envelope, binding: &[u8]) -> Result<EnvelopeKey, KeyError> {
        let info = self.set.envelope_info(binding);
        Ok(EnvelopeKey::new(self.half.pair.open_secret(&info, envelope.as_bytes())?))
    }

    pub(super) fn open(
        &self,
        circle: CircleName,
        commitment: &Commitment,
        wrapped: &[u8],
    ) -> Result<CircleSecret, KeyError> {
        let secret = CircleSecret::from_secret(
            self.half.pair.open_secret(&self.set.public_key().wrap_info(self.set.vault(), circle), wrapped)?,
        );
        let listed = secret.commitment(self.set.vault(), circle) == *commitment;
        if listed { Ok(secret) } else { Err(KeyError::Commitment) }
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecoveryKey({:?}, redacted)", self.set)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::{ScopeId, VaultId};
    use crate::keys::{Identity, LooseShares, RecoveryScope};
    use crate::seal::{SealError, Secret};

    fn ceremony(threshold: u8, count: u8) -> (RecoverySet, Vec<RecoveryShare>) {
        RecoverySet::first(VaultId::random(), RecoveryScope::Unit(ScopeId::random()), threshold, count).unwrap()
    }

    fn restore(set: &RecoverySet, shares: &[RecoveryShare]) -> Result<RecoveryKey, RecoveryError> {
        let mut restoring = Restoring::begin(set.clone(), Vec::new());
        shares.iter().try_for_each(|share| restoring.add(share.clone()).map(drop))?;
        restoring.finish()
    }

    #[test]
    fn a_circle_reaches_a_new_member_and_nobody_else() {
        let (set, shares) = ceremony(2, 3);
        let (member, stranger, secret) = (Identity::generate(), Identity::generate(), CircleSecret::generate());
        let circle = CircleName { scope: ScopeId::random(), compartment: 1, generation: 2 };
        let commitment = secret.commitment(set.vault(), circle);
        let kept = set.wrap_circle(circle, &secret).unwrap();
        let key = restore(&set, &shares[1..]).unwrap();
        let wrapped = key.rewrap(circle, &commitment, &kept, &member.public()).unwrap();
        assert_eq!(member.open_circle(set.vault(), circle, &wrapped).unwrap(), secret);
        assert!(stranger.open_circle(set.vault(), circle, &wrapped).is_err());

        let elsewhere = [
            CircleName { scope: ScopeId::random(), ..circle },
            CircleName { compartment: 2, ..circle },
            CircleName { generation: 1, ..circle },
        ];
        for circle in elsewhere {
            let moved = key.rewrap(circle, &commitment, &kept, &member.public());
            assert_eq!(moved, Err(KeyError::Wrap(SealError::Authentication)));
        }
        let other = key.rewrap(circle, &[0; 32], &kept, &member.public());
        assert_eq!(other, Err(KeyError::Commitment));
        let (stranger_set, stranger_shares) = ceremony(2, 3);
        let stranger_key = restore(&stranger_set, &stranger_shares[..2]).unwrap();
        assert!(stranger_key.rewrap(circle, &commitment, &kept, &member.public()).is_err());
    }

    #[test]
    fn the_new_pair_takes_over_and_the_old_one_opens_nothing_of_it() {
        let (old, old_shares) = ceremony(2, 2);
        let (new, new_shares) = old.next(3, 4).unwrap();
        let (member, secret) = (Identity::generate(), CircleSecret::generate());
        let circle = CircleName { scope: ScopeId::random(), compartment: 5, generation: 1 };
        let commitment = secret.commitment(old.vault(), circle);
        let old_key = restore(&old, &old_shares).unwrap();
        let kept = old.wrap_circle(circle, &secret).unwrap();
        let handed = old_key.hand_over(circle, &commitment, &kept, &new).unwrap();
        assert!(old_key.rewrap(circle, &commitment, &handed, &member.public()).is_err());
        let new_key = restore(&new, &new_shares[1..]).unwrap();
        assert!(new_key.rewrap(circle, &commitment, &handed, &member.public()).is_ok());
        let backwards = new_key.hand_over(circle, &commitment, &handed, &old);
        assert_eq!(backwards, Err(KeyError::Recovery(RecoveryError::Sequence)));
    }

    #[test]
    fn an_envelope_opens_with_the_key_and_for_its_session_only() {
        let (set, shares) = ceremony(2, 2);
        let (next, next_shares) = set.next(2, 2).unwrap();
        let (_, envelope) = set.envelope(b"session").unwrap();
        let key = restore(&set, &shares).unwrap();
        assert!(key.open_envelope(&envelope, b"session").is_ok());
        assert!(key.open_envelope(&envelope, b"other").is_err());
        assert!(restore(&next, &next_shares).unwrap().open_envelope(&envelope, b"session").is_err());
    }

    #[test]
    fn a_wrong_share_is_named_and_the_others_stay() {
        let (old, old_shares) = ceremony(2, 3);
        let (set, shares) = old.next(3, 5).unwrap();
        let (_, stranger) = ceremony(3, 5);
        let (_, oversight) = RecoverySet::first(set.vault(), RecoveryScope::Oversight, 3, 5).unwrap();
        let mut restoring = Restoring::begin(set, vec![old]);
        assert_eq!(restoring.add(shares[3].clone()), Ok(2));
        let changed = |change: &dyn Fn(&mut RecoveryShare)| {
            let mut share = shares[2].clone();
            change(&mut share);
            share
        };
        let wrong = [
            (shares[3].clone(), RecoveryError::Duplicate { number: 4 }),
            (old_shares[2].clone(), RecoveryError::OlderCeremony { number: 3, ceremony: 1 }),
            (stranger[1].clone(), RecoveryError::OtherCeremony { number: 2 }),
            (oversight[0].clone(), RecoveryError::OtherCeremony { number: 1 }),
            (changed(&|share| share.value = Secret::generate()), RecoveryError::Changed { number: 3 }),
            (changed(&|share| share.number = 2), RecoveryError::Changed { number: 2 }),
            (changed(&|share| share.number = 6), RecoveryError::Changed { number: 6 }),
            (changed(&|share| share.threshold = 2), RecoveryError::Changed { number: 3 }),
            (changed(&|share| share.mark[0] ^= 1), RecoveryError::OtherCeremony { number: 3 }),
        ];
        for (share, error) in wrong {
            assert_eq!(restoring.add(share), Err(error));
        }
        assert_eq!(restoring.add(shares[0].clone()), Ok(1));
        assert_eq!(restoring.missing(), 1);
        assert_eq!(restoring.add(shares[4].clone()), Ok(0));
        assert!(restoring.finish().is_ok());
    }

    #[test]
    fn too_few_shares_and_a_swapped_key_give_nothing() {
        let (set, shares) = ceremony(3, 4);
        assert_eq!(restore(&set, &shares[..2]).err(), Some(RecoveryError::NotEnough { missing: 1 }));
        // Somebody puts a key of their own into the set, and digests that fit: the shares do not give it.
        let (other, _) = RecoverySet::first(set.vault(), set.scope(), 3, 4).unwrap();
        assert_eq!(restore(&other, &shares[..3]).err(), Some(RecoveryError::OtherCeremony { number: 1 }));
        let seed = Secret::generate();
        assert!(set.private_half(&seed).is_none());
    }

    #[test]
    fn shares_without_a_set_name_their_key_themselves() {
        let (set, shares) = ceremony(2, 3);
        let (_, others) = ceremony(2, 3);
        let mut loose = LooseShares::new();
        assert_eq!(
            (loose.missing(), loose.key(set.vault()).err()),
            (None, Some(RecoveryError::NotEnough { missing: 2 }.into()))
        );
        assert_eq!(loose.add(shares[0].clone()), Ok(1));
        assert_eq!(loose.add(shares[0].clone()), Err(RecoveryError::Duplicate { number: 1 }));
        assert_eq!(loose.add(others[1].clone()), Err(RecoveryError::OtherCeremony { number: 2 }));
        assert_eq!(loose.add(shares[2].clone()), Ok(0));
        assert_eq!(loose.key(set.vault()).unwrap().public_key(), set.public_key());
        assert_eq!(loose.key(VaultId::random()).err(), Some(RecoveryError::NotTogether.into()));
        let mut altered = LooseShares::new();
        altered.add(shares[0].clone()).unwrap();
        altered.add(RecoveryShare { value: Secret::generate(), ..shares[1].clone() }).unwrap();
        assert_eq!(altered.key(set.vault()).err(), Some(RecoveryError::NotTogether.into()));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let (set, shares) = ceremony(2, 2);
        let mut restoring = Restoring::begin(set.clone(), Vec::new());
        restoring.add(shares[0].clone()).unwrap();
        assert!(format!("{restoring:?}").ends_with("1 shares, redacted)"));
        assert!(format!("{:?}", restore(&set, &shares).unwrap()).ends_with("redacted)"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// Any subset of shares, through their text form: enough of them restore, fewer say how many are missing.
        #[test]
        fn any_subset_of_shares(
            (threshold, count) in (2_u8..6).prop_flat_map(|threshold| (Just(threshold), threshold..9)),
            chosen in prop::collection::vec(any::<bool>(), 9),
        ) {
            let (set, shares) = ceremony(threshold, count);
            let chosen: Vec<_> = shares
                .iter()
                .zip(chosen)
                .filter(|(_, chosen)| *chosen)
                .map(|(share, _)| RecoveryShare::from_text(&share.to_text()).unwrap())
                .collect();
            let missing = threshold.saturating_sub(u8::try_from(chosen.len()).unwrap());
            match restore(&set, &chosen) {
                Ok(key) => prop_assert!(missing == 0 && key.set() == &set),
                Err(error) => prop_assert_eq!(error, RecoveryError::NotEnough { missing }),
            }
        }
    }
}
