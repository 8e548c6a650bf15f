"""Writes src/saferoom/records.py from the catalogue of the built library.

python make_records.py          # after `pip install` of a new wheel; writes the file
python make_records.py --check  # fails if the file is not up to date
"""

from __future__ import annotations

import importlib.util
import json
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "src/saferoom/records.py"

TYPES = {
    "text": "str",
    "narrative": "str",
    "code": "str",
    "date": "PartialDate",
    "time": "datetime.datetime",
    "place": "str",
    "bool": "bool",
    "unsigned": "int",
    "id": "str",
}

HEAD = '''"""The records of this release, made by make_records.py from the catalogue: do not edit.

Every field is optional here; which ones a kind requires is checked when it is written. Codes are texts of the code
lists that each field names.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import ClassVar, Final

from .values import PartialDate, Record
'''


def catalogue() -> list[dict[str, Any]]:
    """The catalogue of the installed library, without the typed layer, which may not exist yet."""
    package = importlib.util.find_spec("saferoom")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("install the wheel first")
    for folder in package.submodule_search_locations:
        source = Path(folder) / "_native/saferoom_ffi.py"
        if source.exists():
            spec = importlib.util.spec_from_file_location("saferoom_ffi_for_records", source)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            entries: list[dict[str, Any]] = json.loads(module.catalogue_json())
            return entries
    raise SystemExit("the wheel has no native module")


def written(entries: Iterable[dict[str, Any]]) -> str:
    """The text of records.py."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        kinds.setdefault(entry["record"], []).append(entry)
    parts = [HEAD]
    for kind, fields in kinds.items():
        parts.append(one_class(kind, fields))
    lines = [f'    "{kind}": {class_name(kind)},' for kind in kinds]
    parts.append("#: The classes, by name of the kind.\nKINDS: Final[Mapping[str, type[Record]]] = {\n")
    return "\n\n".join(parts) + "\n".join(lines) + "\n}\n"


def class_name(kind: str) -> str:
    """``lead_officer`` becomes ``LeadOfficer``."""
    return "".join(part.capitalize() for part in kind.replace("-", "_").split("_"))


def one_class(kind: str, fields: list[dict[str, Any]]) -> str:
    """A dataclass."""
    lines = [
        "@dataclasses.dataclass(repr=False, kw_only=True)",
        f"class {class_name(kind)}(Record):",
        f'    """A record of the kind ``{kind}``."""',
        "",
        f'    KIND: ClassVar[str] = "{kind}"',
        "    TYPES: ClassVar[Mapping[str, str]] = {",
    ]
    for field in fields:
        prefix = "list of " if field["repeated"] else ""
        lines.append(f'        "{field["name"]}": "{prefix}{field["type"]}",')
    lines += ["    }", ""]
    for field in fields:
        python = TYPES[field["type"]]
        if field["repeated"]:
            lines.append(f'    {field["name"]}: list[{python}] = dataclasses.field(default_factory=list)')
        else:
            lines.append(f'    {field["name"]}: {python} | None = None')
        lines += documented(label(field), field["help"])
    return "\n".join(lines)


def documented(text: str, help_text: str) -> list[str]:
    """The doc string of a field: what it is, and what to write into it."""
    wrapped = textwrap.wrap(help_text, width=110, break_long_words=False, break_on_hyphens=False)
    return [f'    """{text}', "", *(f"    {line}" for line in wrapped), '    """']


def label(field: dict[str, Any]) -> str:
    """The label, with the code list and whether it is required."""
    text = f"{field['label']}."
    if field["code_list"]:
        text += f" Code list: {field['code_list']}."
    if field["required"]:
        text += " Required."
    return text


def main() -> None:
    """Writes or checks the file."""
    text = written(catalogue())
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != text:
            raise SystemExit("records.py is not up to date: run make_records.py")
    else:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
