//! An access policy as tables, for people.

use saferoom::access::{AccessPolicy, Limit, Measure, Reach, RetentionRule, Role, Sensitivity, access_km_status};
use saferoom::model::{Compartment, LabelLanguage};

use crate::console::Console;

pub(super) fn policy(policy: &AccessPolicy, language: &str, out: &Console) {
    let language = LabelLanguage::from_code(language).unwrap_or_default();
    out.line(format_args!("Access policy, version {}, with {} roles.", policy.version(), policy.roles().len()));
    if language == LabelLanguage::Khmer {
        out.line(format_args!("Khmer labels: {}", access_km_status()));
    }
    let words = Words(language);
    roles(policy, &words, out);
    actions(policy, &words, out);
    second_persons(policy, &words, out);
    limits(policy, &words, out);
    sensitivities(policy, &words, out);
    retention(policy, &words, out);
    general(policy, &words, out);
}

/// Words of a policy in a language. English shows the words as a policy has them, so that they can be copied.
struct Words(LabelLanguage);

macro_rules! word {
    ($self:ident, $word:expr) => {
        match $self.0 {
            LabelLanguage::Khmer => $word.label_in($self.0),
            _ => $word.name(),
        }
    };
}

impl Words {
    fn compartments(&self, compartments: impl Iterator<Item = Compartment>) -> String {
        let names: Vec<_> = compartments.map(|compartment| word!(self, compartment)).collect();
        or_dash(names.join(", "))
    }

    fn role(&self, role: &Role) -> String {
        role.label(self.0).to_owned()
    }

    fn steps<'a>(&self, steps: impl Iterator<Item = &'a Limit>) -> String {
        let step = |step: &Limit| format!("{} {}", step.at, word!(self, step.effect));
        steps.map(step).collect::<Vec<_>>().join(", ")
    }
}

fn roles(policy: &AccessPolicy, words: &Words, out: &Console) {
    out.heading("What each role reaches");
    let row = |role: &Role| {
        let at = |reach| {
            let compartments =
                Compartment::ALL.iter().copied().filter(|compartment| *compartment != Compartment::Roster);
            words.compartments(compartments.filter(|compartment| role.reach(*compartment) == reach))
        };
        [role.name().to_string(), words.role(role), at(Reach::Unit), at(Reach::Case), at(Reach::Write)]
    };
    out.table(
        &["role", "what it is", "all of its unit", "its assigned cases", "writes only"],
        policy.roles().iter().map(row),
    );
}

fn actions(policy: &AccessPolicy, words: &Words, out: &Console) {
    out.heading("What each role may do, and for which purposes");
    let row = |role: &Role| {
        let actions: Vec<_> = role.actions().iter().map(|action| word!(words, action)).collect();
        [role.name().to_string(), or_dash(actions.join(", ")), or_dash(role.purposes().join(", "))]
    };
    out.table(&["role", "may", "purposes"], policy.roles().iter().map(row));
}

fn second_persons(policy: &AccessPolicy, words: &Words, out: &Console) {
    out.heading("What takes a second person");
    let actions = saferoom::access::Action::ALL.iter().copied();
    let asked = actions.filter(|action| !policy.second_person(*action).is_empty());
    out.table(
        &["what", "who the second may be"],
        asked.map(|action| {
            let roles: Vec<_> = policy.second_person(action).iter().map(ToString::to_string).collect();
            [word!(words, action).to_owned(), roles.join(", ")]
        }),
    );
}

fn limits(policy: &AccessPolicy, words: &Words, out: &Console) {
    out.heading("From which count on something follows");
    let rows = policy.roles().iter().flat_map(|role| {
        let counted = Measure::ALL.iter().filter(|measure| role.limits().of(**measure).next().is_some());
        counted.map(move |measure| {
            let steps = words.steps(role.limits().of(*measure));
            [role.name().to_string(), word!(words, measure).to_owned(), steps]
        })
    });
    out.table(&["role", "what is counted", "what follows"], rows);
    out.note("Counted by saferoom and evidenced by the log; each step opens a finding. No key depends on it.");
}

fn sensitivities(policy: &AccessPolicy, words: &Words, out: &Console) {
    out.heading("How closely cases are held");
    let yes = |open: bool| if open { "yes" } else { "no" }.to_owned();
    out.table(
        &["sensitivity", "the unit reaches it", "a search finds it", "an emergency opens it"],
        Sensitivity::ALL.iter().map(|level| {
            let rule = policy.sensitivity(*level);
            let name = word!(words, level).to_owned();
            [name, yes(rule.unit_reach), yes(rule.searchable), yes(rule.break_glass)]
        }),
    );
}

fn retention(policy: &AccessPolicy, words: &Words, out: &Console) {
    out.heading("How long a case is kept: the first rule that fits");
    let any = |codes: &[String]| if codes.is_empty() { String::from("any") } else { codes.join(", ") };
    let row = |rule: &RetentionRule| {
        let label = if words.0 == LabelLanguage::Khmer { &rule.km } else { &rule.en };
        let period = format!("{} years, {} months", rule.years, rule.months);
        [label.clone(), any(&rule.harm), any(&rule.outcomes), period, rule.from.label_in(words.0).to_owned()]
    };
    out.table(&["rule", "harm", "outcome", "kept for", "counted from"], policy.retention().iter().map(row));
}

fn general(policy: &AccessPolicy, words: &Words, out: &Console) {
    let (emergency, sign_in, night) = (policy.emergency(), policy.sign_in(), policy.night());
    let hours = |minutes: i32| format!("{}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
    let side = if night.utc_offset_minutes < 0 { "-" } else { "+" };
    out.heading("Besides");
    out.pairs([
        ("Custodians who sign", format!("{}, or all where there are fewer", policy.custodians_needed(usize::MAX))),
        ("Recovery", format!("{} of {} shares", policy.recovery().needed, policy.recovery().shares)),
        ("An emergency opens", words.compartments(emergency.compartments.iter().copied())),
        (
            "",
            format!(
                "one case for {} hours; to be reviewed within {} hours",
                emergency.open_for_hours, emergency.review_within_hours
            ),
        ),
        (
            "Night",
            format!("{}:00 to {}:00, UTC{side}{}", night.from_hour, night.to_hour, hours(night.utc_offset_minutes)),
        ),
        ("A slow answer", format!("takes up to {} seconds", policy.slow_seconds())),
        (
            "A session",
            format!("locks after {} idle minutes, and after {} hours", sign_in.idle_minutes, sign_in.session_hours),
        ),
        (
            "Wrong passphrases",
            format!(
                "{} are free, then {} seconds, twice as long each time, at most {}",
                sign_in.free_attempts, sign_in.first_delay_seconds, sign_in.longest_delay_seconds
            ),
        ),
    ]);
}

fn or_dash(text: String) -> String {
    if text.is_empty() { String::from("–") } else { text }
}
