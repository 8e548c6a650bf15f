//! The whole check: every page, every row, every signature, every hash. Shows no value and changes nothing.

use std::collections::HashSet;

use super::act::Act;
use super::lines::first_place;
use super::read::{VerifiedRevision, by_age};
use super::statement::{HEADS_PER_PART, Statement};
use super::{Error, IntegrityError, Session};
use crate::access::Compartments;
use crate::log::{EpochChain, Frontier, Hash, KeyName};
use crate::store::{CommitRow, HeadRow};

/// What a check went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckReport {
    /// Records.
    pub records: u64,
    /// Revisions of them, each with an author.
    pub revisions: u64,
    /// Signed commits that wrote.
    pub commits: u64,
    /// Wrapped data keys.
    pub keys: u64,
    /// Rows of the search index.
    pub tokens: u64,
    /// Sign-ins, each certified by a member, and failed ones that the device has logged, each certified by the device.
    pub sessions: u64,
    /// Log entries, each in the signed tree.
    pub log_entries: u64,
    /// Log entries that were opened and compared with their leaf; 0 without the oversight circle.
    pub entries_opened: u64,
    /// Written revisions that have a log entry; 0 without the oversight circle.
    pub writes_logged: u64,
}

impl Session {
    /// Checks the whole vault. `progress` is told how many steps of how many are done.
    ///
    /// Time grows with the file; memory with the number of revisions (32 bytes each).
    ///
    /// # Errors
    /// The first [`IntegrityError`] or [`crate::store::StoreError`] that it finds.
    pub fn check(&self, mut progress: impl FnMut(u64, u64)) -> Result<CheckReport, Error> {
        let pages = self.vault().store()?.check_pages();
        pages.map_err(|error| self.vault().second_look(error.into()))?;
        self.look(|act| act.check_all(&mut progress))
    }
}

