//! What makes an access policy safe to put in force. Every rule has an error of its own.
//!
//! [`rules`] is asked of every reader as well, for policies that stand in a roster for ever: within a format it never becomes
//! stricter or looser (ADR 0045). What is to be asked of new policies only belongs into [`vocabulary`].

use std::collections::BTreeSet;

use super::role::is_of_cases;
use super::{
    AccessPolicy, Action, CUSTODIAN, FOUNDER, HOST_ADMINISTRATOR, MAX_ROLES, Measure, PolicyError, Reach, Role,
    RoleName, Sensitivity,
};
use crate::model::{Compartment, Text, code_lists};

/// The HL7 purpose of an emergency.
const EMERGENCY: &str = "BTG";

/// Longest label, in characters.
const LONGEST_LABEL: usize = 100;

/// All rules that hold whatever code lists a program has.
pub(super) fn rules(policy: &AccessPolicy) -> Result<(), PolicyError> {
    if policy.roles.len() > MAX_ROLES {
        return Err(PolicyError::TooLarge);
    }
    numbers(policy)?;
    names(policy)?;
    policy.roles.iter().try_for_each(role)?;
    custodians(policy)?;
    emergency(policy)?;
    sensitivities(policy)?;
    second_persons(policy)?;
    retention(policy)?;
    log_is_read(policy)
}

/// Whether purposes and codes are in the code lists of this program: asked of whoever writes a policy.
pub(super) fn vocabulary(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let known = |lists: &[&str], code: &str| {
        lists.iter().any(|name| code_lists().list(name).is_some_and(|list| list.entry(code).is_some()))
    };
    for role in &policy.roles {
        if let Some(code) = role.purposes.iter().find(|code| !known(&["cp_purpose", "hl7_purpose"], code)) {
            return Err(PolicyError::UnknownPurpose { role: role.name.clone(), code: shortened(code) });
        }
    }
    for rule in &policy.retention.rules {
        let harm = rule.harm.iter().find(|code| !known(&["harm_form", "harm_group"], code));
        let outcome = rule.outcomes.iter().find(|code| !known(&["legal_outcome"], code));
        if let Some(code) = harm.or(outcome) {
            return Err(PolicyError::RetentionCode { rule: rule.name.clone(), code: shortened(code) });
        }
    }
    Ok(())
}

fn numbers(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let (emergency, sign_in, night) = (&policy.emergency, &policy.sign_in, policy.night);
    let shares = i64::from(policy.recovery.shares);
    let version = i64::try_from(policy.version).unwrap_or(i64::MAX);
    let offset = i64::from(night.utc_offset_minutes);
    for (place, number, least, most) in [
        ("version", version, 1, i64::from(u32::MAX)),
        ("custodians.needed", policy.custodians_needed.into(), 1, 16),
        ("recovery.shares", shares, 2, 16),
        ("recovery.needed", policy.recovery.needed.into(), 2, shares),
        ("emergency.review_within_hours", emergency.review_within_hours.into(), 1, 24 * 31),
        ("emergency.open_for_hours", emergency.open_for_hours.into(), 1, 24 * 7),
        ("unusual.night_from_hour", night.from_hour.into(), 0, 23),
        ("unusual.night_to_hour", night.to_hour.into(), 0, 23),
        ("unusual.utc_offset_minutes", offset, -14 * 60, 14 * 60),
        ("unusual.slow_seconds", policy.slow_seconds.into(), 1, 600),
        ("sign_in.idle_minutes", sign_in.idle_minutes.into(), 1, 120),
        ("sign_in.session_hours", sign_in.session_hours.into(), 1, 24),
        ("sign_in.free_attempts", sign_in.free_attempts.into(), 1, 20),
        ("sign_in.first_delay_seconds", sign_in.first_delay_seconds.into(), 1, 3600),
        (
            "sign_in.longest_delay_seconds",
            sign_in.longest_delay_seconds.into(),
            sign_in.first_delay_seconds.into(),
            86_400,
        ),
        ("retention.majority_age", policy.retention.majority_age.into(), 15, 25),
    ] {
        number_in(place, number, least, most)?;
    }
    Ok(())
}

fn number_in(place: &str, number: i64, least: i64, most: i64) -> Result<(), PolicyError> {
    if (least..=most).contains(&number) {
        Ok(())
    } else {
        Err(PolicyError::Number { place: place.to_owned(), least, most })
    }
}

