//! `saferoom member`: who works in the vault, in which role, on which devices; and the changes that custodians sign.

mod args;
mod cases;
mod findings;
mod leaving;
mod release_args;
mod releases;
mod show;

use std::fs;
use std::path::Path;

use saferoom::access::policy::RoleName;
use saferoom::access::{AccessError, AccessPolicy, Proposal, RosterChange};
use saferoom::id::{MemberId, RecordId, ScopeId};
use saferoom::keys::{Identity, PublicIdentity, Unlock, VerifyingKey};
use saferoom::vault::{Error, Session};

pub use self::args::{
    AddDeviceArgs, ApproveShareArgs, CaseMemberArgs, CaseMemberCommand, CaseMembersArgs, ChangeArgs, EnrolArgs,
    ExposureArgs, FindingsArgs, ListArgs, MemberCommand, MoveOnArgs, PolicyArgs, ProposalArgs, RevokeDeviceArgs,
    RoleArgs, SensitivityArgs, ShareArgs, SignArgs, StandingArgs,
};
pub(crate) use self::cases::run as run_case;
pub(crate) use self::findings::run as run_findings;
pub use self::release_args::{ReleaseExceptionArgs, ReleasePolicyArgs, ReleaseSeriesArgs, ReleaseWithdrawalArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;
use crate::unlock::{counted, passphrase_for};

/// Digits of a key that name it well enough.
const FEWEST_DIGITS: usize = 8;

pub(crate) fn run(command: &MemberCommand, out: &Console) -> Result<(), Failure> {
    match command {
        MemberCommand::List(args) => show::list(args, out),
        MemberCommand::Enrol(args) => enrol(args, out),
        MemberCommand::Role(args) => role(args, out),
        MemberCommand::Suspend(args) => {
            change(&args.change, out, |_| Ok(RosterChange::Suspend { member: args.member }))
        }
        MemberCommand::Resume(args) => change(&args.change, out, |_| Ok(RosterChange::Resume { member: args.member })),
        MemberCommand::Retire(args) => change(&args.change, out, |_| Ok(RosterChange::Retire { member: args.member })),
        MemberCommand::AddDevice(args) => add_device(args, out),
        MemberCommand::Exposure(args) => leaving::exposure(args, out),
        MemberCommand::MoveOn(args) => leaving::move_on(args, out),
        MemberCommand::RevokeDevice(args) => revoke_device(args, out),
        MemberCommand::Policy(args) => policy(args, out),
        MemberCommand::ReleasePolicy(args) => releases::policy(args, out),
        MemberCommand::ReleaseSeries(args) => releases::series(args, out),
        MemberCommand::ReleaseException(args) => releases::exception(args, out),
        MemberCommand::ReleaseWithdrawal(args) => releases::withdrawal(args, out),
        MemberCommand::ShowProposal(args) => show_proposal(args, out),
        MemberCommand::Sign(args) => sign(args, out),
        MemberCommand::Enact(args) => enact(args, out),
    }
}

fn enrol(args: &EnrolArgs, out: &Console) -> Result<(), Failure> {
    let identity = read_enrolment(&args.enrolment)?;
    out.pairs([("Member", identity.member.to_string()), ("Fingerprint", identity.fingerprint())]);
    out.note("Compare the fingerprint with the one that the new member sees.");
    let role = RoleName::parse(&args.role).map_err(|error| Failure::from(error).at("--role"))?;
    change(&args.change, out, |session| Ok(RosterChange::Enrol { identity, role, unit: unit_of(args.unit, session) }))
}

fn role(args: &RoleArgs, out: &Console) -> Result<(), Failure> {
    let role = RoleName::parse(&args.role).map_err(|error| Failure::from(error).at("ROLE"))?;
    change(&args.change, out, |session| {
        let now = find(session, args.member)?.now().unit;
        let unit = args.unit.map_or(now, RecordId::scope);
        Ok(RosterChange::Role { member: args.member, role, unit })
    })
}

fn add_device(args: &AddDeviceArgs, out: &Console) -> Result<(), Failure> {
    let identity = read_enrolment(&args.enrolment)?;
    out.pairs([("Member", identity.member.to_string()), ("Fingerprint", identity.fingerprint())]);
    change(&args.change, out, |_| Ok(RosterChange::AddIdentity { identity }))
}

fn revoke_device(args: &RevokeDeviceArgs, out: &Console) -> Result<(), Failure> {
    change(&args.change, out, |session| {
        let member = find(session, args.member)?;
        let keys = member.identities().iter().filter(|listed| listed.revoked_at.is_none());
        let key = the_one_meant(keys.map(|listed| listed.identity.verifying_key), &args.key)?;
        Ok(RosterChange::RevokeIdentity { member: args.member, key })
    })
}

/// The key that begins with these digits, if they are of one alone: whoever revokes a stolen phone must not hit another.
fn the_one_meant(keys: impl Iterator<Item = VerifyingKey>, digits: &str) -> Result<VerifyingKey, Failure> {
    let wanted = digits.trim().to_lowercase();
    if wanted.len() < FEWEST_DIGITS {
        return Err(Failure::new(exit::INPUT, format!("a key is named by {FEWEST_DIGITS} of its digits or more"))
            .advise("Copy them from `saferoom member list`."));
    }
    let mut meant = keys.filter(|key| show::key_text(key).starts_with(&wanted));
    let key = meant.next().ok_or(AccessError::NotActive).map_err(Error::from)?;
    if meant.next().is_some() {
        return Err(Failure::new(exit::INPUT, "several devices have keys that begin so").advise("Give more digits."));
    }
    Ok(key)
}

fn policy(args: &PolicyArgs, out: &Console) -> Result<(), Failure> {
    let text = fs::read_to_string(&args.policy).map_err(|error| Failure::reading(&args.policy, &error))?;
    let policy = AccessPolicy::parse(&text).map_err(|error| Failure::from(error).at(args.policy.display()))?;
    change(&args.change, out, |session| {
        let changes = session.access_policy()?.changes(&policy);
        for change in &changes {
            let mark = if change.dangerous { "DANGEROUS: " } else { "" };
            out.line(format_args!(" • {mark}{}: {}", change.place, change.text));
        }
        Ok(RosterChange::Policy(Box::new(policy)))
    })
}

/// Proposes a change; lets all sign who are here; enacts it, or writes it down for the others.
pub(crate) fn change(
    args: &ChangeArgs,
    out: &Console,
    change: impl FnOnce(&Session) -> Result<RosterChange, Failure>,
) -> Result<(), Failure> {
    let vault = args.sign_in.vault.open()?;
    let custodian = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&custodian)?;
    let change = change(&session)?;
    let others = others(args, out)?;
    let signers: Vec<&Identity> = std::iter::once(&custodian).chain(&others).collect();
    let proposal = session.propose(change)?;
    let proposal = signers.iter().fold(proposal, |proposal, signer| proposal.signed_by(signer));
    if let Some(file) = &args.proposal {
        new_file::write(file, &proposal.to_bytes())?;
        out.good(format_args!("Proposal written, with {} signature(s): {}", signers.len(), file.display()));
        out.note("Pass it on: `saferoom member sign` for another custodian, then `saferoom member enact`.");
        return Ok(());
    }
    finish(&session, &proposal, &signers, &args.access.access(), out)
}

