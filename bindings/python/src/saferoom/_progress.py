"""Progress of long calls: told to a callable of the host, which can stop some of them; what it raises comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Hears how much of how much is done; ``False`` stops a call that can be stopped, anything else goes on. It is told from inside
#: the call: it must not call the session, nor wait for a thread that does.
Progress = Callable[[int, int], object]


@contextmanager
def listening(interface: Any, tell: Progress | None) -> Iterator[Any]:
    """The callable as an object of the native interface, which has one method of two numbers; ``None`` for none.

    What the callable raises, ``KeyboardInterrupt`` too, is raised when the call has ended: it does not cross the native
    library. A call that can be stopped is.
    """
    yield from _heard(interface, tell)


@contextmanager
def counting(interface: Any, tell: Callable[[int], object] | None) -> Iterator[Any]:
    """As :func:`listening`, where the method has one number."""
    yield from _heard(interface, tell)


def _heard(interface: Any, tell: Callable[..., object] | None) -> Iterator[Any]:
    if tell is None:
        yield None
        return
    failures: list[BaseException] = []

    def go_on(_self: object, *done: int) -> bool:
        if failures:
            return False
        try:
            return tell(*done) is not False
        except BaseException as failure:  # noqa: BLE001 - raised below
            failures.append(failure)
            return False

    told = type("_Told", (interface,), {"go_on": go_on, "at": go_on})()
    try:
        yield told
    except Exception:
        if not failures:
            raise
    if failures:
        raise failures[0]
