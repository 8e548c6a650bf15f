"""What a host's own object raises while the native library waits for it.

Only errors that the library knows cross it. Others, such as ``KeyboardInterrupt`` in a key store that asks a person, would be
swallowed by ctypes, and the library would take the call for done. They are kept here, the library hears of a failure, and
they are raised when its call has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class _Kept(threading.local):
    #: What has to be raised when the native call of this thread ends.
    failure: BaseException | None = None


_KEPT = _Kept()


def asked(call: Callable[[], _T], failed: Callable[[Exception], Exception]) -> _T:
    """Calls a host. ``failed`` makes of what it raises an error that crosses: the fact, never its text."""
    try:
        return call()
    except Exception as raised:  # noqa: BLE001 - whatever the host raises, only the fact goes on
        error = failed(raised)
    except BaseException as ended:  # noqa: BLE001 - raised by `raise_kept`
        _KEPT.failure = ended
        error = failed(RuntimeError())
    # Outside the handlers: what the host raised is not even the context.
    raise error


def raise_kept() -> None:
    """Raises what a host raised during the native call that has just ended, if it was no error but an end."""
    failure = _KEPT.failure
    if failure is not None:
        _KEPT.failure = None
        raise failure
