//! `saferoom vault backup`, `restore`, `move-out`, `move-in`, `adopt`: the vault on another disk or another device.

use std::path::Path;
use std::time::Duration;

use saferoom::access::Access;
use saferoom::keys::{BackupKey, PassphraseCost, SystemClock};
use saferoom::vault::{BackupReport, RestoreOptions, RestoreReport, Vault};
use serde_json::json;

use crate::args::{AdoptArgs, BackupArgs, IntoArgs, RestoreArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::unlock::KeyFileArgs;

/// Backing up is keeping records safe: HL7 `RECORDMGT`.
const PURPOSE: &str = "RECORDMGT";

pub(crate) fn backup(args: &BackupArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let key = key_for(&args.key, args.days, out)?;
    let report = session.backup_to(&args.to, &key, &Access::for_purpose(PURPOSE))?;
    if args.json {
        return out.json(&described(&report));
    }
    out.good(format_args!("Backup made: {}", args.to.display()));
    told(&report, &args.key.path, out);
    Ok(())
}

pub(crate) fn move_out(args: &BackupArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let key = key_for(&args.key, args.days, out)?;
    let moved = session.move_out(&args.to, &key, &Access::for_purpose(PURPOSE))?;
    if args.json {
        let mut value = described(&moved.backup);
        value["final_checkpoint"] = json!(moved.final_checkpoint);
        value["keys_removed"] = json!(moved.keys_removed);
        return out.json(&value);
    }
    out.good(format_args!("The vault has left this device: {}", args.to.display()));
    told(&moved.backup, &args.key.path, out);
    out.heading("The last checkpoint of this device's log, for the auditor");
    out.line(moved.final_checkpoint.trim_end());
    if !moved.keys_removed {
        out.warn("The key store did not let go of the log's keys: take `log-key` and `epoch-key` of this vault out of it by hand.");
    }
    Ok(())
}

pub(crate) fn restore(args: &RestoreArgs, out: &Console) -> Result<(), Failure> {
    bring_in(args, out, Vault::restore)
}

pub(crate) fn move_in(args: &RestoreArgs, out: &Console) -> Result<(), Failure> {
    bring_in(args, out, Vault::move_in)
}

type BringIn = fn(
    &Path,
    &BackupKey,
    &saferoom::keys::Identity,
    &Path,
    saferoom::vault::Host,
    &RestoreOptions,
) -> Result<(Vault, RestoreReport), saferoom::vault::Error>;

fn bring_in(args: &RestoreArgs, out: &Console, bring_in: BringIn) -> Result<(), Failure> {
    let key = BackupKey::open_file(&args.key.path, &args.key.passphrase(out, false)?)?;
    let identity = args.into.identity.unlock(&args.into.vault.device_folder(), out)?;
    let options = options_of(&args.into)?;
    let vault = &args.into.vault;
    let (_, report) = bring_in(&args.from, &key, &identity, &vault.path, vault.host(), &options)?;
    restored(&report, &vault.path, args.into.json, out)
}

pub(crate) fn adopt(args: &AdoptArgs, out: &Console) -> Result<(), Failure> {
    let identity = args.into.identity.unlock(&args.into.vault.device_folder(), out)?;
    let options = options_of(&args.into)?;
    let vault = &args.into.vault;
    let (_, report) = Vault::adopt(&args.from, &identity, &vault.path, vault.host(), &options)?;
    restored(&report, &vault.path, args.into.json, out)
}

fn options_of(into: &IntoArgs) -> Result<RestoreOptions, Failure> {
    let erasures = into.erasures.as_deref().map(crate::erasure::read_list).transpose()?;
    Ok(RestoreOptions { origin: into.origin.clone(), accept_loss: into.accept_loss, erasures })
}

/// The key of the file, or a new one in a new file.
fn key_for(args: &KeyFileArgs, days: u32, out: &Console) -> Result<BackupKey, Failure> {
    if args.path.exists() {
        return Ok(BackupKey::open_file(&args.path, &args.passphrase(out, false)?)?);
    }
    let key = BackupKey::generate(&SystemClock::default(), Duration::from_secs(u64::from(days) * 24 * 3600))?;
    key.create_file(&args.path, &args.passphrase(out, true)?, PassphraseCost::STANDARD)?;
    Ok(key)
}

fn described(report: &BackupReport) -> serde_json::Value {
    json!({
        "vault": report.header.vault.to_string(),
        "key": report.header.key.id.to_string(),
        "key_not_after": report.header.key.not_after,
        "bytes": report.bytes,
        "rows": report.rows,
        "log_size": report.log_size,
        "log_root": report.log_root.to_string(),
    })
}

fn told(report: &BackupReport, key: &Path, out: &Console) {
    out.pairs([
        ("Vault", report.header.vault.to_string()),
        ("Bytes", report.bytes.to_string()),
        ("Log entries in it", report.log_size.to_string()),
        ("Key", format!("{} ({})", report.header.key.id, key.display())),
    ]);
    out.heading("Do now");
    out.line(" • Keep the file and the key file in two different places, both away from this device.");
}

fn restored(report: &RestoreReport, path: &Path, json: bool, out: &Console) -> Result<(), Failure> {
    if json {
        return out.json(&json!({
            "vault": report.vault.to_string(),
            "device": report.device.to_string(),
            "origin": report.origin,
            "previous_log_size": report.previous.size,
            "previous_log_root": report.previous.root.to_string(),
            "compared": report.compared,
            "lost_commits": report.lost_commits,
            "lost_entries": report.lost_entries,
            "erased": report.erased,
        }));
    }
    out.good(format_args!("Checked and brought in: {}", path.display()));
    let lost = if report.compared {
        format!("{} commits, {} log entries", report.lost_commits, report.lost_entries)
    } else {
        "not known: this device had kept nothing to compare with".to_owned()
    };
    out.pairs([
        ("Vault", report.vault.to_string()),
        ("New device", report.device.to_string()),
        ("New log", report.origin.clone()),
        ("Follows a log of", format!("{} entries", report.previous.size)),
        ("Lost", lost),
        ("Cases erased by the list", report.erased.to_string()),
    ]);
    out.heading("Do now");
    out.line(" • Give your auditor what `saferoom audit key` prints: the new log has a new key.");
    Ok(())
}
