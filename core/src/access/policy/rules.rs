//! The rules of an access policy that are about no role: emergencies, retention, sign-in, and what is usual.

use serde::{Deserialize, Serialize};

use super::{Action, Effect, Measure, RoleName};
use crate::model::Compartment;

/// What can be opened in an emergency, and what follows. Who may: the roles with [`Action::BreakGlass`]. Which cases:
/// those whose [`SensitivityRule`](super::SensitivityRule) says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyRule {
    /// The compartments, ascending.
    pub compartments: Vec<Compartment>,
    /// Within how many hours a second person has to review it.
    pub review_within_hours: u32,
    /// For how many hours the case stays open.
    pub open_for_hours: u32,
}

/// How many shares of a recovery key there are, and how many restore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryRule {
    /// How many there are.
    pub shares: u32,
    /// How many are needed.
    pub needed: u32,
}

/// An action that takes a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondPerson {
    /// Which one.
    pub action: Action,
    /// The roles that the second person may have, ascending. Never the same person, nor who gains by it.
    pub roles: Vec<RoleName>,
}

/// When it is night, by the clock of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Night {
    /// The hour at which it begins, 0 to 23.
    pub from_hour: u32,
    /// The hour at which it ends, 0 to 23; the same as the first: there is no night.
    pub to_hour: u32,
    /// How far the clock of the place is before UTC, in minutes.
    pub utc_offset_minutes: i32,
}

impl Night {
    /// Whether this moment, in milliseconds since 1970 UTC, lies in the night.
    #[must_use]
    pub fn contains(&self, milliseconds: i64) -> bool {
        self.night_of(milliseconds).is_some()
    }

    /// The night in which this moment lies, by the number of the day (from 1970, by the clock of the place) on which it
    /// begins; none by day.
    #[must_use]
    pub fn night_of(&self, milliseconds: i64) -> Option<i64> {
        let minutes = milliseconds.div_euclid(60_000).saturating_add(self.utc_offset_minutes.into());
        let (day, hour) = (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60) / 60);
        let (from, to) = (i64::from(self.from_hour), i64::from(self.to_hour));
        match from <= to {
            true => (from..to).contains(&hour).then_some(day),
            false if hour >= from => Some(day),
            false => (hour < to).then_some(day - 1),
        }
    }
}

/// How a session begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRule {
    /// After how many minutes without an act the session locks itself.
    pub idle_minutes: u32,
    /// After how many hours it locks itself in any case.
    pub session_hours: u32,
    /// How many wrong attempts are free of a delay.
    pub free_attempts: u32,
    /// How many seconds the next attempt waits; each further one waits twice as long.
    pub first_delay_seconds: u32,
    /// How many seconds an attempt waits at most.
    pub longest_delay_seconds: u32,
}

impl SignInRule {
    /// How many seconds to wait before the next attempt, after so many wrong ones.
    #[must_use]
    pub fn delay_seconds(&self, wrong_attempts: u32) -> u32 {
        match wrong_attempts.checked_sub(self.free_attempts.max(1)) {
            None => 0,
            Some(beyond) => {
                let doubled = u64::from(self.first_delay_seconds) << beyond.min(32);
                u32::try_from(doubled).unwrap_or(u32::MAX).min(self.longest_delay_seconds)
            }
        }
    }
}

/// How much is usual, for one role: from the mildest step of each measure to the strongest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Ascending by measure and count.
    pub(super) steps: Vec<Limit>,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// What is counted.
    pub measure: Measure,
    /// From which count on, the act itself included.
    pub at: u32,
    /// What follows.
    pub effect: Effect,
}

impl Limits {
    /// Limits of these steps.
    #[cfg(test)]
    pub(in crate::access) fn of_steps(steps: impl Iterator<Item = Limit>) -> Self {
        let mut steps: Vec<_> = steps.collect();
        steps.sort_unstable();
        Self { steps }
    }

    /// All steps, ascending by measure and count.
    #[must_use]
    pub fn steps(&self) -> &[Limit] {
        &self.steps
    }

    /// The steps of a measure, the mildest first.
    pub fn of(&self, measure: Measure) -> impl DoubleEndedIterator<Item = &Limit> {
        self.steps.iter().filter(move |step| step.measure == measure)
    }

    /// What follows an act that brings the count to this: the strongest step that it reaches. What the milder ones ask
    /// is asked as well.
    #[must_use]
    pub fn effect(&self, measure: Measure, count: u64) -> Option<Effect> {
        self.of(measure).rev().find(|step| u64::from(step.at) <= count).map(|step| step.effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_step_that_is_reached_counts() {
        let step = |measure, at, effect| Limit { measure, at, effect };
        let limits = Limits {
            steps: vec![
                step(Measure::ReadsPerHour, 10, Effect::Alert),
                step(Measure::ReadsPerHour, 20, Effect::Slow),
                step(Measure::ReadsAtNight, 1, Effect::AskReason),
            ],
        };
        let effect = |count| limits.effect(Measure::ReadsPerHour, count);
        assert_eq!(
            [9, 10, 19, 20, u64::MAX].map(effect),
            [None, Some(Effect::Alert), Some(Effect::Alert), Some(Effect::Slow), Some(Effect::Slow)]
        );
        assert_eq!(limits.effect(Measure::ReadsPerDay, u64::MAX), None);
        assert_eq!(limits.effect(Measure::ReadsAtNight, 1), Some(Effect::AskReason));
    }

    #[test]
    fn nights_go_past_midnight_and_by_the_clock_of_the_place() {
        let night = Night { from_hour: 20, to_hour: 6, utc_offset_minutes: 420 };
        let at = |hour: i64, minute: i64| night.contains((hour * 60 + minute - 420) * 60_000);
        assert_eq!(
            [at(19, 59), at(20, 0), at(23, 59), at(24, 0), at(29, 59), at(30, 0)],
            [false, true, true, true, true, false]
        );
        assert!(night.contains(-1000 * 60 * (24 * 60 + 420 - 21 * 60)), "before 1970 as well");
        let none = Night { from_hour: 6, to_hour: 6, ..night };
        assert!((0..24).all(|hour| !none.contains(hour * 3_600_000)));
        let day = Night { from_hour: 1, to_hour: 3, utc_offset_minutes: -60 };
        assert!(day.contains(2 * 3_600_000) && !day.contains(4 * 3_600_000));
        let of = |hour: i64| night.night_of((hour - 7) * 3_600_000);
        assert_eq!(
            [of(5), of(12), of(20), of(24), of(29), of(44)],
            [Some(-1), None, Some(0), Some(0), Some(0), Some(1)]
        );
    }

    #[test]
    fn wrong_attempts_wait_twice_as_long_each_time() {
        let rule = SignInRule {
            idle_minutes: 5,
            session_hours: 8,
            free_attempts: 3,
            first_delay_seconds: 5,
            longest_delay_seconds: 60,
        };
        assert_eq!(
            [0, 2, 3, 4, 5, 6, 7, u32::MAX].map(|wrong| rule.delay_seconds(wrong)),
            [0, 0, 5, 10, 20, 40, 60, 60]
        );
    }
}
