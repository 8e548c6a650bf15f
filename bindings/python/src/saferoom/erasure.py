"""Erasing cases: proposed by one, signed by custodians, done by another; legal holds; what is due; the documents."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from ._bridge import native
from .errors import translated
from .members import Proposal, moment, native_moment
from .values import PartialDate
from .vault import Access, Identity, Session, signers_of


@dataclasses.dataclass(frozen=True)
class Ground:
    """Why cases are erased: made by ``retention_ended``, or one of ``SUBJECT_REQUEST``, ``ORDER``, ``RECORDED_IN_ERROR``."""

    #: ``retention-ended``, ``subject-request``, ``order`` or ``recorded-in-error``.
    kind: str
    #: The rule of the access policy, where the retention period has ended.
    rule: str | None = None

    @classmethod
    def retention_ended(cls, rule: str) -> Ground:
        """The retention period of this rule of the access policy has ended."""
        return cls("retention-ended", rule)

    def _native(self) -> Any:
        variant = getattr(native.ErasureGround, self.kind.upper().replace("-", "_"))
        return variant(rule=self.rule or "") if self.kind == "retention-ended" else variant()


#: The child, or who acts for the child, asked for it and is entitled to.
SUBJECT_REQUEST = Ground("subject-request")
#: A court or another authority ordered it.
ORDER = Ground("order")
#: The case should not have been recorded.
RECORDED_IN_ERROR = Ground("recorded-in-error")


@dataclasses.dataclass(frozen=True)
class Erased:
    """What an erasure did."""

    #: Position of its entry in the roster: names it for :func:`certificate`.
    position: int
    cases: int
    #: How many wraps of data keys were destroyed.
    keys: int
    #: From when on no backup that the vault knows of can open it either.
    complete_from: datetime.datetime
    #: Whether the file was rewritten. If not, somebody else was using it, or the disk failed or was full:
    #: :func:`remove_residue` does it later, or says what is in the way.
    residue_removed: bool


@dataclasses.dataclass(frozen=True)
class ListedErasure:
    """An erasure that the vault lists."""

    position: int
    at: datetime.datetime
    complete_from: datetime.datetime
    #: Who proposed it.
    by: str
    ground: Ground
    cases: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Due:
    """A case whose retention period has ended."""

    case: str
    #: The rule of the access policy.
    rule: str
    #: The last day on which it is kept.
    keep_until: PartialDate


@dataclasses.dataclass(frozen=True)
class DueList:
    """What is due, the longest overdue first, and what could not be said."""

    due: tuple[Due, ...]
    #: Cases whose period has ended and that are on legal hold.
    on_hold: int
    #: Ended cases of which this member cannot see what the rules need.
    undecided: int


@dataclasses.dataclass(frozen=True)
class VerifiedErasure:
    """What a certificate says, once it was verified."""

    vault: str
    origin: str
    complete_from: datetime.datetime
    cases: tuple[str, ...]
    #: How many of the known custodians signed it.
    certified_by: int


@translated
def propose(session: Session, cases: Sequence[str], ground: Ground, access: Access) -> Proposal:
    """Proposes to erase cases for good. Custodians sign the proposal; then :func:`erase` does it."""
    return Proposal(session._handle.propose_erasure(list(cases), ground._native(), access._native()))


@translated
def erase(session: Session, proposal: Proposal, access: Access) -> Erased:
    """Erases what was proposed. Nothing of these cases can be opened in this vault afterwards, with any key."""
    done = session._handle.erase(proposal._handle, access._native())
    return Erased(done.position, done.cases, done.keys, moment(done.complete_from), done.residue_removed)


@translated
def remove_residue(session: Session) -> bool:
    """Rewrites the file without anything that was deleted; ``False`` if another process was in the way."""
    return bool(session._handle.remove_residue())


@translated
def erasures(session: Session) -> list[ListedErasure]:
    """All erasures that the vault lists, oldest first."""
    return [_listed(found) for found in session._handle.erasures()]


@translated
def place_hold(session: Session, case: str, access: Access) -> None:
    """Places a legal hold on a case: while it stands, the case is not erased. ``access`` needs a reason."""
    session._handle.place_hold(case, access._native())


@translated
def lift_hold(session: Session, case: str, access: Access) -> None:
    """Lifts a legal hold. ``access`` needs a reason."""
    session._handle.lift_hold(case, access._native())


@translated
def due(session: Session, access: Access, at: datetime.datetime | None = None) -> DueList:
    """The cases of the unit whose retention period has ended, now or ``at`` a moment. Never erases anything."""
    now = at or datetime.datetime.now(datetime.timezone.utc)
    found = session._handle.due_for_erasure(native_moment(now), access._native())
    listed = tuple(Due(one.case, one.rule, PartialDate.parse(one.keep_until)) for one in found.due)
    return DueList(listed, found.on_hold, found.undecided)


@translated
def certificate(session: Session, position: int, *signers: Identity) -> bytes:
    """The certificate about the erasure at this position, signed by these custodians: bytes to pass on."""
    return bytes(session._handle.erasure_certificate(position, signers_of(signers)))


@translated
def signed_list(session: Session, *signers: Identity) -> bytes:
    """The list of all erasures, signed by these custodians: keep it beside the backups, a restore takes it."""
    return bytes(session._handle.erasure_list(signers_of(signers)))


@translated
def verify_certificate(data: bytes | bytearray, custodians: Iterable[str]) -> VerifiedErasure:
    """Verifies a certificate with the keys of custodians, as ``MemberDevice.key`` has them. Needs no vault."""
    said = native.verify_erasure_certificate(bytes(data), list(custodians))
    return VerifiedErasure(said.vault, said.origin, moment(said.complete_from), tuple(said.cases), said.certified_by)


def _listed(given: Any) -> ListedErasure:
    kind = type(given.ground).__name__.rpartition(".")[2].lower().replace("_", "-")
    rule = given.ground.rule if kind == "retention-ended" else None
    moments = (moment(given.at), moment(given.complete_from))
    return ListedErasure(given.position, *moments, given.by, Ground(kind, rule), tuple(given.cases))