fn finish(
    session: &Session,
    proposal: &Proposal,
    signers: &[&Identity],
    access: &saferoom::access::Access,
    out: &Console,
) -> Result<(), Failure> {
    let enacted = session.enact(proposal, signers, access)?;
    out.good(format_args!("In force: {}", show::change_text(&proposal.change()?)));
    if enacted.circles_renewed > 0 {
        out.line(format_args!("{} circles moved to a new generation.", enacted.circles_renewed));
    }
    if enacted.wraps > 0 {
        out.line(format_args!("{} circle keys were passed on.", enacted.wraps));
    }
    Ok(())
}

pub(crate) fn others(args: &ChangeArgs, out: &Console) -> Result<Vec<Identity>, Failure> {
    let files = args.with_passphrase_file.iter().cloned().map(Some).chain(std::iter::repeat(None));
    args.with
        .iter()
        .zip(files)
        .map(|(path, file)| {
            let passphrase = passphrase_for(path, file, out, false)?;
            counted(&args.sign_in.vault.device_folder(), |attempts| {
                attempts.open(path, Unlock::Passphrase(&passphrase))
            })
        })
        .collect()
}

fn show_proposal(args: &ProposalArgs, out: &Console) -> Result<(), Failure> {
    let proposal = read_proposal(&args.file)?;
    out.pairs([("It says", show::change_text(&proposal.change()?))]);
    for signer in proposal.signers() {
        out.pairs([("Signed by", signer.to_string())]);
    }
    Ok(())
}

