"""Packets: what crosses between stations, services and organisations, as sealed and signed files. Needs no vault::

    from saferoom import packet

    keys = packet.Correspondent.open_file("shelter.packet-key", passphrase)
    known = packet.KnownSenders()
    known.pin(Path("station.address").read_bytes())  # its fingerprint was compared by telephone
    opened = keys.open("referral.packet", known, seen="shelter.seen", folder=tempfile.gettempdir())
    if opened.is_new:
        opened.save_part(0, "referral.json")
        opened.remember()
    keys.answer("referral.packet", known, "accepted", "A place from Monday on", out="answer.packet")
"""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from ._bridge import native
from ._secret import lent
from .errors import translated
from .members import native_moment
from .vault import Identity, Path

Outcome = Literal["received", "accepted", "partly", "refused", "completed"]
Standing = Literal["known", "certified", "unknown", "suspended", "out_of_time", "not_allowed"]

#: The longest part that is read into memory unless the caller says otherwise: 64 MiB.
LONGEST = 64 << 20


@dataclasses.dataclass(frozen=True)
class Part:
    """A file that goes into a packet. ``name`` must not be that of a person."""

    #: Such as ``referral`` or ``file``, or a number.
    kind: str
    path: Path
    name: str = ""


@dataclasses.dataclass(frozen=True)
class PartInfo:
    """A part, as the manifest of a packet lists it."""

    kind: int
    #: ``None`` if this release does not know the kind.
    kind_name: str | None
    name: str
    length: int


@dataclasses.dataclass(frozen=True)
class PacketInfo:
    """What a packet says of itself. Nothing of it is to be trusted unless ``standing`` is known or certified."""

    packet: str
    #: The sender's fingerprint.
    sender: str
    standing: Standing
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    in_reply_to: str | None
    parts: tuple[PartInfo, ...]


@dataclasses.dataclass(frozen=True)
class Receipt:
    """What became of a packet."""

    packet: str
    outcome: str
    #: Free text of whoever answered.
    note: str = dataclasses.field(repr=False)


@translated
def fingerprint(address: bytes) -> str:
    """What two people compare by telephone, of the bytes of an address file."""
    return str(native.packet_fingerprint(address))


class KnownSenders:
    """Whom a reader of packets knows."""

    def __init__(self) -> None:
        self._handle: Any = native.KnownSenders()

    @translated
    def pin(self, address: bytes) -> None:
        """Knows this address (the bytes of its file): its fingerprint was compared with its owner."""
        self._handle.pin(address)

    @translated
    def trust(self, organisation: bytes) -> None:
        """Trusts an organisation to say who sends for it."""
        self._handle.trust(organisation)

    @translated
    def suspend(self, suspensions: bytes) -> None:
        """Takes in an organisation's newest list of suspensions."""
        self._handle.suspend(suspensions)


class OpenedPacket:
    """A packet that was verified as a whole: sender, signature, time, and every part."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: :meth:`Correspondent.open` makes one."""
        self._handle = handle

    @property
    def info(self) -> PacketInfo:
        """What it says of itself."""
        return _info(self._handle.info())

    @property
    def is_new(self) -> bool:
        """Whether it was not taken in before. Otherwise nothing of it is to be taken in again."""
        return bool(self._handle.is_new())

    @translated
    def part(self, index: int, longest: int = LONGEST) -> bytes:
        """A part as bytes, the first being 0; refused if it is longer than ``longest``."""
        return bytes(self._handle.part(index, longest))

    @translated
    def save_part(self, index: int, path: Path) -> None:
        """Writes a part to a new file, in plain text; an existing file stays."""
        self._handle.save_part(index, os.fspath(path))

    @translated
    def receipt(self) -> Receipt | None:
        """The receipt in it, if a part is one."""
        receipt = self._handle.receipt()
        return None if receipt is None else Receipt(receipt.packet, receipt.outcome, receipt.note)

    @translated
    def remember(self) -> None:
        """Remembers that it was taken in: from now on it is not new."""
        self._handle.remember()

    def __repr__(self) -> str:
        return "OpenedPacket(redacted)"


