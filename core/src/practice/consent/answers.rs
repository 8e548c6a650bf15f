//! What child, guardians and court have said so far about a purpose: the newest answer of each counts.

use super::{Answers, ConsentRules, Disclosure, PurposeRule};
use crate::id::RecordId;
use crate::model::Timestamp;
use crate::model::records::Consent;

const DAY: i64 = 86_400_000;

/// An answer, as it stands now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Said<'a> {
    /// Nobody asked.
    Nothing,
    Yes(RecordId, &'a Consent),
    No,
    TookBack,
    Undecided,
    Expired,
}

/// The answers about one purpose.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    pub(super) child: Said<'a>,
    /// Whether the child's answer is that of one who decides alone.
    pub(super) child_alone: bool,
    /// Guardians who may decide, one answer for each.
    pub(super) guardians: Vec<Said<'a>>,
    /// A guardian agreed who may be involved.
    pub(super) conflicted_yes: bool,
    /// A guardian agreed of whom nobody has said whether they may be involved.
    pub(super) unchecked_yes: bool,
    pub(super) court: Said<'a>,
}

impl<'a> Standing<'a> {
    pub(super) fn of(
        answers: &Answers<'a>,
        disclosure: &Disclosure,
        rule: &PurposeRule,
        rules: &ConsentRules,
        at: Timestamp,
    ) -> Self {
        let given = current(answers, disclosure, at);
        let by = |givers: &[&str]| -> Vec<(RecordId, &'a Consent)> {
            let of = |consent: &Consent| code(consent.giver.as_ref().map(|giver| giver.code().as_str()), givers);
            given.iter().copied().filter(|(_, consent)| of(consent)).collect()
        };
        let newest = |given: &[(RecordId, &'a Consent)]| newest(given, rule, at);
        let child = by(&["child_assent", "child_alone_mature"]);
        let alone = newest_of(&child).is_some_and(|(_, consent)| {
            code(consent.giver.as_ref().map(|giver| giver.code().as_str()), &["child_alone_mature"])
        });
        let mut standing = Self {
            child: newest(&child),
            child_alone: alone,
            guardians: Vec::new(),
            conflicted_yes: false,
            unchecked_yes: false,
            court: newest(&by(&["court"])),
        };
        let guardians = by(&["guardian"]);
        let mut named: Vec<_> = guardians.iter().map(|(_, consent)| consent.guardian).collect();
        named.sort_unstable();
        named.dedup();
        for guardian in named {
            let own: Vec<_> = guardians.iter().copied().filter(|(_, consent)| consent.guardian == guardian).collect();
            standing.add_guardian(&own, newest(&own), answers, rules);
        }
        standing
    }

    fn add_guardian(
        &mut self,
        own: &[(RecordId, &'a Consent)],
        said: Said<'a>,
        answers: &Answers<'a>,
        rules: &ConsentRules,
    ) {
        let conflict = |consent: &Consent, list: &[String]| {
            let found = consent.guardian_conflict.as_ref().map_or("unknown", |conflict| conflict.code().as_str());
            list.iter().any(|code| code == found)
        };
        // Whoever was once seen to be in conflict stays so until a newer record of them says otherwise.
        let newest = newest_of(own).map(|(_, consent)| consent);
        let suspect = own.iter().any(|(_, consent)| consent.guardian.is_some_and(|id| answers.suspects.contains(&id)));
        let last = newest.and_then(|consent| last_of_guardian(answers, consent.guardian));
        let bars = |consent: &Consent| conflict(consent, &rules.barred_conflicts);
        let barred = suspect || newest.is_some_and(bars) || last.is_some_and(bars);
        let unclear = newest.is_some_and(|consent| conflict(consent, &rules.unclear_conflicts));
        match said {
            Said::Yes(..) if barred => self.conflicted_yes = true,
            Said::Yes(..) if unclear => self.unchecked_yes = true,
            _ if barred => {}
            said => self.guardians.push(said),
        }
    }
}

/// Whether the child has ever said that this recipient must not know, in an answer that no newer one replaced.
pub(super) fn is_withheld(answers: &Answers<'_>, recipient: &str) -> bool {
    // What the child said about another purpose may replace it: whom to keep it from is asked once.
    let of_child: Vec<_> = answers.consents.iter().filter(|(_, consent)| giver(consent) == Giver::Child).collect();
    let known = of_child.iter().filter(|(id, _)| !answers.of_several.contains(id));
    let replaced: Vec<_> = known.filter_map(|(id, consent)| replaced_by(*id, consent)).collect();
    let of_child = of_child.into_iter().filter(|(id, _)| !replaced.contains(id));
    of_child.flat_map(|(_, consent)| &consent.withhold_from).any(|name| same(name.as_str(), recipient))
}

/// Whether two texts name the same recipient: case and spaces do not matter.
pub(super) fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(one) == plain(other)
}

/// Records about the purpose that were not replaced. A yes counts from the moment for which it was given, and only if it is
/// known whose it is; whatever is no yes counts from when it is there.
fn current<'a>(answers: &Answers<'a>, disclosure: &Disclosure, at: Timestamp) -> Vec<(RecordId, &'a Consent)> {
    let concerns = |id: &RecordId, consent: &Consent| {
        let purpose = consent.purpose.as_ref().is_some_and(|purpose| purpose.code().as_str() == disclosure.purpose);
        // An answer about another service says nothing about this one.
        let service = match (&consent.service, &disclosure.service) {
            (Some(asked), Some(wanted)) => asked.code().as_str() == wanted,
            _ => true,
        };
        // A device may be set to local time and write it as UTC: what is no yes is not waited for.
        let begun = || moment(consent).is_none_or(|moment| moment <= at) && !answers.of_several.contains(id);
        purpose && service && (!agrees(consent) || begun())
    };
    let all = answers.consents.iter().map(|(id, consent)| (*id, consent));
    let found: Vec<_> = all.filter(|(id, consent)| concerns(id, consent)).collect();
    // A no is replaced by whoever said it, about the same; a yes by anything that names it.
    let is_replaced = |old: RecordId, of: &Consent| {
        let takes_back = |id: &RecordId, by: &Consent| agrees(of) || (concerns(id, by) && giver(by) == giver(of));
        answers.consents.iter().any(|(id, by)| replaced_by(*id, by) == Some(old) && takes_back(id, by))
    };
    found.iter().copied().filter(|(id, consent)| !is_replaced(*id, consent)).collect()
}

/// The last answer of a guardian about anything, also one that is no yes here: for later, or of one among several children.
/// What it says of the guardian counts.
fn last_of_guardian<'a>(answers: &Answers<'a>, guardian: Option<RecordId>) -> Option<&'a Consent> {
    let whose = Giver::Guardian(Some(guardian?));
    let replaced = |id| answers.consents.iter().any(|(by, consent)| replaced_by(*by, consent) == Some(id));
    let all = answers.consents.iter().map(|(id, consent)| (*id, consent));
    let own: Vec<_> = all.filter(|(id, consent)| giver(consent) == whose && !replaced(*id)).collect();
    newest_of(&own).map(|(_, consent)| consent)
}

