"""Python's `cryptography` and `sqlite3` in the comparison: one ChaCha20-Poly1305 seal per field, as an app does it by hand.

    python benches/peers/python_peer.py FOLDER

It answers the same commands as the programs in Rust (`benches/peers/common/src/serve.rs`).
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

BATCH = 100
NAMES = (
    "visited_on visitor_organisation visitors announced checklist_version access_percent environment_percent "
    "equipment_percent summary photos_checked signed_by_station next_visit_due"
).split()
TEXTS: list[int | str] = [
    "2026-03-02", 40, 100, "true", 24, "85", "90", "75", 398, "true", "true", "2026-09-01",
]
NONCE = 12
MASK = (1 << 64) - 1
CONTEXTS = [bytes([index]) * 36 for index in range(len(NAMES))]


class Table:
    """One table in one file, durable at every commit, with 2 MB of pages."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cipher = ChaCha20Poly1305(bytes([7]) * 32)
        self.open()
        self.connection.execute(f"CREATE TABLE record (id INTEGER PRIMARY KEY, {', '.join(NAMES)})")

    def open(self) -> None:
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -2048"):
            self.connection.execute(f"PRAGMA {pragma}")

    def seal(self, row: list[str]) -> list[bytes]:
        nonces = os.urandom(NONCE * len(row))
        sealed = []
        for index, value in enumerate(row):
            nonce = nonces[index * NONCE : (index + 1) * NONCE]
            sealed.append(nonce + self.cipher.encrypt(nonce, value.encode(), CONTEXTS[index]))
        return sealed

    def write(self, rows: list[list[str]]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        sql = f"INSERT INTO record VALUES (NULL, {', '.join('?' * len(NAMES))})"
        self.connection.executemany(sql, [self.seal(row) for row in rows])
        self.connection.execute("COMMIT")

    def read_one(self, number: int) -> int:
        sql = f"SELECT {', '.join(NAMES)} FROM record WHERE id = ?"
        row = self.connection.execute(sql, (number + 1,)).fetchone()
        opened = [self.cipher.decrypt(value[:NONCE], value[NONCE:], CONTEXTS[index]) for index, value in enumerate(row)]
        return sum(len(value.decode()) for value in opened)

    def read(self, numbers: list[int]) -> int:
        self.connection.execute("BEGIN")
        total = sum(self.read_one(number) for number in numbers)
        self.connection.execute("COMMIT")
        return total

    def open_again(self) -> None:
        self.open()
        self.read_one(0)


def letters(length: int, number: int) -> str:
    state = (number * 0x9E37_79B9_7F4A_7C15 & MASK) ^ length
    text = bytearray()
    for _ in range(length):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) & MASK
        text.append(ord("a") + (state >> 33) % 26)
    return text.decode()


def record(number: int) -> list[str]:
    return [text if isinstance(text, str) else letters(text, number * 12 + at) for at, text in enumerate(TEXTS)]


def picks(count: int, many: int, seed: int) -> list[int]:
    return [(index * 7919 + seed * 104_729) % max(count, 1) for index in range(many)]


def took(work: Callable[[], object]) -> tuple[int, int]:
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    work()
    return time.process_time_ns() - cpu, time.perf_counter_ns() - wall


def chunks(values: list[int], size: int) -> list[list[int]]:
    return [values[first : first + size] for first in range(0, len(values), size)]


def checked(table: Table, numbers: list[int]) -> None:
    if table.read(numbers) != 600 * len(numbers):
        sys.exit("what was read is not what was written")


def main() -> None:
    table = Table(Path(sys.argv[1]) / "python.db")
    count = 0
    for line in sys.stdin:
        command, *words = line.split()
        times, seed = (int(words[at]) if at < len(words) else 0 for at in (0, 1))
        parts: list[tuple[int, int]] = []
        if command in ("write", "write-one"):
            for numbers in chunks(list(range(count, count + times)), BATCH if command == "write" else 1):
                rows = [record(number) for number in numbers]
                parts.append(took(lambda rows=rows: table.write(rows)))
            count += times
        elif command in ("read", "read-one"):
            for numbers in chunks(picks(count, times, seed), BATCH if command == "read" else 1):
                parts.append(took(lambda numbers=numbers: checked(table, numbers)))
        elif command == "reopen":
            table.connection.close()
            parts.append(took(table.open_again))
        elif command == "size":
            peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
            print(table.path.stat().st_size, peak.group(1) if peak else 0, flush=True)
            continue
        else:
            sys.exit(f"unknown command {command}")
        print(sum(part[0] for part in parts), sum(part[1] for part in parts), flush=True)


if __name__ == "__main__":
    main()
