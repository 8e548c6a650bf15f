//! `saferoom packet organisation|certify|suspend|countersign`: what custodians say of who sends packets.
//!
//! An organisation is a number of custodian keys and how many of them have to sign. Each statement is a file that one
//! custodian begins and others countersign; whether enough have, the reader of a packet decides.

use std::path::{Path, PathBuf};

use clap::Args;
use saferoom::access::packet::{
    Certificate, ContentKind, Organisation, Signed, SignedCertificate, SignedSuspensions, Statement, Suspensions,
};
use saferoom::id::{OrganisationId, RecordId};

use super::keys::{KeyArgs, read_address, read_small};
use super::{now, time, told_address};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;

const DAY: u64 = 24 * 3600 * 1000;

/// Arguments of `packet organisation`.
#[derive(Debug, Args)]
pub struct OrganisationArgs {
    /// Address file of a custodian; once for each
    #[arg(long, value_name = "FILE", required = true)]
    pub custodian: Vec<PathBuf>,
    /// How many of them have to sign; without it, two, or the only one
    #[arg(long, value_name = "N")]
    pub threshold: Option<u64>,
    /// The file to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `packet certify`.
#[derive(Debug, Args)]
pub struct CertifyArgs {
    /// Address file of whoever is to send packets
    #[arg(value_name = "ADDRESS")]
    pub address: PathBuf,
    /// The custodian who signs first.
    #[command(flatten)]
    pub key: KeyArgs,
    /// The organisation's file
    #[arg(long, value_name = "FILE")]
    pub organisation: PathBuf,
    /// A kind that they may send, such as hand-in; several times for several; without it, any
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// For how many days it is valid
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    pub days: u32,
    /// The certificate to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `packet suspend`.
#[derive(Debug, Args)]
pub struct SuspendArgs {
    /// Address file of whoever is not to be accepted any more; several for several
    #[arg(value_name = "ADDRESS", required = true)]
    pub address: Vec<PathBuf>,
    /// The custodian who signs first.
    #[command(flatten)]
    pub key: KeyArgs,
    /// The organisation's file
    #[arg(long, value_name = "FILE")]
    pub organisation: PathBuf,
    /// The organisation's newest list: what it says stays
    #[arg(long, value_name = "FILE")]
    pub after: Option<PathBuf>,
    /// The list to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `packet countersign`.
#[derive(Debug, Args)]
pub struct CountersignArgs {
    /// A certificate or a list of suspensions
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The custodian who signs.
    #[command(flatten)]
    pub key: KeyArgs,
    /// The organisation's file
    #[arg(long, value_name = "FILE")]
    pub organisation: PathBuf,
    /// The file to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

pub(super) fn organisation(args: &OrganisationArgs, out: &Console) -> Result<(), Failure> {
    let custodians = args.custodian.iter().map(|path| Ok(read_address(path)?.verifying_key));
    let custodians = custodians.collect::<Result<Vec<_>, Failure>>()?;
    let threshold = args.threshold.unwrap_or_else(|| custodians.len().min(2) as u64);
    let organisation = Organisation::new(OrganisationId::random(), threshold, custodians)?;
    new_file::write(&args.out, &organisation.to_bytes())?;
    out.good(format_args!("Organisation made: {}", args.out.display()));
    out.pairs([
        ("Organisation", organisation.id().to_string()),
        ("Custodians", args.custodian.len().to_string()),
        ("Have to sign", threshold.to_string()),
    ]);
    out.note("Give the file to those who receive packets, by another way than the packets.");
    Ok(())
}

pub(super) fn certify(args: &CertifyArgs, out: &Console) -> Result<(), Failure> {
    let (organisation, address) = (read_organisation(&args.organisation)?, read_address(&args.address)?);
    told_address(&address, out);
    out.note("Compare the fingerprint with its owner before anybody relies on the certificate.");
    let kinds = args.kind.iter().map(|kind| ContentKind::parse(kind)).collect::<Result<Vec<_>, _>>()?;
    let (now, days) = (now(), u64::from(args.days));
    let certificate = Certificate {
        organisation: organisation.id(),
        serial: *RecordId::random().as_bytes(),
        subject: address.digest(),
        kinds,
        not_before: now,
        not_after: now.saturating_add(days * DAY),
    };
    let until = time(certificate.not_after);
    let signed = SignedCertificate::new(certificate).sign(args.key.unlock(out)?.signer());
    finish(&organisation, &signed, &args.out, out)?;
    out.pairs([("Valid until", until)]);
    Ok(())
}

pub(super) fn suspend(args: &SuspendArgs, out: &Console) -> Result<(), Failure> {
    let organisation = read_organisation(&args.organisation)?;
    let before = match &args.after {
        Some(path) => Some(read_statement::<Suspensions>(path)?),
        None => None,
    };
    let (mut number, mut suspended) = (1, Vec::new());
    if let Some(list) = &before {
        if list.statement().organisation() != organisation.id() {
            let failure = Failure::new(exit::INPUT, "the list is of another organisation");
            return Err(failure.advise("Name the newest list of this organisation with --after."));
        }
        number = list.statement().number.saturating_add(1);
        suspended.clone_from(&list.statement().suspended);
    }
    let now = now();
    for path in &args.address {
        let digest = read_address(path)?.digest();
        if suspended.iter().all(|(known, _)| *known != digest) {
            suspended.push((digest, now));
        }
    }
    suspended.sort_unstable();
    let list = Suspensions { organisation: organisation.id(), number, issued_at: now, suspended };
    let count = list.suspended.len();
    let signed = SignedSuspensions::new(list).sign(args.key.unlock(out)?.signer());
    finish(&organisation, &signed, &args.out, out)?;
    out.pairs([("List number", number.to_string()), ("Suspended", count.to_string())]);
    out.note("Send it to all who receive packets: a list that has not arrived suspends nobody.");
    Ok(())
}

pub(super) fn countersign(args: &CountersignArgs, out: &Console) -> Result<(), Failure> {
    let organisation = read_organisation(&args.organisation)?;
    let signer = args.key.unlock(out)?;
    if let Ok(certificate) = read_statement::<Certificate>(&args.file) {
        return finish(&organisation, &certificate.sign(signer.signer()), &args.out, out);
    }
    let list = read_statement::<Suspensions>(&args.file)?;
    finish(&organisation, &list.sign(signer.signer()), &args.out, out)
}

fn finish<S: Statement>(
    organisation: &Organisation,
    signed: &Signed<S>,
    path: &Path,
    out: &Console,
) -> Result<(), Failure> {
    new_file::write(path, &signed.to_bytes())?;
    out.good(format_args!("Written: {}", path.display()));
    if organisation.verify(signed) {
        out.line("Enough custodians have signed: it counts.");
    } else {
        out.warn("It does not count yet: another custodian has to sign with `saferoom packet countersign`.");
    }
    Ok(())
}

fn read_organisation(path: &Path) -> Result<Organisation, Failure> {
    Organisation::from_bytes(&read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
}

fn read_statement<S: Statement>(path: &Path) -> Result<Signed<S>, Failure> {
    Signed::from_bytes(&read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
}
