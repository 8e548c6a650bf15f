//! The search across units: an action of its own. It answers which unit to ask, and nothing else.
//!
//! A search across units is how a child is not asked everything a second time, and also how somebody would look for a
//! child who was moved away from them. So it is logged as its own event, and a member has few of them in an hour. The
//! recent ones are kept in the host's key store: a new sign-in has no new ones. This is policy, evidenced by the log.

use zeroize::Zeroizing;

use crate::access::Access;
use crate::access::policy::Action;
use crate::id::{MemberId, RecordId, VaultId};
use crate::keys::{KeyError, KeyStore};
use crate::log::{Event, Outcome};
use crate::model::search::SearchQuery;
use crate::vault::{Error, Session};

/// Searches across units that a member has in an hour.
pub(super) const PER_HOUR: usize = 20;

pub(super) const HOUR: u64 = 3_600_000;

/// What a search across units answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnitsAnswer {
    /// In these units there may be an earlier record; perhaps in none.
    Ask(Vec<RecordId>),
    /// Too many records would answer: ask for more.
    TooMany,
}

impl Session {
    /// Asks every unit whose search circle this member holds whether it may have an earlier record. The entry in the log
    /// is durable before the answer is returned.
    ///
    /// # Errors
    /// [`Error::TooOften`], logged as denied, after 20 of them within an hour; otherwise as [`search`](Self::search).
    pub fn search_across_units(&self, query: &SearchQuery, access: &Access) -> Result<UnitsAnswer, Error> {
        let spec = self.spec_of_query(query)?;
        let asked = query.resolve(spec)?;
        let (vault, member) = self.with_keys(|keys| Ok((keys.file.vault, keys.member.member)))?;
        let (now, _) = self.vault().clock();
        let kept = Recent::load(self.vault().key_store(), vault, member)?;
        let recent = kept.with(now).inspect_err(|error| {
            let _ = self.log_failure(access, Event::Denied, Outcome::MinorFailure, &[], error);
        })?;
        // Kept first: who ends the program in between has used one up.
        recent.store(self.vault().key_store(), vault, member)?;
        let home = self.unit().scope();
        self.act(access, Event::QueryAcrossUnits, &[], |act| {
            act.demand(Action::SearchAcrossUnits)?;
            let units = act.keys.searchable_units();
            let (mut ask, mut too_many) = (Vec::new(), false);
            for unit in &units {
                let matches = act.matches(*unit, spec, &asked)?;
                too_many |= matches.too_many;
                if !matches.is_empty() {
                    ask.push(unit.record());
                }
            }
            act.log_search(Event::QueryAcrossUnits, home, spec, &asked, ask.len(), Some(units.len()))?;
            act.count_search(spec, &asked, true)?;
            Ok(if too_many { UnitsAnswer::TooMany } else { UnitsAnswer::Ask(ask) })
        })
    }
}

/// When a member has searched across units lately: at most [`PER_HOUR`] moments, each 8 bytes, big-endian, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Recent(Vec<u64>);

impl Recent {
    /// These and one more, without those that are over an hour ago.
    pub(super) fn with(&self, now: u64) -> Result<Self, Error> {
        // A clock that was put back makes nothing forgotten.
        let now = self.0.last().map_or(now, |last| now.max(*last));
        let mut recent: Vec<_> = self.0.iter().copied().filter(|moment| now - moment < HOUR).collect();
        match recent.first() {
            Some(first) if recent.len() >= PER_HOUR => Err(Error::TooOften { again_at: first.saturating_add(HOUR) }),
            _ => {
                recent.push(now);
                Ok(Self(recent))
            }
        }
    }

    pub(super) fn load(store: &dyn KeyStore, vault: VaultId, member: MemberId) -> Result<Self, Error> {
        let kept = store.load(&name(vault, member)).map_err(KeyError::from)?;
        kept.map_or_else(|| Ok(Self::default()), |bytes| Self::decode(&bytes))
    }

    fn store(&self, store: &dyn KeyStore, vault: VaultId, member: MemberId) -> Result<(), Error> {
        Ok(store.store(&name(vault, member), &self.encode()).map_err(KeyError::from)?)
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.iter().flat_map(|moment| moment.to_be_bytes()).collect())
    }

    /// What was kept. Something else in its place is as if all were used up.
    fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let (moments, rest) = bytes.as_chunks::<8>();
        let moments: Vec<_> = moments.iter().map(|moment| u64::from_be_bytes(*moment)).collect();
        let kept = rest.is_empty() && moments.len() <= PER_HOUR && moments.is_sorted();
        if kept { Ok(Self(moments)) } else { Err(KeyError::KeyStore(crate::keys::KeyStoreError::Failed).into()) }
    }
}

fn name(vault: VaultId, member: MemberId) -> String {
    format!("saferoom/{vault}/across-units/{member}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_comes_back_or_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(recent) = Recent::decode(&bytes) {
                prop_assert_eq!(&recent.encode()[..], &bytes[..]);
            }
        }

        #[test]
        fn never_more_than_allowed_in_an_hour(steps in proptest::collection::vec(0..HOUR / 5, 1..200)) {
            let (mut recent, mut now, mut allowed) = (Recent::default(), 0, Vec::new());
            for step in steps {
                now += step;
                match recent.with(now) {
                    Ok(next) => {
                        allowed.push(now);
                        recent = Recent::decode(&next.encode()).unwrap();
                    }
                    Err(error) => {
                        let later = matches!(error, Error::TooOften { again_at } if again_at > now);
                        prop_assert!(later);
                    }
                }
                prop_assert!(allowed.iter().filter(|moment| now - **moment < HOUR).count() <= PER_HOUR);
            }
        }
    }

    #[test]
    fn a_clock_put_back_gives_nothing_back() {
        let full = (0..PER_HOUR).fold(Recent::default(), |recent, _| recent.with(10 * HOUR).unwrap());
        for now in [10 * HOUR, 0, 11 * HOUR - 1] {
            assert_eq!(full.with(now), Err(Error::TooOften { again_at: 11 * HOUR }));
        }
        assert!(full.with(11 * HOUR).is_ok());
    }
}
