//! Findings as the log tells of them: an emergency, unusual use or an overdue referral, and what a second person said about it.

use std::collections::{BTreeMap, BTreeSet};

use super::{ActivityCounter, Day, MAX_APART, MAX_LISTED, id, number, room};
use crate::id::{FindingId, MemberId, RecordId};
use crate::log::{DetailKey, Entry, Event, Outcome};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingSubject {
    /// A case was opened in an emergency.
    Emergency {
        /// The case.
        case: Option<RecordId>,
        /// When it ended, in milliseconds since 1970, UTC; none as far as the log goes.
        ended_ms: Option<u64>,
    },
    /// The vault saw more of something than is usual.
    Unusual {
        /// Of what, as the access policy numbers it.
        measure: Option<u64>,
        /// How much.
        count: Option<u64>,
    },
    /// A referral was overdue.
    OverdueReferral {
        /// The referral.
        referral: Option<RecordId>,
        /// Why, as the vault numbers it.
        why: u64,
    },
    /// A child was interviewed again before a second person had signed it.
    UnsignedRepeat {
        /// The interview.
        interview: Option<RecordId>,
    },
}

/// A finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenFinding {
    /// Which, if the entry says so.
    pub finding: Option<FindingId>,
    /// What it is about.
    pub subject: FindingSubject,
    /// Index of the entry that opened it.
    pub index: u64,
    /// When, in milliseconds since 1970, UTC.
    pub at_ms: u64,
    /// Whom it is about.
    pub member: Option<MemberId>,
    /// The review; none as far as the log goes.
    pub review: Option<SeenReview>,
}

/// What a second person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenReview {
    /// Index of the entry.
    pub index: u64,
    /// When, in milliseconds since 1970, UTC.
    pub at_ms: u64,
    /// Who.
    pub member: Option<MemberId>,
    /// What they found, as the vault numbers it; none: what it was about has settled itself.
    pub outcome: Option<u64>,
}

/// How many findings there were, and how many of them were reviewed: all of them, also those that are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCounts {
    /// Emergencies that began.
    pub emergencies: u64,
    /// How many of them were reviewed.
    pub emergencies_reviewed: u64,
    /// Other findings.
    pub others: u64,
    /// How many of them were reviewed.
    pub others_reviewed: u64,
}

impl FindingCounts {
    /// How many wait for a review.
    #[must_use]
    pub const fn open(self) -> u64 {
        (self.emergencies - self.emergencies_reviewed) + (self.others - self.others_reviewed)
    }

    fn begin(&mut self, emergency: bool) {
        *(if emergency { &mut self.emergencies } else { &mut self.others }) += 1;
    }

    fn review(&mut self, emergency: bool) {
        *(if emergency { &mut self.emergencies_reviewed } else { &mut self.others_reviewed }) += 1;
    }
}

/// What counting a finding takes.
#[derive(Debug, Clone, Copy)]
struct Counted {
    at_ms: u64,
    emergency: bool,
}

/// Where a finding is that may still be reviewed.
#[derive(Debug, Clone, Copy)]
enum Place {
    Listed(u64),
    Beyond(Counted),
}

/// The list of findings in the making. It has a longest length: what was looked at leaves it first, and an emergency that
/// waits for a review last.
#[derive(Debug, Default)]
pub(super) struct FindingList {
    next: u64,
    listed: BTreeMap<u64, SeenFinding>,
    /// Those that may leave the list, by how soon.
    removable: BTreeSet<(u8, u64)>,
    places: BTreeMap<FindingId, Place>,
    beyond: usize,
}

/// How soon a finding leaves the list; none: never.
fn rank(seen: &SeenFinding) -> Option<u8> {
    match (seen.counted().emergency, seen.review.is_some()) {
        (false, true) => Some(0),
        (false, false) => Some(1),
        (true, true) => Some(2),
        (true, false) => None,
    }
}

impl SeenFinding {
    fn counted(&self) -> Counted {
        Counted { at_ms: self.at_ms, emergency: matches!(self.subject, FindingSubject::Emergency { .. }) }
    }
}

impl FindingList {
    /// Takes a finding in; whether all are listed.
    fn add(&mut self, seen: SeenFinding) -> bool {
        let full = self.listed.len() >= MAX_LISTED;
        if full && !self.make_room(seen.counted().emergency) {
            self.put_beyond(&seen);
            return false;
        }
        let place = self.next;
        self.next += 1;
        self.removable.extend(rank(&seen).map(|rank| (rank, place)));
        if let Some(finding) = seen.finding {
            self.places.insert(finding, Place::Listed(place));
        }
        self.listed.insert(place, seen);
        !full
    }

