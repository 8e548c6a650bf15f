"""Verifying an access log: no vault, and no key of a child's data.

::

    from saferoom import log

    checkpoint = log.verify_checkpoint(open("station.checkpoint", "rb").read(), [log_key])
    log.verify_inclusion(log.leaf_hash(entry), index, checkpoint.size, proof, checkpoint.root)

Every function raises :class:`saferoom.LogError` where something does not verify. Hashes are 32 bytes, keys are verifier
keys (``name+id+key``); what they sign is described in ``docs/formats.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ._bridge import native
from .errors import translated


@dataclass(frozen=True)
class Signer:
    """A known key that signed."""

    #: Its name: a log's origin, or a witness.
    name: str
    #: The verifier key.
    key: str
    #: For a witness, when it last cosigned, as it claims: seconds since 1970.
    time: int | None


@dataclass(frozen=True)
class VerifiedNote:
    """A signed note that a known key signed."""

    text: str
    signers: tuple[Signer, ...]


@dataclass(frozen=True)
class VerifiedCheckpoint:
    """A checkpoint that its own log signed."""

    origin: str
    size: int
    root: bytes
    signers: tuple[Signer, ...]


@dataclass(frozen=True)
class ProvenEntry:
    """An entry that was proven to stand in a log; ``extra`` went along and is not proven."""

    index: int
    checkpoint: VerifiedCheckpoint
    extra: bytes | None


@dataclass(frozen=True)
class JudgedCheckpoint:
    """A checkpoint judged by a trust policy.

    ``quorum`` says whether enough witnesses cosigned, ``None`` if the policy asks for none; ``quorum_time`` is the latest
    time such that enough of them did so then or later.
    """

    checkpoint: VerifiedCheckpoint
    quorum: bool | None
    quorum_time: int | None


@translated
def leaf_hash(entry: bytes) -> bytes:
    """The hash of the leaf that an entry is (RFC 6962)."""
    return bytes(native.leaf_hash(entry))


@translated
def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Verifies that the leaf with this hash is leaf ``index`` of the tree of ``size`` leaves with this root."""
    native.verify_inclusion(leaf_hash, index, size, list(proof), root)


@translated
def verify_consistency(size1: int, root1: bytes, size2: int, root2: bytes, proof: Sequence[bytes]) -> None:
    """Verifies that the tree of ``size1`` leaves is the beginning of the tree of ``size2`` leaves."""
    native.verify_consistency(size1, root1, size2, root2, list(proof))


@translated
def verify_note(note: bytes, keys: Iterable[str]) -> VerifiedNote:
    """Verifies a signed note, which one of the keys at least must have signed."""
    verified = native.verify_note(note, list(keys))
    return VerifiedNote(verified.text, _signers(verified.signers))


@translated
def verify_checkpoint(note: bytes, keys: Iterable[str]) -> VerifiedCheckpoint:
    """Verifies a signed checkpoint, which a key with the name of the log must have signed."""
    return _checkpoint(native.verify_checkpoint(note, list(keys)))


@translated
def verify_entry_proof(proof: bytes, entry: bytes, keys: Iterable[str]) -> ProvenEntry:
    """Verifies that an entry stands in a log: a file that ends in ``.tlog-proof``."""
    proven = native.verify_entry_proof(proof, entry, list(keys))
    extra = None if proven.extra is None else bytes(proven.extra)
    return ProvenEntry(proven.index, _checkpoint(proven.checkpoint), extra)


@translated
def judge_checkpoint(note: bytes, trust_policy: bytes) -> JudgedCheckpoint:
    """Judges a signed checkpoint by a trust policy, which must not come with the checkpoint."""
    judged = native.judge_checkpoint(note, trust_policy)
    return JudgedCheckpoint(_checkpoint(judged.checkpoint), judged.quorum, judged.quorum_time)


def _checkpoint(verified: Any) -> VerifiedCheckpoint:
    return VerifiedCheckpoint(verified.origin, verified.size, bytes(verified.root), _signers(verified.signers))


def _signers(signers: Iterable[Any]) -> tuple[Signer, ...]:
    return tuple(Signer(signer.name, signer.key, signer.time) for signer in signers)
