//! What an answer of a service changes in a referral. The vault's clock counts; that of the service is only bounded by it.

use super::{HOUR, Mover, ReferralError, referral_rules, status};
use crate::access::packet::ReferralAnswer;
use crate::model::records::{DeclineReason, Referral, ReferralStatus};
use crate::model::{CodeListName, Coded, Narrative, PartialDate, Text, Timestamp, code_lists};

/// The referral after a service has answered, taken in at `now`.
///
/// # Errors
/// [`ReferralError`]: the answer moves the referral nowhere, or says something that is in no list.
pub fn answered(referral: &Referral, answer: &ReferralAnswer, now: Timestamp) -> Result<Referral, ReferralError> {
    referral_rules().transition(status(referral), &answer.state, Mover::Provider)?;
    let mut after = referral.clone();
    after.status = Some(coded(&answer.state)?);
    if let Some(outcome) = &answer.outcome {
        after.outcome = Some(coded(outcome)?);
    }
    if let Some(reason) = &answer.decline_reason {
        after.decline_reason = Some(coded(reason)?);
    } else if answer.state == "rejected" {
        after.decline_reason = Some(coded("not_stated")?);
    }
    if let Some(appointment) = answer.appointment_at {
        after.appointment_at = Some(time(appointment)?);
    }
    let at = within(time(answer.at)?, referral.made_at, now);
    if after.received_at.is_none() {
        after.received_at = Some(at);
        after.hours_to_receipt = referral.made_at.map(|made_at| hours_between(made_at, at));
    }
    if after.received_by.is_none() && !answer.by.is_empty() {
        after.received_by = Some(Text::new(&answer.by).map_err(|_| ReferralError::Text)?);
    }
    if !answer.feedback.is_empty() {
        after.provider_feedback = Some(Narrative::new(&answer.feedback).map_err(|_| ReferralError::Text)?);
    }
    if answer.state == "completed" {
        after.completed_on = Some(day(at)?);
    }
    Ok(after)
}

/// The referral after the station has moved it.
///
/// # Errors
/// As [`answered`].
pub fn moved(
    referral: &Referral,
    to: &ReferralStatus,
    reason: Option<&DeclineReason>,
) -> Result<Referral, ReferralError> {
    referral_rules().transition(status(referral), to.code().as_str(), Mover::Station)?;
    let mut after = referral.clone();
    after.status = Some(to.clone());
    if let Some(reason) = reason {
        after.decline_reason = Some(reason.clone());
    }
    Ok(after)
}

/// A time that lies neither before the referral nor in the future.
fn within(time: Timestamp, made_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    made_at.map_or(time, |made_at| time.max(made_at)).min(now)
}

fn time(milliseconds: u64) -> Result<Timestamp, ReferralError> {
    let milliseconds = i64::try_from(milliseconds).map_err(|_| ReferralError::Time)?;
    Timestamp::from_milliseconds(milliseconds).map_err(|_| ReferralError::Time)
}

/// The hours from one time to a later one; a begun hour counts.
pub(crate) fn hours_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.milliseconds().saturating_sub(from.milliseconds())).unwrap_or(0).div_ceil(HOUR.unsigned_abs())
}

/// The day of a time, in UTC.
pub(crate) fn day(time: Timestamp) -> Result<PartialDate, ReferralError> {
    let text = time.to_text();
    text.get(..10).and_then(|day| PartialDate::parse(day).ok()).ok_or(ReferralError::Time)
}

fn coded<L: CodeListName>(code: &str) -> Result<Coded<L>, ReferralError> {
    let known = code_lists().list(L::NAME).is_some_and(|list| list.entry(code).is_some());
    let unknown = || ReferralError::UnknownCode(code.to_owned());
    if known { Coded::new(code).map_err(|_| unknown()) } else { Err(unknown()) }
}

#[cfg(test)]
mod tests;
