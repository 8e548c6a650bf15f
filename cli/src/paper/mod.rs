//! `saferoom case print-statement` and `print-interview`: papers for the court file. `saferoom evidence check`: whether a
//! file is the exhibit that is recorded.

mod args;
mod page;

use std::cell::RefCell;
use std::ops::ControlFlow;

use saferoom::model::records::OverrideGround;
use saferoom::model::{LabelLanguage, ModelError, Narrative};
use saferoom::practice::consent::Override;
use saferoom::practice::custody::Checked;
use saferoom::vault::{Error, PaperFor};
use serde_json::json;

pub use self::args::{CheckArgs, EvidenceCommand, PaperArgs, PaperCommand};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::packet::keys::write_new;

/// From how many bytes on it is worth saying how far a check is.
const LONG: u64 = 16 << 20;

pub(crate) fn run(command: &PaperCommand, out: &Console) -> Result<(), Failure> {
    match command {
        PaperCommand::PrintStatement(args) => print(args, "statement", out),
        PaperCommand::PrintInterview(args) => print(args, "interview", out),
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
    write_new(&args.html, page::page(&paper, &whom, expected, language).as_bytes())?;
    out.good(format_args!("Paper written: {}", args.html.display()));
    if paper.closing.is_none() {
        out.note("It was not closed for changes yet: the paper says that it is a draft.");
    }
    out.note("Whoever has the file reads all of it. Print it, hand it to whom it is for, and delete it.");
    Ok(())
}

fn override_of(args: &PaperArgs) -> Result<Option<Override>, Failure> {
    let (Some(ground), Some(by)) = (&args.without_consent, args.answers_for) else { return Ok(None) };
    let value = |error| Failure::from(Error::from(ModelError::Value(error)));
    let reason = args.access.reason.clone().unwrap_or_default();
    let reason = Narrative::new(reason).map_err(value)?;
    Ok(Some(Override { ground: OverrideGround::new(ground.trim()).map_err(value)?, reason, by }))
}

pub(crate) fn run_evidence(command: &EvidenceCommand, out: &Console) -> Result<(), Failure> {
    match command {
        EvidenceCommand::Check(args) => check(args, out),
    }
}

fn check(args: &CheckArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let told = RefCell::new((None, 0));
    let tell = |done: u64, total: u64| {
        let (progress, before) = &mut *told.borrow_mut();
        if total >= LONG {
            let progress = progress.get_or_insert_with(|| out.progress(total, "Reading"));
            progress.advance(done - *before);
        }
        *before = done;
        ControlFlow::Continue(())
    };
    let found = session.check_exhibit_file(args.item, &args.file, tell, &args.access.access())?;
    let word = |checked| match checked {
        Checked::Fits => "fits",
        Checked::Differs => "differs",
        Checked::NotChecked => "not checked",
    };
    if args.json {
        let digests: Vec<_> = found
            .digests
            .iter()
            .map(|(method, checked)| json!({ "method": method, "answer": word(*checked) }))
            .collect();
        out.json(&json!({
            "fits": found.fits(), "length": found.length, "length_fits": found.length_fits, "digests": digests,
        }))?;
    } else {
        for (method, checked) in &found.digests {
            out.line(format_args!("{method}: {}", word(*checked)));
        }
    }
    if !found.fits() {
        return Err(Failure::new(exit::INTEGRITY, "the file is not what is recorded of this exhibit")
            .advise("Stop, record a custody event with the result `digest_differs`, and tell the evidence unit."));
    }
    if !args.json {
        out.good("The file is the one that is recorded.");
    }
    Ok(())
}
