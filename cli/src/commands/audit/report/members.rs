//! Who, and what for.

use maud::{Markup, html};
use saferoom::id::MemberId;
use saferoom::log::MemberActivity;
use saferoom::model::{LabelLanguage, code_lists};

use super::Report;
use crate::html::{bar, grouped, table};

/// The most members that are shown, and the most purposes.
const SHOWN: usize = 100;

impl Report<'_> {
    pub(super) fn by_member(&self) -> (String, Markup) {
        let words = &self.words;
        let hours = self.measures;
        let lead = words.fill("by_member_lead", &[("from", &hours.night_from_hour), ("to", &hours.night_to_hour)]);
        let mut members: Vec<_> = self.activity.members.iter().collect();
        members.sort_by_key(|(_, member)| std::cmp::Reverse(member.counts.all()));
        let largest = members.first().map_or(0, |(_, member)| member.counts.all());
        let rows: Vec<_> =
            members.iter().take(SHOWN).map(|(id, member)| self.member_row(id, member, largest)).collect();
        let number = |key: &str| format!("#{}", words.get(key));
        let numbers = ["looks", "writes", "refusals", "searches", "at_night", "most_records"].map(number);
        let mut columns = vec![words.get("member"), words.get("role"), words.get("all_uses")];
        columns.extend(numbers.iter().map(String::as_str));
        let body = html! {
            @if rows.is_empty() { p { (words.get("no_uses")) } } @else {
                (table(words.get("by_member"), &columns, &rows))
            }
            @if members.len() > SHOWN {
                p { (words.fill("and_other_members", &[("shown", &SHOWN), ("all", &members.len())])) }
            }
        };
        (lead, body)
    }

    fn member_row(&self, id: &MemberId, member: &MemberActivity, largest: u64) -> Vec<Markup> {
        let counts = member.counts;
        let numbers = [
            counts.looks,
            counts.writes,
            counts.denied,
            member.searches,
            member.at_night,
            member.most_records_in_an_hour,
        ];
        let mut row = vec![self.who(id), html! { (self.role(&member.role)) }, bar(counts.all(), largest)];
        row.extend(numbers.map(|number| html! { (grouped(number)) }));
        row
    }

    pub(super) fn by_purpose(&self) -> (String, Markup) {
        let words = &self.words;
        let mut purposes: Vec<_> = self.activity.purposes.iter().collect();
        purposes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let largest = purposes.first().map_or(0, |(_, count)| **count);
        let row = |(code, count): &(&String, &u64)| {
            vec![html! { (self.purpose(code)) }, html! { code { (code) } }, bar(**count, largest)]
        };
        let rows: Vec<_> = purposes.iter().take(SHOWN).map(row).collect();
        let body = if rows.is_empty() {
            html! { p { (words.get("no_uses")) } }
        } else {
            table(words.get("by_purpose"), &[words.get("purpose"), words.get("code"), words.get("all_uses")], &rows)
        };
        (words.get("by_purpose_lead").to_owned(), body)
    }

    /// What a role is called in the access policy that comes with saferoom; its own name if that has none such.
    fn role<'a>(&'a self, name: &'a str) -> &'a str {
        self.policy.role_or_founder(name).map_or(name, |role| role.label(self.words.language()))
    }

    fn purpose<'a>(&self, code: &'a str) -> &'a str {
        let entry = |list: &str| code_lists().list(list).and_then(|list| list.entry(code));
        let entry = entry("cp_purpose").or_else(|| entry("hl7_purpose"));
        entry.map_or(code, |entry| match self.words.language() {
            LabelLanguage::Khmer => &entry.km,
            _ => &entry.en,
        })
    }
}
