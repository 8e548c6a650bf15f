"""Writes interviews.ipynb from the cells below: a notebook without output, so that a change of it can be read."""

import json
from pathlib import Path

CELLS: list[tuple[str, str]] = [
    ("markdown", """# What two years of interviews say

The rows are invented. An analyst holds two extracts and the public key of the desk that signed them, and no other key."""),
    ("code", """import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import saferoom
from saferoom import Identity, extract

# The desk's part: two tables become two signed extracts.
here, place, desk = Path.cwd(), Path(tempfile.mkdtemp()), Identity.generate()
for year in (2025, 2026):
    extract.anonymise(here / f"interviews-{year}.csv", here / "spec.toml", place / str(year), desk)
(place / "desk.pub").write_text(extract.signing_key(desk), "utf-8");"""),
    ("markdown", """## Three lines

Opening checks the signature, every file and every claim."""),
    ("code", """extracts = {year: saferoom.read_extract(place / str(year), place / "desk.pub") for year in (2025, 2026)}
frames = {year: opened.to_pandas("en") for year, opened in extracts.items()}
frame = pd.concat(frames, names=["year"]).reset_index(level=0).astype({"harm": "category"})
frame.head()"""),
    ("code", """for year, opened in extracts.items():
    rows, children = opened.manifest["rows"], opened.manifest["children"]
    print(f"{year}: {rows['released']} of {rows['source']} rows, k = {children['k']}, "
          f"highest risk {children['highest_risk']:.2f}")
    assert children["k"] >= 5"""),
    ("markdown", "## 1. How old are the children?"),
    ("code", """ages = frame.groupby("year")["age"].value_counts(normalize=True, dropna=False).unstack(0).fillna(0)
ages.plot.bar(ylabel="share of interviews", title="Age");
assert abs(ages.sum() - 1).max() < 1e-9"""),
    ("markdown", "## 2. Which harm?"),
    ("code", """harm = frame.groupby("year", observed=True)["harm"].value_counts(normalize=True).unstack(0).fillna(0)
harm.plot.barh(xlabel="share of interviews", title="Kind of harm");
assert set(harm.index) == {"sexual", "physical", "trafficking", "online"}"""),
    ("markdown", "## 3. How long until the interview?"),
    ("code", """days = {year: group["days_to_interview"].astype("float") for year, group in frame.groupby("year")}
plt.boxplot(list(days.values()), tick_labels=[str(year) for year in days])
plt.ylabel("days from report to interview");
print({year: group.median() for year, group in days.items()})"""),
    ("markdown", "## 4. Was a break offered?"),
    ("code", """offered = (frame["break_offered"] == "yes").groupby(frame["year"]).mean()
offered.plot.bar(ylabel="share of interviews", title="A break was offered", ylim=(0, 1));
assert offered.between(0, 1).all()"""),
    ("markdown", """## 5. What changed since last year?

The same with DuckDB, without pandas. Whether a difference is more than chance says the interval."""),
    ("code", """rows = []
for year, opened in extracts.items():
    rows += [(year, *row) for row in opened.to_duckdb().aggregate(
        "count(*), avg((harm = 'online')::int), avg(days_to_interview), avg((break_offered = 'yes')::int)").fetchall()]
change = pd.DataFrame(rows, columns=["year", "interviews", "online", "days", "break offered"]).set_index("year")
print(change.round(2))
error = (change["online"] * (1 - change["online"]) / change["interviews"]).pow(0.5)
change["online"].plot.bar(yerr=1.96 * error, title="Harm online, with 95 % intervals", ylabel="share");
assert change["days"].loc[2026] < change["days"].loc[2025]"""),
]


def cell(number: int, kind: str, text: str) -> dict[str, object]:
    common: dict[str, object] = {
        "id": f"cell-{number}",
        "cell_type": kind,
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return common if kind == "markdown" else common | {"execution_count": None, "outputs": []}


def notebook() -> str:
    content = {
        "cells": [cell(number, *each) for number, each in enumerate(CELLS)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "interviews.ipynb").write_text(notebook(), "utf-8")
