//! `saferoom case print-statement` and `print-interview`: papers for the court file.

mod args;
mod page;

use saferoom::model::records::OverrideGround;
use saferoom::model::{Coded, LabelLanguage, ModelError, Narrative};
use saferoom::practice::consent::Override;
use saferoom::practice::statement::ReadBack;
use saferoom::vault::{Error, PaperFor};

pub use self::args::{CloseArgs, PaperArgs, PaperCommand, ReadBackArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

pub(crate) fn run(command: &PaperCommand, out: &Console) -> Result<(), Failure> {
    match command {
        PaperCommand::PrintStatement(args) => print(args, "statement", out),
        PaperCommand::PrintInterview(args) => print(args, "interview", out),
        PaperCommand::ReadBack(args) => read_back(args, out),
        PaperCommand::CloseStatement(args) => close(args, out),
    }
}

fn print(args: &PaperArgs, expected: &'static str, out: &Console) -> Result<(), Failure> {
    let without_consent = override_of(args)?;
    let session = args.sign_in.sign_in(out)?;
    let found = session.info(args.record)?.kind.map_or("record", |kind| kind.name());
    if found != expected {
        return Err(Error::WrongKind { expected, found }.into());
    }
    let whom = PaperFor { kind: args.recipient_kind.trim().to_owned(), name: args.recipient.trim().to_owned() };
    let paper = session.court_paper(args.record, &whom, without_consent.as_ref(), &args.access.access())?;
    let language = LabelLanguage::from_code(&args.lang).unwrap_or_default();
    new_file::write(&args.html, page::page(&paper, &whom, expected, language).as_bytes())?;
    out.good(format_args!("Paper written: {}", args.html.display()));
    if paper.closing.is_none() {
        out.note("It was not closed for changes yet: the paper says that it is a draft.");
    }
    out.note("Whoever has the file reads all of it. Print it, hand it to whom it is for, and delete it.");
    Ok(())
}

fn read_back(args: &ReadBackArgs, out: &Console) -> Result<(), Failure> {
    let language = args.language.as_deref().map(|code| Coded::new(code.trim())).transpose();
    let language = language.map_err(|error| Error::from(ModelError::Value(error)))?;
    let session = args.sign_in.sign_in(out)?;
    session.read_back_statement(args.statement, &ReadBack { by: args.by, language }, &args.access.access())?;
    out.good("Noted: this version was read to the child.");
    Ok(())
}

fn close(args: &CloseArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let closing = session.close_statement(args.statement, args.by, &args.access.access())?;
    if args.json {
        return out.json(&serde_json::json!({
            "lock": closing.lock.to_string(),
            "digest": closing.digest,
            "log_index": closing.log_index,
        }));
    }
    out.good("Closed for changes.");
    out.pairs([("Digest", closing.digest), ("Lock", closing.lock.to_string())]);
    out.note("A correction is a new version beside it, read back and signed anew.");
    Ok(())
}

fn override_of(args: &PaperArgs) -> Result<Option<Override>, Failure> {
    let (Some(ground), Some(authorisation)) = (&args.without_consent, args.authorisation) else { return Ok(None) };
    let value = |error| Failure::from(Error::from(ModelError::Value(error)));
    let reason = args.access.reason.clone().unwrap_or_default();
    let reason = Narrative::new(reason).map_err(value)?;
    Ok(Some(Override { ground: OverrideGround::new(ground.trim()).map_err(value)?, reason, authorisation }))
}
