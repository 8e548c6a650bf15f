//! What one member did, and the hours and nights in which it was unusually much.

use std::collections::HashSet;

use super::{Activity, Counts, Day, HOUR_MS, MAX_LISTED, Measures, UseKind};
use crate::id::{MemberId, RecordId};
use crate::log::{Entry, Event};

/// The most different records that are told apart within one hour.
const MAX_RECORDS: usize = 1024;

/// What one member did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberActivity {
    /// The role, as the newest entry says.
    pub role: String,
    /// Uses by kind.
    pub counts: Counts,
    /// How many of the looks were searches.
    pub searches: u64,
    /// How many uses were at night.
    pub at_night: u64,
    /// How many were within an emergency.
    pub in_emergency: u64,
    /// The most different records read within one hour of the clock; counted up to 1,024.
    pub most_records_in_an_hour: u64,
    /// The time of the latest use, in milliseconds since 1970, UTC.
    pub last_ms: u64,
}

impl MemberActivity {
    pub(super) fn add(&mut self, entry: &Entry<'_>, kind: UseKind, role: &str, night: bool) {
        if self.role != role {
            role.clone_into(&mut self.role);
        }
        self.counts.add(kind);
        self.searches += u64::from(is_search(entry, kind));
        self.at_night += u64::from(night);
        self.in_emergency += u64::from(entry.why.as_ref().is_some_and(|why| why.hl7 == "BTG"));
        self.last_ms = self.last_ms.max(entry.wall_ms);
    }
}

/// Of what there was unusually much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpisodeKind {
    /// Different records, read within an hour.
    Records,
    /// Searches within an hour.
    Searches,
    /// Refusals within an hour.
    Denials,
    /// Uses within one night.
    Night,
}

/// An hour or a night in which one member did unusually much of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// Who.
    pub member: MemberId,
    /// Of what.
    pub kind: EpisodeKind,
    /// How much.
    pub count: u64,
    /// The time of its first use, in milliseconds since 1970, UTC.
    pub from_ms: u64,
}

/// The hour and the night in which a member is.
#[derive(Debug, Default)]
pub(super) struct Window {
    hour: Option<(u64, u64)>,
    records: HashSet<RecordId>,
    searches: u64,
    denials: u64,
    night: Option<(Day, u64)>,
    at_night: u64,
}

impl Window {
    pub(super) fn read(
        &mut self,
        member: MemberId,
        entry: &Entry<'_>,
        kind: UseKind,
        night: bool,
        measures: &Measures,
        activity: &mut Activity,
    ) {
        let local = measures.local(entry.wall_ms);
        let hour = local / HOUR_MS;
        if self.hour.is_none_or(|(known, _)| known != hour) {
            self.close_hour(member, measures, activity);
            self.hour = Some((hour, entry.wall_ms));
        }
        if night {
            // A night belongs to the day on which it began.
            let began = Day::of(local.saturating_sub(u64::from(measures.night_to_hour) * HOUR_MS));
            if self.night.is_none_or(|(known, _)| known != began) {
                self.close_night(member, measures, activity);
                self.night = Some((began, entry.wall_ms));
            }
            self.at_night += 1;
        }
        self.searches += u64::from(is_search(entry, kind));
        self.denials += u64::from(kind == UseKind::Denied);
        if entry.event == Event::Read
            && kind == UseKind::Look
            && let Some(what) = &entry.what
            && self.records.len() < MAX_RECORDS
        {
            self.records.insert(what.record);
        }
    }

    pub(super) fn close(mut self, member: MemberId, measures: &Measures, activity: &mut Activity) {
        self.close_hour(member, measures, activity);
        self.close_night(member, measures, activity);
    }

    fn close_hour(&mut self, member: MemberId, measures: &Measures, activity: &mut Activity) {
        let records = self.records.len() as u64;
        if let Some(known) = activity.members.get_mut(&member) {
            known.most_records_in_an_hour = known.most_records_in_an_hour.max(records);
        }
        let (searches, denials) = (std::mem::take(&mut self.searches), std::mem::take(&mut self.denials));
        self.records.clear();
        let Some((_, from_ms)) = self.hour.take() else { return };
        let counted = [
            (EpisodeKind::Records, records, measures.records_per_hour),
            (EpisodeKind::Searches, searches, measures.searches_per_hour),
            (EpisodeKind::Denials, denials, measures.denials_per_hour),
        ];
        for (kind, count, least) in counted {
            activity.note_episode(Episode { member, kind, count, from_ms }, least);
        }
    }

    fn close_night(&mut self, member: MemberId, measures: &Measures, activity: &mut Activity) {
        let count = std::mem::take(&mut self.at_night);
        if let Some((_, from_ms)) = self.night.take() {
            activity
                .note_episode(Episode { member, kind: EpisodeKind::Night, count, from_ms }, measures.uses_per_night);
        }
    }
}

impl Activity {
    fn note_episode(&mut self, episode: Episode, least: u64) {
        if episode.count < least.max(1) {
            return;
        }
        if self.episodes.len() < MAX_LISTED {
            self.episodes.push(episode);
        } else {
            self.not_listed += 1;
        }
    }
}

/// Listing what belongs to a record is a question too, and no search.
fn is_search(entry: &Entry<'_>, kind: UseKind) -> bool {
    let searched = entry.what.as_ref().is_some_and(|what| !what.fields.is_empty());
    let event = entry.event == Event::QueryAcrossUnits || entry.event == Event::Query && searched;
    kind == UseKind::Look && event
}
