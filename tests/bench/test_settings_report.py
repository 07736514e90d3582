from dataclasses import replace

import pytest

from bench.cells import BASELINE, TRADEPOST
from bench.crowds import CrowdRun, Latencies, crowd_run, latencies
from bench.goals import (
    judge_deadlocks,
    judge_failures,
    judge_numbers,
    judge_waiting,
)
from bench.measure import AnswersRefusedError
from bench.pool_watch import PoolUse
from bench.settings_load import NumberBooks, SeriesBooks, SettingsRun, number_books
from bench.settings_report import settings_lines, settings_verdicts
from bench.settings_rows import gstin

_RESULT = {
    "seconds": 4.0,
    "latencies": {
        "list locations": [0.010, 0.030],
        "search locations": [0.020, 0.040],
        "issue a number": [0.100],
    },
    "kinds": {"list locations": "read", "search locations": "search", "issue a number": "write"},
    "statuses": {
        "list locations": {"200": 3},
        "search locations": {"200": 2},
        "issue a number": {"201": 2, "0": 1},
    },
    "failures": 1,
    "conflicts": 2,
    "settled": 2,
    "refused": ["issue a number: the server closed the connection"],
    "late": [0.001],
    "client_cpu_seconds": 0.005,
}


def _run(candidate: str) -> CrowdRun:
    before, after = ({1: 1.0}, {2: 1.0}), ({1: 1.5}, {2: 1.25})
    return crowd_run(candidate, 8, _RESULT, before, after)


def _settings(books: NumberBooks) -> SettingsRun:
    pool = PoolUse(4, 1, 2, busy_sessions=3, sessions_awaiting_a_lock=1, looks=9)
    reads = {candidate: _run(candidate) for candidate in (BASELINE, TRADEPOST)}
    return SettingsRun(_run(TRADEPOST), reads, pool, 0, books)


_BOOKS = NumberBooks(told=2, untold=1, noted=3, missing=0, double=0)


def test_latencies_by_nearest_rank_and_mean():
    seconds = [rank / 1000 for rank in range(100, 0, -1)]
    found = latencies(seconds)
    assert (found.requests, found.p50_ms, found.p95_ms, found.p99_ms) == (100, 50.0, 95.0, 99.0)
    assert found.mean_ms == pytest.approx(50.5)


def test_crowd_run_tells_kinds_apart_and_spreads_the_cpu():
    run = _run(TRADEPOST)
    assert {kind: found.requests for kind, found in run.by_kind.items()} == {
        "read": 2,
        "search": 2,
        "write": 1,
    }
    assert run.together.mean_ms == pytest.approx(40.0)
    assert run.cpu == pytest.approx(150_000.0)
    assert (run.requests, run.rate, run.failed_percent) == (8, 1.25, 12.5)
    assert (run.answers("issue a number", 201), run.answers("issue a number", 0)) == (2, 1)


def test_crowd_run_without_an_answer_is_refused():
    with pytest.raises(AnswersRefusedError, match="no answer at all"):
        crowd_run(TRADEPOST, 8, {**_RESULT, "latencies": {}}, ({}, {}), ({}, {}))


@pytest.mark.parametrize(
    ("series", "missing", "double"),
    [
        (SeriesBooks(1, 3, 3, 3, 3, 1, 3), 0, 0),
        (SeriesBooks(1, 0, 0, 0, 0, None, None), 0, 0),
        (SeriesBooks(1, 3, 0, 0, 0, None, None), 3, 0),
        (SeriesBooks(1, 3, 2, 2, 2, 1, 3), 1, 0),
        (SeriesBooks(1, 3, 4, 3, 4, 1, 3), 0, 1),
        (SeriesBooks(1, 3, 3, 3, 2, 1, 3), 0, 1),
        (SeriesBooks(1, 3, 3, 3, 3, 2, 4), 0 + 2, 0),
    ],
)
def test_series_books_see_gaps_and_doubles(series, missing, double):
    assert (series.missing, series.double) == (missing, double)


