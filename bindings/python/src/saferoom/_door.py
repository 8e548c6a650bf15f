"""The plain door to pages (docs/adr/0107): one call of ctypes, where the generated module makes five."""

from __future__ import annotations

import ctypes
from typing import Any, Final

from ._bridge import native

_LIBRARY: Final[Any] = native._UniffiLib
_ASK: Final = _LIBRARY.saferoom_ask_page
_ASK.argtypes = (ctypes.c_uint64, ctypes.c_char_p, ctypes.c_uint64, ctypes.c_void_p)
_ASK.restype = ctypes.c_int8
_FREE: Final = _LIBRARY.saferoom_free_answer
_FREE.argtypes = (ctypes.c_void_p,)
_FREE.restype = None


def ask_page(session: Any, question: bytes) -> bytes:
    """Asks a page of the native session; raises what the generated module raises."""
    answer = native._UniffiRustBuffer()
    place = ctypes.byref(answer)
    code = _ASK(session._handle, question, len(question), place)
    if code:
        # Takes the buffer, and raises what it tells.
        status = native._UniffiRustCallStatus(code, answer)
        native._uniffi_check_call_status(native._UniffiFfiConverterTypeSaferoomError, status)
    try:
        return ctypes.string_at(answer.data, answer.len)
    finally:
        _FREE(place)
