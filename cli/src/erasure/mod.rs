//! `saferoom case due`, `erase` and `hold`; `saferoom erasure`: what may be erased, what was, and the proof of it.

mod args;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use saferoom::access::erasure::{
    Erasure, ErasureDocument, ErasureError, Ground, GroundKind, SignedCertificate, SignedErasureList,
};
use saferoom::keys::{Identity, VerifyingKey};
use saferoom::model::Timestamp;
use saferoom::vault::{Erased, Error, Session};
use serde_json::{Value as Json, json};

pub use self::args::{
    CaseErasureCommand, CertificateArgs, DueArgs, EraseArgs, ErasureCommand, HoldArgs, ListArgs, VerifyArgs,
};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::member::{ChangeArgs, others, read_proposal};
use crate::new_file;

pub(crate) fn run(command: &ErasureCommand, out: &Console) -> Result<(), Failure> {
    match command {
        ErasureCommand::List(args) => list(args, out),
        ErasureCommand::Certificate(args) => certificate(args, out),
        ErasureCommand::Verify(args) => verify(args, out),
    }
}

pub(crate) fn run_case(command: &CaseErasureCommand, out: &Console) -> Result<(), Failure> {
    match command {
        CaseErasureCommand::Due(args) => due(args, out),
        CaseErasureCommand::Erase(args) => erase(args, out),
        CaseErasureCommand::Hold(args) => hold(args, out),
    }
}

fn due(args: &DueArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let found = session.due_for_erasure(now(), &args.access.access())?;
    if args.json {
        let due = found.due.iter().map(
            |due| json!({ "case": due.case.to_string(), "rule": due.rule, "keep_until": due.keep_until.to_text() }),
        );
        let due: Vec<Json> = due.collect();
        return out.json(&json!({ "due": due, "on_hold": found.on_hold, "undecided": found.undecided }));
    }
    if found.due.is_empty() {
        out.line("No case is due.");
    } else {
        let row =
            |due: &saferoom::vault::ErasureDue| vec![due.case.to_string(), due.rule.clone(), due.keep_until.to_text()];
        out.table(&["case", "rule", "kept until"], found.due.iter().map(row));
    }
    if found.on_hold > 0 {
        out.note(format_args!("{} more are on legal hold.", found.on_hold));
    }
    if found.undecided > 0 {
        out.note(format_args!(
            "{} closed cases cannot be judged: the day of closing is not recorded.",
            found.undecided
        ));
    }
    Ok(())
}

fn erase(args: &EraseArgs, out: &Console) -> Result<(), Failure> {
    let (session, me) = signer(&args.change, out)?;
    let access = args.change.access.access();
    let proposal = match &args.signed {
        Some(file) => read_proposal(file)?,
        None => session.propose_erasure(&args.cases, ground(args)?, &access)?,
    };
    let others = others(&args.change, out)?;
    let custodians = custodians(&session, std::iter::once(&me).chain(&others))?;
    let proposal = custodians.iter().fold(proposal, |proposal, custodian| proposal.signed_by(custodian));
    if let Some(file) = &args.change.proposal {
        new_file::write(file, &proposal.to_bytes())?;
        out.good(format_args!(
            "Proposal written, with {} signature(s): {}",
            proposal.signers().count(),
            file.display()
        ));
        out.note("Pass it on: `saferoom member sign` for custodians, then `saferoom case erase --signed`.");
        return Ok(());
    }
    told(&session.erase(&proposal, &access)?, out);
    Ok(())
}

fn told(erased: &Erased, out: &Console) {
    out.good(format_args!("{} case(s) erased for good; {} wrapped keys were destroyed.", erased.cases, erased.keys));
    out.pairs([("Position in the roster", erased.position.to_string()), ("Complete from", date(erased.complete_from))]);
    if !erased.residue_removed {
        out.warn("Somebody else was using the file, or the disk failed or was full: old bytes are still in it. Let them sign out, make room, then write the list as below.");
    }
    out.heading("Do now");
    out.line(" • Write the list of erasures anew, beside the backups: `saferoom erasure list --to FILE`.");
    out.line(" • Destroy the backup keys when their time is over.");
}

fn ground(args: &EraseArgs) -> Result<Ground, Failure> {
    let wanted = args.ground.as_deref().unwrap_or_default();
    let kind = GroundKind::ALL.into_iter().find(|kind| kind.name() == wanted);
    let ground = match (kind, &args.rule) {
        (Some(GroundKind::RetentionEnded), Some(rule)) => Ground::retention_ended(rule),
        (Some(kind), None) => Ground::of(kind),
        _ => Err(ErasureError::Rule),
    };
    ground.map_err(|error| Failure::from(Error::from(error)).at("--ground"))
}

fn hold(args: &HoldArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    if args.lift {
        session.lift_hold(args.case, &access)?;
        out.good(format_args!("The legal hold on {} is lifted.", args.case));
    } else {
        session.place_hold(args.case, &access)?;
        out.good(format_args!("A legal hold stands on {}: it is not erased.", args.case));
    }
    Ok(())
}

