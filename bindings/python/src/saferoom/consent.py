"""Disclosure: fields about a child for somebody outside, checked against what child and guardian agreed to.

The decision stands in the log before anything opens. What is refused raises :class:`saferoom.PracticeError`; a ground
without consent takes a role that may override, and its reason is sealed into the log.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from . import records
from ._bridge import native
from .errors import translated
from .interview import Obstacle
from .results import Access, Opened, opened_in_part, plain
from .session import Session
from .values import Record


@dataclasses.dataclass(frozen=True, repr=False)
class Disclosure:
    """What somebody wants to tell to whom."""

    #: What for, of the list ``consent_purpose``.
    purpose: str
    #: Kind of recipient, of the consent rules.
    recipient_kind: str
    #: Who it is, as the consents name them.
    recipient: str
    #: The fields, such as ``child.given_name``.
    fields: Sequence[str]
    #: The service, of the list ``service_type``, for a referral.
    service: str | None = None

    def _native(self) -> Any:
        return native.DisclosureRequest(
            purpose=self.purpose,
            recipient_kind=self.recipient_kind,
            recipient=self.recipient,
            service=self.service,
            fields=list(self.fields),
        )

    def __repr__(self) -> str:
        return "Disclosure(redacted)"


@dataclasses.dataclass(frozen=True, repr=False)
class Override:
    """Telling without consent: on which ground (list ``override_ground``), why, and what a second person signed."""

    ground: str
    reason: str
    #: The record that a second person signed: :func:`saferoom.authorise.disclosure`.
    authorisation: str

    def __repr__(self) -> str:
        return "Override(redacted)"


@dataclasses.dataclass(frozen=True, repr=False)
class Disclosed:
    """What was disclosed, and on what it rests."""

    #: The consent records on which it rests; empty if it rests on a ground.
    answers: tuple[str, ...]
    #: The ground, and the refusals that it goes against.
    ground: str | None
    despite: tuple[Obstacle, ...]
    #: The edition of the consent rules.
    edition: str
    #: The records, with the fields that were asked for and have a value. To amend one, read it whole.
    records: tuple[Opened[Record], ...]
    #: The share manifest: numbers of the fields that were opened, by record. No more was, and no less.
    manifest: dict[str, tuple[int, ...]]

    def __repr__(self) -> str:
        return f"Disclosed({len(self.records)} records, redacted)"


@translated
def disclose(
    session: Session, child: str, asked: Disclosure, access: Access, *, without_consent: Override | None = None
) -> Disclosed:
    """Reads fields about a child for somebody outside, if child and guardian agreed, or on a ground that is stated.

    Records of the case that are about another child are left out.
    """
    found = session._handle.disclose(child, asked._native(), stated(without_consent), access._native())
    return _disclosed(found)


@translated
def rules() -> dict[str, Any]:
    """The consent rules as data: ``edition``, ``recipients`` with what they may be told at most, and ``grounds``."""
    found: dict[str, Any] = json.loads(native.consent_rules_json())
    return found


def stated(ground: Override | None) -> Any:
    """A ground as the native library wants it. Not for callers."""
    return None if ground is None else native.ConsentOverride(**dataclasses.asdict(ground))


def _disclosed(given: Any) -> Disclosed:
    basis = given.basis()
    agreed = basis.is_agreed()
    return Disclosed(
        answers=tuple(basis.answers) if agreed else (),
        ground=None if agreed else basis.ground,
        despite=() if agreed else tuple(plain(Obstacle, refusal) for refusal in basis.despite),
        edition=given.edition(),
        records=tuple(opened_in_part(records.KINDS[found.kind()], found) for found in given.records()),
        manifest={part.record: tuple(part.fields) for part in given.manifest()},
    )
