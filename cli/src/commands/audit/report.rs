//! `audit report`: what a bundle tells, as one page for people who read no log. Counts only, in one pass.

mod findings;
mod members;
mod result;
mod times;
mod unusual;

use maud::{Markup, html};
use saferoom::access::AccessPolicy;
use saferoom::id::MemberId;
use saferoom::log::{Activity, ActivityCounter, Checkpoint, Entry, Measures, MemberDirectory};

use super::directory;
use super::judged::{Belief, Judged};
use super::time_of_seconds;
use super::verify::now;
use crate::args::{BundleArgs, ReportArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::html::{Frame, Tone, Words, figures, section, short_id};
use crate::new_file;

const WORDS: &str = include_str!("../../../data/words-audit.toml");

/// All that the parts of the page are made from.
struct Report<'r> {
    words: Words,
    judged: &'r Judged,
    activity: &'r Activity,
    measures: Measures,
    directory: &'r MemberDirectory,
    policy: AccessPolicy,
}

pub(crate) fn report(args: &ReportArgs, out: &Console) -> Result<(), Failure> {
    new_file::refuse_existing(&args.html)?;
    let directory = directory::open(args.bundle.directory.as_deref())?;
    let measures = measures(args.utc_offset);
    let (judged, activity) = count(&args.bundle, measures, out)?;
    let policy = AccessPolicy::standard();
    let words = Words::read(WORDS, args.lang);
    let report = Report { words, judged: &judged, activity: &activity, measures, directory: &directory, policy };
    new_file::write(&args.html, report.page(now()).as_bytes())?;
    judged.tell(out);
    match judged.belief() {
        // The report says so too; but whoever only looks at exit codes must not miss it.
        Belief::Refused => Err(judged
            .failure()
            .advise(format!("The report is in {} all the same, and says this at its top.", args.html.display()))),
        _ => {
            out.good(format_args!("{} entries in {}", activity.entries, args.html.display()));
            Ok(())
        }
    }
}

/// Verifies a bundle and counts its entries in the same pass.
fn count(args: &BundleArgs, measures: Measures, out: &Console) -> Result<(Judged, Activity), Failure> {
    let mut counter = ActivityCounter::new(measures);
    let judged = Judged::of(args, out, |streamed| {
        // One that is no entry is told by the verdicts.
        if let Ok(entry) = Entry::decode(streamed.bytes) {
            counter.read(&entry);
        }
    })?;
    Ok((judged, counter.finish()))
}

/// Night is when the access policy that comes with saferoom says, unless the clocks of the place are elsewhere.
fn measures(utc_offset: Option<i32>) -> Measures {
    let policy = AccessPolicy::standard();
    let night = policy.night();
    Measures {
        utc_offset_minutes: utc_offset.unwrap_or(night.utc_offset_minutes),
        night_from_hour: night.from_hour,
        night_to_hour: night.to_hour,
        ..Measures::default()
    }
}

impl Report<'_> {
    fn page(&self, now: u64) -> String {
        let words = &self.words;
        let origin = self.judged.report.checkpoint().map(Checkpoint::origin);
        let origin = origin.map_or_else(|| words.get("none").to_owned(), ToString::to_string);
        let mut footer = vec![
            words.get("footer_pseudonyms").to_owned(),
            words.fill("made_by", &[("version", &env!("CARGO_PKG_VERSION")), ("time", &time_of_seconds(now))]),
        ];
        if words.is_draft() {
            footer.push(words.get("draft_language").to_owned());
        }
        let subtitle = words.fill("subtitle", &[("origin", &origin)]);
        let frame =
            Frame { language: words.language(), title: words.get("title"), subtitle: &subtitle, footer: &footer };
        frame.page(&self.body())
    }

    fn body(&self) -> Markup {
        let parts = [
            ("result", "result", self.result()),
            ("glance", "glance", self.glance()),
            ("time", "over_time", self.over_time()),
            ("members", "by_member", self.by_member()),
            ("purposes", "by_purpose", self.by_purpose()),
            ("findings", "findings", self.findings()),
            ("refusals", "denials", self.denials()),
            ("unusual", "unusual", self.unusual()),
            ("gaps", "gaps", self.gaps()),
            ("limits", "limits", self.limits()),
        ];
        let words = &self.words;
        html! {
            nav aria-label=(words.get("contents")) {
                ul { @for (id, heading, _) in &parts { li { a href={ "#" (id) } { (words.get(heading)) } } } }
            }
            @for (id, heading, (lead, body)) in &parts { (section(id, words.get(heading), lead, body)) }
        }
    }

    fn glance(&self) -> (String, Markup) {
        let (words, activity) = (&self.words, self.activity);
        let (open, emergencies) = (activity.finding_total.open(), activity.finding_total.emergencies);
        let tone = |count: u64, tone: Tone| if count == 0 { Tone::Plain } else { tone };
        let shown = [
            (activity.total.all(), words.get("uses"), Tone::Plain),
            (activity.members.len() as u64, words.get("members"), Tone::Plain),
            (activity.total.denied, words.get("refusals"), tone(activity.total.denied, Tone::Warning)),
            (emergencies, words.get("emergencies"), tone(emergencies, Tone::Warning)),
            (open, words.get("not_reviewed"), tone(open, Tone::Bad)),
            (
                activity.episodes.len() as u64,
                words.get("episodes"),
                tone(activity.episodes.len() as u64, Tone::Warning),
            ),
        ];
        let body = html! {
            (figures(&shown))
            @if activity.not_apart > 0 { p { (words.fill("not_apart", &[("count", &activity.not_apart)])) } }
        };
        (String::new(), body)
    }

    fn limits(&self) -> (String, Markup) {
        let words = &self.words;
        let body = html! {
            ul { @for limit in ["limit_screen", "limit_program", "limit_kept"] { li { (words.get(limit)) } } }
            h3 { (words.get("check_again")) }
            p { (words.get("check_again_lead")) }
            p { code { "saferoom audit verify BUNDLE --trust-policy trust-policy.txt --kept last-visit.checkpoint" } }
            p { code { "saferoom audit query BUNDLE --trust-policy trust-policy.txt --outcome denied" } }
            p { code { "go run . verify BUNDLE log.vkey" } " (golang.org/x/mod/sumdb)" }
        };
        (String::new(), body)
    }

    /// The name of a member, or the first digits of the pseudonym.
    fn who(&self, member: &MemberId) -> Markup {
        match self.directory.name(member) {
            Some(name) => html! { (name) },
            None => short_id(&member.to_string()),
        }
    }

    /// The same where no markup can stand.
    fn who_in_text(&self, member: &MemberId) -> String {
        self.directory.name(member).map_or_else(|| member.to_string().chars().take(8).collect(), str::to_owned)
    }
}

#[cfg(test)]
mod tests;
