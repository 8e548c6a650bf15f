//! An auditor's visit: the log leaves as a bundle, is verified without a key, asked, told on a page; and an alteration shows.

use std::fs;
use std::path::Path;

use saferoom::access::Access;
use saferoom::error::Diagnosis;
use saferoom::log::{Answer, BundleReport, DiskFolder, TrustPolicy, Verdict, verify_bundle};
use saferoom::model::LabelLanguage;
use saferoom::vault::{LogExport, Session};

use super::folder::{Folder, quoted};
use super::reading::unexpected;
use super::show;
use super::show::Step;
use crate::args::{BundleArgs, ReportArgs};
use crate::commands::audit::{directory_file, now, write_report};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

/// Given to the members in their order: the vault knows pseudonyms only.
const NAMES: [&str; 6] = ["Sok Dara", "Chan Sopheap", "Keo Bopha", "Ly Vanna", "Meas Rithy", "Nhem Sreyneang"];

/// [`Step::Audit`]. The checkpoint of the step before was kept.
pub(super) fn visit(out: &Console, session: &Session, folder: &Folder) -> Result<(), Failure> {
    show::step(out, Step::Audit, "An auditor visits: proof without a key");
    show::say(
        out,
        "The log leaves as a bundle: a folder of plain files in public formats. Who verifies it needs no key to a child's \
         data and no trust in this program; the keys to believe came another way, in a trust policy.",
    );
    let access = Access::for_purpose("audit").because("Visit of the auditor");
    let policy = session.trust_policy()?.demanding(&demanded());
    new_file::write(&folder.trust_policy(), policy.to_string().as_bytes())?;
    let members = session.export_directory(&access)?;
    let names = |place: usize| NAMES.get(place).copied().unwrap_or_default().to_owned();
    new_file::write(&folder.staff(), &directory_file(&members, names)?)?;
    let progress = out.progress(session.log_size()?, "Writing the bundle");
    let exported = session.export_log(&folder.audit(), &LogExport::default(), &access, &mut |done, total| {
        progress.set_total(total);
        progress.set(done);
    })?;
    progress.finish();
    out.blank();
    out.good(format_args!("{} entries are in {}", exported.entries, quoted(&folder.audit())));

    let report = verified(&folder.audit(), &policy, folder)?;
    tell(out, &report);
    if !report.accepted(&policy) {
        return Err(unexpected("an honest bundle was not accepted"));
    }
    out.blank();
    out.good("the bundle holds all that the trust policy demands, and extends the checkpoint of the step before");
    page(out, folder)?;
    alter(out, folder, &policy)
}

/// No witness cosigned in a tour: everything but the age of cosignatures.
fn demanded() -> Vec<Verdict> {
    Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Freshness).collect()
}

fn verified(bundle: &Path, policy: &TrustPolicy, folder: &Folder) -> Result<BundleReport, Failure> {
    let path = folder.checkpoint();
    let kept = fs::read(&path).map_err(|error| Failure::reading(&path, &error))?;
    Ok(verify_bundle(&DiskFolder::new(bundle), policy, &[&kept], now()))
}

fn tell(out: &Console, report: &BundleReport) {
    let rows = report.answers().map(|(verdict, answer)| {
        let (said, how) = match answer {
            Answer::Passed => ("passed", means(verdict).to_owned()),
            Answer::Failed { problems, .. } => {
                ("FAILED", problems.first().map(|it| format!("S{}: {it}", it.code())).unwrap_or_default())
            }
            Answer::NothingKept => ("not proven", "no checkpoint was kept".to_owned()),
            Answer::NotJudged => ("not judged", report.why_not_judged(verdict).unwrap_or_default()),
        };
        [format!("  {}", verdict.name()), said.to_owned(), how]
    });
    out.blank();
    out.table(&["  verdict", "answer", "which means"], rows);
}

const fn means(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Integrity => "every entry is what the signed root says",
        Verdict::Authenticity => "the keys of the trust policy signed it",
        Verdict::Consistency => "nothing before the kept checkpoint was changed or cut",
        Verdict::Devices => "the log of every device is there",
        Verdict::Writes => "every stored revision has its entry",
        Verdict::Time => "the times agree with each other",
        Verdict::Openings => "every disclosed reason is the one stated then",
        Verdict::View => "the lines for other programs say what the entries say",
        _ => "",
    }
}

fn page(out: &Console, folder: &Folder) -> Result<(), Failure> {
    let bundle = BundleArgs {
        bundle: folder.audit(),
        trust_policy: Some(folder.trust_policy()),
        kept: vec![folder.checkpoint()],
        directory: Some(folder.staff()),
    };
    let html = folder.audit_report();
    out.blank();
    write_report(&ReportArgs { bundle, html: html.clone(), lang: LabelLanguage::English, utc_offset: None }, out)?;
    show::say(out, format!("A page for people who read no log; it loads nothing: {}", quoted(&html)));
    Ok(())
}

/// One bit of one entry, in a copy.
fn alter(out: &Console, folder: &Folder, policy: &TrustPolicy) -> Result<(), Failure> {
    let copy = folder.altered_audit();
    copy_folder(&folder.audit(), &copy)?;
    let entries = first_file(&copy.join("tile/entries")).ok_or_else(|| unexpected("the bundle has no entries"))?;
    let mut bytes = fs::read(&entries).map_err(|error| Failure::reading(&entries, &error))?;
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(&entries, &bytes).map_err(|error| Failure::writing(&entries, &error))?;
    out.blank();
    show::say(out, format!("Now one bit of one entry is changed, in a copy: byte {at} of {}.", quoted(&entries)));
    let report = verified(&copy, policy, folder)?;
    match report.answer(Verdict::Integrity) {
        Answer::Failed { problems, .. } if !report.accepted(policy) => {
            let problem = problems.first().map(|it| format!("S{}: {it}", it.code())).unwrap_or_default();
            out.good(format_args!("caught: integrity FAILED, {problem}"));
            Ok(())
        }
        _ => Err(unexpected("a changed bundle was accepted")),
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir(to).map_err(|error| Failure::writing(to, &error))?;
    for entry in fs::read_dir(from).map_err(|error| Failure::reading(from, &error))? {
        let path = entry.map_err(|error| Failure::reading(from, &error))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|error| Failure::writing(&target, &error))?;
        }
    }
    Ok(())
}

/// The first file below a folder, by name.
fn first_file(folder: &Path) -> Option<std::path::PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.into_iter().find_map(|path| if path.is_dir() { first_file(&path) } else { Some(path) })
}
