"""The time, for a vault that does not take it from the system."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Protocol

from ._bridge import native
from ._host import asked

_START = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)


@dataclass(frozen=True)
class ClockReading:
    """Both clocks of a host, read together."""

    #: The wall clock, with its time zone.
    wall: datetime.datetime
    #: Seconds since some fixed moment, as ``time.monotonic()`` has them. If it goes back it is not believed.
    monotonic: float


class Clock(Protocol):
    """What a host implements to tell the time itself: from a trusted device, or in a test.

    It is asked when a call begins, from any thread; until the next call, time goes on from the answer. A wall clock that
    goes back is logged. Must not call saferoom. If it raises, the call ends with :class:`~saferoom.ClockFailed` and
    nothing is done; of the exception only the fact arrives, never its text.
    """

    def now(self) -> ClockReading:
        """What time it is."""
        ...


class _Hosted(native.HostClock):  # type: ignore[misc]
    """A host's clock, as the native library wants it."""

    def __init__(self, host: Clock) -> None:
        self._host = host

    def now(self) -> Any:
        return asked(self._read, lambda _raised: native.HostClockError.Failed())

    def _read(self) -> Any:
        reading = self._host.now()
        return native.ClockReading(
            wall=(reading.wall - _START) // _MILLISECOND, monotonic=int(reading.monotonic * 1000)
        )


def to_native(clock: Clock | None) -> Any:
    """The native clock of a host's object."""
    return None if clock is None else _Hosted(clock)
