//! A clock that somebody else keeps: the host answers what time it is, and may fail to.
//!
//! The vault reads the time in the middle of a transaction, with its locks held, and nothing foreign may be called there. So
//! the host is asked at the beginning of a call, before any lock; until it is asked again, time goes on from its answer by the
//! system's monotonic clock. A call that waited for another one therefore logs the time at which it acts, not the time at
//! which it was made.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::host::{Clock, SPAN_LENGTH};
use crate::id::random_bytes;

/// The last millisecond of the year 9999 in UTC: no time after it is taken from a host.
const LAST_MS: u64 = 253_402_300_799_999;

/// What a host says of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeReading {
    /// Milliseconds since 1970, UTC.
    pub wall_milliseconds: u64,
    /// Milliseconds since some fixed moment; never goes back. Best with the time asleep in it.
    pub monotonic_milliseconds: u64,
}

/// Where an [`AskedClock`] gets the time from. Called with no lock held; must not call saferoom.
pub trait TimeSource: Send + Sync {
    /// Both clocks, read together.
    ///
    /// # Errors
    /// [`ClockError`].
    fn now(&self) -> Result<TimeReading, ClockError>;
}

/// Why there is no time. Carries no text of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// The host could not answer.
    #[error("it could not answer")]
    Failed,
    /// The answer lies after the year 9999: perhaps not in milliseconds.
    #[error("it answered a time after the year 9999")]
    Absurd,
}

impl ClockError {
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Failed => "Try again; if it stays so, open the vault with the clock of the system.",
            Self::Absurd => "Answer in milliseconds since 1970; check the date that is set on the device.",
        }
    }
}

/// The clock of a [`TimeSource`]. A wall clock that goes back is logged, as any other; a monotonic one that goes back is not
/// believed: its time goes on from where it was.
pub struct AskedClock<S> {
    source: S,
    heard: Mutex<Heard>,
    span: [u8; SPAN_LENGTH],
}

#[derive(Clone, Copy)]
struct Heard {
    reading: TimeReading,
    at: Instant,
}

impl Heard {
    fn at(&self, now: Instant) -> TimeReading {
        let passed = u64::try_from(now.saturating_duration_since(self.at).as_millis()).unwrap_or(u64::MAX);
        TimeReading {
            wall_milliseconds: self.reading.wall_milliseconds.saturating_add(passed).min(LAST_MS),
            monotonic_milliseconds: self.reading.monotonic_milliseconds.saturating_add(passed),
        }
    }
}

impl<S: TimeSource> AskedClock<S> {
    /// Asks for the first time.
    ///
    /// # Errors
    /// [`ClockError`] if there is no time, or none that can be.
    pub fn new(source: S) -> Result<Self, ClockError> {
        let heard = Mutex::new(hear(&source)?);
        Ok(Self { source, heard, span: random_bytes() })
    }

    fn reading(&self) -> TimeReading {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).at(Instant::now())
    }
}

fn hear(source: &dyn TimeSource) -> Result<Heard, ClockError> {
    let reading = source.now()?;
    // Taken after the answer, so that time is never ahead of the host's.
    let at = Instant::now();
    if reading.wall_milliseconds > LAST_MS { Err(ClockError::Absurd) } else { Ok(Heard { reading, at }) }
}

impl<S: TimeSource> Clock for AskedClock<S> {
    fn wall_milliseconds(&self) -> u64 {
        self.reading().wall_milliseconds
    }

    fn monotonic_milliseconds(&self) -> u64 {
        self.reading().monotonic_milliseconds
    }

    fn ask(&self) -> Result<(), ClockError> {
        let mut new = hear(&self.source)?;
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been answered later than this one.
        if new.at >= heard.at {
            let before = heard.at(new.at).monotonic_milliseconds;
            new.reading.monotonic_milliseconds = new.reading.monotonic_milliseconds.max(before);
            *heard = new;
        }
        Ok(())
    }

    /// Of this clock alone: another one counts from another moment.
    fn span(&self) -> [u8; SPAN_LENGTH] {
        self.span
    }
}

impl<S> std::fmt::Debug for AskedClock<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AskedClock(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    /// Answers what it was told to.
    #[derive(Clone)]
    struct Told(Arc<Mutex<Result<TimeReading, ClockError>>>);

    impl Told {
        fn new(wall: u64, monotonic: u64) -> Self {
            let told = Self(Arc::new(Mutex::new(Err(ClockError::Failed))));
            told.tell(wall, monotonic);
            told
        }

        fn tell(&self, wall: u64, monotonic: u64) {
            *self.0.lock().unwrap() = Ok(TimeReading { wall_milliseconds: wall, monotonic_milliseconds: monotonic });
        }
    }

    impl TimeSource for Told {
        fn now(&self) -> Result<TimeReading, ClockError> {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn time_goes_on_from_the_answer() {
        let at = Instant::now();
        let heard = Heard { reading: TimeReading { wall_milliseconds: 1000, monotonic_milliseconds: 5 }, at };
        let later = heard.at(at + Duration::from_millis(70));
        assert_eq!(later, TimeReading { wall_milliseconds: 1070, monotonic_milliseconds: 75 });
        let last = TimeReading { wall_milliseconds: LAST_MS, monotonic_milliseconds: u64::MAX };
        assert_eq!(Heard { reading: last, at }.at(at + Duration::from_secs(1)), last);
    }

    #[test]
    fn the_wall_clock_is_believed_and_a_monotonic_clock_that_goes_back_is_not() {
        const DAY: u64 = 86_400_000;
        let source = Told::new(10 * DAY, 5 * DAY);
        let clock = AskedClock::new(source.clone()).unwrap();
        source.tell(9 * DAY, DAY);
        assert!(clock.wall_milliseconds() >= 10 * DAY, "nobody has asked yet");
        clock.ask().unwrap();
        assert!((9 * DAY..10 * DAY).contains(&clock.wall_milliseconds()));
        assert!(clock.monotonic_milliseconds() >= 5 * DAY);
        source.tell(9 * DAY, 20 * DAY);
        clock.ask().unwrap();
        assert!(clock.monotonic_milliseconds() >= 20 * DAY);
    }

    #[test]
    fn no_answer_is_an_error_and_the_earlier_one_stays() {
        let source = Told::new(LAST_MS + 1, 0);
        assert_eq!(AskedClock::new(source.clone()).unwrap_err(), ClockError::Absurd);
        source.tell(1000, 7);
        let clock = AskedClock::new(source.clone()).unwrap();
        *source.0.lock().unwrap() = Err(ClockError::Failed);
        assert_eq!(clock.ask(), Err(ClockError::Failed));
        assert!(clock.wall_milliseconds() >= 1000);
        assert_eq!(format!("{clock:?}"), "AskedClock(..)");
    }

    #[test]
    fn each_clock_has_a_span_of_its_own() {
        let clocks = [1, 2].map(|wall| AskedClock::new(Told::new(wall, 0)).unwrap().span());
        assert_ne!(clocks[0], clocks[1]);
    }
}
