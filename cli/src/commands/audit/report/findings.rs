//! Emergencies and findings with their reviews, and refusals.

use maud::{Markup, html};
use saferoom::access::policy::Measure;
use saferoom::log::{FindingSubject, SeenFinding};

use super::Report;
use crate::html::{Tone, badge, grouped, short_id, table};

impl Report<'_> {
    pub(super) fn findings(&self) -> (String, Markup) {
        let words = &self.words;
        let rows: Vec<_> = self.activity.findings.iter().map(|finding| self.finding_row(finding)).collect();
        let entry = format!("#{}", words.get("entry"));
        let columns = [&entry, words.get("when"), words.get("member"), words.get("what"), words.get("review")];
        let body = html! {
            @if rows.is_empty() { p { (words.get("no_findings")) } } @else {
                (table(words.get("findings"), &columns, &rows))
            }
            @if self.activity.not_listed > 0 {
                p { (words.fill("not_listed", &[("count", &self.activity.not_listed)])) }
            }
        };
        (words.get("findings_lead").to_owned(), body)
    }

    fn finding_row(&self, finding: &SeenFinding) -> Vec<Markup> {
        let words = &self.words;
        let what = match finding.subject {
            FindingSubject::Emergency { case, ended_ms } => html! {
                (words.get("emergency_of")) " "
                @if let Some(case) = case { (short_id(&case.to_string())) }
                ", "
                @match ended_ms {
                    Some(ended) => (words.fill("emergency_until", &[("time", &self.minute(ended))])),
                    None => (words.get("emergency_open")),
                }
            },
            FindingSubject::OverdueReferral { referral, .. } => html! {
                (words.get("overdue_referral")) " "
                @if let Some(referral) = referral { (short_id(&referral.to_string())) }
            },
            FindingSubject::UnsignedRepeat { interview } => html! {
                (words.get("unsigned_repeat")) " "
                @if let Some(interview) = interview { (short_id(&interview.to_string())) }
            },
            FindingSubject::Unusual { measure, count } => {
                let measure = measure.and_then(|number| u8::try_from(number).ok()).and_then(measure_of);
                let measure = measure.map_or(words.get("unusual_other"), |it| it.label_in(words.language()));
                let count = grouped(count.unwrap_or_default());
                html! { (words.fill("unusual_count", &[("measure", &measure), ("count", &count)])) }
            }
        };
        vec![
            html! { (finding.index) },
            self.moment(finding.at_ms),
            finding.member.map(|member| self.who(&member)).unwrap_or_default(),
            what,
            self.review(finding),
        ]
    }

    fn review(&self, finding: &SeenFinding) -> Markup {
        let words = &self.words;
        let Some(review) = finding.review else { return badge(Tone::Bad, words.get("open")) };
        let (key, tone) = match review.outcome {
            Some(1) => ("review_1", Tone::Good),
            Some(2) => ("review_2", Tone::Bad),
            Some(3) => ("review_3", Tone::Warning),
            _ => ("review_other", Tone::Plain),
        };
        let member = review.member.map(|member| self.who_in_text(&member)).unwrap_or_default();
        let by = words.fill("reviewed_by", &[("member", &member), ("time", &self.minute(review.at_ms))]);
        html! { (badge(tone, words.get(key))) " " (by) }
    }

    pub(super) fn denials(&self) -> (String, Markup) {
        let words = &self.words;
        let mut denials: Vec<_> = self.activity.denials.iter().collect();
        denials.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let row = |(code, count): &(&u64, &u64)| {
            let known = words.find(&format!("denial_{code}")).map(str::to_owned);
            let why = known.unwrap_or_else(|| words.fill("denial_other", &[("code", &format!("S{code}"))]));
            vec![html! { (why) }, html! { code { "S" (code) } }, html! { (grouped(**count)) }]
        };
        let rows: Vec<_> = denials.iter().map(row).collect();
        let times = format!("#{}", words.get("times"));
        let body = if rows.is_empty() {
            html! { p { (words.get("no_denials")) } }
        } else {
            table(words.get("denials"), &[words.get("why_refused"), words.get("code"), &times], &rows)
        };
        (words.get("denials_lead").to_owned(), body)
    }
}

fn measure_of(number: u8) -> Option<Measure> {
    Measure::ALL.iter().copied().find(|measure| u64::from(measure.number()) == u64::from(number))
}
