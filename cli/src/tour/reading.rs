//! Read with a purpose, read without one, correct a statement.

use std::time::{Duration, Instant};

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::model::records::{Case, Child, Interview, Statement};
use saferoom::model::{Narrative, Text, Timestamp};
use saferoom::vault::Session;

use super::begin::{Caseload, WrittenCase, WrittenChild};
use super::caseload::code;
use super::show;
use super::show::Step;
use crate::console::{Console, Style};
use crate::failure::{Failure, exit};

/// The most interviews that are read in one go.
const BATCH: usize = 1000;

/// The case, the child and the statement that the tour looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Example<'c> {
    /// The case.
    pub(super) case: &'c WrittenCase,
    /// The child.
    pub(super) child: &'c WrittenChild,
    /// The child's first interview.
    pub(super) interview: RecordId,
    /// Its statement, which is corrected.
    pub(super) statement: RecordId,
}

impl<'c> Example<'c> {
    /// A child who was interviewed twice if there is one: the better story.
    pub(super) fn choose(caseload: &'c Caseload) -> Result<Self, Failure> {
        let all = || caseload.cases.iter().flat_map(|case| case.children.iter().map(move |child| (case, child)));
        let chosen = all().find(|(_, child)| child.interviews.len() > 1).or_else(|| all().next());
        let (case, child) = chosen.ok_or_else(nothing_there)?;
        let (interview, statement) = *child.interviews.first().ok_or_else(nothing_there)?;
        Ok(Self { case, child, interview, statement })
    }
}

fn nothing_there() -> Failure {
    Failure::new(exit::FAILED, "the tour recorded no interview").advise("Run it with --interviews 25 or more.")
}

/// [`Step::Read`]. Returns how long the read of many took.
pub(super) fn with_purpose(
    out: &Console,
    session: &Session,
    caseload: &Caseload,
    example: Example<'_>,
) -> Result<Duration, Failure> {
    show::step(out, Step::Read, "Read one case, and say why");
    show::say(
        out,
        "Every read states a purpose. Its entry in the log is on the disk before the first value opens; the log says \
         who, what, when and why, and never a value.",
    );
    let before = session.log_size()?;
    let access = Access::for_purpose("forensic-interview").because("Preparing a hearing");
    let case = session.read::<Case>(example.case.case, &access)?.record;
    let child = session.read::<Child>(example.child.child, &access)?.record;
    let interview = session.read::<Interview>(example.interview, &access)?;
    let after = session.log_size()?;
    let coded = |list: &str, code: Option<&str>| code.map_or_else(unknown, |code| show::label(list, code));
    let sex = coded("sex", child.sex.as_ref().map(|code| code.code().as_str()));
    let band = child.age_band.as_ref().map_or("?", |code| code.code().as_str());
    let harm = coded("harm_form", case.harm_forms.first().map(|code| code.code().as_str()));
    let again = match example.child.interviews.len() {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    };
    let held = &interview.record;
    out.blank();
    out.pairs([
        ("  case", format!("{}, reported on {}", shown(case.register_number.as_ref()), day(case.reported_at))),
        ("  alleged", format!("{harm} (a code)")),
        (
            "  child",
            format!(
                "{} {} (invented)",
                shown(child.family_name_latin.as_ref()),
                shown(child.given_name_latin.as_ref())
            ),
        ),
        ("", format!("{} {}", shown(child.family_name.as_ref()), shown(child.given_name.as_ref()))),
        ("", format!("{sex}, aged {band}, interviewed {again}")),
        (
            "  first interview",
            format!("{}, {} minutes, breaks: {}", day(held.started_at), number(held.net_minutes), number(held.breaks)),
        ),
        (
            "  questions",
            format!(
                "{} open, {} directive, {} option-posing, {} suggestive",
                number(held.invitations),
                number(held.directive_questions),
                number(held.option_posing_questions),
                number(held.suggestive_questions)
            ),
        ),
        ("  signed by", format!("member {}, revision {}", interview.author, interview.revision)),
    ]);
    out.blank();
    show::say(out, "What these three reads left in the log:");
    let entries = session.log_entries(before, after, &audit())?;
    show::entries(out, &entries);
    read_many(out, session, caseload)
}

