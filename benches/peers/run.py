"""saferoom beside its peers: the same records and the same log, in turns on one machine, as one table.

    cargo xtask bench --bench peers [--million] [--quick] [--keep] [--no-extracts] [--no-run]

builds all programs and starts this with where they lie. Each is a process of its own; they are asked in turns, so what
disturbs the machine disturbs all of them. A figure is the median of the rounds, with their range; a ratio is that of the same
round. CPU is the time of the process on the processor with all its threads and the system's work for it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import machine
import plot
from figures import Rounds, Spread, allowed, exponent, paired, spread
from programs import Program

OURS, CASE_WORK, SEARCHED = "saferoom", "saferoom, in cases, with statistics", "saferoom, the same and 8 fields searched"
SQLCIPHER, SQLCIPHER_INDEXED = "SQLCipher", "SQLCipher, 8 indexes"
ALLOY, COMMIT = "ironcore-alloy + rusqlite", "bare commit"
LOG_OURS, LOG_GO = "saferoom", "Go sumdb/tlog"
# Printed beside, not measured in this run.
ARX = """\
ARX 3.9.2 was not run here. Measured before, on a like machine (2 vCPU
AMD EPYC, OpenJDK 17; the Adult data, 9 columns, k 5), a whole cold process: 3.29 s at 0 %, 5.52 s at 4 %, 7.50 s at 10 %;
warm, `anonymize()` alone: 0.11 to 0.18 s, 2.18 to 2.41 s, 2.41 to 2.67 s. pycanon 1.3.5 there: t 35.8 s. Source: the reference
on anonymisation that this project began with, of 2026-11, section b.1."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--peers", "--sqlcipher", "--alloy", "--folder"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--go", type=Path, help="the program of benches/peers/go")
    parser.add_argument("--saferoom", type=Path, help="the command line, for extracts")
    parser.add_argument("--data", type=Path, help="folder with the Adult data, for extracts")
    parser.add_argument("--million", action="store_true", help="a million records as well: several times as long")
    parser.add_argument("--quick", action="store_true", help="few rounds and small tables: to see that it runs")
    parser.add_argument("--keep", type=Path, help="folder of the documents that get the table and the plots")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    report = Report()
    report.say(machine.described(asked.folder))
    sizes = QUICK.sizes if asked.quick else [*WHOLE.sizes, *([1_000_000] if asked.million else [])]
    growth = records(asked, sizes, QUICK if asked.quick else WHOLE, report)
    logs(asked, [size * 10 for size in sizes[:3]], 2 if asked.quick else 7, growth, report)
    grown(growth, report)
    extracts(asked, report)
    report.say(machine.load())
    finish(asked, growth, report)


@dataclass
class Amounts:
    """How much is measured: records in each file, rounds, and what each round writes and reads."""

    sizes: list[int]
    rounds: int
    writes: int
    reads: int
    singles: int


WHOLE = Amounts([1_000, 10_000, 100_000], 21, 1000, 1000, 40)
QUICK = Amounts([300, 900], 2, 100, 100, 3)


