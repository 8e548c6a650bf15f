//! What a newer access policy would change, in plain words; what would open more is marked, and what is dangerous twice.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde::Serialize;

use super::{
    AccessPolicy, Action, Effect, Limits, Measure, Reach, Retention, RetentionRule, Role, Sensitivity, is_of_cases,
};
use crate::model::Compartment;

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Somebody may more than before, or is watched less.
    Wider,
    /// Somebody may less than before, or is watched more.
    Narrower,
    /// Neither: a label, a clock.
    Other,
}

/// One difference between two policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where: a role, or a part of the policy.
    pub place: String,
    /// Which way it goes.
    pub kind: ChangeKind,
    /// Whether it opens children's records, the log, or the keys to both, or takes a safeguard away.
    pub dangerous: bool,
    /// What changes, in English.
    pub text: String,
}

impl AccessPolicy {
    /// What `newer` would change of this policy; empty if nothing but perhaps the version.
    #[must_use]
    pub fn changes(&self, newer: &Self) -> Vec<Change> {
        let mut changes = Changes(Vec::new());
        changes.general(self, newer);
        for level in Sensitivity::ALL {
            changes.sensitivity(self, newer, *level);
        }
        for action in Action::BY_TWO {
            changes.second_person(self, newer, action);
        }
        changes.retention(&self.retention, &newer.retention);
        for role in &self.roles {
            match newer.role(role.name.as_str()) {
                Some(after) => changes.role(role, after),
                None => changes.add(place_of(role), ChangeKind::Narrower, false, "the role is no longer there"),
            }
        }
        for role in newer.roles.iter().filter(|role| self.role(role.name.as_str()).is_none()) {
            changes.new_role(role);
        }
        changes.0
    }
}

struct Changes(Vec<Change>);

impl Changes {
    fn add(&mut self, place: impl Display, kind: ChangeKind, dangerous: bool, text: impl Display) {
        let dangerous = dangerous && kind == ChangeKind::Wider;
        self.0.push(Change { place: place.to_string(), kind, dangerous, text: text.to_string() });
    }

    /// A number that protects more the higher (`safer_up`) or the lower it is.
    fn number(&mut self, place: &str, what: &str, (before, after): (u32, u32), safer_up: bool, dangerous: bool) {
        if before != after {
            let kind = if (after > before) == safer_up { ChangeKind::Narrower } else { ChangeKind::Wider };
            self.add(place, kind, dangerous, format_args!("{what}: {before} becomes {after}"));
        }
    }

    fn general(&mut self, old: &AccessPolicy, new: &AccessPolicy) {
        let needed = (old.custodians_needed, new.custodians_needed);
        self.number("custodians", "custodians who have to sign", needed, true, true);
        let needed = (old.recovery.needed, new.recovery.needed);
        self.number("recovery", "shares that restore a key", needed, true, true);
        self.number("recovery", "shares of a key", (old.recovery.shares, new.recovery.shares), false, false);
        let (before, after) = (&old.emergency, &new.emergency);
        let names = |compartments: &[Compartment]| compartments.iter().map(ToString::to_string).collect::<Vec<_>>();
        let lists = (names(&before.compartments), names(&after.compartments));
        self.list("emergency", "an emergency opens", (&lists.0, &lists.1), |_| true);
        let hours = (before.review_within_hours, after.review_within_hours);
        self.number("emergency", "hours until it has to be reviewed", hours, false, false);
        let hours = (before.open_for_hours, after.open_for_hours);
        self.number("emergency", "hours for which the case stays open", hours, false, false);
        if old.night != new.night {
            self.add("unusual", ChangeKind::Other, false, "night is at another time");
        }
        self.number("unusual", "seconds that a slow answer takes", (old.slow_seconds, new.slow_seconds), true, false);
        self.sign_in(old, new);
    }

