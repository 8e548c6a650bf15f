"""The Python side of ``cargo xtask bench --bench hosts``: the calls of ``bindings/examples/hosts.rs``, as an app makes them.

``hosts.py measure FOLDER OUT`` appends lines ``what microseconds`` to OUT: medians. ``hosts.py extract FOLDER OUT`` does so for
an extract of a million rows, which it makes first.
"""

from __future__ import annotations

import itertools
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from saferoom import Access, Identity, Vault, extract, read_extract
from saferoom.records import Child

PASSPHRASE = b"beside the same call"
ROWS = 1_000_000

#: In a process of its own: what the package adds to a Python that has started.
IMPORT = "import time; begun = time.perf_counter(); {}; print((time.perf_counter() - begun) * 1e6)"

#: The package alone, what an app that opens vaults names, and that with the classes of all records.
IMPORTS = {
    "import": "import saferoom",
    "import-vault": "from saferoom import Access, Identity, Vault",
    "import-records": "from saferoom import Access, Identity, Vault, records",
}

SPECIFICATION = """
name = "bench"
audience = "inside"
unit = "child"
suppression = 0.05
[[column]]
name = "child"
role = "identifier"
[[column]]
name = "sex"
role = "quasi-identifying"
hierarchy = { kind = "suppress" }
[[column]]
name = "province"
role = "quasi-identifying"
hierarchy = { kind = "suppress" }
[[column]]
name = "harm"
role = "sensitive"
[[column]]
name = "days"
role = "insensitive"
[[column]]
name = "break"
role = "insensitive"
[[model]]
kind = "k-anonymity"
k = 5
"""


def median(calls: int, call: Callable[[], object]) -> float:
    """The median of so many calls, after a tenth as many, in microseconds."""
    for _ in range(calls // 10):
        call()
    taken = []
    for _ in range(calls):
        begun = time.perf_counter_ns()
        call()
        taken.append((time.perf_counter_ns() - begun) / 1000)
    return statistics.median(taken)


def measure(folder: Path) -> dict[str, float]:
    access = Access("forensic-interview")
    ids = (folder / "ids.txt").read_text("utf-8").split()
    identity = Identity.open_file(folder / "member.identity", PASSPHRASE)
    with Vault.open(folder / "vault.saferoom", folder / "keys").sign_in(identity) as session:
        following = itertools.cycle(ids)
        found = {
            "trivial": median(2000, lambda: session.is_locked),
            "record": median(2000, lambda: session.read(Child, next(following), access).record.given_name),
            "page": median(20, lambda: [opened.record for opened in session.read_many(Child, ids, access)]),
        }
    return found | {name: imported(statement) for name, statement in IMPORTS.items()}


def imported(statement: str) -> float:
    program = [sys.executable, "-c", IMPORT.format(statement)]
    return statistics.median(float(subprocess.check_output(program)) for _ in range(11))


def measure_extract(folder: Path) -> dict[str, float]:
    import pandas

    draw = random.Random(7)
    provinces, harms = ["12", "08", "17", "02", "07"], ["sexual", "physical", "trafficking", "online"]
    with (folder / "table.csv").open("w", encoding="utf-8") as table:
        table.write("child,sex,province,harm,days,break\n")
        for number in range(ROWS):
            sex, province, harm = draw.choice(["female", "male"]), draw.choice(provinces), draw.choice(harms)
            table.write(f"c{number},{sex},{province},{harm},{draw.randrange(60)},{draw.choice(['yes', 'no'])}\n")
    (folder / "spec.toml").write_text(SPECIFICATION, "utf-8")
    identity = Identity.generate()
    extract.anonymise(folder / "table.csv", folder / "spec.toml", folder / "extract", identity)
    key = extract.signing_key(identity)
    opened = read_extract(folder / "extract", key)
    file = folder / "extract/data.parquet"
    assert len(opened.to_pandas()) == len(pandas.read_parquet(file)) == ROWS
    return {
        "pandas": median(7, lambda: pandas.read_parquet(file)),
        "extract": median(7, opened.to_pandas),
        "checked": median(7, lambda: read_extract(folder / "extract", key).to_pandas()),
    }


if __name__ == "__main__":
    what, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    lines = measure(folder) if what == "measure" else measure_extract(folder)
    with out.open("a", encoding="utf-8") as file:
        file.writelines(f"{name} {value:.3f}\n" for name, value in lines.items())
