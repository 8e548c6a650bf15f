//! The authenticated state: one root over every current head, every wrapped key, every case's circle and every search token.
//!
//! Heads, keys, slots and circles fall into 4096 buckets by the first 12 bits of their ids; records of one scope share a
//! bucket. Tokens
//! have an area of their own, with 4096 buckets by their first 12 bits. Each bucket has a sum (mod 2^256) of HMACs, one
//! per row in it: an update is a subtraction and an addition. 64 sums form a chunk; chunks are sealed (so that no thief
//! sees sums or their differences), an area is fixed by the digests of its 64 sealed chunks, and the root by both areas.
//! The counts of members have one sum, which is kept in memory only and counted anew when the state is loaded: a read
//! writes its row and no chunk for it. Of it the root has a keyed digest.
//! Where the entries about records stand that were only read is in lists whose digest is in the root as well ([`super::recent`]).
//! A session signs the root with every commit. Loading costs 128 rows whatever the size of the vault; a bucket is
//! compared with its rows when it is first touched after loading. See docs/adr/0005 and docs/adr/0014.

mod elements;

use super::recent::Recent;
use super::sums::{BUCKETS, CHUNKS, Sum, Sums, add, subtract};
use super::{Error, IntegrityError};
use crate::id::{RecordId, VaultId};
use crate::keys::CircleKeys;
use crate::seal::{LabelledInput, MacKey, Secret, derive_secret, sha256};
use crate::store::{
    BackupKeyRow, CircleRow, CorrespondentRow, FindingRow, HeadRow, KeyRow, Rows, SlotRow, StatisticsLinkRow,
    StatisticsRow, TallyRow, Token,
};

/// Bits of a token that do not choose its bucket.
const TOKENS_PER_BUCKET: usize = (Token::MAX as usize + 1) / BUCKETS;

/// The loaded state of one vault.
pub(super) struct State {
    vault: VaultId,
    element_key: MacKey,
    chunk_key: Secret,
    records: Sums,
    tokens: Sums,
    recent: Recent,
    tallies: Sum,
}

impl State {
    /// The state of a vault without records. `roster` are the keys of the circle of all members.
    pub(super) fn empty(vault: VaultId, roster: &CircleKeys) -> Self {
        let derive = |label| derive_secret(roster.value_key(), &LabelledInput::new(label).part(vault.as_bytes()));
        Self {
            vault,
            element_key: MacKey::new(&derive("saferoom/state/element-key")),
            chunk_key: derive("saferoom/state/chunk-key"),
            records: Sums::empty(0),
            tokens: Sums::empty(CHUNKS),
            recent: Recent::empty(vault, roster),
            tallies: [0; 4],
        }
    }

    /// Takes the keys of a newer generation of the circle of all members. The sums are those under the old keys until they
    /// are loaded or counted again.
    pub(super) fn rekey(&mut self, roster: &CircleKeys) {
        let fresh = Self::empty(self.vault, roster);
        (self.element_key, self.chunk_key, self.recent) = (fresh.element_key, fresh.chunk_key, fresh.recent);
    }

    /// Counts all rows again, under the keys of this circle: after a member has left who knew the old ones. Every row is
    /// compared with the old sums first: what was changed from outside is not taken in with the rest.
    pub(super) fn recount(&mut self, rows: &Rows<'_>, roster: &CircleKeys) -> Result<(), Error> {
        self.verify_all(rows)?;
        self.verify_all_tokens(rows)?;
        self.verify_tallies(rows)?;
        self.settle_recent(rows)?;
        *self = Self::empty(self.vault, roster);
        let (first, last) = ([0; 16], [0xFF; 16]);
        rows.each_head(first, last, |head| self.add_head(&head))?;
        rows.each_key(first, last, |key| self.add_key(key))?;
        rows.each_slot(first, last, |slot| self.add_slot(slot))?;
        rows.each_circle_entry(first, last, |entry| self.add_circle_entry(&entry))?;
        rows.each_correspondent(first, last, |row| self.add_correspondent(row))?;
        rows.each_finding(first, last, |finding| self.add_finding(&finding))?;
        rows.each_statistics(first, last, |row| self.add_statistics(&row))?;
        rows.each_statistics_link(first, last, |row| self.add_statistics_link(row))?;
        rows.backup_keys()?.iter().for_each(|key| self.add_backup_key(key));
        rows.each_token(0, Token::MAX, |token, record| self.add_token(token, record))?;
        rows.each_tally(|tally| self.add_tally(tally))?;
        Ok(())
    }

