//! `saferoom authorise`: what a second person signs, in a session of their own, so that somebody else may act once.

mod args;

use saferoom::id::RecordId;
use saferoom::keys::{Clock as _, SystemClock};
use saferoom::model::{Coded, ModelError, Narrative, Timestamp};
use saferoom::practice::authorise::Authorised;
use saferoom::practice::consent::Disclosure;
use saferoom::vault::{Error, PaperFor, Session};

pub use self::args::{AuthoriseCommand, CopyArgs, DisclosureArgs, PaperSignArgs, RepeatArgs, ShowArgs, SigningArgs};
use crate::console::Console;
use crate::failure::Failure;

const DAY: u64 = 86_400_000;

pub(crate) fn run(command: &AuthoriseCommand, out: &Console) -> Result<(), Failure> {
    match command {
        AuthoriseCommand::Disclosure(args) => {
            let disclosure = Disclosure {
                purpose: args.purpose_of_consent.clone(),
                recipient_kind: args.recipient_kind.clone(),
                recipient: args.recipient.clone(),
                service: args.service.clone(),
                fields: args.fields.clone(),
            };
            let act = Authorised::Override { disclosure, ground: coded(&args.ground)? };
            let session = args.signing.sign_in.sign_in(out)?;
            sign(&session, args.child, &act, &args.signing, out)
        }
        AuthoriseCommand::Paper(args) => {
            let session = args.signing.sign_in.sign_in(out)?;
            let whom = PaperFor { kind: args.recipient_kind.clone(), name: args.recipient.trim().to_owned() };
            let access = args.signing.access.access();
            let (child, disclosure) = session.court_paper_disclosure(args.record, &whom, &access)?;
            let act = Authorised::Override { disclosure, ground: coded(&args.ground)? };
            sign(&session, child, &act, &args.signing, out)
        }
        AuthoriseCommand::Repeat(args) => {
            let act = Authorised::Repeat { reason: coded(&args.repeat_reason)? };
            let session = args.signing.sign_in.sign_in(out)?;
            sign(&session, args.subject, &act, &args.signing, out)
        }
        AuthoriseCommand::Copy(args) => {
            let act = Authorised::Copy { class: coded(&args.class)? };
            let session = args.signing.sign_in.sign_in(out)?;
            sign(&session, args.exhibit, &act, &args.signing, out)
        }
        AuthoriseCommand::Show(args) => show(args, out),
    }
}

fn sign(
    session: &Session,
    subject: RecordId,
    act: &Authorised,
    args: &SigningArgs,
    out: &Console,
) -> Result<(), Failure> {
    let until = SystemClock::default().wall_milliseconds().saturating_add(args.days.saturating_mul(DAY));
    let until = i64::try_from(until).ok().and_then(|until| Timestamp::from_milliseconds(until).ok());
    let until =
        until.ok_or_else(|| Failure::from(Error::from(ModelError::Value(saferoom::model::ValueError::Range))))?;
    let reason = Narrative::new(&args.because).map_err(|error| Error::from(ModelError::Value(error)))?;
    let id = session.authorise(subject, act, reason, until, &args.access.access())?;
    if args.json {
        let (act, until) = (act.name(), until.to_text());
        return out.json(&serde_json::json!({ "authorisation": id.to_string(), "act": act, "valid_until": until }));
    }
    out.good(format_args!("Signed: {id}"));
    out.pairs([("Allows", act.name().to_owned()), ("Until", until.to_text())]);
    out.note("It holds once, for exactly this, and for somebody else than you.");
    Ok(())
}

fn show(args: &ShowArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let signed = session.authorisation(args.authorisation, &args.access.access())?;
    let or_none = |what: Option<String>| what.unwrap_or_else(|| "not yet".to_owned());
    out.good("The signature fits what stands there.");
    out.pairs([
        ("Allows", signed.act.name().to_owned()),
        ("About", signed.subject.to_string()),
        ("Signed by", signed.signed_by.to_string()),
        ("Until", signed.valid_until.to_text()),
        ("Used", or_none(signed.used_at.map(|at| at.to_text()))),
        ("Used by", or_none(signed.used_by.map(|by| by.to_string()))),
        ("Used for", or_none(signed.used_for.map(|of| of.to_string()))),
    ]);
    Ok(())
}

fn coded<L: saferoom::model::CodeListName>(text: &str) -> Result<Coded<L>, Failure> {
    Coded::new(text.trim()).map_err(|error| Error::from(ModelError::Value(error)).into())
}
