"""The statistics: medians of interleaved pairs, and the range they were seen in."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some figures and the smallest and largest of them."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.median:.2f}× ({self.lowest:.2f}-{self.highest:.2f})"


def spread(figures: Sequence[float]) -> Spread:
    """Median and range of at least one figure. Raises ValueError for none."""
    if not figures:
        raise ValueError("no figures")
    return Spread(statistics.median(figures), min(figures), max(figures))


def pair_ratios(ours: Sequence[float], base: Sequence[float]) -> Spread:
    """How many times `base` each of `ours` is, pair by pair: the two of a pair ran back to back.

    Raises ValueError for unequal counts, for none, and for a base that is not above zero.
    """
    if any(figure <= 0 for figure in base):
        raise ValueError("a base figure is not above zero")
    return spread([our / other for our, other in zip(ours, base, strict=True)])


def percentile(ordered: Sequence[float], share: float) -> float:
    """The figure below or at which `share` (0 to 1) of the ordered figures lie, by nearest rank.

    Raises ValueError for no figures and for a share outside 0 to 1.
    """
    if not ordered:
        raise ValueError("no figures")
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]
