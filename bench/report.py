"""From measurements to the table, the verdicts and the JSON file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.cells import BASELINE, TRADEPOST
from bench.emits import BARE, MANY, ONE
from bench.goals import (
    FACTORS,
    Verdict,
    judge_factor,
    judge_history,
    judge_numbers_wanted,
    judge_orders,
    judge_overhead,
    judge_upsert,
)
from bench.histories import HistoryWrite
from bench.import_child import BY_FILE
from bench.imports import import_verdicts
from bench.measure import Measurement
from bench.numbers import CANDIDATES as NUMBERINGS
from bench.numbers import OURS, TABLE_LOCK, TOGETHER, Numbers
from bench.overhead import WITH, WITHOUT
from bench.ratios import Spread, pair_ratios, spread
from bench.run import Results
from bench.settings_report import settings_verdicts
from bench.upserts import Upsert

ROW_BY_ROW = "row by row"
_UNITS = {
    "upsert": "rows",
    "imports": "rows",
    "history": "rows",
    "events": "commits",
    "numbers": "commits",
}


@dataclass(frozen=True)
class Row:
    """One candidate in one cell; ratios are to the base of the cell, larger is better."""

    cell: str
    candidate: str
    rate: Spread
    rate_ratio: Spread
    cpu: Spread | None
    cpu_ratio: Spread | None
    p99: Spread | None = None
    p99_ratio: Spread | None = None


def _cpu_figures(found: Sequence[Measurement]) -> list[float] | None:
    figures = [measurement.cpu for measurement in found]
    return None if None in figures else [cpu for cpu in figures if cpu is not None]


def _row(cell: str, base: Sequence[Measurement], found: Sequence[Measurement]) -> Row:
    cpu, base_cpu = _cpu_figures(found), _cpu_figures(base)
    has_cpu = cpu is not None and base_cpu is not None and all(cpu)
    p99 = [one.p99_ms for one in found]
    return Row(
        cell=cell,
        candidate=found[0].candidate,
        rate=spread([one.rate for one in found]),
        rate_ratio=pair_ratios([one.rate for one in found], [one.rate for one in base]),
        cpu=spread(cpu) if cpu else None,
        # The base's CPU over ours: how many times the requests from the same CPU.
        cpu_ratio=pair_ratios(base_cpu, cpu) if has_cpu and cpu and base_cpu else None,
        p99=spread(p99),
        p99_ratio=pair_ratios([one.p99_ms for one in base], p99),
    )


def _upsert_rows(found: dict[str, list[Upsert]]) -> list[Row]:
    rows: list[Row] = []
    picks: dict[str, tuple[Callable[[Upsert], float], Callable[[Upsert], float | None]]] = {
        "new rows": (lambda one: one.insert_rate, lambda one: one.insert_cpu),
        "changed rows": (lambda one: one.update_rate, lambda one: one.update_cpu),
    }
    base = found.get(ROW_BY_ROW, [])
    for kind, (rate, cpu) in picks.items():
        for way, runs in found.items():
            used = [cpu(one) for one in runs]
            base_used = [cpu(one) for one in base]
            told = [figure for figure in used if figure]
            base_told = [figure for figure in base_used if figure]
            complete = len(told) == len(used) and len(base_told) == len(base_used)
            rows.append(
                Row(
                    cell=f"upsert, {kind}",
                    candidate=way,
                    rate=spread([rate(one) for one in runs]),
                    rate_ratio=pair_ratios(
                        [rate(one) for one in runs], [rate(one) for one in base]
                    ),
                    cpu=spread(told) if complete else None,
                    cpu_ratio=pair_ratios(base_told, told) if complete else None,
                )
            )
    return rows


def rows_of(results: Results) -> list[Row]:
    """The table's rows, the base of each cell first."""
    rows: list[Row] = []
    cells = dict(results.cells)
    for candidate, runs in results.orders.items():
        cells.setdefault("orders", {})[candidate] = [run.measurement for run in runs]
    for cell, candidates in cells.items():
        base = candidates[BASELINE]
        order = sorted(candidates, key=lambda name: (name != BASELINE, name != TRADEPOST, name))
        rows += [_row(cell, base, candidates[name]) for name in order]
    for cell, candidates in results.overheads.items():
        rows += [_row(cell, candidates[WITHOUT], candidates[who]) for who in (WITHOUT, WITH)]
    ordered = dict(sorted(results.upserts.items(), key=lambda item: item[0] != ROW_BY_ROW))
    rows += _upsert_rows(ordered) + _history_rows(results) + _emit_rows(results)
    return rows + _number_rows(results) + _import_rows(results)


def _import_rows(results: Results) -> list[Row]:
    return [
        Row(
            cell=cell,
            candidate=TRADEPOST if way == BY_FILE else way,
            rate=spread([one.rate for one in runs[way]]),
            rate_ratio=pair_ratios(
                [one.rate for one in runs[way]], [one.rate for one in runs[ROW_BY_ROW]]
            ),
            cpu=None,
            cpu_ratio=None,
        )
        for cell, runs in results.imports.items()
        for way in (ROW_BY_ROW, BY_FILE)
    ]


