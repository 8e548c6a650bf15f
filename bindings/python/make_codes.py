"""Writes src/saferoom/codes.py from bindings/codes.txt, which a test holds against the sources.

python make_codes.py          # writes the file
python make_codes.py --check  # fails if the file is not up to date
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "src/saferoom/codes.py"

HEAD = '''"""Every error code there is, made by make_codes.py: do not edit.

The names are those of the sources. An error of a newer library may have another code.
"""

from __future__ import annotations

import enum


class ErrorCode(enum.IntEnum):
    """What ``SaferoomError.code`` can be."""

'''


def written() -> str:
    """The text of codes.py."""
    lines = (line.split() for line in (HERE.parent / "codes.txt").read_text(encoding="utf-8").splitlines())
    return HEAD + "".join(f"    {words[1].upper()} = {words[0]}\n" for words in lines)


def main() -> None:
    """Writes or checks the file."""
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != written():
            raise SystemExit("codes.py is not up to date: run make_codes.py")
    else:
        TARGET.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
