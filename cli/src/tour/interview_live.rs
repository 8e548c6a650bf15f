//! An interview as it happens: each step durable before it counts, in the order of the protocol, and what a review should
//! look at afterwards. The child corrects its statement; the first one stays.

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::model::records::{Case, Child, Interview, InterviewPhase, Statement};
use saferoom::model::{CodeListName, Coded, LabelLanguage, Narrative};
use saferoom::practice::interview::{Completion, Step as Tap, Tally};
use saferoom::practice::quality::quality_rules;
use saferoom::vault::{Error, LiveInterview, Session};

use super::caseload::{code, text};
use super::reading::{refused, unexpected};
use super::show;
use super::show::Step;
use crate::console::Console;
use crate::failure::Failure;

/// What the statement says before and after the correction, instead of what a child would say.
const WORDS: [&str; 2] = [
    "The child told what happened on the way home; the text of this example is left out.",
    "The child told what happened on the way to school; the text of this example is left out.",
];

/// The child of the interview, whom the next step refers to a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interviewed {
    /// The case.
    pub(super) case: RecordId,
    /// The child.
    pub(super) child: RecordId,
}

/// [`Step::Interview`].
pub(super) fn as_it_happens(out: &Console, session: &Session, officer: RecordId) -> Result<Interviewed, Failure> {
    show::step(out, Step::Interview, "Interview a child");
    show::say(
        out,
        "An interview is recorded while it goes on: a tap for each phase, break and question, no words. Each tap is on the \
         disk before the next one. The order is that of the protocol, here the revised NICHD protocol.",
    );
    let access = Access::for_purpose("forensic-interview").because("First interview");
    // Members have left since the names were recorded, and the keys of the index have moved on.
    session.rebuild_search_index(&access, |_, _| ())?;
    let interviewed = newcomer(session, &access)?;
    let mut earlier = session.earlier_interviews(interviewed.child, &access)?;
    for other in earlier.possible().to_vec() {
        earlier.another_child(other.child);
    }
    earlier.units_were_asked();
    out.blank();
    out.good(format_args!("before it starts, earlier interviews are looked for: {} known", earlier.known().len()));
    let plan = Interview {
        purpose: code("initial"),
        protocol: code("nichd_revised"),
        interviewer: Some(officer),
        recording: code("video"),
        ..Interview::default()
    };
    let mut live = session.start_interview(interviewed.child, plan, &earlier, false, &access)?;
    too_early(out, session, &mut live, &access)?;
    walk(session, &mut live, &access)?;
    overview(out, &live);
    let flags = session.keep_quality_flags(&mut live, &access)?;
    out.blank();
    show::say(out, "What a review should look at, each with its reason; nothing here judges the child:");
    out.blank();
    if !flags.iter().any(|flag| flag.code == "narrative_training_skipped") {
        return Err(unexpected("a phase that was left out raised no flag"));
    }
    for flag in &flags {
        out.line(format_args!("  • {}", flag.explain(quality_rules(), LabelLanguage::English)));
    }
    statement(out, session, &live, &access)?;
    Ok(interviewed)
}

/// A case with a child whom nobody knows yet.
fn newcomer(session: &Session, access: &Access) -> Result<Interviewed, Error> {
    let case = Case { register_number: text("2026/T"), ..Case::default() };
    let child = Child {
        given_name_latin: text("Example"),
        family_name_latin: text("Newcomer"),
        nickname: text("Little star"),
        sex: code("female"),
        role: code("victim"),
        age_at_report: Some(9),
        ..Child::default()
    };
    let case = session.create(Some(session.unit()), &case, access)?.record;
    Ok(Interviewed { case, child: session.create(Some(case), &child, access)?.record })
}

fn coded<L: CodeListName>(text: &str) -> Result<Coded<L>, Failure> {
    code(text).ok_or_else(|| unexpected("a code of the tour is none"))
}

fn enter(phase: &str) -> Result<Tap, Failure> {
    Ok(Tap::Enter { phase: coded(phase)?, previous: Completion::Full })
}

/// The matter itself before the child knows who asks: refused, and nothing is recorded.
fn too_early(out: &Console, session: &Session, live: &mut LiveInterview, access: &Access) -> Result<(), Failure> {
    let early = session.interview_step(live, &enter("substantive_free_recall")?, None, access).err();
    let early = early.filter(|error| matches!(error, Error::Practice(_)));
    show::say(out, "Asking about the matter at once:");
    out.blank();
    refused(out, &early.ok_or_else(|| unexpected("a phase was held out of order"))?.into());
    Ok(())
}

fn walk(session: &Session, live: &mut LiveInterview, access: &Access) -> Result<(), Failure> {
    let taps = [
        enter("introduction")?,
        enter("rapport_building")?,
        Tap::Count(Tally::Supportive),
        enter("ground_rules")?,
        Tap::Skip { phase: coded("narrative_training")?, reason: coded("child_began_to_tell")? },
        enter("transition")?,
        enter("substantive_free_recall")?,
        Tap::Count(Tally::Invitation),
        Tap::Count(Tally::Invitation),
        Tap::BeginBreak { reason: coded("fatigue")?, with: None },
        Tap::EndBreak { topic_not_discussed: Some(true) },
        Tap::Count(Tally::CuedInvitation),
        enter("closing")?,
        Tap::End { outcome: code("partial"), last: Completion::Full },
    ];
    taps.iter().try_for_each(|tap| Ok(session.interview_step(live, tap, None, access)?))
}

fn overview(out: &Console, live: &LiveInterview) {
    let course = live.course();
    let skipped =
        |phase: &InterviewPhase| phase.completion.as_ref().is_some_and(|done| done.code().as_str() == "skipped");
    let phases: Vec<_> = course
        .phases()
        .iter()
        .filter(|phase| !skipped(&phase.record))
        .filter_map(|phase| phase.record.phase.as_ref())
        .map(|phase| show::label("interview_phase", phase.code().as_str()))
        .collect();
    out.blank();
    // Three to a line: more would not fit.
    let lines = phases.chunks(3).map(|phases| phases.join(", "));
    out.pairs(lines.enumerate().map(|(line, phases)| (if line == 0 { "  phases, as held" } else { "" }, phases)));
    out.pairs([
        ("  left out", "narrative training: the child began to tell".to_owned()),
        ("  breaks", format!("{}, because the child was tired", course.breaks().len())),
        (
            "  questions",
            format!("{} open", Tally::Invitation.of(course.interview()) + Tally::CuedInvitation.of(course.interview())),
        ),
    ]);
}

/// The statement is read back, and the child corrects it.
fn statement(out: &Console, session: &Session, live: &LiveInterview, access: &Access) -> Result<(), Failure> {
    let says = |words: &str, corrections| Statement {
        kind: code("summary"),
        body: Narrative::new(words).ok(),
        read_back: Some(true),
        child_corrections: Some(corrections),
        ..Statement::default()
    };
    let id = session.create(Some(live.id()), &says(WORDS[0], 0), access)?.record;
    let corrected = Statement { edit_reason: code("child_correction"), ..says(WORDS[1], 1) };
    let second = session.amend(id, &corrected, access)?;
    let first = session.read_revision::<Statement>(id, 1, access)?.record;
    if second.number != 2 || first.body != says(WORDS[0], 0).body {
        return Err(unexpected("the first statement is not there any more"));
    }
    out.blank();
    out.good("read back, the child corrects one thing: revision 2, with the reason; revision 1 stays, sealed");
    Ok(())
}