class Report:
    """What is printed, kept for the document."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.begun = time.monotonic()

    def say(self, text: str) -> None:
        print(text, flush=True)
        self.lines.append(text)

    def progress(self, text: str) -> None:
        print(f"  [{time.monotonic() - self.begun:4.0f} s] {text}", file=sys.stderr, flush=True)

    def goal(self, name: str, value: Spread, bound: float, at_least: bool = False) -> None:
        reached = value.middle >= bound if at_least else value.middle <= bound
        sign = "at least" if at_least else "at most"
        self.say(f"| {name} | {value.text()} | {sign} {bound:g} | {'reached' if reached else '**missed**'} |")


def started(asked: argparse.Namespace) -> dict[str, Program]:
    """All stores of records, each with a folder of its own."""
    place = asked.folder / "run"
    shutil.rmtree(place, ignore_errors=True)
    peers, python = str(asked.peers), [sys.executable, str(Path(__file__).with_name("python_peer.py"))]
    commands = {
        OURS: [peers, "saferoom"],
        SQLCIPHER: [str(asked.sqlcipher)],
        "SQLite, plain": [peers, "sqlite"],
        ALLOY: [str(asked.alloy)],
        "chacha20poly1305 per field": [peers, "chacha20poly1305"],
        "Python cryptography + sqlite3": python,
        CASE_WORK: [peers, "saferoom-case"],
        SEARCHED: [peers, "saferoom-searched"],
        SQLCIPHER_INDEXED: [str(asked.sqlcipher)],
        COMMIT: [peers, "commit"],
    }
    programs = {}
    for number, (name, command) in enumerate(commands.items()):
        folder = place / str(number)
        folder.mkdir(parents=True)
        programs[name] = Program(name, [*command, str(folder), *(["searched"] if name == SQLCIPHER_INDEXED else [])])
    return programs


def records(asked: argparse.Namespace, sizes: list[int], amounts: Amounts, report: Report) -> dict:
    """Fills all stores to each size, measures there, and prints the table of the size before a million."""
    programs = started(asked)
    stores = {name: program for name, program in programs.items() if name != COMMIT}
    growth: dict[str, dict[str, dict[float, float]]] = {}
    count = 0
    for size in sizes:
        taken = Rounds()
        count = fill(stores, count, size, taken)
        report.progress(f"{size:,} records in each store")
        read_all(stores, size, taken)
        report.progress(f"{size:,} reads of each, in one session")
        whole = size == min(sizes[-1], 100_000)
        for number in range(amounts.rounds if whole else min(amounts.rounds, 7)):
            one_round(programs, taken, number, amounts, whole)
        if whole:
            count += amounts.rounds * (amounts.writes + amounts.singles)
        measure_growth(stores, size, count, taken, growth)
        if whole:
            table(taken, size, amounts.rounds, report)
    for program in programs.values():
        program.end()
    shutil.rmtree(asked.folder / "run", ignore_errors=True)
    return growth


def fill(stores: dict[str, Program], count: int, size: int, taken: Rounds) -> int:
    """In turns, a twentieth at a time; the second half counts as the cost of writing at this size."""
    slice_size = max(100, (size - count) // 20 // 100 * 100)
    while count < size:
        more = min(slice_size, size - count)
        for name, program in stores.items():
            took = program.ask("write", more)
            if count + more > size / 2:
                taken.add(name, "fill", took)
        count += more
    return count


def read_all(stores: dict[str, Program], size: int, taken: Rounds) -> None:
    """As many reads as there are records, in one session just opened: a thousand at a time, in turns. The first thousand
    are taken by themselves: a session compares with the signed state what it touches for the first time."""
    for program in stores.values():
        program.ask("reopen", 1)
    for number, first in enumerate(range(0, size, 1000)):
        many = min(1000, size - first)
        for name, program in stores.items():
            took = program.ask("read", many, 1000 + number)
            taken.add(name, "read-all", took)
            if number == 0:
                taken.add(name, "read-start", took)


def one_round(programs: dict[str, Program], taken: Rounds, number: int, amounts: Amounts, whole: bool) -> None:
    """Each program once; another one begins in each round."""
    names = list(programs)
    first = number % len(names)
    for name in names[first:] + names[:first]:
        program = programs[name]
        if name == COMMIT:
            if whole:
                taken.add(name, "commit", program.ask("commit", amounts.singles))
                taken.add(name, "sign", program.ask("sign", amounts.singles))
            continue
        taken.add(name, "read", program.ask("read", amounts.reads, number))
        if number < 5:
            taken.add(name, "reopen", program.ask("reopen", 1))
            # What opening has left cold is not a read's to pay.
            program.ask("read", 100, number + 77)
        if whole:
            taken.add(name, "write", program.ask("write", amounts.writes))
            taken.add(name, "write-one", program.ask("write-one", amounts.singles))
            taken.add(name, "read-one", program.ask("read-one", amounts.singles, number))


def measure_growth(stores: dict[str, Program], size: int, count: int, taken: Rounds, growth: dict) -> None:
    for name, program in stores.items():
        program.ask("reopen", 1)  # folds the write-ahead log into the file
        file, memory = program.size()
        values = {
            "write": statistics.median(taken.cpu(name, "fill")),
            # The mean: a cost that comes with every thousandth read is part of the whole.
            "read": statistics.mean(taken.cpu(name, "read-all")),
            "start": statistics.mean(taken.cpu(name, "read-start")),
            "open": statistics.median(taken.cpu(name, "reopen")),
            "bytes": file / count,
            "memory": memory,
        }
        for what, value in values.items():
            growth.setdefault(what, {}).setdefault(name, {})[size] = value


def table(taken: Rounds, size: int, rounds: int, report: Report) -> None:
    report.say(f"\n## Records\n\n{size:,} records of 12 fields and 600 bytes in each file; {rounds} rounds. All files: WAL, every commit")
    report.say("flushed (`synchronous = FULL`), 2 MB of pages. saferoom seals, signs and logs; no other program logs. *saferoom* alone is a")
    report.say("visit to a room: sealing, heads, log. *In cases* is a referral: keys for each case (100 records to a case) and derived")
    report.say("statistics besides. *Searched* is a child, with six tokens and more for each of eight fields; beside it, eight plain indexes.\n")
    works = {
        "write": "write, 100 to a commit",
        "write-one": "write, one durable",
        "read": "read, 100 to a transaction",
        "read-one": "read, one (saferoom: durable)",
    }
    names = [name for name, work in taken.taken if work == "write"]
    for work, title in works.items():
        report.say(f"| {title} | CPU µs | wall µs | saferoom's CPU beside it |\n|---|---:|---:|---:|")
        for name in names:
            ours = SEARCHED if name in (SEARCHED, SQLCIPHER_INDEXED) else OURS
            beside = "" if name.startswith(OURS) else taken.ratio(work, ours, name).text()
            cpu, wall = spread(taken.cpu(name, work)), spread(taken.wall(name, work))
            report.say(f"| {name} | {cpu.text(1)} | {wall.text(1)} | {beside} |")
        report.say("")
    report.say("| goal (CPU, the same round) | ratio | | |\n|---|---:|---:|---|")
    for name in (OURS, CASE_WORK):
        report.goal(f"{name}: write, sealed and logged, beside SQLCipher, unlogged", taken.ratio("write", name, SQLCIPHER), 2.2)
        report.goal(f"{name}: write, ironcore-alloy + rusqlite beside it", taken.ratio("write", ALLOY, name), 3, at_least=True)
        report.goal(f"{name}: read, logged, beside SQLCipher in a transaction", taken.ratio("read", name, SQLCIPHER), 0.65)
        alone = paired(taken.cpu(name, "read"), taken.cpu(SQLCIPHER, "read-one"))
        report.goal(f"{name}: the same beside SQLCipher, each read by itself", alone, 0.65)
    durable(taken, report)


def durable(taken: Rounds, report: Report) -> None:
    """A durable read beside a bare durable commit, the signature taken off."""
    for what, clock in (("CPU", taken.cpu), ("wall", taken.wall)):
        sign, commit = clock(COMMIT, "sign"), clock(COMMIT, "commit")
        without = [read - signed for read, signed in zip(clock(OURS, "read-one"), sign, strict=True)]
        report.goal(f"durable logged read less its signature, beside a bare durable commit, {what}", paired(without, commit), 1.15)
    signed, bare = spread(taken.cpu(COMMIT, "sign")), spread(taken.cpu(COMMIT, "commit"))
    report.say(f"\nThe bare commit: {bare.text(1)} µs of CPU, {spread(taken.wall(COMMIT, 'commit')).text(1)} µs wall; "
               f"one signature: {signed.text(1)} µs of CPU.")


def logs(asked: argparse.Namespace, sizes: list[int], rounds: int, growth: dict, report: Report) -> None:
    """Append, prove and check in memory."""
    commands = {LOG_OURS: [str(asked.peers), "log-saferoom", "-"], "tlog_tiles 0.2.0": [str(asked.peers), "log-tlog-tiles", "-"]}
    if asked.go:
        commands[LOG_GO] = [str(asked.go)]
    else:
        report.say("\nGo was NOT measured: there is none on this machine.")
    programs = {name: Program(name, command) for name, command in commands.items()}
    taken = Rounds()
    for size in sizes:
        taken = Rounds()
        for number in range(rounds):
            roots = set()
            for name, program in programs.items():
                appended = program.ask("append", size)
                roots.add(appended.more)
                taken.add(name, "append", appended)
                taken.add(name, "prove", program.ask("prove", 2000, number))
                taken.add(name, "check", program.ask("check", 2000, number))
            if len(roots) != 1:
                sys.exit(f"the logs do not agree on the root: {roots}")
        for work in ("append", "prove", "check"):
            for name in programs:
                growth.setdefault(f"log {work}", {}).setdefault(name, {})[size] = statistics.median(taken.cpu(name, work))
        report.progress(f"logs of {size:,} entries")
    for program in programs.values():
        program.end()
    report.say(f"\n## The log\n\n{sizes[-1]:,} entries of 200 bytes in memory, {rounds} rounds; all agree on the root. Verifying a whole log is appending")
    report.say("its entries again and comparing the root.\n")
    for work, title in (("append", "append or verify, per entry"), ("prove", "a proof of inclusion"), ("check", "checking it")):
        report.say(f"| {title} | CPU µs | saferoom's CPU beside it |\n|---|---:|---:|")
        for name in programs:
            beside = "" if name == LOG_OURS else taken.ratio(work, LOG_OURS, name).text()
            report.say(f"| {name} | {spread(taken.cpu(name, work)).text(3)} | {beside} |")
        report.say("")


def grown(growth: dict, report: Report) -> None:
    """Whether saferoom's whole cost of n grows no faster than n log n, and its memory not at all."""
    titles = {
        "write": "n records written", "read": "n reads", "bytes": "bytes of n records", "log append": "n entries appended",
        "log prove": "n proofs", "log check": "n proofs checked",
    }
    report.say("## Growth\n\nThe slope of log(whole cost) over log n, least squares: 1 for a cost as n, the bound for n log n. *n reads* are as")
    report.say("many reads as there are records, at random, in one session after one sign-in. The goal is saferoom's; what its peers")
    report.say("have shows what comes with a B-tree beside 2 MB of pages, or with a tree that outgrows the processor's caches.\n")
    report.say("| whole cost of | program | cost of one, by n | slope | n log n | |\n|---|---|---|---:|---:|---|")
    for what, title in titles.items():
        for name, costs in growth[what].items():
            slope, bound = exponent(costs), allowed(list(costs))
            each = ", ".join(f"{cost:.4g}" for cost in costs.values())
            verdict = ("reached" if slope <= bound else "**missed**") if name.startswith(OURS) else ""
            report.say(f"| {title} | {name} | {each} | {slope:.3f} | {bound:.3f} | {verdict} |")
    report.say("\n| the first thousand reads after a sign-in, CPU µs each, by n | |\n|---|---|")
    for name, costs in growth["start"].items():
        report.say(f"| {name} | {', '.join(f'{cost:.1f}' for cost in costs.values())} |")
    report.say("\n| opening the file and signing in, CPU ms, by n | |\n|---|---|")
    for name, costs in growth["open"].items():
        report.say(f"| {name} | {', '.join(f'{cost / 1000:.2f}' for cost in costs.values())} |")
    memory = growth["memory"][OURS]
    (small, before), (size, after) = list(memory.items())[-2], list(memory.items())[-1]
    # The program itself keeps the ids of the records: 16 bytes each, in a list that doubles.
    listed = 2 * 16 * (size - small) / 1024
    reached = after - before - listed <= 4096
    report.say("\n| peak memory, KiB, by n | |\n|---|---|")
    for name, peaks in growth["memory"].items():
        report.say(f"| {name} | {', '.join(str(peak) for peak in peaks.values())} |")
    report.say(f"\nConstant memory (at most 4 MiB more from {small:,} to {size:,} records, the list of their ids aside, {listed:.0f} KiB): "
               f"{'reached' if reached else '**missed**'}.")


