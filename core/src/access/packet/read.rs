//! Reading a packet, in an order that hands out nothing unverified:
//!
//! 1. [`Packet::open`]: header, slot, manifest, signature. Now it is known who sent it and what should be in it; a host
//!    can show that ([`Packet::manifest`], [`Packet::standing`]), and nothing else is there to be shown.
//! 2. [`Packet::accept`]: sender, expiry and replay are judged; then the parts are read, to the end of the packet, into a
//!    spool that is sealed at rest, and each is compared with its digest.
//! 3. [`AcceptedPacket`] gives the parts. It exists only when all of it was verified.
//! 4. [`AcceptedPacket::remember`], when what is in it was taken in: from then on the packet is not new any more.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::header::{Header, OpenedSlot, stream_key};
use super::manifest::MAX_MANIFEST;
use super::spool::Spool;
use super::{
    FRAMES, KnownSenders, Novelty, PacketError, PacketManifest, PacketMark, PacketOpener, ReplayGuard, Standing,
    padding_of,
};
use crate::keys::PacketAddress;
use crate::new_file::{Existing, NewFile};
use crate::seal::{Sha256Stream, StreamReader};

/// A packet whose manifest and signature are verified, and whose parts are not read yet.
pub struct Packet<R> {
    manifest: PacketManifest,
    manifest_length: usize,
    mark: PacketMark,
    stream: StreamReader<R>,
}

impl<R: Read> Packet<R> {
    /// Reads header, manifest and signature.
    ///
    /// # Errors
    /// [`PacketError::NotAPacket`], [`PacketError::TooNew`], [`PacketError::Truncated`], [`PacketError::Altered`],
    /// [`PacketError::NotForYou`], [`PacketError::BadSignature`], [`PacketError::File`].
    pub fn open(mut input: R, opener: &dyn PacketOpener) -> Result<Self, PacketError> {
        let header = Header::read(&mut input)?;
        let OpenedSlot { key, sequence } = header.open(opener)?;
        let digest = header.digest();
        let mut stream = StreamReader::new(input, FRAMES, digest.to_vec(), stream_key(&key, &digest));
        let (mut item, mut signature) = (Vec::new(), Vec::new());
        stream.item(MAX_MANIFEST, &mut item)?.ok_or(PacketError::Altered)?;
        stream.item(64, &mut signature)?.ok_or(PacketError::Altered)?;
        let signature = signature.as_slice().try_into().map_err(|_| PacketError::Altered)?;
        let manifest = PacketManifest::decode(&item)?;
        if !manifest.verify(&digest, &item, &signature) {
            return Err(PacketError::BadSignature);
        }
        let mark = PacketMark {
            sender: manifest.sender.verifying_key,
            packet: manifest.packet,
            sequence,
            digest,
            supersedes: manifest.parts.iter().any(|part| part.kind.supersedes()),
        };
        Ok(Self { manifest, manifest_length: item.len(), mark, stream })
    }

    /// What the sender says is inside. They signed it; whether they are known is another question.
    #[must_use]
    pub fn manifest(&self) -> &PacketManifest {
        &self.manifest
    }

    /// What a replay guard remembers of it.
    #[must_use]
    pub fn mark(&self) -> &PacketMark {
        &self.mark
    }

    /// What is to be thought of the sender at `now` (milliseconds since 1970, UTC).
    #[must_use]
    pub fn standing(&self, known: &KnownSenders, now: u64) -> Standing {
        known.judge(&self.manifest, now)
    }

    /// Whether it is past its time at `now`.
    #[must_use]
    pub fn is_expired(&self, now: u64) -> bool {
        self.manifest.expires_at.is_some_and(|end| now > end)
    }

    /// Accepts a packet of a known sender: reads and verifies all of it. `folder` is where a large one waits, sealed.
    ///
    /// # Errors
    /// Those of [`Standing::require_known`]; [`PacketError::Expired`]; those of [`ReplayGuard::check`];
    /// [`PacketError::Truncated`], [`PacketError::Altered`], [`PacketError::File`]. Nothing was taken in then.
    pub fn accept(
        self,
        known: &KnownSenders,
        guard: &dyn ReplayGuard,
        now: u64,
        folder: &Path,
    ) -> Result<AcceptedPacket, PacketError> {
        let standing = self.standing(known, now);
        standing.require_known()?;
        if self.is_expired(now) {
            return Err(PacketError::Expired);
        }
        let novelty = guard.check(&self.mark)?;
        self.receive(standing, novelty, folder)
    }

    /// Accepts a packet of a sender who was unknown until their address was compared with them, by another way.
    ///
    /// # Errors
    /// [`PacketError::UnknownSender`] if it is another's; as [`accept`](Self::accept).
    pub fn accept_from(
        self,
        sender: &PacketAddress,
        known: &KnownSenders,
        guard: &dyn ReplayGuard,
        now: u64,
        folder: &Path,
    ) -> Result<AcceptedPacket, PacketError> {
        if *sender != self.manifest.sender {
            return Err(PacketError::UnknownSender);
        }
        let mut known = known.clone();
        known.pin(sender);
        self.accept(&known, guard, now, folder)
    }

