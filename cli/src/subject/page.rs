//! The report as a page: for the child, or whoever speaks for the child, in English or Khmer.

use std::collections::BTreeMap;

use maud::{Markup, html};
use saferoom::access::CaseGrant;
use saferoom::log::{Event, Outcome};
use saferoom::model::{FieldSpec, LabelLanguage, RecordKind, Value, catalogue, code_lists};
use saferoom::vault::{HeldField, HeldRecord, SubjectAccess};

use super::{Material, time_of};
use crate::html::{Frame, Tone, Words, badge, callout, facts, figures, section, table};

const WORDS: &str = include_str!("../../data/words-subject.toml");

/// The whole page.
pub(super) fn page(material: &Material, language: LabelLanguage) -> String {
    let view = View { material, words: Words::read(WORDS, language), language };
    let report = &material.report;
    let time = time_of(report.slice_at);
    let footer = [
        view.words.get("made_by_two").to_owned(),
        view.words.fill("made_by", &[("version", &env!("CARGO_PKG_VERSION")), ("time", &time)]),
        view.words.get("draft_language").to_owned(),
    ];
    let subtitle = view.words.fill("subtitle", &[("child", &report.child), ("time", &time)]);
    let footer = &footer[..if language == LabelLanguage::Khmer { 3 } else { 2 }];
    Frame { language, title: view.words.get("title"), subtitle: &subtitle, footer }.page(&view.body())
}

struct View<'m> {
    material: &'m Material,
    words: Words,
    language: LabelLanguage,
}

