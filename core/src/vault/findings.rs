//! Findings: opened in the same transaction as the entry of what they are about, closed by a second person.
//!
//! Each entry of a finding is sealed twice, by keys that the session leaves in envelopes: to the operations circle of the
//! unit, where supervisors review, and to the oversight circle, where auditors do. A commit signs it.

use super::act::Act;
use super::keyring::Recipient;
use super::{Error, IntegrityError, Session};
use crate::access::policy::{Action, Reach};
use crate::access::{
    Access, AccessError, FindingEntry, FindingKind, MAX_NOTE, OpenedFinding, Review, ReviewOutcome, Settled,
};
use crate::id::{FindingId, MemberId, ScopeId};
use crate::keys::EnvelopeKey;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::seal::{LabelledInput, ValueContext};
use crate::store::FindingRow;

/// Entries are padded to multiples of this.
const PADDED: usize = 256;

const HOUR: u64 = 3_600_000;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub id: FindingId,
    /// What it is about.
    pub opened: OpenedFinding,
    /// What a second person said, if anybody has looked.
    pub review: Option<Review>,
    /// That it has settled itself: only of a referral that was overdue.
    pub settled: Option<Settled>,
}

impl Finding {
    /// Whether somebody has still to look.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.review.is_none() && self.settled.is_none()
    }
}

impl Session {
    /// The findings that this member may review, oldest first; only the open ones, or all. Logged as a query.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied), [`IntegrityError`].
    pub fn findings(&self, open_only: bool, access: &Access) -> Result<Vec<Finding>, Error> {
        self.act(access, Event::Query, &[], |act| {
            act.demand(Action::Review)?;
            let mut findings = act.all_findings()?;
            findings.retain(|finding| !open_only || finding.is_open());
            let detail = Detail::of(DetailKey::COUNT, findings.len() as u64);
            act.log(Event::Query, Outcome::Success, None, Some(detail))?;
            Ok(findings)
        })
    }

    /// Closes a finding. Never by the person whom it is about, if it is about what somebody did.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::NoSuchFinding`], [`AccessError::AlreadyReviewed`],
    /// [`AccessError::ReasonTooLong`] for a note of more than 1000 bytes; all logged as denied.
    pub fn review_finding(
        &self,
        id: FindingId,
        outcome: ReviewOutcome,
        note: &str,
        access: &Access,
    ) -> Result<(), Error> {
        self.act(access, Event::Review, &[], |act| {
            act.demand(Action::Review)?;
            if note.len() > MAX_NOTE {
                return Err(AccessError::ReasonTooLong.into());
            }
            let all = act.all_findings()?;
            let finding = all.iter().find(|finding| finding.id == id).ok_or(AccessError::NoSuchFinding)?;
            let me = act.keys.member.member;
            if finding.opened.kind.is_about_the_member() && finding.opened.member == me {
                return Err(AccessError::NotAllowed.into());
            }
            if !finding.is_open() {
                return Err(AccessError::AlreadyReviewed.into());
            }
            let review = Review { member: me, at: act.wall(), outcome, note: note.to_owned() };
            let entry = FindingEntry::Reviewed(review);
            act.add_finding_entry(id, 2, finding.opened.unit, &entry)?;
            let detail = Detail::of(DetailKey::FINDING, &id.as_bytes()[..])
                .with(DetailKey::MEMBER, &finding.opened.member.as_bytes()[..])
                .with(DetailKey::REVIEW_OUTCOME, u64::from(outcome.number()));
            act.log(Event::Review, Outcome::Success, None, Some(detail))?;
            Ok(())
        })
    }
}