class Correspondent:
    """Whoever sends and opens packets: a member, or somebody without a vault such as a shelter."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``create_file``, ``open_file`` or ``of_identity``."""
        self._handle = handle

    @classmethod
    @translated
    def create_file(cls, path: Path, passphrase: bytes | bytearray) -> Correspondent:
        """Fresh keys in a new file, under a passphrase of at least 8 characters; an existing file stays."""
        with lent(passphrase) as secret:
            keys = native.PacketKeyPair.create_file(os.fspath(path), secret)
        return cls(native.Correspondent.of_key_pair(keys))

    @classmethod
    @translated
    def open_file(cls, path: Path, passphrase: bytes | bytearray) -> Correspondent:
        """The keys of a file; :class:`~saferoom.WrongPassphrase` if it does not unlock."""
        with lent(passphrase) as secret:
            keys = native.PacketKeyPair.open_file(os.fspath(path), secret)
        return cls(native.Correspondent.of_key_pair(keys))

    @classmethod
    def of_identity(cls, identity: Identity) -> Correspondent:
        """A member."""
        return cls(native.Correspondent.of_identity(identity._native()))

    @translated
    def address(self) -> bytes:
        """The bytes of their address file, to be given to others."""
        return bytes(self._handle.address_file())

    @translated
    def seal(
        self,
        out: Path,
        recipients: Iterable[bytes],
        parts: Sequence[Part],
        expires_at: datetime.datetime | None = None,
        certificate: bytes | None = None,
    ) -> PacketInfo:
        """Seals files into a new packet, for the owners of these addresses (the bytes of their files)."""
        end = native_moment(expires_at)
        made = self._handle.seal(os.fspath(out), list(recipients), _parts(parts), end, certificate)
        return _info(made)

    @translated
    def show(self, packet: Path, known: KnownSenders) -> PacketInfo:
        """What a packet says of itself, and what is to be thought of its sender. Takes nothing out."""
        return _info(self._handle.show(os.fspath(packet), known._handle))

    @translated
    def open(self, packet: Path, known: KnownSenders, seen: Path, folder: Path) -> OpenedPacket:
        """Verifies a packet as a whole.

        ``seen`` is the file that keeps, sealed, which packets were taken in; ``folder`` is where a large packet waits,
        sealed, until it is verified.
        """
        handle = self._handle.open(os.fspath(packet), known._handle, os.fspath(seen), os.fspath(folder))
        return OpenedPacket(handle)

    @translated
    def answer(
        self,
        packet: Path,
        known: KnownSenders,
        outcome: Outcome,
        note: str = "",
        parts: Sequence[Part] = (),
        *,
        out: Path,
    ) -> PacketInfo:
        """Answers a packet of a known sender, sealed to the key that the sender named."""
        made = self._handle.answer(
            os.fspath(packet), known._handle, outcome, note, _parts(parts), os.fspath(out)
        )
        return _info(made)

    def __repr__(self) -> str:
        return "Correspondent(redacted)"


def _parts(parts: Sequence[Part]) -> list[Any]:
    return [native.PacketPartInput(kind=part.kind, name=part.name, path=os.fspath(part.path)) for part in parts]


def _info(info: Any) -> PacketInfo:
    standing: Standing = info.standing.name.lower()
    parts = tuple(PartInfo(part.kind, part.kind_name, part.name, part.length) for part in info.parts)
    created, expires = _time(info.created_at), None if info.expires_at is None else _time(info.expires_at)
    return PacketInfo(info.packet, info.sender, standing, created, expires, info.in_reply_to, parts)


def _time(milliseconds: int) -> datetime.datetime:
    # What a sender claims may lie beyond what a datetime can say.
    try:
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    except (OverflowError, ValueError, OSError):
        return datetime.datetime.max.replace(tzinfo=datetime.timezone.utc)
