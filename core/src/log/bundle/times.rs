//! Whether the times of the entries agree with each other. They are claims of the device; their order is the tree's.

use std::collections::{HashMap, VecDeque};

use super::BundleProblem;
use crate::log::{BOOT_LENGTH, Entry, Event};

/// By how much clocks of different machines may differ, in seconds.
pub const CLOCK_TOLERANCE_SECONDS: u64 = 300;

/// Of how many boots the monotonic clock is remembered; the oldest is forgotten first.
const MAX_BOOTS: usize = 4096;

/// The clocks as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Times {
    wall: u64,
    latest: u64,
    /// The entry before was about the clock.
    adjusted: bool,
    monotonic: HashMap<[u8; BOOT_LENGTH], u64>,
    boots: VecDeque<[u8; BOOT_LENGTH]>,
}

impl Times {
    /// Reads the next entry; tells what does not agree with those before it.
    pub(super) fn read(&mut self, index: u64, entry: &Entry<'_>) -> impl Iterator<Item = BundleProblem> {
        // The entry about the clock may itself bear the old time or the new one.
        let adjusts = entry.event == Event::ClockAdjustment;
        let wall_back = entry.wall_ms < self.wall && !adjusts && !self.adjusted;
        self.wall = entry.wall_ms;
        self.latest = self.latest.max(entry.wall_ms);
        self.adjusted = adjusts;
        let monotonic_back = self.goes_back(entry.boot, entry.monotonic_ms);
        let wall_back = wall_back.then_some(BundleProblem::WallBack { index });
        wall_back.into_iter().chain(monotonic_back.then_some(BundleProblem::MonotonicBack { index }))
    }

    /// Whether an entry so far is later than this cosignature over all of them, in seconds.
    pub(super) fn later_than(&self, cosigned: u64) -> bool {
        self.latest / 1000 > cosigned.saturating_add(CLOCK_TOLERANCE_SECONDS)
    }

    fn goes_back(&mut self, boot: [u8; BOOT_LENGTH], now: u64) -> bool {
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
