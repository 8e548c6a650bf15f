//! Paired measurement: the variants take turns within one process, and ratios are of the same round.

use cpu_time::ThreadTime;
use std::time::{Duration, Instant};

/// Which clock decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// CPU time of this thread: what a busy machine disturbs least.
    Cpu,
    /// Wall time: where the disk decides.
    Wall,
}

/// Times of one variant, one per round.
#[derive(Debug, Default, Clone)]
pub struct Times(pub Vec<Duration>);

impl Times {
    /// The value below which this share of the rounds lies.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let index = ((sorted.len().max(1) - 1) as f64 * share).round() as usize;
        sorted.get(index).copied().unwrap_or_default()
    }
}

/// Runs `work` once and takes its time.
pub fn timed<T>(clock: Clock, work: impl FnOnce() -> T) -> (T, Duration) {
    let (cpu, wall) = (ThreadTime::now(), Instant::now());
    let value = work();
    let time = match clock {
        Clock::Cpu => cpu.elapsed(),
        Clock::Wall => wall.elapsed(),
    };
    (value, time)
}

/// Quantiles 10, 50 and 90 of the ratio, round by round, of `over` to the sum of `under`.
#[must_use]
pub fn ratio(over: &Times, under: &[&Times]) -> [f64; 3] {
    let mut ratios: Vec<f64> = (0..over.0.len())
        .map(|round| {
            let sum: f64 = under.iter().map(|times| times.0[round].as_secs_f64()).sum();
            over.0[round].as_secs_f64() / sum
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    [0.1, 0.5, 0.9].map(|share| ratios[((ratios.len() - 1) as f64 * share).round() as usize])
}
