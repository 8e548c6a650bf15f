"""For programs with an event loop: calls in a thread, sessions that are locked whatever happens, changes as they come.

::

    async with aio.signed_in(vault, identity) as session:
        child = await aio.call(session.read, Child, id, access)
        async for changed in aio.changes(session):
            print(changed.kind, changed.id)

The native library lets other threads run while it works. A call that was begun goes on when its task is cancelled: what it
wrote is written, and its answer is lost. Look before you write again, or wait with ``asyncio.shield(aio.call(...))``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, ParamSpec, TypeVar

from .errors import translated
from .identity import Identity
from .results import RecordInfo, plain
from .session import Session
from .vault import Vault

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def call(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Calls a function of this package in a thread, so that the event loop goes on."""
    return await asyncio.to_thread(function, *args, **kwargs)


@contextlib.asynccontextmanager
async def signed_in(vault: Vault, identity: Identity) -> AsyncIterator[Session]:
    """A session for as long as the block; its keys are wiped at the end, also if the task is cancelled."""
    session = await call(vault.sign_in, identity)
    try:
        yield session
    finally:
        await _locked(session)


async def _locked(session: Session) -> None:
    """Locks a session in a thread: the key store that is asked meanwhile may wait for this very event loop."""
    locking = asyncio.ensure_future(call(session.lock))
    cancelled = False
    while not locking.done():
        try:
            await asyncio.wait([locking])
        except asyncio.CancelledError:
            # Heard when the keys are gone.
            cancelled = True
    locking.result()
    if cancelled:
        raise asyncio.CancelledError


def changes(session: Session, *, every: float = 0.5) -> AsyncIterator[RecordInfo]:
    """The records that are made or amended from now on, in whichever session or process: kinds and ids, no value.

    Listening does not count as using the session: one that nobody uses locks itself. It ends when the session is locked,
    with :class:`saferoom.SessionIdle` or :class:`saferoom.SessionLocked`. Looks every ``every`` seconds, from a hundredth of
    one to a day. Beginning waits, in the caller's thread, for a call of the session that goes on.
    """
    # Begun here and not with the first look: what is written in between is heard.
    return _heard(translated(session._handle.changes)(), every)


async def _heard(feed: Any, every: float) -> AsyncIterator[RecordInfo]:
    hear, pause = translated(feed.next), min(max(every, 0.01), 86_400)
    while True:
        for changed in await call(hear):
            yield plain(RecordInfo, changed)
        await asyncio.sleep(pause)
