"""Writes Sources/Saferoom/Generated: what would be tedious to write by hand, and wrong as soon as the library grows.

- Calls.swift: each call that can fail once more as ``async``, off the caller's thread, with ``URL`` for paths and ``Date`` for
  moments.
- Shown.swift: types that print nothing of what they hold show nothing in a ``Mirror`` either; moments also as ``Date``.
- Records.swift: a struct for each kind of record, from the pinned catalogue (core/tests/catalogue.golden.txt).
- Codes.swift: every error code.

scripts/generate.sh runs it after uniffi; it reads what uniffi wrote.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from layer import PATHS, camel, codes, documentation, kinds, split  # noqa: E402

NATIVE = HERE / "Sources/SaferoomNative/SaferoomNative.swift"
OUT = HERE / "Sources/Saferoom/Generated"

#: Objects whose calls look at what is in memory: they do not wait, and have no asynchronous form.
IN_MEMORY = {"AccessPolicy", "EarlierInterviews", "KnownSenders", "LiveInterview", "OpenedRecord", "Proposal", "PublicIdentity"}

#: Calls of other objects that do as little.
AT_HAND = {"Identity.enrolmentFile", "Correspondent.addressFile"}

#: Parameters that are moments, by name: as the native call counts them, and what the layer calls them.
MOMENTS = {"at": ("ms", "at"), "until": ("ms", "until"), "validUntilMs": ("ms", "validUntil"), "expiresAt": ("ms", "expiresAt"),
           "now": ("s", "now"), "dueForErasure now": ("ms", "now")}

#: Defaults of moments.
AT_ONCE = {"now": "Date()", "at": "nil"}

#: Parameters that are several places in the file system.
SEVERAL_PATHS = {"bundles"}

#: Fields that are numbers and sound like moments; fields that are moments and do not say so.
NO_MOMENTS, MORE_MOMENTS = {"lookedAt"}, {"due", "expiresAt"}

HEAD = "// Made by make_layer.py: do not edit.\n\nimport Foundation\nimport SaferoomNative\n"

KEYWORDS = set(
    "as associatedtype break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate"
    " for func guard if import in init inout internal is let nil operator private protocol public repeat rethrows return self"
    " static struct subscript super switch throw throws true try typealias var where while".split()
)

#: Names that every record has already.
TAKEN = {"description", "debugDescription", "customMirror", "fieldValues"}

TYPES = {"text": ("String", "text"), "narrative": ("String", "text"), "code": ("String", "code"),
         "place": ("String", "place"), "id": ("String", "id"), "date": ("PartialDate", "date"),
         "time": ("Date", "time"), "bool": ("Bool", "bool"), "unsigned": ("UInt64", "unsigned")}


@dataclass(frozen=True)
class Call:
    """A function of the generated module that can fail."""

    owner: str | None
    static: bool
    name: str
    parameters: list[tuple[str, str, str]]
    answer: str | None
    doc: list[str]


def calls(text: str) -> Iterator[Call]:
    """All of them, in the order of the file."""
    owner, doc = None, []
    function = re.compile(r"^(open|public static|public) func (`?\w+`?)\((.*)\)\s*throws\s*(?:-> (.+?))?\s*\{")
    lines = iter(text.splitlines())
    for line in lines:
        begun = re.match(r"^(?:open|public) class (\w+):", line)
        if begun:
            owner = begun[1]
        elif line.startswith("public struct ") or line.startswith("fileprivate ") or line.startswith("public enum "):
            owner = None
        if line.strip() == "/**":
            doc = documentation(lines)
            continue
        found = function.match(line)
        if found and owner not in IN_MEMORY and not (owner or "").endswith("Impl") and not found[2].startswith("FfiConverter"):
            how, name, parameters, answer = found.groups()
            of = None if how == "public" else owner
            if f"{of}.{name}" in AT_HAND:
                continue
            yield Call(of, how == "public static", name, list(split(parameters, "[]")), answer, doc)


def written_calls(text: str) -> str:
    """Calls.swift."""
    found = list(calls(text))
    if len(found) < 150:
        raise SystemExit(f"only {len(found)} calls were found: what uniffi writes has changed")
    names = {call.name.strip("`") for call in found} | {name.strip("`") for call in found for name, _, _ in call.parameters}
    parts = [HEAD]
    for owner in dict.fromkeys(call.owner for call in found):
        bodies = [one_call(call, names) for call in found if call.owner == owner]
        parts.append("\n\n".join(bodies) if owner is None else f"extension {owner} {{\n" + "\n\n".join(bodies) + "\n}")
    return "\n\n".join(parts) + "\n"


def one_call(call: Call, names: set[str]) -> str:
    """One function with its documentation."""
    inner = "" if call.owner is None else "    "
    declared, passed, progress = [], [], False
    for parameter in call.parameters:
        progress = progress or parameter[0] == "progress"
        shown, given = one_parameter(call.name, *parameter)
        declared.append(shown)
        passed.append(given)
    subject = {None: "SaferoomNative"}.get(call.owner, call.owner if call.static else "self")
    how = "public static func" if call.static else "public func"
    answer = f" -> {call.answer}" if call.answer else ""
    run = "offThread(progress) {" if progress else "offThread {"
    lines = [*documented(call.doc, names)]
    lines.append(f"{how} {call.name}({', '.join(declared)}) async throws{answer} {{")
    lines.append(f"    try await {run} try {subject}.{call.name}({', '.join(passed)}) }}")
    lines.append("}")
    return "\n".join(inner + line for line in lines)


def one_parameter(call: str, name: str, kind: str, default: str) -> tuple[str, str]:
    """How it is declared, and how it is handed on."""
    plain = name.strip("`")
    label, given = name, name
    if kind == "String" and plain in PATHS:
        kind, given = "URL", f"{name}.path"
    elif kind == "[String]" and plain in SEVERAL_PATHS:
        kind, given = "[URL]", f"{name}.map(\\.path)"
    elif re.fullmatch(r"U?Int64\??", kind) and (f"{call} {plain}" in MOMENTS or plain in MOMENTS):
        unit, label = MOMENTS.get(f"{call} {plain}") or MOMENTS[plain]
        number = kind.rstrip("?")
        count = "{}.milliseconds" if unit == "ms" else "{}.milliseconds / 1000"
        if kind.endswith("?"):
            kind, given = "Date?", f"{label}.map {{ {number}(clamping: {count.format('$0')}) }}"
        else:
            kind, given = "Date", f"{number}(clamping: {count.format(label)})"
        default = default or AT_ONCE.get(label, "")
    if kind.endswith("Progress?") and not default:
        default = "nil"
    return f"{label}: {kind}" + (f" = {default}" if default else ""), f"{plain}: {given}"


def documented(doc: list[str], names: set[str]) -> list[str]:
    """DocC comments, with the names of Swift in them."""

    def renamed(found: re.Match[str]) -> str:
        name = camel(found[2])
        return f"`{found[1] or ''}{MOMENTS.get(name, ('', name))[1]}`" if name in names else found[0]

    lines, errors = [], False
    for line in doc:
        line = re.sub(r"`([A-Z]\w+\.)?([a-z]+(?:_[a-z]+)+)`", renamed, line)
        if line == "# Errors":
            errors = True
            continue
        if errors and line:
            line, errors = f"- Throws: `SaferoomError`. {line}", False
        lines.append(f"/// {line}".rstrip())
    return lines


def written_shown(text: str) -> str:
    """Shown.swift."""
    closed = re.findall(r"^(?:public struct|public indirect enum|public enum|open class) (\w+):[^{]*CustomStringConvertible",
                        text, re.M)
    parts = [HEAD]
    for name in closed:
        if name != "SaferoomError":
            parts.append(f"extension {name}: CustomReflectable {{\n    /// Nothing: what this holds is not for consoles and logs.\n"
                         "    public var customMirror: Mirror { Mirror(self, children: [:]) }\n}")
    for struct in re.finditer(r"^public struct (?!FfiConverter)(\w+): [^\n]*\{\n(.*?)\n    // Default memberwise", text, re.M | re.S):
        fields = re.findall(r"/\*\*\n((?:     \*[^\n]*\n)+?)     \*/\n    public let (\w+): (U?Int64\??)\n", struct[2])
        lines = [line for doc, name, kind in fields for line in one_moment(doc, name, kind)]
        if lines:
            parts.append(f"extension {struct[1]} {{\n" + "\n".join(lines) + "\n}")
    return "\n\n".join(parts) + "\n"


def one_moment(doc: str, name: str, kind: str) -> list[str]:
    """A field that is a moment, as a date; nothing for any other field."""
    said = " ".join(line.strip(" *") for line in doc.splitlines())
    since = re.search(r"(milli)?seconds since 1970", said)
    if not since and name not in MORE_MOMENTS:
        if name.endswith("At") and name not in NO_MOMENTS:
            raise SystemExit(f"{name} sounds like a moment: say so in its comment, or in make_layer.py that it is none")
        return []
    seconds = since is not None and not since[1]
    date = "Date(timeIntervalSince1970: TimeInterval({}))" if seconds else "Date(milliseconds: Int64(clamping: {}))"
    label = name.removesuffix("Ms") + "Date"
    answer = f"Date? {{ {name}.map {{ {date.format('$0')} }} }}" if kind.endswith("?") else f"Date {{ {date.format(name)} }}"
    return [f"    /// `{name}` as a date. {said}", f"    public var {label}: {answer}"]


def written_records() -> str:
    """Records.swift."""
    found = kinds()
    structs = "\n\n".join(one_record(kind, fields) for kind, fields in found.items())
    named = "\n".join(f'        "{kind}": {camel(kind)[0].upper() + camel(kind)[1:]}.self,' for kind in found)
    return (f"{HEAD}\n/// The kinds of records of this release. Every field is optional here; what a kind requires is checked\n"
            f"/// when it is written. Codes are texts of the code lists that each field names.\npublic enum Records {{\n{structs}\n\n"
            f"    /// The types, by name of the kind.\n    public static let all: [String: any SaferoomRecord.Type] = [\n{named}\n    ]\n}}\n")


def written_codes() -> str:
    """Codes.swift."""
    cases = "\n".join(f"    case {escaped(camel(name))} = {code}" for code, name in codes().items())
    return (f"{HEAD}\n/// Every error code there is, by the name that it has in the sources. An error of a newer library may have another.\n"
            f"public enum ErrorCode: UInt16, CaseIterable, Sendable {{\n{cases}\n}}\n\nextension SaferoomError {{\n"
            "    /// Its code by name; nil for one of a newer library.\n    public var named: ErrorCode? { ErrorCode(rawValue: code) }\n}\n")


def one_record(kind: str, fields: list[list[str]]) -> str:
    """A struct."""
    name = camel(kind)[0].upper() + camel(kind)[1:]
    stored, declared, taken, read, kept, named, paths = [], [], [], [], [], [], []
    for words in fields:
        field, compartment, kind_of_class, value_type, code_list = words[3], words[4], words[5], words[6], words[7]
        swift, variant = TYPES[value_type]
        repeated = "repeated" in words[8:] or any("repeated" in word for word in words[8:])
        member = camel(field) + ("Text" if camel(field) in TAKEN else "")
        label = escaped(member)
        known = f" Code list: `{code_list}`." if code_list != "-" else ""
        stored.append(f"        /// `{field}`, in the compartment `{compartment}` ({kind_of_class}).{known}")
        whole, empty = (f"[{swift}]", "[]") if repeated else (f"{swift}?", "nil")
        stored.append(f"        public var {label}: {whole} = {empty}")
        declared.append(f"            {label}: {whole} = {empty}")
        taken.append(f"            self.{member} = {label}")
        which = "items" if repeated else "item"
        read.append(f"            self.{member} = try row.{which}({len(read)})")
        named.append(f'"{field}"')
        paths.append(f"\\{name}.{label}")
        kept.append(f'            Fields.put(&fields, "{field}", {label if label != "fields" else "self.fields"}, as: .{variant})')
    return "\n".join([
        f"    /// A record of the kind `{kind}`. Prints nothing of what it holds.",
        f"    public struct {name}: SaferoomRecord {{",
        f'        public static let kind = "{kind}"', f"        public static let fieldNames = [{', '.join(named)}]",
        f"        public static var fieldPaths: [PartialKeyPath<{name}>] {{ [{', '.join(paths)}] }}", "",
        *stored, "",
        "        public init(", ",\n".join(declared), "        ) {", *taken, "        }", "",
        "        public init(row: FieldRow) throws {", *read, "        }", "",
        "        public func fieldValues() -> [String: FieldValue] {",
        "            var fields: [String: FieldValue] = [:]", *kept, "            return fields", "        }", "    }",
    ])


def escaped(name: str) -> str:
    """A name that may be a word of the language."""
    return f"`{name}`" if name in KEYWORDS else name


def main() -> None:
    """Writes the files."""
    text = NATIVE.read_text(encoding="utf-8")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "Calls.swift").write_text(written_calls(text), encoding="utf-8")
    (OUT / "Shown.swift").write_text(written_shown(text), encoding="utf-8")
    (OUT / "Codes.swift").write_text(written_codes(), encoding="utf-8")
    (OUT / "Records.swift").write_text(written_records(), encoding="utf-8")


if __name__ == "__main__":
    main()
