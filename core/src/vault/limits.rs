//! Limits: what a member reads and searches is counted, and compared with what the access-policy calls usual for their role.
//!
//! The counts are a row of the member's own, written in the transaction of the entries that it counts and bound into the
//! authenticated state; what follows from them is decided before that transaction ends. An act that is refused is rolled
//! back, and logged in one of its own. Policy, evidenced by the log: no key depends on it. See docs/adr/0034.

use std::time::Duration;

use ring::hmac;

use super::act::Act;
use super::{Error, IntegrityError};
use crate::access::policy::{Effect, Measure};
use crate::access::{AccessError, FindingKind, Reached, SearchToken, Tally};
use crate::id::{ScopeId, VaultId};
use crate::keys::MemberKeys;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::RecordSpec;
use crate::model::search::Asked;
use crate::seal::{LabelledInput, Secret, ValueContext, derive_bytes, derive_secret, hmac_key};
use crate::store::{HeadRow, TallyRow};

/// Tallies are padded to multiples of this.
const PADDED: usize = 512;

/// How long the first slow answer waits; each further one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// No answer waits longer, whatever the access-policy says.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The counts of a member in memory.
pub(super) struct Counting {
    tally: Tally,
    row: Option<TallyRow>,
    keys: TallyKeys,
}

/// Where a tally lies, under which key, and by which key searches are known again: all of the member's own.
pub(super) struct TallyKeys {
    pub(super) name: [u8; 16],
    pub(super) seal: Secret,
    search: hmac::Key,
}

impl Counting {
    /// How many acts were counted, ever.
    pub(super) fn total(&self) -> u64 {
        self.tally.total()
    }
}

impl TallyKeys {
    pub(super) fn of(member: &MemberKeys, vault: VaultId) -> Self {
        let input = |label| LabelledInput::new(label).part(vault.as_bytes());
        let mut name = [0; 16];
        name.copy_from_slice(&derive_bytes(member.tally_key(), &input("saferoom/tally/name"))[..16]);
        Self {
            name,
            seal: derive_secret(member.tally_key(), &input("saferoom/tally/key")),
            search: hmac_key(&derive_secret(member.tally_key(), &input("saferoom/tally/search-key"))),
        }
    }

    pub(super) fn context(&self, vault: VaultId) -> ValueContext {
        ValueContext::new(LabelledInput::new("saferoom/tally").part(vault.as_bytes()).part(&self.name))
    }

    /// What a search is known by: a digest of its terms, however they were spelled and in whatever order.
    fn token(&self, spec: &RecordSpec, asked: &[Asked]) -> SearchToken {
        let terms = asked.iter().flat_map(|asked| asked.groups.iter().flatten());
        let mut terms: Vec<_> =
            terms.map(|term| (term.field.map_or(0, |field| field.get()), term.text.as_bytes())).collect();
        terms.sort_unstable();
        terms.dedup();
        let mut mac = hmac::Context::with_key(&self.search);
        mac.update(&spec.kind.number().to_be_bytes());
        for (field, text) in terms {
            mac.update(&field.to_be_bytes());
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text);
        }
        let mut token = SearchToken::default();
        token.copy_from_slice(&mac.sign().as_ref()[..8]);
        token
    }
}

