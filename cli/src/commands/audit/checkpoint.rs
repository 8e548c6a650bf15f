//! Checkpoints of this vault's log: printed, as a QR code, as a request to a witness; and cosigned ones put together.

use saferoom::log::collect_cosignatures;

use super::{qr, quorum_in_words, read_policy, read_small, without_last_newline};
use crate::args::{CheckpointArgs, CollectArgs, RequestArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(super) fn checkpoint(args: &CheckpointArgs, out: &Console) -> Result<(), Failure> {
    let note = args.sign_in.sign_in(out)?.checkpoint()?;
    if args.qr || args.png.is_some() {
        let code = qr::Code::of(note.as_bytes())?;
        if let Some(path) = &args.png {
            code.write_png(path)?;
        }
        if args.qr {
            code.show(out);
        }
    }
    out.line(without_last_newline(&note));
    Ok(())
}

pub(super) fn request(args: &RequestArgs, out: &Console) -> Result<(), Failure> {
    let request = args.sign_in.sign_in(out)?.witness_request(args.old)?;
    out.line(without_last_newline(&request.to_string()));
    Ok(())
}

/// The checkpoint goes to stdout; whether the quorum is reached, to stderr.
pub(super) fn collect(args: &CollectArgs, out: &Console) -> Result<(), Failure> {
    let policy = read_policy(&args.trust_policy)?;
    let checkpoint = read_small(&args.checkpoint)?;
    let mut lines = String::new();
    for path in &args.lines {
        let text = String::from_utf8(read_small(path)?);
        let text = text.map_err(|_| Failure::new(exit::INPUT, format!("{} is no text", path.display())))?;
        lines.push_str(&text);
        lines.push('\n');
    }
    let judged = collect_cosignatures(&checkpoint, &lines, &policy)?;
    out.error_line(quorum_in_words(judged.quorum));
    out.line(without_last_newline(&judged.note.to_string()));
    Ok(())
}