impl Act<'_> {
    /// Opens a finding about what this member does.
    pub(super) fn open_finding(&mut self, kind: FindingKind) -> Result<FindingId, Error> {
        let id = FindingId::from_bytes(self.draw.next());
        self.open_finding_as(id, kind)?;
        Ok(id)
    }

    /// Opens a finding under an id that there is no finding of.
    pub(super) fn open_finding_as(&mut self, id: FindingId, kind: FindingKind) -> Result<(), Error> {
        let hours = self.keys.roster.policy().emergency().review_within_hours;
        let (at, unit) = (self.wall(), self.keys.unit());
        let due = at.saturating_add(u64::from(hours) * HOUR);
        let opened = OpenedFinding { kind, member: self.keys.member.member, unit, at, due };
        self.add_finding_entry(id, 1, unit, &FindingEntry::Opened(opened))
    }

    /// Says that an open finding has settled itself.
    pub(super) fn settle_finding(&mut self, id: FindingId) -> Result<(), Error> {
        let settled = Settled { member: self.keys.member.member, at: self.wall() };
        self.add_finding_entry(id, 2, self.keys.unit(), &FindingEntry::Settled(settled))
    }

    /// How many entries a finding has: none, as it was opened, closed.
    pub(super) fn finding_entries(&mut self, id: FindingId) -> Result<usize, Error> {
        self.keys.state.verify_bucket(self.rows, id.as_bytes())?;
        let mut entries = 0;
        self.rows.each_finding(*id.as_bytes(), *id.as_bytes(), |_| entries += 1)?;
        Ok(entries)
    }

    fn add_finding_entry(
        &mut self,
        id: FindingId,
        number: u64,
        unit: ScopeId,
        entry: &FindingEntry,
    ) -> Result<(), Error> {
        let (vault, session) = (self.keys.file.vault, self.keys.session);
        self.keys.state.verify_bucket(self.rows, id.as_bytes())?;
        let plain = padded(&entry.encode());
        let context = |to| entry_context(vault, id, number, to);
        let later = self.keys.later_envelope(self.rows)?;
        let oversight = later.and_then(|slot| self.keys.outgoing.get(&slot)).unwrap_or(&self.keys.envelope);
        let oversight_sealed = oversight.seal(&context(Compartment::Oversight), &plain)?;
        let operations = self.keys.roster.circle(unit, Compartment::Operations);
        // Nothing is sealed for a circle that somebody has left: it reaches the auditors all the same.
        let unit_sealed = match operations.filter(|circle| circle.closed_at.is_none()) {
            Some(circle) => {
                let recipient = Recipient::Circle(circle.listing.clone());
                self.keys.outgoing(self.rows, &recipient)?.seal(&context(Compartment::Operations), &plain)?
            }
            None => Vec::new(),
        };
        let digest = FindingEntry::digest(vault, (id.as_bytes(), number, session), &unit_sealed, &oversight_sealed);
        let (commit, place) = (self.commit_number(), self.add_head(&digest)?);
        let row = FindingRow { id: *id.as_bytes(), number, commit, place, session, unit_sealed, oversight_sealed };
        self.rows.add_finding(&row)?;
        self.keys.state.add_finding(&row);
        Ok(())
    }

    /// All findings that this member can open, each with its author checked, oldest first.
    pub(super) fn all_findings(&mut self) -> Result<Vec<Finding>, Error> {
        self.keys.state.verify_all(self.rows)?;
        let mut rows = Vec::new();
        self.rows.each_finding([0; 16], [0xFF; 16], |row| rows.push(row))?;
        let (mut findings, mut closed) = (Vec::<Finding>::new(), None);
        for row in rows {
            let author = self.finding_author(&row)?;
            let entry = self.open_finding_entry(&row)?;
            // How a finding ended says nothing to whom its beginning is closed: sealed to an earlier generation than they hold.
            if row.number == 1 {
                closed = entry.is_none().then_some(row.id);
            }
            let Some(entry) = entry.filter(|_| closed != Some(row.id)) else { continue };
            let id = FindingId::from_bytes(row.id);
            match (entry, row.number, findings.last_mut().filter(|finding| finding.id == id)) {
                (FindingEntry::Opened(opened), 1, None) if opened.member == author => {
                    findings.push(Finding { id, opened, review: None, settled: None });
                }
                (FindingEntry::Settled(settled), 2, Some(finding))
                    if settled.member == author && self.settled_rightly(&finding.opened, author, row.commit) =>
                {
                    finding.settled = Some(settled);
                }
                (FindingEntry::Reviewed(review), 2, Some(finding))
                    if review.member == author && self.reviewed_rightly(&finding.opened, author, row.commit) =>
                {
                    finding.review = Some(review);
                }
                _ => return Err(IntegrityError::Author.into()),
            }
        }
        findings.sort_by_key(|finding| finding.opened.at);
        Ok(findings)
    }

    fn finding_author(&mut self, row: &FindingRow) -> Result<MemberId, Error> {
        let author = self.keys.author(self.rows, row.commit)?;
        let place = (&row.id, row.number, row.session);
        let digest = FindingEntry::digest(self.keys.file.vault, place, &row.unit_sealed, &row.oversight_sealed);
        self.keys.verify_author(self.rows, row.commit, row.place, &digest)?;
        Ok(author.member)
    }

    /// Whether what a finding is about settles itself, and somebody wrote that down who may move a referral.
    fn settled_rightly(&self, opened: &OpenedFinding, member: MemberId, commit: u64) -> bool {
        let roster = &self.keys.roster;
        let role = roster.role_at(member, roster.position_at(commit));
        !opened.kind.is_about_the_member() && role.is_some_and(|(_, role)| role.may(Action::Refer))
    }

    /// Whether somebody other than the one whom it is about reviewed a finding, who was allowed to.
    fn reviewed_rightly(&self, opened: &OpenedFinding, reviewer: MemberId, commit: u64) -> bool {
        let roster = &self.keys.roster;
        let position = roster.position_at(commit);
        roster.role_at(reviewer, position).is_some_and(|(stage, role)| {
            let near = stage.unit == opened.unit || role.reach(Compartment::Oversight) == Reach::Unit;
            let another = !opened.kind.is_about_the_member() || reviewer != opened.member;
            another && near && role.may(Action::Review)
        })
    }

    /// Opens an entry; none if it was sealed to circles that this member does not hold.
    fn open_finding_entry(&mut self, row: &FindingRow) -> Result<Option<FindingEntry>, Error> {
        let (vault, id) = (self.keys.file.vault, FindingId::from_bytes(row.id));
        let mut plain = Vec::new();
        if self.holds_oversight() {
            let context = entry_context(vault, id, row.number, Compartment::Oversight);
            let (keys, _) = self.open_envelopes(row.session)?;
            let opens = |key: &EnvelopeKey| key.open_onto(&context, &row.oversight_sealed, &mut plain).is_ok();
            if !keys.iter().any(opens) {
                return Err(IntegrityError::Entry.into());
            }
            return unpadded(&plain).map(Some);
        }
        let context = entry_context(vault, id, row.number, Compartment::Operations);
        let names: Vec<_> = self.keys.circles.names().collect();
        for name in names.into_iter().filter(|name| name.compartment == Compartment::Operations.number()) {
            let Some(keys) = self.keys.circles.named(&name)? else { continue };
            if self.rows.slot(&keys.slot_key().envelope(vault, row.session))?.is_none() {
                continue;
            }
            let envelope = self.keys.incoming(self.rows, row.session, Some(&name))?;
            if envelope.open_onto(&context, &row.unit_sealed, &mut plain).is_ok() {
                return unpadded(&plain).map(Some);
            }
        }
        Ok(None)
    }
}

pub(super) fn padded(entry: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(PADDED);
    plain.extend_from_slice(&(entry.len() as u16).to_be_bytes());
    plain.extend_from_slice(entry);
    plain.resize(plain.len().next_multiple_of(PADDED), 0);
    plain
}

/// The entry within its padding, which has one form.
pub(super) fn unpadded(plain: &[u8]) -> Result<FindingEntry, Error> {
    let (length, rest) = plain.split_first_chunk::<2>().ok_or(AccessError::Finding)?;
    let entry = rest.get(..usize::from(u16::from_be_bytes(*length))).ok_or(AccessError::Finding)?;
    if padded(entry) != plain {
        return Err(AccessError::Finding.into());
    }
    Ok(FindingEntry::decode(entry)?)
}

pub(super) fn entry_context(vault: crate::id::VaultId, id: FindingId, number: u64, to: Compartment) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/finding/sealed")
            .part(vault.as_bytes())
            .part(id.as_bytes())
            .number(number)
            .number(u64::from(to.number())),
    )
}
