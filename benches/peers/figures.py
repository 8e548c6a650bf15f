"""Medians, ranges, ratios of the same round, and how a cost grows."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from programs import Took


@dataclass
class Spread:
    """The middle of some values, and their range."""

    low: float
    middle: float
    high: float

    def text(self, digits: int = 2) -> str:
        return f"{self.middle:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def spread(values: list[float]) -> Spread:
    return Spread(min(values), statistics.median(values), max(values))


@dataclass
class Rounds:
    """What each program took for each kind of work, round by round."""

    taken: dict[tuple[str, str], list[Took]] = field(default_factory=lambda: defaultdict(list))

    def add(self, program: str, work: str, took: Took) -> None:
        self.taken[program, work].append(took)

    def has(self, program: str, work: str) -> bool:
        return (program, work) in self.taken

    def cpu(self, program: str, work: str) -> list[float]:
        return [took.cpu / 1000 for took in self.taken[program, work]]

    def wall(self, program: str, work: str) -> list[float]:
        return [took.wall / 1000 for took in self.taken[program, work]]

    def ratio(self, work: str, over: str, under: str) -> Spread:
        """Of the processor's time, paired by round."""
        return paired(self.cpu(over, work), self.cpu(under, work))


def paired(over: list[float], under: list[float]) -> Spread:
    return spread([one / other for one, other in zip(over, under, strict=True)])


def exponent(costs: dict[float, float]) -> float:
    """The slope of log(n times the cost of one) over log n: 1 if the whole grows as n does."""
    points = [(math.log(count), math.log(count * cost)) for count, cost in costs.items()]
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def allowed(sizes: list[float]) -> float:
    """The same slope for n log n, over these sizes."""
    return exponent({size: math.log(size) for size in sizes})
