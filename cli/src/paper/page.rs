//! The paper as a page: what was disclosed, lines to sign on, the digest and the places in the log.

use maud::{Markup, html};
use saferoom::model::{FieldSpec, LabelLanguage, RecordKind, Timestamp, Value, catalogue, code_lists};
use saferoom::practice::consent::Basis;
use saferoom::vault::{Closing, CourtPaper, PaperFor};

use crate::html::{Frame, Tone, Words, badge, callout, facts, section, short_id, table};

const WORDS: &str = include_str!("../../data/words-paper.toml");

/// Who signs on the paper, by the codes of the list `signatory_role`.
const SIGN: [&str; 4] = ["child", "guardian", "interviewer", "interpreter"];

/// The kinds that stand in a section of their own, or in none.
const APART: [RecordKind; 2] = [RecordKind::STATEMENT, RecordKind::LOCK];

/// The whole page.
pub(super) fn page(paper: &CourtPaper, whom: &PaperFor, kind: &str, language: LabelLanguage) -> String {
    let view = View { paper, whom, words: Words::read(WORDS, language), language };
    let time = paper.closing.as_ref().and_then(|closing| closing.at).map_or_else(String::new, seconds);
    let mut footer = vec![view.words.fill("paper_by", &[("version", &env!("CARGO_PKG_VERSION"))])];
    if view.words.is_draft() {
        footer.push(view.words.get("draft_language").to_owned());
    }
    let title = if kind == "statement" { "title_statement" } else { "title_interview" };
    let subtitle = match &paper.closing {
        Some(_) => view.words.fill("subtitle_closed", &[("record", &paper.record), ("time", &time)]),
        None => view.words.fill("subtitle_open", &[("record", &paper.record)]),
    };
    Frame { language, title: view.words.get(title), subtitle: &subtitle, footer: &footer }.page(&view.body())
}

struct View<'p> {
    paper: &'p CourtPaper,
    whom: &'p PaperFor,
    words: Words,
    language: LabelLanguage,
}