fn names(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let mut seen = BTreeSet::new();
    for role in &policy.roles {
        if role.name.as_str() == FOUNDER {
            return Err(PolicyError::BuiltIn(role.name.clone()));
        }
        if !seen.insert(&role.name) {
            return Err(PolicyError::DuplicateRole(role.name.clone()));
        }
    }
    Ok(())
}

fn role(role: &Role) -> Result<(), PolicyError> {
    let place = || format!("role {}", role.name);
    labels(place, &role.en, &role.km)?;
    no_duplicate(place, role.actions.iter().map(|action| action.name()))?;
    no_duplicate(place, role.purposes.iter().map(String::as_str))?;
    if let Some((compartment, _)) = role.reaches().find(|(compartment, reach)| !makes_sense(*compartment, *reach)) {
        return Err(PolicyError::Reach { role: role.name.clone(), compartment });
    }
    let acts = role.reaches().next().is_some() || !role.actions.is_empty() || !role.purposes.is_empty();
    if acts && !role.reach(Compartment::Oversight).writes() {
        return Err(PolicyError::NoLog(role.name.clone()));
    }
    for action in &role.actions {
        if let Some(needed) = action.needs().first()
            && !action.needs().iter().any(|compartment| role.reach(*compartment).reads())
        {
            return Err(PolicyError::ActionNeedsReach { role: role.name.clone(), action: *action, needed: *needed });
        }
    }
    limits(role)
}

fn makes_sense(compartment: Compartment, reach: Reach) -> bool {
    match compartment {
        Compartment::Roster => false,
        // Its keys make tokens and find them: there is no half of them.
        Compartment::Search => reach == Reach::Unit,
        other => is_of_cases(other) || reach != Reach::Case,
    }
}

fn limits(role: &Role) -> Result<(), PolicyError> {
    for measure in Measure::ALL {
        let steps: Vec<_> = role.limits.of(*measure).collect();
        for step in &steps {
            number_in(&format!("role {}, {measure}", role.name), step.at.into(), 1, 1_000_000)?;
        }
        if steps.windows(2).any(|pair| pair[0].at >= pair[1].at || pair[0].effect >= pair[1].effect) {
            return Err(PolicyError::Limit { role: role.name.clone(), measure: *measure });
        }
    }
    let reads_cases = role.reaches().any(|(compartment, reach)| is_of_cases(compartment) && reach.reads());
    let mut wanted = Vec::new();
    if reads_cases {
        wanted.extend([Measure::ReadsPerDay, Measure::RecordsPerHour]);
    }
    if role.may(Action::SearchAcrossUnits) {
        wanted.push(Measure::SearchesAcrossUnitsPerHour);
    }
    match wanted.into_iter().find(|measure| role.limits.of(*measure).next().is_none()) {
        None => Ok(()),
        Some(measure) => Err(PolicyError::Unlimited { role: role.name.clone(), measure }),
    }
}

fn custodians(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let custodian = policy.role(CUSTODIAN).ok_or(PolicyError::NoCustodian)?;
    if !custodian.may(Action::ManageMembers) || !custodian.may(Action::ManagePolicy) {
        return Err(PolicyError::NoCustodian);
    }
    for role in &policy.roles {
        let named = [CUSTODIAN, HOST_ADMINISTRATOR].contains(&role.name.as_str());
        let manages = named || role.actions.iter().any(|action| action.is_custodial());
        let read = role.reaches().find(|(_, reach)| reach.reads());
        if let (true, Some((compartment, _))) = (manages, read) {
            return Err(PolicyError::CustodianReads { role: role.name.clone(), compartment });
        }
        let watches = role.reach(Compartment::Oversight).reads();
        let identity = role.reach(Compartment::Identity).reads() || role.may(Action::BreakGlass);
        if watches && identity {
            return Err(PolicyError::OversightAndIdentity(role.name.clone()));
        }
    }
    Ok(())
}