@pytest.mark.parametrize(
    ("told", "untold", "holds"),
    [(3, 0, True), (2, 1, True), (2, 0, False), (4, 0, False), (0, 3, False)],
)
def test_number_books_hold_when_the_ledger_has_what_was_told(told, untold, holds):
    found = number_books([SeriesBooks(1, 3, 3, 3, 3, 1, 3)], told=told, untold=untold)
    assert found.holds is holds


@pytest.mark.parametrize(
    ("verdict", "seen", "passed"),
    [
        (judge_failures(0.99, requests=400), "0.99 % of 400", True),
        (judge_failures(1.0, requests=400), "1.00 % of 400", False),
        (judge_failures(0.0, requests=0), "0.00 % of 0", False),
        (
            judge_waiting("mean", 199.6, 200.0, ratio=0.25),
            "200 ms, the baseline's list 0.25×",
            True,
        ),
        (
            judge_waiting("mean", 200.0, 200.0, ratio=0.25),
            "200 ms, the baseline's list 0.25×",
            False,
        ),
        (judge_deadlocks(0), "0", True),
        (judge_deadlocks(1), "1", False),
        (
            judge_numbers(told=2, noted=3, missing=1, double=0, holds=False),
            "1 and 0; 2 told, 3 in the ledger",
            False,
        ),
    ],
)
def test_judgement_of_the_settings(verdict, seen, passed):
    assert (verdict.seen, verdict.passed) == (seen, passed)


def test_settings_verdicts_take_mean_and_percentile_of_all_requests():
    verdicts = settings_verdicts(_settings(_BOOKS))
    assert [(one.goal, one.seen, one.passed) for one in verdicts] == [
        ("settings: requests that failed", "12.50 % of 8", False),
        ("settings: mean", "40 ms, the baseline's list 0.50×", True),
        ("settings: p95", "100 ms, the baseline's list 0.30×", True),
        ("settings: deadlocks", "0", True),
        ("settings: numbers missing, numbers twice", "0 and 0; 2 told, 3 in the ledger", True),
    ]


def test_settings_lines_tell_pools_failures_and_the_cpu_that_is_needed():
    text = settings_lines(_settings(_BOOKS))
    assert "8 users: 12.50 % of 8 requests failed; 2 met somebody else's change, 2 of" in text
    assert "4 connections, at least 1 available, at most 2 requests waiting" in text
    assert "at most 3 sessions busy, 1 awaiting a lock; deadlocks: 0" in text
    # 8 people with a mean pause of 10 s, 0.15 s of CPU each time.
    assert "they would ask 1 times a second, which takes the CPU of 0.1 cores" in text


def test_settings_lines_without_cpu_or_pools_say_so():
    run = _settings(_BOOKS)
    blind = {who: replace(one, server_cpu=None) for who, one in run.reads.items()}
    text = settings_lines(
        replace(run, mix=blind[TRADEPOST], reads=blind, pool=PoolUse(busy_sessions=1))
    )
    assert text.count("not available") == 3
    assert "pools of the web processes: not told" in text
    assert "cores" not in text


def test_pool_use_keeps_the_worst_of_each():
    use = PoolUse()
    use.look({}, (1, 0))
    use.look({"size": 4.0, "available": 3.0, "waiting": 0.0}, (2, 1))
    use.look({"size": 3.0, "available": 1.0, "waiting": 5.0}, (1, 0))
    assert use == PoolUse(4, 1, 5, busy_sessions=2, sessions_awaiting_a_lock=1, looks=3)


def test_latencies_hold_their_unit():
    assert latencies([0.25]) == Latencies(1, 250.0, 250.0, 250.0, 250.0)


def test_gstin_of_the_rows_has_the_published_check_character():
    found = [gstin(state, "AAACM1234A", 1) for state in ("27", "24", "33")]
    assert found == ["27AAACM1234A1Z8", "24AAACM1234A1ZE", "33AAACM1234A1ZF"]
