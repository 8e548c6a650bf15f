"""Many records as one buffer: the same as read one by one, opened when they are looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from saferoom import Access, InputError, InternalError, NotFound, PartialDate, Session
from saferoom._bridge import native
from saferoom._page import _KNOWN, Listing, Page, question
from saferoom.records import KINDS, Case, Child
from saferoom.values import Record

VECTORS = json.loads((Path(__file__).parents[3] / "tests/vectors/page/pages.json").read_text(encoding="utf-8"))


def named(vector: dict[str, Any]) -> str:
    return f"{vector['form']} {vector['name']}"


@pytest.mark.parametrize("vector", [v for v in VECTORS if "expected" in v], ids=named)
def test_a_page_has_what_the_vectors_say(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["input"])
    found: list[dict[str, Any]]
    if vector["form"] == "list":
        found = [{"id": info.id, "kind": info.kind, "parent": info.parent} for info in Listing(data)]
    else:
        found = [
            {
                "kind": opened.record.KIND,
                "id": opened.id,
                "parent": opened.parent,
                "revision": opened.revision,
                "author": opened.author,
                "withheld": list(opened.withheld),
                "fields": fields_of(opened.record),
            }
            for opened in Page(data, KINDS.__getitem__)
        ]
    assert found == vector["expected"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if "error" in v], ids=named)
def test_anything_else_is_refused(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["input"])
    with pytest.raises(InternalError):
        list(Listing(data)) if vector["form"] == "list" else list(Page(data, KINDS.__getitem__))
    if vector["form"] != "list":
        with pytest.raises(InternalError):
            list(Page(data, Child))


def test_a_table_of_fields_that_was_read_before_is_not_read_again() -> None:
    pages = [bytes.fromhex(vector["input"]) for vector in VECTORS if "expected" in vector and vector["form"] != "list"]
    _KNOWN.pop(Child, None)
    for data in pages * 2:
        if all(opened.record.KIND == "child" for opened in Page(data, KINDS.__getitem__)):
            again = [fields_of(opened.record) for opened in Page(data, Child)]
            assert again == [fields_of(opened.record) for opened in Page(data, KINDS.__getitem__)]
            assert any(data.startswith(table) for table in _KNOWN[Child])
    tables = _KNOWN[Child]
    assert tables, "a vector has children only"
    table = next(iter(tables))
    for length in range(len(table)):
        with pytest.raises(InternalError):
            list(Page(table[:length], Child))


def test_a_question_is_what_the_format_says(session: Session, access: Access) -> None:
    ids = ["07" * 16]
    asked = question("child", ids, Access("forensic-interview", "r" * 24))
    assert asked.hex() == (
        "8501" "656368696c64" "72666f72656e7369632d696e74657276696577" "7818" + "72" * 24 + "50" + "07" * 16
    )
    assert question(None, [], Access("x")).hex() == "8501f66178f640"
    long = question(None, ids * 17, Access("x" * 300))
    assert long[3:6].hex() == "79012c" and b"\x59\x01\x10" in long
    for malformed in (asked + b"\0", asked[:-1], b"", b"\x84" + asked[1:], b"\x85\x18\x01" + asked[2:]):
        with pytest.raises(native.SaferoomError.Failure) as refused:
            session._handle.ask_page(malformed)
        assert refused.value.code == 991


def fields_of(record: Record) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.TYPES}
    return {name: formed(record.TYPES[name], value) for name, value in values.items() if value is not None and value != []}


def formed(value_type: str, value: Any) -> Mapping[str, Any]:
    """As the vectors have it."""
    if value_type.startswith("list of "):
        return {"items": [formed(value_type.removeprefix("list of "), item) for item in value]}
    if value_type == "time":
        return {"time": round(value.timestamp() * 1000)}
    form = "text" if value_type == "narrative" else value_type
    return {form: value.isoformat() if isinstance(value, PartialDate) else value}


def test_a_page_is_what_reading_one_by_one_gives(session: Session, access: Access) -> None:
    case = session.create(Case(register_number="K-1", registration_year=2026), access, parent=session.unit).record
    born = PartialDate(2014, 5)
    children = [Child(given_name=f"Sokha {n}", date_of_birth=born, sex="female", role="victim") for n in range(20)]
    new = [(case, child) for child in children]
    ids = [written.record for written in session.create_many(new, access)]
    before = session.log_size()
    page = session.read_many(Child, ids, access)
    assert session.log_size() == before + len(ids)
    single = [session.read(Child, id, access) for id in ids]
    assert list(page) == single
    assert page[-1] == single[-1] and page[2:4] == single[2:4] and page[0] is page[0]
    assert [session.read_any(id, access) for id in ids] == single
    with pytest.raises(IndexError):
        page[len(ids)]
    printed = f"{page!r} {page} {page[0]!r} {page[0].record}"
    assert "Sokha" not in printed and "2014" not in printed and "victim" not in printed
    assert len(session.read_many(Child, [], access)) == 0


def test_a_list_is_what_stands_below(session: Session, access: Access) -> None:
    case = session.create(Case(), access, parent=session.unit).record
    child = session.create(Child(sex="female", role="victim"), access, parent=case).record
    listed = session.records_of(case, access)
    assert {info.id for info in listed} == {case, child}
    assert all(info == session.info(info.id) for info in listed)


def test_what_is_no_id_is_refused(session: Session, access: Access) -> None:
    for wrong in ["", "00", "x" * 32, "０" * 32, "0" * 64, " " * 32]:
        with pytest.raises(InputError):
            session.read_many(Child, ["0" * 32, wrong], access)
    with pytest.raises(NotFound):
        session.read_many(Child, ["0" * 32], access)

