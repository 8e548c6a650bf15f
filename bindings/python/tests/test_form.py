"""Forms and the texts of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

import saferoom
from saferoom import Access, Identity, Vault
from saferoom.records import Case, Child

FORM = Path(__file__).parents[3] / "examples" / "provincial.form.toml"
ACCESS = Access("forensic-interview")


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


def test_a_custodian_adds_fields_to_a_vault(tmp_path: Path) -> None:
    identity = Identity.generate()
    vault = Vault.create(tmp_path / "vault", tmp_path / "keys", identity, "test.example.org/forms", "Unit")
    with vault.sign_in(identity) as session:
        case = session.create(Case(), ACCESS, parent=session.unit).record
        session.add_form(FORM.read_text(encoding="utf-8"), identity, ACCESS)
        assert [form["name"] for form in session.forms()] == ["Provincial form"]
        names = [field["name"] for field in session.form("child")["fields"]]
        assert {"commune_card", "arrival"} <= set(names)
        assert "commune_card" not in [field["name"] for field in saferoom.form("child")["fields"]]
        with pytest.raises(saferoom.SaferoomError):
            session.add_form("version = 1", identity, ACCESS)
        # The class of this package knows nothing of the form, and goes on working.
        child = session.create(Child(sex="female", role="victim"), ACCESS, parent=case).record
        assert session.read(Child, child, ACCESS).record.sex == "female"
