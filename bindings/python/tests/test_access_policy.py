"""Access policies."""

from __future__ import annotations

import pytest

import saferoom
from saferoom import AccessPolicy, PolicyError


def test_the_standard_policy_says_who_reaches_what() -> None:
    policy = AccessPolicy.standard()
    roles = policy.roles
    assert len(roles) == 12 and policy.version == 1
    assert roles["interviewer"].reach["narrative"] == "case"
    assert "narrative" not in roles["unit-supervisor"].reach
    assert roles["auditor"].reach == {"oversight": "unit"}
    assert roles["host-administrator"].reach == {} and roles["host-administrator"].actions == ()
    assert policy.second_person("erase") == ("custodian",) and policy.second_person("refer") == ()
    assert repr(policy) == "AccessPolicy(version=1, roles=12)"


def test_every_word_has_a_label() -> None:
    words = saferoom.access_words()
    for role in AccessPolicy.standard().roles.values():
        assert role.label and role.label_km
        assert all(words["action"][action]["km"] for action in role.actions)
        assert all(words["compartment"][name]["en"] and words["reach"][far]["en"] for name, far in role.reach.items())


def test_changes_are_told_and_what_is_not_safe_is_refused() -> None:
    policy = AccessPolicy.standard()
    text = policy.to_toml()
    assert policy.changes(AccessPolicy.parse(text)) == []
    (change,) = policy.changes(AccessPolicy.parse(text.replace("needed = 2", "needed = 1", 1)))
    assert (change.kind, change.dangerous) == ("wider", True)
    with pytest.raises(PolicyError) as refused:
        AccessPolicy.parse(text.replace('name = "trainer"', 'name = "founder"'))
    assert refused.value.code == 648 and refused.value.advice
    assert policy.to_dict()["emergency"]["review_within_hours"] == 72