    fn receive(mut self, standing: Standing, novelty: Novelty, folder: &Path) -> Result<AcceptedPacket, PacketError> {
        let mut spool = Spool::for_bytes(self.manifest.total_length(), folder)?;
        for part in &self.manifest.parts {
            let mut digest = Sha256Stream::new();
            let mut left = part.length;
            while left > 0 {
                let piece = self.stream.chunk(usize::try_from(left).unwrap_or(usize::MAX))?;
                if piece.is_empty() {
                    return Err(PacketError::Altered);
                }
                digest.update(piece);
                spool.push(piece)?;
                left -= piece.len() as u64;
            }
            if digest.finish() != part.sha256 {
                return Err(PacketError::Altered);
            }
        }
        let padding = padding_of(self.manifest_length, self.manifest.total_length());
        self.skip_zeros(padding)?;
        spool.finish()?;
        Ok(AcceptedPacket { manifest: self.manifest, mark: self.mark, standing, novelty, spool })
    }

    /// The padding, and then the end: nothing else can stand there.
    fn skip_zeros(&mut self, expected: u64) -> Result<(), PacketError> {
        let mut found = 0;
        loop {
            match self.stream.chunk(usize::MAX)? {
                [] if found == expected => return Ok(()),
                [] => return Err(PacketError::Altered),
                piece if piece.iter().all(|byte| *byte == 0) => found += piece.len() as u64,
                _ => return Err(PacketError::Altered),
            }
        }
    }
}

impl<R> fmt::Debug for Packet<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packet({}, {} parts, not read)", self.manifest.packet, self.manifest.parts.len())
    }
}

/// A packet that was verified as a whole: signature, sender, time, every part, and that nothing else is in it.
pub struct AcceptedPacket {
    manifest: PacketManifest,
    mark: PacketMark,
    standing: Standing,
    novelty: Novelty,
    spool: Spool,
}

impl AcceptedPacket {
    /// What is in it.
    #[must_use]
    pub fn manifest(&self) -> &PacketManifest {
        &self.manifest
    }

    /// Why the sender is known.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Whether it was taken in before. Then nothing of it is to be taken in again; the parts can still be looked at.
    #[must_use]
    pub fn novelty(&self) -> Novelty {
        self.novelty
    }

    /// Refuses a packet that was taken in before.
    ///
    /// # Errors
    /// [`PacketError::Replayed`].
    pub fn require_new(&self) -> Result<(), PacketError> {
        match self.novelty {
            Novelty::New => Ok(()),
            Novelty::Again => Err(PacketError::Replayed),
        }
    }

    /// What a replay guard remembers of it.
    #[must_use]
    pub fn mark(&self) -> &PacketMark {
        &self.mark
    }

    /// Remembers that it was taken in.
    ///
    /// # Errors
    /// What the guard answers.
    pub fn remember(&self, guard: &mut dyn ReplayGuard) -> Result<(), PacketError> {
        guard.remember(&self.mark)
    }

    /// Reads a part, the first being 0.
    ///
    /// # Errors
    /// [`PacketError::NoSuchPart`].
    pub fn part(&mut self, index: usize) -> Result<PartReader<'_>, PacketError> {
        let part = self.manifest.parts.get(index).ok_or(PacketError::NoSuchPart)?;
        let at = self.manifest.parts[..index].iter().map(|part| part.length).sum();
        Ok(PartReader { at, left: part.length, spool: &mut self.spool })
    }

    /// A part as bytes, if it is no longer than `longest`.
    ///
    /// # Errors
    /// [`PacketError::NoSuchPart`], [`PacketError::TooLarge`], [`PacketError::File`].
    pub fn part_bytes(&mut self, index: usize, longest: usize) -> Result<Zeroizing<Vec<u8>>, PacketError> {
        let mut part = self.part(index)?;
        let length = usize::try_from(part.left).ok().filter(|length| *length <= longest);
        let mut bytes = Zeroizing::new(vec![0; length.ok_or(PacketError::TooLarge)?]);
        part.read_exact(&mut bytes).map_err(|error| PacketError::from(&error))?;
        Ok(bytes)
    }

    #[cfg(test)]
    pub(super) fn fail(&mut self) {
        self.spool.fail();
    }

    /// Writes a part in plain text to a new file that only its owner may read. It appears whole or not at all: what a full
    /// disk ends leaves nothing behind. A file that is there stays.
    ///
    /// # Errors
    /// [`PacketError::NoSuchPart`], [`PacketError::File`].
    pub fn save_part(&mut self, index: usize, path: &Path) -> Result<(), PacketError> {
        let mut part = self.part(index)?;
        let mut write = || {
            let mut file = NewFile::begin(path)?;
            io::copy(&mut part, &mut file)?;
            file.place(Existing::Keep)
        };
        write().map_err(|error| PacketError::from(&error))
    }
}

impl fmt::Debug for AcceptedPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AcceptedPacket({}, {} parts, redacted)", self.manifest.packet, self.manifest.parts.len())
    }
}

/// The bytes of a verified part.
pub struct PartReader<'p> {
    spool: &'p mut Spool,
    at: u64,
    left: u64,
}

impl Read for PartReader<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        if most == 0 {
            return Ok(0);
        }
        let read = self.spool.read_at(self.at, &mut bytes[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (self.at, self.left) = (self.at + read as u64, self.left - read as u64);
        Ok(read)
    }
}

impl fmt::Debug for PartReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartReader({} bytes left)", self.left)
    }
}
