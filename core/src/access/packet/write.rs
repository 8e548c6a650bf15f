//! Making a packet: the parts are read twice, once for their digests, which the signed manifest lists, and once to be
//! sealed; memory holds one frame. The file appears whole or not at all.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::header::{Header, stream_key};
use super::manifest::{MAX_PARTS, is_part_name};
use super::{ContentKind, FRAMES, PacketError, PacketManifest, PacketSigner, PartEntry, Recipient, padding_of};
use crate::id::PacketId;
use crate::new_file::{Existing, NewFile};
use crate::seal::{HybridPublicKey, Sha256Stream, StreamWriter};

const PIECE: usize = 64 * 1024;

/// The bytes of a part, which can be read more than once.
pub trait PartSource {
    /// Begins at the start.
    ///
    /// # Errors
    /// What the disk says.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}

impl PartSource for &[u8] {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(*self))
    }
}

impl PartSource for Vec<u8> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.as_slice()))
    }
}

impl PartSource for Zeroizing<Vec<u8>> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.as_slice()))
    }
}

impl PartSource for PathBuf {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(self)?))
    }
}

/// A packet in the making.
pub struct PacketWriter<'a> {
    sender: &'a dyn PacketSigner,
    packet: PacketId,
    created_at: u64,
    recipients: Vec<Recipient>,
    certificate: Option<Vec<u8>>,
    reply_to: Option<HybridPublicKey>,
    expires_at: Option<u64>,
    in_reply_to: Option<PacketId>,
    parts: Vec<(ContentKind, String, &'a dyn PartSource)>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenPacket {
    /// What the packet says of itself.
    pub manifest: PacketManifest,
    /// Digest of its header, by which log entries name it.
    pub digest: [u8; 32],
    /// Its length in bytes.
    pub bytes: u64,
}

impl<'a> PacketWriter<'a> {
    /// A packet of this sender, made at `now` (milliseconds since 1970, UTC).
    #[must_use]
    pub fn new(sender: &'a dyn PacketSigner, now: u64) -> Self {
        Self {
            sender,
            packet: PacketId::random(),
            created_at: now,
            recipients: Vec::new(),
            certificate: None,
            reply_to: None,
            expires_at: None,
            in_reply_to: None,
            parts: Vec::new(),
        }
    }

    /// One more recipient: their key, and the number of this packet to them, higher than that of any before.
    #[must_use]
    pub fn to(mut self, key: &HybridPublicKey, sequence: u64) -> Self {
        self.recipients.push(Recipient { key: key.clone(), sequence });
        self
    }

    /// With a certificate of the sender's organisation.
    #[must_use]
    pub fn certificate(mut self, certificate: &super::SignedCertificate) -> Self {
        self.certificate = Some(certificate.to_bytes());
        self
    }

    /// Answers go to this key, such as that of a circle, and not to the sender's own.
    #[must_use]
    pub fn reply_to(mut self, key: &HybridPublicKey) -> Self {
        self.reply_to = Some(key.clone());
        self
    }

    /// Nobody may accept it after this time: milliseconds since 1970, UTC.
    #[must_use]
    pub fn expires_at(mut self, time: u64) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// It answers another packet.
    #[must_use]
    pub fn in_reply_to(mut self, packet: PacketId) -> Self {
        self.in_reply_to = Some(packet);
        self
    }

    /// One more part. The name may be empty; it stands inside the seal, and must not be that of a person.
    #[must_use]
    pub fn part(mut self, kind: ContentKind, name: &str, source: &'a dyn PartSource) -> Self {
        self.parts.push((kind, name.to_owned(), source));
        self
    }

    /// Its id.
    #[must_use]
    pub fn packet(&self) -> PacketId {
        self.packet
    }

