//! Reports as one HTML page each: it loads nothing, runs no script, reads on a phone and on paper, in English and Khmer.
//!
//! | part | what it is |
//! |---|---|
//! | [`Words`] | the texts of a report, from a data file in both languages |
//! | [`Frame`] | the page around a report: head, title, footer, style |
//! | [`section`], [`facts`], [`table()`], [`badge`], [`callout`], [`bar`] | the pieces that all reports are made of |
//! | [`chart`] | columns over time, as inline SVG |
//! | [`palette`] | the colours, whose contrast a test computes |
//!
//! `maud` escapes every text that is put in; only this module's own charts and style are put in as they are.

pub(crate) mod chart;
pub(crate) mod palette;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use saferoom::log::Hash;
use saferoom::model::LabelLanguage;

pub(crate) use self::words::Words;
#[cfg(test)]
pub(crate) use self::words::check as check_words;

const STYLE: &str = include_str!("style.css");

/// Nothing is fetched and nothing is run, whatever stands in the page; and no style counts but this one.
fn content_policy(style: &str) -> String {
    let style = Hash::of(style.as_bytes()).to_base64();
    format!("default-src 'none'; img-src data:; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'")
}

/// How a statement is meant. Never told by colour alone: the words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// Somebody should look.
    Warning,
    /// Not as it should be.
    Bad,
    /// Neither.
    Plain,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// The page around a report.
#[derive(Debug)]
pub(crate) struct Frame<'f> {
    /// In which language it is.
    pub(crate) language: LabelLanguage,
    /// What it is.
    pub(crate) title: &'f str,
    /// What it is about.
    pub(crate) subtitle: &'f str,
    /// What stands at the end: how it was made, how far the translation was checked.
    pub(crate) footer: &'f [String],
}

impl Frame<'_> {
    /// The whole page.
    pub(crate) fn page(&self, body: &Markup) -> String {
        let style = [palette::variables().as_str(), STYLE].concat();
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(content_policy(&style));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content=(concat!("saferoom ", env!("CARGO_PKG_VERSION")));
                    title { (self.title) }
                    // Browsers ask for an icon otherwise.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(style)) }
                }
                body {
                    header { div.inner { h1 { (self.title) } p { (self.subtitle) } } }
                    main { (body) }
                    footer { @for line in self.footer { p { (line) } } }
                }
            }
        };
        page.into_string()
    }
}

/// A part of a report, under a heading of its own.
pub(crate) fn section(id: &str, heading: &str, lead: &str, body: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-h" } {
            h2 id={ (id) "-h" } { (heading) }
            @if !lead.is_empty() { p.lead { (lead) } }
            (body)
        }
    }
}

/// Names and values.
pub(crate) fn facts(pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in pairs { div { dt { (name) } dd { (value) } } } }
    }
}

/// Large figures beside each other, each with what it counts.
pub(crate) fn figures(figures: &[(u64, &str, Tone)]) -> Markup {
    html! {
        ul.figures {
            @for (number, what, tone) in figures {
                li class=(tone.class()) { strong { (grouped(*number)) } span { (what) } }
            }
        }
    }
}

/// A table. Columns whose name begins with `#` hold numbers, and stand to the right. On a phone each row becomes a card.
pub(crate) fn table(caption: &str, columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    table_of("cards", caption, columns, rows)
}

/// A table that stays one on a phone too: of short numbers.
pub(crate) fn numbers(caption: &str, columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    table_of("numbers", caption, columns, rows)
}

fn table_of(class: &str, caption: &str, columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    let number = |column: usize| columns.get(column).is_some_and(|name| name.starts_with('#'));
    let name = |column: usize| columns.get(column).map_or("", |name| name.trim_start_matches('#'));
    html! {
        // Reached by keyboard, so that a wide table can be scrolled on a small screen.
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table class=(class) {
                thead { tr {
                    @for column in 0..columns.len() {
                        th scope="col" class=[number(column).then_some("number")] { (name(column)) }
                    }
                } }
                tbody {
                    @for row in rows {
                        tr { @for (column, cell) in row.iter().enumerate() {
                            td class=[number(column).then_some("number")] data-label=(name(column)) { div { (cell) } }
                        } }
                    }
                }
            }
        }
    }
}

/// A word that stands out.
pub(crate) fn badge(tone: Tone, text: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (text) } }
}

/// A remark that must not be passed over.
pub(crate) fn callout(tone: Tone, body: &Markup) -> Markup {
    html! { div class={ "callout " (tone.class()) } { (body) } }
}

/// A number with a bar as long as its share of the largest.
pub(crate) fn bar(value: u64, largest: u64) -> Markup {
    let share = if largest == 0 { 0.0 } else { value as f64 * 100.0 / largest as f64 };
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(format!("{share:.1}")) height="10" {}
        }
        span.figure { (grouped(value)) }
    }
}

/// An id, of which the first digits are enough to tell two apart; the whole one is there for who needs it.
pub(crate) fn short_id(id: &str) -> Markup {
    let short: String = id.chars().take(8).collect();
    html! { code title=(id) { (short) } }
}

/// A number with a thin space between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202F}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_alone_and_escapes_what_is_put_in() {
        let evil = "<script>alert(1)</script>\" onload=\"x";
        let frame = Frame { language: LabelLanguage::Khmer, title: evil, subtitle: evil, footer: &[evil.to_owned()] };
        let cell = html! { (evil) };
        let body = html! {
            (section("a", evil, evil, &facts(&[(evil, badge(Tone::Bad, evil))])))
            (table(evil, &["#n", evil], &[vec![bar(1, 2), cell.clone()]]))
            (callout(Tone::Warning, &cell))
            (short_id(evil))
        };
        let page = frame.page(&body);
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"km\">"), "{page}");
        assert!(!page.contains("<script") && !page.contains("onload=\"x"), "{page}");
        for outside in ["http://", "https://", "src=", "@import", "url(", "style="] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!([grouped(7), grouped(1234), grouped(1_234_567)], ["7", "1\u{202F}234", "1\u{202F}234\u{202F}567"]);
    }
}
