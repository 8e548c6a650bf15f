//! Break-glass: one case, opened in an emergency by somebody who has no key to it, with an open finding until a second person
//! has reviewed it.

use saferoom::access::policy::RoleName;
use saferoom::access::{Access, AccessError, ReviewOutcome, RosterChange};
use saferoom::keys::{EmergencySecret, Identity};
use saferoom::log::Event;
use saferoom::model::Compartment;
use saferoom::model::records::{Child, Statement};
use saferoom::vault::{EmergencyAccess, Error, Session};

use super::folder::Folder;
use super::need_to_know::{Team, sign_in};
use super::reading::{Example, audit, refused, unexpected};
use super::show;
use super::show::Step;
use crate::console::Console;
use crate::failure::Failure;

/// Which parts opened in the emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    name: bool,
    statement: bool,
}

/// What the standard access policy opens in an emergency: who the child is, and not what the child told.
const EXPECTED: Seen = Seen { name: true, statement: false };

/// [`Step::BreakGlass`].
pub(super) fn by_night(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    team: &Team,
    example: Example<'_>,
) -> Result<(), Failure> {
    show::step(out, Step::BreakGlass, "Break the glass");
    show::say(
        out,
        "It is night, the child is in danger, and the duty officer has no key to the case. An envelope with a second \
         secret opens, together with the officer's own keys, one case and what the access policy names. It needs no \
         network and nobody else; it cannot be done unseen.",
    );
    let (officer, envelope) = duty_officer(folder, founder, session)?;
    out.blank();
    without(out, &officer, example)?;
    let before = session.log_size()?;
    let why = Access::for_purpose("BTG").because("In danger tonight");
    let open = officer.break_glass(example.case.case, &envelope, &why)?;
    let seen = look(&open, example)?;
    judge(seen)?;
    let finding = open.finding();
    open.end()?;
    out.good("with it, and with a reason, the child's name opens, after the entry is on the disk");
    out.good("the statement does not: what the child told is not needed to help tonight");
    show_entries(out, session, before)?;
    review(out, team, &officer, finding)
}

/// Enrols an officer, and lists the second secret that lies in the envelope.
fn duty_officer(folder: &Folder, founder: &Identity, session: &Session) -> Result<(Session, EmergencySecret), Failure> {
    let access = Access::for_purpose("record-management").because("The tour enrols a duty officer");
    let (identity, envelope) = (Identity::generate(), EmergencySecret::generate());
    let (role, unit) = (RoleName::parse("interviewer")?, session.unit().scope());
    session.enrol(&identity.public(), &role, unit, &[founder], &access)?;
    let change = RosterChange::Emergency { member: identity.member(), second: Some(envelope.public()) };
    session.change_roster(change, &[founder], &access)?;
    Ok((sign_in(folder, &identity)?, envelope))
}

/// Without the envelope: an interviewer sees how every case of the unit goes, and neither the child nor what it told.
fn without(out: &Console, officer: &Session, example: Example<'_>) -> Result<(), Failure> {
    let opened = officer.read::<Child>(example.child.child, &Access::for_purpose("forensic-interview"))?;
    let lacks = |compartment| opened.withheld.contains(&compartment);
    let named = opened.record.family_name_latin.is_some() || opened.record.given_name_latin.is_some();
    if named || !lacks(Compartment::Identity) || !lacks(Compartment::Profile) {
        return Err(unexpected("an officer without the case read who the child is"));
    }
    let withheld: Vec<_> = opened.withheld.iter().map(|compartment| compartment.name()).collect();
    out.good(format_args!("without the envelope, the child's record is withheld: {}", withheld.join(", ")));
    Ok(())
}

fn look(open: &EmergencyAccess<&Session>, example: Example<'_>) -> Result<Seen, Failure> {
    let child = open.read::<Child>(example.child.child)?.record;
    let statement = open.read::<Statement>(example.statement)?.record;
    Ok(Seen { name: child.family_name_latin.is_some(), statement: statement.body.is_some() })
}

fn judge(seen: Seen) -> Result<(), Failure> {
    if seen == EXPECTED { Ok(()) } else { Err(unexpected("an emergency opened more, or less, than the policy names")) }
}

fn show_entries(out: &Console, session: &Session, before: u64) -> Result<(), Failure> {
    let mut entries = session.log_entries(before, session.log_size()?, &audit())?;
    entries.retain(|logged| logged.entry.why.as_ref().is_some_and(|why| why.hl7 == "BTG"));
    let count = |event| entries.iter().filter(|logged| logged.entry.event == event).count();
    if (count(Event::BreakGlassStart), count(Event::Read), count(Event::BreakGlassStop)) != (1, 2, 1) {
        return Err(unexpected("an emergency is not in the log"));
    }
    out.blank();
    show::entries(out, &entries);
    Ok(())
}

/// The officer cannot close the finding; the supervisor does.
fn review(out: &Console, team: &Team, officer: &Session, finding: saferoom::id::FindingId) -> Result<(), Failure> {
    let supervise = Access::for_purpose("supervision").because("Review of an emergency");
    let open = team.supervisor().findings(true, &supervise)?;
    let found = open.iter().find(|open| open.id == finding).ok_or_else(|| unexpected("there is no open finding"))?;
    let hours = found.opened.due.saturating_sub(found.opened.at) / 3_600_000;
    out.blank();
    show::say(
        out,
        format!("Each use leaves an open finding, to be reviewed within {hours} hours. The officer tries to close it:"),
    );
    out.blank();
    let justified = ReviewOutcome::Justified;
    match officer.review_finding(finding, justified, "", &Access::for_purpose("forensic-interview")) {
        Err(error @ Error::Access(AccessError::NotAllowed)) => refused(out, &error.into()),
        Err(error) => return Err(error.into()),
        Ok(()) => return Err(unexpected("somebody closed a finding about themselves")),
    }
    team.supervisor().review_finding(finding, justified, "The prosecutor was told that night", &supervise)?;
    if team.supervisor().findings(true, &supervise)?.iter().any(|open| open.id == finding) {
        return Err(unexpected("a reviewed finding is still open"));
    }
    out.blank();
    out.good("the supervisor, a second person, reviews it: the finding is closed, and stays listed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emergency_that_opens_more_or_less_ends_the_tour() {
        judge(EXPECTED).unwrap();
        for wrong in [Seen { name: false, ..EXPECTED }, Seen { statement: true, ..EXPECTED }] {
            assert!(judge(wrong).unwrap_err().text.contains("must not happen"));
        }
    }
}
