"""``python -m saferoom`` is the tool ``saferoom``."""

from __future__ import annotations

import sys

from ._bridge import native
from .errors import translated


@translated
def main() -> int:
    """Runs the tool with the arguments of this program; answers its exit code."""
    return int(native.run_command_line(["saferoom", *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
