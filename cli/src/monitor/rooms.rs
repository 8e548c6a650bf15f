//! Rooms: side by side, round by round, by domain; what they are used for; what is to be done.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use saferoom::practice::indicators::{
    Cell, FaceFigures, MonthFigures, Ratio, RoomFigures, Share, StationFigures, Table,
};

use super::page::Page;
use crate::html::chart::{Columns, Series};
use crate::html::palette::{FIRST, SECOND};
use crate::html::{Tone, badge, callout, table};

/// What is said of a month.
type Figure<'f> = dyn Fn(&MonthFigures) -> String + 'f;

/// How many months of a station stand beside each other.
const MONTHS_SHOWN: usize = 6;

impl Page<'_> {
    /// Each room with its station.
    fn each_room(&self) -> impl Iterator<Item = (&StationFigures, &RoomFigures)> {
        self.report.stations.iter().flat_map(|station| station.rooms.iter().map(move |room| (station, room)))
    }

    /// What a room is called where several stand side by side.
    fn room_name(&self, station: &StationFigures, room: &RoomFigures) -> String {
        let name = self.station(&station.name_en, &station.name_km);
        if station.rooms.len() > 1 && !room.name.is_empty() {
            format!("{name}: {}", room.name)
        } else {
            name.to_owned()
        }
    }

    /// What rooms are called below a chart: their provinces, if that tells them apart.
    fn short_names(&self, rooms: &[(&StationFigures, &RoomFigures)]) -> Vec<String> {
        let provinces: BTreeSet<_> = rooms.iter().filter_map(|(station, _)| station.province.as_deref()).collect();
        let name = |(station, room): &(&StationFigures, &RoomFigures)| match &station.province {
            Some(province) if provinces.len() == rooms.len() => self.province(province),
            _ => self.room_name(station, room),
        };
        rooms.iter().map(name).collect()
    }

    pub(super) fn rooms(&self) -> Markup {
        let words = &self.words;
        let visited: Vec<_> = self.each_room().filter(|(_, room)| !room.rounds.is_empty()).collect();
        if visited.is_empty() {
            return html! { p { (words.get("no_visits")) } };
        }
        let percent = |share: Share| share.tenths().map_or(0, |tenths| (tenths + 5) / 10);
        let round = |room: &RoomFigures, from_last: usize| {
            let place = room.rounds.len().checked_sub(from_last);
            place.map_or(0, |place| percent(room.rounds[place].scores.total))
        };
        let columns = Columns {
            title: words.get("chart_rooms"),
            unit: words.get("station"),
            labels: self.short_names(&visited),
            series: vec![
                Series {
                    name: words.get("round_before"),
                    colour: SECOND,
                    values: visited.iter().map(|(_, room)| round(room, 2)).collect(),
                },
                Series {
                    name: words.get("round_now"),
                    colour: FIRST,
                    values: visited.iter().map(|(_, room)| round(room, 1)).collect(),
                },
            ],
            beside: true,
        };
        let row = |(station, room): &(&StationFigures, &RoomFigures)| {
            let newest = room.rounds.last();
            let before = room.rounds.len().checked_sub(2).map(|place| &room.rounds[place]);
            let score = |round: Option<&saferoom::practice::indicators::Round>| {
                html! { @if let Some(round) = round {
                    (self.share(round.scores.total)) br; span.time { (round.visited_on) }
                } @else { "\u{2013}" } }
            };
            let failed = newest.map(|round| round.scores.critical_failures.clone()).unwrap_or_default();
            vec![
                html! { (self.room_name(station, room)) },
                score(before),
                score(newest),
                self.change(room.change),
                html! { @if failed.is_empty() { (badge(Tone::Good, words.get("none"))) } @else {
                    @for item in &failed { (badge(Tone::Bad, item)) " " (self.label("checklist_item", item)) br; }
                } },
                html! { @match station.until.as_deref() {
                    Some(until) => span.time { (&until[..10.min(until.len())]) },
                    None => (words.get("kept_here")),
                } },
            ]
        };
        let names = ["station", "round_before", "round_now", "change", "critical", "until"].map(|key| words.get(key));
        let rows: Vec<_> = visited.iter().map(row).collect();
        html! { (columns.figure(words)) (table(words.get("rooms"), &names, &rows)) (self.half_years(&visited)) }
    }

    /// The score of each room in each half-year in which it was visited.
    fn half_years(&self, visited: &[(&StationFigures, &RoomFigures)]) -> Markup {
        let words = &self.words;
        let all: BTreeSet<&str> =
            visited.iter().flat_map(|(_, room)| room.half_years.keys().map(String::as_str)).collect();
        let name = |half_year: &&str| {
            let (year, half) = half_year.split_once('-').unwrap_or((half_year, "1"));
            words.fill("half_year", &[("half", &words.get(&format!("half_{half}"))), ("year", &year)])
        };
        let names: Vec<_> = all.iter().map(name).collect();
        let row = |(station, room): &(&StationFigures, &RoomFigures)| {
            let score = |half_year: &&str| {
                html! { (room.half_years.get(*half_year).map_or_else(|| "\u{2013}".to_owned(), |share| self.share(*share))) }
            };
            std::iter::once(html! { (self.room_name(station, room)) }).chain(all.iter().map(score)).collect()
        };
        let rows: Vec<_> = visited.iter().map(row).collect();
        let mut header = vec![words.get("station")];
        header.extend(names.iter().map(String::as_str));
        html! { h3 { (words.get("half_years")) } (table(words.get("half_years"), &header, &rows)) }
    }

    /// By how many points of a hundred something changed.
    fn change(&self, tenths: Option<i64>) -> Markup {
        let Some(tenths) = tenths else { return html! { "\u{2013}" } };
        let sign = if tenths < 0 { "\u{2212}" } else { "+" };
        let text = format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        let tone = match tenths {
            0 => Tone::Plain,
            1.. => Tone::Good,
            _ => Tone::Bad,
        };
        badge(tone, &text)
    }

    pub(super) fn domains(&self) -> Markup {
        let words = &self.words;
        let mut sums: BTreeMap<&str, (Share, Share)> = BTreeMap::new();
        let add =
            |sum: &mut Share, share: Share| *sum = Share { count: sum.count + share.count, of: sum.of + share.of };
        for change in self.each_room().flat_map(|(_, room)| &room.changes) {
            let (before, now) = sums.entry(change.domain.as_str()).or_default();
            add(before, change.before);
            add(now, change.now);
        }
        if sums.is_empty() {
            return html! { p { (words.get("no_second_round")) } };
        }
        let percent = |share: &Share| share.tenths().map_or(0, |tenths| (tenths + 5) / 10);
        let columns = Columns {
            title: words.get("chart_domains"),
            unit: words.get("domain"),
            labels: sums.keys().map(|domain| (*domain).to_owned()).collect(),
            series: vec![
                Series {
                    name: words.get("round_before"),
                    colour: SECOND,
                    values: sums.values().map(|(before, _)| percent(before)).collect(),
                },
                Series {
                    name: words.get("round_now"),
                    colour: FIRST,
                    values: sums.values().map(|(_, now)| percent(now)).collect(),
                },
            ],
            beside: true,
        };
        let rooms: Vec<_> = self.each_room().filter(|(_, room)| !room.changes.is_empty()).collect();
        let mut names = vec![words.get("domain").to_owned()];
        names.extend(rooms.iter().map(|(station, room)| self.room_name(station, room)));
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let row = |domain: &&str| {
            let first = html! { strong { (domain) } " " (self.label("checklist_domain", domain)) };
            let cell = |(_, room): &(&StationFigures, &RoomFigures)| {
                let change = room.changes.iter().find(|change| change.domain == **domain);
                change.map_or_else(
                    || html! { "\u{2013}" },
                    |change| html! { (self.share(change.now)) " " (self.change(change.change)) },
                )
            };
            std::iter::once(first).chain(rooms.iter().map(cell)).collect()
        };
        let rows: Vec<Vec<Markup>> = sums.keys().map(row).collect();
        html! { (columns.figure(words)) (table(words.get("domains"), &names, &rows)) }
    }

    pub(super) fn actions(&self) -> Markup {
        let (words, actions) = (&self.words, self.report.actions);
        let done = Share { count: actions.done, of: actions.done + actions.open };
        let rows: Vec<_> = self
            .report
            .open_actions
            .iter()
            .map(|action| {
                vec![
                    html! { (action.what) },
                    html! { (self.station_of(&action.station)) },
                    html! { (action.owner.as_deref().unwrap_or("\u{2013}")) },
                    html! { (action.item.as_deref().unwrap_or("\u{2013}")) },
                    html! { span.time { (action.due_on.as_deref().unwrap_or("\u{2013}")) } @if action.overdue {
                        " " (badge(Tone::Bad, words.get("is_overdue")))
                    } },
                ]
            })
            .collect();
        let names = ["action", "station", "owner", "item", "due"].map(|key| words.get(key));
        html! {
            p { (words.get("done")) ": " strong { (self.share(done)) } }
            @if rows.is_empty() { p { (words.get("no_actions")) } } @else {
                (table(words.get("actions"), &names, &rows))
            }
            (self.requests())
        }
    }

    /// A station in the language of the page, by its English name; a dash for none.
    fn station_of<'s>(&'s self, english: &'s str) -> &'s str {
        let known = self.report.stations.iter().find(|station| station.name_en == english);
        match known {
            Some(station) => self.station(&station.name_en, &station.name_km),
            None if english.is_empty() => "\u{2013}",
            None => english,
        }
    }

    /// What stations asked for and do not have yet.
    pub(super) fn requests(&self) -> Markup {
        let words = &self.words;
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "\u{2013}".to_owned());
        let coded = |list: &str, code: &Option<String>| {
            code.as_ref().map_or_else(|| "\u{2013}".to_owned(), |code| self.label(list, code))
        };
        let requests = self.report.requests.iter();
        let rows: Vec<_> = requests
            .map(|request| {
                vec![
                    html! { (request.what) },
                    html! { (coded("request_kind", &request.kind)) },
                    html! { (self.station_of(&request.station)) },
                    html! { (text(&request.asked_of)) },
                    html! { (coded("request_status", &request.status)) },
                    html! { span.time { (text(&request.needed_by)) } @if request.overdue {
                        " " (badge(Tone::Bad, words.get("is_overdue")))
                    } },
                ]
            })
            .collect();
        let names =
            ["request", "request_kind", "station", "asked_of", "request_status", "due"].map(|key| words.get(key));
        html! {
            h3 { (words.get("requests")) }
            @if rows.is_empty() { p { (words.get("no_requests")) } } @else {
                (table(words.get("requests"), &names, &rows))
            }
        }
    }

    pub(super) fn room_use(&self) -> Markup {
        let words = &self.words;
        let row = |station: &StationFigures| {
            let figures = &station.room_use;
            vec![
                html! { (self.station(&station.name_en, &station.name_km)) },
                self.counts(&figures.purposes, "room_purpose"),
                html! { (self.guarded(figures.held_in_room)) },
                html! { (self.share(figures.equipment_worked)) },
                html! { @if figures.misuse == 0 { (badge(Tone::Good, words.get("none"))) } @else {
                    (badge(Tone::Bad, &figures.misuse.to_string()))
                } },
            ]
        };
        let rows: Vec<_> = self.report.stations.iter().map(row).collect();
        let names = ["station", "used_for", "held_in_room", "equipment", "misuse"].map(|key| words.get(key));
        html! { (table(words.get("use"), &names, &rows)) }
    }

    /// Counts by code; small ones are said to be small.
    fn counts(&self, table: &Table, list: &str) -> Markup {
        html! {
            @if table.cells.is_empty() { "\u{2013}" }
            @for (code, cell) in &table.cells {
                (self.label(list, code)) ": "
                @match cell { Cell::Count(count) => (count), Cell::Small => (self.words.get("few")) }
                br;
            }
        }
    }

    pub(super) fn interviews(&self) -> Markup {
        let words = &self.words;
        let rows: Vec<_> = self
            .report
            .stations
            .iter()
            .flat_map(|station| station.interviews.iter().map(move |month| (station, month)))
            .map(|(station, month)| {
                let count =
                    month.interviews.map_or_else(|| words.get("few_mark").to_owned(), |count| count.to_string());
                let none = month.interviews.is_none();
                let told = |share| if none { "\u{2013}".to_owned() } else { self.share_or_few(share) };
                vec![
                    html! { (self.station(&station.name_en, &station.name_km)) },
                    html! { span.time { (month.month) } },
                    html! { (count) },
                    html! { (month.median_delay_days.map_or_else(|| "\u{2013}".to_owned(), |days| days.to_string())) },
                    html! { (told(month.in_room)) },
                    html! { (told(month.recorded)) },
                    html! { (told(month.with_break)) },
                    html! { (told(month.first)) },
                    html! { (told(month.invitations)) },
                    html! { (told(month.leading_questions)) },
                ]
            })
            .collect();
        let names = [
            "station",
            "month",
            "interviews_count",
            "delay",
            "in_room",
            "recorded",
            "with_break",
            "first",
            "invitations",
            "leading",
        ]
        .map(|key| words.get(key));
        html! {
            (callout(Tone::Plain, &html! { p { (words.get("interviews_note")) } }))
            @if rows.is_empty() { p { (words.get("no_months")) } } @else {
                (table(words.get("interviews"), &names, &rows))
                (self.care())
            }
        }
    }

    /// What was done for the children of these interviews, station by station: the newest months that have a figure.
    fn care(&self) -> Markup {
        let words = &self.words;
        html! {
            @for station in &self.report.stations {
                @let months = newest(station);
                @if !months.is_empty() {
                    @let name = self.station(&station.name_en, &station.name_km);
                    h3 { (words.get("care")) ": " (name) }
                    (self.care_of(name, &months))
                }
            }
        }
    }

    fn care_of(&self, name: &str, months: &[&MonthFigures]) -> Markup {
        let words = &self.words;
        let rows: [(&str, &Figure<'_>); 10] = [
            ("undue_delay", &|month| self.share_or_few(month.undue_delay)),
            ("narrative_training", &|month| self.share_or_few(month.narrative_training)),
            ("phases_full", &|month| self.share_or_few(month.phases_full)),
            ("per_child", &|month| self.average(month.interviews_per_child, "children_told")),
            ("breaks_young", &|month| self.average(month.breaks_per_hour_young, "minutes_told")),
            ("faces", &|month| self.faces(month.faces)),
            ("referred_24h", &|month| self.share_or_few(month.referred_24h)),
            ("referred_72h", &|month| self.share_or_few(month.referred_72h)),
            ("need_met", &|month| self.share_or_few(month.need_met)),
            ("refusals", &|month| self.share_or_few(month.refusals_respected)),
        ];
        let mut header = vec![words.get("indicator")];
        header.extend(months.iter().map(|month| month.month.as_str()));
        let row = |(key, figure): &(&str, &Figure<'_>)| {
            let cells = months.iter().map(|month| html! { (figure(month)) });
            std::iter::once(html! { (words.get(key)) }).chain(cells).collect()
        };
        table(&format!("{}: {name}", words.get("care")), &header, &rows.iter().map(row).collect::<Vec<_>>())
    }

    fn faces(&self, faces: Option<FaceFigures>) -> String {
        let Some(FaceFigures { better, same, worse }) = faces else { return self.words.get("few_mark").to_owned() };
        self.words.fill("faces_told", &[("better", &better), ("same", &same), ("worse", &worse)])
    }

    /// A share; a mark if it would tell of few.
    fn share_or_few(&self, share: Option<Share>) -> String {
        share.map_or_else(|| self.words.get("few_mark").to_owned(), |share| self.share(share))
    }

    /// An average with what it is made of.
    fn average(&self, ratio: Option<Ratio>, told: &str) -> String {
        let Some(ratio) = ratio else { return self.words.get("few_mark").to_owned() };
        let average = format!("{}.{:02}", ratio.hundredths / 100, ratio.hundredths % 100);
        self.words.fill(told, &[("average", &average), ("count", &ratio.count), ("of", &ratio.of)])
    }
}

/// The newest months of a station that have a figure, the oldest of them first.
fn newest(station: &StationFigures) -> Vec<&MonthFigures> {
    let mut months: Vec<_> = station.interviews.iter().filter(|month| month.interviews.is_some()).collect();
    months.split_off(months.len().saturating_sub(MONTHS_SHOWN))
}
