//! `saferoom identity`: another passphrase, and this device as a second way to unlock.

use saferoom::keys::{FileKeyStore, PassphraseCost, Unlock, enrol_host, relock_identity_file};

use crate::args::{EnrolArgs, IdentityCommand, PassphraseArgs};
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(command: &IdentityCommand, out: &Console) -> Result<(), Failure> {
    match command {
        IdentityCommand::Passphrase(args) => passphrase(args, out),
        IdentityCommand::Enrol(args) => enrol(args, out),
    }
}

fn passphrase(args: &PassphraseArgs, out: &Console) -> Result<(), Failure> {
    let old = args.identity.passphrase(out, false)?;
    let new = args.new.passphrase(&args.identity.path, out, true)?;
    let (old, new) = (Unlock::Passphrase(&old), Unlock::Passphrase(&new));
    relock_identity_file(&args.identity.path, old, new, PassphraseCost::STANDARD)?;
    out.good(format_args!("The passphrase of {} was changed.", args.identity.path.display()));
    out.line("Copies of the file that were made before still open with the old passphrase: replace them.");
    Ok(())
}

fn enrol(args: &EnrolArgs, out: &Console) -> Result<(), Failure> {
    let passphrase = args.identity.passphrase(out, false)?;
    let store = FileKeyStore::new(&args.device_keys);
    enrol_host(&args.identity.path, &passphrase, &store, PassphraseCost::STANDARD)?;
    out.good(format_args!("This device unlocks {} now, and so does the passphrase.", args.identity.path.display()));
    Ok(())
}
