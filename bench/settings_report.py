"""From the loads on the settings to lines and verdicts."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bench.cells import BASELINE, TRADEPOST
from bench.crowds import CrowdRun, Latencies
from bench.goals import (
    MEAN_MS,
    P95_MS,
    Verdict,
    judge_deadlocks,
    judge_failures,
    judge_numbers,
    judge_waiting,
)
from bench.settings_load import SettingsRun
from bench.steps import LIST_LOCATIONS, MEAN_PAUSE

_HEADS = ("load", "of", "requests", "a second", "mean", "p50", "p95", "p99", "CPU each")


def settings_verdicts(run: SettingsRun) -> list[Verdict]:
    """Every goal of the settings."""
    base, found, books = _list_of_baseline(run), run.mix.together, run.books
    return [
        judge_failures(run.mix.failed_percent, requests=run.mix.requests),
        judge_waiting("mean", found.mean_ms, MEAN_MS, ratio=base.mean_ms / found.mean_ms),
        judge_waiting("p95", found.p95_ms, P95_MS, ratio=base.p95_ms / found.p95_ms),
        judge_deadlocks(run.deadlocks),
        judge_numbers(
            told=books.told,
            noted=books.noted,
            missing=books.missing,
            double=books.double,
            holds=books.holds,
        ),
    ]


def settings_lines(run: SettingsRun) -> str:
    """What the users waited for, and what the load did to the database, as text."""
    rows = [_HEADS, *_rows(run)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(_HEADS))]
    table = "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return f"{table}\n\n" + "\n".join(_told(run))


def _list_of_baseline(run: SettingsRun) -> Latencies:
    return run.reads[BASELINE].by_step[LIST_LOCATIONS.name]


def _rows(run: SettingsRun) -> Iterator[tuple[str, ...]]:
    base = run.reads[BASELINE]
    for candidate in (BASELINE, TRADEPOST):
        reads = run.reads[candidate]
        for step, found in reads.by_step.items():
            yield _row(f"{candidate}, reads", step, found, reads.seconds, base.by_step[step])
        yield _row_together(f"{candidate}, reads", reads, base.together, base)
    of_list = _list_of_baseline(run)
    for kind, found in run.mix.by_kind.items():
        yield _row(f"{TRADEPOST}, mix", kind, found, run.mix.seconds, of_list)
    yield _row_together(f"{TRADEPOST}, mix", run.mix, of_list, base)


def _row(
    load: str, what: str, found: Latencies, seconds: float, base: Latencies
) -> tuple[str, ...]:
    return (
        load,
        what,
        f"{found.requests:,}",
        f"{found.requests / seconds:,.0f}",
        f"{found.mean_ms:,.0f} ms = {base.mean_ms / found.mean_ms:.2f}×",
        *(f"{one:,.0f} ms" for one in (found.p50_ms, found.p95_ms, found.p99_ms)),
        "",
    )


def _row_together(load: str, run: CrowdRun, base: Latencies, cpu: CrowdRun) -> tuple[str, ...]:
    row = _row(load, "together", run.together, run.seconds, base)
    if not run.cpu or not cpu.cpu:
        return (*row[:-1], "not available")
    return (*row[:-1], f"{run.cpu:,.0f} µs = {cpu.cpu / run.cpu:.2f}×")


def _told(run: SettingsRun) -> Iterator[str]:
    mix, pool = run.mix, run.pool
    yield (
        f"{mix.users:,} users: {mix.failed_percent:.2f} % of {mix.requests:,} requests failed;"
        f" {mix.conflicts} met somebody else's change, {mix.settled} of them were settled"
    )
    yield from (f"  failed: {text!r}" for text in mix.refused)
    yield (
        "pools of the web processes: "
        + (
            "not told"
            if pool.size is None
            else f"{pool.size} connections, at least {pool.available} available,"
            f" at most {pool.waiting} requests waiting"
        )
        + f"; PostgreSQL: at most {pool.busy_sessions} sessions busy,"
        f" {pool.sessions_awaiting_a_lock} awaiting a lock; deadlocks: {run.deadlocks}"
    )
    yield (
        f"numbers: {run.books.told:,} told, {run.books.noted:,} in the ledger,"
        f" {run.books.missing} missing, {run.books.double} twice"
    )
    if mix.cpu:
        asked = mix.users / MEAN_PAUSE
        yield (
            f"answered at once, they would ask {asked:,.0f} times a second, which takes the CPU of"
            f" {asked * mix.cpu / 1e6:.1f} cores; the machine has {os.cpu_count()}"
        )
    yield (
        f"the generator took {mix.client_cpu:,.0f} µs of CPU a request and sent them"
        f" {mix.late.mean_ms:,.1f} ms late (p99 {mix.late.p99_ms:,.1f} ms)"
    )
