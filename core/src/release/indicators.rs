//! Indicators of good practice as columns about a child: `indicator.recorded` and others, computed from the statistics of
//! its case.
//!
//! Each answers one question about a child in a few words, `yes` and `no` for most, and nothing where it is not known: a
//! table of counts over it has its numerator, its denominator and its hidden cells as over any other column. What a month
//! of a station says of the same to those who look after rooms is in `practice::indicators`.

use super::children::{Case, Known};
use crate::model::{RecordKind, RecordSpec, catalogue, is_young};

/// In front of the name of an indicator.
pub(super) const INDICATOR: &str = "indicator";

/// What is asked about a child.
#[derive(Debug, Clone, Copy)]
pub struct Indicator {
    /// Its name: the column is `indicator.` and this.
    pub name: &'static str,
    /// What it says, in the order of a table.
    pub values: &'static [&'static str],
    answer: fn(&About<'_>) -> Option<&'static str>,
}

// A name is given once.
impl PartialEq for Indicator {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Indicator {}

const YES_NO: &[&str] = &["yes", "no"];

/// All of them.
pub const INDICATORS: [Indicator; 15] = [
    Indicator { name: "in_room", values: YES_NO, answer: in_room },
    Indicator { name: "delay", values: &["0-2 days", "3-7 days", "8-30 days", "over 30 days"], answer: delay },
    Indicator { name: "undue_delay", values: YES_NO, answer: undue_delay },
    Indicator { name: "interviewed_once", values: YES_NO, answer: interviewed_once },
    Indicator { name: "recorded", values: YES_NO, answer: recorded },
    Indicator { name: "support_offered", values: YES_NO, answer: support_offered },
    Indicator { name: "phases_complete", values: YES_NO, answer: phases_complete },
    Indicator { name: "narrative_training", values: YES_NO, answer: narrative_training },
    Indicator {
        name: "open_invitations",
        values: &["under 25 %", "25-49 %", "50-74 %", "75 % and over"],
        answer: open_invitations,
    },
    Indicator { name: "breaks_under_10", values: &["none", "under 1 an hour", "1 an hour and over"], answer: breaks },
    Indicator { name: "wellbeing", values: &["better", "same", "worse"], answer: wellbeing },
    Indicator { name: "referral_in_24h", values: YES_NO, answer: in_a_day },
    Indicator { name: "referral_in_72h", values: YES_NO, answer: in_three_days },
    Indicator { name: "referral_succeeded", values: YES_NO, answer: succeeded },
    Indicator { name: "refusal_respected", values: YES_NO, answer: respected },
];

impl Indicator {
    /// The indicator of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        INDICATORS.iter().find(|indicator| indicator.name == name)
    }

    /// What it says of a child; none where it is not known.
    pub(super) fn of(&self, case: &Case<'_>, child: u64) -> Option<&'static str> {
        (self.answer)(&About { case, child })
    }
}

/// A child whose case is looked at.
struct About<'c> {
    case: &'c Case<'c>,
    child: u64,
}

impl<'c> About<'c> {
    fn all(&self, kind: RecordKind) -> Vec<Told<'c>> {
        let Some(spec) = catalogue().by_kind(kind) else { return Vec::new() };
        self.case.records_of(self.child, kind).into_iter().map(|known| Told { spec, known }).collect()
    }

    /// What is said of interviews is said of the first.
    fn interview(&self) -> Option<Told<'c>> {
        self.all(RecordKind::INTERVIEW).into_iter().next()
    }

    fn phases(&self) -> Vec<Told<'c>> {
        let first = self.case.slots_of(self.child, RecordKind::INTERVIEW).first().copied();
        let phases = self.all(RecordKind::INTERVIEW_PHASE);
        phases.into_iter().filter(|phase| Some(phase.known.parent) == first).collect()
    }

    fn is_young(&self) -> Option<bool> {
        let child = self.all(RecordKind::CHILD).into_iter().next()?;
        let age = child.number("age_at_report").or_else(|| child.number("date_of_birth"));
        is_young(age, child.text("age_band"))
    }
}

/// What the statistics say of a record, by name of the field.
struct Told<'c> {
    spec: &'static RecordSpec,
    known: &'c Known<'c>,
}

impl<'c> Told<'c> {
    fn text(&self, field: &str) -> Option<&'c str> {
        self.known.values.get(&self.spec.field_named(field)?.number.get()).copied()
    }

    fn number(&self, field: &str) -> Option<u64> {
        self.text(field)?.parse().ok()
    }

    fn sum(&self, fields: &[&str]) -> u64 {
        fields.iter().filter_map(|field| self.number(field)).fold(0, u64::saturating_add)
    }

    fn flagged(&self, flag: &str) -> bool {
        self.text("quality_flags").is_some_and(|flags| flags.split(';').any(|one| one == flag))
    }
}

const fn yes_if(holds: bool) -> Option<&'static str> {
    Some(if holds { "yes" } else { "no" })
}

/// Yes if each that is known is a yes, no if any is a no; nothing if there is none, or one is not known.
fn each(answers: impl Iterator<Item = Option<bool>>) -> Option<&'static str> {
    let answers: Vec<_> = answers.collect();
    if answers.contains(&Some(false)) {
        return yes_if(false);
    }
    let known = !answers.is_empty() && answers.iter().all(Option::is_some);
    if known { yes_if(true) } else { None }
}