impl View<'_> {
    fn body(&self) -> Markup {
        let text = |key| self.words.get(key);
        let statement = self.of_kind(RecordKind::STATEMENT);
        html! {
            @match &self.paper.closing {
                None => (callout(Tone::Warning, &html! { p { (text("is_draft")) } })),
                Some(closing) if closing.fits == Some(false) => (callout(Tone::Bad, &html! { p { (text("changed")) } })),
                Some(_) => {}
            }
            (section("about", text("about_heading"), "", &self.about()))
            @if !statement.is_empty() {
                (section("words", text("words_heading"), text("words_lead"), &self.told()))
                (section("signatures", text("signatures_heading"), text("signatures_lead"), &self.signatures()))
            }
            (section("proof", text("proof_heading"), text("proof_lead"), &self.proof()))
            (section("given", text("given_heading"), text("given_lead"), &self.given()))
        }
    }

    /// Every record of the paper with its values, but the text of a statement.
    fn about(&self) -> Markup {
        let records = self.paper.disclosed.records.iter().filter(|opened| {
            let kind = opened.record.spec().kind;
            !APART.contains(&kind) && kind != RecordKind::STATEMENT_SIGNATURE
        });
        html! {
            @for opened in records {
                h3 { (self.kind(opened.record.spec().kind)) }
                (facts(&self.pairs(opened.record.spec().kind, opened.record.iter())))
            }
        }
    }

    fn told(&self) -> Markup {
        html! {
            @for opened in self.of_kind(RecordKind::STATEMENT) {
                @let fields = opened.record.iter().filter(|(field, _)| field.name != "body");
                (facts(&self.pairs(RecordKind::STATEMENT, fields)))
                @if let Some(body) = opened.record.get("body") {
                    blockquote {
                        @for line in body.to_plain_text().split('\n').filter(|line| !line.trim().is_empty()) { p { (line) } }
                    }
                }
            }
        }
    }

    fn signatures(&self) -> Markup {
        let columns = ["who", "how", "when", "by_name"].map(|key| self.words.get(key));
        let cell = |value: Option<&Value>, list: &str| match value {
            Some(Value::Code(code)) => self.code(Some(list), code.as_str()),
            Some(Value::Time(time)) => seconds(*time),
            Some(other) => other.to_plain_text(),
            None => String::new(),
        };
        let signed = self.of_kind(RecordKind::STATEMENT_SIGNATURE).into_iter().map(|opened| {
            let record = &opened.record;
            let who = ["officer", "participant", "name"].into_iter().find_map(|name| record.get(name));
            vec![
                html! { (cell(record.get("signatory"), "signatory_role")) },
                html! { (cell(record.get("method"), "signature_method")) },
                html! { (cell(record.get("signed_at"), "")) },
                html! { @if let Some(value) = who { (self.plain(value)) } },
            ]
        });
        let signed: Vec<_> = signed.collect();
        let lines =
            SIGN.map(|role| vec![html! { (self.code(Some("signatory_role"), role)) }, html! { br; br; }, html! {}]);
        html! {
            @if signed.is_empty() { p { (self.words.get("none_recorded")) } } @else {
                (table(self.words.get("signatures_heading"), &columns, &signed))
            }
            h3 { (self.words.get("on_paper")) }
            (table(self.words.get("on_paper"), &["who", "signature", "date"].map(|key| self.words.get(key)), &lines))
        }
    }

    fn proof(&self) -> Markup {
        let Some(closing) = &self.paper.closing else { return html! { p { (self.words.get("no_proof")) } } };
        let salt = self.paper.salt.as_ref().map_or("", |salt| salt.as_str());
        facts(&[
            (self.words.get("closed_at"), html! { (closing.at.map_or_else(String::new, seconds)) }),
            (self.words.get("digest"), html! { code { (closing.digest) } }),
            (self.words.get("salt"), html! { code { (salt) } }),
            (self.words.get("closing_entry"), html! { (index(closing.log_index)) }),
            (self.words.get("compared"), self.compared(closing)),
        ])
    }

    fn compared(&self, closing: &Closing) -> Markup {
        let (tone, key) = match closing.fits {
            Some(true) => (Tone::Good, "fits"),
            Some(false) => (Tone::Bad, "differs"),
            None => (Tone::Plain, "not_compared"),
        };
        badge(tone, self.words.get(key))
    }

    /// To whom it was given and on what that rests.
    fn given(&self) -> Markup {
        let disclosed = &self.paper.disclosed;
        let basis = match &disclosed.basis {
            Basis::Consent(answers) => self.words.fill("by_consent", &[("count", &answers.len())]),
            Basis::Ground { ground, .. } => {
                self.words.fill("by_ground", &[("ground", &self.code(Some("override_ground"), ground))])
            }
        };
        facts(&[
            (self.words.get("recipient"), html! { (self.whom.name) }),
            (self.words.get("basis"), html! { (basis) }),
            (self.words.get("edition"), html! { (disclosed.edition) }),
            (self.words.get("given_entry"), html! { (index(disclosed.log_index)) }),
        ])
    }

    fn of_kind(&self, kind: RecordKind) -> Vec<&saferoom::vault::Opened<saferoom::model::DynamicRecord>> {
        self.paper.disclosed.records.iter().filter(|opened| opened.record.spec().kind == kind).collect()
    }

    fn pairs<'v>(
        &self,
        kind: RecordKind,
        fields: impl Iterator<Item = (&'static FieldSpec, &'v Value)>,
    ) -> Vec<(&'static str, Markup)> {
        let spec = catalogue().by_kind(kind);
        let label =
            |field: &'static FieldSpec| spec.map_or(field.label, |spec| spec.field_label_in(field, self.language));
        fields.map(|(field, value)| (label(field), self.value(field, value))).collect()
    }

    fn value(&self, field: &FieldSpec, value: &Value) -> Markup {
        html! { @for (at, line) in self.lines(field, value).into_iter().enumerate() {
            @if at > 0 { br; }
            (line)
        } }
    }

    fn lines(&self, field: &FieldSpec, value: &Value) -> Vec<Markup> {
        match value {
            Value::List(items) => items.iter().flat_map(|item| self.lines(field, item)).collect(),
            Value::Code(code) => vec![html! { (self.code(field.code_list, code.as_str())) }],
            Value::Bool(value) => vec![html! { (self.words.get(if *value { "yes" } else { "no" })) }],
            other => vec![self.plain(other)],
        }
    }

    fn plain(&self, value: &Value) -> Markup {
        match value {
            Value::Time(time) => html! { (seconds(*time)) },
            Value::Id(id) => match self.paper.officers.get(id) {
                Some(name) => html! { (name) },
                None => short_id(&id.to_string()),
            },
            other => html! { (other.to_plain_text()) },
        }
    }

    fn code(&self, list: Option<&str>, code: &str) -> String {
        let entry = list.and_then(|list| code_lists().list(list)?.entry(code));
        entry.map_or(code, |entry| if self.language == LabelLanguage::Khmer { &entry.km } else { &entry.en }).to_owned()
    }

    fn kind(&self, kind: RecordKind) -> &'static str {
        catalogue().by_kind(kind).map_or("", |spec| spec.label_in(self.language))
    }
}

fn index(index: Option<u64>) -> String {
    index.map_or_else(|| "-".to_owned(), |index| index.to_string())
}

/// To the second, as `2026-11-26T17:20:00Z`.
fn seconds(time: Timestamp) -> String {
    Timestamp::from_milliseconds(time.milliseconds() / 1000 * 1000).unwrap_or(time).to_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_in_both_languages() {
        crate::html::check_words(WORDS);
        let roles = code_lists().list("signatory_role").unwrap();
        assert!(SIGN.iter().all(|role| roles.entry(role).is_some()));
    }
}
