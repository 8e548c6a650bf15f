//! `saferoom member exposure` and `move-on`: after somebody has left.

use serde_json::json;

use super::{ExposureArgs, MoveOnArgs};
use crate::console::Console;
use crate::failure::Failure;

pub(super) fn exposure(args: &ExposureArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let exposure = session.exposure(args.member, &args.access.access())?;
    if args.json {
        let counted = exposure.compartments.iter().map(|exposed| {
            json!({
                "compartment": exposed.compartment.name(),
                "cases": exposed.cases,
                "records": exposed.records,
            })
        });
        let cases = exposure.cases.iter().map(|(case, compartments)| {
            let names: Vec<_> = compartments.iter().map(|compartment| compartment.name()).collect();
            json!({ "case": case.to_string(), "compartments": names })
        });
        return out.json(&json!({
            "member": exposure.member.to_string(),
            "active": exposure.active,
            "compartments": counted.collect::<Vec<_>>(),
            "cases": cases.collect::<Vec<_>>(),
        }));
    }
    out.line("With a copy of the file from before they left, and all their keys, they could open at most:");
    let rows = exposure.compartments.iter().map(|exposed| {
        vec![exposed.compartment.name().to_owned(), exposed.cases.to_string(), exposed.records.to_string()]
    });
    out.table(&["compartment", "cases", "records"], rows);
    if !exposure.cases.is_empty() {
        let rows = exposure.cases.iter().map(|(case, compartments)| {
            let names: Vec<_> = compartments.iter().map(|compartment| compartment.name()).collect();
            vec![case.to_string(), names.join(", ")]
        });
        out.table(&["assigned or shared", "compartments"], rows);
    }
    if exposure.active {
        out.note("They are active: what is written from now on comes on top.");
    } else {
        out.note("Nothing that was written after they left opens with their keys.");
    }
    Ok(())
}

pub(super) fn move_on(args: &MoveOnArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let progress = out.progress(0, "Moving on");
    let moved = session.move_on(&args.access.access(), |done, total| {
        progress.set_total(total);
        progress.set(done);
    });
    let moved = match moved {
        Ok(moved) => moved,
        Err(error) => {
            drop(progress);
            return Err(error.into());
        }
    };
    progress.finish();
    out.good(format_args!("{} cases: {} wraps made, {} taken away.", moved.cases, moved.wrapped, moved.removed));
    if moved.closed > 0 {
        out.note(format_args!("{} keys are of compartments that you do not hold: others do the same.", moved.closed));
    }
    Ok(())
}
