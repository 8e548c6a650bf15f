//! Packets: what crosses between stations and services, as files. Needs no vault.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use saferoom::access::packet::{
    self, AcceptedPacket, ContentKind, MemoryReplayGuard, Novelty, Organisation, Outcome, Packet, PacketError,
    PacketManifest, PacketOpener, PacketSigner, PacketWriter, PartSource, Receipt, SeenFile, SignedCertificate,
    SignedSuspensions, Standing,
};
use saferoom::keys::{self, Clock, PacketAddress, Passphrase, PassphraseCost, SystemClock};

use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::identity::Identity;

/// The keys of somebody without a vault, such as a shelter. Wiped by `shutdown`, and when the last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct PacketKeyPair(Held<keys::PacketKeyPair>);

#[uniffi::export]
impl PacketKeyPair {
    /// Fresh keys in a new file, under a passphrase of at least 8 characters; an existing file stays.
    ///
    /// # Errors
    /// The passphrase is too short, the file exists or cannot be written.
    #[uniffi::constructor]
    pub fn create_file(path: String, passphrase: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let passphrase = Passphrase::new(passphrase.to_vec())?;
        let keys = keys::PacketKeyPair::generate();
        keys.create_file(Path::new(&path), &passphrase, PassphraseCost::STANDARD)?;
        Ok(Arc::new(Self(Held::durable(keys, begun))))
    }

    /// The keys of a file.
    ///
    /// # Errors
    /// A distinct code for each of: wrong passphrase, damaged, no packet key, newer version.
    #[uniffi::constructor]
    pub fn open_file(path: String, passphrase: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let passphrase = Passphrase::new(passphrase.to_vec())?;
        let keys = keys::PacketKeyPair::open_file(Path::new(&path), &passphrase)?;
        Ok(Arc::new(Self(Held::new(keys, begun)?)))
    }
}

/// What two people compare by telephone, of the bytes of an address file.
///
/// # Errors
/// The bytes are no address.
#[uniffi::export]
pub fn packet_fingerprint(address_file: &[u8]) -> Result<String, SaferoomError> {
    Ok(PacketAddress::from_file_bytes(address_file)?.fingerprint())
}

/// Whom a reader of packets knows.
#[derive(Debug, Default, uniffi::Object)]
pub struct KnownSenders(Mutex<packet::KnownSenders>);

#[uniffi::export]
impl KnownSenders {
    /// Nobody.
    #[uniffi::constructor]
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Knows this address (the bytes of its file): its fingerprint was compared with its owner.
    ///
    /// # Errors
    /// The bytes are no address.
    pub fn pin(&self, address_file: &[u8]) -> Result<(), SaferoomError> {
        let address = PacketAddress::from_file_bytes(address_file)?;
        self.lock().pin(&address);
        Ok(())
    }

    /// Trusts an organisation to say who sends for it.
    ///
    /// # Errors
    /// The bytes are no organisation.
    pub fn trust(&self, organisation: &[u8]) -> Result<(), SaferoomError> {
        let organisation = Organisation::from_bytes(organisation)?;
        self.lock().trust(organisation);
        Ok(())
    }

    /// Takes in an organisation's newest list of suspensions.
    ///
    /// # Errors
    /// It is not signed by an organisation that is trusted, or older than the one that is known.
    pub fn suspend(&self, list: &[u8]) -> Result<(), SaferoomError> {
        let list = SignedSuspensions::from_bytes(list)?;
        Ok(self.lock().suspend(list)?)
    }
}

impl KnownSenders {
    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, packet::KnownSenders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is to be thought of a packet's sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PacketStanding {
    /// Their address is known.
    Known,
    /// A trusted organisation has certified them.
    Certified,
    /// Nobody known says who they are.
    Unknown,
    /// A trusted organisation has suspended them.
    Suspended,
    /// Their certificate is not valid at this time.
    OutOfTime,
    /// Their certificate does not cover what the packet carries.
    NotAllowed,
}

impl From<Standing> for PacketStanding {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Pinned => Self::Known,
            Standing::Certified { .. } => Self::Certified,
            Standing::Unknown => Self::Unknown,
            Standing::Suspended { .. } => Self::Suspended,
            Standing::OutOfTime { .. } => Self::OutOfTime,
            Standing::NotAllowed { .. } => Self::NotAllowed,
        }
    }
}

