"""What can go wrong. Each error has a stable ``code`` and says what to do; none carries a value or a secret."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ._bridge import native
from ._host import raise_kept

_P = ParamSpec("_P")
_T = TypeVar("_T")


class SaferoomError(Exception):
    """Any error of saferoom."""

    def __init__(self, code: int, text: str, advice: str) -> None:
        super().__init__(code, text, advice)
        #: The stable number; hundreds tell the part of saferoom.
        self.code = code
        #: What is wrong; names kinds of records and fields, never values.
        self.text = text
        #: What to do now.
        self.advice = advice
        #: After too many failed attempts: in how many seconds the next one is possible.
        self.wait_seconds: int | None = None

    def __str__(self) -> str:
        return f"{self.text} (saferoom {self.code}). {self.advice}"


class SealError(SaferoomError):
    """A sealed value does not open."""


class KeyringError(SaferoomError):
    """Keys, identities, the host's key store."""


class WrongPassphrase(KeyringError):
    """The identity does not unlock with this passphrase."""


class TooManyAttempts(KeyringError):
    """Too many attempts have failed: the next is possible in ``wait_seconds``."""


class KeyStoreFailed(KeyringError):
    """The host's key store could not answer."""


class ClockFailed(KeyringError):
    """The host's clock could not answer; nothing was done or logged."""


class HostKeyInvalidated(KeyringError):
    """The system has invalidated this device's key: unlock with the passphrase and enrol the device anew."""


class ModelError(SaferoomError):
    """A record or a value breaks a rule; nothing was written."""


class LogError(SaferoomError):
    """The access log."""


class StoreError(SaferoomError):
    """The file: missing, not a vault, of a newer release, or the disk failed."""


class AccessDenied(SaferoomError):
    """The purpose was refused, the role does not allow it, or the member holds no key. The attempt was logged."""


class Suspended(AccessDenied):
    """Whoever is signed in, or signs in, was suspended or has left, or this device of theirs was revoked."""


class ReasonAsked(AccessDenied):
    """So much takes a reason in words: ask the person for one, and try again with it."""


class LimitReached(AccessDenied):
    """More than the access policy allows to the role; denied until the time of the limit has passed."""


class RosterError(SaferoomError):
    """A change of members is not possible, not signed by enough custodians, or outdated; nothing was changed."""


class ErasureError(SaferoomError):
    """A document about erasures that is malformed, changed, or not signed by known custodians."""


class PolicyError(SaferoomError):
    """An access policy is not safe or not well formed; the text names the place."""


class VaultError(SaferoomError):
    """The vault as a whole."""


class NotFound(VaultError):
    """The vault has no such record."""


class SessionLocked(VaultError):
    """The session was locked; its keys are wiped."""


class SessionIdle(SessionLocked):
    """The session was not used for too long and has locked itself. Sign in again."""


class IntegrityError(VaultError):
    """The file was changed from outside, or an older copy was put in its place."""


class ExchangeError(SaferoomError):
    """Import and export."""


class InputError(SaferoomError):
    """A text that is no id."""


class Wiped(InputError):
    """What an object held was wiped by :func:`saferoom.shutdown`: open it anew."""


class PacketError(SaferoomError):
    """A packet that cannot be made, opened or accepted; ``code`` tells which (docs/formats.md, 18b)."""


class PracticeError(SaferoomError):
    """Good practice refuses it: a step of an interview out of order, a disclosure without consent."""


class ReleaseError(SaferoomError):
    """A table or a specification from which nothing can be released."""


class ReferralError(SaferoomError):
    """A referral that cannot be sent or moved, or an answer that does not belong to it; nothing was changed."""


class CustodyError(SaferoomError):
    """A chain of custody with a gap, or an exhibit that must not be opened."""


class StatementError(SaferoomError):
    """What cannot be done with a statement, or with what was closed for changes."""


class RoomsError(SaferoomError):
    """Rooms of a station that cannot be taken in: a gap, an older state, another sender, what should not have left."""


class InternalError(SaferoomError):
    """A bug in saferoom."""


_BY_CODE: dict[int, type[SaferoomError]] = {
    201: WrongPassphrase,
    220: KeyStoreFailed,
    221: HostKeyInvalidated,
    222: TooManyAttempts,
    223: ClockFailed,
    630: Suspended,
    677: ReasonAsked,
    678: LimitReached,
    701: NotFound,
    704: SessionLocked,
    730: SessionIdle,
    993: Wiped,
    **dict.fromkeys((612, 613, 614, 616, 617, 618, 619, 621, 622, 629, 632, 633, 634, 639), RosterError),
    **dict.fromkeys((620, 628, 676, 679), IntegrityError),
    **dict.fromkeys(range(640, 670), PolicyError),
    **dict.fromkeys(range(680, 690), ErasureError),
}

_BY_KIND: dict[str, type[SaferoomError]] = {
    "SEAL": SealError,
    "KEYS": KeyringError,
    "MODEL": ModelError,
    "LOG": LogError,
    "STORE": StoreError,
    "ACCESS": AccessDenied,
    "VAULT": VaultError,
    "INTEGRITY": IntegrityError,
    "EXCHANGE": ExchangeError,
    "INPUT": InputError,
    "PACKET": PacketError,
    "PRACTICE": PracticeError,
    "RELEASE": ReleaseError,
    "CUSTODY": CustodyError,
    "STATEMENT": StatementError,
    "REFERRAL": ReferralError,
    "ROOMS": RoomsError,
}


def translated(call: Callable[_P, _T]) -> Callable[_P, _T]:
    """Turns what the native library raises into the errors of this module, without a chain to look through."""

    @functools.wraps(call)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        error: Exception
        try:
            done = call(*args, **kwargs)
            raise_kept()
            return done
        except native.SaferoomError.Failure as failure:
            kind = _BY_CODE.get(failure.code) or _BY_KIND.get(failure.kind.name, SaferoomError)
            error = kind(failure.code, failure.text, failure.advice)
            error.wait_seconds = failure.wait_seconds
        except native.InternalError:
            error = InternalError(0, "saferoom failed inside", "Please report what you did; the vault is unchanged.")
        except UnicodeError:
            # Python's own error carries the whole text.
            error = ValueError("a text holds half of a character (a lone surrogate): nothing was done")
        # Outside the handlers: the native exception is not even its context.
        raise_kept()
        raise error

    return wrapped
