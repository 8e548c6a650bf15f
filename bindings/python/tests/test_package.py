"""The package as a program, and what it costs to import it; its error codes against those of the core."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import saferoom
from saferoom._bridge import native
from saferoom.errors import _BY_CODE, _BY_KIND

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "saferoom", *arguments], capture_output=True, text=True, check=False)


def test_the_package_is_the_tool(tmp_path: Path) -> None:
    version = run("--version")
    assert (version.returncode, version.stdout.split()[-1]) == (0, saferoom.library_version())
    assert "unexpected argument" in run("--no-such-option").stderr
    (tmp_path / "text.txt").write_text("The alleged victim came.\n")
    lint = run("lint", str(tmp_path / "text.txt"))
    assert "alleged victim" in lint.stdout + lint.stderr
    assert run("lint", str(tmp_path / "missing.txt")).returncode == 5


def test_what_a_program_does_not_use_it_does_not_import() -> None:
    program = "import sys, saferoom; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "saferoom.vault" in loaded
    assert not {"asyncio", "pandas", "numpy", "pyarrow"} & set(loaded)


def test_every_family_of_errors_has_a_class() -> None:
    kinds = {kind.name for kind in native.ErrorKind}
    assert kinds == _BY_KIND.keys()
    for error in {*_BY_CODE.values(), *_BY_KIND.values()}:
        assert getattr(saferoom, error.__name__) is error, "hosts can name it"
