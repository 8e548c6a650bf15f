//! What an adult says about training or rooms. Never the words of a child.

use saferoom_derive::Record;

use super::{PublishConsent, TestimonialRole, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// A testimonial
///
/// What an adult says about training or rooms. Never what a child says, and nothing about a case.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = TESTIMONIAL, parents(TRAINING_EVENT, ROOM, STATION, UNIT, ROOMS_SOURCE))]
pub struct Testimonial {
    /// What was said
    ///
    /// As said. Take out everything that could point to a child.
    #[field(no = 1, compartment = rooms, class = narrative, required)]
    pub text: Option<Narrative>,
    /// Role of the speaker
    ///
    /// The role, not the name.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is)]
    pub speaker_role: Option<TestimonialRole>,
    /// Token of the speaker
    ///
    /// Only if the speaker wants to be able to withdraw it. Never a name.
    #[field(no = 3, compartment = rooms, class = linkage)]
    pub speaker_token: Option<Text>,
    /// When
    ///
    /// The day.
    #[field(no = 4, compartment = rooms, class = operational, release = quarter)]
    pub given_on: Option<PartialDate>,
    /// Whether it may be published
    ///
    /// Ask each time, in writing.
    #[field(no = 5, compartment = rooms, class = operational, release = as_is, required)]
    pub publish_consent: Option<PublishConsent>,
    /// Whether a second person checked that no child can be recognised
    ///
    /// Yes only after the check.
    #[field(no = 6, compartment = rooms, class = operational, release = as_is)]
    pub checked_for_children: Option<bool>,
    /// When it was withdrawn
    ///
    /// Then it is published no more.
    #[field(no = 7, compartment = rooms, class = operational, release = present)]
    pub withdrawn_on: Option<PartialDate>,
}

redacted!(Testimonial);