    /// Takes the first that may leave off the list: for an emergency any, else one that was reviewed.
    fn make_room(&mut self, for_emergency: bool) -> bool {
        let first = self.removable.first().filter(|(rank, _)| for_emergency || *rank == 0).copied();
        let Some((rank, place)) = first else { return false };
        self.removable.remove(&(rank, place));
        let Some(seen) = self.listed.remove(&place) else { return false };
        self.put_beyond(&seen);
        true
    }

    /// What nobody has reviewed is remembered for its review. There is room for many; beyond, it counts as open for good.
    fn put_beyond(&mut self, seen: &SeenFinding) {
        let Some(finding) = seen.finding else { return };
        self.places.remove(&finding);
        if seen.review.is_none() && self.beyond < MAX_APART {
            self.places.insert(finding, Place::Beyond(seen.counted()));
            self.beyond += 1;
        }
    }

    /// Notes a review; the finding, if this is its first one.
    fn review(&mut self, finding: FindingId, review: SeenReview) -> Option<Counted> {
        match *self.places.get(&finding)? {
            Place::Beyond(counted) => {
                self.places.remove(&finding);
                self.beyond -= 1;
                Some(counted)
            }
            Place::Listed(place) => {
                let seen = self.listed.get_mut(&place)?;
                let (before, first) = (rank(seen), seen.review.is_none());
                seen.review = Some(review);
                self.removable.extend(rank(seen).map(|rank| (rank, place)));
                if let Some(before) = before.filter(|before| rank(seen) != Some(*before)) {
                    self.removable.remove(&(before, place));
                }
                first.then(|| seen.counted())
            }
        }
    }

    fn listed(&mut self, finding: FindingId) -> Option<&mut SeenFinding> {
        match self.places.get(&finding)? {
            Place::Listed(place) => self.listed.get_mut(place),
            Place::Beyond(_) => None,
        }
    }

    pub(super) fn finish(self) -> Vec<SeenFinding> {
        self.listed.into_values().collect()
    }
}

impl ActivityCounter {
    pub(super) fn read_finding(&mut self, entry: &Entry<'_>) {
        if entry.outcome != Outcome::Success {
            return;
        }
        let detail = entry.detail.as_ref();
        let finding = id(detail, DetailKey::FINDING, FindingId::from_bytes);
        let member = entry.actor.as_ref().map(|actor| actor.member);
        let subject = match entry.event {
            Event::BreakGlassStart => {
                FindingSubject::Emergency { case: entry.what.as_ref().map(|what| what.record), ended_ms: None }
            }
            Event::Unusual => match number(detail, DetailKey::OVERDUE) {
                Some(why) => {
                    FindingSubject::OverdueReferral { referral: entry.what.as_ref().map(|what| what.record), why }
                }
                None if number(detail, DetailKey::UNSIGNED_REPEAT).is_some() => {
                    FindingSubject::UnsignedRepeat { interview: entry.what.as_ref().map(|what| what.record) }
                }
                None => FindingSubject::Unusual {
                    measure: number(detail, DetailKey::MEASURE),
                    count: number(detail, DetailKey::COUNT),
                },
            },
            Event::BreakGlassStop => {
                if let Some(SeenFinding { subject: FindingSubject::Emergency { ended_ms, .. }, .. }) =
                    finding.and_then(|finding| self.findings.listed(finding))
                {
                    *ended_ms = Some(entry.wall_ms);
                }
                return;
            }
            Event::Review => {
                let outcome = number(detail, DetailKey::REVIEW_OUTCOME);
                let review = SeenReview { index: entry.seq, at_ms: entry.wall_ms, member, outcome };
                if let Some(counted) = finding.and_then(|finding| self.findings.review(finding, review)) {
                    self.activity.finding_total.review(counted.emergency);
                    let day = Day::of(self.measures.local(counted.at_ms));
                    if let Some(counts) = self.activity.finding_days.get_mut(&day) {
                        counts.review(counted.emergency);
                    }
                }
                return;
            }
            _ => return,
        };
        let seen = SeenFinding { finding, subject, index: entry.seq, at_ms: entry.wall_ms, member, review: None };
        let emergency = seen.counted().emergency;
        self.activity.finding_total.begin(emergency);
        if let Some(counts) = room(&mut self.activity.finding_days, Day::of(self.measures.local(seen.at_ms))) {
            counts.begin(emergency);
        }
        self.activity.not_listed += u64::from(!self.findings.add(seen));
    }
}