fn in_room(about: &About<'_>) -> Option<&'static str> {
    let interview = about.interview()?;
    match (interview.text("room"), interview.text("alternative_venue")) {
        (Some(_), _) => yes_if(true),
        (None, Some(_)) => yes_if(false),
        (None, None) => None,
    }
}

fn delay(about: &About<'_>) -> Option<&'static str> {
    Some(match about.interview()?.number("delay_days")? {
        0..=2 => "0-2 days",
        3..=7 => "3-7 days",
        8..=30 => "8-30 days",
        _ => "over 30 days",
    })
}

/// By the threshold of the quality flags, which is data.
fn undue_delay(about: &About<'_>) -> Option<&'static str> {
    let interview = about.interview()?;
    let flagged = interview.flagged("long_delay");
    (flagged || interview.number("delay_days").is_some()).then_some(())?;
    yes_if(flagged)
}

fn interviewed_once(about: &About<'_>) -> Option<&'static str> {
    let interviews = about.all(RecordKind::INTERVIEW);
    let numbers: Vec<_> = interviews.iter().map(|one| one.number("sequence_number")).collect();
    if interviews.len() > 1 || numbers.iter().any(|number| *number > Some(1)) {
        return yes_if(false);
    }
    each(numbers.into_iter().map(|number| number.map(|number| number == 1)))
}

fn recorded(about: &About<'_>) -> Option<&'static str> {
    yes_if(about.interview()?.text("recording")? != "none")
}

fn support_offered(about: &About<'_>) -> Option<&'static str> {
    yes_if(about.interview()?.text("support_person_choice")? != "not_offered")
}

fn phases_complete(about: &About<'_>) -> Option<&'static str> {
    each(about.phases().iter().map(|phase| phase.text("completion").map(|completion| completion == "full")))
}

fn narrative_training(about: &About<'_>) -> Option<&'static str> {
    let skipped = about.interview()?.flagged("narrative_training_skipped");
    (skipped || !about.phases().is_empty()).then_some(())?;
    yes_if(!skipped)
}

fn open_invitations(about: &About<'_>) -> Option<&'static str> {
    let interview = about.interview()?;
    interview.number("invitations")?;
    let open = interview.sum(&["invitations", "cued_invitations"]);
    let closed = [
        "directive_questions",
        "option_posing_questions",
        "suggestive_questions",
        "faux_invitations",
        "negative_recasts",
    ];
    let questions = open.saturating_add(interview.sum(&closed));
    Some(match open.saturating_mul(100).checked_div(questions)? {
        0..25 => "under 25 %",
        25..50 => "25-49 %",
        50..75 => "50-74 %",
        _ => "75 % and over",
    })
}

/// Breaks in an hour of being asked, of a child below ten years.
fn breaks(about: &About<'_>) -> Option<&'static str> {
    about.is_young()?.then_some(())?;
    let interview = about.interview()?;
    let (breaks, minutes) = (interview.number("breaks")?, interview.number("net_minutes")?);
    Some(match breaks.saturating_mul(60) {
        0 => "none",
        an_hour if an_hour < minutes => "under 1 an hour",
        _ => "1 an hour and over",
    })
}

/// The face that the child pointed to, after and before.
fn wellbeing(about: &About<'_>) -> Option<&'static str> {
    let interview = about.interview()?;
    let (before, after) = (interview.number("face_before")?, interview.number("face_after")?);
    Some(match after.cmp(&before) {
        std::cmp::Ordering::Greater => "better",
        std::cmp::Ordering::Equal => "same",
        std::cmp::Ordering::Less => "worse",
    })
}

fn in_a_day(about: &About<'_>) -> Option<&'static str> {
    received_in(about, 24, &["within_24h"])
}

fn in_three_days(about: &About<'_>) -> Option<&'static str> {
    received_in(about, 72, &["within_24h", "within_72h"])
}

/// Whether referrals of this urgency arrived in so many hours; those that are still under way are not known.
fn received_in(about: &About<'_>, hours: u64, urgent: &[&str]) -> Option<&'static str> {
    let referrals = about.all(RecordKind::REFERRAL);
    let sent = referrals.iter().filter(|one| {
        let status = one.text("status").unwrap_or("proposed");
        one.text("urgency").is_some_and(|urgency| urgent.contains(&urgency))
            && !matches!(status, "proposed" | "declined_by_child" | "declined_by_guardian" | "revoked")
    });
    each(sent.map(|one| match (one.number("hours_to_receipt"), one.text("status")) {
        (Some(taken), _) => Some(taken <= hours),
        (None, Some("rejected" | "unavailable" | "expired")) => Some(false),
        (None, _) => None,
    }))
}

fn succeeded(about: &About<'_>) -> Option<&'static str> {
    let referrals = about.all(RecordKind::REFERRAL);
    let outcomes = referrals.iter().filter_map(|one| one.text("outcome")).filter(|outcome| *outcome != "unknown");
    each(outcomes.map(|outcome| Some(outcome == "need_met")))
}

/// Whether what was refused was not done all the same: no recording, and nothing told on a ground that overrides consent.
fn respected(about: &About<'_>) -> Option<&'static str> {
    let consents = about.all(RecordKind::CONSENT);
    let refused = consents.iter().filter(|one| matches!(one.text("decision"), Some("refused" | "withdrawn")));
    let recorded = about.interview().and_then(|one| one.text("recording")).map(|recording| recording != "none");
    let overridden = about.all(RecordKind::REFERRAL).iter().any(|one| one.text("override_ground").is_some());
    let known = |purpose: &str| match purpose {
        "recording" => Some(recorded.map(|recorded| !recorded)),
        "referral" | "share" | "medical_exam" => Some(Some(!overridden)),
        // Of other purposes the statistics do not tell what was done.
        _ => None,
    };
    each(refused.filter_map(|one| known(one.text("purpose")?)))
}
