"""Code lists and the gazetteer. What is loaded holds for the process, so nothing here is loaded for good."""

from __future__ import annotations

from pathlib import Path

import pytest

import saferoom


def test_code_lists_have_both_languages() -> None:
    lists = saferoom.code_lists()
    female = next(entry for entry in lists["sex"]["entries"] if entry["code"] == "female")
    assert (female["en"], female["km"]) == ("Female", "ស្រី")
    items = lists["checklist_item"]["entries"]
    assert [item["code"] for item in items if item.get("critical")][:3] == ["A1", "A2", "A3"]
    for entry in saferoom.catalogue():
        assert entry["label_km"] and entry["help"] and entry["help_km"]
        assert entry["code_list"] is None or entry["code_list"] in lists


def test_what_is_malformed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(saferoom.ModelError) as refused:
        saferoom.overlay_code_lists("version = 2\nkm_status = ''\nlist = []")
    assert refused.value.code == 341
    places = tmp_path / "places.csv"
    places.write_text("code,name_km,name_en\n8,,Kandal\n", encoding="utf-8")
    with pytest.raises(saferoom.ModelError) as refused:
        saferoom.use_gazetteer(places)
    assert refused.value.code == 366
    assert "line 2" in str(refused.value)