fn emergency(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let compartments = &policy.emergency.compartments;
    if let Some(other) = compartments.iter().find(|compartment| !is_of_cases(**compartment)) {
        return Err(PolicyError::EmergencyCompartment(*other));
    }
    no_duplicate(|| String::from("emergency"), compartments.iter().map(|compartment| compartment.name()))?;
    for role in &policy.roles {
        let breaks_glass = role.may(Action::BreakGlass);
        if breaks_glass != role.lists_purpose(EMERGENCY) {
            return Err(PolicyError::EmergencyPurpose(role.name.clone()));
        }
        if breaks_glass && !policy.roles_that_may(Action::Review).any(|other| other.name != role.name) {
            return Err(PolicyError::NobodyReviews(role.name.clone()));
        }
    }
    Ok(())
}

fn sensitivities(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let open = |level| {
        let rule = policy.sensitivity(level);
        [rule.unit_reach, rule.searchable, rule.break_glass]
    };
    for pair in Sensitivity::ALL.windows(2) {
        if open(pair[0]).iter().zip(open(pair[1])).any(|(looser, stricter)| stricter && !looser) {
            return Err(PolicyError::Sensitivity(pair[1]));
        }
    }
    if open(Sensitivity::Sealed).contains(&true) {
        return Err(PolicyError::Sensitivity(Sensitivity::Sealed));
    }
    Ok(())
}

fn second_persons(policy: &AccessPolicy) -> Result<(), PolicyError> {
    no_duplicate(|| String::from("second_person"), policy.second_persons.iter().map(|rule| rule.action.name()))?;
    for rule in &policy.second_persons {
        no_duplicate(|| format!("second_person {}", rule.action), rule.roles.iter().map(RoleName::as_str))?;
        let known = rule.roles.iter().all(|name| policy.role(name.as_str()).is_some());
        if !known || rule.roles.is_empty() || !Action::BY_TWO.contains(&rule.action) {
            return Err(PolicyError::SecondPerson { action: rule.action });
        }
    }
    let alone = |action: &&Action| {
        policy.roles_that_may(**action).next().is_some() && policy.second_person(**action).is_empty()
    };
    match Action::NEVER_ALONE.iter().find(alone) {
        None => Ok(()),
        Some(action) => Err(PolicyError::SecondPerson { action: *action }),
    }
}

fn retention(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let rules = &policy.retention.rules;
    no_duplicate(|| String::from("retention"), rules.iter().map(|rule| rule.name.as_str()))?;
    for rule in rules {
        RoleName::parse(&rule.name)?;
        let place = || format!("retention rule {}", rule.name);
        labels(place, &rule.en, &rule.km)?;
        no_duplicate(place, rule.harm.iter().map(String::as_str))?;
        no_duplicate(place, rule.outcomes.iter().map(String::as_str))?;
        number_in(&place(), rule.years.into(), 0, 100)?;
        number_in(&place(), rule.months.into(), 0, 11)?;
        number_in(&place(), i64::from(rule.years) * 12 + i64::from(rule.months), 1, 1200)?;
    }
    let last = rules.last().is_some_and(super::RetentionRule::is_default);
    if last && rules.iter().filter(|rule| rule.is_default()).count() == 1 {
        Ok(())
    } else {
        Err(PolicyError::RetentionDefault)
    }
}

fn log_is_read(policy: &AccessPolicy) -> Result<(), PolicyError> {
    let reads = |role: &Role| role.may(Action::ReadLog) && role.may(Action::ExportLog);
    if policy.roles.iter().any(reads) { Ok(()) } else { Err(PolicyError::NobodyReadsLog) }
}

fn labels(place: impl Fn() -> String, en: &str, km: &str) -> Result<(), PolicyError> {
    let good = |text: &str| Text::new(text).is_ok() && !text.contains(['\n', '\t']) && text == text.trim();
    let short = |text: &str| text.chars().count() <= LONGEST_LABEL;
    if [en, km].iter().all(|text| good(text) && short(text)) {
        Ok(())
    } else {
        Err(PolicyError::Label { place: place() })
    }
}

fn no_duplicate<'a>(place: impl Fn() -> String, words: impl IntoIterator<Item = &'a str>) -> Result<(), PolicyError> {
    let mut seen = BTreeSet::new();
    match words.into_iter().find(|word| !seen.insert(*word)) {
        None => Ok(()),
        Some(word) => Err(PolicyError::Duplicate { place: place(), word: shortened(word) }),
    }
}

fn shortened(word: &str) -> String {
    word.chars().take(64).collect()
}
