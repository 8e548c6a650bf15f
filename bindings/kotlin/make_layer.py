"""Makes the Kotlin sources that would be tedious to write by hand, and wrong as soon as the library grows.

`make_layer.py NATIVE OUT`: reads what uniffi wrote (NATIVE), the pinned catalogue and the error codes, and writes into the folder OUT

- Native.kt: what uniffi wrote, with four changes: calls that can fail end in `Blocking`, which leaves their names to
  suspending functions; the exception class is the hand-written one; calls fill in plain memory when they fail (CallStatus.kt);
  and a session lends its handle (Door.kt).
- Calls.kt: each call that can fail once more as a suspending function, with `Path` for places and `ByteArray` for bytes,
  which are lent to the library in a direct buffer and wiped there.
- Moments.kt: moments that cross as milliseconds, as `java.time.Instant`.
- Records.kt: a class for each kind of record.
- Codes.kt: every error code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layer import PATHS, camel, codes, documentation, kinds, split  # noqa: E402

#: Calls that the hand-written layer offers in a better form under the same name.
BY_HAND = {("Session", "changes")}

HEAD = "// Made by make_layer.py: do not edit.\n\n@file:Suppress(\"unused\", \"RedundantVisibilityModifier\")\n\n"

TYPES = {"text": ("String", "text"), "narrative": ("String", "text"), "code": ("String", "code"),
         "place": ("String", "place"), "id": ("String", "id"), "date": ("PartialDate", "date"),
         "time": ("Instant", "time"), "bool": ("Boolean", "bool"), "unsigned": ("Long", "unsigned")}

FAILS = "@Throws(SaferoomException::class)"


@dataclass(frozen=True)
class Call:
    """A call that can fail."""

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


def failing_methods(text: str) -> set[tuple[str, str]]:
    """Class and name of each method that can fail."""
    found, owner = set(), ""
    for line in text.splitlines():
        begun = re.match(r"^open class (\w+):", line)
        owner = begun[1] if begun else owner
        method = re.match(r"^\s*" + re.escape(FAILS) + r"\s*override fun `(\w+)`", line)
        if method:
            found.add((owner, method[1]))
    return found


def parameters(text: str) -> list[tuple[str, str, str]]:
    """Name, type and default value of each."""
    return [(name.strip("`"), kind, default) for name, kind, default in split(text, "<>")]


def written_native(text: str) -> str:
    """Native.kt."""
    begun = text.index("/**\n * Everything that a call can answer instead of a value.\n */\nsealed class SaferoomException")
    converter = text.index("public object FfiConverterTypeSaferoomError", begun)
    end = text.index("\n}\n", converter) + len("\n}\n")
    text = text[:begun] + text[end:]
    failing = failing_methods(text)
    text = re.sub(re.escape(FAILS) + r"(\s*)(override )?fun `(\w+)`", FAILS + r"\1\2fun `\3Blocking`", text)
    lines, interface = [], ""
    for line in text.split("\n"):
        if line.startswith("public interface "):
            interface = line.split()[2].removesuffix("Interface")
        elif line == "}":
            interface = ""
        declared = re.match(r"^    fun `(\w+)`\(", line)
        if declared and (interface, declared[1]) in failing:
            line = line.replace(f"`{declared[1]}`", f"`{declared[1]}Blocking`", 1)
        lines.append(line)
    return with_borrowed_handle(with_plain_status("\n".join(lines)))


def with_plain_status(text: str) -> str:
    """Calls fill in plain memory instead of a structure (CallStatus.kt)."""
    text, calls = re.subn(r"\buniffi_out_err: UniffiRustCallStatus\b", "uniffi_out_err: Pointer", text)
    for was, now in [
        ("private fun findLibraryName(", "internal fun findLibraryName("),
        ("private fun<E: kotlin.Exception> uniffiCheckCallStatus(", "internal fun<E: kotlin.Exception> uniffiCheckCallStatus("),
        ("callback: (UniffiRustCallStatus) -> U): U {\n    var status = UniffiRustCallStatus()\n    val return_value = callback(status)\n"
         "    uniffiCheckCallStatus(errorHandler, status)\n    return return_value\n}",
         "callback: (Pointer) -> U): U = CallStatus.of(errorHandler, callback)"),
        ("private inline fun <U> uniffiRustCall(callback: (UniffiRustCallStatus) -> U): U {",
         "private inline fun <U> uniffiRustCall(callback: (Pointer) -> U): U {"),
    ]:
        if text.count(was) != 1:
            raise SystemExit(f"how calls are made has changed: {was}")
        text = text.replace(was, now)
    if calls < 300:
        raise SystemExit(f"only {calls} calls were found: what uniffi writes has changed")
    return text


def with_borrowed_handle(text: str) -> str:
    """The session's `callWithHandle` once more, without a handle of its own for the call: for what only looks at it."""
    session = text.index("\nopen class Session:")
    begun = text.index("    internal inline fun <R> callWithHandle(", session)
    end = text.index("\n    }\n", begun) + len("\n    }\n")
    borrowing = text[begun:end].replace("callWithHandle", "borrowHandle").replace("this.uniffiCloneHandle()", "this.handle")
    if "borrowHandle" not in borrowing or "block(this.handle)" not in borrowing:
        raise SystemExit("how a session's calls hold its handle has changed")
    return text[:end] + "\n    /** @suppress */\n" + borrowing + text[end:]


