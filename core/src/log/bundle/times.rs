//! Whether the times of the entries agree with each other. They are claims of the device; their order is the tree's.

use std::collections::{HashMap, VecDeque};

use super::BundleProblem;
use crate::log::{BOOT_LENGTH, Entry, Event, Outcome};

/// By how much clocks of different machines may differ, in seconds; and by how much a clock may go back without an entry
/// about it, since sessions of several programs take their turns, and clocks are kept right.
pub const CLOCK_TOLERANCE_SECONDS: u64 = 300;

/// Of how many boots the monotonic clock is remembered; the oldest is forgotten first.
const MAX_BOOTS: usize = 4096;

/// An entry of the device or of a sign-in about an attempt that failed before: of nobody.
fn is_failed_sign_in(entry: &Entry<'_>) -> bool {
    (entry.event, entry.outcome) == (Event::Login, Outcome::MinorFailure) && entry.actor.is_none()
}

/// The clocks as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Times {
    wall: u64,
    latest: u64,
    /// The entry before was about the clock.
    adjusted: bool,
    /// The boot of the entry before and its clock; those of other boots.
    newest: ([u8; BOOT_LENGTH], u64),
    monotonic: HashMap<[u8; BOOT_LENGTH], u64>,
    boots: VecDeque<[u8; BOOT_LENGTH]>,
}

impl Times {
    /// Reads the next entry; tells what does not agree with those before it.
    pub(super) fn read(&mut self, index: u64, entry: &Entry<'_>) -> impl Iterator<Item = BundleProblem> {
        let adjusts = entry.event == Event::ClockAdjustment;
        let mut wall_back = false;
        // What failed before a sign-in bears the time of the attempt, and may have waited.
        if !is_failed_sign_in(entry) {
            // The entry about the clock may itself bear the old time or the new one.
            let back = self.wall.saturating_sub(entry.wall_ms) > CLOCK_TOLERANCE_SECONDS * 1000;
            wall_back = back && !adjusts && !self.adjusted;
            // Once an entry says that the clock was wrong, what it showed before speaks against nobody.
            self.latest = if adjusts { entry.wall_ms } else { self.latest.max(entry.wall_ms) };
            (self.wall, self.adjusted) = (entry.wall_ms, adjusts);
        }
        let monotonic_back = self.goes_back(entry.boot, entry.monotonic_ms);
        let wall_back = wall_back.then_some(BundleProblem::WallBack { index });
        wall_back.into_iter().chain(monotonic_back.then_some(BundleProblem::MonotonicBack { index }))
    }

    /// Whether an entry so far is later than this cosignature over all of them, in seconds.
    pub(super) fn later_than(&self, cosigned: u64) -> bool {
        self.latest / 1000 > cosigned.saturating_add(CLOCK_TOLERANCE_SECONDS)
    }

    fn goes_back(&mut self, boot: [u8; BOOT_LENGTH], now: u64) -> bool {
        if boot == self.newest.0 && !self.boots.is_empty() {
            return std::mem::replace(&mut self.newest.1, now) > now;
        }
        let (other, last) = std::mem::replace(&mut self.newest, (boot, now));
        if let Some(kept) = self.monotonic.get_mut(&other) {
            *kept = last;
        }
        if let Some(before) = self.monotonic.insert(boot, now) {
            return now < before;
        }
        self.boots.push_back(boot);
        if self.boots.len() > MAX_BOOTS
            && let Some(oldest) = self.boots.pop_front()
        {
            self.monotonic.remove(&oldest);
        }
        false
    }
}
