//! A reader that was written from docs/formats.md alone, on the folder that the tour leaves.

use std::time::Instant;

use super::python::Environment;
use super::{left, tour};
use crate::context::Context;
use crate::report::Outcome;

const READER: &str = "tests/stranger";

/// Opens fields, a bundle and an extract without saferoom, and compares with what saferoom shows.
pub(super) fn stranger(context: &Context, until: Instant) -> Outcome {
    Outcome::from_result(check(context, until))
}

fn check(context: &Context, until: Instant) -> Result<(), String> {
    let folder = context.target.join(tour::FOLDER);
    if !folder.join("extract.pub").is_file() {
        return Err(format!("there is no {}: run the step `tour` before", folder.display()));
    }
    let environment = Environment { context, folder: context.target.join("venv-stranger") };
    environment.create(until)?;
    environment.pip(&["-r", &format!("{READER}/requirements.txt")]).run(left(until))?;
    let tests = environment.tool("python").args(["-m", "pytest", "-p", "no:cacheprovider", "."]);
    let tests = tests.folder(&context.root.join(READER)).env("SAFEROOM_TOUR", &folder);
    tests.env("SAFEROOM_PROGRAM", context.target.join("release/saferoom")).run(left(until))
}
