"""Searching by what is known, in whatever spelling."""

from __future__ import annotations

from typing import Any

import pytest

import saferoom
from saferoom import Access, PartialDate, Session
from saferoom.records import Case, Child


def new_child(session: Session, access: Access, family: str, given: str) -> tuple[str, str]:
    case = session.create(Case(), access, parent=session.unit).record
    child = Child(
        sex="female",
        role="victim",
        family_name_latin=family,
        given_name_latin=given,
        date_of_birth=PartialDate(2014, 5, 17),
        phones=["012 345 678"],
    )
    return case, session.create(child, access, parent=case).record


def test_a_child_is_found_by_another_spelling(session: Session, access: Access) -> None:
    case, child = new_child(session, access, "Chan", "Sopheaktra")
    new_child(session, access, "Chan", "Kunvathana")
    before = session.log_size()
    found = session.search(Child, access, name="sophia ktra, CHHANN")
    assert session.log_size() == before + 1
    assert not found.too_many and not found.ask_units
    (record,) = found.records
    assert (record.id, record.kind, record.parent, record.case_id) == (child, "child", case, case)
    assert record.fields == ("family_name_latin", "given_name_latin")
    assert "Chan" not in repr(found)
    for asked in (
        session.search(Child, access, name="Sopheaktra", born="2014-05"),
        session.search(Child, access, phone="+855 12 345 678", fields={"given_name_latin": "Sopheaktra"}),
    ):
        assert [record.id for record in asked.records] == [child]
    assert session.search(Child, access, name="Sopheaktra Kunvathana").records == ()


def test_other_units_are_named_and_nothing_else(session: Session, access: Access) -> None:
    new_child(session, access, "Chan", "Sopheaktra")
    found = session.search_across_units(Child, access, name="Sopheaktra Chan")
    assert (found.records, found.ask_units) == ((), (session.unit,))
    for _ in range(19):
        assert session.search_across_units(Child, access, name="Chan Kunvathana").ask_units == ()
    with pytest.raises(saferoom.VaultError) as refused:
        session.search_across_units(Child, access, name="Sopheaktra Chan")
    assert refused.value.code == 711


def test_what_cannot_be_asked_is_refused(session: Session, access: Access) -> None:
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 350),
        ({"born": "soon"}, 353),
        ({"fields": {"address": "x"}}, 354),
        ({"name": "Chan"}, 356),
    ]
    for asked, code in cases:
        with pytest.raises(saferoom.ModelError) as refused:
            session.search(Child, access, **asked)
        assert refused.value.code == code
    with pytest.raises(saferoom.AccessDenied):
        session.search(Child, Access(""), name="Chan Sopheaktra")


def test_the_index_can_be_made_anew(session: Session, access: Access) -> None:
    _, child = new_child(session, access, "Chan", "Sopheaktra")
    assert session.rebuild_search_index(access) == 3
    assert [record.id for record in session.search(Child, access, name="Sopheaktra").records] == [child]
    assert session.check().tokens > 0
