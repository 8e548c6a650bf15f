//! What stands out, and where the log says nothing.

use maud::{Markup, html};
use saferoom::log::{Episode, EpisodeKind, Gap};

use super::Report;
use crate::commands::audit::judged::Belief;
use crate::html::{facts, grouped, table};

const HOUR_MS: u64 = 3_600_000;

impl Report<'_> {
    pub(super) fn unusual(&self) -> (String, Markup) {
        let (words, measures) = (&self.words, self.measures);
        let lead = words.fill(
            "unusual_lead",
            &[
                ("records", &measures.records_per_hour),
                ("searches", &measures.searches_per_hour),
                ("denials", &measures.denials_per_hour),
                ("night", &measures.uses_per_night),
            ],
        );
        let row = |episode: &Episode| {
            let key = match episode.kind {
                EpisodeKind::Records => "episode_records",
                EpisodeKind::Searches => "episode_searches",
                EpisodeKind::Denials => "episode_denials",
                EpisodeKind::Night => "episode_night",
            };
            vec![
                self.moment(episode.from_ms),
                self.who(&episode.member),
                html! { (words.fill(key, &[("count", &grouped(episode.count))])) },
            ]
        };
        let rows: Vec<_> = self.activity.episodes.iter().map(row).collect();
        let columns = [words.get("when"), words.get("member"), words.get("what")];
        let body = html! {
            @if rows.is_empty() { p { (words.get("nothing_unusual")) } } @else {
                (table(words.get("unusual"), &columns, &rows))
            }
            @if self.activity.not_listed > 0 {
                p { (words.fill("not_listed", &[("count", &self.activity.not_listed)])) }
            }
            p { (words.get("other_cases")) }
        };
        (lead, body)
    }

    pub(super) fn gaps(&self) -> (String, Markup) {
        let (words, device) = (&self.words, &self.activity.device);
        // That nothing is missing between two entries is known only of a log that was believed.
        let lead = if self.judged.belief() == Belief::Accepted { "gaps_lead" } else { "gaps_unproven" };
        let row = |gap: &Gap| {
            let hours = gap.to_ms.saturating_sub(gap.from_ms) / HOUR_MS;
            let length = words.fill("days_and_hours", &[("days", &(hours / 24)), ("hours", &(hours % 24))]);
            vec![self.moment(gap.from_ms), self.moment(gap.to_ms), html! { (length) }, html! { (gap.index) }]
        };
        let rows: Vec<_> = self.activity.gaps.iter().map(row).collect();
        let entry = format!("#{}", words.get("entry"));
        let columns = [words.get("from"), words.get("to"), words.get("length"), &entry];
        let mut pairs = vec![
            (words.get("starts"), device.starts),
            (words.get("clock_adjustments"), device.clock_adjustments),
            (words.get("clock_back"), device.clock_back),
            (words.get("failed_sign_ins"), device.failed_sign_ins),
            (words.get("faults"), device.faults),
            (words.get("log_reads"), device.log_reads),
        ];
        pairs.extend(device.follows.map(|size| (words.get("follows"), size)));
        pairs.extend(device.lost_entries.map(|lost| (words.get("lost_entries"), lost)));
        let pairs: Vec<_> = pairs.into_iter().map(|(name, count)| (name, html! { (grouped(count)) })).collect();
        let body = html! {
            @if rows.is_empty() { p { (words.get("no_gaps")) } } @else {
                (table(words.get("gaps"), &columns, &rows))
            }
            (facts(&pairs))
        };
        (words.fill(lead, &[("hours", &self.measures.gap_hours)]), body)
    }
}
