//! Who reads what of one case: an interviewer, the unit's supervisor, and an interviewer of another unit. Each signs in with
//! keys of their own, and what is shown is what those keys opened.

use saferoom::access::policy::RoleName;
use saferoom::access::{Access, AccessError};
use saferoom::id::RecordId;
use saferoom::keys::Identity;
use saferoom::model::records::{Case, Child, Statement, Unit};
use saferoom::vault::{Error, Session, Vault};

use super::caseload::{code, text};
use super::folder::Folder;
use super::reading::{Example, audit, refused, unexpected};
use super::show::Step;
use super::{begin, show};
use crate::console::Console;
use crate::failure::Failure;

/// The parts of the case that are looked at: what, and its compartment.
const PARTS: [(&str, &str); 4] = [
    ("what is alleged", "offence"),
    ("the child's name", "identity"),
    ("the child's sex", "profile"),
    ("the statement", "narrative"),
];

/// What an interviewer, a supervisor and somebody of another unit have to read of [`PARTS`].
const EXPECTED: [[bool; 4]; 3] = [[true; 4], [true, true, true, false], [false; 4]];

/// Those who came: their keys, and the sessions in which they read.
pub(super) struct Team {
    interviewer: Identity,
    readers: [Session; 3],
}

/// What one reader saw: which parts opened, and the first refusal.
#[derive(Debug, Default)]
struct Seen {
    opened: [bool; 4],
    refused: Option<Error>,
}

/// [`Step::NeedToKnow`]. `founder` is the only custodian, and signs alone.
pub(super) fn by_key(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    example: Example<'_>,
) -> Result<Team, Failure> {
    show::step(out, Step::NeedToKnow, "Need-to-know");
    show::say(
        out,
        "Three people come: an interviewer, who gets this case; the supervisor of the unit; an interviewer of another \
         unit, whose cases are in the same file. The founder signs their roles into the roster. What a role may not \
         read, its members have no key to.",
    );
    let team = Team::enrol(folder, founder, session, example.case.case)?;
    let before = session.log_size()?;
    let seen = read_by(&team.readers, example)?;
    out.blank();
    table(out, &seen);
    judge(&seen)?;
    out.blank();
    show::say(out, "The interviewer of the other unit, in the program's words:");
    out.blank();
    let refusal = seen[2].refused.clone().ok_or_else(|| unexpected("nobody was refused"))?;
    refused(out, &refusal.into());
    out.blank();
    show_denials(out, session, &team.readers[2], before)?;
    suspend(out, folder, founder, session, &team, example)?;
    Ok(team)
}

impl Team {
    /// Enrols three people, and assigns the case to the first.
    fn enrol(folder: &Folder, founder: &Identity, session: &Session, case: RecordId) -> Result<Self, Failure> {
        let access = Access::for_purpose("record-management").because("The tour enrols its people");
        let elsewhere = session.add_unit(&other_unit(), &[founder], &access)?;
        let places = [("interviewer", session.unit()), ("unit-supervisor", session.unit()), ("interviewer", elsewhere)];
        let people = places.each_ref().map(|_| Identity::generate());
        for (identity, (role, unit)) in people.iter().zip(places) {
            session.enrol(&identity.public(), &RoleName::parse(role)?, unit.scope(), &[founder], &access)?;
        }
        session.assign(case, people[0].member(), &access)?;
        let [interviewer, supervisor, elsewhere] = people;
        let readers = [sign_in(folder, &interviewer)?, sign_in(folder, &supervisor)?, sign_in(folder, &elsewhere)?];
        Ok(Self { interviewer, readers })
    }

    /// The supervisor of the unit, signed in.
    pub(super) fn supervisor(&self) -> &Session {
        &self.readers[1]
    }
}

/// As a program of their own would.
pub(super) fn sign_in(folder: &Folder, identity: &Identity) -> Result<Session, Error> {
    Vault::open(&folder.vault(), begin::host(folder))?.sign_in(identity)
}

fn other_unit() -> Unit {
    Unit { name: text("Example unit of another province"), kind: code("dahtjp"), ..Unit::default() }
}

fn read_by(readers: &[Session; 3], example: Example<'_>) -> Result<[Seen; 3], Failure> {
    let mut seen = <[Seen; 3]>::default();
    for ((seen, reader), purpose) in
        seen.iter_mut().zip(readers).zip(["forensic-interview", "supervision", "forensic-interview"])
    {
        let access = Access::for_purpose(purpose).because("Who reads what?");
        seen.take(reader.read::<Case>(example.case.case, &access), |case| vec![(0, !case.harm_forms.is_empty())])?;
        seen.take(reader.read::<Child>(example.child.child, &access), |child| {
            vec![(1, child.family_name_latin.is_some()), (2, child.sex.is_some())]
        })?;
        seen.take(reader.read::<Statement>(example.statement, &access), |statement| {
            vec![(3, statement.body.is_some())]
        })?;
    }
    Ok(seen)
}

