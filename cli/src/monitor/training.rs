//! Training: whom it reached, what they said; the published meeting, with its note.

use maud::{Markup, html};
use saferoom::practice::indicators::{Cell, EventFigures, ReachFigures, Table, WAVES};

use super::page::Page;
use crate::html::{Tone, bar, callout, table};

impl Page<'_> {
    pub(super) fn training(&self) -> Markup {
        let words = &self.words;
        if self.report.training.is_empty() {
            return html! { p { (words.get("no_training")) } };
        }
        let row = |event: &EventFigures| {
            vec![
                html! { (event.title) },
                html! { span.time { (event.started_on.as_deref().unwrap_or("\u{2013}")) } },
                html! { (event.kind.as_deref().map_or_else(String::new, |kind| self.label("training_kind", kind))) },
                html! { (event.reach.participants) },
                html! { (self.share(event.reach.women)) },
            ]
        };
        let names = ["event", "day", "kind", "participants", "women"].map(|key| words.get(key));
        let rows: Vec<_> = self.report.training.iter().map(row).collect();
        html! { (table(words.get("training"), &names, &rows)) (self.reach(&self.report.reach)) }
    }

    /// Whom it reached, by sex, unit and province.
    fn reach(&self, reach: &ReachFigures) -> Markup {
        let words = &self.words;
        let provinces = |code: &str| self.province(code);
        html! {
            p { (words.get("women")) ": " strong { (self.share(reach.women)) } }
            (self.bars(words.get("by_sex"), &reach.sex, &|code| self.label("sex", code)))
            (self.bars(words.get("by_unit"), &reach.units, &|code| self.label("unit_kind", code)))
            (self.bars(words.get("by_province"), &reach.provinces, &provinces))
        }
    }

    fn bars(&self, caption: &str, counts: &Table, label: &dyn Fn(&str) -> String) -> Markup {
        let shown = |cell: &Cell| match cell {
            Cell::Count(count) => *count,
            Cell::Small => 0,
        };
        let largest = counts.cells.values().map(shown).max().unwrap_or(0);
        let row = |(code, cell): (&String, &Cell)| {
            let figure = match cell {
                Cell::Count(count) => bar(*count, largest),
                Cell::Small => html! { (self.words.get("few")) },
            };
            vec![html! { (label(code)) }, figure]
        };
        let rows: Vec<_> = counts.cells.iter().map(row).collect();
        html! { h3 { (caption) } (table(caption, &[caption, self.words.get("participants")], &rows)) }
    }

    pub(super) fn surveys(&self) -> Markup {
        let asked: Vec<_> = self.report.training.iter().filter(|event| !event.surveys.is_empty()).collect();
        if asked.is_empty() {
            return html! { p { (self.words.get("no_surveys")) } };
        }
        html! {
            @for event in asked {
                h3 { (event.title) }
                (self.answers(event))
                p { (self.words.get("gained")) ": " strong { (self.guarded(event.knowledge_gained)) } }
            }
        }
    }

    /// What those who were there said, wave by wave.
    fn answers(&self, event: &EventFigures) -> Markup {
        let words = &self.words;
        let rows: Vec<_> = WAVES
            .iter()
            .filter_map(|wave| Some((*wave, event.surveys.get(*wave)?)))
            .map(|(wave, said)| {
                vec![
                    html! { (self.label("survey_wave", wave)) },
                    html! { (said.answers) },
                    html! { (self.share(said.useful)) },
                    html! { (self.share(said.will_apply)) },
                    html! { (self.share(said.have_applied)) },
                    html! { (said.knowledge.map_or_else(|| "\u{2013}".to_owned(), |score| format!("{score} %"))) },
                ]
            })
            .collect();
        let names = ["wave", "answers", "useful", "passes_on", "applied", "knowledge"].map(|key| words.get(key));
        table(words.get("surveys"), &names, &rows)
    }

    pub(super) fn voices(&self) -> Markup {
        let words = &self.words;
        html! {
            @if self.report.testimonials.is_empty() { p { (words.get("no_voices")) } }
            @for said in &self.report.testimonials {
                blockquote {
                    p { (said.text) }
                    @if let Some(role) = &said.role { p.lead { (self.label("testimonial_role", role)) } }
                }
            }
        }
    }

    pub(super) fn meeting(&self) -> Markup {
        let (words, meeting) = (&self.words, &self.report.meeting);
        let event = &meeting.event;
        html! {
            (callout(Tone::Warning, &html! { p { strong { (words.get("reconstruction")) } } p { (meeting.note) } }))
            p { (event.title) ", " (event.started_on.as_deref().unwrap_or_default()) }
            p { (words.get("participants")) ": " strong { (event.reach.participants) } }
            (self.reach(&event.reach))
            h3 { (words.get("surveys")) }
            (self.answers(event))
        }
    }
}
