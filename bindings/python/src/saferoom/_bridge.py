"""The one place that imports the module that uniffi generates."""

from __future__ import annotations

from typing import Any

from saferoom._native import saferoom_ffi

#: The generated module. It is not typed strictly, so it is `Any`; the modules beside this one give it types.
native: Any = saferoom_ffi
