"""The README's Python example runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[3] / "README.md"


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    # In a program of its own: it ends all sessions of the process.
    program = [sys.executable, "-c", example.group(1)]
    ran = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (ran.returncode, ran.stdout) == (0, "1 female\n"), ran.stderr
    assert (tmp_path / "station.saferoom").is_file()
