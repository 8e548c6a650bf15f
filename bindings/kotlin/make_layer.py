"""Makes the Kotlin sources that would be tedious to write by hand, and wrong as soon as the library grows.

`make_layer.py NATIVE OUT`: reads what uniffi wrote (NATIVE), the pinned catalogue and the error codes, and writes into the folder OUT

- Native.kt: what uniffi wrote, with `Path` for places and `Instant` and `Duration` for times (`moments.py`) and with a look at
  texts (`texts.py`), changed by `native.py`.
  Calls that wait or can fail end in `Blocking`, which leaves their names to suspending functions.
- Calls.kt: each call that can fail once more as a suspending function, with `ByteArray` for bytes, which are lent to the library in
  a direct buffer and wiped there.
- Properties.kt: what an object says of itself without waiting, as properties.
- Records.kt: a class for each kind of record.
- Codes.kt: every error code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

from layer import camel, codes, documentation, kinds, split  # noqa: E402
from moments import with_types  # noqa: E402
from native import FAILS, failing_methods, with_names_of_exceptions, written_native  # noqa: E402
from texts import with_whole_records  # noqa: E402

#: Calls that the hand-written layer offers in a better form under the same name.
BY_HAND = {("Session", "changes"), ("Session", "lock"), ("Vault", "panicWipe"), (None, "panicWipe")}

HEAD = "// Made by make_layer.py: do not edit.\n\n@file:Suppress(\"unused\", \"RedundantVisibilityModifier\")\n\n"

TYPES = {"text": ("String", "text"), "narrative": ("String", "text"), "code": ("String", "code"),
         "place": ("String", "place"), "id": ("String", "id"), "date": ("PartialDate", "date"),
         "time": ("Instant", "time"), "bool": ("Boolean", "bool"), "unsigned": ("Long", "unsigned")}


@dataclass(frozen=True)
class Call:
    """A call that waits or can fail."""

    owner: str | None
    of_companion: bool
    name: str
    parameters: list[tuple[str, str, str]]
    answer: str | None
    doc: str


def calls(text: str) -> Iterator[Call]:
    """All of them: methods as their interface declares them, with the defaults; constructors; functions."""
    head = re.compile(r"^(?:public interface (\w+)Interface|open class (\w+): Disposable|public object|data class|enum class|sealed class)")
    owner, interface, doc = None, None, ""
    failing = failing_methods(text)
    lines = iter(text.splitlines())
    for line in lines:
        begun = head.match(line)
        if begun:
            interface, owner = begun[1], begun[2]
        if line.strip() == "/**":
            doc = "\n".join(documentation(lines))
            continue
        declared = re.match(r"^    fun `(\w+)`\((.*)\)(?:: (.+?))?$", line)
        if declared and (interface, declared[1]) in failing:
            yield Call(interface, False, declared[1], parameters(declared[2]), declared[3], doc)
        made = re.match(r"^\s*" + re.escape(FAILS) + r" fun `(\w+)`\((.*)\)(?:: ([^{]+?))?\s*\{?$", line)
        if made:
            yield Call(owner, owner is not None, made[1], parameters(made[2]), made[3], doc)


def parameters(text: str) -> list[tuple[str, str, str]]:
    """Name, type and default value of each."""
    return [(name.strip("`"), kind, default) for name, kind, default in split(text, "<>")]


def written_calls(text: str) -> str:
    """Calls.kt."""
    found = [call for call in calls(text) if (call.owner, call.name) not in BY_HAND]
    if len(found) < 180:
        raise SystemExit(f"only {len(found)} calls were found: what uniffi writes has changed")
    imports = "import java.nio.file.Path\nimport java.time.Duration\nimport java.time.Instant\n\n"
    return f"{HEAD}package org.saferoom\n\n{imports}" + "\n\n".join(one_call(call) for call in found) + "\n"


def one_call(call: Call) -> str:
    """One suspending function with its documentation."""
    declared, passed, lent = [], [], []
    for name, kind, default in call.parameters:
        kind, given = plain(kind), f"`{name}`"
        if kind == "java.nio.ByteBuffer":
            kind, lent = "ByteArray", [*lent, given]
        if kind.endswith("Progress?") and not default:
            default = "null"
        declared.append(f"`{name}`: {kind}" + (f" = {default}" if default else ""))
        passed.append(given)
    subject = {None: ""}.get(call.owner, f"{call.owner}.Companion." if call.of_companion else f"{call.owner}.")
    receiver = "" if call.owner is None else ("this." if not call.of_companion else f"{call.owner}.")
    body = f"{receiver}`{call.name}Blocking`({', '.join(passed)})"
    if not call.owner:
        body = f"org.saferoom.{body}"
    if call.owner and not call.of_companion:
        body = body.replace("this.", "self.", 1)
    for given in lent:
        body = f"lend({given}) {{ {given} -> {body} }}"
    answer = f": {plain(call.answer)}" if call.answer else ""
    progress = next((name for name, kind, _ in call.parameters if kind.endswith("Progress?")), None)
    run = "offThread" if progress is None else f"offThread(`{progress}`)"
    before = "    val self = this\n    " if call.owner and not call.of_companion else "    "
    doc = "\n".join(f" * {line}".rstrip() for line in call.doc.replace("# Errors", "**Errors:**").split("\n"))
    returned = "return " if call.answer else ""
    return (f"/**\n{doc}\n */\n{FAILS}\npublic suspend fun {subject}`{call.name}`({', '.join(declared)}){answer} {{\n"
            f"{before}{returned}{run} {{ {body} }}\n}}")


def plain(kind: str) -> str:
    """A type by its short name."""
    return re.sub(r"\b(kotlin|java\.time|java\.nio\.file)\.(?=[A-Z])", "", kind)


def written_properties(text: str) -> str:
    """Properties.kt."""
    parts = []
    for interface in re.finditer(r"^public interface (\w+)Interface \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
        owner = interface[1]
        declared = re.findall(r"/\*\*((?:(?!\*/).)*)\*/\s*fun `(\w+)`\(\): ([\w.<>?]+)", interface[2], re.DOTALL)
        for doc, name, kind in declared:
            if (owner, name) not in failing_methods(text):
                parts += one_property(owner, name, plain(kind), doc)
    if len(parts) < 25:
        raise SystemExit(f"only {len(parts)} properties were found: what uniffi writes has changed")
    return f"{HEAD}package org.saferoom\n\nimport java.time.Instant\n\n" + "\n\n".join(parts) + "\n"


def one_property(owner: str, name: str, kind: str, doc: str) -> Iterator[str]:
    """A property, if the answer is small and holds nothing that is to be closed or wiped."""
    numbers = {"ULong": "Long", "UInt": "Int", "UByte": "Int"}
    if kind in numbers:
        kind, get = numbers[kind], f"`{name}`().to{numbers[kind]}()"
    elif kind in {"String", "String?", "Boolean", "List<String>", "Instant", "InterviewState"} and not name.startswith("to"):
        get = f"`{name}`()"
    else:
        return
    yield f"/**{doc}*/\npublic val {owner}.`{name}`: {kind} get() = {get}".replace("\n    ", "\n")


def written_records() -> str:
    """Records.kt."""
    found = kinds()
    classes = "\n\n".join(one_record(kind, fields) for kind, fields in found.items())
    named = ",\n".join(f"    {class_name(kind)}" for kind in found)
    return (f"{HEAD}package org.saferoom.records\n\nimport java.time.Instant\nimport org.saferoom.FieldReader\n"
            "import org.saferoom.FieldValue\nimport org.saferoom.FieldWriter\nimport org.saferoom.PartialDate\n"
            "import org.saferoom.RecordKind\nimport org.saferoom.SaferoomRecord\n\n"
            f"{classes}\n\n/** The kinds of records of this release. */\npublic val recordKinds: List<RecordKind<*>> = listOf(\n{named},\n)\n")


def written_codes() -> str:
    """Codes.kt."""
    cases = ",\n".join(f"    {name.upper()}({code})" for code, name in codes().items())
    return (f"{HEAD}package org.saferoom\n\n/**\n * Every error code there is, by the name that it has in the sources. An exception of a newer library may"
            " have another.\n *\n * @property number the code\n */\npublic enum class ErrorCode(public val number: Int) {\n"
            f"{cases};\n\n    public companion object {{\n        private val byNumber = entries.associateBy {{ it.number }}\n\n"
            "        /** The one of this number. */\n        public fun of(number: Int): ErrorCode? = byNumber[number]\n    }\n}\n")


def class_name(kind: str) -> str:
    """The class of a kind; `Unit` means something else in Kotlin."""
    name = camel(kind)[0].upper() + camel(kind)[1:]
    return "UnitRecord" if name == "Unit" else name


def one_record(kind: str, fields: list[list[str]]) -> str:
    """A class."""
    name = class_name(kind)
    declared, read, kept = [], [], []
    for words in fields:
        field, compartment, of_class, value_type, code_list = words[3:8]
        kotlin, variant = TYPES[value_type]
        repeated = "repeated" in words[8:]
        label = f"`{camel(field)}`"
        known = f" Code list: `{code_list}`." if code_list != "-" else ""
        whole, empty = (f"List<{kotlin}>", "emptyList()") if repeated else (f"{kotlin}?", "null")
        declared.append(f"    /** `{field}`, in the compartment `{compartment}` ({of_class}).{known} */\n    val {label}: {whole} = {empty},")
        many = "s" if repeated else ""
        read.append(f'            {label} = reader.{variant}{many}("{field}"),')
        kept.append(f'        .{variant}{many}("{field}", {label})')
    return "\n".join([
        f"/** A record of the kind `{kind}`. What it requires is checked when it is written. Prints nothing of what it holds. */",
        f"public data class {name}(", *declared, ") : SaferoomRecord {",
        f"    override val recordKind: RecordKind<{name}> get() = Companion", "",
        "    override fun toFields(): Map<String, FieldValue> = FieldWriter()", *kept, "        .fields", "",
        f'    override fun toString(): String = "{name}(redacted)"', "",
        f"    public companion object : RecordKind<{name}> {{",
        f'        override val name: String = "{kind}"', "",
        f"        override fun of(fields: Map<String, FieldValue>): {name} {{",
        "            val reader = FieldReader(fields)",
        f"            return {name}(", *[f"    {line}" for line in read], "            )", "        }", "    }", "}",
    ])


def main() -> None:
    """Writes the files."""
    native, out = Path(sys.argv[1]), Path(sys.argv[2])
    text = with_names_of_exceptions(with_whole_records(with_types(native.read_text(encoding="utf-8"))))
    out.mkdir(parents=True, exist_ok=True)
    (out / "Native.kt").write_text(written_native(text), encoding="utf-8")
    (out / "Calls.kt").write_text(written_calls(text), encoding="utf-8")
    (out / "Properties.kt").write_text(written_properties(text), encoding="utf-8")
    (out / "Codes.kt").write_text(written_codes(), encoding="utf-8")
    (out / "Records.kt").write_text(written_records(), encoding="utf-8")


if __name__ == "__main__":
    main()
