"""Members, units, and who works on a case."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .. import members
from .._bridge import native
from ..access_policy import AccessPolicy
from ..errors import translated
from ..identity import Identity, signers_of
from ..members import CaseMember, Change, Compartment, Enacted, Member, Proposal, PublicIdentity, Sensitivity
from ..results import Access
from ..values import to_fields
from .part import SessionPart

if TYPE_CHECKING:
    from .. import records


class Staffing(SessionPart):
    """Changes that custodians sign, and the people of a case."""

    @translated
    def members(self) -> list[Member]:
        """All members, active or not."""
        return [members.member(found) for found in self._handle.members()]

    @translated
    def access_policy(self) -> AccessPolicy:
        """The access policy in force."""
        return AccessPolicy(self._handle.access_policy())

    @translated
    def propose(self, change: Change) -> Proposal:
        """A change of the roster as it is now, to be signed by as many as ``signatures_needed`` says."""
        return Proposal(self._handle.propose(change._handle))

    @translated
    def signatures_needed(self, proposal: Proposal) -> int:
        """How many custodians have to sign a proposal."""
        return int(self._handle.signatures_needed(proposal._handle))

    @translated
    def enact(self, proposal: Proposal, access: Access, *signers: Identity) -> Enacted:
        """Puts a proposal in force. Circles that lose a holder by it move on in the same act, signed by ``signers``.

        Raises :class:`~saferoom.RosterError` if signatures are missing or it is outdated; logged.
        """
        return members.enacted(self._handle.enact(proposal._handle, signers_of(signers), access._native()))

    @translated
    def change_members(self, change: Change, access: Access, *signers: Identity) -> Enacted:
        """Proposes a change, lets all ``signers`` sign it, and enacts it: where all custodians who have to sign are here."""
        return members.enacted(self._handle.change_members(change._handle, signers_of(signers), access._native()))

    def enrol(
        self, identity: PublicIdentity, role: str, access: Access, *signers: Identity, unit: str | None = None
    ) -> Enacted:
        """Makes somebody a member, in a role such as ``interviewer``, and in this member's unit or in ``unit``.

        Compare the fingerprint with the one that they see before you call this.
        """
        return self.change_members(Change.enrol(identity, role, unit or self.unit), access, *signers)

    def change_role(
        self, member: str, role: str, access: Access, *signers: Identity, unit: str | None = None
    ) -> Enacted:
        """Gives a member another role, in the unit in which they work or in ``unit``."""
        now = next((listed.unit for listed in self.members() if listed.id == member), self.unit)
        return self.change_members(Change.role(member, role, unit or now), access, *signers)

    def suspend(self, member: str, access: Access, *signers: Identity) -> Enacted:
        """Suspends a member at once; what is written from now on cannot be opened with what they know."""
        return self.change_members(Change.suspend(member), access, *signers)

    def resume(self, member: str, access: Access, *signers: Identity) -> Enacted:
        """Lets a suspended member work again."""
        return self.change_members(Change.resume(member), access, *signers)

    def retire(self, member: str, access: Access, *signers: Identity) -> Enacted:
        """Lets a member go for good."""
        return self.change_members(Change.retire(member), access, *signers)

    def add_device(self, identity: PublicIdentity, access: Access, *signers: Identity) -> Enacted:
        """Adds another device of a member."""
        return self.change_members(Change.add_device(identity), access, *signers)

    def revoke_device(self, member: str, key: str, access: Access, *signers: Identity) -> Enacted:
        """Revokes one device of a member: it was lost, or is not used any more. ``key`` is that of ``Member.devices``."""
        return self.change_members(Change.revoke_device(member, key), access, *signers)

    @translated
    def add_unit(self, unit: records.Unit, access: Access, *signers: Identity) -> str:
        """Adds another unit to the vault, and answers its record. Who adds it cannot read what it keeps."""
        return str(self._handle.add_unit(to_fields(unit), signers_of(signers), access._native()))

    @translated
    def assign(self, case: str, member: str, access: Access) -> None:
        """Assigns a case to a member, in the compartments that their role reaches in assigned cases."""
        self._handle.assign(case, member, access._native())

    @translated
    def unassign(self, case: str, member: str, access: Access) -> None:
        """Takes a case from a member: what is written from now on is not for them."""
        self._handle.unassign(case, member, access._native())

    @translated
    def share(
        self,
        case: str,
        member: str,
        compartments: Iterable[Compartment],
        access: Access,
        *,
        until: datetime.datetime | None = None,
    ) -> None:
        """Shares compartments of a case with a member, until a moment or for good. Who shares has to reach them.

        Beyond the role of the recipient it counts once a second person has agreed: ``approve_share``.
        """
        asked = members.native_compartments(compartments)
        self._handle.share(case, member, asked, members.native_moment(until), access._native())

    @translated
    def approve_share(self, case: str, entry: int, access: Access) -> None:
        """Agrees to a share of somebody else that goes beyond the role of its recipient; see ``CaseMember.entry``."""
        self._handle.approve_share(case, entry, access._native())

    @translated
    def set_sensitivity(self, case: str, sensitivity: Sensitivity, access: Access) -> None:
        """Says how closely a case is held, from its next write on."""
        self._handle.set_sensitivity(case, native.Sensitivity[Sensitivity(sensitivity).name], access._native())

    @translated
    def case_members(self, case: str, access: Access) -> list[CaseMember]:
        """Who works on a case, and with whom what of it is shared. Logged as a query."""
        return [members.case_member(found) for found in self._handle.case_members(case, access._native())]
