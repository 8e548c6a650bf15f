//! What a member did lately, counted, to be compared with the limits of their role.
//!
//! Counts are kept in steps: of five minutes for what counts within an hour, of an hour for what counts within a day. What is
//! counted is never less than the last hour or day, and at most one step more. A clock that is put back makes nothing
//! forgotten: what was counted counts from the new time on. One that is put forward does; the log shows both.
//!
//! Nothing here says what was read or asked: of records and cases the last bits of their random ids, of searches keyed
//! tokens. A tally is sealed under a key of the member's own all the same (docs/formats.md, "Tallies").

mod codec;
mod distinct;
mod searches;
#[cfg(test)]
mod tests;

use self::distinct::Distinct;
use self::searches::Searches;
use super::policy::{Effect, Limits, Measure, Night};
use crate::id::{RecordId, ScopeId};

pub use searches::SearchToken;

/// Milliseconds of a step.
const STEP: u64 = 5 * 60 * 1000;
/// Steps of an hour; the oldest of an hour's counts is so old.
const HOUR: u8 = 12;
/// Hours of a day; the oldest of a day's counts is so old.
const DAY: u8 = 24;

/// So many different records are counted exactly.
const MOST_RECORDS: usize = 512;
/// So many different cases are counted exactly.
const MOST_CASES: usize = 256;

/// Counts by age: the first is that of the step that is running.
type InHour = [u64; HOUR as usize + 1];
type InDay = [u64; DAY as usize + 1];

/// What a member did lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many acts were counted, ever.
    total: u64,
    /// The step of the newest count, since 1970.
    step: u64,
    reads_in_hour: InHour,
    reads_in_day: InDay,
    across_in_hour: InHour,
    /// The night, by the number of the day on which it begins, and the reads in it.
    night: Option<(i64, u64)>,
    records: Distinct,
    cases: Distinct,
    searches: Searches,
    /// By measure: for which effect a finding was opened, and how long ago, in the steps of that measure.
    told: [Option<(Effect, u8)>; Measure::ALL.len()],
    now: Now,
}

/// What the act that is being counted has done. Not kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Now {
    is_night: bool,
    measures: [bool; Measure::ALL.len()],
    search: Option<SearchToken>,
}

/// A measure that an act has brought to a step of its limits, or beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub measure: Measure,
    /// How much there is now, the act itself included.
    pub count: u64,
    /// The strongest step that was reached. The milder ones count as well.
    pub effect: Effect,
    /// Whether a finding is due: none was opened for this effect, or a milder one only, since the window began.
    pub is_news: bool,
    /// By how much the count is beyond the step from which on answers are slow, that step itself being 1; 0 before it.
    pub slow: u64,
    /// Whether a reason in words is asked.
    pub asks_reason: bool,
}

impl Tally {
    /// Nothing counted yet, at this time in milliseconds since 1970.
    #[must_use]
    pub fn new(now: u64) -> Self {
        Self {
            total: 0,
            step: now / STEP,
            reads_in_hour: InHour::default(),
            reads_in_day: InDay::default(),
            across_in_hour: InHour::default(),
            night: None,
            records: Distinct::of_most(MOST_RECORDS),
            cases: Distinct::of_most(MOST_CASES),
            searches: Searches::default(),
            told: [None; Measure::ALL.len()],
            now: Now::default(),
        }
    }

    /// Begins to count an act, at this time in milliseconds since 1970.
    pub fn begin(&mut self, now: u64, night: &Night) {
        let step = now / STEP;
        self.pass(step.saturating_sub(self.step), (step / u64::from(HOUR)).saturating_sub(self.step / u64::from(HOUR)));
        self.step = step;
        let tonight = i64::try_from(now).ok().and_then(|now| night.night_of(now));
        // By day the night before is not forgotten: it may be that the clock was put.
        if let Some(day) = tonight.filter(|day| self.night.is_none_or(|(of, _)| of != *day)) {
            self.night = Some((day, 0));
            self.told[place(Measure::ReadsAtNight)] = None;
        }
        self.now = Now { is_night: tonight.is_some(), ..Now::default() };
    }

    fn pass(&mut self, steps: u64, hours: u64) {
        shift(&mut self.reads_in_hour, steps);
        shift(&mut self.across_in_hour, steps);
        shift(&mut self.reads_in_day, hours);
        self.records.age(steps, HOUR);
        self.cases.age(hours, DAY);
        self.searches.age(hours);
        for measure in Measure::ALL {
            let (by, window) = match measure {
                Measure::ReadsAtNight => continue,
                measure if is_hourly(*measure) => (steps, HOUR),
                _ => (hours, DAY),
            };
            let told = &mut self.told[place(*measure)];
            *told = told.and_then(|(effect, age)| {
                let aged = u8::try_from(u64::from(age).saturating_add(by)).ok();
                aged.filter(|age| *age <= window).map(|age| (effect, age))
            });
        }
    }