    /// Loads the state and checks it against the signed root. `growing` is the list of places in the row of the newest statement.
    pub(super) fn load(&mut self, rows: &Rows<'_>, root: &[u8; 32], growing: Vec<u8>) -> Result<(), Error> {
        let (sealed, full) = (rows.state()?, rows.recent()?);
        let (records, tokens) = sealed.split_at_checked(CHUNKS).ok_or(IntegrityError::State)?;
        if tokens.len() != CHUNKS {
            return Err(IntegrityError::State.into());
        }
        let recent = self.recent.take_sealed(&full, growing);
        self.tallies = self.sum_of_tallies(rows)?;
        let areas = (self.records.take_digests(records), self.tokens.take_digests(tokens));
        if self.root(areas, recent) != *root {
            return Err(IntegrityError::State.into());
        }
        self.recent.open(&full)?;
        self.records.open(self.vault, &self.chunk_key, records)?;
        self.tokens.open(self.vault, &self.chunk_key, tokens)
    }

    /// Writes what has changed; returns the new root. The list of [`recent`](Self::recent) places is the caller's to write.
    pub(super) fn store(&mut self, rows: &Rows<'_>) -> Result<[u8; 32], Error> {
        if self.recent.is_full() {
            self.settle_recent(rows)?;
        }
        let records = self.records.store(rows, self.vault, &self.chunk_key)?;
        let tokens = self.tokens.store(rows, self.vault, &self.chunk_key)?;
        let recent = self.recent.store(rows)?;
        Ok(self.root((records, tokens), recent))
    }

    fn root(&self, (records, tokens): ([u8; 32], [u8; 32]), recent: [u8; 32]) -> [u8; 32] {
        let mut sum = [0; 32];
        for (bytes, limb) in sum.chunks_exact_mut(8).zip(&self.tallies) {
            bytes.copy_from_slice(&limb.to_le_bytes());
        }
        // Keyed, so that no thief sees the sum.
        let input = LabelledInput::new("saferoom/state/tallies").part(&sum);
        let tallies = self.element_key.sign(input.as_bytes());
        let input = LabelledInput::new("saferoom/state-root").part(&records).part(&tokens).part(&recent);
        sha256(input.part(&tallies).as_bytes())
    }

    /// The sealed list of the newest places, as it belongs into the row of the newest statement.
    pub(super) fn recent(&self) -> &[u8] {
        self.recent.sealed()
    }

    /// Place of the newest entry about the record with this head.
    pub(super) fn last_entry(&self, head: &HeadRow) -> u64 {
        self.recent.last_entry(head)
    }

    /// Notes that the newest entry about a record, which was not written, stands at `entry`.
    pub(super) fn note_entry(&mut self, head: &HeadRow, entry: u64) {
        self.recent.note(head, entry);
    }

    /// Puts all places that were noted into their heads.
    fn settle_recent(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        for (record, entry) in self.recent.take(rows)? {
            // What is taken out of the sum has to be what was counted in, and not what it was changed into.
            self.verify_bucket(rows, record.as_bytes())?;
            let head = rows.head(record)?.ok_or(IntegrityError::Bucket)?;
            if head.entry < entry {
                self.remove_head(&head);
                self.add_head(&HeadRow { entry, ..head });
                rows.touch_head(record, entry)?;
            }
        }
        Ok(())
    }

    /// Replaces the head of a record that was written, or takes its first one in.
    pub(super) fn replace_head(&mut self, old: Option<&HeadRow>, head: &HeadRow) {
        if let Some(old) = old {
            self.remove_head(old);
            self.recent.written(head.record);
        }
        self.add_head(head);
    }

    /// Takes a head into the sum of its bucket.
    fn add_head(&mut self, head: &HeadRow) {
        let element = self.head_element(head);
        self.records.add(bucket_of(head.record.as_bytes()), &element);
    }

    /// Takes a head out of the sum of its bucket.
    fn remove_head(&mut self, head: &HeadRow) {
        let element = self.head_element(head);
        self.records.subtract(bucket_of(head.record.as_bytes()), &element);
    }

    /// Takes a wrapped key into the sum of its bucket.
    pub(super) fn add_key(&mut self, key: &KeyRow) {
        let element = self.key_element(key);
        self.records.add(bucket_of(key.scope.as_bytes()), &element);
    }

