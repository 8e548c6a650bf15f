"""Extracts beside the peers, on this machine and in one run: anjana makes the same table, pycanon measures it.

    pip install -r benches/peers_extract.txt
    python benches/peers_extract.py --saferoom target/release/saferoom --data FOLDER [--rounds 3]

FOLDER has the Adult data of ARX (`adult.csv`, `adult_hierarchy_*.csv`). Each program runs as a process of its own, the
table and all files among its time; medians of the rounds, wall. The loss is that of equal weights: for each cell, how much of
its column's values it may stand for. Both tables are measured by the same code here, from the files alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUASI = ["sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation", "salary-class"]
K = 5
SHARES = [0.0, 0.04, 0.1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saferoom", type=Path, required=True, help="the program, built with --release")
    parser.add_argument("--data", type=Path, required=True, help="folder with the Adult data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--anjana", nargs=2, metavar=("SHARE", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument("--pycanon", nargs=1, metavar="TABLE", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.anjana:
        anjana(asked.data, float(asked.anjana[0]), Path(asked.anjana[1]))
    elif asked.pycanon:
        pycanon(Path(asked.pycanon[0]))
    else:
        compare(asked)


def compare(asked: argparse.Namespace) -> None:
    own = [sys.executable, __file__, "--saferoom", str(asked.saferoom), "--data", str(asked.data)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| suppressed at most | saferoom | loss | anjana | loss | ratio |\n|---:|---:|---:|---:|---:|---:|")
        for share in SHARES:
            ours, times = folder / "ours.csv", []
            for each in range(asked.rounds):
                place = folder / f"extract-{share}-{each}"
                (folder / "spec.toml").write_text(spec(asked.data, share), "utf-8")
                (folder / "adult.csv").write_bytes((asked.data / "adult.csv").read_bytes())
                for column in QUASI:
                    file = f"adult_hierarchy_{column}.csv"
                    (folder / file).write_bytes((asked.data / file).read_bytes())
                command = [str(asked.saferoom), "anonymize", "--in", "adult.csv", "--spec", "spec.toml", "--out", str(place)]
                times.append(timed(command, folder))
            rows = [str(asked.saferoom), "extract", "csv", str(place), "--unsigned", "--out", str(ours)]
            ours.unlink(missing_ok=True)
            timed(rows, folder)
            theirs = folder / "theirs.csv"
            slow = [timed([*own, "--anjana", str(share), str(theirs)], folder) for _ in range(asked.rounds)]
            losses = [loss(asked.data, ours, ","), loss(asked.data, theirs, ";")]
            mine, other = statistics.median(times), statistics.median(slow)
            print(f"| {share:.0%} | {mine:.2f} s | {losses[0]:.4f} | {other:.2f} s | {losses[1]:.4f} | {other / mine:.0f} |")
        measured(asked, own, folder)


def measured(asked: argparse.Namespace, own: list[str], folder: Path) -> None:
    """The risks of the table as it came, by both."""
    table = str(asked.data / "adult.csv")
    quasi = ",".join(column for column in QUASI if column != "occupation")
    command = [str(asked.saferoom), "risk", "--in", table, "--qi", quasi, "--sensitive", "occupation", "--json"]
    ours = statistics.median(timed(command, folder) for _ in range(asked.rounds))
    report = json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout)
    told = json.loads(subprocess.run([*own, "--pycanon", table], check=True, capture_output=True).stdout)
    of = report["sensitive"][0]
    same = (told["k"], told["l"]) == (report["k"], of["distinct_l"])
    same = same and min(abs(told["t"] - of["t_equal"]), abs(told["t"] - of["t_ordered"])) < 1e-9
    print("\n| k, l and t of 30,162 rows, eight columns | saferoom (all risks, whole process) | pycanon | same figures |")
    print("|---|---:|---:|---|")
    print(f"| k {report['k']}, l {of['distinct_l']}, t {told['t']:.4f} | {ours:.2f} s | {told['seconds']:.1f} s | {same} |")


def timed(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begun


def spec(data: Path, share: float) -> str:
    text = f'name = "bench"\naudience = "inside"\nsuppression = {share}\nlocal_recoding = false\n'
    for column in QUASI:
        hierarchy = f'{{ kind = "csv", file = "adult_hierarchy_{column}.csv" }}'
        text += f'[[column]]\nname = "{column}"\nrole = "quasi-identifying"\nhierarchy = {hierarchy}\n'
    return text + f'[[model]]\nkind = "k-anonymity"\nk = {K}\n'


def hierarchy(data: Path, column: str) -> list[list[str]]:
    lines = (data / f"adult_hierarchy_{column}.csv").read_text("utf-8").splitlines()
    return [line.split(";") for line in lines if line]


def anjana(data: Path, share: float, out: Path) -> None:
    import pandas
    from anjana.anonymity import k_anonymity

    table = pandas.read_csv(data / "adult.csv", sep=";", dtype=str)
    hierarchies = {}
    for column in QUASI:
        levels = list(zip(*hierarchy(data, column)))
        hierarchies[column] = {level: list(values) for level, values in enumerate(levels)}
    k_anonymity(table, [], QUASI, K, share * 100, hierarchies).to_csv(out, sep=";", index=False)


def pycanon(table: Path) -> None:
    import pandas
    from pycanon import anonymity

    rows = pandas.read_csv(table, sep=";", dtype=str)
    quasi = [column for column in QUASI if column != "occupation"]
    begun = time.perf_counter()
    found = {
        "k": int(anonymity.k_anonymity(rows, quasi)),
        "l": int(anonymity.l_diversity(rows, quasi, ["occupation"])),
        "t": float(anonymity.t_closeness(rows, quasi, ["occupation"])),
    }
    print(json.dumps({**found, "seconds": time.perf_counter() - begun}))


def loss(data: Path, released: Path, separator: str) -> float:
    """How much of their columns' values the cells of all 30,162 rows may stand for; of a row that was left out, everything."""
    import pandas

    source = sum(1 for _ in (data / "adult.csv").open()) - 1
    table = pandas.read_csv(released, sep=separator, dtype=str)
    whole = 0.0
    for column in QUASI:
        lines = hierarchy(data, column)
        share = {}
        for level in range(len(lines[0])):
            for line in lines:
                share.setdefault(line[level], set()).add(line[0])
        counted = table[column].map(lambda value: cost(share, value, len(lines)))
        whole += float(counted.sum()) + (source - len(table))
    return whole / source / len(QUASI)


def cost(share: dict[str, set[str]], value: object, size: int) -> float:
    known = share.get(value) if isinstance(value, str) else None
    if known is None:
        return 1.0
    return 0.0 if len(known) == 1 else len(known) / size


if __name__ == "__main__":
    main()
