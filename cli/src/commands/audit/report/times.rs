//! When: the charts, and how moments are written by the clocks of the place.

use std::collections::BTreeMap;

use maud::{Markup, html};
use saferoom::log::{Activity, Counts, Day};
use saferoom::model::Timestamp;

use super::Report;
use crate::html::chart::{Columns, Series};
use crate::html::palette::{FIRST, SECOND, THIRD};
use crate::html::{grouped, table};

/// The most columns of a chart before days become weeks, and weeks months.
const MOST: usize = 62;

/// The most months that are shown one after the other; beyond that, only those in which there was something.
const MOST_MONTHS: usize = 240;

/// The most months of a table.
const MOST_ROWS: usize = 24;

impl Report<'_> {
    pub(super) fn over_time(&self) -> (String, Markup) {
        let (words, activity) = (&self.words, self.activity);
        let lead = words.get("over_time_lead").to_owned();
        if activity.days.is_empty() {
            return (lead, html! { p { (words.get("no_uses")) } });
        }
        let (unit, labels, counts) = spans(&activity.days);
        let hours = (0..24).map(|hour| format!("{hour:02}")).collect();
        let body = html! {
            (self.chart("chart_days", unit, labels, &counts))
            (self.chart("chart_hours", "hour", hours, &activity.hours))
            (self.by_month())
        };
        (lead, body)
    }

    fn chart(&self, title: &str, unit: &str, labels: Vec<String>, counts: &[Counts]) -> Markup {
        let words = &self.words;
        let of = |of: fn(&Counts) -> u64| counts.iter().map(of).collect();
        let columns = Columns {
            title: words.get(title),
            unit: words.get(unit),
            labels,
            series: vec![
                Series { name: words.get("looks"), colour: FIRST, values: of(|counts| counts.looks) },
                Series { name: words.get("writes"), colour: SECOND, values: of(|counts| counts.writes) },
                Series { name: words.get("refusals"), colour: THIRD, values: of(|counts| counts.denied) },
            ],
            beside: false,
        };
        columns.figure(words)
    }

    /// What whoever answers for the unit is asked each month: what was refused, what left, and whether emergencies and other
    /// findings were looked at. The newest months.
    fn by_month(&self) -> Markup {
        let words = &self.words;
        let months = months(self.activity);
        let shown = months.len().saturating_sub(MOST_ROWS);
        let row = |(month, row): (&String, &MonthRow)| {
            let reviewed = |(seen, of): (u64, u64)| match of {
                0 => "\u{2013}".to_owned(),
                _ => words.fill("reviewed_of", &[("count", &seen), ("of", &of)]),
            };
            vec![
                html! { (month) },
                html! { (grouped(row.uses)) },
                html! { (grouped(row.denied)) },
                html! { (grouped(row.exports)) },
                html! { (reviewed(row.emergencies)) },
                html! { (reviewed(row.findings)) },
            ]
        };
        let rows: Vec<_> = months.iter().skip(shown).map(row).collect();
        let names = ["month", "#uses", "#refusals", "#left", "emergencies_reviewed", "findings_reviewed"];
        let names = names.map(|name| (name.starts_with('#'), words.get(name.trim_start_matches('#'))));
        let names = names.map(|(number, name)| if number { format!("#{name}") } else { name.to_owned() });
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        html! { h3 { (words.get("by_month")) } (table(words.get("by_month"), &names, &rows)) }
    }

    /// A moment by the clocks of the place, to the minute.
    pub(super) fn minute(&self, wall_ms: u64) -> String {
        let offset = i64::from(self.measures.utc_offset_minutes) * 60_000;
        let text = text_of(wall_ms.saturating_add_signed(offset));
        text.get(..16).map_or(text.clone(), |minute| minute.replace('T', "\u{A0}"))
    }

    /// The same as a cell of a table, which is not broken.
    pub(super) fn moment(&self, wall_ms: u64) -> Markup {
        html! { span.time { (self.minute(wall_ms)) } }
    }

    /// How far the clocks of the place are ahead of UTC: `UTC+07:00`.
    pub(super) fn offset(&self) -> String {
        let minutes = self.measures.utc_offset_minutes;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
        format!("UTC{sign}{hours:02}:{minutes:02}")
    }
}

/// What happened in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct MonthRow {
    uses: u64,
    denied: u64,
    exports: u64,
    /// How many of the emergencies that began in it were reviewed, and how many there were.
    emergencies: (u64, u64),
    /// The same of other findings.
    findings: (u64, u64),
}

fn months(activity: &Activity) -> BTreeMap<String, MonthRow> {
    let month_of = |day: Day| date_of(day).get(..7).unwrap_or_default().to_owned();
    let mut months: BTreeMap<String, MonthRow> = BTreeMap::new();
    for (day, counts) in &activity.days {
        let row = months.entry(month_of(*day)).or_default();
        row.uses += counts.all();
        row.denied += counts.denied;
    }
    for (day, exports) in &activity.exports {
        months.entry(month_of(*day)).or_default().exports += exports;
    }
    for (day, counts) in &activity.finding_days {
        let row = months.entry(month_of(*day)).or_default();
        let add = |(seen, of): &mut (u64, u64), reviewed: u64, all: u64| (*seen, *of) = (*seen + reviewed, *of + all);
        add(&mut row.emergencies, counts.emergencies_reviewed, counts.emergencies);
        add(&mut row.findings, counts.others_reviewed, counts.others);
    }
    months
}