fn sign(args: &SignArgs, out: &Console) -> Result<(), Failure> {
    let proposal = read_proposal(&args.file)?;
    out.pairs([("It says", show::change_text(&proposal.change()?))]);
    let vault = args.sign_in.vault.open()?;
    let custodian = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    // To sign is an act of its own: only who can sign in does it, and the sign-in is logged.
    let session = vault.sign_in(&custodian)?;
    let change = proposal.change()?;
    let signed = proposal.signed_by(&custodian);
    replace_proposal(&args.file, &signed)?;
    let (have, needed) = (signed.signers().count(), session.custodians_needed(&change)?);
    out.good(format_args!("Signed: {have} of {needed}."));
    Ok(())
}

fn enact(args: &SignArgs, out: &Console) -> Result<(), Failure> {
    let proposal = read_proposal(&args.file)?;
    let vault = args.sign_in.vault.open()?;
    let custodian = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&custodian)?;
    finish(&session, &proposal, &[&custodian], &args.access.access(), out)
}

fn read_enrolment(path: &Path) -> Result<PublicIdentity, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    PublicIdentity::from_enrolment_file(&bytes).map_err(|error| Failure::from(error).at(path.display()))
}

pub(crate) fn read_proposal(path: &Path) -> Result<Proposal, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    Proposal::from_bytes(&bytes).map_err(|error| Failure::from(Error::from(error)).at(path.display()))
}

/// Replaces a proposal by the one with another signature: in one step, so that no half of it is ever there.
fn replace_proposal(path: &Path, proposal: &Proposal) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = std::path::PathBuf::from(beside);
    new_file::write(&beside, &proposal.to_bytes())?;
    fs::rename(&beside, path).map_err(|error| {
        drop(fs::remove_file(&beside));
        Failure::writing(path, &error)
    })
}

fn find(session: &Session, member: MemberId) -> Result<saferoom::access::Member, Failure> {
    let found = session.members()?.into_iter().find(|listed| listed.id() == member);
    Ok(found.ok_or(AccessError::NoSuchMember).map_err(Error::from)?)
}

fn unit_of(unit: Option<RecordId>, session: &Session) -> ScopeId {
    unit.unwrap_or_else(|| session.unit()).scope()
}

#[cfg(test)]
mod tests {
    use saferoom::keys::SigningKey;

    use super::*;

    #[test]
    fn digits_that_do_not_name_one_device_revoke_none() {
        let keys: Vec<_> = (0..2).map(|_| SigningKey::generate().verifying_key()).collect();
        let meant = |digits: &str| the_one_meant(keys.iter().copied(), digits);
        let whole = show::key_text(&keys[1]);
        assert_eq!(meant(&whole[..16].to_uppercase()).unwrap(), keys[1]);
        for refused in ["", " ", &whole[..7], "0123456789abcdef0123456789abcdef"] {
            assert!(meant(refused).is_err(), "{refused}");
        }
        let twice = the_one_meant([keys[0], keys[0]].into_iter(), &show::key_text(&keys[0])[..8]);
        assert!(twice.unwrap_err().to_string().contains("several"));
    }
}
