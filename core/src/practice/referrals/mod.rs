//! Referrals of a child at a glance: where each stands, and which are overdue.
//!
//! A referral that nobody took up is a child without help; so what is overdue is found from the records, not remembered.
//! Where a referral can stand, who moves it, and by when a service has to begin are data (`data/referrals.toml`).

mod answer;
mod error;
mod rules;
mod told;

use crate::id::RecordId;
use crate::model::Timestamp;
use crate::model::records::Referral;

pub use answer::{answered, moved};
pub(crate) use answer::{day, hours_between};
pub use error::{Mover, ReferralError, ReferralFileError};
pub use rules::{ReferralRules, referral_rules};
pub use told::{ToldField, ToldReferral};

const HOUR: i64 = 3_600_000;

/// Where a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Proposed, not sent.
    Proposed,
    /// Sent; the provider has not begun.
    Waiting,
    /// The provider works with the child.
    InService,
    /// Completed.
    Completed,
    /// It came to nothing: declined, rejected, revoked, unavailable, expired.
    Ended,
}

impl Stage {
    /// Its name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Waiting => "waiting",
            Self::InService => "in_service",
            Self::Completed => "completed",
            Self::Ended => "ended",
        }
    }
}

/// Why somebody should look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    /// The service was needed by now and has not begun.
    NotBegun,
    /// The day of the appointment has passed and nobody says what came of it.
    Appointment,
    /// The child did not come, and nobody has made a new appointment.
    NoShow,
    /// It could not be had, or was rejected, and nothing else is under way for the same service.
    NoService,
}

impl Overdue {
    /// Its name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotBegun => "not_begun",
            Self::Appointment => "appointment",
            Self::NoShow => "no_show",
            Self::NoService => "no_service",
        }
    }
}

/// A referral at a glance.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReferralGlance {
    /// The record.
    #[serde(skip)]
    pub id: RecordId,
    /// The service, of the list `service_type`.
    pub service: String,
    /// Where it stands.
    pub stage: Stage,
    /// Why somebody should look at it; none: nobody has to.
    pub overdue: Option<Overdue>,
}

/// The referrals of a child at a moment: what is overdue first, then in the order given.
#[must_use]
pub fn glance(referrals: &[(RecordId, Referral)], now: Timestamp) -> Vec<ReferralGlance> {
    let mut all: Vec<_> = referrals
        .iter()
        .map(|(id, referral)| ReferralGlance {
            id: *id,
            service: service(referral).to_owned(),
            stage: stage(referral),
            overdue: overdue(referral, referrals, now),
        })
        .collect();
    all.sort_by_key(|one| one.overdue.is_none());
    all
}

fn overdue(referral: &Referral, all: &[(RecordId, Referral)], now: Timestamp) -> Option<Overdue> {
    if matches!(status(referral), "unavailable" | "rejected" | "expired") {
        let helped =
            all.iter().any(|(_, other)| service(other) == service(referral) && !matches!(stage(other), Stage::Ended));
        return (!helped).then_some(Overdue::NoService);
    }
    // An appointment that lies ahead is a plan, whatever was hoped for before.
    let appointment = referral.appointment_at.map(|at| at > now);
    match (stage(referral), status(referral), appointment) {
        (Stage::InService | Stage::Completed | Stage::Ended, ..) | (_, _, Some(true)) => None,
        (_, "no_show", _) => Some(Overdue::NoShow),
        (_, _, Some(false)) => Some(Overdue::Appointment),
        (_, _, None) => due(referral).is_some_and(|due| due < now.milliseconds()).then_some(Overdue::NotBegun),
    }
}

/// Why somebody should look at a referral, whatever else is under way for the child.
#[must_use]
pub fn still_overdue(referral: &Referral, now: Timestamp) -> Option<Overdue> {
    overdue(referral, &[], now)
}

/// Since when a referral is overdue for a reason, or would be; none if there is no such time.
#[must_use]
pub fn due_of(referral: &Referral, why: Overdue) -> Option<Timestamp> {
    match why {
        Overdue::NotBegun => due(referral).and_then(|due| Timestamp::from_milliseconds(due).ok()),
        Overdue::Appointment | Overdue::NoShow => referral.appointment_at,
        Overdue::NoService => None,
    }
}