/// One part, as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PacketPart {
    /// Number of its kind.
    pub kind: u64,
    /// Name of its kind, if this release knows it.
    pub kind_name: Option<String>,
    /// Its name within the packet; may be empty.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
}

/// What a packet says of itself.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PacketInfo {
    /// Its id.
    pub packet: String,
    /// The sender's fingerprint.
    pub sender: String,
    /// What is to be thought of them; of a packet that was made here: known.
    pub standing: PacketStanding,
    /// When it was made, says the sender: milliseconds since 1970, UTC.
    pub created_at: u64,
    /// Until when it may be accepted.
    pub expires_at: Option<u64>,
    /// The packet that it answers.
    pub in_reply_to: Option<String>,
    /// The parts.
    pub parts: Vec<PacketPart>,
}

impl PacketInfo {
    fn of(manifest: &PacketManifest, standing: Standing) -> Self {
        let part = |part: &packet::PartEntry| PacketPart {
            kind: part.kind.number(),
            kind_name: part.kind.name().map(str::to_owned),
            name: part.name.clone(),
            length: part.length,
        };
        Self {
            packet: manifest.packet.to_string(),
            sender: manifest.sender.fingerprint(),
            standing: standing.into(),
            created_at: manifest.created_at,
            expires_at: manifest.expires_at,
            in_reply_to: manifest.in_reply_to.map(|id| id.to_string()),
            parts: manifest.parts.iter().map(part).collect(),
        }
    }
}

/// A part of a packet to be made: a file, which is read twice.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PacketPartInput {
    /// Name or number of its kind, such as `referral`.
    pub kind: String,
    /// A name within the packet; may be empty; never that of a person.
    pub name: String,
    /// The file.
    pub path: String,
}

impl PacketPartInput {
    fn read(&self) -> Result<(ContentKind, &str, PathBuf), SaferoomError> {
        Ok((ContentKind::parse(&self.kind)?, &self.name, PathBuf::from(&self.path)))
    }
}

/// Whoever sends and opens packets: a member, or somebody without a vault.
#[derive(Debug, uniffi::Object)]
pub struct Correspondent(Keys);

#[derive(Debug)]
enum Keys {
    Member(Arc<Identity>),
    Pair(Arc<PacketKeyPair>),
}

#[uniffi::export]
impl Correspondent {
    /// A member.
    #[uniffi::constructor]
    #[must_use]
    pub fn of_identity(identity: Arc<Identity>) -> Arc<Self> {
        Arc::new(Self(Keys::Member(identity)))
    }

    /// Somebody without a vault.
    #[uniffi::constructor]
    #[must_use]
    pub fn of_key_pair(keys: Arc<PacketKeyPair>) -> Arc<Self> {
        Arc::new(Self(Keys::Pair(keys)))
    }

    /// The bytes of their address file, to be given to others.
    ///
    /// # Errors
    /// The keys were wiped by `shutdown`.
    pub fn address_file(&self) -> Result<Vec<u8>, SaferoomError> {
        Ok(match self.keys()? {
            InUse::Member(identity) => identity.packet_address_file(),
            InUse::Pair(keys) => keys.address_file(),
        })
    }

    /// Seals files into a new packet file, for the owners of these addresses (the bytes of their files).
    ///
    /// # Errors
    /// No recipient or part, a part's kind or name, a file.
    #[uniffi::method(default(expires_at = None, certificate = None))]
    pub fn seal(
        &self,
        out: String,
        recipients: Vec<Vec<u8>>,
        parts: Vec<PacketPartInput>,
        expires_at: Option<u64>,
        certificate: Option<Vec<u8>>,
    ) -> Result<PacketInfo, SaferoomError> {
        let now = now();
        let keys = self.keys()?;
        let mut writer = PacketWriter::new(keys.signer(), now);
        for address in &recipients {
            writer = writer.to(&PacketAddress::from_file_bytes(address)?.hybrid_key, now);
        }
        if let Some(time) = expires_at {
            writer = writer.expires_at(time);
        }
        if let Some(bytes) = &certificate {
            writer = writer.certificate(&SignedCertificate::from_bytes(bytes)?);
        }
        written(writer, &parts, &out)
    }

