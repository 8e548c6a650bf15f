//! What a log tells of how records were used: counts by day, hour, member and purpose; findings with their reviews; what is
//! unusual; and where the log says nothing for long. No value of a record is in it, as none is in the log.
//!
//! Counts only: memory does not grow with the number of entries. Each list has a longest length; what is beyond is counted.

mod count;
mod finding;
mod member;

use std::collections::BTreeMap;

pub use count::{Counts, Day, UseKind};
use finding::FindingList;
pub use finding::{FindingCounts, FindingSubject, SeenFinding, SeenReview};
pub use member::{Episode, EpisodeKind, MemberActivity};

use super::{BOOT_LENGTH, Detail, DetailKey, DetailValue, Entry, Event, Outcome};
use crate::id::MemberId;

/// The most members, days and purposes that are counted apart.
pub const MAX_APART: usize = 10_000;

/// The most episodes and findings that are listed.
pub const MAX_LISTED: usize = 1000;

/// The most gaps that are listed: the longest.
pub const MAX_GAPS: usize = 10;

const HOUR_MS: u64 = 3_600_000;

/// From which count on something is listed as unusual, and when night is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// By how many minutes the clocks of the place are ahead of UTC.
    pub utc_offset_minutes: i32,
    /// The hour in which night begins, by those clocks.
    pub night_from_hour: u32,
    /// The hour with which it ends.
    pub night_to_hour: u32,
    /// Different records that one member reads within an hour.
    pub records_per_hour: u64,
    /// Searches of one member within an hour.
    pub searches_per_hour: u64,
    /// Refusals of one member within an hour.
    pub denials_per_hour: u64,
    /// Uses of one member within one night.
    pub uses_per_night: u64,
    /// Hours without any entry.
    pub gap_hours: u64,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            utc_offset_minutes: 0,
            night_from_hour: 20,
            night_to_hour: 6,
            records_per_hour: 40,
            searches_per_hour: 15,
            denials_per_hour: 5,
            uses_per_night: 20,
            gap_hours: 7 * 24,
        }
    }
}

impl Measures {
    /// The time by the clocks of the place, in milliseconds.
    fn local(&self, wall_ms: u64) -> u64 {
        wall_ms.saturating_add_signed(i64::from(self.utc_offset_minutes) * 60_000)
    }

    fn is_night(&self, hour: u32) -> bool {
        let (from, to) = (self.night_from_hour, self.night_to_hour);
        if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
    }
}

/// A time in which the log says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Index of the entry after it.
    pub index: u64,
    /// When it began, in milliseconds since 1970, UTC.
    pub from_ms: u64,
    /// When it ended.
    pub to_ms: u64,
}

/// What the log says of the device and its clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceEvents {
    /// How often an entry is of another start of the program than the one before it; several may be at work at once.
    pub starts: u64,
    /// How often the clock was seen to jump.
    pub clock_adjustments: u64,
    /// How often the clock went back without an entry that says so.
    pub clock_back: u64,
    /// How many sign-ins failed.
    pub failed_sign_ins: u64,
    /// How many faults of the system there were: values that did not open, damage.
    pub faults: u64,
    /// How often the log itself was read or exported.
    pub log_reads: u64,
    /// The size of the log that this one follows, if it follows one.
    pub follows: Option<u64>,
    /// How many entries of that log were lost, as far as the device knew.
    pub lost_entries: Option<u64>,
}

/// What a log tells. Made by [`ActivityCounter`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activity {
    /// How many entries were read.
    pub entries: u64,
    /// The time of the earliest and of the latest entry, in milliseconds since 1970, UTC.
    pub times: Option<(u64, u64)>,
    /// Uses of records in all.
    pub total: Counts,
    /// Uses by day, by the clocks of the place.
    pub days: BTreeMap<Day, Counts>,
    /// What left by a door, by day: disclosures, exports, packets, extracts.
    pub exports: BTreeMap<Day, u64>,
    /// Uses by the hour of the day.
    pub hours: [Counts; 24],
    /// Uses by member.
    pub members: BTreeMap<MemberId, MemberActivity>,
    /// Uses by purpose: the local code, or the HL7 code where there is none.
    pub purposes: BTreeMap<String, u64>,
    /// Refusals by the code of the error.
    pub denials: BTreeMap<u64, u64>,
    /// Entries by the code of their event.
    pub events: BTreeMap<u16, u64>,
    /// How many uses are in the total and in no day, member or purpose, because there were too many of these.
    pub not_apart: u64,
    /// Findings that the vault opened, in their order. Where there are too many, those that were reviewed are left out
    /// first, and emergencies last.
    pub findings: Vec<SeenFinding>,
    /// How many findings there were in all.
    pub finding_total: FindingCounts,
    /// Findings by the day on which they were opened, by the clocks of the place.
    pub finding_days: BTreeMap<Day, FindingCounts>,
    /// What is unusual by the measures, in its order.
    pub episodes: Vec<Episode>,
    /// How many findings and episodes there were beyond those that are listed.
    pub not_listed: u64,
    /// The longest times without an entry, longest first.
    pub gaps: Vec<Gap>,
    /// The device.
    pub device: DeviceEvents,
}

/// Counts the entries of one log, in their order.
#[derive(Debug)]
pub struct ActivityCounter {
    measures: Measures,
    activity: Activity,
    windows: BTreeMap<MemberId, member::Window>,
    findings: FindingList,
    wall_ms: Option<u64>,
    boot: Option<[u8; BOOT_LENGTH]>,
    adjusted: bool,
}