    fn sign_in(&mut self, old: &AccessPolicy, new: &AccessPolicy) {
        let (old, new) = (&old.sign_in, &new.sign_in);
        for (what, numbers, safer_up) in [
            ("idle minutes until a session locks", (old.idle_minutes, new.idle_minutes), false),
            ("hours until a session locks in any case", (old.session_hours, new.session_hours), false),
            ("attempts without a delay", (old.free_attempts, new.free_attempts), false),
            ("seconds of the first delay", (old.first_delay_seconds, new.first_delay_seconds), true),
            ("seconds of the longest delay", (old.longest_delay_seconds, new.longest_delay_seconds), true),
        ] {
            self.number("sign-in", what, numbers, safer_up, false);
        }
    }

    fn sensitivity(&mut self, old: &AccessPolicy, new: &AccessPolicy, level: Sensitivity) {
        let (old, new) = (old.sensitivity(level), new.sensitivity(level));
        for (what, before, after) in [
            ("the whole unit reaches it", old.unit_reach, new.unit_reach),
            ("a search finds it", old.searchable, new.searchable),
            ("an emergency opens it", old.break_glass, new.break_glass),
        ] {
            if before != after {
                let kind = if after { ChangeKind::Wider } else { ChangeKind::Narrower };
                let word = if after { "now" } else { "no longer" };
                self.add(format_args!("{level} cases"), kind, true, format_args!("{word}: {what}"));
            }
        }
    }

    fn second_person(&mut self, old: &AccessPolicy, new: &AccessPolicy, action: Action) {
        let names = |policy: &AccessPolicy| -> Vec<String> {
            policy.second_person(action).iter().map(ToString::to_string).collect()
        };
        let (before, after) = (names(old), names(new));
        let place = format!("second person for {action}");
        match (before.is_empty(), after.is_empty()) {
            (false, true) => self.add(place, ChangeKind::Wider, true, "no longer needed"),
            (true, false) => self.add(place, ChangeKind::Narrower, false, format_args!("needed: {}", after.join(", "))),
            _ => self.list(&place, "can be", (&before, &after), |_| false),
        }
    }

    fn retention(&mut self, old: &Retention, new: &Retention) {
        let ages = (old.majority_age, new.majority_age);
        self.number("retention", "age at which a child comes of age", ages, true, true);
        let named = |retention: &Retention, name: &str| retention.rules.iter().find(|rule| rule.name == name).cloned();
        for rule in &old.rules {
            let place = format!("retention rule {}", rule.name);
            match named(new, &rule.name) {
                None => self.add(place, ChangeKind::Other, false, "the rule is no longer there"),
                Some(after) => self.retention_rule(&place, rule, &after),
            }
        }
        for rule in new.rules.iter().filter(|rule| named(old, &rule.name).is_none()) {
            let text = format!("new: {}", period(rule));
            self.add(format_args!("retention rule {}", rule.name), ChangeKind::Other, false, text);
        }
        let order = |rules: &[RetentionRule]| rules.iter().map(|rule| rule.name.clone()).collect::<Vec<_>>();
        let (before, after) = (order(&old.rules), order(&new.rules));
        if before != after && before.iter().collect::<BTreeSet<_>>() == after.iter().collect() {
            self.add("retention", ChangeKind::Other, false, "the rules stand in another order");
        }
    }

    fn retention_rule(&mut self, place: &str, before: &RetentionRule, after: &RetentionRule) {
        let months = |rule: &RetentionRule| rule.years * 12 + rule.months;
        if (&before.harm, &before.outcomes) != (&after.harm, &after.outcomes) {
            self.add(place, ChangeKind::Other, false, "is for other cases than before");
        }
        if (before.from, months(before)) != (after.from, months(after)) {
            // Erasing sooner cannot be made good.
            let kind = if months(after) < months(before) || after.from < before.from {
                ChangeKind::Wider
            } else {
                ChangeKind::Other
            };
            self.add(place, kind, true, format_args!("{} becomes {}", period(before), period(after)));
        }
        if (&before.en, &before.km) != (&after.en, &after.km) {
            self.add(place, ChangeKind::Other, false, "has another label");
        }
    }

