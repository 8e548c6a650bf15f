//! How long nobody has called a session, so that one that is left open locks itself.
//!
//! Both clocks of the host are asked, and the longer time counts. The monotonic clock does not care who sets the time;
//! the wall clock goes on while the device sleeps, which the monotonic clock of some systems does not. A wall clock that
//! is set forward locks a session too early, never too late.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::act::read_clock;
use crate::keys::{Clock, SlowDown};

/// Shortest and longest idle timeout: what is asked beyond is taken as the nearer of the two.
pub const IDLE_TIMEOUTS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(12 * 60 * 60));

/// When a vault locks its sessions, and how it slows down attempts to sign in, by the host's will. The access-policy says so
/// as well: the shorter idle timeout of both counts, and the longer wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locking {
    /// After so long without a call a session is locked; 5 minutes by default, see [`IDLE_TIMEOUTS`].
    pub idle_timeout: Duration,
    /// How long to wait after attempts that failed.
    pub slow_down: SlowDown,
}

impl Default for Locking {
    fn default() -> Self {
        Self { idle_timeout: Duration::from_secs(5 * 60), slow_down: SlowDown::default() }
    }
}

impl Locking {
    /// The idle timeout, within what is allowed.
    pub(super) fn idle_timeout(&self) -> Duration {
        self.idle_timeout.clamp(IDLE_TIMEOUTS.0, IDLE_TIMEOUTS.1)
    }
}

/// When a session was last called.
pub(super) struct IdleTimer(Mutex<Calls>);

struct Calls {
    /// Calls that are being served. A long one is no idleness.
    running: usize,
    /// Both clocks when the last call began or ended.
    last: (u64, u64),
}

/// A call that is being served.
pub(super) struct Call<'t> {
    timer: &'t IdleTimer,
    clock: &'t dyn Clock,
}

impl IdleTimer {
    pub(super) fn start(now: (u64, u64)) -> Self {
        Self(Mutex::new(Calls { running: 0, last: now }))
    }

    /// Begins a call; none if the time is over.
    pub(super) fn begin<'t>(&'t self, clock: &'t dyn Clock, timeout: Duration) -> Option<Call<'t>> {
        let now = read_clock(clock);
        let mut calls = self.calls();
        if calls.idle(now) >= timeout {
            return None;
        }
        calls.running += 1;
        calls.last = now;
        Some(Call { timer: self, clock })
    }

    /// How long nobody has called.
    pub(super) fn idle(&self, now: (u64, u64)) -> Duration {
        self.calls().idle(now)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn idle(&self, (wall, monotonic): (u64, u64)) -> Duration {
        if self.running > 0 {
            return Duration::ZERO;
        }
        Duration::from_millis(wall.saturating_sub(self.last.0).max(monotonic.saturating_sub(self.last.1)))
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let now = read_clock(self.clock);
        let mut calls = self.timer.calls();
        calls.running -= 1;
        calls.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ManualClock;

    #[test]
    fn the_longer_time_of_both_clocks_counts_and_a_call_is_no_idleness() {
        let (clock, timeout) = (ManualClock::at(1_000_000), Duration::from_secs(10));
        let timer = IdleTimer::start(read_clock(&clock));
        clock.advance(Duration::from_secs(9));
        let call = timer.begin(&clock, timeout).unwrap();
        clock.advance(Duration::from_secs(60));
        assert_eq!(timer.idle(read_clock(&clock)), Duration::ZERO);
        let inner = timer.begin(&clock, timeout).unwrap();
        drop((inner, call));
        clock.advance(Duration::from_secs(9));
        assert!(timer.begin(&clock, timeout).is_some());

        clock.set_wall(0);
        assert!(timer.begin(&clock, timeout).is_some(), "set back: the monotonic clock counts");
        clock.advance(Duration::from_secs(10));
        assert!(timer.begin(&clock, timeout).is_none());
        let timer = IdleTimer::start(read_clock(&clock));
        clock.sleep(Duration::from_secs(10));
        assert!(timer.begin(&clock, timeout).is_none(), "asleep: the wall clock counts");
    }

    #[test]
    fn no_timeout_is_for_ever() {
        let locking = |seconds| Locking { idle_timeout: Duration::from_secs(seconds), ..Locking::default() };
        assert_eq!(locking(0).idle_timeout(), IDLE_TIMEOUTS.0);
        assert_eq!(locking(300).idle_timeout(), Locking::default().idle_timeout);
        assert_eq!(locking(u64::MAX).idle_timeout(), IDLE_TIMEOUTS.1);
    }
}