impl ActivityCounter {
    /// Begins to count.
    #[must_use]
    pub fn new(measures: Measures) -> Self {
        Self {
            measures,
            activity: Activity::default(),
            windows: BTreeMap::new(),
            findings: FindingList::default(),
            wall_ms: None,
            boot: None,
            adjusted: false,
        }
    }

    /// Reads the next entry.
    pub fn read(&mut self, entry: &Entry<'_>) {
        let activity = &mut self.activity;
        activity.entries += 1;
        let (first, last) = activity.times.unwrap_or((entry.wall_ms, entry.wall_ms));
        activity.times = Some((first.min(entry.wall_ms), last.max(entry.wall_ms)));
        *activity.events.entry(entry.event.code()).or_default() += 1;
        self.read_device(entry);
        self.read_finding(entry);
        if let Some(kind) = UseKind::of(entry) {
            self.read_use(entry, kind);
        }
    }

    /// What was counted.
    #[must_use]
    pub fn finish(mut self) -> Activity {
        for (member, window) in std::mem::take(&mut self.windows) {
            window.close(member, &self.measures, &mut self.activity);
        }
        self.activity.findings = self.findings.finish();
        self.activity.episodes.sort_by_key(|episode| (episode.from_ms, episode.member));
        self.activity
    }

    fn read_use(&mut self, entry: &Entry<'_>, kind: UseKind) {
        let (measures, activity) = (self.measures, &mut self.activity);
        let local = measures.local(entry.wall_ms);
        let hour = (local / HOUR_MS % 24) as u32;
        activity.total.add(kind);
        activity.hours[hour as usize].add(kind);
        let mut apart = true;
        match room(&mut activity.days, Day::of(local)) {
            Some(day) => day.add(kind),
            None => apart = false,
        }
        if (entry.event, kind) == (Event::Export, UseKind::Look)
            && let Some(exports) = room(&mut activity.exports, Day::of(local))
        {
            *exports += 1;
        }
        if let Some(why) = &entry.why {
            match room(&mut activity.purposes, why.local.as_ref().unwrap_or(&why.hl7).to_string()) {
                Some(purpose) => *purpose += 1,
                None => apart = false,
            }
        }
        if kind == UseKind::Denied
            && let Some(code) = number(entry.detail.as_ref(), DetailKey::ERROR_CODE)
            && let Some(count) = room(&mut activity.denials, code)
        {
            *count += 1;
        }
        if let Some(actor) = &entry.actor {
            match room(&mut activity.members, actor.member) {
                Some(member) => {
                    let night = measures.is_night(hour);
                    member.add(entry, kind, &actor.role, night);
                    let window = self.windows.entry(actor.member).or_default();
                    window.read(actor.member, entry, kind, night, &measures, activity);
                }
                None => apart = false,
            }
        }
        self.activity.not_apart += u64::from(!apart);
    }

    fn read_device(&mut self, entry: &Entry<'_>) {
        let device = &mut self.activity.device;
        let adjusts = entry.event == Event::ClockAdjustment;
        match entry.event {
            Event::ClockAdjustment => device.clock_adjustments += 1,
            Event::Login if entry.outcome != Outcome::Success => device.failed_sign_ins += 1,
            Event::LogRead => device.log_reads += 1,
            Event::Genesis => {
                device.follows = number(entry.detail.as_ref(), DetailKey::PREVIOUS_SIZE);
                device.lost_entries = number(entry.detail.as_ref(), DetailKey::LOST_ENTRIES);
            }
            _ => (),
        }
        device.faults += u64::from(matches!(entry.outcome, Outcome::SeriousFailure | Outcome::MajorFailure));
        if self.boot.replace(entry.boot) != Some(entry.boot) {
            device.starts += 1;
        }
        if let Some(before) = self.wall_ms.replace(entry.wall_ms) {
            device.clock_back += u64::from(entry.wall_ms < before && !adjusts && !self.adjusted);
            let gap = Gap { index: entry.seq, from_ms: before, to_ms: entry.wall_ms };
            self.activity.note_gap(gap, self.measures.gap_hours.saturating_mul(HOUR_MS));
        }
        self.adjusted = adjusts;
    }
}

impl Activity {
    fn note_gap(&mut self, gap: Gap, least: u64) {
        let length = |gap: &Gap| gap.to_ms.saturating_sub(gap.from_ms);
        if length(&gap) < least.max(1) {
            return;
        }
        let place = self.gaps.partition_point(|known| length(known) >= length(&gap));
        self.gaps.insert(place, gap);
        self.gaps.truncate(MAX_GAPS);
    }
}

/// The place of this key, new or known; none if there are too many.
fn room<K: Ord, V: Default>(map: &mut BTreeMap<K, V>, key: K) -> Option<&mut V> {
    if map.len() >= MAX_APART && !map.contains_key(&key) { None } else { Some(map.entry(key).or_default()) }
}

fn number(detail: Option<&Detail<'_>>, key: DetailKey) -> Option<u64> {
    match detail?.get(key)? {
        DetailValue::Number(number) => Some(*number),
        _ => None,
    }
}

fn id<T>(detail: Option<&Detail<'_>>, key: DetailKey, of: impl Fn([u8; 16]) -> T) -> Option<T> {
    match detail?.get(key)? {
        DetailValue::Bytes(bytes) => bytes.as_ref().try_into().ok().map(of),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