fn list(args: &ListArgs, out: &Console) -> Result<(), Failure> {
    let (session, me) = signer(&args.change, out)?;
    let erasures = session.erasures()?;
    if let Some(file) = &args.to {
        let others = others(&args.change, out)?;
        let custodians = custodians(&session, std::iter::once(&me).chain(&others))?;
        let list = SignedErasureList::new(session.erasure_list()?);
        let list = custodians.iter().fold(list, |list, custodian| list.signed_by(custodian));
        new_file::write(file, &list.to_bytes())?;
        if !session.remove_residue()? {
            out.warn(
                "Somebody else is using the file: old bytes may still be in it. Let them sign out and do this again.",
            );
        }
        out.good(format_args!("List written, with {} signature(s): {}", custodians.len(), file.display()));
        return Ok(());
    }
    if args.json {
        let all: Vec<Json> = erasures.iter().map(|listed| shown(Some(listed.position), &listed.erasure)).collect();
        return out.json(&all);
    }
    if erasures.is_empty() {
        out.line("Nothing was erased yet.");
        return Ok(());
    }
    let row = |listed: &saferoom::access::ListedErasure| {
        let erasure = &listed.erasure;
        let ground = erasure.ground.rule().unwrap_or(erasure.ground.kind().name()).to_owned();
        let (at, complete) = (date(erasure.at), date(erasure.complete_from));
        vec![listed.position.to_string(), erasure.cases.len().to_string(), ground, at, complete]
    };
    out.table(&["position", "cases", "ground or rule", "erased", "complete from"], erasures.iter().map(row));
    Ok(())
}

fn certificate(args: &CertificateArgs, out: &Console) -> Result<(), Failure> {
    let (session, me) = signer(&args.change, out)?;
    let others = others(&args.change, out)?;
    let custodians = custodians(&session, std::iter::once(&me).chain(&others))?;
    let certificate = session.erasure_certificate(args.position)?;
    let text = certificate.to_text();
    let signed = SignedCertificate::new(certificate);
    let signed = custodians.iter().fold(signed, |signed, custodian| signed.signed_by(custodian));
    new_file::write(&args.to, &signed.to_bytes())?;
    let mut readable = args.to.clone().into_os_string();
    readable.push(".txt");
    new_file::write(&PathBuf::from(readable), text.as_bytes())?;
    out.good(format_args!("Certificate written: {}", args.to.display()));
    for custodian in custodians {
        out.pairs([("Verifies with", hex(custodian.public().verifying_key.as_bytes()))]);
    }
    Ok(())
}

fn verify(args: &VerifyArgs, out: &Console) -> Result<(), Failure> {
    let bytes = fs::read(&args.certificate).map_err(|error| Failure::reading(&args.certificate, &error))?;
    let keys = args.custodian.iter().map(|key| parse_key(key)).collect::<Result<Vec<_>, _>>()?;
    let signed = SignedCertificate::from_bytes(&bytes);
    let verified = signed.and_then(|signed| Ok((signed.verify(&keys)?, signed)));
    let (verified, signed) = verified.map_err(|error| Failure::diagnosed(exit::INTEGRITY, &error))?;
    let certificate = signed.document();
    if args.json {
        return out.json(&json!({
            "vault": certificate.vault.to_string(),
            "complete_from": certificate.complete_from,
            "erasures": verified.erasures.iter().map(|erasure| shown(None, erasure)).collect::<Vec<_>>(),
            "certified_by": verified.certified_by.iter().map(|key| hex(key.as_bytes())).collect::<Vec<_>>(),
            "decided_by": verified.decided_by,
        }));
    }
    out.line(certificate.to_text());
    let (certified, decided) = (verified.certified_by.len(), verified.decided_by);
    out.good(format_args!("The certificate is signed by {certified} of these custodians, the erasure by {decided}."));
    Ok(())
}

/// What a proposal of an erasure says, for whoever is asked to sign.
pub(crate) fn change_text(document: &[u8]) -> String {
    let Ok(document) = ErasureDocument::decode(document) else { return "an erasure that cannot be read".to_owned() };
    let texts = document.erasures().iter().map(|erasure| {
        let cases: Vec<String> = erasure.cases.iter().map(ToString::to_string).collect();
        let rule = erasure.ground.rule().map(|rule| format!(", rule {rule}")).unwrap_or_default();
        format!("case {} is erased for good ({}{rule})", cases.join(", "), erasure.ground.kind().name())
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// The signed list of erasures in a file.
pub(crate) fn read_list(path: &Path) -> Result<SignedErasureList, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    SignedErasureList::from_bytes(&bytes).map_err(|error| Failure::from(Error::from(error)).at(path.display()))
}

fn signer(args: &ChangeArgs, out: &Console) -> Result<(Session, Identity), Failure> {
    let vault = args.sign_in.vault.open()?;
    let me = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    Ok((vault.sign_in(&me)?, me))
}

/// Those who are custodians: nobody else's signature counts.
fn custodians<'i>(
    session: &Session,
    identities: impl Iterator<Item = &'i Identity>,
) -> Result<Vec<&'i Identity>, Failure> {
    let members = session.members()?;
    let is_custodian = |identity: &&Identity| {
        let member = members.iter().find(|member| member.id() == identity.member());
        member.is_some_and(|member| ["founder", "custodian"].contains(&member.now().role.as_str()))
    };
    Ok(identities.filter(is_custodian).collect())
}

fn shown(position: Option<u64>, erasure: &Erasure) -> Json {
    json!({
        "position": position,
        "at": erasure.at,
        "complete_from": erasure.complete_from,
        "by": erasure.by.to_string(),
        "ground": erasure.ground.kind().name(),
        "rule": erasure.ground.rule(),
        "cases": erasure.cases.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn parse_key(text: &str) -> Result<VerifyingKey, Failure> {
    let wrong = || Failure::new(exit::INPUT, "a custodian's key is 64 hexadecimal digits").at("--custodian");
    let digits: Option<Vec<u8>> =
        text.trim().chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Ok(VerifyingKey::from_bytes(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn date(milliseconds: u64) -> String {
    let moment = i64::try_from(milliseconds).ok().and_then(|at| Timestamp::from_milliseconds(at).ok());
    moment.map_or_else(|| milliseconds.to_string(), |moment| moment.to_text())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
