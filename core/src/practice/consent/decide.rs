//! The decision: every refusal is found, and a ground stands against those that it can stand against.

use super::answers::{Said, Standing, is_withheld, same};
use super::{Answers, ConsentError, ConsentRules, Disclosure, Need, Override, PurposeRule, RecipientRule};
use crate::id::RecordId;
use crate::model::records::Consent;
use crate::model::{Timestamp, catalogue};

/// On what a disclosure rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// On these answers, ascending.
    Consent(Vec<RecordId>),
    /// On a ground, against these refusals.
    Ground {
        /// The ground.
        ground: String,
        /// What it goes against: never empty.
        despite: Vec<ConsentError>,
    },
}

/// Whether these fields may be told to this recipient at this moment.
///
/// # Errors
/// The first [`ConsentError`] that stands in the way. With `without_consent`, only one that no ground can stand against.
pub fn decide(
    disclosure: &Disclosure,
    answers: &Answers<'_>,
    without_consent: Option<&Override>,
    rules: &ConsentRules,
    at: Timestamp,
) -> Result<Basis, ConsentError> {
    let purpose = rules.purpose(&disclosure.purpose);
    let purpose = purpose.ok_or(ConsentError::UnknownPurpose)?;
    let recipient = rules.recipient(&disclosure.recipient_kind);
    let recipient = recipient.ok_or(ConsentError::UnknownRecipient)?;
    check_limits(disclosure, purpose, recipient)?;
    let (agreed, refusals) = judge(disclosure, answers, purpose, rules, at);
    match (refusals.first(), without_consent) {
        (None, _) => Ok(Basis::Consent(agreed)),
        (Some(first), None) => Err(first.clone()),
        (Some(_), Some(stated)) => {
            let ground = check_ground(stated, recipient, rules)?;
            Ok(Basis::Ground { ground, despite: refusals })
        }
    }
}

/// What no consent and no ground changes.
fn check_limits(disclosure: &Disclosure, purpose: &PurposeRule, recipient: &RecipientRule) -> Result<(), ConsentError> {
    if !recipient.purposes.contains(&purpose.code) {
        let (recipient, purpose) = (recipient.code.clone(), purpose.code.clone());
        return Err(ConsentError::PurposeNotForRecipient { recipient, purpose });
    }
    if disclosure.recipient.trim().is_empty() || disclosure.fields.is_empty() {
        return Err(ConsentError::Nothing);
    }
    for path in &disclosure.fields {
        let (_, field) = catalogue().field(path).ok_or(ConsentError::UnknownField)?;
        if !recipient.may_be_told(path, field) {
            let (recipient, field) = (recipient.code.clone(), path.clone());
            return Err(ConsentError::FieldNotForRecipient { recipient, field });
        }
    }
    Ok(())
}

fn check_ground(stated: &Override, recipient: &RecipientRule, rules: &ConsentRules) -> Result<String, ConsentError> {
    let code = stated.ground.code().as_str();
    let ground = rules.grounds().iter().find(|ground| ground.code == code);
    let ground = ground.ok_or(ConsentError::UnknownGround)?;
    if ground.recipients.contains(&recipient.code) {
        Ok(ground.code.clone())
    } else {
        let (ground, recipient) = (ground.code.clone(), recipient.code.clone());
        Err(ConsentError::GroundNotForRecipient { ground, recipient })
    }
}