/// The answer that this one replaces.
fn replaced_by(id: RecordId, consent: &Consent) -> Option<RecordId> {
    consent.supersedes.filter(|old| *old != id)
}

/// Who answers, as far as one may take back what another said.
#[derive(Debug, PartialEq, Eq)]
enum Giver<'a> {
    Child,
    Guardian(Option<RecordId>),
    Other(Option<&'a str>),
}

fn giver(consent: &Consent) -> Giver<'_> {
    match consent.giver.as_ref().map(|giver| giver.code().as_str()) {
        Some("child_assent" | "child_alone_mature") => Giver::Child,
        Some("guardian") => Giver::Guardian(consent.guardian),
        other => Giver::Other(other),
    }
}

/// When an answer was given or taken back.
fn moment(consent: &Consent) -> Option<Timestamp> {
    consent.given_at.max(consent.withdrawn_at)
}

/// The newest; of several at the same moment, one that is no yes. One that is no yes and has no date may be newer than all.
fn newest_of<'a>(given: &[(RecordId, &'a Consent)]) -> Option<(RecordId, &'a Consent)> {
    let undated = |consent: &Consent| !agrees(consent) && moment(consent).is_none();
    given.iter().copied().max_by_key(|(id, consent)| (undated(consent), moment(consent), !agrees(consent), *id))
}

fn newest<'a>(given: &[(RecordId, &'a Consent)], rule: &PurposeRule, at: Timestamp) -> Said<'a> {
    let Some((id, consent)) = newest_of(given) else { return Said::Nothing };
    let decision = consent.decision.as_ref().map(|decision| decision.code().as_str());
    match decision {
        _ if consent.withdrawn_at.is_some() => Said::TookBack,
        Some("withdrawn") => Said::TookBack,
        Some("refused") => Said::No,
        _ if !agrees(consent) => Said::Undecided,
        _ if !holds(consent, rule, at) => Said::Expired,
        _ => Said::Yes(id, consent),
    }
}

fn agrees(consent: &Consent) -> bool {
    let decision = consent.decision.as_ref().map(|decision| decision.code().as_str());
    code(decision, &["agreed", "partly"]) && consent.withdrawn_at.is_none()
}

/// Whether an answer still holds. One that says neither when it was given nor until when it holds does not.
fn holds(consent: &Consent, rule: &PurposeRule, at: Timestamp) -> bool {
    if let Some(until) = consent.valid_until {
        let (until, today) = (until.to_text(), at.to_text());
        let until = until.trim_end_matches('~');
        return today.get(..until.len()).is_some_and(|today| today <= until);
    }
    let age = |given: Timestamp| at.milliseconds() - given.milliseconds();
    consent.given_at.is_some_and(|given| age(given) <= i64::from(rule.valid_days) * DAY)
}

fn code(found: Option<&str>, wanted: &[&str]) -> bool {
    found.is_some_and(|found| wanted.contains(&found))
}
