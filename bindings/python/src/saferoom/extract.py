"""Extracts for analysts: anonymised tables that are opened without any key to a record.

::

    import saferoom

    extract = saferoom.read_extract("extract", trusted="desk.pub")
    frame = extract.to_pandas()

Opening checks the signature, the digest of every file, and every claim of the manifest that the rows bear out. Without a
trusted key the rest is still checked, and a warning says that anybody could have made the folder.
"""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import io
import json
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from ._bridge import native
from .errors import InputError, ReleaseError, translated
from .vault import Identity

#: Names the file with the public keys that an organisation trusts, one a line.
TRUSTED_VARIABLE = "SAFEROOM_TRUSTED_KEYS"

#: Where that file lies otherwise.
TRUSTED_FILE = Path("~/.config/saferoom/trusted_keys")

Language = Literal["en", "km"]


class UnverifiedExtractWarning(UserWarning):
    """Nobody's signature was checked: the extract is whole, but anybody could have made it."""


@dataclasses.dataclass(frozen=True)
class Column:
    """What a column is, as the data dictionary has it."""

    name: str
    #: ``quasi-identifying``, ``sensitive`` or ``insensitive``.
    role: str
    #: ``string``, ``integer``, ``number`` or ``date``.
    type: str
    #: By language: ``en``, ``km``.
    label: dict[str, str]
    #: The field of the catalogue that it comes from.
    field: str | None
    #: The values that stand in the file, with their labels by language where there are any.
    values: dict[str, dict[str, str] | None]

    def label_of(self, value: str, language: Language) -> str:
        """What a value means; the value itself if nobody said. Without Khmer, English."""
        label = self.values.get(value) or {}
        return label.get(language) or label.get("en") or value


@dataclasses.dataclass(frozen=True)
class Extract:
    """An extract that is what its manifest says. The rows are loaded when they are asked for."""

    folder: Path
    #: What is signed: provenance, parameters, what holds, the digest of every file.
    manifest: dict[str, Any]
    #: The key that signed it, as a line of OpenSSH; ``None`` if no signature was checked.
    signer: str | None

    @property
    def dictionary(self) -> dict[str, Column]:
        """The columns by name."""
        columns = json.loads(self._file("dictionary.json"))["columns"]
        return {each["name"]: _column(each) for each in columns}

    @property
    def risk(self) -> dict[str, Any]:
        """What was done, and the risks before and after."""
        report: dict[str, Any] = json.loads(self._file("risk.json"))
        return report

    def to_arrow(self, labels: Language | None = None) -> Any:
        """The rows as a ``pyarrow.Table``; texts as dictionaries, with ``labels`` of what they mean in a language."""
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet

        file = io.BytesIO(self._file("data.parquet"))
        schema = pyarrow.parquet.read_schema(file)
        dictionary = self.dictionary
        # Of pseudonyms no two are the same: the dictionary lists none of them, and they stay texts. Others are read as the
        # dictionaries that they are in the file: no row's text is made.
        texts = [field.name for field in schema if pyarrow.types.is_string(field.type) and dictionary[field.name].values]
        table = pyarrow.parquet.read_table(file, read_dictionary=texts)
        for place, field in enumerate(table.schema):
            if not pyarrow.types.is_dictionary(field.type):
                continue
            column = dictionary[field.name]
            found = table.column(place).unify_dictionaries().combine_chunks()
            known = pyarrow.array(list(column.values), pyarrow.string())
            codes = pyarrow.compute.call_function("index_in", [found.dictionary], pyarrow.compute.SetLookupOptions(known))
            indices = codes.take(found.indices)
            shown = [column.label_of(value, labels) if labels else value for value in column.values]
            # Two codes may mean the same in words; categories have to differ.
            count = collections.Counter(shown)
            shown = [each if count[each] == 1 else f"{each} ({value})" for each, value in zip(shown, column.values)]
            values = pyarrow.array(shown, pyarrow.string())
            array = pyarrow.DictionaryArray.from_arrays(indices, values)
            table = table.set_column(place, field.name, array)
        return table

    def to_pandas(self, labels: Language | None = None) -> Any:
        """The rows as a ``pandas.DataFrame``: texts as categoricals, whole numbers as nullable ``Int64``."""
        import pandas
        import pyarrow

        return self.to_arrow(labels).to_pandas(types_mapper={pyarrow.int64(): pandas.Int64Dtype()}.get)

    def to_polars(self, labels: Language | None = None) -> Any:
        """The rows as a ``polars.DataFrame``: texts as categoricals."""
        import polars

        return polars.from_arrow(self.to_arrow(labels))

    def to_duckdb(self, labels: Language | None = None) -> Any:
        """The rows as a relation of DuckDB, to query with ``.query("rows", "select ...")``."""
        import duckdb

        return duckdb.from_arrow(self.to_arrow(labels))

    def _file(self, name: str) -> bytes:
        """A file of the folder, which is still the one that was checked."""
        content = (self.folder / name).read_bytes()
        entry = next(each for each in self.manifest["files"] if each["name"] == name)
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise ReleaseError(1825, f"{name} is not the file that was written", "Open the extract again.")
        return content


