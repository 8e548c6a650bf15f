//! Being a witness: a folder with a key and with what was cosigned last of each log.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use saferoom::keys::{FileKeyStore, KeyError, KeyStore, SigningKey};
use saferoom::log::{DiskWitnessStore, Evidence, Hash, KeyName, NoteKey, Witness, WitnessError, WitnessRequest};

use super::{read_policy, read_small};
use crate::args::{WitnessCommand, WitnessCosignArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Name of the private key in the folder's key store.
const KEY: &str = "witness-key";

/// File with the public key.
const PUBLIC_KEY: &str = "witness.vkey";

pub(super) fn run(command: &WitnessCommand, out: &Console) -> Result<(), Failure> {
    match command {
        WitnessCommand::Create(args) => {
            out.line(create(&args.folder.folder, &args.name)?.key());
            Ok(())
        }
        WitnessCommand::Key(args) => {
            out.line(open(&args.folder)?.key());
            Ok(())
        }
        WitnessCommand::Cosign(args) => cosign(args, out),
    }
}

fn create(folder: &Path, name: &str) -> Result<Witness, Failure> {
    let name = KeyName::new(name)?;
    let store = key_store(folder);
    if store.load(KEY).map_err(KeyError::from)?.is_some() {
        let text = format!("{} is the folder of a witness already", folder.display());
        return Err(Failure::new(exit::FILE, text).advise("Use it, or name another folder."));
    }
    let seed = saferoom::seal::Secret::generate();
    store.store(KEY, seed.expose()).map_err(KeyError::from)?;
    let witness = Witness::new(name, SigningKey::from_seed(seed.expose()));
    let path = folder.join(PUBLIC_KEY);
    fs::write(&path, format!("{}\n", witness.key())).map_err(|error| Failure::writing(&path, &error))?;
    Ok(witness)
}

fn open(folder: &Path) -> Result<Witness, Failure> {
    let path = folder.join(PUBLIC_KEY);
    let text = String::from_utf8(read_small(&path)?).unwrap_or_default();
    let public: NoteKey = text.trim_end().parse().map_err(|error| Failure::from(error).at(path.display()))?;
    let seed = key_store(folder).load(KEY).map_err(KeyError::from)?;
    let seed = seed.and_then(|seed| saferoom::seal::Secret::from_slice(&seed));
    let witness = seed.map(|seed| Witness::new(public.name().clone(), SigningKey::from_seed(seed.expose())));
    let of_this_key = |witness: &Witness| *witness.key() == public;
    witness.filter(of_this_key).ok_or_else(|| {
        let text = format!("{} does not hold the key of this witness", folder.display());
        Failure::new(exit::FILE, text).advise("Restore the whole folder, or make a new witness.")
    })
}

fn cosign(args: &WitnessCosignArgs, out: &Console) -> Result<(), Failure> {
    let folder = &args.folder.folder;
    let witness = open(folder)?;
    let policy = read_policy(&args.trust_policy)?;
    let request = WitnessRequest::parse(&read_small(&args.request)?);
    let request = request.map_err(|error| Failure::from(error).at(args.request.display()))?;
    let logs: Vec<NoteKey> = policy.logs().iter().map(|log| log.key.clone()).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    match witness.cosign(&DiskWitnessStore::new(folder.join("logs")), &request, &logs, now) {
        Ok(line) => {
            out.line(line);
            Ok(())
        }
        Err(error) => {
            let kept = error.evidence().map(|evidence| keep(folder, evidence)).transpose()?;
            let failure = Failure::from(error);
            Err(match kept {
                Some(path) => {
                    let advice = format!("{} Both are kept in {}.", failure.advice, path.display());
                    failure.advise(advice)
                }
                None => failure,
            })
        }
    }
}

/// Keeps what speaks against a log: two files, each as it was signed.
fn keep(folder: &Path, evidence: &Evidence) -> Result<PathBuf, Failure> {
    let offered = evidence.offered.to_string();
    let place = folder.join("evidence").join(Hash::of(offered.as_bytes()).to_string());
    let writing = |error: std::io::Error| Failure::writing(&place, &error);
    fs::create_dir_all(&place).map_err(writing)?;
    fs::write(place.join("kept.checkpoint"), evidence.kept.to_string()).map_err(writing)?;
    fs::write(place.join("offered.request"), offered).map_err(writing)?;
    Ok(place)
}

fn key_store(folder: &Path) -> FileKeyStore {
    FileKeyStore::new(folder.join("keys"))
}

/// What speaks against a log is as bad as a changed vault.
pub(crate) fn exit_of_witness(error: &WitnessError) -> u8 {
    match error {
        WitnessError::Smaller(_) | WitnessError::Fork(_) | WitnessError::Inconsistent(_) | WitnessError::State => {
            exit::INTEGRITY
        }
        WitnessError::Folder(_) => exit::FILE,
        WitnessError::Log(error) => crate::failure::exit_of_log(error),
        _ => exit::FAILED,
    }
}