    /// What a packet says of itself, and what is to be thought of its sender. Takes nothing out.
    ///
    /// # Errors
    /// A distinct code for each of: no packet, newer version, truncated, altered, for someone else, not signed by its
    /// sender.
    pub fn show(&self, path: String, known: &KnownSenders) -> Result<PacketInfo, SaferoomError> {
        let packet = self.read(&path)?;
        let standing = packet.standing(&known.lock(), now());
        Ok(PacketInfo::of(packet.manifest(), standing))
    }

    /// Verifies a packet as a whole. `seen` is the file that keeps, sealed, which packets were taken in; `folder` is
    /// where a large packet waits, sealed.
    ///
    /// # Errors
    /// As `show`; the sender is unknown, suspended, not certified for this; expired; overtaken by a newer packet.
    pub fn open(
        &self,
        path: String,
        known: &KnownSenders,
        seen: String,
        folder: String,
    ) -> Result<Arc<OpenedPacket>, SaferoomError> {
        let begun = Begun::now();
        let seen = match self.keys()? {
            InUse::Member(identity) => SeenFile::of_identity(Path::new(&seen), &identity),
            InUse::Pair(keys) => SeenFile::of_key_pair(Path::new(&seen), &keys),
        };
        let packet = self.read(&path)?.accept(&known.lock(), &seen, now(), Path::new(&folder))?;
        Ok(Arc::new(OpenedPacket {
            info: PacketInfo::of(packet.manifest(), packet.standing()),
            is_new: packet.novelty() == Novelty::New,
            held: Held::new(Mutex::new((packet, seen)), begun)?,
        }))
    }

    /// Answers a packet of a known sender: `outcome` is received, accepted, partly, refused or completed.
    ///
    /// # Errors
    /// As `open`, but a packet may be answered more than once; an outcome or a note that cannot be sent.
    pub fn answer(
        &self,
        path: String,
        known: &KnownSenders,
        outcome: String,
        note: String,
        parts: Vec<PacketPartInput>,
        out: String,
    ) -> Result<PacketInfo, SaferoomError> {
        let now = now();
        let folder = Path::new(&out).parent().map(Path::to_owned).unwrap_or_default();
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        let packet = self.read(&path)?.accept(&known.lock(), &MemoryReplayGuard::new(), now, &folder)?;
        let answered = packet.manifest();
        let malformed = PacketError::Content { kind: ContentKind::RECEIPT };
        let outcome = Outcome::named(&outcome).ok_or_else(|| malformed.clone())?;
        let receipt = Receipt { packet: answered.packet, outcome, note, parts: Vec::new() };
        if !receipt.is_valid() {
            return Err(malformed.into());
        }
        let receipt = receipt.encode();
        let keys = self.keys()?;
        let writer = PacketWriter::new(keys.signer(), now).to(answered.reply_key(), now);
        let writer = writer.in_reply_to(answered.packet).part(ContentKind::RECEIPT, "", &receipt);
        written(writer, &parts, &out)
    }
}

impl Correspondent {
    /// Where answers go.
    pub(crate) fn address(&self) -> Result<PacketAddress, SaferoomError> {
        Ok(PacketAddress::from_file_bytes(&self.address_file()?)?)
    }

    /// Their keys, for one call.
    pub(crate) fn keys(&self) -> Result<InUse, SaferoomError> {
        Ok(match &self.0 {
            Keys::Member(identity) => InUse::Member(identity.keys()?),
            Keys::Pair(keys) => InUse::Pair(keys.0.get()?),
        })
    }

    pub(crate) fn read(&self, path: &str) -> Result<Packet<BufReader<File>>, SaferoomError> {
        let file = File::open(path).map_err(|error| PacketError::from(&error))?;
        let keys = self.keys()?;
        let opener: &dyn PacketOpener = match &keys {
            InUse::Member(identity) => identity.as_ref(),
            InUse::Pair(keys) => keys.as_ref(),
        };
        Ok(Packet::open(BufReader::with_capacity(128 * 1024, file), opener)?)
    }
}

