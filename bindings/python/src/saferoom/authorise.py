"""What a second person signs, in a session of their own, so that a colleague may act once.

Three acts take it: telling without consent, another interview of a child, a copy of an exhibit. Whoever acts presents the
record that was signed; it holds once, for exactly that, for seven days at most.
"""

from __future__ import annotations

import dataclasses
import datetime

from ._bridge import native
from .consent import Disclosure
from .errors import translated
from .members import moment, native_moment
from .results import Access
from .session import Session


@dataclasses.dataclass(frozen=True)
class Signed:
    """What was signed, with the signature checked."""

    id: str
    #: The child, the case or the exhibit.
    subject: str
    #: What it allows, of the list ``authorised_act``.
    act: str
    signed_by: str
    valid_until: datetime.datetime
    used_at: datetime.datetime | None
    #: The child, the interview or the copy.
    used_for: str | None
    used_by: str | None


@translated
def disclosure(
    session: Session, child: str, asked: Disclosure, ground: str, reason: str, until: datetime.datetime, access: Access
) -> str:
    """Signs that a colleague tells exactly this without consent, on this ground; answers the record to present."""
    request = native.DisclosureRequest(
        purpose=asked.purpose,
        recipient_kind=asked.recipient_kind,
        recipient=asked.recipient,
        service=asked.service,
        fields=list(asked.fields),
    )
    signed = session._handle.authorise_disclosure(child, request, ground, reason, native_moment(until), access._native())
    return str(signed)


@translated
def repeat(
    session: Session, subject: str, repeat_reason: str, reason: str, until: datetime.datetime, access: Access
) -> str:
    """Signs that a child is interviewed again below ``subject``; answers the record for ``repeat_authorisation``."""
    until_ms = native_moment(until)
    return str(session._handle.authorise_repeat(subject, repeat_reason, reason, until_ms, access._native()))


@translated
def copy(
    session: Session, exhibit: str, copy_class: str, reason: str, until: datetime.datetime, access: Access
) -> str:
    """Signs that a colleague makes a copy of this class; answers the record for :func:`saferoom.custody.record_copy`."""
    until_ms = native_moment(until)
    return str(session._handle.authorise_copy(exhibit, copy_class, reason, until_ms, access._native()))


@translated
def read(session: Session, authorisation: str, access: Access) -> Signed:
    """What was signed, with the signature checked. Logged as read."""
    found = session._handle.authorisation(authorisation, access._native())
    until, used = moment(found.valid_until_ms), found.used_at_ms
    used_at = None if used is None else moment(used)
    return Signed(
        found.id, found.subject, found.act, found.signed_by, until, used_at, found.used_for, found.used_by
    )