def extracts(asked: argparse.Namespace, report: Report) -> None:
    report.say("\n## Extracts\n")
    if not asked.saferoom or not asked.data:
        report.say("NOT measured: no command line was built, or no Adult data lie beside the repository (`SAFEROOM_ORACLES`).")
    else:
        script = Path(__file__).parents[1] / "peers_extract.py"
        rounds = ["--rounds", "1" if asked.quick else "3"]
        command = [sys.executable, str(script), "--saferoom", str(asked.saferoom), "--data", str(asked.data), *rounds]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                report.say(line.rstrip("\n"))
        if process.returncode != 0:
            sys.exit("the comparison of extracts failed")
    report.say(f"\n{ARX}")


def finish(asked: argparse.Namespace, growth: dict, report: Report) -> None:
    drawn = plot.draw(growth, asked.folder)
    report.say(f"\nPlots: {', '.join(path.name for path in drawn) or 'none, for there is no matplotlib'}.")
    heading = "# saferoom beside its peers\n\nWritten by `cargo xtask bench --bench peers --keep`; [performance.md](performance.md) says what it means.\n"
    pictures = "".join(f"\n![{path.stem}](figures/{path.name})\n" for path in drawn)
    document = asked.folder / "peers.md"
    document.write_text(heading + "\n" + "\n".join(report.lines) + "\n" + pictures, "utf-8")
    if asked.keep:
        (asked.keep / "figures").mkdir(exist_ok=True)
        shutil.copy(document, asked.keep / "peers.md")
        for path in drawn:
            shutil.copy(path, asked.keep / "figures" / path.name)
    report.progress("done")


if __name__ == "__main__":
    main()
