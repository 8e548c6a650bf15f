"""What a figure was measured on."""

from __future__ import annotations

import datetime
import os
import platform
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# What speeds up ciphers and hashes, by the name in /proc/cpuinfo.
FLAGS = ("sha_ni", "aes", "vaes", "avx2", "avx512f")
CRATES = {
    HERE.parent / "Cargo.lock": ("libsqlite3-sys", "rusqlite", "chacha20poly1305", "ring", "tlog_tiles"),
    HERE / "sqlcipher/Cargo.lock": ("sqlcipher-src", "openssl-src"),
    HERE / "alloy/Cargo.lock": ("ironcore-alloy",),
}


def described(folder: Path) -> str:
    information = read("/proc/cpuinfo")
    model = found(r"model name\s*:\s*(.+)", information) or platform.processor() or platform.machine()
    flags = set((found(r"flags\s*:\s*(.+)", information) or "").split())
    memory = int(found(r"MemTotal:\s+(\d+)", read("/proc/meminfo")) or 0) / (1 << 20)
    speed = ", ".join(flag for flag in FLAGS if flag in flags)
    lines = [
        f"{datetime.date.today()}. {os.cpu_count()} cores, {model} ({speed}), {memory:.0f} GiB, {file_system(folder)}, "
        f"{platform.system()} {platform.release()}.",
        f"{output('rustc', '--version')}; {output('go', 'version') or 'no Go on the path'}; Python {platform.python_version()} "
        f"with SQLite {sqlite3.sqlite_version} and cryptography {python_package('cryptography')}; " + "; ".join(crates()) + ".",
        load(),
    ]
    return "\n".join(lines)


def load() -> str:
    one = os.getloadavg()[0]
    busy = " **Other programs were running: quote the ratios, not the times.**" if one > 1.5 else ""
    return f"Load of the last minute: {one:.1f}.{busy}"


def crates() -> list[str]:
    versions = []
    for lock, names in CRATES.items():
        text = read(lock)
        for name in names:
            version = found(rf'name = "{re.escape(name)}"\nversion = "([^"]+)"', text)
            versions.append(f"{name} {version}")
    return versions


def python_package(name: str) -> str:
    from importlib import metadata

    return metadata.version(name)


def file_system(folder: Path) -> str:
    return output("stat", "-f", "-c", "%T", str(folder)) or "unknown file system"


def output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def read(path: str | Path) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return ""


def found(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match.group(1).strip() if match else None


if __name__ == "__main__":
    print(described(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
