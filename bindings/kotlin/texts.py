"""Has texts looked at before anything of a call is handed over.

A text may hold half of a character, a lone surrogate, which UTF-8 has not. What uniffi wrote finds it in the middle of a call: what it
has copied by then, another text perhaps, would stay beyond the heap. So calls look at their texts first, and records when they are made.
"""

from __future__ import annotations

import re

#: Types that are texts or hold some. Records and variants within them have looked at theirs.
TEXTS = re.compile(r"\b(kotlin\.String|java\.nio\.file\.Path)\b")


def check_of(name: str, kind: str) -> list[str]:
    """The line that looks at a parameter, if it has texts (`whole` in Texts.kt)."""
    return [f"        whole(`{name}`)"] if TEXTS.search(kind) else []


def with_whole_records(text: str) -> str:
    """Records, and the variants of what is one of several things."""
    text, records = re.subn(r"(?m)(^data class \w+ \(\n(?:(?!^\)).*\n)+?^\)[^\n{]*\{\n)", lambda begun: with_check(begun[1], "    "), text)
    text, variants = re.subn(
        r"(?m)(^    data class \w+\(\n(?:(?!^    data class|.*\) : \w+\(\)).*\n)*.*\) : \w+\(\)\n\s*\n    \{\n)",
        lambda begun: with_check(begun[1], "        "), text,
    )
    declared = len(re.findall(r"(?m)^data class ", text)), len(re.findall(r"(?m)^    data class ", text))
    if (records, variants) != declared or text.count(" init { whole(") < 80:
        raise SystemExit(f"how records begin has changed: {records}, {variants} of {declared}")
    return text


def with_check(begun: str, indent: str) -> str:
    """The head of a class, and what it looks at."""
    fields = re.findall(r"^\s*val `?(\w+)`?: (.+)$", begun, re.MULTILINE)
    names = [name for name, kind in fields if TEXTS.search(kind)]
    return begun + "".join(f"{indent}init {{ whole(`{name}`) }}\n" for name in names)