    /// Counts a read; `other_case` is the case in which the record stands, if the member is not assigned to it.
    pub fn read(&mut self, record: RecordId, other_case: Option<ScopeId>) {
        add(&mut self.reads_in_hour[0]);
        add(&mut self.reads_in_day[0]);
        self.records.add(record.as_bytes());
        for measure in [Measure::ReadsPerHour, Measure::ReadsPerDay, Measure::RecordsPerHour] {
            self.now.measures[place(measure)] = true;
        }
        if let Some(case) = other_case {
            self.cases.add(case.as_bytes());
            self.now.measures[place(Measure::OtherCasesPerDay)] = true;
        }
        if let (true, Some((_, reads))) = (self.now.is_night, &mut self.night) {
            add(reads);
            self.now.measures[place(Measure::ReadsAtNight)] = true;
        }
    }

    /// Counts a search, by its token; `across` if it asked other units.
    pub fn search(&mut self, token: &SearchToken, across: bool) {
        self.searches.add(token);
        self.now.search = Some(*token);
        self.now.measures[place(Measure::RepeatedSearch)] = true;
        if across {
            add(&mut self.across_in_hour[0]);
            self.now.measures[place(Measure::SearchesAcrossUnitsPerHour)] = true;
        }
    }

    /// How much there is of a measure; of repeated searches, of the one that the act has made.
    #[must_use]
    pub fn count(&self, measure: Measure) -> u64 {
        let sum = |counts: &[u64]| counts.iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
        match measure {
            Measure::ReadsPerHour => sum(&self.reads_in_hour),
            Measure::ReadsPerDay => sum(&self.reads_in_day),
            Measure::RecordsPerHour => self.records.count(),
            Measure::RepeatedSearch => self.now.search.map_or(0, |token| self.searches.count(&token)),
            Measure::ReadsAtNight => self.night.map_or(0, |(_, reads)| reads),
            Measure::OtherCasesPerDay => self.cases.count(),
            Measure::SearchesAcrossUnitsPerHour => sum(&self.across_in_hour),
        }
    }

    /// What the act has reached of these limits, by measure.
    pub fn reached<'t>(&'t self, limits: &'t Limits) -> impl Iterator<Item = Reached> + 't {
        let touched = Measure::ALL.iter().filter(|measure| self.now.measures[place(**measure)]);
        touched.filter_map(|measure| self.judge(limits, *measure))
    }

    fn judge(&self, limits: &Limits, measure: Measure) -> Option<Reached> {
        let count = self.count(measure);
        let effect = limits.effect(measure, count)?;
        let at = |of: Effect| limits.of(measure).find(|step| step.effect == of).map(|step| u64::from(step.at));
        Some(Reached {
            measure,
            count,
            effect,
            is_news: self.told[place(measure)].is_none_or(|(told, _)| told < effect),
            slow: at(Effect::Slow).map_or(0, |at| (count + 1).saturating_sub(at)),
            asks_reason: at(Effect::AskReason).is_some_and(|at| at <= count),
        })
    }

    /// Whether a finding is due when this effect follows.
    #[must_use]
    pub fn is_news(&self, measure: Measure, effect: Effect) -> bool {
        self.told[place(measure)].is_none_or(|(told, _)| told < effect)
    }

    /// Notes that a finding was opened.
    pub fn tell(&mut self, measure: Measure, effect: Effect) {
        self.told[place(measure)] = Some((effect, 0));
    }

    /// Ends the counting of an act.
    pub fn end(&mut self) {
        self.total = self.total.saturating_add(1);
        self.now = Now::default();
    }

    /// How many acts were counted, ever: grows with each.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }
}

const fn is_hourly(measure: Measure) -> bool {
    matches!(measure, Measure::ReadsPerHour | Measure::RecordsPerHour | Measure::SearchesAcrossUnitsPerHour)
}

const fn place(measure: Measure) -> usize {
    measure.number() as usize - 1
}

fn add(count: &mut u64) {
    *count = count.saturating_add(1);
}

/// Makes the counts older by so many steps; what is too old is forgotten.
fn shift<const N: usize>(counts: &mut [u64; N], steps: u64) {
    let by = usize::try_from(steps).unwrap_or(N).min(N);
    counts.copy_within(..N - by, by);
    counts[..by].fill(0);
}
