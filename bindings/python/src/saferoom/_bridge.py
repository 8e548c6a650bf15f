"""The one place that imports the module that uniffi generates."""

from __future__ import annotations

from typing import Any

from saferoom._native import saferoom_ffi

#: The generated module. It is not typed strictly, so it is `Any`; the modules beside this one give it types.
native: Any = saferoom_ffi


def _stays(self: object, *_: object) -> None:
    """A copy would free what the first one still uses; and what it stands for is of this process alone."""
    raise TypeError(f"{type(self).__name__} cannot be copied or pickled: it stands for keys of this process")


for _kind in list(vars(saferoom_ffi).values()):
    if isinstance(_kind, type) and hasattr(_kind, "_uniffi_clone_handle"):
        for _copies in ("__copy__", "__deepcopy__", "__reduce_ex__"):
            setattr(_kind, _copies, _stays)