fn read_many(out: &Console, session: &Session, caseload: &Caseload) -> Result<Duration, Failure> {
    let children = caseload.cases.iter().flat_map(|case| &case.children);
    let ids: Vec<_> = children.flat_map(|child| child.interviews.iter().map(|(id, _)| *id)).take(BATCH).collect();
    let access = Access::for_purpose("supervision").because("How long are the interviews?");
    let started = Instant::now();
    let opened = session.read_many::<Interview>(&ids, &access)?;
    let time = started.elapsed();
    let minutes: u64 = opened.iter().filter_map(|opened| opened.record.net_minutes).sum();
    let breaks = opened.iter().filter(|opened| opened.record.breaks.is_some_and(|breaks| breaks > 0)).count();
    out.blank();
    show::say(
        out,
        format!(
            "And {} interviews at once, for a supervisor: {} ({} a second), one entry for each and one signature for \
             all. They took {} minutes on average; {} % had a break.",
            ids.len(),
            show::seconds(time),
            show::rate(ids.len(), time),
            minutes / ids.len().max(1) as u64,
            100 * breaks / ids.len().max(1),
        ),
    );
    Ok(time)
}

/// [`Step::Refused`].
pub(super) fn without_purpose(out: &Console, session: &Session, example: Example<'_>) -> Result<(), Failure> {
    show::step(out, Step::Refused, "The same read, without a purpose");
    show::say(
        out,
        "The keys would open it; the vault refuses all the same, and writes down that somebody tried. Curiosity leaves \
         a trace.",
    );
    let before = session.log_size()?;
    let refusal = match session.read::<Child>(example.child.child, &Access::for_purpose("")) {
        Err(error) => Failure::from(error),
        Ok(_) => return Err(unexpected("a read without a purpose was granted")),
    };
    let after = session.log_size()?;
    out.blank();
    refused(out, &refusal);
    out.blank();
    let entries = session.log_entries(before, after, &audit())?;
    show::entries(out, &entries);
    Ok(())
}

/// [`Step::Correct`].
pub(super) fn correct(out: &Console, session: &Session, example: Example<'_>) -> Result<(), Failure> {
    show::step(out, Step::Correct, "Correct a statement");
    show::say(
        out,
        "The child says that a day was noted wrongly. The correction is a new revision with a reason of its own; the \
         first one stays as it was signed, because a court may ask for it.",
    );
    let access = Access::for_purpose("forensic-interview").because("The child corrected the day");
    let first = session.read::<Statement>(example.statement, &access)?.record;
    let corrected = Statement {
        body: Narrative::new("The child corrected the day; the text of this example is left out.").ok(),
        version: Some(2),
        edit_reason: code("child_correction"),
        read_back: Some(true),
        child_corrections: Some(first.child_corrections.unwrap_or(0) + 1),
        ..first
    };
    session.amend(example.statement, &corrected, &access)?;
    let mut rows = Vec::new();
    for revision in session.history(example.statement, &access)? {
        let opened = session.read_revision::<Statement>(example.statement, revision.number, &access)?.record;
        let body = opened.body.as_ref().and_then(|body| body.as_str().lines().last()).unwrap_or("?");
        let body = body.split(';').next().unwrap_or(body).to_owned() + "; …";
        let reason = opened.edit_reason.as_ref().map_or_else(String::new, |code| code.code().as_str().to_owned());
        let author = revision.author.to_string();
        rows.push([format!("  {}", revision.number), format!("{}…", &author[..8]), reason, body]);
    }
    out.blank();
    out.table(&["  revision", "signed by", "reason", "text"], rows);
    Ok(())
}

/// A refusal, as the command line words it.
pub(super) fn refused(out: &Console, failure: &Failure) {
    let code = failure.code.map_or_else(String::new, |code| format!("[S{code}] "));
    show::say(out, format!("✗ {}", out.styled(Style::Bad, format!("{code}{}", failure.text))));
    show::say(out, &failure.advice);
}

/// The tour saw something that must not be.
pub(super) fn unexpected(what: &str) -> Failure {
    Failure::new(exit::FAILED, format!("this must not happen: {what}"))
        .advise("Do not use this build for real records, and report what you saw.")
}

/// For reading the log.
pub(super) fn audit() -> Access {
    Access::for_purpose("audit").because("The tour shows its own traces")
}

fn unknown() -> String {
    "?".to_owned()
}

fn shown(text: Option<&Text>) -> &str {
    text.map_or("?", Text::as_str)
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(unknown, |number| number.to_string())
}

fn day(at: Option<Timestamp>) -> String {
    at.map_or_else(unknown, |at| at.to_text()[..10].to_owned())
}
