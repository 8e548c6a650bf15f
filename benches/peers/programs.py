"""The programs that are compared, each a process of its own that answers one line for each line asked."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass


@dataclass
class Took:
    """Nanoseconds of one answer, for each record or entry."""

    cpu: float
    wall: float
    more: str = ""


class Program:
    """One of them, running."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def answer(self, line: str) -> list[str]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline()
        if not told:
            sys.exit(f"{self.name} ended at `{line}`, with {self.process.wait()}")
        return told.split()

    def ask(self, command: str, times: int, seed: int = 0) -> Took:
        """What one of so many took."""
        cpu, wall, *more = self.answer(f"{command} {times} {seed}")
        return Took(int(cpu) / times, int(wall) / times, *more)

    def size(self) -> tuple[int, int]:
        """Bytes of the file, and the most memory that the process ever had, in KiB."""
        first, second = self.answer("size")
        return int(first), int(second)

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        if self.process.wait(60) != 0:
            sys.exit(f"{self.name} failed")
