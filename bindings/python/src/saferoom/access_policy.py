"""Access policies: which role reaches what and may do what, and what another policy would change. Read-only."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from ._bridge import native
from .errors import translated


@dataclasses.dataclass(frozen=True)
class PolicyRole:
    """One role of a policy."""

    #: Its name, such as ``unit-supervisor``.
    name: str
    #: What it is called in English.
    label: str
    #: What it is called in Khmer.
    label_km: str
    #: By name of the compartment: ``write``, ``case`` or ``unit``; one that is out of reach is left out.
    reach: Mapping[str, str]
    #: Names of what it may do.
    actions: tuple[str, ...]
    #: Codes of the purposes that it may state.
    purposes: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class PolicyChange:
    """One difference between two policies."""

    #: Where: a role, or a part of the policy.
    place: str
    #: ``wider``, ``narrower`` or ``neutral``.
    kind: str
    #: Whether it opens children's records, the log, or the keys to both, or takes a safeguard away.
    dangerous: bool
    #: What changes, in English.
    text: str


class AccessPolicy:
    """A whole access policy, checked. It cannot be changed."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``standard`` or ``parse``."""
        self._handle = handle

    @classmethod
    @translated
    def standard(cls) -> AccessPolicy:
        """The policy that ships with this package."""
        return cls(native.AccessPolicy.standard())

    @classmethod
    @translated
    def parse(cls, text: str) -> AccessPolicy:
        """A policy out of its text (TOML); :class:`~saferoom.PolicyError` if it is not safe."""
        return cls(native.AccessPolicy.parse(text))

    @property
    def version(self) -> int:
        """Its version."""
        return int(self._handle.version())

    @property
    def roles(self) -> dict[str, PolicyRole]:
        """All roles by name, in the order of the document."""
        return {role.name: _role(role) for role in self._handle.roles()}

    def second_person(self, action: str) -> tuple[str, ...]:
        """Roles of which a second person has to agree to this action; empty if nobody has to."""
        return tuple(self._handle.second_person(action))

    def changes(self, newer: AccessPolicy) -> list[PolicyChange]:
        """What ``newer`` would change, in plain words."""
        return [_change(change) for change in self._handle.changes(newer._handle)]

    def to_toml(self) -> str:
        """The whole policy as TOML, to make the next version from."""
        return str(self._handle.to_toml())

    def to_dict(self) -> dict[str, Any]:
        """The whole policy, by the names of the TOML form."""
        whole: dict[str, Any] = json.loads(self._handle.to_json())
        return whole

    def __repr__(self) -> str:
        return f"AccessPolicy(version={self.version}, roles={len(self.roles)})"


@translated
def access_words() -> dict[str, dict[str, dict[str, str]]]:
    """What the words of policies are called: by vocabulary (``action``, ``reach``, ...), word and language."""
    words: dict[str, dict[str, dict[str, str]]] = json.loads(native.access_words_json())
    return words


def _role(role: Any) -> PolicyRole:
    return PolicyRole(
        name=role.name,
        label=role.label_en,
        label_km=role.label_km,
        reach=dict(role.reach),
        actions=tuple(role.actions),
        purposes=tuple(role.purposes),
    )


def _change(change: Any) -> PolicyChange:
    return PolicyChange(place=change.place, kind=change.kind.name.lower(), dangerous=change.dangerous, text=change.text)
