"""Identities: the keys with which a member signs in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from ._bridge import native
from ._secret import lent
from .errors import translated
from .key_store import KeyStore, to_native
from .members import PublicIdentity
from .results import Path


class Identity:
    """A member's identity: the keys that sign in. Leaving its ``with`` block, or ``forget()``, lets go of them.

    They are wiped with the last that holds them: a :class:`saferoom.packet.Correspondent` made of this identity does, too.
    """

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``generate``, ``create_file`` or ``open_file``."""
        self._handle = handle

    @classmethod
    @translated
    def generate(cls) -> Identity:
        """A fresh identity that is kept nowhere."""
        return cls(native.Identity.generate())

    @classmethod
    @translated
    def generate_for(cls, member_id: str) -> Identity:
        """A fresh identity for a member who has one already: for another device, which can be revoked alone."""
        return cls(native.Identity.generate_for(member_id))

    @classmethod
    @translated
    def create_file(
        cls,
        path: Path,
        passphrase: bytes | bytearray,
        key_store: KeyStore | Path | None = None,
        *,
        member_id: str | None = None,
    ) -> Identity:
        """A fresh identity in a new file, under a passphrase of at least 8 characters; an existing file stays.

        With ``key_store``, this device is needed too. With ``member_id``, it is for another device of that member. The
        passphrase is UTF-8, best in NFC.
        """
        store = None if key_store is None else to_native(key_store)
        with lent(passphrase) as secret:
            return cls(native.Identity.create_file(os.fspath(path), secret, store, member_id))

    @classmethod
    @translated
    def open_file(cls, path: Path, passphrase: bytes | bytearray, key_store: KeyStore | Path | None = None) -> Identity:
        """The identity of a file; :class:`~saferoom.WrongPassphrase` if it does not unlock."""
        store = None if key_store is None else to_native(key_store)
        with lent(passphrase) as secret:
            return cls(native.Identity.open_file(os.fspath(path), secret, store))

    @property
    def member_id(self) -> str:
        """The member's pseudonym."""
        return str(self._native().member_id())

    @property
    def fingerprint(self) -> str:
        """What a custodian compares with what they see, before they enrol these keys."""
        return str(self._native().fingerprint())

    @translated
    def enrolment_file(self) -> bytes:
        """The bytes of an enrolment file: for a custodian of the vault, and for nobody else to keep."""
        return bytes(self._native().enrolment_file())

    def public(self) -> PublicIdentity:
        """The public keys, where the new member and the custodian use the same program."""
        return PublicIdentity.from_enrolment_file(self.enrolment_file())

    def forget(self) -> None:
        """Lets go of the keys, which are wiped unless a correspondent holds them. The object is of no use then."""
        self._handle = None

    def __enter__(self) -> Identity:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.forget()

    def __repr__(self) -> str:
        return "Identity(redacted)"

    def _native(self) -> Any:
        if self._handle is None:
            raise ValueError("this identity was forgotten; open it again")
        return self._handle


def signers_of(signers: Iterable[Identity]) -> list[Any]:
    """Identities as the native library wants them."""
    return [signer._native() for signer in signers]
