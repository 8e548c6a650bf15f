//! Keys and addresses of correspondents.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use saferoom::access::packet::{PacketOpener, PacketSigner, SeenFile};
use saferoom::keys::{Identity, PacketAddress, PacketKeyPair, PassphraseCost, Unlock, open_identity_file};
use serde_json::json;

use super::told_address;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;
use crate::unlock::{named_passphrase_file, passphrase_for};

/// More than any statement of an organisation has.
const MOST: u64 = 8 * 1024 * 1024;

/// Whose keys open and sign.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// Your packet key, or your identity file
    #[arg(id = "key", long = "key", value_name = "FILE")]
    pub path: PathBuf,
    /// File whose first line is the passphrase; without it (and SAFEROOM_PASSPHRASE_FILE) it is asked at the terminal
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Arguments of `packet keygen`.
#[derive(Debug, Args)]
pub struct KeygenArgs {
    /// The new key file.
    #[command(flatten)]
    pub key: KeyArgs,
    /// The new address file; without it, the key file's name with .address behind it
    #[arg(long, value_name = "FILE")]
    pub address: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `packet address`.
#[derive(Debug, Args)]
pub struct AddressArgs {
    /// An address file, to see its fingerprint
    #[arg(value_name = "FILE", required_unless_present = "key", conflicts_with = "key")]
    pub file: Option<PathBuf>,
    /// A packet key or identity file, to write its address
    #[arg(long, value_name = "FILE", requires = "out")]
    pub key: Option<PathBuf>,
    /// File whose first line is the passphrase of that file
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// The address file to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Somebody who sends and opens packets.
pub(super) enum Correspondent {
    /// With an identity of a member.
    Member(Identity),
    /// Without a vault.
    Keys(PacketKeyPair),
}

impl Correspondent {
    pub(super) fn opener(&self) -> &dyn PacketOpener {
        match self {
            Self::Member(identity) => identity,
            Self::Keys(keys) => keys,
        }
    }

    pub(super) fn signer(&self) -> &dyn PacketSigner {
        match self {
            Self::Member(identity) => identity,
            Self::Keys(keys) => keys,
        }
    }

    pub(super) fn seen_file(&self, path: &Path) -> SeenFile {
        match self {
            Self::Member(identity) => SeenFile::of_identity(path, identity),
            Self::Keys(keys) => SeenFile::of_key_pair(path, keys),
        }
    }

    fn address_file(&self) -> Vec<u8> {
        match self {
            Self::Member(identity) => identity.packet_address_file(),
            Self::Keys(keys) => keys.address_file(),
        }
    }
}

impl KeyArgs {
    /// Unlocks the file, whichever of the two it is.
    pub(super) fn unlock(&self, out: &Console) -> Result<Correspondent, Failure> {
        let mut magic = [0; 8];
        let file = File::open(&self.path).map_err(|error| Failure::reading(&self.path, &error))?;
        let read = file.take(8).read(&mut magic).map_err(|error| Failure::reading(&self.path, &error))?;
        let named = named_passphrase_file(self.passphrase_file.clone());
        let passphrase = passphrase_for(&self.path, named, out, false)?;
        if &magic[..read] == b"SFRMIDNT" {
            let identity = open_identity_file(&self.path, Unlock::Passphrase(&passphrase))?;
            return Ok(Correspondent::Member(identity));
        }
        Ok(Correspondent::Keys(PacketKeyPair::open_file(&self.path, &passphrase)?))
    }

    /// Where it is kept what was accepted, if nothing else is said.
    pub(super) fn seen_path(&self) -> PathBuf {
        with_ending(&self.path, ".seen")
    }
}

pub(super) fn keygen(args: &KeygenArgs, out: &Console) -> Result<(), Failure> {
    let path = args.address.clone().unwrap_or_else(|| with_ending(&args.key.path, ".address"));
    new_file::refuse_existing(&path)?;
    let named = named_passphrase_file(args.key.passphrase_file.clone());
    let passphrase = passphrase_for(&args.key.path, named, out, true)?;
    let keys = PacketKeyPair::generate();
    keys.create_file(&args.key.path, &passphrase, PassphraseCost::STANDARD)?;
    new_file::write(&path, &keys.address_file())?;
    let address = keys.address();
    if args.json {
        return out.json(&json!({ "fingerprint": address.fingerprint(), "address": path.display().to_string() }));
    }
    out.good(format_args!("Packet key made: {}", args.key.path.display()));
    told_address(address, out);
    out.heading("Do now");
    out.line(format_args!(" • Give {} to those who send you packets, and read them the fingerprint.", path.display()));
    out.line(" • Keep a copy of the key file in a safe place: without it and its passphrase no packet opens.");
    Ok(())
}

pub(super) fn address(args: &AddressArgs, out: &Console) -> Result<(), Failure> {
    let address = match (&args.file, &args.key, &args.out) {
        (Some(file), _, _) => read_address(file)?,
        (None, Some(key), Some(path)) => {
            let key = KeyArgs { path: key.clone(), passphrase_file: args.passphrase_file.clone() };
            let correspondent = key.unlock(out)?;
            new_file::write(path, &correspondent.address_file())?;
            correspondent.signer().address()
        }
        _ => return Err(Failure::new(exit::USAGE, "name an address file, or --key and --out")),
    };
    if args.json {
        return out.json(&json!({ "fingerprint": address.fingerprint() }));
    }
    told_address(&address, out);
    Ok(())
}

/// Reads an address file.
pub(crate) fn read_address(path: &Path) -> Result<PacketAddress, Failure> {
    PacketAddress::from_file_bytes(&read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
}

/// Reads a small file.
pub(super) fn read_small(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    read.map_err(|error| Failure::reading(path, &error))?;
    Ok(bytes)
}

pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
