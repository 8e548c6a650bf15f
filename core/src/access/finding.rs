//! What is to be looked at: an emergency, use that is unusual, a referral that is overdue; and what a second person says
//! about it, or that it has settled itself.
//!
//! ```cddl
//! opened   = [ 1, 1, kind: uint,                  ; 1 an emergency, 2 unusual use, 3 an overdue referral, 4 a reversal, 5 an unsigned repeat
//!              member: bstr .size 16, unit: bstr .size 16, at: uint, due: uint,
//!              record: bstr,                   ; 16 bytes, or none
//!              measure: uint, count: uint ]    ; of unusual use; of a referral why, and 0; else 0
//! reviewed = [ 1, 2, member: bstr .size 16, at: uint, outcome: uint, note: tstr ]
//! settled  = [ 1, 3, member: bstr .size 16, at: uint ]
//! ```
//!
//! Deterministic CBOR; [`FindingEntry::decode`] refuses any other spelling. Whoever wrote an entry is known by the signature
//! of its commit.

use std::fmt;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::AccessError;
use super::policy::Measure;
use super::roster::codec::{encoded, fixed};
use crate::id::{MemberId, RecordId, ScopeId, VaultId};
use crate::model::named;
use crate::seal::{LabelledInput, sha256};

const VERSION: u64 = 1;

/// Longest note of a reviewer, in bytes.
pub const MAX_NOTE: usize = 1000;

named! {
    /// What a reviewer found.
    ReviewOutcome {
        /// It was right.
        Justified = 1, "justified";
        /// It was not right.
        Unjustified = 2, "unjustified";
        /// It goes on to somebody else.
        Referred = 3, "referred";
    }
}

named! {
    /// Why a referral is to be looked at.
    OverdueWhy {
        /// The service was needed by now and has not begun.
        NotBegun = 1, "not-begun";
        /// The day of the appointment has passed.
        Appointment = 2, "appointment";
        /// The child did not come.
        NoShow = 3, "no-show";
        /// It could not be had, and nothing else is under way.
        NoService = 4, "no-service";
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// A case was opened in an emergency.
    Emergency {
        /// The case.
        case: RecordId,
    },
    /// A pseudonym or a row of the statistics was led back to a case.
    Reversal {
        /// The case.
        case: RecordId,
    },
    /// More of something than is usual.
    Unusual {
        /// Of what.
        measure: Measure,
        /// How much.
        count: u64,
    },
    /// A referral is overdue: a child may be without help.
    OverdueReferral {
        /// The referral.
        referral: RecordId,
        /// Why.
        why: OverdueWhy,
    },
    /// A child was interviewed again before a second person had signed it: it could not wait.
    UnsignedRepeat {
        /// The interview.
        interview: RecordId,
    },
}

impl FindingKind {
    /// Whether it is about what a member did. Then that member does not close it.
    #[must_use]
    pub const fn is_about_the_member(self) -> bool {
        !matches!(self, Self::OverdueReferral { .. })
    }
}

/// A finding as it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedFinding {
    /// What it is about.
    pub kind: FindingKind,
    /// Who opened it; whom it is about, if it is about what somebody did.
    pub member: MemberId,
    /// The unit for which they acted.
    pub unit: ScopeId,
    /// When, in milliseconds since 1970, UTC.
    pub at: u64,
    /// Until when it is to be reviewed.
    pub due: u64,
}

/// What a second person said about a finding.
#[derive(Clone, PartialEq, Eq)]
pub struct Review {
    /// Who.
    pub member: MemberId,
    /// When, in milliseconds since 1970, UTC.
    pub at: u64,
    /// What they found.
    pub outcome: ReviewOutcome,
    /// Their words.
    pub note: String,
}

impl std::fmt::Debug for Review {
    /// Without the words: they may name a child.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { member, at, outcome, note: _ } = self;
        f.debug_struct("Review")
            .field("member", member)
            .field("at", at)
            .field("outcome", outcome)
            .finish_non_exhaustive()
    }
}

/// That what a finding is about has settled itself: a service has answered, or the station has moved the referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// Who wrote down what settled it.
    pub member: MemberId,
    /// When, in milliseconds since 1970, UTC.
    pub at: u64,
}

/// One entry of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingEntry {
    /// It was opened.
    Opened(OpenedFinding),
    /// It was reviewed.
    Reviewed(Review),
    /// It has settled itself.
    Settled(Settled),
}

