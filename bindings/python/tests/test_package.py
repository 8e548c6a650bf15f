"""The package as a program, and what it costs to import it; its error codes against those of the core."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

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


def test_every_exported_call_is_reached_and_every_value_told() -> None:
    sources = [path for path in Path(saferoom.__file__).parent.rglob("*.py") if "_native" not in path.parts]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    called, words = set(re.findall(r"\.(\w+)", text)), set(re.findall(r"\w+", text))
    #: The interviewer's own tally says by its kind what is a question; the plain door asks pages.
    known = {"Tallied.is_question", "Session.ask_page"}
    missing = set()
    for name in native.__all__:
        exported = getattr(native, name)
        if isinstance(exported, types.FunctionType):
            missing |= {name} - called
        elif isinstance(exported, type) and f"{name}Protocol" in native.__all__:
            missing |= {f"{name}.{call}" for call in vars(exported) if not call.startswith("_") and call not in called}
        elif isinstance(exported, type) and not hasattr(exported, "_is_protocol"):
            values = inspect.get_annotations(vars(exported).get("__init__", exported)).keys() - {"return"}
            missing |= {f"{name}.{value}" for value in values if value not in words}
    assert missing - known == set()


def loaded_by(program: str) -> set[str]:
    program = f"import sys; {program}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_what_a_program_does_not_use_it_does_not_import() -> None:
    of_ours = {name for name in loaded_by("import saferoom") if name.startswith("saferoom.")}
    assert of_ours == set(), "the package alone loads nothing"
    session = loaded_by("from saferoom import Access, Identity, Vault")
    assert "saferoom.session" in session
    for other in ("records", "releases", "interview", "audit", "extract", "packet", "recovery", "backup"):
        assert f"saferoom.{other}" not in session, other
    assert not {"asyncio", "pandas", "numpy", "pyarrow"} & session
    assert "saferoom.releases" in loaded_by("import saferoom; saferoom.releases")


def test_every_name_is_where_the_types_say() -> None:
    """The imports that type checkers read, the names that are exported, and the table that is asked at run time are one."""
    source = ast.parse(Path(saferoom.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in source.body if isinstance(node, ast.If) and node.orelse == [] and named(node.test)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    names = {node.module: {name.name for name in node.names} for node in imports}
    assert all(node.level == 1 for node in imports)
    modules = names.pop(None)
    table = {module: set(held.split()) for module, held in vars(saferoom)["_NAMES"].items()}
    assert names == table
    assert modules | set().union(*table.values()) == set(saferoom.__all__)
    assert set(saferoom.__all__) <= set(dir(saferoom))
    for name in saferoom.__all__:
        value = getattr(saferoom, name)
        assert value is not None
        assert isinstance(value, types.ModuleType) == (name in modules), name
    assert saferoom.form.__module__ == "saferoom._form", "a function, not the module of its name"


def named(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def test_what_is_not_there_is_said_so() -> None:
    for name in ("no_such_name", "_no_such_name", "__wrapped__"):
        with pytest.raises(AttributeError, match="has no attribute"):
            getattr(saferoom, name)


def test_every_family_of_errors_has_a_class() -> None:
    kinds = {kind.name for kind in native.ErrorKind}
    assert kinds == _BY_KIND.keys()
    for error in {*_BY_CODE.values(), *_BY_KIND.values()}:
        assert getattr(saferoom, error.__name__) is error, "hosts can name it"
