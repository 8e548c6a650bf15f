"""Members: who works in a vault, in which role and unit; the changes that custodians sign; who works on a case."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ._bridge import native
from .access_policy import AccessPolicy
from .errors import translated

if TYPE_CHECKING:
    from .vault import Identity


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Standing(enum.Enum):
    """Whether a member may work."""

    ACTIVE = "active"
    #: Not until they are resumed.
    SUSPENDED = "suspended"
    #: Has left for good.
    RETIRED = "retired"


class Sensitivity(enum.Enum):
    """How closely a case is held."""

    #: As the roles say.
    STANDARD = "standard"
    #: For fewer, as the access policy says.
    RESTRICTED = "restricted"
    #: For those only who are assigned, or with whom it is shared.
    SEALED = "sealed"


class Compartment(str, enum.Enum):
    """A key domain: who may read one need not read another. Equal to its name, such as ``"identity"``."""

    IDENTITY = "identity"
    PROFILE = "profile"
    OFFENCE = "offence"
    NARRATIVE = "narrative"
    WELLBEING = "wellbeing"
    EVIDENCE = "evidence"
    REFERRAL = "referral"
    OPERATIONS = "operations"
    SEARCH = "search"
    STATISTICS = "statistics"
    ROOMS = "rooms"
    OVERSIGHT = "oversight"


@dataclasses.dataclass(frozen=True)
class MemberDevice:
    """A device of a member."""

    #: The key with which it signs: names the device where it is to be revoked.
    key: str
    #: What its owner sees as ``Identity.fingerprint``.
    fingerprint: str
    revoked: bool


@dataclasses.dataclass(frozen=True)
class Member:
    """A member as the roster lists them: pseudonyms, no name of a person."""

    id: str
    #: Name of the role, such as ``interviewer``; ``founder`` is the one of whoever founded the vault.
    role: str
    #: The record of the unit in which the role is held.
    unit: str
    standing: Standing
    #: Whether their signature counts where custodians have to sign.
    custodian: bool
    #: All devices, also those that were revoked.
    devices: tuple[MemberDevice, ...]

    @property
    def is_active(self) -> bool:
        """Whether the member may work now."""
        return self.standing is Standing.ACTIVE


@dataclasses.dataclass(frozen=True)
class CaseMember:
    """What one member may open of a case beyond what their role gives in the unit."""

    member: str
    compartments: frozenset[Compartment]
    #: Whether it was shared; otherwise the case is assigned.
    shared: bool
    #: Whether it counts: a share beyond the role of its recipient waits for ``Session.approve_share`` of a second person.
    approved: bool
    #: Names the share that is agreed to.
    entry: int
    #: Who gave it.
    by: str
    #: When it ends by itself.
    until: datetime.datetime | None


@dataclasses.dataclass(frozen=True)
class Enacted:
    """What a change did: circles that moved to a new generation, and circle keys that were passed on."""

    circles_renewed: int
    wraps: int


@dataclasses.dataclass(frozen=True)
class ProposedChange:
    """What a proposal says, for whoever is asked to sign it. What does not belong to its kind is ``None``."""

    #: ``enrol``, ``role``, ``suspend``, ``resume``, ``retire``, ``add-identity``, ``revoke-identity``, ``policy``, ...
    kind: str
    member: str | None
    role: str | None
    unit: str | None
    #: Of the keys that come in: compare it with what their owner sees.
    fingerprint: str | None
    key: str | None
    policy_version: int | None
    #: What a change about releases says, in English; the whole text of a release-policy.
    release: str | None


class PublicIdentity:
    """The public keys of somebody, out of the enrolment file that they made: what a custodian enrols."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``from_enrolment_file``."""
        self._handle = handle

    @classmethod
    @translated
    def from_enrolment_file(cls, data: bytes | bytearray) -> PublicIdentity:
        """Reads the bytes of an enrolment file; :class:`~saferoom.KeyringError` if its owner did not sign it."""
        return cls(native.PublicIdentity.from_enrolment_file(bytes(data)))

    @property
    def member_id(self) -> str:
        """The member's pseudonym."""
        return str(self._handle.member_id())

    @property
    def fingerprint(self) -> str:
        """What two people compare, face to face or by telephone, before one enrols the other."""
        return str(self._handle.fingerprint())

    def __repr__(self) -> str:
        return f"PublicIdentity({self.fingerprint})"