impl View<'_> {
    fn body(&self) -> Markup {
        let text = |key| self.words.get(key);
        html! {
            (callout(Tone::Plain, &html! { p { (text("others_hidden")) } }))
            (section("short", text("short_heading"), "", &self.short()))
            (section("held", text("held_heading"), text("held_lead"), &self.held()))
            (section("shared", text("shared_heading"), text("shared_lead"), &self.shared()))
            (section("accesses", text("accesses_heading"), text("accesses_lead"), &self.accesses()))
        }
    }

    fn short(&self) -> Markup {
        let report = &self.material.report;
        let count = |event| report.accesses.iter().filter(|access| access.event == event).count() as u64;
        let reads = report.accesses.iter().filter(|access| access.event == Event::Read);
        let read = reads.filter(|access| access.outcome == Outcome::Success).count() as u64;
        let mut openers: Vec<_> = report.grants.iter().filter(|grant| grant.approved).map(|of| of.member).collect();
        openers.sort_unstable();
        openers.dedup();
        let denied = count(Event::Denied);
        let tone = if denied == 0 { Tone::Plain } else { Tone::Warning };
        let rows = report.summary().into_iter().map(|((role, purpose), times)| {
            vec![html! { (self.role(&role)) }, html! { (self.purpose(&purpose)) }, html! { (times) }]
        });
        let columns = ["role", "purpose", "times"].map(|key| self.words.get(key));
        html! {
            (figures(&[
                (report.held.len() as u64, self.words.get("short_records"), Tone::Plain),
                (read, self.words.get("short_reads"), Tone::Plain),
                (denied, self.words.get("short_denied"), tone),
                (openers.len() as u64, self.words.get("short_shared"), Tone::Plain),
            ]))
            (table(self.words.get("summary_heading"), &columns, &rows.collect::<Vec<_>>()))
        }
    }

    fn held(&self) -> Markup {
        let (own, other): (Vec<_>, Vec<_>) = self.material.report.held.iter().partition(|held| held.about_the_child);
        let mut kinds: BTreeMap<u16, (RecordKind, u64)> = BTreeMap::new();
        other.iter().for_each(|held| kinds.entry(held.kind.number()).or_insert((held.kind, 0)).1 += 1);
        let rows: Vec<_> =
            kinds.values().map(|(kind, count)| vec![html! { (self.kind(Some(*kind))) }, html! { (count) }]).collect();
        html! {
            @for held in own { (self.record(held)) }
            @if !rows.is_empty() {
                h3 { (self.words.get("of_others_heading")) }
                (table(self.words.get("of_others_heading"), &["kind", "count"].map(|key| self.words.get(key)), &rows))
            }
        }
    }

    fn record(&self, held: &HeldRecord) -> Markup {
        let pairs: Vec<_> =
            held.fields.iter().map(|field| (self.field_label(held, field.field), self.value(field))).collect();
        html! {
            h3 { (self.kind(Some(held.kind))) }
            @if pairs.is_empty() { p { (self.words.get("no_values")) } } @else { (facts(&pairs)) }
            @if held.withheld > 0 {
                p { (badge(Tone::Plain, &self.words.fill("withheld", &[("count", &held.withheld)]))) }
            }
        }
    }

    fn field_label(&self, held: &HeldRecord, field: &'static FieldSpec) -> &'static str {
        let spec = catalogue().by_kind(held.kind);
        spec.map_or(field.label, |spec| spec.field_label_in(field, self.language))
    }

    fn value(&self, held: &HeldField) -> Markup {
        match &held.value {
            Some(value) => html! { @for (at, line) in self.lines(held.field, value).iter().enumerate() {
                @if at > 0 { br; }
                (line)
            } },
            None => badge(Tone::Plain, self.words.get("not_repeated")),
        }
    }

    fn lines(&self, field: &FieldSpec, value: &Value) -> Vec<String> {
        match value {
            Value::List(items) => items.iter().flat_map(|item| self.lines(field, item)).collect(),
            Value::Code(code) => vec![self.code(field.code_list, code.as_str())],
            Value::Bool(value) => vec![self.words.get(if *value { "true" } else { "false" }).to_owned()],
            other => vec![other.to_plain_text()],
        }
    }

    fn code(&self, list: Option<&str>, code: &str) -> String {
        let entry = list.and_then(|list| code_lists().list(list)?.entry(code));
        entry.map_or(code, |entry| if self.language == LabelLanguage::Khmer { &entry.km } else { &entry.en }).to_owned()
    }

    fn accesses(&self) -> Markup {
        let columns = ["when", "what", "record", "role", "unit", "purpose", "outcome", "fields"];
        let rows: Vec<_> = self.material.report.accesses.iter().map(|access| self.access(access)).collect();
        table(self.words.get("accesses_heading"), &columns.map(|key| self.words.get(key)), &rows)
    }

    fn access(&self, access: &SubjectAccess) -> Vec<Markup> {
        let event = format!("event_{}", access.event.code());
        let event = self.words.find(&event).unwrap_or_else(|| self.words.get("event_other"));
        let role = access.role.as_deref().map_or_else(|| self.words.get("device_itself"), |role| self.role(role));
        let tone = if access.outcome == Outcome::Success { Tone::Plain } else { Tone::Warning };
        let outcome = format!("outcome_{}", access.outcome.code());
        vec![
            html! { (time_of(access.at)) },
            html! { (event) },
            html! { (self.kind(access.kind)) },
            html! { (role) },
            html! { @if let Some(unit) = access.unit { (crate::html::short_id(&unit.to_string())) } },
            html! { (self.purpose(access.purpose.as_deref().unwrap_or_default())) },
            badge(tone, self.words.find(&outcome).unwrap_or_default()),
            html! { (access.fields) },
        ]
    }

    fn shared(&self) -> Markup {
        let rows: Vec<_> = self.material.report.grants.iter().map(|grant| self.grant(grant)).collect();
        let columns = ["role", "how", "parts", "until"].map(|key| self.words.get(key));
        if rows.is_empty() {
            return html! { p { (self.words.get("none")) } };
        }
        table(self.words.get("shared_heading"), &columns, &rows)
    }

    fn grant(&self, grant: &CaseGrant) -> Vec<Markup> {
        let how = match (grant.shared, grant.approved) {
            (false, _) => "assigned",
            (true, true) => "shared",
            (true, false) => "waiting",
        };
        let parts: Vec<_> = grant.compartments.iter().map(|part| part.label_in(self.language)).collect();
        let role = self.material.roles.get(&grant.member).map_or("", String::as_str);
        vec![
            html! { (self.role(role)) },
            html! { (self.words.get(how)) },
            html! { (parts.join(", ")) },
            html! { (grant.until.map_or_else(|| self.words.get("open_end").to_owned(), time_of)) },
        ]
    }

    fn kind(&self, kind: Option<RecordKind>) -> &str {
        let spec = kind.and_then(|kind| catalogue().by_kind(kind));
        spec.map_or_else(|| self.words.get("unknown_kind"), |spec| spec.label_in(self.language))
    }

    /// What a role is called now; a role that there is no more under its name.
    fn role<'t>(&'t self, name: &'t str) -> &'t str {
        match self.material.policy.role(name) {
            Some(role) => role.label(self.language),
            None if name == "founder" => self.words.get("founder"),
            None => name,
        }
    }

    fn purpose(&self, code: &str) -> String {
        let lists = ["cp_purpose", "hl7_purpose"];
        let known =
            lists.into_iter().find(|list| code_lists().list(list).is_some_and(|list| list.entry(code).is_some()));
        self.code(known, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_in_both_languages() {
        crate::html::check_words(WORDS);
        let words = Words::read(WORDS, LabelLanguage::English);
        for outcome in [Outcome::Success, Outcome::MinorFailure, Outcome::SeriousFailure, Outcome::MajorFailure] {
            assert!(words.find(&format!("outcome_{}", outcome.code())).is_some());
        }
    }
}