    /// Writes the packet to a new file, which appears whole or not at all; an existing one is never replaced.
    ///
    /// # Errors
    /// As [`write`](Self::write); [`PacketError::File`].
    pub fn write_file(&self, path: &Path) -> Result<WrittenPacket, PacketError> {
        if path.exists() {
            return Err(PacketError::File(io::ErrorKind::AlreadyExists));
        }
        let mut file = NewFile::begin(path).map_err(|error| PacketError::from(&error))?;
        let written = self.write(&mut file)?;
        file.place(Existing::Keep).map_err(|error| PacketError::from(&error))?;
        Ok(written)
    }

    /// Writes the packet.
    ///
    /// # Errors
    /// [`PacketError::NoRecipients`], [`PacketError::Recipients`], [`PacketError::Parts`], [`PacketError::PartName`],
    /// [`PacketError::SourceChanged`], [`PacketError::File`], [`PacketError::Key`].
    pub fn write(&self, out: impl Write) -> Result<WrittenPacket, PacketError> {
        let (header, key) = Header::seal(&self.recipients)?;
        self.write_with(out, &header, &key)
    }

    pub(super) fn write_with(
        &self,
        mut out: impl Write,
        header: &Header,
        key: &crate::seal::Secret,
    ) -> Result<WrittenPacket, PacketError> {
        let manifest = self.manifest()?;
        let (encoded, digest) = (manifest.encode(), header.digest());
        let signature = self.sender.sign(PacketManifest::signed_bytes(&digest, &encoded).as_bytes());

        out.write_all(header.as_bytes()).map_err(|error| PacketError::from(&error))?;
        let mut stream = StreamWriter::new(out, FRAMES, digest.to_vec(), stream_key(key, &digest));
        stream.item(&encoded)?;
        stream.item(&signature)?;
        for ((_, _, source), entry) in self.parts.iter().zip(&manifest.parts) {
            let mut again = Sha256Stream::new();
            let length = pieces(*source, |piece| {
                again.update(piece);
                Ok(stream.push(piece)?)
            })?;
            if (length, again.finish()) != (entry.length, entry.sha256) {
                return Err(PacketError::SourceChanged);
            }
        }
        let zeros = [0; PIECE];
        let mut padding = padding_of(encoded.len(), manifest.total_length());
        while padding > 0 {
            let now = padding.min(PIECE as u64);
            stream.push(&zeros[..now as usize])?;
            padding -= now;
        }
        let (mut out, sealed) = stream.end()?;
        out.flush().map_err(|error| PacketError::from(&error))?;
        Ok(WrittenPacket { manifest, digest, bytes: header.as_bytes().len() as u64 + sealed })
    }

    fn manifest(&self) -> Result<PacketManifest, PacketError> {
        if !(1..=MAX_PARTS).contains(&self.parts.len()) {
            return Err(PacketError::Parts);
        }
        let entry = |(kind, name, source): &(ContentKind, String, &dyn PartSource)| {
            if !is_part_name(name) {
                return Err(PacketError::PartName);
            }
            let mut digest = Sha256Stream::new();
            let length = pieces(*source, |piece| {
                digest.update(piece);
                Ok(())
            })?;
            Ok(PartEntry { kind: *kind, name: name.clone(), length, sha256: digest.finish() })
        };
        Ok(PacketManifest {
            packet: self.packet,
            sender: self.sender.address(),
            certificate: self.certificate.clone(),
            reply_to: self.reply_to.clone(),
            created_at: self.created_at,
            expires_at: self.expires_at,
            in_reply_to: self.in_reply_to,
            parts: self.parts.iter().map(entry).collect::<Result<_, _>>()?,
        })
    }
}

impl std::fmt::Debug for PacketWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PacketWriter({}, {} recipients, {} parts)", self.packet, self.recipients.len(), self.parts.len())
    }
}

/// Gives a source piece by piece; returns its length.
fn pieces(source: &dyn PartSource, mut take: impl FnMut(&[u8]) -> Result<(), PacketError>) -> Result<u64, PacketError> {
    let mut input = source.open().map_err(|error| PacketError::from(&error))?;
    let mut buffer = Zeroizing::new(vec![0; PIECE]);
    let mut length = 0;
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(read) => {
                take(&buffer[..read])?;
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(PacketError::from(&error)),
        }
    }
}
