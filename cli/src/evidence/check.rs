//! `saferoom evidence check`: whether a file is still the exhibit that was recorded.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;
use saferoom::id::RecordId;
use saferoom::practice::custody::Checked;
use serde_json::json;

use crate::args::{AccessArgs, SignInArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// From how many bytes on it is worth saying how far a check is.
const LONG: u64 = 16 << 20;

/// Arguments of `evidence check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Id of the evidence item
    #[arg(value_name = "ID")]
    pub item: RecordId,
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

pub(super) fn check(args: &CheckArgs, out: &Console) -> Result<(), Failure> {
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