/// The keys of a correspondent, while a call works with them.
pub(crate) enum InUse {
    Member(Arc<keys::Identity>),
    Pair(Arc<keys::PacketKeyPair>),
}

impl InUse {
    pub(crate) fn signer(&self) -> &dyn PacketSigner {
        match self {
            Self::Member(identity) => identity.as_ref(),
            Self::Pair(keys) => keys.as_ref(),
        }
    }
}

fn written(writer: PacketWriter<'_>, parts: &[PacketPartInput], out: &str) -> Result<PacketInfo, SaferoomError> {
    let parts = parts.iter().map(PacketPartInput::read).collect::<Result<Vec<_>, _>>()?;
    let add = |writer: PacketWriter<'_>, source: &[(ContentKind, &str, PathBuf)]| {
        let writer =
            source.iter().fold(writer, |writer, (kind, name, path)| writer.part(*kind, name, path as &dyn PartSource));
        writer.write_file(Path::new(out))
    };
    let written = add(writer, &parts)?;
    Ok(PacketInfo::of(&written.manifest, Standing::Pinned))
}

/// A packet that was verified as a whole. What it holds is wiped by `shutdown`, and when the last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct OpenedPacket {
    info: PacketInfo,
    is_new: bool,
    held: Held<Mutex<(AcceptedPacket, SeenFile)>>,
}

/// What became of a packet. Prints nothing of it: the note is a shelter's own words.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct PacketReceipt {
    /// The packet.
    pub packet: String,
    /// Name of the outcome, or its number if this release does not know it.
    pub outcome: String,
    /// What is said about it.
    pub note: String,
}

redacted! { PacketReceipt }

#[uniffi::export]
impl OpenedPacket {
    /// What it says of itself.
    #[must_use]
    pub fn info(&self) -> PacketInfo {
        self.info.clone()
    }

    /// Whether it was not taken in before. Otherwise nothing of it is to be taken in again.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// A part as bytes, the first being 0, if it is no longer than `longest`.
    ///
    /// # Errors
    /// There is no such part, or it is longer.
    pub fn part(&self, index: u32, longest: u64) -> Result<Vec<u8>, SaferoomError> {
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        self.with(|packet, _seen| Ok(packet.part_bytes(index as usize, longest)?.to_vec()))
    }

    /// Writes a part to a new file, in plain text, which appears whole or not at all; an existing file stays.
    ///
    /// # Errors
    /// There is no such part, or the file cannot be written.
    pub fn save_part(&self, index: u32, path: String) -> Result<(), SaferoomError> {
        self.with(|packet, _seen| Ok(packet.save_part(index as usize, Path::new(&path))?))
    }

    /// The receipt in it, if a part is one.
    ///
    /// # Errors
    /// The receipt is malformed.
    pub fn receipt(&self) -> Result<Option<PacketReceipt>, SaferoomError> {
        let receipt = self.with(|packet, _seen| {
            let index = packet.manifest().parts.iter().position(|part| part.kind == ContentKind::RECEIPT);
            let Some(index) = index else { return Ok(None) };
            Ok(Some(Receipt::decode(&packet.part_bytes(index, 1024 * 1024)?)?))
        })?;
        let Some(receipt) = receipt else { return Ok(None) };
        let outcome = receipt.outcome.name().map_or_else(|| receipt.outcome.number().to_string(), str::to_owned);
        Ok(Some(PacketReceipt { packet: receipt.packet.to_string(), outcome, note: receipt.note }))
    }

    /// Remembers that it was taken in: from now on it is not new.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remember(&self) -> Result<(), SaferoomError> {
        self.with(|packet, seen| Ok(packet.remember(seen)?))
    }
}

impl OpenedPacket {
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut AcceptedPacket, &mut SeenFile) -> Result<T, SaferoomError>,
    ) -> Result<T, SaferoomError> {
        let held = self.held.get()?;
        let (packet, seen) = &mut *held.lock().unwrap_or_else(PoisonError::into_inner);
        work(packet, seen)
    }
}

pub(crate) fn now() -> u64 {
    SystemClock::default().wall_milliseconds()
}