impl FindingEntry {
    /// The bytes to seal.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encoded(|out| {
            match self {
                Self::Opened(opened) => {
                    let (kind, record, measure, count) = match opened.kind {
                        FindingKind::Emergency { case } => (1, Some(case), 0, 0),
                        FindingKind::Reversal { case } => (4, Some(case), 0, 0),
                        FindingKind::Unusual { measure, count } => (2, None, u64::from(measure.number()), count),
                        FindingKind::UnsignedRepeat { interview } => (5, Some(interview), 0, 0),
                        FindingKind::OverdueReferral { referral, why } => {
                            (3, Some(referral), u64::from(why.number()), 0)
                        }
                    };
                    out.array(10)?.u64(VERSION)?.u64(1)?.u64(kind)?.bytes(opened.member.as_bytes())?;
                    out.bytes(opened.unit.as_bytes())?.u64(opened.at)?.u64(opened.due)?;
                    out.bytes(record.as_ref().map_or(&[][..], |record| record.as_bytes()))?.u64(measure)?.u64(count)?;
                }
                Self::Reviewed(review) => {
                    out.array(6)?.u64(VERSION)?.u64(2)?.bytes(review.member.as_bytes())?.u64(review.at)?;
                    out.u64(u64::from(review.outcome.number()))?.str(&review.note)?;
                }
                Self::Settled(settled) => {
                    out.array(4)?.u64(VERSION)?.u64(3)?.bytes(settled.member.as_bytes())?.u64(settled.at)?;
                }
            }
            Ok(())
        })
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`AccessError::Finding`] if it is malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, AccessError> {
        let read = Self::read(bytes).ok().filter(|entry| entry.encode() == bytes);
        read.ok_or(AccessError::Finding)
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(bytes);
        let parts = input.array()?;
        if input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        match (input.u64()?, parts) {
            (1, Some(10)) => Self::read_opened(&mut input).map(Self::Opened),
            (2, Some(6)) => Self::read_review(&mut input).map(Self::Reviewed),
            (3, Some(4)) => {
                let (member, at) = (MemberId::from_bytes(fixed(&mut input)?), input.u64()?);
                Ok(Self::Settled(Settled { member, at }))
            }
            _ => Err(DecodeError::message("unknown kind of entry")),
        }
    }

    fn read_opened(input: &mut Decoder<'_>) -> Result<OpenedFinding, DecodeError> {
        let kind = input.u64()?;
        let (member, unit) = (MemberId::from_bytes(fixed(input)?), ScopeId::from_bytes(fixed(input)?));
        let (at, due) = (input.u64()?, input.u64()?);
        let record = match input.bytes()? {
            [] => None,
            id => Some(RecordId::from_bytes(id.try_into().map_err(|_| DecodeError::message("wrong length"))?)),
        };
        let (measure, count) = (input.u64()?, input.u64()?);
        let kind = match (kind, record) {
            (1, Some(case)) => FindingKind::Emergency { case },
            (4, Some(case)) if (measure, count) == (0, 0) => FindingKind::Reversal { case },
            (5, Some(interview)) if (measure, count) == (0, 0) => FindingKind::UnsignedRepeat { interview },
            (3, Some(referral)) => {
                let why = u8::try_from(measure).ok().and_then(OverdueWhy::from_number);
                FindingKind::OverdueReferral { referral, why: why.ok_or_else(|| DecodeError::message("no reason"))? }
            }
            (2, None) => {
                let measure = u8::try_from(measure).ok().and_then(Measure::from_number);
                FindingKind::Unusual { measure: measure.ok_or_else(|| DecodeError::message("no measure"))?, count }
            }
            _ => return Err(DecodeError::message("unknown kind of finding")),
        };
        Ok(OpenedFinding { kind, member, unit, at, due })
    }

    fn read_review(input: &mut Decoder<'_>) -> Result<Review, DecodeError> {
        let (member, at) = (MemberId::from_bytes(fixed(input)?), input.u64()?);
        let outcome = u8::try_from(input.u64()?).ok().and_then(ReviewOutcome::from_number);
        let outcome = outcome.ok_or_else(|| DecodeError::message("no outcome"))?;
        let note = input.str()?;
        if note.len() > MAX_NOTE {
            return Err(DecodeError::message("too long"));
        }
        Ok(Review { member, at, outcome, note: note.to_owned() })
    }

    /// What a commit signs of an entry: as it is sealed, to both.
    #[must_use]
    pub fn digest(
        vault: VaultId,
        (id, number, session): (&[u8; 16], u64, u64),
        unit_sealed: &[u8],
        oversight_sealed: &[u8],
    ) -> [u8; 32] {
        let input = LabelledInput::new("saferoom/finding")
            .part(vault.as_bytes())
            .part(id)
            .number(number)
            .number(session)
            .part(&sha256(unit_sealed))
            .part(&sha256(oversight_sealed));
        sha256(input.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_and_nothing_else_is_one() {
        let kinds = [
            FindingKind::Emergency { case: RecordId::random() },
            FindingKind::Unusual { measure: Measure::ReadsPerHour, count: 700 },
            FindingKind::UnsignedRepeat { interview: RecordId::random() },
            FindingKind::OverdueReferral { referral: RecordId::random(), why: OverdueWhy::NoShow },
        ];
        let opened = kinds.map(|kind| {
            let (member, unit) = (MemberId::random(), ScopeId::random());
            FindingEntry::Opened(OpenedFinding { kind, member, unit, at: 5, due: 10 })
        });
        let note = "Asked by the duty prosecutor".to_owned();
        let review = Review { member: MemberId::random(), at: 7, outcome: ReviewOutcome::Justified, note };
        assert!(!format!("{review:?}").contains("prosecutor"), "the words are not printed");
        let settled = FindingEntry::Settled(Settled { member: MemberId::random(), at: 8 });
        for entry in opened.into_iter().chain([FindingEntry::Reviewed(review.clone()), settled]) {
            let bytes = entry.encode();
            assert_eq!(FindingEntry::decode(&bytes), Ok(entry));
            for length in 0..bytes.len() {
                assert_eq!(FindingEntry::decode(&bytes[..length]), Err(AccessError::Finding));
            }
            let longer = [&bytes[..], &[0]].concat();
            assert_eq!(FindingEntry::decode(&longer), Err(AccessError::Finding));
        }
        let long = FindingEntry::Reviewed(Review { note: "x".repeat(MAX_NOTE + 1), ..review });
        assert_eq!(FindingEntry::decode(&long.encode()), Err(AccessError::Finding));
    }
}