def written_calls(text: str) -> str:
    """Calls.kt."""
    found = [call for call in calls(text) if (call.owner, call.name) not in BY_HAND]
    if len(found) < 180:
        raise SystemExit(f"only {len(found)} calls were found: what uniffi writes has changed")
    return f"{HEAD}package org.saferoom\n\nimport java.nio.file.Path\n\n" + "\n\n".join(one_call(call) for call in found) + "\n"


def one_call(call: Call) -> str:
    """One suspending function with its documentation."""
    declared, passed, lent = [], [], []
    for name, kind, default in call.parameters:
        kind = kind.replace("kotlin.", "")
        given = f"`{name}`"
        if kind == "java.nio.ByteBuffer":
            kind, lent = "ByteArray", [*lent, given]
        elif kind == "String" and name in PATHS:
            kind, given = "Path", f"{given}.toString()"
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
    answer = f": {call.answer.replace('kotlin.', '')}" if call.answer else ""
    progress = next((name for name, kind, _ in call.parameters if kind.endswith("Progress?")), None)
    run = "offThread" if progress is None else f"offThread(`{progress}`)"
    before = "    val self = this\n    " if call.owner and not call.of_companion else "    "
    doc = "\n".join(f" * {line}".rstrip() for line in call.doc.replace("# Errors", "**Errors:**").split("\n"))
    returned = "return " if call.answer else ""
    return (f"/**\n{doc}\n */\n{FAILS}\npublic suspend fun {subject}`{call.name}`({', '.join(declared)}){answer} {{\n"
            f"{before}{returned}{run} {{ {body} }}\n}}")


def written_moments(text: str) -> str:
    """Moments.kt."""
    parts = []
    for record in re.finditer(r"^data class (\w+) \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL):
        for doc, name, kind in re.findall(r"/\*\*((?:(?!\*/).)*)\*/\s*val `(\w+)`: kotlin\.(U?Long\??)", record[2], re.DOTALL):
            if "milliseconds since 1970" not in re.sub(r"\s*\n\s*\*\s*", " ", doc):
                continue
            maybe = "?" if kind.endswith("?") else ""
            parts.append(f"/** [{record[1]}.{name}] as a moment. */\npublic val {record[1]}.{name}Instant: Instant{maybe}\n"
                         f"    get() = `{name}`{maybe}.toInstant()")
    if len(parts) < 10:
        raise SystemExit(f"only {len(parts)} moments were found: what uniffi writes has changed")
    return f"{HEAD}package org.saferoom\n\nimport java.time.Instant\n\n" + "\n\n".join(parts) + "\n"


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
    text = native.read_text(encoding="utf-8")
    out.mkdir(parents=True, exist_ok=True)
    (out / "Native.kt").write_text(written_native(text), encoding="utf-8")
    (out / "Calls.kt").write_text(written_calls(text), encoding="utf-8")
    (out / "Moments.kt").write_text(written_moments(text), encoding="utf-8")
    (out / "Codes.kt").write_text(written_codes(), encoding="utf-8")
    (out / "Records.kt").write_text(written_records(), encoding="utf-8")


if __name__ == "__main__":
    main()
