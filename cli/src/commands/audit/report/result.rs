//! Whether the log can be believed: the answer first, then each verdict with what it means.

use maud::{Markup, html};
use saferoom::error::Diagnosis;
use saferoom::log::{Answer, Verdict};

use super::Report;
use crate::commands::audit::judged::Belief;
use crate::html::{Tone, badge, callout, facts, grouped, table};

/// How many problems of one verdict are told.
const TOLD: usize = 5;

impl Report<'_> {
    pub(super) fn result(&self) -> (String, Markup) {
        let words = &self.words;
        let (tone, answer) = match self.judged.belief() {
            Belief::Accepted => (Tone::Good, "accepted"),
            Belief::Refused => (Tone::Bad, "refused"),
            Belief::NobodyVouches => (Tone::Warning, "nobody"),
            Belief::Damaged => (Tone::Bad, "damaged"),
        };
        let kept = self.judged.kept == 0 && *self.judged.report.answer(Verdict::Consistency) == Answer::NothingKept;
        let body = html! {
            (callout(tone, &html! { p { strong { (words.get(answer)) } } }))
            @if kept { (callout(Tone::Warning, &html! { p { (words.get("nothing_kept_aloud")) } })) }
            (self.origin_facts())
            h3 { (words.get("verdicts")) }
            (self.verdicts())
        };
        (words.get("result_lead").to_owned(), body)
    }

    fn origin_facts(&self) -> Markup {
        let words = &self.words;
        let checkpoint = self.judged.report.checkpoint();
        let given = |given: bool| words.get(if given { "given" } else { "not_given" });
        let mut pairs = Vec::new();
        if let Some(checkpoint) = checkpoint {
            pairs.push((words.get("log"), html! { (checkpoint.origin()) }));
            pairs.push((words.get("entries"), html! { (grouped(checkpoint.size())) }));
            let earlier = self.judged.logs().map_or(0, |logs| logs.len() - 1);
            if earlier > 0 {
                pairs.push((words.get("earlier_logs"), html! { (earlier) }));
            }
        }
        if let Some((from, to)) = self.activity.times {
            pairs.push((words.get("from"), html! { (self.minute(from)) }));
            pairs.push((words.get("to"), html! { (self.minute(to)) }));
        }
        pairs.push((words.get("clock_of_place"), html! { (self.offset()) }));
        pairs.push((words.get("policy_given"), html! { (given(self.judged.policy.is_some())) }));
        pairs.push((words.get("kept_given"), html! { (self.judged.kept) }));
        if let Some(checkpoint) = checkpoint {
            pairs.push((words.get("root"), html! { code { (checkpoint.root().to_base64()) } }));
        }
        facts(&pairs)
    }

    fn verdicts(&self) -> Markup {
        let words = &self.words;
        let rows: Vec<_> = self
            .judged
            .report
            .answers()
            .map(|(verdict, answer)| {
                let demanded = self.judged.policy.as_ref().is_some_and(|policy| policy.demands(verdict));
                let name = format!("verdict_{}", verdict.name());
                let means = format!("means_{}", verdict.name());
                vec![
                    html! {
                        strong { (words.find(&name).unwrap_or(verdict.name())) }
                        @if demanded { br; small { (words.get("demanded")) } }
                    },
                    self.answer(answer, demanded),
                    html! {
                    (words.find(&means).unwrap_or_default())
                    @if let Some(why) = self.judged.report.why_not_judged(verdict) { p lang="en" { small { (why) } } }
                    (self.problems(answer))
                },
                ]
            })
            .collect();
        table(words.get("verdicts"), &[words.get("verdict"), words.get("answer"), words.get("meaning")], &rows)
    }

    fn answer(&self, answer: &Answer, demanded: bool) -> Markup {
        let words = &self.words;
        let missing = if demanded { Tone::Bad } else { Tone::Plain };
        match answer {
            Answer::Passed => badge(Tone::Good, words.get("passed")),
            Answer::Failed { .. } => badge(Tone::Bad, words.get("failed")),
            Answer::NothingKept => badge(if demanded { Tone::Bad } else { Tone::Warning }, words.get("nothing_kept")),
            Answer::NotJudged => badge(missing, words.get("not_judged")),
        }
    }

    /// The problems themselves are told in English, with the code under which the manual explains them.
    fn problems(&self, answer: &Answer) -> Markup {
        let Answer::Failed { problems, count } = answer else { return html! {} };
        let more = count.saturating_sub(problems.len().min(TOLD) as u64);
        html! {
            ul lang="en" {
                @for problem in problems.iter().take(TOLD) { li { "S" (problem.code()) ": " (problem) ". " (problem.advice()) } }
            }
            @if more > 0 { p { (self.words.fill("more_problems", &[("count", &grouped(more))])) } }
        }
    }
}
