//! The tour from outside: what it prints, what it writes, and that the commands it names work as printed.

use std::path::Path;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_saferoom");

fn tour(within: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    // Under `cargo test` the tour would take itself for a child of `cargo run`.
    command.current_dir(within).env_remove("CARGO").env_remove("SAFEROOM_PASSPHRASE_FILE");
    command.arg("tour").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs the small tour and returns what it printed.
fn small(within: &Path, more: &[&str]) -> String {
    let done = tour(within, &[&["--interviews", "25", "--seed", "7"], more].concat());
    assert_eq!(done.status.code(), Some(0), "{}\n{}", text(&done.stdout), text(&done.stderr));
    text(&done.stdout)
}

/// The lines that count something.
fn counts(printed: &str) -> Vec<String> {
    let counted = ["cases ", "children ", "interviews ", "records ", "revisions ", "log entries ", "commits "];
    let lines = printed.lines().map(str::trim).filter(|line| counted.iter().any(|start| line.starts_with(start)));
    lines.map(str::to_owned).collect()
}

/// The printed commands, each with the comment above it.
fn commands(printed: &str) -> Vec<(String, String)> {
    let (_, next) = printed.split_once("Try next").unwrap();
    let mut commands = Vec::new();
    let mut comment = String::new();
    for line in next.replace("\\\n", " ").lines() {
        match line.strip_prefix("    ") {
            Some(command) => commands.push((comment.clone(), command.to_owned())),
            None => comment = line.to_owned(),
        }
    }
    commands
}

#[test]
fn the_tour_shows_everything_and_writes_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let printed = small(folder.path(), &[]);
    for number in 1..=17 {
        assert!(printed.contains(&format!("\n{number}. ")), "step {number}\n{printed}");
    }
    for expected in [
        "S601",
        "Denied",
        "Preparing a hearing",
        "child_correction",
        "nothing was changed from outside",
        "the signature verifies",
        "S760",
        "0 found in",
        "7. Need-to-know",
        "S611",
        "S630",
        "rows came in; the same packet once more changes nothing",
        "Kampot example station",
        "of the information",
        "that session is locked",
        "10. Erase a case for good",
        "the case was erased",
        "8. Break the glass",
        "BreakGlassStart",
        "the finding is closed",
        "11. Interview a child",
        "S1111",
        "Practice in telling was left out",
        "12. Refer the child",
        "S1149",
        "sent → accepted",
        "S1421",
        "14. An auditor visits",
        "the bundle holds all that the trust policy demands",
        "caught: integrity FAILED",
        "15. Five stations and their monitor",
        "rooms that got better: 100.0 % (5 of 5)",
        "85.7 % (18 of 21)",
        "95.2 % (20 of 21)",
    ] {
        assert!(printed.contains(expected), "{expected}\n{printed}");
    }
    // The checkpoint's signature is as long as it is; all else fits into 100 columns.
    let narrow = |line: &str| line.starts_with("  — ") || line.contains(PROGRAM) || line.chars().count() <= 100;
    assert!(printed.lines().all(narrow), "{printed}");
    assert!(!printed.contains('\u{1b}'), "no colours without a terminal");
    let at = |name: &str| folder.path().join("saferoom-tour").join(name);
    for file in [
        "TOUR",
        "tour.saferoom",
        "founder.identity",
        "passphrase.txt",
        "checkpoint.txt",
        "damaged.saferoom",
        "trust-policy.txt",
        "audit-report.html",
        "monitoring-report.html",
        "monitoring-report-km.html",
        "rooms/monitor.saferoom",
        "rooms/kampot.saferoom",
        "audit/checkpoint",
        "extract/manifest.json.sig",
        "extract/data.parquet",
        "extract.pub",
        "extract-desk.saferoom",
        "statistics.packet",
        "statistics-siem-reap.packet",
        "to-shelter.packet",
        "other-station.saferoom",
    ] {
        assert!(at(file).is_file(), "{file}");
    }
    assert!(at("tour.saferoom.device").is_dir());
    let passphrase = std::fs::read_to_string(at("passphrase.txt")).unwrap();
    assert!(!printed.contains(passphrase.trim()), "the passphrase is not printed");
}

