//! The whole check and the signed checkpoint.

use std::time::Instant;

use saferoom::log::Checkpoint;
use saferoom::vault::{CheckReport, Session};

use super::folder::{Folder, quoted};
use super::show;
use super::show::Step;
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

/// [`Step::Check`].
pub(super) fn check(out: &Console, session: &Session, folder: &Folder) -> Result<CheckReport, Failure> {
    show::step(out, Step::Check, "Check everything, and sign where the log stands");
    show::say(
        out,
        "The check follows every record back to its first revision, verifies who signed it, and finds its entry in the \
         log. It opens no child's data.",
    );
    let progress = out.progress(1, "Checking");
    let started = Instant::now();
    let report = session.check(|done, total| {
        progress.set_total(total);
        progress.set(done);
    })?;
    let time = started.elapsed();
    progress.finish();
    out.blank();
    out.table(
        &["  what", "checked", "how"],
        [
            row("records", report.records, "each is what its signature says, and none is missing"),
            row("revisions", report.revisions, "each has an author and follows the one before it"),
            row("commits", report.commits, "each is signed within a certified sign-in"),
            row("data keys", report.keys, "each is the one that the state of the vault promises"),
            row("sign-ins", report.sessions, "each is certified by a member"),
            row("log entries", report.log_entries, "each is a leaf of the signed Merkle tree"),
            row("entries opened", report.entries_opened, "each says what its leaf says"),
            row("writes logged", report.writes_logged, "every revision has its entry: nothing was written unseen"),
        ],
    );
    out.blank();
    out.good(format_args!("nothing was changed from outside ({})", show::seconds(time)));
    out.blank();
    show::say(out, "The log as it stands now, signed by this device:");
    let (note, key) = (session.checkpoint()?, session.log_key()?);
    let opened = Checkpoint::open(note.as_bytes(), std::slice::from_ref(&key))?;
    out.blank();
    note.trim_end().lines().for_each(|line| out.line(format_args!("  {line}").to_string().trim_end()));
    out.blank();
    new_file::write(&folder.checkpoint(), note.as_bytes())?;
    out.good(format_args!("the signature verifies; the log had {} entries", opened.checkpoint.size()));
    show::say(
        out,
        format!(
            "These few lines hold nothing secret. Kept outside the device (an auditor, a prosecutor, a printed sheet), \
             they prove later that no entry before them was removed or changed. A copy: {}",
            quoted(&folder.checkpoint())
        ),
    );
    Ok(report)
}

fn row(what: &str, count: u64, how: &str) -> [String; 3] {
    [format!("  {what}"), count.to_string(), how.to_owned()]
}