@translated
def read_extract(
    folder: str | os.PathLike[str],
    trusted: str | os.PathLike[str] | Iterable[str] | None = None,
) -> Extract:
    """Opens an extract after checking it.

    ``trusted`` is a file of public keys (``.pub`` or allowed signers), or their lines. Without it, the keys are taken from
    the file that ``SAFEROOM_TRUSTED_KEYS`` names, or from ``~/.config/saferoom/trusted_keys``. If there are none, nobody's
    signature is checked, and an :class:`UnverifiedExtractWarning` says so.
    """
    path = Path(folder).absolute()
    keys = _trusted(trusted)
    if keys is None:
        # With the folder's name in it, Python shows the warning for each extract and not for the first alone.
        text = f"no trusted key was given: {path.name} is whole, but anybody could have made it"
        warnings.warn(text, UnverifiedExtractWarning, stacklevel=3)
    found = native.verify_extract(str(path), keys)
    return Extract(path, json.loads(found.manifest_json), found.signer)


@translated
def anonymise(
    table: str | os.PathLike[str],
    spec: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    signer: Identity | None = None,
) -> dict[str, Any]:
    """Anonymises a table (CSV or Parquet) by a specification, and writes the extract into a new folder.

    Answers the report: what was done, the risks before and after. What cannot be released is an error, and nothing is left.
    """
    text, beside = Path(spec).read_text("utf-8"), str(Path(spec).parent)
    identity = None if signer is None else signer._native()
    report: dict[str, Any] = json.loads(
        native.anonymise_table(Path(table).read_bytes(), text, beside, str(folder), identity)
    )
    return report


@translated
def signing_key(identity: Identity) -> str:
    """The public key with which an identity signs extracts, as a line of OpenSSH: what receivers trust."""
    return str(native.extract_signing_key(identity._native()))


@translated
def risk(
    table: str | os.PathLike[str],
    quasi: Iterable[str],
    sensitive: Iterable[str] = (),
    unit: str | None = None,
) -> dict[str, Any]:
    """How likely somebody is found in a table (CSV or Parquet), and what would be learnt of them."""
    report: dict[str, Any] = json.loads(
        native.table_risk_json(Path(table).read_bytes(), list(quasi), list(sensitive), unit)
    )
    return report


def _trusted(trusted: str | os.PathLike[str] | Iterable[str] | None) -> str | None:
    if trusted is None:
        named = os.environ.get(TRUSTED_VARIABLE)
        pinned = Path(named) if named else TRUSTED_FILE.expanduser()
        return pinned.read_text("utf-8") if named or pinned.is_file() else None
    if isinstance(trusted, (str, os.PathLike)):
        # A key as a text would be taken for a path.
        if str(trusted).startswith("ssh-ed25519 "):
            return str(trusted)
        return Path(trusted).read_text("utf-8")
    lines = list(trusted)
    if not lines:
        raise InputError(1815, "no trusted key was given", "Give at least one public key, or leave `trusted` away.")
    return "\n".join(lines)


def _column(entry: dict[str, Any]) -> Column:
    values = {each["value"]: each["label"] for each in entry["values"]}
    return Column(entry["name"], entry["role"], entry["type"], entry["label"], entry["field"], values)