def _history_rows(results: Results) -> list[Row]:
    return [
        Row(
            cell=f"history, {way}",
            candidate=TRADEPOST if has_history else "without history",
            rate=spread([one.rate for one in runs[has_history]]),
            rate_ratio=pair_ratios(
                [one.rate for one in runs[has_history]], [one.rate for one in runs[False]]
            ),
            cpu=None,
            cpu_ratio=None,
        )
        for way, runs in sorted(results.histories.items())
        for has_history in (False, True)
    ]


def _emit_rows(results: Results) -> list[Row]:
    if not results.emits:
        return []
    base = [one.rate for one in results.emits[BARE]]
    return [
        Row(
            cell="events, one stream",
            candidate=candidate,
            rate=spread([one.rate for one in results.emits[candidate]]),
            rate_ratio=pair_ratios([one.rate for one in results.emits[candidate]], base),
            cpu=None,
            cpu_ratio=None,
        )
        for candidate in (BARE, ONE, MANY)
    ]


def _number_rows(results: Results) -> list[Row]:
    return [
        Row(
            cell=cell,
            candidate=candidate,
            rate=spread([one.rate for one in runs[candidate]]),
            rate_ratio=_numbers_ratio(runs, candidate),
            cpu=None,
            cpu_ratio=None,
        )
        for cell, runs in results.numbers.items()
        for candidate in NUMBERINGS
    ]


def _numbers_ratio(runs: dict[str, list[Numbers]], candidate: str) -> Spread:
    """How many times the numbers a second that a locked table gives."""
    base = [one.rate for one in runs[TABLE_LOCK]]
    return pair_ratios([one.rate for one in runs[candidate]], base)


def _core_cost(runs: dict[str, list[Measurement]]) -> Spread | None:
    """How many times the CPU a request takes with core; None where CPU cannot be seen."""
    used, base = _cpu_figures(runs[WITH]), _cpu_figures(runs[WITHOUT])
    return pair_ratios(used, base) if used and base else None


def _history_cost(runs: dict[bool, list[HistoryWrite]]) -> Spread:
    """How many times as long the write takes with its history."""
    return pair_ratios([one.rate for one in runs[False]], [one.rate for one in runs[True]])


def verdicts_of(results: Results, rows: Sequence[Row]) -> list[Verdict]:
    """Every goal of what was measured."""
    ours = {row.cell: row for row in rows if row.candidate == TRADEPOST}
    found = [
        judge_factor(cell, factor, rate=ours[cell].rate_ratio, cpu=ours[cell].cpu_ratio)
        for cell, factor in FACTORS.items()
        if cell in ours
    ]
    found += [judge_overhead(cell, _core_cost(runs)) for cell, runs in results.overheads.items()]
    runs = results.orders.get(TRADEPOST, []) + results.sell_outs.get(TRADEPOST, [])
    if runs:
        found.append(
            judge_orders(
                max(run.books.oversold for run in runs),
                max(run.books.lost for run in runs),
                orders=sum(run.measurement.answers(201) for run in runs),
                refused=sum(run.refused for run in runs),
            )
        )
    for kind in ("new rows", "changed rows"):
        if f"upsert, {kind}" in ours:
            found.append(judge_upsert(kind, ours[f"upsert, {kind}"].rate_ratio))
    found += [
        judge_history(way, _history_cost(runs)) for way, runs in sorted(results.histories.items())
    ]
    if TOGETHER in results.numbers:
        found.append(judge_numbers_wanted(_numbers_ratio(results.numbers[TOGETHER], OURS)))
    found += import_verdicts(results.imports)
    return found + (settings_verdicts(results.settings) if results.settings else [])


def _beside(figure: Spread | None, ratio: Spread | None, unit: str) -> str:
    if figure is None or ratio is None:
        return "not available"
    return f"{figure.median:,.0f} {unit} = {ratio}"


def table(rows: Sequence[Row]) -> str:
    """The table as text; no figure stands without its ratio to the cell's base beside it."""
    heads = ("cell", "candidate", "a second", "CPU each", "99th percentile")
    lines = [heads]
    for row in rows:
        unit = next((u for cell, u in _UNITS.items() if row.cell.startswith(cell)), "answers")
        p99 = _beside(row.p99, row.p99_ratio, "ms") if row.p99 else ""
        lines.append(
            (
                row.cell,
                row.candidate,
                _beside(row.rate, row.rate_ratio, unit),
                _beside(row.cpu, row.cpu_ratio, "µs"),
                p99,
            )
        )
    widths = [max(len(line[index]) for line in lines) for index in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def verdict_lines(verdicts: Sequence[Verdict]) -> str:
    """One line a goal."""
    return "\n".join(
        f"{'pass' if one.passed else 'FAIL'}  {one.goal}: {one.seen} (required {one.required})"
        for one in verdicts
    )


def as_json(results: Results, rows: Sequence[Row], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Everything, for the file: rows, verdicts, and each single measurement."""
    return {
        "rows": [asdict(row) for row in rows],
        "verdicts": [asdict(verdict) for verdict in verdicts],
        "measurements": asdict(results),
    }
