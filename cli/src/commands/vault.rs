//! `saferoom vault`: found a vault, look at it, check it.

use std::fs;

use saferoom::access::Access;
use saferoom::model::records::Unit;
use saferoom::model::{FormDocument, ModelError, Text};
use saferoom::store::StoreError;
use saferoom::vault::{CheckReport, Vault};
use serde_json::json;

use super::backup;
use crate::args::{AddFormArgs, CheckArgs, CreateArgs, InfoArgs, VaultCommand};
use crate::console::Console;
use crate::failure::Failure;

/// Saying what is recorded is administration: HL7 `HSYSADMIN`.
const PURPOSE_OF_FORMS: &str = "HSYSADMIN";

pub(crate) fn run(command: &VaultCommand, out: &Console) -> Result<(), Failure> {
    match command {
        VaultCommand::Create(args) => create(args, out),
        VaultCommand::Info(args) => info(args, out),
        VaultCommand::Check(args) => check(args, out),
        VaultCommand::AddForm(args) => add_form(args, out),
        VaultCommand::Backup(args) => backup::backup(args, out),
        VaultCommand::Restore(args) => backup::restore(args, out),
        VaultCommand::MoveOut(args) => backup::move_out(args, out),
        VaultCommand::MoveIn(args) => backup::move_in(args, out),
        VaultCommand::Adopt(args) => backup::adopt(args, out),
    }
}

fn create(args: &CreateArgs, out: &Console) -> Result<(), Failure> {
    // All that can be refused is refused before an identity file is made.
    let name = Text::new(&args.unit).map_err(ModelError::from).map_err(|error| Failure::from(error).at("--unit"))?;
    if args.vault.path.exists() {
        return Err(Failure::from(StoreError::AlreadyExists).at(args.vault.path.display()));
    }
    let (identity, made) = args.identity.unlock_or_create(&args.vault.device_folder(), out)?;
    if made {
        out.good(format_args!("Identity made: {}", args.identity.path.display()));
    }
    let unit = Unit { name: Some(name), ..Unit::default() };
    let vault = Vault::create(&args.vault.path, args.vault.host(), &identity, &args.origin, &unit)?;
    out.good(format_args!("Vault founded: {}", args.vault.path.display()));
    out.blank();
    out.pairs([
        ("Vault", vault.info()?.vault.to_string()),
        ("You, its first member", identity.member().to_string()),
        ("Log", args.origin.clone()),
        ("Keys of this device", args.vault.device_folder().display().to_string()),
    ]);
    out.heading("Do now");
    out.line(" • Copy the identity file to a safe place. Without it and its passphrase nobody can open the vault.");
    out.line(" • Give your auditor what `saferoom audit key` prints: it verifies the log of this vault.");
    Ok(())
}

fn info(args: &InfoArgs, out: &Console) -> Result<(), Failure> {
    let vault = args.vault.open()?;
    let info = vault.info()?;
    if args.json {
        return out.json(&json!({
            "path": vault.path().to_string_lossy(),
            "vault": info.vault.to_string(),
            "device": info.device.to_string(),
            "format": info.format,
            "records": info.records,
            "log_entries": info.log_entries,
            "of_this_device": info.of_this_device,
        }));
    }
    let here = if info.of_this_device { "yes" } else { "no: sign in on the device that made it" };
    out.pairs([
        ("File", vault.path().display().to_string()),
        ("Vault", info.vault.to_string()),
        ("Device", info.device.to_string()),
        ("Format", info.format.to_string()),
        ("Records", info.records.to_string()),
        ("Log entries", info.log_entries.to_string()),
        ("Kept by this device", here.to_owned()),
    ]);
    Ok(())
}

fn check(args: &CheckArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let progress = out.progress(0, "Checking");
    let report = session.check(|done, total| {
        progress.set_total(total);
        progress.set(done);
    });
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            drop(progress);
            return Err(error.into());
        }
    };
    progress.finish();
    if args.json {
        return out.json(&json!({
            "intact": true,
            "records": report.records,
            "revisions": report.revisions,
            "commits": report.commits,
            "keys": report.keys,
            "search_tokens": report.tokens,
            "sessions": report.sessions,
            "log_entries": report.log_entries,
            "entries_opened": report.entries_opened,
            "writes_logged": report.writes_logged,
        }));
    }
    out.good(format_args!("{} is intact: nothing was changed from outside.", args.sign_in.vault.path.display()));
    out.blank();
    out.table(&["checked", "how many", "what was found"], findings(&report));
    Ok(())
}

fn add_form(args: &AddFormArgs, out: &Console) -> Result<(), Failure> {
    let text = fs::read_to_string(&args.form).map_err(|error| Failure::reading(&args.form, &error))?;
    let form = FormDocument::parse(&text).map_err(|error| Failure::from(error).at(args.form.display()))?;
    let vault = args.sign_in.vault.open()?;
    let custodian = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&custodian)?;
    session.add_form(&form, &custodian, &Access::for_purpose(PURPOSE_OF_FORMS))?;
    let fields = session.forms()?.last().map_or(0, |form| form.fields().len());
    out.good(format_args!("Form added, with {fields} extra fields: {}", args.form.display()));
    out.note("What this vault now has: saferoom catalogue --vault, with the same identity.");
    Ok(())
}

fn findings(report: &CheckReport) -> Vec<[String; 3]> {
    let oversight = report.entries_opened > 0;
    let opened = if oversight { "each opens to its leaf of the signed tree" } else { "not opened: no oversight key" };
    let logged = if oversight { "each revision has its log entry" } else { "not compared: no oversight key" };
    [
        ("records", report.records, "each as it was signed"),
        ("revisions", report.revisions, "each written by a member, none missing"),
        ("commits", report.commits, "each with a valid signature"),
        ("wrapped keys", report.keys, "each as it was committed to"),
        ("search tokens", report.tokens, "each as it was written, none missing"),
        ("sign-ins", report.sessions, "each certified by a member"),
        ("log entries", report.log_entries, "all in the signed tree, in order"),
        ("log entries opened", report.entries_opened, opened),
        ("logged writes", report.writes_logged, logged),
    ]
    .map(|(what, count, found)| [what.to_owned(), count.to_string(), found.to_owned()])
    .to_vec()
}
