//! `saferoom identity`: another passphrase, this device as a second way to unlock, and the panic wipe.

use std::io::{IsTerminal, stdin};

use saferoom::keys::{FileKeyStore, Identity, KeyStore, PassphraseCost, Unlock, create_identity_file, host_half_of};
use saferoom::store::StoreError;
use saferoom::vault::{DeviceKeys, panic_wipe};

use crate::args::{EnrolArgs, EnrolmentArgs, IdentityCommand, NewIdentityArgs, PassphraseArgs, VaultArgs, WipeArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;
use crate::unlock::{beside, counted};

pub(crate) fn run(command: &IdentityCommand, out: &Console) -> Result<(), Failure> {
    match command {
        IdentityCommand::Passphrase(args) => passphrase(args, out),
        IdentityCommand::Enrol(args) => enrol(args, out),
        IdentityCommand::Wipe(args) => wipe(args, out),
        IdentityCommand::New(args) => new(args, out),
        IdentityCommand::Enrolment(args) => enrolment(args, out),
    }
}

fn passphrase(args: &PassphraseArgs, out: &Console) -> Result<(), Failure> {
    let old = args.identity.passphrase(out, false)?;
    let new = args.new.passphrase(&args.identity.path, out, true)?;
    let (old, new) = (Unlock::Passphrase(&old), Unlock::Passphrase(&new));
    let (path, device_keys) = (&args.identity.path, args.identity.device_folder(args.device_keys.as_ref()));
    counted(&device_keys, |attempts| attempts.relock(path, old, new, PassphraseCost::STANDARD))?;
    out.good(format_args!("The passphrase of {} was changed.", args.identity.path.display()));
    out.line("Copies of the file that were made before still open with the old passphrase: replace them.");
    Ok(())
}

fn enrol(args: &EnrolArgs, out: &Console) -> Result<(), Failure> {
    let passphrase = args.identity.passphrase(out, false)?;
    let path = &args.identity.path;
    counted(&args.device_keys, |attempts| attempts.enrol_host(path, &passphrase, PassphraseCost::STANDARD))?;
    out.good(format_args!("This device unlocks {} now, and so does the passphrase.", args.identity.path.display()));
    Ok(())
}

fn wipe(args: &WipeArgs, out: &Console) -> Result<(), Failure> {
    if !args.yes && !is_confirmed(args)? {
        return Err(Failure::new(exit::FAILED, "nothing was wiped"));
    }
    let vault = args.vault.as_ref().map(|path| VaultArgs { path: path.clone(), device_keys: args.device_keys.clone() });
    let folder = vault.as_ref().map(VaultArgs::device_folder).or_else(|| args.device_keys.clone());
    let folder = folder.unwrap_or_else(|| beside(&args.identity));
    let store = FileKeyStore::new(&folder);
    let half = host_half_of(&args.identity).unwrap_or_default();
    let elsewhere = half.is_some_and(|half| store.load(&half).is_ok_and(|secret| secret.is_none()));
    match &vault {
        Some(vault) if args.log_key => drop(vault.open()?.panic_wipe(&args.identity, DeviceKeys::Wipe)?),
        _ => drop(panic_wipe(&args.identity, &store)?),
    }
    out.good(format_args!("{} was overwritten and removed.", args.identity.display()));
    if elsewhere {
        let text =
            format!("the device's half of its lock is not in {}, and may be in another folder", folder.display());
        return Err(Failure::new(exit::FAILED, text).advise(
            "Remove the folder of keys that this identity was enrolled with: with it, an old copy of the file still opens.",
        ));
    }
    if args.log_key {
        out.line("The device's log key is gone: restore the vault from a backup, or take it over with `saferoom vault adopt`.");
    }
    Ok(())
}

/// Asks at the terminal; whoever has none says it with --yes.
fn is_confirmed(args: &WipeArgs) -> Result<bool, Failure> {
    if !stdin().is_terminal() {
        let refused = Failure::new(exit::USAGE, "nobody can be asked here whether the identity is to be wiped");
        return Err(refused.advise("Say --yes if it is."));
    }
    eprint!("Wipe {} for good? Type `wipe`: ", args.identity.display());
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    read.map_err(|_| Failure::new(exit::FAILED, "the terminal does not answer; nothing was wiped"))?;
    Ok(answer.trim() == "wipe")
}

fn new(args: &NewIdentityArgs, out: &Console) -> Result<(), Failure> {
    if args.identity.path.exists() {
        return Err(Failure::from(StoreError::AlreadyExists).at(args.identity.path.display()));
    }
    let passphrase = args.identity.passphrase(out, true)?;
    let identity = args.of.map_or_else(Identity::generate, Identity::generate_for);
    create_identity_file(&args.identity.path, &identity, Unlock::Passphrase(&passphrase), PassphraseCost::STANDARD)?;
    out.good(format_args!("Identity made: {}", args.identity.path.display()));
    out.pairs([("You are", identity.member().to_string())]);
    out.note("Next: saferoom identity enrolment, and give the file to a custodian.");
    Ok(())
}

fn enrolment(args: &EnrolmentArgs, out: &Console) -> Result<(), Failure> {
    let identity = args.identity.unlock(&args.identity.device_folder(None), out)?;
    new_file::write(&args.to, &identity.enrolment_file())?;
    out.good(format_args!("Enrolment written: {}", args.to.display()));
    out.pairs([("You are", identity.member().to_string()), ("Fingerprint", identity.public().fingerprint())]);
    out.note("Give the file to a custodian, and let them read the fingerprint to you.");
    Ok(())
}