impl Act<'_> {
    /// See [`Session::check`].
    pub(super) fn check_all(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<CheckReport, Error> {
        let mut report = CheckReport::default();
        let total = self.rows.count_entries()?.0 + self.rows.count_heads()?;
        self.check_sessions(&mut report)?;
        self.check_keys(&mut report)?;
        self.keys.state.verify_all(self.rows)?;
        self.keys.state.verify_tallies(self.rows)?;
        self.all_findings()?;
        self.check_tokens(&mut report)?;
        self.check_commits(&mut report)?;
        self.check_log(&mut report, &mut |done| progress(done, total))?;
        let written = self.check_records(&mut report, &mut |done, log| progress(log + done, total))?;
        self.check_writes(&mut report, &written)?;
        Ok(report)
    }

    fn check_sessions(&mut self, report: &mut CheckReport) -> Result<(), Error> {
        for (index, number) in self.rows.session_numbers()?.into_iter().enumerate() {
            let row = self.rows.session(number)?.ok_or(IntegrityError::Certificate)?;
            if number != index as u64 + 1 {
                return Err(IntegrityError::Certificate.into());
            }
            self.keys.verify_any_certificate(&row)?;
            report.sessions += 1;
        }
        let newest = self.rows.tip()?.session.max(self.keys.session);
        if report.sessions < newest { Err(IntegrityError::Certificate.into()) } else { Ok(()) }
    }

    fn check_keys(&mut self, report: &mut CheckReport) -> Result<(), Error> {
        let mut scopes = Vec::new();
        self.rows.each_key([0; 16], [0xFF; 16], |row| {
            report.keys += 1;
            if scopes.last() != Some(&row.scope) {
                scopes.push(row.scope);
            }
        })?;
        let (mut slots, mut circles) = (0, Vec::new());
        self.rows.each_slot([0; 16], [0xFF; 16], |_| slots += 1)?;
        self.rows.each_circle_entry([0; 16], [0xFF; 16], |entry| circles.push(entry.scope))?;
        let mut correspondents = 0;
        self.rows.each_correspondent([0; 16], [0xFF; 16], |_| correspondents += 1)?;
        if self.rows.count_correspondents()? != correspondents {
            return Err(IntegrityError::Bucket.into());
        }
        // Rows under ids of another length lie outside the buckets: rows too many.
        let mut findings = 0;
        self.rows.each_finding([0; 16], [0xFF; 16], |_| findings += 1)?;
        if self.rows.count_findings()? != findings {
            return Err(IntegrityError::Bucket.into());
        }
        let (mut statistics, mut links) = (0, 0);
        self.rows.each_statistics([0; 16], [0xFF; 16], |_| statistics += 1)?;
        self.rows.each_statistics_link([0; 16], [0xFF; 16], |_| links += 1)?;
        if (self.rows.count_statistics()?, self.rows.count_statistics_links()?) != (statistics, links) {
            return Err(IntegrityError::Bucket.into());
        }
        let counted = (self.rows.count_keys()?, self.rows.count_slots()?, self.rows.count_circle_entries()?);
        if counted != (report.keys, slots, circles.len() as u64) {
            return Err(IntegrityError::Bucket.into());
        }
        let names: Vec<_> = self.keys.circles.names().collect();
        for name in &names {
            self.keys.circles.named(name)?;
        }
        circles.dedup();
        for scope in circles {
            self.case_circle(scope)?;
        }
        scopes.into_iter().try_for_each(|scope| self.keys.scope_keys(self.rows, scope).map(|_| ()))
    }

    fn check_tokens(&mut self, report: &mut CheckReport) -> Result<(), Error> {
        report.tokens = self.keys.state.verify_all_tokens(self.rows)?;
        // Tokens that are too long lie outside the buckets: rows too many.
        if self.rows.count_tokens()? == report.tokens { Ok(()) } else { Err(IntegrityError::Bucket.into()) }
    }

    fn check_commits(&mut self, report: &mut CheckReport) -> Result<(), Error> {
        let mut parts = 0;
        for number in self.rows.commit_numbers()? {
            let row: CommitRow = self.rows.commitment(number)?.ok_or(IntegrityError::Author)?;
            let statement = self.keys.verify_statement(self.rows, &row)?;
            if statement.commit != number || statement.parts.is_empty() {
                return Err(IntegrityError::Author.into());
            }
            for (part, signed) in statement.parts.iter().enumerate() {
                let digests = self.rows.authorship(number, part as u32)?.ok_or(IntegrityError::Author)?;
                if Statement::part_digest(&digests) != *signed || digests.len() > HEADS_PER_PART * 32 {
                    return Err(IntegrityError::Author.into());
                }
            }
            parts += statement.parts.len() as u64;
            report.commits += 1;
        }
        if self.rows.count_authorship()? == parts { Ok(()) } else { Err(IntegrityError::Author.into()) }
    }

    fn check_log(&mut self, report: &mut CheckReport, progress: &mut dyn FnMut(u64)) -> Result<(), Error> {
        let kept = (self.keys.frontier.size(), self.keys.frontier.root());
        let ends: Vec<_> =
            self.keys.roster.logs().iter().map(|log| log.ended.map_or(kept, |end| (end.size, end.root))).collect();
        for (number, end) in ends.into_iter().enumerate() {
            self.check_tree(number, end, report, progress)?;
        }
        // Rows outside the range of places, before the first or behind all, are rows too many.
        if self.rows.count_entries()?.0 == report.log_entries { Ok(()) } else { Err(IntegrityError::Log.into()) }
    }

    /// Rebuilds the tree of one log.
    fn check_tree(
        &mut self,
        number: usize,
        (size, root): (u64, Hash),
        report: &mut CheckReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (first, before) = (first_place(number), report.log_entries);
        let mut tree = Frontier::new();
        let mut fits = true;
        let sessions = report.sessions;
        self.rows.each_entry(first, first_place(number + 1), |row| {
            let leaf = row.hashes.get(..32).and_then(|leaf| Hash::from_slice(leaf).ok());
            fits &= row.position == first + tree.size() && (1..=sessions).contains(&row.session);
            fits &= leaf.is_some_and(|leaf| *tree.append(leaf).kept() == row.hashes);
            if tree.size().is_multiple_of(1024) {
                progress(before + tree.size());
            }
        })?;
        report.log_entries += tree.size();
        if !fits || tree.size() != size || tree.root() != root {
            return Err(IntegrityError::Log.into());
        }
        Ok(())
    }

    /// Follows every record back to its first revision; returns the digests of all heads.
    fn check_records(
        &mut self,
        report: &mut CheckReport,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<HashSet<[u8; 32]>, Error> {
        let mut heads: Vec<HeadRow> = Vec::new();
        self.rows.each_head([0; 16], [0xFF; 16], |head| heads.push(head))?;
        if self.rows.count_heads()? != heads.len() as u64 {
            return Err(IntegrityError::Bucket.into());
        }
        let mut digests = HashSet::with_capacity(report.revisions as usize);
        let mut rows = HashSet::with_capacity(report.revisions as usize);
        for head in &heads {
            self.keys.spec_of(head)?;
            let (mut id, mut digest) = (head.revision, head.digest);
            loop {
                let revision = self.verify_revision(head, id, &digest)?;
                if id == head.revision {
                    self.check_authors(head, &revision)?;
                }
                digests.insert(digest);
                rows.insert(id);
                match (revision.row.earlier, revision.row.previous) {
                    (Some(earlier), Some(previous)) if revision.row.number > 1 => (id, digest) = (earlier, previous),
                    (None, None) if revision.row.number == 1 => break,
                    _ => return Err(IntegrityError::Head.into()),
                }
            }
            report.records += 1;
            if report.records.is_multiple_of(256) {
                progress(report.records, report.log_entries);
            }
        }
        let mut stray = false;
        self.rows.each_revision_id(|id| stray |= !rows.contains(&id))?;
        report.revisions = rows.len() as u64;
        if stray || digests.len() != rows.len() {
            return Err(IntegrityError::Head.into());
        }
        Ok(digests)
    }

    /// Whoever wrote what a reader of the newest revision is shown was allowed to: as far as this member holds the keys.
    fn check_authors(&mut self, head: &HeadRow, revision: &VerifiedRevision) -> Result<(), Error> {
        let unit = self.unit_of_scope(head.scope)?;
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let mut fresh = Compartments::NONE;
        for group in by_age(&revision.row.groups)? {
            let Some((compartment, ..)) = keys.by_ordinal(group.ordinal).and_then(|key| key.opened.as_ref()) else {
                continue;
            };
            if group.origin.is_none() || !fresh.contains(*compartment) {
                fresh = fresh.with(*compartment);
                self.verify_group(head, unit, revision, &group, *compartment)?;
            }
        }
        Ok(())
    }

    /// Every written head has a logged write, and every record's last entry is where its head says.
    fn check_writes(&mut self, report: &mut CheckReport, written: &HashSet<[u8; 32]>) -> Result<(), Error> {
        if !self.holds_oversight() {
            return Ok(());
        }
        let (mut opened, mut listed) = (0, 0);
        let mut logged = HashSet::with_capacity(written.len());
        for number in 0..self.keys.roster.logs().len() {
            let origin = self.keys.roster.logs()[number].origin.clone();
            let mut epochs = EpochChain::new(KeyName::new(origin)?);
            self.each_log_entry(number, 0, u64::MAX, |entry| {
                opened += 1;
                epochs.read(entry.entry.seq, &entry.entry).map_err(|_| IntegrityError::Log)?;
                if let Some(head) = entry.entry.what.as_ref().and_then(|what| what.head) {
                    logged.insert(*head.as_bytes());
                }
                Ok(())
            })?;
            listed += self.check_epochs(number, &mut epochs)?;
        }
        if listed != self.rows.count_epochs()? {
            return Err(IntegrityError::Log.into());
        }
        report.entries_opened = opened;
        report.writes_logged = logged.len() as u64;
        if logged == *written { Ok(()) } else { Err(IntegrityError::Log.into()) }
    }
}