    /// Takes a wrapped key out of the sum of its bucket.
    pub(super) fn remove_key(&mut self, key: &KeyRow) {
        let element = self.key_element(key);
        self.records.subtract(bucket_of(key.scope.as_bytes()), &element);
    }

    /// Takes what lies in a slot into the sum of its bucket.
    pub(super) fn add_slot(&mut self, slot: &SlotRow) {
        let element = self.slot_element(slot);
        self.records.add(bucket_of(&slot.slot), &element);
    }

    /// Takes what lay in a slot out of the sum of its bucket.
    pub(super) fn remove_slot(&mut self, slot: &SlotRow) {
        let element = self.slot_element(slot);
        self.records.subtract(bucket_of(&slot.slot), &element);
    }

    /// Takes an entry of a case's circle into the sum of its bucket.
    pub(super) fn add_circle_entry(&mut self, entry: &CircleRow) {
        let element = self.circle_element(entry);
        self.records.add(bucket_of(entry.scope.as_bytes()), &element);
    }

    /// Takes what is remembered of a sender into the sum of its bucket.
    pub(super) fn add_correspondent(&mut self, row: &CorrespondentRow) {
        let element = self.correspondent_element(row);
        self.records.add(bucket_of(&row.sender), &element);
    }

    /// Takes what was remembered of a sender out of the sum of its bucket.
    pub(super) fn remove_correspondent(&mut self, row: &CorrespondentRow) {
        let element = self.correspondent_element(row);
        self.records.subtract(bucket_of(&row.sender), &element);
    }

    /// Takes a finding into the sum of its bucket.
    pub(super) fn add_finding(&mut self, finding: &FindingRow) {
        let element = self.finding_element(finding);
        self.records.add(bucket_of(&finding.id), &element);
    }

    /// Takes a row of the statistics into the sum of its bucket.
    pub(super) fn add_statistics(&mut self, row: &StatisticsRow) {
        let element = self.statistics_element(row);
        self.records.add(bucket_of(&row.id), &element);
    }

    /// Takes a row of the statistics out of the sum of its bucket.
    pub(super) fn remove_statistics(&mut self, row: &StatisticsRow) {
        let element = self.statistics_element(row);
        self.records.subtract(bucket_of(&row.id), &element);
    }

    /// Takes the links of a case into the sum of its bucket.
    pub(super) fn add_statistics_link(&mut self, row: &StatisticsLinkRow) {
        let element = self.statistics_link_element(row);
        self.records.add(bucket_of(row.scope.as_bytes()), &element);
    }

    /// Takes the links of a case out of the sum of its bucket.
    pub(super) fn remove_statistics_link(&mut self, row: &StatisticsLinkRow) {
        let element = self.statistics_link_element(row);
        self.records.subtract(bucket_of(row.scope.as_bytes()), &element);
    }

    /// Takes the row of a backup key into the sum of the first bucket.
    pub(super) fn add_backup_key(&mut self, key: &BackupKeyRow) {
        let element = self.backup_key_element(key);
        self.records.add(0, &element);
    }

    /// Takes what was counted of a member into the sum.
    pub(super) fn add_tally(&mut self, tally: &TallyRow) {
        let element = self.tally_element(tally);
        add(&mut self.tallies, &element);
    }

    /// Takes what was counted of a member out of the sum.
    pub(super) fn remove_tally(&mut self, tally: &TallyRow) {
        let element = self.tally_element(tally);
        subtract(&mut self.tallies, &element);
    }

    /// Compares the sum of the counts with their rows.
    pub(super) fn verify_tallies(&self, rows: &Rows<'_>) -> Result<(), Error> {
        if self.sum_of_tallies(rows)? == self.tallies { Ok(()) } else { Err(IntegrityError::Bucket.into()) }
    }

    fn sum_of_tallies(&self, rows: &Rows<'_>) -> Result<Sum, Error> {
        let mut sum = [0; 4];
        rows.each_tally(|tally| add(&mut sum, &self.tally_element(tally)))?;
        Ok(sum)
    }

    /// Takes the row of a token into the sum of its bucket.
    pub(super) fn add_token(&mut self, token: Token, record: RecordId) {
        let element = self.token_element(token, record);
        self.tokens.add(bucket_of_token(token), &element);
    }

    /// Takes the row of a token out of the sum of its bucket.
    pub(super) fn remove_token(&mut self, token: Token, record: RecordId) {
        let element = self.token_element(token, record);
        self.tokens.subtract(bucket_of_token(token), &element);
    }

