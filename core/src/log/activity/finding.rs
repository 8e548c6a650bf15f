//! Findings as the log tells of them: an emergency, unusual use or an overdue referral, and what a second person said about it.

use super::{ActivityCounter, MAX_LISTED, id, number};
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
                    finding.and_then(|finding| self.known(finding))
                {
                    *ended_ms = Some(entry.wall_ms);
                }
                return;
            }
            Event::Review => {
                let outcome = number(detail, DetailKey::REVIEW_OUTCOME);
                let review = SeenReview { index: entry.seq, at_ms: entry.wall_ms, member, outcome };
                if let Some(known) = finding.and_then(|finding| self.known(finding)) {
                    known.review = Some(review);
                }
                return;
            }
            _ => return,
        };
        let seen = SeenFinding { finding, subject, index: entry.seq, at_ms: entry.wall_ms, member, review: None };
        if self.activity.findings.len() >= MAX_LISTED {
            self.activity.not_listed += 1;
            return;
        }
        if let Some(finding) = finding {
            self.finding_places.insert(finding, self.activity.findings.len());
        }
        self.activity.findings.push(seen);
    }

    fn known(&mut self, finding: FindingId) -> Option<&mut SeenFinding> {
        let place = self.finding_places.get(&finding)?;
        self.activity.findings.get_mut(*place)
    }
}