/// By when the service has to begin, in milliseconds since 1970.
fn due(referral: &Referral) -> Option<i64> {
    let urgency = referral.urgency.as_ref().map(|urgency| urgency.code().as_str());
    let hours = referral_rules().hours(urgency, service(referral));
    Some(referral.made_at?.milliseconds() + i64::from(hours) * HOUR)
}

fn stage(referral: &Referral) -> Stage {
    referral_rules().stage(status(referral))
}

pub(crate) fn status(referral: &Referral) -> &str {
    referral.status.as_ref().map_or("proposed", |status| status.code().as_str())
}

fn service(referral: &Referral) -> &str {
    referral.service_type.as_ref().map_or("other", |service| service.code().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CodeListName, Coded, code_lists};

    fn code<L: CodeListName>(text: &str) -> Coded<L> {
        Coded::new(text).unwrap()
    }

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_milliseconds(1_772_416_800_000 + hour * HOUR).unwrap()
    }

    fn referral(service: &str, status: &str, urgency: &str) -> Referral {
        Referral {
            service_type: Some(code(service)),
            status: Some(code(status)),
            urgency: Some(code(urgency)),
            made_at: Some(hour(0)),
            ..Referral::default()
        }
    }

    fn at(referrals: Vec<Referral>, moment: i64) -> Vec<Option<Overdue>> {
        let numbered: Vec<_> =
            referrals.into_iter().zip(1..).map(|(one, number)| (RecordId::from_bytes([number; 16]), one)).collect();
        let found = glance(&numbered, hour(moment));
        numbered.iter().map(|(id, _)| found.iter().find(|one| one.id == *id).unwrap().overdue).collect()
    }

    #[test]
    fn what_is_urgent_is_overdue_sooner() {
        for (urgency, hours) in [("within_24h", 24), ("within_72h", 72), ("within_7d", 168), ("routine", 720)] {
            for waiting in ["proposed", "sent", "received", "accepted"] {
                let one = || vec![referral("shelter", waiting, urgency)];
                assert_eq!(at(one(), hours), [None], "{urgency} {waiting}");
                assert_eq!(at(one(), hours + 1), [Some(Overdue::NotBegun)], "{urgency} {waiting}");
            }
            for over in ["in_service", "completed", "declined_by_child", "declined_by_guardian", "revoked"] {
                assert_eq!(at(vec![referral("shelter", over, urgency)], 9999), [None], "{over}");
            }
        }
    }

    #[test]
    fn an_appointment_is_waited_for_and_then_asked_about() {
        let planned =
            |status| Referral { appointment_at: Some(hour(200)), ..referral("medical_urgent", status, "within_24h") };
        assert_eq!(at(vec![planned("accepted")], 199), [None]);
        assert_eq!(at(vec![planned("accepted")], 200), [Some(Overdue::Appointment)]);
        assert_eq!(at(vec![planned("no_show")], 201), [Some(Overdue::NoShow)]);
        assert_eq!(at(vec![planned("completed")], 201), [None]);
    }

    #[test]
    fn what_could_not_be_had_is_open_until_something_else_is_under_way() {
        let gone = || referral("legal_aid", "unavailable", "routine");
        assert_eq!(at(vec![gone()], 1), [Some(Overdue::NoService)]);
        assert_eq!(at(vec![gone(), referral("shelter", "sent", "routine")], 1), [Some(Overdue::NoService), None]);
        assert_eq!(at(vec![gone(), referral("legal_aid", "sent", "routine")], 1), [None, None]);
        // What the child declined is the child's to decide.
        assert_eq!(at(vec![referral("legal_aid", "declined_by_child", "routine")], 999), [None]);
    }

    #[test]
    fn every_status_has_a_stage_and_what_is_overdue_comes_first() {
        let statuses = &code_lists().list("referral_status").unwrap().entries;
        let ended = statuses.iter().filter(|entry| stage(&referral("other", &entry.code, "routine")) == Stage::Ended);
        assert_eq!(ended.count(), 6);
        let two = [referral("shelter", "completed", "routine"), referral("legal_aid", "sent", "within_24h")];
        let two: Vec<_> =
            two.into_iter().zip(1..).map(|(one, number)| (RecordId::from_bytes([number; 16]), one)).collect();
        let found = glance(&two, hour(25));
        assert_eq!((found[0].service.as_str(), found[1].service.as_str()), ("legal_aid", "shelter"));
    }
}
