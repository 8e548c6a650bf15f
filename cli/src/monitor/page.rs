//! The page: what it is made of, and what all parts of it use.

use maud::{Markup, html};
use saferoom::model::{LabelLanguage, PlaceCode, code_lists, gazetteer, sample_gazetteer};
use saferoom::practice::indicators::{MonitorReport, Share};

use crate::commands::audit::time_of_seconds;
use crate::html::{Frame, Tone, Words, callout, figures, section};

pub(super) const WORDS: &str = include_str!("../../data/words-monitor.toml");

/// All that the parts of the page are made from.
pub(super) struct Page<'p> {
    pub(super) words: Words,
    pub(super) report: &'p MonitorReport,
}

/// The whole page.
pub(crate) fn page(report: &MonitorReport, language: LabelLanguage) -> String {
    let page = Page { words: Words::read(WORDS, language), report };
    let words = &page.words;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let mut footer = vec![
        words.get("footer").to_owned(),
        words.fill("made_by", &[("version", &env!("CARGO_PKG_VERSION")), ("time", &time_of_seconds(now))]),
    ];
    if words.is_draft() {
        footer.push(words.get("draft_language").to_owned());
    }
    let subtitle = words.fill("subtitle", &[("day", &report.as_of)]);
    let frame = Frame { language, title: words.get("title"), subtitle: &subtitle, footer: &footer };
    frame.page(&page.body())
}

impl Page<'_> {
    fn body(&self) -> Markup {
        let words = &self.words;
        let parts = [
            ("glance", self.glance()),
            ("rooms", self.rooms()),
            ("domains", self.domains()),
            ("actions", self.actions()),
            ("use", self.room_use()),
            ("interviews", self.interviews()),
            ("training", self.training()),
            ("surveys", self.surveys()),
            ("voices", self.voices()),
            ("meeting", self.meeting()),
            ("limits", html! { p { (words.get("limits_text")) } }),
        ];
        html! {
            nav aria-label=(words.get("contents")) {
                ul { @for (id, _) in &parts { li { a href={ "#" (id) } { (words.get(id)) } } } }
            }
            @for (id, body) in &parts {
                (section(id, words.get(id), words.get(&format!("{id}_lead")), body))
            }
        }
    }

    fn glance(&self) -> Markup {
        let (words, report) = (&self.words, self.report);
        let rooms = report.stations.iter().map(|station| station.rooms.len() as u64).sum::<u64>();
        let visits = report.stations.iter().flat_map(|station| &station.rooms).map(|room| room.rounds.len() as u64);
        let tone = |count: u64| if count == 0 { Tone::Good } else { Tone::Warning };
        let shown = [
            (report.stations.len() as u64, words.get("stations"), Tone::Plain),
            (rooms, words.get("rooms_count"), Tone::Plain),
            (visits.sum(), words.get("visits"), Tone::Plain),
            (report.actions.open, words.get("open_actions"), tone(report.actions.open)),
            (report.actions.overdue, words.get("overdue"), tone(report.actions.overdue)),
            (report.reach.participants, words.get("trained"), Tone::Plain),
        ];
        html! {
            (figures(&shown))
            p { (words.get("improved")) ": " strong { (self.share(report.improved)) } }
            @if report.stations.is_empty() { (callout(Tone::Warning, &html! { p { (words.get("no_stations")) } })) }
        }
    }

    /// A share with its denominator; a dash out of nothing.
    pub(super) fn share(&self, share: Share) -> String {
        match share.tenths() {
            Some(tenths) => self.words.fill(
                "share",
                &[("percent", &format!("{}.{}", tenths / 10, tenths % 10)), ("count", &share.count), ("of", &share.of)],
            ),
            None => "\u{2013}".to_owned(),
        }
    }

    /// The same, or that it would tell of few.
    pub(super) fn guarded(&self, share: Option<Share>) -> String {
        share.map_or_else(|| self.words.get("few").to_owned(), |share| self.share(share))
    }

    /// What a code of a list is called.
    pub(super) fn label(&self, list: &str, code: &str) -> String {
        let entry = code_lists().list(list).and_then(|list| list.entry(code));
        entry.map_or_else(
            || code.to_owned(),
            |entry| match self.words.language() {
                LabelLanguage::Khmer => entry.km.clone(),
                _ => entry.en.clone(),
            },
        )
    }

    /// What a province is called; its code if the gazetteer does not know it.
    pub(super) fn province(&self, code: &str) -> String {
        let sample = sample_gazetteer();
        let known = gazetteer().unwrap_or(&sample);
        PlaceCode::parse(code).ok().and_then(|place| known.lookup(place)).map_or_else(
            || code.to_owned(),
            |place| match self.words.language() {
                LabelLanguage::Khmer => place.name_km.clone(),
                _ => place.name_en.clone(),
            },
        )
    }

    /// The name of a station in the language of the page, if it has one.
    pub(super) fn station<'s>(&self, en: &'s str, km: &'s str) -> &'s str {
        if self.words.language() == LabelLanguage::Khmer && !km.is_empty() { km } else { en }
    }
}
