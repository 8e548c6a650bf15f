//! The end of the tour: what happened, where it lies, what to try next.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use super::begin::Caseload;
use super::folder::{Folder, quoted};
use super::reading::Example;
use super::show;
use super::show::Step;
use crate::console::Console;

/// What the tour counted.
pub(super) struct Totals {
    /// Records in the vault.
    pub(super) records: u64,
    /// Revisions of them.
    pub(super) revisions: u64,
    /// Entries of the log.
    pub(super) entries: u64,
    /// Bytes of the file.
    pub(super) size: u64,
    /// How long one read of many interviews took.
    pub(super) read: Duration,
    /// How long the tour took.
    pub(super) time: Duration,
}

/// The summary.
pub(super) fn summary(out: &Console, folder: &Folder, caseload: &Caseload, totals: &Totals) {
    out.heading("What you saw");
    out.pairs([
        ("  records", totals.records.to_string()),
        ("  revisions", totals.revisions.to_string()),
        ("  log entries", totals.entries.to_string()),
        ("  file", show::megabytes(totals.size)),
        ("  writing", format!("{} for {} records", show::seconds(caseload.time), caseload.records)),
        ("  reading", format!("{} for the interviews at once", show::seconds(totals.read))),
        ("  whole tour", show::seconds(totals.time)),
    ]);
    out.blank();
    show::say(
        out,
        format!(
            "All files are in {}. Delete it when you are done: nothing was written elsewhere.",
            quoted(folder.path())
        ),
    );
}

/// Commands that work as they are printed.
pub(super) fn next(out: &Console, folder: &Folder, example: Example<'_>, entries: u64) {
    out.heading("Try next");
    let program = program();
    let sign_in = |vault: &Path| {
        let (vault, identity, passphrase) = (quoted(vault), quoted(&folder.identity()), quoted(&folder.passphrase()));
        [format!("--vault {vault}"), format!("--identity {identity}"), format!("--passphrase-file {passphrase}")]
    };
    let print = |what: &str, parts: Vec<String>| {
        out.blank();
        out.note(what);
        print_command(out, &program, &parts);
    };
    let of_vault = |command: String, rest: String| {
        let mut parts = vec![command];
        parts.extend(sign_in(&folder.vault()));
        if !rest.is_empty() {
            parts.push(rest);
        }
        parts
    };
    print("List the cases", of_vault("case list".into(), "--purpose supervision".into()));
    let show = format!("case show {}", example.case.case);
    print(&format!("Show the case of step {}", Step::Read.number()), of_vault(show, "--purpose investigation".into()));
    let from = entries.saturating_sub(12);
    print("Read the end of the log", of_vault("audit show".into(), format!("--purpose audit --from {from}")));
    print("See who works in the vault, and what their roles read", of_vault("member list".into(), String::new()));
    print("See what can be recorded, and who can open it", vec!["catalogue".into()]);
    print("Check the vault", of_vault("vault check".into(), String::new()));
    let auditor = |bundle: &Path, command: &str| {
        let believed =
            format!("--trust-policy {} --kept {}", quoted(&folder.trust_policy()), quoted(&folder.checkpoint()));
        vec![format!("audit {command} {}", quoted(bundle)), believed]
    };
    print("Verify the log as an auditor does, without a key", auditor(&folder.audit(), "verify"));
    let altered = auditor(&folder.altered_audit(), "verify");
    print("Verify the log with the changed entry: refused, exit code 3", altered);
    let mut ask = auditor(&folder.audit(), "query");
    ask.push(format!("--record {} --directory {}", example.child.child, quoted(&folder.staff())));
    print(&format!("Ask the log who looked at the child of step {}", Step::Read.number()), ask);
    let passphrase = quoted(&folder.passphrase());
    let monitor = vec![
        "monitor report --json --purpose supervision".to_owned(),
        format!("--vault {}", quoted(&folder.rooms("monitor.saferoom"))),
        format!("--identity {}", quoted(&folder.rooms("monitor.identity"))),
        format!("--passphrase-file {passphrase}"),
    ];
    print("See the figures of five stations as their monitor does", monitor);
    let mut damaged = vec!["vault check".to_owned()];
    damaged.extend(sign_in(&folder.damaged()));
    print("Check the copy with the changed byte: refused, exit code 3", damaged);
}

/// A command on one line if it fits, otherwise one part a line.
fn print_command(out: &Console, program: &str, parts: &[String]) {
    let line = format!("    {program} {}", parts.join(" "));
    // Outside Unix shells a backslash does not join lines.
    if cfg!(not(unix)) || line.chars().count() <= 98 {
        out.line(line);
        return;
    }
    let indented = format!(" \\\n{:8}", "");
    out.line(format_args!("    {program} {}", parts.join(&indented)));
}

/// How this program is called again from here.
fn program() -> String {
    let exe = std::env::current_exe().ok();
    let started = std::env::args_os().next().unwrap_or_default();
    program_of(std::env::var_os("CARGO").is_some(), exe.as_deref(), &started)
}

fn program_of(by_cargo: bool, exe: Option<&Path>, started: &OsStr) -> String {
    let in_folder = |name: &str| exe.and_then(Path::parent).and_then(Path::file_name) == Some(OsStr::new(name));
    match (by_cargo, Path::new(started)) {
        // Cargo tells its children where it is.
        (true, _) if in_folder("release") => "cargo run --release --".to_owned(),
        (true, _) if in_folder("debug") => "cargo run --".to_owned(),
        (_, path) if path.as_os_str().is_empty() => "saferoom".to_owned(),
        (_, path) => quoted(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_called_as_it_was() {
        let exe = Some(Path::new("/work/target/release/saferoom"));
        assert_eq!(program_of(true, exe, OsStr::new("target/release/saferoom")), "cargo run --release --");
        assert_eq!(program_of(false, exe, OsStr::new("target/release/saferoom")), "target/release/saferoom");
        assert_eq!(program_of(false, Some(Path::new("/usr/bin/saferoom")), OsStr::new("saferoom")), "saferoom");
        assert_eq!(program_of(true, Some(Path::new("/a/debug/saferoom")), OsStr::new("x")), "cargo run --");
    }
}