class Change:
    """A change of the roster: made by one of its class methods, and signed by custodians."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``enrol``, ``role``, ``suspend`` and so on."""
        self._handle = handle

    @classmethod
    def enrol(cls, identity: PublicIdentity, role: str, unit: str) -> Change:
        """Somebody becomes a member in a role and a unit."""
        return cls(native.MemberChange.ENROL(identity=identity._handle, role=role, unit=unit))

    @classmethod
    def role(cls, member: str, role: str, unit: str) -> Change:
        """A member has another role, or works in another unit."""
        return cls(native.MemberChange.ROLE(member=member, role=role, unit=unit))

    @classmethod
    def suspend(cls, member: str) -> Change:
        """A member may do nothing until they are resumed."""
        return cls(native.MemberChange.SUSPEND(member=member))

    @classmethod
    def resume(cls, member: str) -> Change:
        """A suspended member works again."""
        return cls(native.MemberChange.RESUME(member=member))

    @classmethod
    def retire(cls, member: str) -> Change:
        """A member has left for good."""
        return cls(native.MemberChange.RETIRE(member=member))

    @classmethod
    def add_device(cls, identity: PublicIdentity) -> Change:
        """A member has another device; its keys were made with ``Identity.generate_for`` or ``create_file``."""
        return cls(native.MemberChange.ADD_DEVICE(identity=identity._handle))

    @classmethod
    def revoke_device(cls, member: str, key: str) -> Change:
        """A device is lost or given up."""
        return cls(native.MemberChange.REVOKE_DEVICE(member=member, key=key))

    @classmethod
    def policy(cls, policy: AccessPolicy) -> Change:
        """Another access policy is in force."""
        return cls(native.MemberChange.POLICY(policy=policy._handle))

    @classmethod
    def release_policy(cls, text: str) -> Change:
        """Other floors for releases: the whole policy in TOML, as docs/anonymisation.md shows it."""
        return cls(native.MemberChange.RELEASE_POLICY(policy=text))

    @classmethod
    def release_series(
        cls, name: str, audience: str, *, budget: str | None = None, lasting_pseudonyms: bool = False
    ) -> Change:
        """A series of releases for people ``inside`` or ``outside`` the organisation; ``budget`` in rho, such as ``"0.5"``."""
        return cls(
            native.MemberChange.RELEASE_SERIES(
                name=name, audience=audience, budget=budget, lasting_pseudonyms=lasting_pseudonyms
            )
        )

    @classmethod
    def release_exception(cls, release: str, of: str = "extracts") -> Change:
        """One release may leave although it singles children out; by the digest that a plan tells."""
        return cls(native.MemberChange.RELEASE_EXCEPTION(series=of, release=release))

    @classmethod
    def release_withdrawal(cls, release: str) -> Change:
        """A release that was recorded never left: nothing is compared with it any more."""
        return cls(native.MemberChange.RELEASE_WITHDRAWAL(release=release))

    def __repr__(self) -> str:
        return f"Change({type(self._handle).__name__.rpartition('.')[2].lower().replace('_', '-')})"


class Proposal:
    """A change that waits for the signatures of custodians. After another change of the roster it is outdated."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use :meth:`Session.propose` or ``from_bytes``."""
        self._handle = handle

    @classmethod
    @translated
    def from_bytes(cls, data: bytes | bytearray) -> Proposal:
        """Reads a proposal that was passed on. Its signatures are verified when it is enacted."""
        return cls(native.Proposal.from_bytes(bytes(data)))

    def to_bytes(self) -> bytes:
        """The bytes to pass on to the next who signs."""
        return bytes(self._handle.to_bytes())

    @translated
    def signed_by(self, custodian: Identity) -> Proposal:
        """The same proposal with the signature of this custodian. Show ``change`` to them before."""
        return Proposal(self._handle.signed_by(custodian._native()))

    @property
    def signers(self) -> tuple[str, ...]:
        """Pseudonyms of those who have signed."""
        return tuple(self._handle.signers())

    @property
    def change(self) -> ProposedChange:
        """What it says."""
        return _change(self)

    def __repr__(self) -> str:
        return f"Proposal({self.change.kind}, signatures={len(self.signers)})"


@translated
def _change(proposal: Proposal) -> ProposedChange:
    said = proposal._handle.change()
    names = (field.name for field in dataclasses.fields(ProposedChange))
    return ProposedChange(**{name: getattr(said, name) for name in names})


def member(given: Any) -> Member:
    """A member, out of the native library's."""
    devices = tuple(MemberDevice(device.key, device.fingerprint, device.revoked) for device in given.devices)
    return Member(given.id, given.role, given.unit, Standing[given.standing.name], given.custodian, devices)


def case_member(given: Any) -> CaseMember:
    """Who works on a case, out of the native library's."""
    until = None if given.until is None else moment(given.until)
    compartments = frozenset(Compartment[compartment.name] for compartment in given.compartments)
    return CaseMember(given.member, compartments, given.shared, given.approved, given.entry, given.by, until)


def enacted(given: Any) -> Enacted:
    """What a change did, out of the native library's."""
    return Enacted(int(given.circles_renewed), int(given.wraps))


def native_compartments(compartments: Iterable[Compartment | str]) -> list[Any]:
    """Compartments as the native library wants them; a ``ValueError`` for what is none."""
    return [native.Compartment[Compartment(compartment).name] for compartment in compartments]


def moment(milliseconds: int) -> datetime.datetime:
    """A moment, out of milliseconds since 1970 in UTC."""
    return _EPOCH + datetime.timedelta(milliseconds=milliseconds)


def native_moment(moment: datetime.datetime | None) -> int | None:
    """Milliseconds since 1970 in UTC."""
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone, such as datetime.timezone.utc")
    return max(0, round(moment.timestamp() * 1000))