impl Seen {
    /// Takes in what one read opened. Only a missing key counts as a refusal; any other error ends the tour.
    fn take<R>(
        &mut self,
        read: Result<saferoom::vault::Opened<R>, Error>,
        parts: impl FnOnce(&R) -> Vec<(usize, bool)>,
    ) -> Result<(), Failure> {
        match read {
            Ok(opened) => parts(&opened.record).into_iter().for_each(|(part, is_there)| self.opened[part] = is_there),
            Err(error @ Error::Access(AccessError::NoKey { .. })) => {
                self.refused.get_or_insert(error);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

fn table(out: &Console, seen: &[Seen; 3]) {
    let rows = PARTS.iter().enumerate().map(|(part, (what, compartment))| {
        let cell = |seen: &Seen| if seen.opened[part] { "reads" } else { "no key" }.to_owned();
        [format!("  {what}"), (*compartment).to_owned(), cell(&seen[0]), cell(&seen[1]), cell(&seen[2])]
    });
    out.table(&["  of the case", "compartment", "interviewer", "supervisor", "other unit"], rows);
}

/// Ends the tour if anybody read more, or less, than their role has keys for.
fn judge(seen: &[Seen; 3]) -> Result<(), Failure> {
    for (seen, expected) in seen.iter().zip(EXPECTED) {
        if seen.opened != expected {
            return Err(unexpected("a member read more, or less, than their role has keys for"));
        }
    }
    Ok(())
}

/// Shows the entries that the refused reads of this member left.
fn show_denials(out: &Console, session: &Session, who: &Session, before: u64) -> Result<(), Failure> {
    show::say(out, "And in the log, where the auditor finds it:");
    let after = session.log_size()?;
    let mut entries = session.log_entries(before, after, &audit())?;
    entries.retain(|logged| logged.entry.actor.as_ref().is_some_and(|actor| actor.member == who.member()));
    let denied = entries.iter().filter(|logged| logged.entry.event == saferoom::log::Event::Denied).count();
    if denied != 3 || entries.len() != denied {
        return Err(unexpected("a denied read is not in the log"));
    }
    show::entries(out, &entries);
    Ok(())
}

/// The interviewer is suspended while they are signed in.
fn suspend(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    team: &Team,
    example: Example<'_>,
) -> Result<(), Failure> {
    let access = Access::for_purpose("record-management").because("The phone was stolen");
    let enacted = session.suspend(team.interviewer.member(), &[founder], &access)?;
    out.blank();
    show::say(
        out,
        format!(
            "Then the interviewer's phone is stolen, while it is signed in. The founder suspends them: {} circles get \
             new keys, for those who stay. The next read on the stolen phone:",
            enacted.circles_renewed
        ),
    );
    let reader = &team.readers[0];
    let read = reader.read::<Child>(example.child.child, &Access::for_purpose("forensic-interview")).map(drop);
    let again = sign_in(folder, &team.interviewer).map(drop);
    let shut_out = |tried: &Result<(), Error>| *tried == Err(Error::Access(AccessError::Suspended));
    if !shut_out(&read) || !shut_out(&again) || !reader.is_locked() {
        return Err(unexpected("a suspended member was let in"));
    }
    out.blank();
    refused(out, &AccessError::Suspended.into());
    out.blank();
    out.good("that session is locked, its keys are wiped; to sign in again is refused too, and logged");
    show::say(
        out,
        "What somebody has read before, they know; what is written from now on cannot be opened with what they have.",
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;

    /// The tour up to this step, with one case.
    fn begun(within: &std::path::Path) -> (Folder, Identity, Session, begin::Caseload) {
        let (out, mut random, mut names) = (Console::to(std::io::sink()), Random::new(7), Vec::new());
        let folder = Folder::claim(&within.join("tour")).unwrap();
        let (founder, vault) = begin::found(&out, &folder).unwrap();
        let session = vault.sign_in(&founder).unwrap();
        let stations = begin::set_up(&out, &session, &mut random, &mut names).unwrap();
        let caseload = begin::record(&out, &session, 1, &stations, &mut random, names).unwrap();
        (folder, founder, session, caseload)
    }

    #[test]
    fn who_reads_more_or_less_than_their_role_ends_the_tour() {
        let within = tempfile::tempdir().unwrap();
        let (folder, founder, session, caseload) = begun(within.path());
        let example = Example::choose(&caseload).unwrap();
        let team = Team::enrol(&folder, &founder, &session, example.case.case).unwrap();
        let seen = read_by(&team.readers, example).unwrap();
        judge(&seen).unwrap();
        assert!(matches!(seen[2].refused, Some(Error::Access(AccessError::NoKey { .. }))));
        assert!(seen[0].refused.is_none() && seen[1].refused.is_none());
        // Nothing was denied to the interviewer: there is nothing to show, and the tour would say so.
        assert!(show_denials(&Console::to(std::io::sink()), &session, &team.readers[0], 0).is_err());

        // Somebody gives the case to the other unit as well: the step notices.
        let access = Access::for_purpose("record-management");
        session.assign(example.case.case, team.readers[2].member(), &access).unwrap();
        let seen = read_by(&team.readers, example).unwrap();
        assert!(judge(&seen).unwrap_err().text.contains("must not happen"), "{seen:?}");
        session.unassign(example.case.case, team.readers[2].member(), &access).unwrap();
    }

    #[test]
    fn every_part_is_judged() {
        let seen = || EXPECTED.map(|opened| Seen { opened, refused: None });
        judge(&seen()).unwrap();
        for (reader, part) in (0..3).flat_map(|reader| (0..4).map(move |part| (reader, part))) {
            let mut wrong = seen();
            wrong[reader].opened[part] ^= true;
            assert!(judge(&wrong).is_err(), "reader {reader}, part {part}");
        }
    }
}