    fn role(&mut self, before: &Role, after: &Role) {
        let place = place_of(before);
        if (&before.en, &before.km) != (&after.en, &after.km) {
            self.add(&place, ChangeKind::Other, false, "has another label");
        }
        for compartment in Compartment::ALL.iter().filter(|compartment| **compartment != Compartment::Roster) {
            let (from, to) = (before.reach(*compartment), after.reach(*compartment));
            if from != to {
                let kind = if to > from { ChangeKind::Wider } else { ChangeKind::Narrower };
                let text = format!("{compartment}: {from} becomes {to}");
                self.add(&place, kind, is_dangerous_reach(*compartment, to), text);
            }
        }
        let names = |role: &Role| role.actions.iter().map(ToString::to_string).collect::<Vec<_>>();
        let dangerous = |name: &str| Action::from_name(name).is_some_and(is_dangerous);
        self.list(&place, "may", (&names(before), &names(after)), dangerous);
        let purposes = (before.purposes.as_slice(), after.purposes.as_slice());
        self.list(&place, "may state the purpose", purposes, |_| false);
        for measure in Measure::ALL {
            self.limits(&place, *measure, before.limits(), after.limits());
        }
    }

    fn limits(&mut self, place: &str, measure: Measure, before: &Limits, after: &Limits) {
        for effect in Effect::ALL {
            let at = |limits: &Limits| limits.of(measure).find(|step| step.effect == *effect).map(|step| step.at);
            let (text, kind) = match (at(before), at(after)) {
                (Some(from), Some(to)) if from < to => (format!("from {from} to {to}"), ChangeKind::Wider),
                (Some(from), Some(to)) if from > to => (format!("from {from} to {to}"), ChangeKind::Narrower),
                (Some(from), None) => (format!("no longer, was at {from}"), ChangeKind::Wider),
                (None, Some(to)) => (format!("new, at {to}"), ChangeKind::Narrower),
                _ => continue,
            };
            self.add(place, kind, true, format_args!("limit {measure}, {effect}: {text}"));
        }
    }

    fn new_role(&mut self, role: &Role) {
        let place = place_of(role);
        let reaches: Vec<_> = role.reaches().map(|(compartment, reach)| format!("{compartment} {reach}")).collect();
        let actions: Vec<_> = role.actions.iter().map(|action| action.name()).collect();
        let or_nothing = |text: String| if text.is_empty() { String::from("nothing") } else { text };
        let (reaches_text, actions_text) = (or_nothing(reaches.join(", ")), or_nothing(actions.join(", ")));
        let dangerous = role.reaches().any(|(compartment, reach)| is_dangerous_reach(compartment, reach))
            || role.actions.iter().any(|action| is_dangerous(*action));
        let text = format!("new; reaches {reaches_text}; may {actions_text}");
        self.add(place, ChangeKind::Wider, dangerous, text);
    }

    /// What stands in one of two lists and not in the other.
    fn list(&mut self, place: &str, verb: &str, (old, new): (&[String], &[String]), dangerous: impl Fn(&str) -> bool) {
        for word in new.iter().filter(|word| !old.contains(word)) {
            self.add(place, ChangeKind::Wider, dangerous(word), format_args!("now {verb} {word}"));
        }
        for word in old.iter().filter(|word| !new.contains(word)) {
            self.add(place, ChangeKind::Narrower, false, format_args!("no longer {verb} {word}"));
        }
    }
}

fn place_of(role: &Role) -> String {
    format!("role {}", role.name)
}

fn period(rule: &RetentionRule) -> String {
    match rule.months {
        0 => format!("{} years from {}", rule.years, rule.from),
        months => format!("{} years and {months} months from {}", rule.years, rule.from),
    }
}

fn is_dangerous_reach(compartment: Compartment, reach: Reach) -> bool {
    let matters = is_of_cases(compartment) && compartment != Compartment::Operations
        || matches!(compartment, Compartment::Search | Compartment::Oversight);
    reach.reads() && matters
}

fn is_dangerous(action: Action) -> bool {
    use Action::{
        Assign, BreakGlass, Disclose, Erase, Export, ExportLog, HandOver, OverrideConsent, ReadLog, Restore,
        SearchAcrossUnits, SetSensitivity, Share,
    };
    action.is_custodial()
        || matches!(
            action,
            Assign
                | HandOver
                | Share
                | SetSensitivity
                | SearchAcrossUnits
                | BreakGlass
                | Erase
                | Disclose
                | OverrideConsent
                | Export
                | ReadLog
                | ExportLog
                | Restore
        )
}