    /// Takes all tokens out.
    pub(super) fn clear_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Compares the bucket of `id` with its rows, once after each loading.
    pub(super) fn verify_bucket(&mut self, rows: &Rows<'_>, id: &[u8; 16]) -> Result<(), Error> {
        let bucket = bucket_of(id);
        if self.records.is_verified(bucket) {
            return Ok(());
        }
        let (first, last) = bounds(bucket);
        let mut sum = [0; 4];
        rows.each_head(first, last, |head| add(&mut sum, &self.head_element(&head)))?;
        rows.each_key(first, last, |key| add(&mut sum, &self.key_element(key)))?;
        rows.each_slot(first, last, |slot| add(&mut sum, &self.slot_element(slot)))?;
        rows.each_circle_entry(first, last, |entry| add(&mut sum, &self.circle_element(&entry)))?;
        rows.each_correspondent(first, last, |row| add(&mut sum, &self.correspondent_element(row)))?;
        rows.each_finding(first, last, |finding| add(&mut sum, &self.finding_element(&finding)))?;
        rows.each_statistics(first, last, |row| add(&mut sum, &self.statistics_element(&row)))?;
        rows.each_statistics_link(first, last, |row| add(&mut sum, &self.statistics_link_element(row)))?;
        if bucket == 0 {
            rows.backup_keys()?.iter().for_each(|key| add(&mut sum, &self.backup_key_element(key)));
        }
        Ok(self.records.verify(bucket, &sum)?)
    }

    /// Compares the bucket of a token with its rows, once after each loading.
    pub(super) fn verify_token(&mut self, rows: &Rows<'_>, token: Token) -> Result<(), Error> {
        let bucket = bucket_of_token(token);
        if self.tokens.is_verified(bucket) { Ok(()) } else { self.verify_tokens(rows, bucket).map(|_| ()) }
    }

    /// Compares a bucket of tokens with its rows; returns how many there are.
    fn verify_tokens(&mut self, rows: &Rows<'_>, bucket: usize) -> Result<u64, Error> {
        let first = (bucket * TOKENS_PER_BUCKET) as Token;
        let last = (bucket * TOKENS_PER_BUCKET + TOKENS_PER_BUCKET - 1) as Token;
        let (mut sum, mut count) = ([0; 4], 0);
        rows.each_token(first, last, |token, record| {
            count += 1;
            add(&mut sum, &self.token_element(token, record));
        })?;
        self.tokens.verify(bucket, &sum)?;
        Ok(count)
    }

    /// Compares every bucket of heads and keys with its rows.
    pub(super) fn verify_all(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        (0..BUCKETS).try_for_each(|bucket| self.verify_bucket(rows, &bounds(bucket).0))
    }

    /// Compares every bucket of tokens with its rows; returns how many tokens there are.
    pub(super) fn verify_all_tokens(&mut self, rows: &Rows<'_>) -> Result<u64, Error> {
        (0..BUCKETS).try_fold(0, |count, bucket| Ok(count + self.verify_tokens(rows, bucket)?))
    }
}

fn bucket_of(id: &[u8; 16]) -> usize {
    usize::from(u16::from_be_bytes([id[0], id[1]]) >> 4)
}

fn bucket_of_token(token: Token) -> usize {
    usize::from(token) / TOKENS_PER_BUCKET
}

/// The lowest and highest id of a bucket.
fn bounds(bucket: usize) -> ([u8; 16], [u8; 16]) {
    let start = (bucket as u16) << 4;
    let (mut first, mut last) = ([0; 16], [0xFF; 16]);
    first[..2].copy_from_slice(&start.to_be_bytes());
    last[..2].copy_from_slice(&(start | 0xF).to_be_bytes());
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_cover_all_ids() {
        assert_eq!(bounds(0).0, [0; 16]);
        assert_eq!(bounds(BUCKETS - 1).1, [0xFF; 16]);
        for bucket in 0..BUCKETS {
            let (first, last) = bounds(bucket);
            assert_eq!((bucket_of(&first), bucket_of(&last)), (bucket, bucket));
        }
    }

    #[test]
    fn buckets_cover_all_tokens() {
        for token in 0..=Token::MAX {
            assert!(bucket_of_token(token) < BUCKETS);
        }
        assert_eq!((bucket_of_token(0), bucket_of_token(Token::MAX)), (0, BUCKETS - 1));
    }
}
