"""Secrets on their way to the native library: bytes, never a ``str``, and what this package copies of them is overwritten."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lent(secret: bytes | bytearray) -> Iterator[bytes]:
    """A copy of a secret for one call, overwritten when the block ends, in CPython.

    The native library takes ``bytes`` only, which it looks at without a copy of its own. What the caller passed stays as it
    is: a ``bytearray`` can be overwritten by who has it.
    """
    if not isinstance(secret, (bytes, bytearray)):
        raise TypeError("a secret is bytes or a bytearray, which can be overwritten after use; never a str")
    copy = bytes(memoryview(secret))
    try:
        yield copy
    finally:
        # An empty one, and one of a single byte, are objects that Python shares.
        if len(copy) > 1 and sys.implementation.name == "cpython":
            ctypes.memset(id(copy) + bytes.__basicsize__ - 1, 0, len(copy))