impl Act<'_> {
    /// Counts a read that was granted.
    pub(super) fn count_read(&mut self, head: &HeadRow, unit: ScopeId) -> Result<(), Error> {
        if !self.begin_counting()? {
            return Ok(());
        }
        let other = head.scope != unit && !self.works_on(head.scope)?;
        if let Some(counting) = &mut self.keys.counting {
            counting.tally.read(head.record, other.then_some(head.scope));
        }
        Ok(())
    }

    /// Whether this member was assigned to a case, or something of it is shared with them.
    fn works_on(&mut self, case: ScopeId) -> Result<bool, Error> {
        let (me, now) = (self.keys.member.member, self.wall());
        let circle = self.case_circle(case)?;
        let mut mine = circle.current().filter(|grant| grant.approved && grant.member == me);
        Ok(mine.any(|grant| grant.until.is_none_or(|until| until > now)))
    }

    /// Counts a search that was made.
    pub(super) fn count_search(&mut self, spec: &RecordSpec, asked: &[Asked], across: bool) -> Result<(), Error> {
        if !self.begin_counting()? {
            return Ok(());
        }
        if let Some(counting) = &mut self.keys.counting {
            let token = counting.keys.token(spec, asked);
            counting.tally.search(&token, across);
        }
        Ok(())
    }

    /// Opens a finding about an export of everything, however little that is: for a role with a limit of records.
    pub(super) fn note_whole_export(&mut self) -> Result<(), Error> {
        let measure = Measure::RecordsPerHour;
        if self.keys.role()?.limits().of(measure).next().is_none() {
            return Ok(());
        }
        let count = self.rows.count_heads()?;
        self.open_unusual(measure, count, Effect::Alert)
    }

    /// Opens a finding about an act that a limit refuses, if that is what `error` says. The act itself was rolled back.
    pub(super) fn note_refusal(&mut self, error: &Error) -> Result<(), Error> {
        match error {
            Error::Access(AccessError::ReasonAsked { measure, count }) => {
                self.open_unusual(*measure, *count, Effect::AskReason)
            }
            Error::Access(AccessError::LimitReached { measure, count }) => {
                self.open_unusual(*measure, *count, Effect::Refuse)
            }
            _ => Ok(()),
        }
    }

    /// Decides what follows from what this act has brought the counts to, and writes them. Answers how long the answer
    /// has to wait.
    pub(super) fn settle(&mut self) -> Result<Duration, Error> {
        if !self.counting {
            return Ok(Duration::ZERO);
        }
        let reached = self.reached()?;
        for Reached { measure, count, effect, asks_reason, .. } in reached.iter().copied() {
            if effect == Effect::Refuse {
                return Err(AccessError::LimitReached { measure, count }.into());
            }
            if asks_reason && !self.has_reason() {
                return Err(AccessError::ReasonAsked { measure, count }.into());
            }
        }
        for reached in reached.iter().filter(|reached| reached.is_news) {
            self.open_unusual(reached.measure, reached.count, reached.effect)?;
        }
        self.write_tally()?;
        let slow = reached.iter().map(|reached| reached.slow).max().unwrap_or(0);
        Ok(wait_of(slow, self.keys.roster.policy().slow_seconds()))
    }

    fn reached(&self) -> Result<Vec<Reached>, Error> {
        let limits = self.keys.role()?.limits();
        Ok(self.keys.counting.iter().flat_map(|counting| counting.tally.reached(limits)).collect())
    }

    /// Opens a finding and logs it, unless there was one in this window already.
    fn open_unusual(&mut self, measure: Measure, count: u64, effect: Effect) -> Result<(), Error> {
        if !self.begin_counting()? || !self.keys.counting.as_ref().is_some_and(|of| of.tally.is_news(measure, effect)) {
            return Ok(());
        }
        let finding = self.open_finding(FindingKind::Unusual { measure, count })?;
        let detail = Detail::of(DetailKey::MEASURE, u64::from(measure.number()))
            .with(DetailKey::COUNT, count)
            .with(DetailKey::FINDING, &finding.as_bytes()[..]);
        self.log(Event::Unusual, Outcome::Success, None, Some(detail))?;
        if let Some(counting) = &mut self.keys.counting {
            counting.tally.tell(measure, effect);
        }
        Ok(())
    }

    /// Begins to count, if the role of this member has any limit.
    fn begin_counting(&mut self) -> Result<bool, Error> {
        if self.counting {
            return Ok(true);
        }
        if self.keys.role()?.limits().steps().is_empty() {
            return Ok(false);
        }
        if self.keys.counting.is_none() {
            self.keys.counting = Some(self.load_tally()?);
        }
        let (now, night) = (self.wall(), self.keys.roster.policy().night());
        if let Some(counting) = &mut self.keys.counting {
            counting.tally.begin(now, &night);
        }
        self.counting = true;
        Ok(true)
    }

    fn load_tally(&self) -> Result<Counting, Error> {
        let vault = self.keys.file.vault;
        let keys = TallyKeys::of(self.keys.circles.own(), vault);
        let row = self.rows.tally(&keys.name)?;
        let tally = match &row {
            None => Tally::new(self.wall()),
            Some(row) => {
                let mut plain = Vec::with_capacity(row.sealed.len());
                keys.context(vault).open_onto(&keys.seal, &row.sealed, &mut plain).map_err(|_| AccessError::Tally)?;
                unpadded(&plain)?
            }
        };
        // Whoever has the state signed with less, by a program of their own, is noticed by an open session at least.
        if tally.total() < self.keys.counted {
            return Err(IntegrityError::Rollback.into());
        }
        Ok(Counting { tally, row, keys })
    }

    /// Writes the counts, with what this act has added.
    fn write_tally(&mut self) -> Result<(), Error> {
        let vault = self.keys.file.vault;
        let Some(counting) = &mut self.keys.counting else { return Ok(()) };
        counting.tally.end();
        let plain = padded(&counting.tally.encode());
        let sealed = counting.keys.context(vault).seal(&counting.keys.seal, &plain)?;
        let row = TallyRow { name: counting.keys.name, sealed };
        if let Some(old) = &counting.row {
            self.keys.state.remove_tally(old);
        }
        self.keys.state.add_tally(&row);
        self.rows.put_tally(&row)?;
        counting.row = Some(row);
        Ok(())
    }
}

/// How long an answer waits that is the so manieth slow one; 0: none.
fn wait_of(slow: u64, seconds: u32) -> Duration {
    let Some(doublings) = slow.checked_sub(1) else { return Duration::ZERO };
    let factor = u32::try_from(doublings).ok().and_then(|by| 1_u32.checked_shl(by)).unwrap_or(u32::MAX);
    FIRST_WAIT.saturating_mul(factor).min(Duration::from_secs(seconds.into())).min(LONGEST_WAIT)
}

pub(super) fn padded(tally: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity((tally.len() + 2).next_multiple_of(PADDED));
    plain.extend_from_slice(&(tally.len() as u16).to_be_bytes());
    plain.extend_from_slice(tally);
    plain.resize(plain.len().next_multiple_of(PADDED), 0);
    plain
}

pub(super) fn unpadded(plain: &[u8]) -> Result<Tally, AccessError> {
    let (length, rest) = plain.split_first_chunk::<2>().ok_or(AccessError::Tally)?;
    let (tally, padding) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(AccessError::Tally)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(AccessError::Tally);
    }
    Tally::decode(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_wait_twice_as_long_each_time_and_no_longer_than_the_policy_says() {
        let waits = |seconds| [0, 1, 2, 3, 4, 5, 6, u64::MAX].map(|slow| wait_of(slow, seconds).as_millis());
        assert_eq!(waits(5), [0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
        assert_eq!(waits(600), [0, 250, 500, 1000, 2000, 4000, 8000, 30_000]);
    }
}