#[test]
fn the_tour_shows_who_reads_what_of_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let printed = small(folder.path(), &[]);
    let (_, step) = printed.split_once("\n7. Need-to-know").unwrap();
    let (step, _) = step.split_once("\n8. ").unwrap();
    let cells = |what: &str| {
        let line = step.lines().find(|line| line.trim_start().starts_with(what)).unwrap_or_else(|| panic!("{step}"));
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(cells("of the case"), ["of the case", "compartment", "interviewer", "supervisor", "other unit"]);
    assert_eq!(cells("the child's name"), ["the child's name", "identity", "reads", "reads", "no key"]);
    assert_eq!(cells("the statement"), ["the statement", "narrative", "reads", "no key", "no key"]);
    assert_eq!(step.matches(" Denied ").count(), 3, "{step}");
}

#[test]
fn the_same_seed_gives_the_same_caseload() {
    let folder = tempfile::tempdir().unwrap();
    let timeless = |printed: &str| {
        let counts = counts(printed);
        assert!(counts.len() > 8, "{printed}");
        counts
    };
    let first = timeless(&small(folder.path(), &["--dir", "one"]));
    assert_eq!(first, timeless(&small(folder.path(), &["--dir", "two"])));
}

#[test]
fn a_folder_with_something_in_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("photo"), b"kept").unwrap();
    let refused = tour(folder.path(), &["--dir", "."]);
    assert_eq!(refused.status.code(), Some(5));
    assert!(text(&refused.stderr).contains("not empty"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    std::fs::create_dir(folder.path().join("former")).unwrap();
    std::fs::write(folder.path().join("former/TOUR"), b"").unwrap();
    let refused = tour(folder.path(), &["--dir", "former"]);
    assert_eq!(refused.status.code(), Some(5));
    assert!(text(&refused.stderr).contains("--dir former-2"), "{}", text(&refused.stderr));
}

#[test]
fn wrong_usage_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(tour(folder.path(), &["--interviews", "0"]).status.code(), Some(2));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
}

#[cfg(unix)]
#[test]
fn the_printed_commands_work_as_printed() {
    let folder = tempfile::tempdir().unwrap();
    let printed = small(folder.path(), &["--dir", "a tour"]);
    let commands = commands(&printed);
    assert_eq!(commands.len(), 11, "{printed}");
    for (comment, command) in commands {
        let done = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().unwrap();
        let expected = if comment.contains("exit code 3") { 3 } else { 0 };
        let all = format!("{command}\n{}\n{}", text(&done.stdout), text(&done.stderr));
        assert_eq!(done.status.code(), Some(expected), "{all}");
        assert!(!text(&done.stderr).contains("warning"), "{all}");
        assert!(expected == 3 || !done.stdout.is_empty(), "{all}");
    }
}

/// The commands of docs/auditing.md, with those of Go left out: `cargo xtask test --only go` has them.
fn guide() -> Vec<String> {
    let text = include_str!("../../docs/auditing.md").replace("\\\n", " ");
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands =
        blocks.flat_map(str::lines).filter(|line| line.starts_with("saferoom audit") || line.contains("sha256sum"));
    commands.map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn the_commands_of_the_guide_work_in_the_tours_folder() {
    let folder = tempfile::tempdir().unwrap();
    small(folder.path(), &["--dir", "tour"]);
    let within = folder.path().join("tour");
    let run = |command: &str| {
        let command = command.replacen("saferoom ", &format!("{PROGRAM} "), 1);
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).current_dir(&within).env("SAFEROOM_PASSPHRASE_FILE", "passphrase.txt");
        shell.output().unwrap()
    };
    let believed = "--trust-policy trust-policy.txt --kept checkpoint.txt";
    let created = run(&format!("saferoom audit query audit {believed} --action create --format csv"));
    let child = text(&created.stdout)
        .lines()
        .find(|line| line.contains(",child,"))
        .unwrap()
        .split(',')
        .nth(11)
        .unwrap()
        .to_owned();
    let commands = guide();
    assert!(commands.len() >= 14, "{commands:?}");
    for command in commands {
        let command = command.replace("5a110a...118308", &format!("{}...{}", &child[..6], &child[26..]));
        let done = run(&command);
        let all = format!("{command}\n{}\n{}", text(&done.stdout), text(&done.stderr));
        assert_eq!(done.status.code(), Some(0), "{all}");
        assert!(!command.contains("audit-altered") || text(&done.stdout).trim_end().ends_with('3'), "{all}");
    }
    let names = std::fs::read_to_string(within.join("staff.csv")).unwrap();
    assert!(names.contains("Ly Vanna"), "{names}");
    for file in
        ["policy.txt", "bundle/checkpoint", "names.csv", "today.checkpoint", "november.csv", "report.html", "log.vkey"]
    {
        assert!(within.join(file).is_file(), "{file}");
    }
}