/// The days without a gap between them; or the weeks, or the months, if there are too many.
fn spans(days: &BTreeMap<Day, Counts>) -> (&'static str, Vec<String>, Vec<Counts>) {
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else {
        return ("day", Vec::new(), Vec::new());
    };
    let length = (last.0 - first.0 + 1) as usize;
    if length > MOST * 7 {
        let month_of = |day: Day| date_of(day).get(..7).unwrap_or_default().to_owned();
        let mut months: BTreeMap<String, Counts> = BTreeMap::new();
        if length <= MOST_MONTHS * 31 {
            // No month is shorter: each is met, also those without any use.
            months.extend((first.0..=last.0).step_by(28).map(|day| (month_of(Day(day)), Counts::default())));
        }
        for (day, counts) in days {
            let known = months.entry(month_of(*day)).or_default();
            *known = known.and(*counts);
        }
        return ("month", months.keys().cloned().collect(), months.into_values().collect());
    }
    // Weeks begin on Mondays: 1 January 1970 was a Thursday.
    let (unit, width) = if length > MOST { ("week", 7) } else { ("day", 1) };
    let start = if width == 7 { first.0.saturating_sub((first.0 + 3) % 7) } else { first.0 };
    let (mut labels, mut sums) = (Vec::new(), Vec::new());
    for from in (start..=last.0).step_by(width) {
        let within = days.range(Day(from)..Day(from + width as u64));
        labels.push(date_of(Day(from)));
        sums.push(within.fold(Counts::default(), |sum, (_, counts)| sum.and(*counts)));
    }
    (unit, labels, sums)
}

fn date_of(day: Day) -> String {
    let text = text_of(day.start_ms());
    text.get(..10).map_or(text.clone(), str::to_owned)
}

fn text_of(milliseconds: u64) -> String {
    let moment = i64::try_from(milliseconds).ok().and_then(|moment| Timestamp::from_milliseconds(moment).ok());
    moment.map_or_else(|| format!("{milliseconds} ms"), |moment| moment.to_text())
}

#[cfg(test)]
mod tests {
    use saferoom::log::FindingCounts;

    use super::*;

    fn days(days: &[u64]) -> BTreeMap<Day, Counts> {
        days.iter().map(|day| (Day(*day), Counts { looks: 1, ..Counts::default() })).collect()
    }

    #[test]
    fn a_month_says_what_left_and_what_was_looked_at() {
        let counts = |emergencies, emergencies_reviewed, others, others_reviewed| FindingCounts {
            emergencies,
            emergencies_reviewed,
            others,
            others_reviewed,
        };
        let activity = Activity {
            days: BTreeMap::from([(Day(19_676), Counts { looks: 3, writes: 1, denied: 2 })]),
            exports: BTreeMap::from([(Day(19_676), 2)]),
            finding_days: BTreeMap::from([
                (Day(19_691), counts(1, 0, 0, 0)),
                (Day(19_692), counts(1, 1, 0, 0)),
                (Day(19_693), counts(1, 0, 1, 1)),
            ]),
            ..Activity::default()
        };
        let months = months(&activity);
        let november = MonthRow { uses: 6, denied: 2, exports: 2, emergencies: (0, 1), ..MonthRow::default() };
        let december = MonthRow { emergencies: (1, 2), findings: (1, 1), ..MonthRow::default() };
        assert_eq!(months, BTreeMap::from([("2023-11".into(), november), ("2023-12".into(), december)]));
    }

    #[test]
    fn days_become_weeks_and_weeks_months() {
        let (unit, labels, counts) = spans(&days(&[19_676, 19_678]));
        assert_eq!((unit, labels), ("day", vec!["2023-11-15".into(), "2023-11-16".into(), "2023-11-17".into()]));
        assert_eq!(counts.iter().map(Counts::all).collect::<Vec<_>>(), [1, 0, 1]);
        let (unit, labels, counts) = spans(&days(&[19_676, 19_677, 19_800]));
        assert_eq!((unit, labels.len(), labels[0].as_str()), ("week", 19, "2023-11-13"));
        assert_eq!((counts[0].all(), counts[18].all()), (2, 1));
        let (unit, labels, counts) = spans(&days(&[19_676, 20_200]));
        assert_eq!((unit, labels.len(), labels[1].as_str(), counts[1].all()), ("month", 18, "2023-12", 0));
        let (unit, labels, _) = spans(&days(&[19_676, 30_000]));
        assert_eq!((unit, labels), ("month", vec!["2023-11".into(), "2052-02".into()]));
        assert_eq!(spans(&BTreeMap::new()).1.len(), 0);
        assert!(spans(&days(&[0, u64::MAX / 86_400_000])).1.len() == 2, "times that are no dates");
    }
}
