"""What the benchmark requires, and whether it came out."""

from __future__ import annotations

from dataclasses import dataclass

from bench.ratios import Spread


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal: what was required, what was seen, and whether that is enough."""

    goal: str
    required: str
    seen: str
    passed: bool


#: Cell to the factor by which Tradepost must surpass the baseline.
FACTORS = {"list cached": 1.2, "list uncached": 1.0}
UPSERT_FACTOR = 25.0
#: How many times as long a bulk write may take because its history is written with it.
HISTORY_COST = 3.5
#: How many times as many numbers a second as with the ledger locked.
NUMBERS_FACTOR = 1.0

#: How many seconds a file of a thousand commodities may take, dry run included, and
#: the MiB that a hundred thousand may.
IMPORT_SECONDS = 10.0
IMPORT_MIB = 128.0

#: What users of the settings may meet: failures in percent, and milliseconds of waiting.
MOST_FAILURES = 1.0
MEAN_MS = 200.0
P95_MS = 500.0

#: How many times the CPU of a request without core one with it may take.
CORE_COST = 1.25


def judge_factor(cell: str, required: float, *, rate: Spread, cpu: Spread | None) -> Verdict:
    """Requests a second and, where it can be seen, requests a CPU second: both medians count.

    The second is what other load on the machine cannot disturb.
    """
    medians = [rate.median] if cpu is None else [rate.median, cpu.median]
    told = f"{rate.median:.2f}× by time"
    told += ", CPU not available" if cpu is None else f", {cpu.median:.2f}× by CPU"
    return Verdict(
        goal=f"{cell}: Tradepost against the baseline",
        required=f">= {required:g}×",
        seen=told,
        passed=min(medians) >= required,
    )


def judge_orders(oversold: int, lost: int, *, orders: int, refused: int) -> Verdict:
    """Not one piece oversold or unaccounted for; without orders, or without refusals when the
    stock ran out, nothing is proved."""
    return Verdict(
        goal="orders: pieces sold twice, pieces that do not add up",
        required="0 and 0",
        seen=f"{oversold} and {lost} in {orders} orders, {refused} refused when sold out",
        passed=orders > 0 and refused > 0 and oversold == 0 and lost == 0,
    )


def judge_upsert(kind: str, ratio: Spread) -> Verdict:
    """Bulk against row by row, in rows a second."""
    return Verdict(
        goal=f"upsert, {kind}: bulk against row by row",
        required=f">= {UPSERT_FACTOR:g}×",
        seen=f"{ratio.median:.1f}×",
        passed=ratio.median >= UPSERT_FACTOR,
    )


def judge_history(way: str, cost: Spread) -> Verdict:
    """A bulk write with history against the same without, by time."""
    return Verdict(
        goal=f"history, {way}: cost of 10,000 rows",
        required=f"at most {HISTORY_COST:g}×",
        seen=f"{cost.median:.2f}×",
        passed=cost.median <= HISTORY_COST,
    )


def judge_overhead(cell: str, cost: Spread | None) -> Verdict:
    """The CPU of a request with everything of core against the same without; nothing is proved
    where CPU times cannot be seen."""
    return Verdict(
        goal=f"{cell}: CPU with core against without",
        required=f"at most {CORE_COST:g}×",
        seen="CPU not available" if cost is None else str(cost),
        passed=cost is not None and cost.median <= CORE_COST,
    )


def judge_numbers_wanted(ratio: Spread) -> Verdict:
    """Numbers from a series that many want at once, against those of a locked ledger, by time."""
    return Verdict(
        goal="numbers wanted by many: a series against a locked ledger",
        required=f">= {NUMBERS_FACTOR:g}×",
        seen=f"{ratio.median:.2f}×",
        passed=ratio.median >= NUMBERS_FACTOR,
    )


def judge_import_speed(cell: str, ratio: Spread, *, factor: float) -> Verdict:
    """A file with its dry run against row by row, in rows a second."""
    return Verdict(
        goal=f"{cell}: a file against row by row",
        required=f">= {factor:g}×",
        seen=f"{ratio.median:.1f}×",
        passed=ratio.median >= factor,
    )


def judge_import_seconds(cell: str, seconds: float) -> Verdict:
    """The slowest of the files of this size, dry run and writing."""
    return Verdict(
        goal=f"{cell}: dry run and writing",
        required=f"< {IMPORT_SECONDS:g} s",
        seen=f"{seconds:.2f} s",
        passed=seconds < IMPORT_SECONDS,
    )


def judge_import_memory(cell: str, mebibytes: float) -> Verdict:
    """By how much the process that does it grows at its peak."""
    return Verdict(
        goal=f"{cell}: memory of the process",
        required=f"at most {IMPORT_MIB:g} MiB more",
        seen=f"{mebibytes:.0f} MiB more",
        passed=mebibytes <= IMPORT_MIB,
    )


def judge_failures(percent: float, *, requests: int) -> Verdict:
    """Failures among all requests; without requests nothing is proved."""
    return Verdict(
        goal="settings: requests that failed",
        required=f"< {MOST_FAILURES:g} %",
        seen=f"{percent:.2f} % of {requests:,}",
        passed=requests > 0 and percent < MOST_FAILURES,
    )


def judge_waiting(figure: str, milliseconds: float, most: float, *, ratio: float) -> Verdict:
    """The mean or a percentile; `ratio` is the same figure of the baseline's list over it."""
    return Verdict(
        goal=f"settings: {figure}",
        required=f"< {most:g} ms",
        seen=f"{milliseconds:,.0f} ms, the baseline's list {ratio:.2f}×",
        passed=milliseconds < most,
    )


def judge_deadlocks(count: int) -> Verdict:
    """Not one."""
    return Verdict("settings: deadlocks", "0", str(count), passed=count == 0)


def judge_numbers(*, told: int, noted: int, missing: int, double: int, holds: bool) -> Verdict:
    """Each number told to a user is in the ledger once, and none is left out."""
    return Verdict(
        goal="settings: numbers missing, numbers twice",
        required="0 and 0",
        seen=f"{missing} and {double}; {told:,} told, {noted:,} in the ledger",
        passed=holds,
    )
