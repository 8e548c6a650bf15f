"""Forms and the texts of rules."""

from __future__ import annotations

import pytest

import saferoom


def test_a_form_has_all_that_a_screen_needs() -> None:
    kinds = {entry["record"] for entry in saferoom.catalogue()}
    for kind in kinds:
        for language in ("en", "km"):
            described = saferoom.form(kind, language)
            assert described["record"] == kind and described["language"] == language
            for field in described["fields"]:
                assert field["label"] and field["help"] and field["compartment"] and field["class"]
                assert (field["type"] == "code") == bool(field["choices"])


def test_conditions_name_fields_of_the_form() -> None:
    fields = {field["name"]: field for field in saferoom.form("interview", "km")["fields"]}
    assert fields["repeat_reason"]["required_when"] == [[{"field": "sequence_number", "more_than": 1}]]
    assert fields["purpose"]["required"] and not fields["repeat_reason"]["required"]
    assert fields["recording"]["choices"][0]["code"] == "none"


def test_rules_are_explained() -> None:
    assert saferoom.explain_rule("ends-after-start") != saferoom.explain_rule("ends-after-start", "km")
    assert saferoom.explain_rule("of-a-newer-release")
    with pytest.raises(saferoom.ModelError) as refused:
        saferoom.form("nothing")
    assert refused.value.code == 303
