//! An erased case: an act of two, after which no key of the vault opens anything of it, and everything else still verifies.

use saferoom::access::Access;
use saferoom::access::erasure::Ground;
use saferoom::access::policy::RoleName;
use saferoom::id::RecordId;
use saferoom::keys::Identity;
use saferoom::model::records::{Case, Child};
use saferoom::vault::{Error, Session};

use super::caseload::{code, text};
use super::folder::Folder;
use super::need_to_know::{Team, sign_in};
use super::reading::{refused, unexpected};
use super::show;
use super::show::Step;
use crate::console::Console;
use crate::failure::Failure;

/// [`Step::Erase`].
pub(super) fn for_good(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    team: &Team,
) -> Result<(), Failure> {
    show::step(out, Step::Erase, "Erase a case for good");
    show::say(
        out,
        "An old case has reached the end of the time for which it may be kept. Erasing takes two people. It destroys \
         what wraps the keys of that case, for everybody, and rewrites the file.",
    );
    let manage = Access::for_purpose("record-management").because("The period of retention has ended");
    let (case, child) = old_case(session, &manage)?;
    let custodian = Identity::generate();
    let role = RoleName::parse("custodian")?;
    session.enrol(&custodian.public(), &role, session.unit().scope(), &[founder], &manage)?;

    let late = sign_in(folder, &custodian)?;
    let people = [("the founder", session), ("the supervisor", team.supervisor()), ("the custodian", &late)];
    let before = people.map(|(_, reader)| try_to_read(reader, child));

    let proposal =
        session.propose_erasure(&[case], Ground::retention_ended("any-case").map_err(Error::from)?, &manage)?;
    let alone = session.erase(&proposal.clone().signed_by(founder), &manage).err();
    let alone = alone.ok_or_else(|| unexpected("one person alone erased a case"))?;
    out.blank();
    show::say(out, "The founder tries it alone:");
    out.blank();
    refused(out, &alone.into());
    let erased = session.erase(&proposal.signed_by(founder).signed_by(&custodian), &manage)?;
    out.blank();
    show::say(
        out,
        format!(
            "Signed by a second custodian as well, it is done: {} wrapped keys are gone. Who could read the child's \
             record tries again, with every key that they have:",
            erased.keys
        ),
    );
    out.blank();
    let tries = people.map(|(who, reader)| (who, try_to_read(reader, child)));
    table(out, &before, &tries);
    judge(&before, &tries)?;
    out.blank();
    refused(out, &Failure::from(tries[0].1.clone().err().ok_or_else(|| unexpected("nobody was refused"))?));
    out.blank();
    show::say(
        out,
        "That the case was there, who worked on it and who erased it stays in the log, which the next step verifies. A \
         copy of the file from before, with keys from before, still opens it: saferoom cannot reach what it does not \
         manage.",
    );
    Ok(())
}

/// A case of many years ago, with a child whom nobody can look for any more soon.
fn old_case(session: &Session, access: &Access) -> Result<(RecordId, RecordId), Error> {
    let case = Case { register_number: text("2009/4"), ..Case::default() };
    let child =
        Child { given_name_latin: text("Example"), sex: code("female"), role: code("victim"), ..Child::default() };
    let case = session.create(Some(session.unit()), &case, access)?.record;
    Ok((case, session.create(Some(case), &child, access)?.record))
}

/// What became of one try to read.
type Tried = Result<(), Error>;

fn try_to_read(reader: &Session, child: RecordId) -> Tried {
    reader.read::<Child>(child, &Access::for_purpose("record-management")).map(drop)
}

fn table(out: &Console, before: &[Tried; 3], tries: &[(&str, Tried); 3]) {
    let cell = |read: &Tried| match read {
        Ok(()) => "reads".to_owned(),
        Err(Error::Erased { .. }) => "erased".to_owned(),
        Err(_) => "refused".to_owned(),
    };
    let rows = before.iter().zip(tries).map(|(before, (who, after))| [format!("  {who}"), cell(before), cell(after)]);
    out.table(&["  who tries", "before", "after"], rows);
}

/// Ends the tour if nobody could read it before, if anybody opens something after, or if a refusal has another reason.
fn judge(before: &[Tried; 3], tries: &[(&str, Tried); 3]) -> Result<(), Failure> {
    let could = before.iter().filter(|read| read.is_ok()).count() == 2;
    let gone = tries.iter().all(|(_, read)| matches!(read, Err(Error::Erased { .. })));
    if could && gone { Ok(()) } else { Err(unexpected("an erased case was opened, or nobody could open it before")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saferoom::access::AccessError;

    #[test]
    fn what_opens_or_is_refused_for_another_reason_ends_the_tour() {
        let no_key = || Err(Error::Access(AccessError::NoKey { compartment: "identity" }));
        let before = [Ok(()), Ok(()), no_key()];
        let gone = || ("somebody", Err(Error::Erased { since: 1 }));
        judge(&before, &[gone(), gone(), gone()]).unwrap();
        for wrong in [Ok(()), no_key(), Err(Error::Locked)] {
            let tries = [gone(), ("other", wrong), gone()];
            assert!(judge(&before, &tries).unwrap_err().text.contains("must not happen"));
        }
        assert!(judge(&[Ok(()), no_key(), no_key()], &[gone(), gone(), gone()]).is_err());
    }
}
