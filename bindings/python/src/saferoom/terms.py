"""The terminology linter: words that harm or blame, and what to write instead. It rewrites nothing."""

from __future__ import annotations

import dataclasses

from ._bridge import native
from .errors import translated


@dataclasses.dataclass(frozen=True)
class TermWarning:
    """A word that harms or blames. Names the place, never the text around it."""

    #: Code of the term.
    term: str
    #: What to write instead.
    instead: str
    #: Where it stands: ``text[start:end]``.
    start: int
    end: int


@translated
def lint(text: str, language: str = "en") -> list[TermWarning]:
    """Every word of a text that harms or blames, in its order; what to write instead in ``en`` or ``km``."""
    encoded = text.encode()

    def at(place: int) -> int:
        return len(encoded[:place].decode())

    found = native.lint_terms(text, language)
    return [TermWarning(one.term, one.instead, at(one.start), at(one.end)) for one in found]
