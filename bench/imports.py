"""How fast files come in, dry run and all, beside `update_or_create` of such rows one by one.

Each measurement is a process of its own, so that its peak of memory is its own too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.goals import Verdict, judge_import_memory, judge_import_seconds, judge_import_speed
from bench.import_child import BY_FILE, ROW_BY_ROW
from bench.ratios import pair_ratios
from bench.servers import ROOT

WAYS = (ROW_BY_ROW, BY_FILE)
#: What a file is for: many rows at once. A short one pays for its run (job, dry run, undo), and a
#: workbook for its XML, which the other way never reads.
BULK_FACTOR, FILE_FACTOR = 10.0, 5.0
_SINGLES = 400
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportCell:
    """Files of so many rows of a resource. What takes long is measured once.

    `factor` is how many times as fast as row by row a file must be.
    """

    name: str
    resource: str
    rows: int
    is_once: bool = False
    factor: float = FILE_FACTOR


SMALL = ImportCell("imports, 1,000 commodities", "commodities", 1_000)
LARGE = ImportCell("imports, 100,000 commodities", "commodities", 100_000, True, BULK_FACTOR)
PLACES = ImportCell("imports, 10,000 locations", "locations", 10_000, is_once=True)
LIST = ImportCell("imports, 22,248 codes as the official list", "tax-codes", 22_248, is_once=True)
CELLS = (SMALL, LARGE, PLACES, LIST)


@dataclass(frozen=True, slots=True)
class ImportTime:
    """One measurement: rows a second, and by how much the process grew at its peak, in bytes."""

    way: str
    rows: int
    seconds: float
    grown: int

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


Measured = Mapping[str, Mapping[str, Sequence[ImportTime]]]


class ImportsFailedError(RuntimeError):
    """A measurement ended with an error: its speed is pointless."""


class Imports:
    """Runs the measurements, each on rows that nobody has seen yet."""

    def __init__(self) -> None:
        self._next = 0

    def run(self, cell: ImportCell, way: str) -> ImportTime:
        """Measure one way. Raises ImportsFailedError."""
        rows = cell.rows if way == BY_FILE else _SINGLES
        told = [way, cell.resource, str(rows), str(self._next)]
        self._next += rows
        done = subprocess.run(
            [sys.executable, "-m", "bench.import_child", *told],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ImportsFailedError(f"{cell.name}, {way}: {done.stderr[-2000:]}")
        found = json.loads(done.stdout.splitlines()[-1])
        return ImportTime(way, rows, found["seconds"], found["grown"])


def import_lines(found: Measured) -> str:
    """How long each file took, and the memory it needed."""
    return "\n".join(
        f"{cell}, {way}: {one.rows:,} rows in {one.seconds:.2f} s, {one.rate:,.0f} rows a second,"
        f" {one.grown / _MIB:,.0f} MiB more at the peak"
        for cell, ways in found.items()
        for way, runs in ways.items()
        for one in runs
    )


def import_verdicts(found: Measured) -> list[Verdict]:
    """The goals of what was measured."""
    verdicts = [
        judge_import_speed(
            cell.name,
            pair_ratios(
                [one.rate for one in found[cell.name][BY_FILE]],
                [one.rate for one in found[cell.name][ROW_BY_ROW]],
            ),
            factor=cell.factor,
        )
        for cell in CELLS
        if cell.name in found
    ]
    if SMALL.name in found:
        slowest = max(one.seconds for one in found[SMALL.name][BY_FILE])
        verdicts.append(judge_import_seconds(SMALL.name, slowest))
    for cell in (LARGE, LIST):
        if cell.name in found:
            most = max(one.grown for one in found[cell.name][BY_FILE])
            verdicts.append(judge_import_memory(cell.name, most / _MIB))
    return verdicts
