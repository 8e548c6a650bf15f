"""Gives moments, spans and places the types that Kotlin has for them, where uniffi writes numbers and texts.

It is done to what uniffi wrote before anything is made of it, so that records, calls that wait and suspending calls all speak of
`Instant`, `Duration` and `Path`. What a record holds crosses by a converter of `Habits.kt`; what a call takes is turned into a number or
a text before anything of the call is handed over. A number that looks like a time and is not known here stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from layer import PATHS, split
from texts import check_of


@dataclass(frozen=True)
class Crossing:
    """A type, the converter of `Habits.kt` that makes it, and how it becomes a number or a text there."""

    kind: str
    converter: str
    crossed: str


MOMENT = Crossing("java.time.Instant", "Moment", "milliseconds()")
MOMENT_IN_SECONDS = Crossing("java.time.Instant", "MomentInSeconds", "seconds()")
SPAN = Crossing("java.time.Duration", "Span", "milliseconds()")
SPAN_IN_SECONDS = Crossing("java.time.Duration", "", "wholeSeconds()")
SPAN_IN_MINUTES = Crossing("java.time.Duration", "", "wholeMinutes()")
PLACE = Crossing("java.nio.file.Path", "Place", "toString()")
PLACES = Crossing("List<java.nio.file.Path>", "", "map { it.toString() }")

#: Parameters that are moments or spans, by call.
TIMES = {
    ("seal", "expiresAt"): MOMENT,
    ("sendReferral", "expiresAt"): MOMENT,
    ("share", "until"): MOMENT,
    ("dueForErasure", "now"): MOMENT,
    ("authoriseCopy", "validUntilMs"): MOMENT,
    ("authoriseDisclosure", "validUntilMs"): MOMENT,
    ("authoriseRepeat", "validUntilMs"): MOMENT,
    ("interviewStep", "at"): MOMENT,
    ("netMinutes", "at"): MOMENT,
    ("sinceBreak", "now"): MOMENT,
    ("verifyBundle", "now"): MOMENT_IN_SECONDS,
    ("queryBundle", "now"): MOMENT_IN_SECONDS,
    ("bundleActivity", "now"): MOMENT_IN_SECONDS,
    ("verifyOrganisation", "now"): MOMENT_IN_SECONDS,
    ("bundleActivity", "utcOffsetMinutes"): SPAN_IN_MINUTES,
    ("createFile", "lifetimeSeconds"): SPAN_IN_SECONDS,
    ("setIdleTimeout", "seconds"): SPAN_IN_SECONDS,
}

#: Numbers with such names are moments or spans: one that is not among the above is new.
TIME_NAME = re.compile(r"^(now|at|until|since|due|seconds)$|(At|Until|Ms|Seconds|Minutes)$")

#: Answers, by call.
ANSWERS = {"notAfter": MOMENT, "sinceBreak": SPAN}

#: Fields of records where the words beside them do not say so.
FIELDS = {
    ("ClockReading", "monotonic"): SPAN,
    ("Finding", "due"): MOMENT,
    ("ListedErasure", "completeFrom"): MOMENT,
    ("LogQuestion", "until"): MOMENT,
    ("PacketInfo", "expiresAt"): MOMENT,
    ("SignedAuthorisation", "usedAtMs"): MOMENT,
    ("PacketPartInput", "path"): PLACE,
    ("BuiltExtract", "publicKey"): PLACE,
    ("BuiltExtract", "wayBack"): PLACE,
}

#: Fields with names of times that are none.
NO_TIMES = {("OverdueReferrals", "lookedAt"), ("RoomsExport", "since"), ("RoomsExport", "until")}

#: What the documentation says of numbers that are none any more.
WORDS = [
    (r"(?: \(|: |, in )milliseconds since 1970(?:, UTC)?\)?", ""),
    (r"(?::|, in) seconds since 1970", ""),
    (r" with the time asleep; in milliseconds\.", " with the time asleep."),
    (r"A moment, in milliseconds since the start of 1970 in UTC\.", "A moment."),
    (r"Milliseconds since the last break", "The time since the last break"),
    (r"lives for so many seconds", "lives so long"),
    (r"After so many seconds without a call the sessions of this vault lock themselves: 1 to 43,200; 300 at first\.",
     "After so long without a call the sessions of this vault lock themselves: a second to twelve hours; five minutes at first."),
]


def with_types(text: str) -> str:
    """What uniffi wrote, with these types."""
    text = with_typed_records(text)
    text = with_typed_values(text)
    text = with_typed_calls(text)
    for was, now in WORDS:
        text, found = re.subn(was, now, text)
        if not found:
            raise SystemExit(f"the documentation has changed: {was}")
    left = re.search(r"^.*since (the start of )?1970.*$", text, re.MULTILINE)
    if left:
        raise SystemExit(f"a moment that is a number still: {left[0].strip()}")
    return text


def with_typed_records(text: str) -> str:
    """Fields of records."""
    found: set[tuple[str, str]] = set()
    for record in re.finditer(r"^data class (\w+) \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL):
        typed = dict(typed_fields(record[1], record[2]))
        if typed:
            found |= {(record[1], name) for name in typed}
            text = with_typed_record(text, record[1], typed)
    if not FIELDS.keys() <= found or len(found) < 30:
        raise SystemExit(f"only {len(found)} fields, without {FIELDS.keys() - found}: what uniffi writes has changed")
    return text


def typed_fields(record: str, fields: str) -> Iterator[tuple[str, Crossing]]:
    """Those that are something else here, of the fields of a record."""
    for doc, name, kind in re.findall(r"/\*\*((?:(?!\*/).)*)\*/\s*val `(\w+)`: kotlin\.(U?Long|String)\??", fields, re.DOTALL):
        said = re.sub(r"\s*\n\s*\*\s*", " ", doc)
        crossing = FIELDS.get((record, name))
        if kind != "String" and crossing is None:
            crossing = MOMENT if "milliseconds since 1970" in said else MOMENT_IN_SECONDS if "seconds since 1970" in said else None
            if crossing is None and TIME_NAME.search(name) and (record, name) not in NO_TIMES:
                raise SystemExit(f"is it a time? {record}.{name}")
        if crossing:
            yield name, crossing


def with_typed_record(text: str, record: str, typed: dict[str, Crossing]) -> str:
    """One record and its converter. What does not cross is refused when the record is made."""
    begun = text.index(f"data class {record} (\n")
    converter = text.index(f"public object FfiConverterType{record}:", begun)
    end = text.index("\n}\n", converter)
    declared, crossing = text[begun:converter], text[converter:end]
    names = re.findall(r"^    val `(\w+)`: ", declared, re.MULTILINE)
    reads = list(re.finditer(r"^            (FfiConverter\w+)\.read\(buf\),$", crossing, re.MULTILINE))
    if len(names) != len(reads):
        raise SystemExit(f"how {record} crosses has changed")
    checks = []
    for place in reversed(range(len(names))):
        name = names[place]
        if name not in typed:
            continue
        kind = re.search(rf"^    val `{name}`: (kotlin\.\w+)(\??)", declared, re.MULTILINE)
        maybe, to = kind[2], typed[name]
        used = f"FfiConverter{'Optional' if maybe else ''}{to.converter}"
        crossing = crossing[:reads[place].start(1)] + used + crossing[reads[place].end(1):]
        crossing, times = re.subn(rf"FfiConverter\w+\.(allocationSize|write)\(value\.`{name}`", rf"{used}.\1(value.`{shorter(name)}`", crossing)
        declared = declared.replace(kind[0], f"    val `{shorter(name)}`: {to.kind}{maybe}")
        if times != 2:
            raise SystemExit(f"how {record}.{name} crosses has changed")
        if to is not PLACE:
            checks.append(f"        `{shorter(name)}`{maybe}.{to.crossed}\n")
    if checks:
        declared, times = re.subn(r"(?m)(^\)\s*\{\n)", lambda begins: begins[1] + "    init {\n" + "".join(checks) + "    }\n", declared, count=1)
        if times != 1:
            raise SystemExit(f"how {record} begins has changed")
    return text[:begun] + declared + crossing + text[end:]


def with_typed_values(text: str) -> str:
    """The moment that is a value of a field."""
    begun = text.index("\nsealed class FieldValue ") + 1
    end = text.index("\n}\n", text.index("object FfiConverterTypeFieldValue", begun))
    part = text[begun:end]
    for was, now in [
        (r"(    data class Time\(\n        val v1: )kotlin\.Long(\) : FieldValue\(\)\n *\n    \{\n)",
         r"\1java.time.Instant\2        init {\n            v1.milliseconds()\n        }\n"),
        (r"(-> FieldValue\.Time\(\n *FfiConverter)Long", r"\1Moment"),
        (r"(is FieldValue\.Time -> \{[^}]*?FfiConverter)Long(\.allocationSize\(value\.v1\))", r"\1Moment\2"),
        (r"(is FieldValue\.Time -> \{[^}]*?FfiConverter)Long(\.write\(value\.v1, buf\))", r"\1Moment\2"),
    ]:
        part, times = re.subn(was, now, part)
        if times != 1:
            raise SystemExit(f"how the moment of a field crosses has changed: {times} times {was}")
    return text[:begun] + part + text[end:]


def with_typed_calls(text: str) -> str:
    """What calls take, and two answers; texts are looked at first."""
    lines, used, answered = [], set(), set()
    source = iter(text.split("\n"))
    for line in source:
        declared = re.match(r"^(.*\bfun `(\w+)`\()(.*)\)(: [^{=]+?)?(\s*\{)?$", line)
        if not declared:
            lines.append(line)
            continue
        head, call, given, answer, brace = declared.groups(default="")
        parameters, crossed = [], []
        for name, kind, default in split(given, "<>"):
            name = name.strip("`")
            crossing = crossing_of(call, name, kind)
            if crossing:
                used.add((call, name))
                maybe = "?" if kind.endswith("?") else ""
                crossed.append(f"        val `{name}` = `{shorter(name)}`{maybe}.{crossing.crossed}" + cast(kind))
                crossed += check_of(name, kind)
                name, kind = shorter(name), crossing.kind + maybe
            else:
                crossed += check_of(name, kind)
            parameters.append(f"`{name}`: {kind}" + (f" = {default}" if default else ""))
        answers = ANSWERS.get(call) if answer else None
        if answers:
            maybe = "?" if answer.endswith("?") else ""
            answer = f": {answers.kind}{maybe}"
            answered.add(call)
        line = f"{head}{', '.join(parameters)}){answer}"
        if brace:
            lines += [line + brace, *crossed]
            if answers:
                body = next(source)
                lines.append(re.sub(r"FfiConverter\w+\.lift\($", f"FfiConverter{'Optional' if maybe else ''}{answers.converter}.lift(", body))
                if lines[-1] == body:
                    raise SystemExit(f"how {call} answers has changed")
            continue
        following = next(source)
        if following == "        = " and crossed:
            # One that answers nothing has no body to begin with.
            begun = next(source)
            end = {"    callWithHandle {": "    }"}.get(begun, "}")
            lines += [line + " {", *crossed, begun]
            while lines[-1] != end:
                lines.append(next(source))
            lines.append("    }")
        else:
            lines += [line, following]
    if not TIMES.keys() <= used or answered != ANSWERS.keys() or len(used) < 60:
        raise SystemExit(f"times that are no parameters any more: {TIMES.keys() - used}, answers {ANSWERS.keys() - answered}, {len(used)}")
    return "\n".join(lines)


def crossing_of(call: str, name: str, kind: str) -> Crossing | None:
    """What a parameter is here, if it is something else than uniffi says."""
    if kind in {"kotlin.String", "kotlin.String?"} and name in PATHS:
        return PLACE
    if kind == "List<kotlin.String>" and name == "bundles":
        return PLACES
    crossing = TIMES.get((call, name))
    if crossing is None and re.match(r"kotlin\.U?(Long|Int)\b", kind) and TIME_NAME.search(name):
        raise SystemExit(f"is it a time? {call}({name}: {kind})")
    return crossing


def cast(kind: str) -> str:
    """A number that is not negative, in the type of uniffi's that has no sign."""
    unsigned = re.match(r"kotlin\.(ULong|UInt)(\??)$", kind)
    return f"{unsigned[2]}.to{unsigned[1]}()" if unsigned else ""


def shorter(name: str) -> str:
    """The name without a unit."""
    return "timeout" if name == "seconds" else re.sub(r"(Ms|Seconds|Minutes)$", "", name)
