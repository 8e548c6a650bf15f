//! Writes the test vectors anew: they are made by ignored tests whose names start with `write_`. And the fixtures of a
//! release, which are made once.

use std::time::Duration;

use crate::context::Context;

const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs those tests, in the whole workspace. What they changed is then for `git diff` to show.
pub(crate) fn write(context: &Context) -> Result<(), String> {
    context.cargo(["test", "--workspace", "--tests", "--", "--ignored", "write_"]).run(LIMIT)
}

/// Makes the fixtures of this version (`tests/databases`) anew.
pub(crate) fn write_databases(context: &Context) -> Result<(), String> {
    let test = ["test", "--workspace", "--test", "databases", "--", "--ignored", "--exact", "make_databases"];
    context.cargo(test).env("SAFEROOM_BLESS", "1").run(LIMIT)
}