/// The answers that carry the disclosure, and everything that stands against it. The child comes first.
fn judge(
    disclosure: &Disclosure,
    answers: &Answers<'_>,
    purpose: &PurposeRule,
    rules: &ConsentRules,
    at: Timestamp,
) -> (Vec<RecordId>, Vec<ConsentError>) {
    let standing = Standing::of(answers, disclosure, purpose, rules, at);
    let (mut agreed, mut refusals) = (Vec::new(), Vec::new());
    let mut rely_on = |said: &Said<'_>, refusals: &mut Vec<ConsentError>| {
        if let Said::Yes(id, consent) = said {
            refusals.extend(uncovered(consent, disclosure, purpose));
            agreed.push(*id);
        }
    };
    refusals.extend(refusal_of_child(&standing.child, purpose));
    rely_on(&standing.child, &mut refusals);
    if is_withheld(answers, &disclosure.recipient) {
        refusals.push(ConsentError::Withheld);
    }
    match &standing.court {
        Said::Yes(..) => rely_on(&standing.court, &mut refusals),
        Said::No => refusals.push(ConsentError::CourtRefused),
        _ => match guardian(&standing, purpose) {
            Ok(Some(said)) => rely_on(said, &mut refusals),
            Ok(None) => {}
            Err(refusal) => refusals.push(refusal),
        },
    }
    agreed.sort_unstable();
    (agreed, refusals)
}

fn refusal_of_child(said: &Said<'_>, purpose: &PurposeRule) -> Option<ConsentError> {
    match said {
        Said::Yes(..) => None,
        Said::No => Some(ConsentError::ChildRefused),
        Said::TookBack => Some(ConsentError::ChildWithdrew),
        _ if purpose.child == Need::NotNeeded => None,
        Said::Nothing => Some(ConsentError::ChildNotAsked),
        Said::Undecided => Some(ConsentError::ChildUndecided),
        Said::Expired => Some(ConsentError::ChildExpired),
    }
}

/// The guardian's yes that counts; none if none is needed.
fn guardian<'s, 'a>(standing: &'s Standing<'a>, purpose: &PurposeRule) -> Result<Option<&'s Said<'a>>, ConsentError> {
    let any = |wanted: fn(&Said<'_>) -> bool| standing.guardians.iter().find(|said| wanted(said));
    if any(|said| matches!(said, Said::No)).is_some() {
        return Err(ConsentError::GuardianRefused);
    }
    if any(|said| matches!(said, Said::TookBack)).is_some() {
        return Err(ConsentError::GuardianWithdrew);
    }
    let alone = standing.child_alone && matches!(standing.child, Said::Yes(..));
    if purpose.guardian == Need::NotNeeded || (purpose.guardian == Need::OrMatureChild && alone) {
        return Ok(None);
    }
    if let Some(said) = any(|said| matches!(said, Said::Yes(..))) {
        return Ok(Some(said));
    }
    Err(if any(|said| matches!(said, Said::Undecided)).is_some() {
        ConsentError::GuardianUndecided
    } else if any(|said| matches!(said, Said::Expired)).is_some() {
        ConsentError::GuardianExpired
    } else if standing.unchecked_yes {
        ConsentError::GuardianNotChecked
    } else if standing.conflicted_yes {
        ConsentError::GuardianInConflict
    } else {
        ConsentError::GuardianNotAsked
    })
}

/// What of a disclosure an agreement does not reach.
fn uncovered(consent: &Consent, disclosure: &Disclosure, purpose: &PurposeRule) -> Vec<ConsentError> {
    let mut refusals = Vec::new();
    if disclosure.service.is_some() && consent.service.is_none() {
        refusals.push(ConsentError::ServiceNotCovered);
    }
    if !purpose.fields {
        return refusals;
    }
    if !consent.recipients.iter().any(|name| same(name.as_str(), &disclosure.recipient)) {
        refusals.push(ConsentError::RecipientNotCovered);
    }
    let covers = |path: &str, scope: &str| {
        scope == path
            || scope.strip_suffix(".*").is_some_and(|kind| path.split_once('.').is_some_and(|(of, _)| of == kind))
    };
    let missing = disclosure
        .fields
        .iter()
        .filter(|path| !purpose.implied.contains(path))
        .filter(|path| !consent.scope_fields.iter().any(|scope| covers(path, scope.as_str().trim())));
    refusals.extend(missing.map(|path| ConsentError::FieldNotCovered(path.clone())));
    refusals
}
