//! Planning, making and reversing extracts of a vault.

use std::path::Path;

use saferoom::access::Access;
use saferoom::keys::{Identity, RecoveryKey};
use saferoom::model::statistics::StatisticsError;
use saferoom::release::Pseudonym;
use saferoom::release::output::Manifest;
use saferoom::release::series::Differencing;
use saferoom::vault::{BuiltExtract, Error, ExtractOutput, ExtractRequest, Session, StatisticsFound, WayBack};
use serde_json::json;

use super::vault_args::{BuildArgs, FinishArgs, PlanArgs, ReverseArgs};
use crate::anonymise::{Beside, ReportPages, read, read_spec, show, watched};
use crate::args::SignInArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::recovery::{Terminal, collect};

/// A specification, checked before anybody signs in, and where the files lie that it names.
fn asked(path: &Path) -> Result<(ExtractRequest, Beside), Failure> {
    let request = ExtractRequest::of(read_spec(path)?).map_err(|error| Failure::from(error).at(path.display()))?;
    Ok((request, Beside::of(path)))
}

/// `extract plan`.
pub(super) fn plan(args: &PlanArgs, out: &Console) -> Result<(), Failure> {
    let (request, files) = asked(&args.spec)?;
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    let plan = watched(out, "searching", |watch| session.plan_extract(&request, &files, &access, watch))?;
    drop(session);
    if args.json {
        return out.json(&plan);
    }
    say_what_is_there(&plan.statistics, out);
    if let Some(told) = plan.guard.singles_out {
        out.warn(format_args!("release {}: {}", plan.guard.release, in_words(&told)));
    }
    show::plan(&plan.plan, out)
}

/// What the guard says of a release that may not leave.
pub(crate) fn in_words(told: &Differencing) -> String {
    let Differencing { at_risk, groups, smallest, .. } = told;
    format!(
        "with earlier releases, {at_risk} children would stand in groups that are too small ({groups} groups, the \
         smallest of {smallest}); custodians can sign an exception for this very release"
    )
}

/// `extract build`.
pub(super) fn build(args: &BuildArgs, out: &Console) -> Result<(), Failure> {
    if args.out.exists() {
        let text = format!("{} exists already", args.out.display());
        return Err(Failure::new(exit::FILE, text).advise("Name a new folder."));
    }
    let request = asked(&args.spec)?;
    let (identity, session) = sign_in(&args.sign_in, out)?;
    let built = make(&request, (&identity, &session), &args.out, &args.access.access(), out)?;
    say_made(&built, &args.out, args.json, out)
}

/// `extract finish`.
pub(super) fn finish(args: &FinishArgs, out: &Console) -> Result<(), Failure> {
    let (identity, session) = sign_in(&args.sign_in, out)?;
    let built = session.finish_extract(&args.left, &args.out, &identity, &args.access.access())?;
    say_made(&built, &args.out, args.json, out)
}

fn say_made(built: &BuiltExtract, place: &Path, json: bool, out: &Console) -> Result<(), Failure> {
    if json {
        return out.json(&built.manifest);
    }
    out.good(format_args!("Extract made: {}", place.display()));
    let rows = built.manifest.rows;
    out.line(format_args!("{} rows of {}; {} are left out.", rows.released, rows.source, rows.suppressed));
    out.note(format_args!("Give the folder to whom it is for, and {} in another way.", built.public_key.display()));
    Ok(())
}

fn sign_in(args: &SignInArgs, out: &Console) -> Result<(Identity, Session), Failure> {
    let vault = args.vault.open()?;
    let identity = args.identity.unlock(&args.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    Ok((identity, session))
}

/// Makes an extract in a new folder.
pub(crate) fn make_from(
    spec: &Path,
    desk: (&Identity, &Session),
    place: &Path,
    access: &Access,
    out: &Console,
) -> Result<Manifest, Failure> {
    Ok(make(&asked(spec)?, desk, place, access, out)?.manifest)
}

fn make(
    (request, files): &(ExtractRequest, Beside),
    (identity, session): (&Identity, &Session),
    place: &Path,
    access: &Access,
    out: &Console,
) -> Result<BuiltExtract, Failure> {
    watched(out, "searching", |watch| {
        let output = ExtractOutput { place, signer: identity, pages: &ReportPages };
        session.build_extract(request, files, &output, access, watch)
    })
}

/// `extract reverse`.
pub(super) fn reverse(args: &ReverseArgs, out: &Console) -> Result<(), Failure> {
    let pseudonym = Pseudonym::parse(&args.pseudonym).map_err(saferoom::vault::Error::from)?;
    let way_back = WayBack::from_bytes(&read(&args.way_back)?).map_err(saferoom::vault::Error::from)?;
    let (identity, session) = sign_in(&args.sign_in, out)?;
    let vault = session.vault().clone();
    // Nobody is signed in while shares are brought.
    let bring = |session: Session, key: &[u8; 16]| -> Result<(Session, RecoveryKey), Failure> {
        let restoring = session.begin_reversal(way_back.unit(), key)?;
        drop(session);
        let brought = collect(restoring, &args.shares, &Terminal::take(), out)?;
        let key = brought.finish().map_err(saferoom::keys::KeyError::from)?;
        Ok((vault.sign_in(&identity)?, key))
    };
    let (session, key) = bring(session, way_back.key())?;
    let access = args.access.access();
    let case = match session.reverse_pseudonym(pseudonym, &way_back, &[&key], &access) {
        // The row was told again since a later ceremony.
        Err(Error::Statistics(StatisticsError::AlsoReversal { key: other, ceremony })) => {
            out.note(format_args!("The shares of ceremony number {ceremony} are needed as well."));
            let (session, other) = bring(session, &other)?;
            session.reverse_pseudonym(pseudonym, &way_back, &[&key, &other], &access)?
        }
        found => found?,
    };
    if args.json {
        return out.json(&json!({ "case": case.to_string() }));
    }
    out.good(format_args!("The case is {case}."));
    out.note("A finding is open: somebody else has to review it (`saferoom findings`).");
    Ok(())
}

fn say_what_is_there(read: &StatisticsFound, out: &Console) {
    out.line(format_args!("Statistics of {} cases.", read.cases));
    let notes = [
        (read.pending, "wait for somebody with a key to open them: something is not told yet"),
        (read.older_rules, "have something by older rules"),
        (read.closed, "are sealed to circles that you do not hold"),
    ];
    for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
        out.note(format_args!("{count} {what}."));
    }
}
