import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings

from bench.emits import BARE, MANY, ONE, Emits
from bench.goals import (
    judge_factor,
    judge_history,
    judge_import_seconds,
    judge_numbers_wanted,
    judge_orders,
    judge_overhead,
    judge_upsert,
)
from bench.histories import HistoryWrite
from bench.import_child import BY_FILE, ROW_BY_ROW
from bench.imports import LARGE, SMALL, ImportTime, import_verdicts
from bench.numbers import ALONE, OURS, SEQUENCE, TABLE_LOCK, TOGETHER, Numbers
from bench.orders import Conservation, Ledger, conservation
from bench.ratios import Spread
from bench.report import rows_of, verdicts_of
from bench.run import Results
from bench.servers import ROOT
from bench.without_core_settings import CORE_MIDDLEWARE


def _spread(median: float) -> Spread:
    return Spread(median, median - 0.1, median + 0.1)


def _ledger(reserved: int, ordered: int, promised: int, oversold: int = 0) -> Ledger:
    return Ledger(Decimal(reserved), Decimal(ordered), Decimal(promised), Decimal(oversold))


def test_judge_factor_fails_when_only_the_time_suffices():
    verdict = judge_factor("list cached", 1.2, rate=_spread(2.0), cpu=_spread(1.1))
    assert not verdict.passed
    assert verdict.seen == "2.00× by time, 1.10× by CPU"


def test_judge_factor_passes_at_exactly_the_factor():
    assert judge_factor("list cached", 1.2, rate=_spread(1.2), cpu=_spread(1.2)).passed


def test_judge_factor_without_cpu_says_so():
    verdict = judge_factor("list cached", 1.2, rate=_spread(1.3), cpu=None)
    assert verdict.passed
    assert verdict.seen == "1.30× by time, CPU not available"


@pytest.mark.parametrize(
    ("oversold", "lost", "orders", "refused", "passed"),
    [
        (0, 0, 500, 20, True),
        (1, 0, 500, 20, False),
        (0, 1, 500, 20, False),
        (0, 0, 0, 20, False),
        (0, 0, 500, 0, False),
    ],
)
def test_judge_orders_passes_only_with_sound_books_after_a_sell_out(
    oversold, lost, orders, refused, passed
):
    assert judge_orders(oversold, lost, orders=orders, refused=refused).passed is passed


def test_judge_upsert_below_the_factor_fails():
    assert [judge_upsert("new rows", _spread(x)).passed for x in (24.9, 25.0)] == [False, True]


def test_judge_history_above_the_cost_fails():
    assert [judge_history("update", _spread(x)).passed for x in (3.5, 3.51)] == [True, False]


def test_history_and_events_reported_beside_their_controls():
    results = Results(
        histories={
            "update": {
                True: [HistoryWrite("update", True, 50.0, 10_000)] * 2,
                False: [HistoryWrite("update", False, 100.0, 0)] * 2,
            }
        },
        emits={BARE: [Emits(BARE, 80.0)], ONE: [Emits(ONE, 20.0)], MANY: [Emits(MANY, 40.0)]},
    )
    rows = rows_of(results)
    assert [(row.cell, row.candidate, row.rate_ratio.median) for row in rows] == [
        ("history, update", "without history", 1.0),
        ("history, update", "tradepost", 0.5),
        ("events, one stream", "bare INSERT", 1.0),
        ("events, one stream", "tradepost", 0.25),
        ("events, one stream", "tradepost, 8 processes", 0.5),
    ]
    assert [(verdict.seen, verdict.passed) for verdict in verdicts_of(results, rows)] == [
        ("2.00×", True)
    ]


def test_judge_numbers_slower_than_the_locked_ledger_fails():
    assert [judge_numbers_wanted(_spread(x)).passed for x in (0.99, 1.0)] == [False, True]


def test_numbers_reported_beside_the_locked_ledger_and_judged_for_many():
    def measured(ours: float) -> dict[str, list[Numbers]]:
        rates = {TABLE_LOCK: 100.0, OURS: ours, SEQUENCE: 400.0}
        return {name: [Numbers(name, rate)] * 2 for name, rate in rates.items()}

    results = Results(numbers={ALONE: measured(50.0), TOGETHER: measured(150.0)})
    rows = rows_of(results)
    assert [(row.cell, row.candidate, row.rate_ratio.median) for row in rows] == [
        (ALONE, TABLE_LOCK, 1.0),
        (ALONE, OURS, 0.5),
        (ALONE, SEQUENCE, 4.0),
        (TOGETHER, TABLE_LOCK, 1.0),
        (TOGETHER, OURS, 1.5),
        (TOGETHER, SEQUENCE, 4.0),
    ]
    verdicts = verdicts_of(results, rows)
    assert [(verdict.seen, verdict.passed) for verdict in verdicts] == [("1.50×", True)]


def test_imports_reported_beside_row_by_row_and_judged():
    def measured(rows: int, seconds: float, grown: int) -> dict[str, list[ImportTime]]:
        return {
            ROW_BY_ROW: [ImportTime(ROW_BY_ROW, 400, 1.0, 0)],
            BY_FILE: [ImportTime(BY_FILE, rows, seconds, grown)],
        }

    mib = 1024 * 1024
    results = Results(
        imports={
            SMALL.name: measured(1000, 0.25, mib),
            LARGE.name: measured(100_000, 50, 129 * mib),
        }
    )
    rows = rows_of(results)
    assert [(row.cell, row.candidate, row.rate_ratio.median) for row in rows] == [
        (SMALL.name, "row by row", 1.0),
        (SMALL.name, "tradepost", 10.0),
        (LARGE.name, "row by row", 1.0),
        (LARGE.name, "tradepost", 5.0),
    ]
    assert [(verdict.seen, verdict.passed) for verdict in verdicts_of(results, rows)] == [
        ("10.0×", True),
        ("5.0×", False),
        ("0.25 s", True),
        ("129 MiB more", False),
    ]


@pytest.mark.parametrize(("rate", "passed"), [(2000, True), (1999, False)])
def test_short_file_is_asked_for_five_times_and_no_more(rate, passed):
    measured = {
        ROW_BY_ROW: [ImportTime(ROW_BY_ROW, 400, 1.0, 0)],
        BY_FILE: [ImportTime(BY_FILE, rate, 1.0, 0)],
    }
    verdicts = import_verdicts({SMALL.name: measured})
    assert [verdict.passed for verdict in verdicts] == [passed, True]


def test_import_of_ten_seconds_is_too_slow():
    assert [judge_import_seconds("x", seconds).passed for seconds in (9.99, 10.0)] == [True, False]


def test_conservation_of_matching_books_holds():
    found = conservation(_ledger(100, 70, 70), _ledger(130, 100, 100), accepted_pieces=30)
    assert found == Conservation(oversold=0, lost=0)
    assert found.holds


def test_conservation_sees_a_lost_update():
    # Two orders of three pieces, but the second overwrote what the first had reserved.
    found = conservation(_ledger(0, 0, 0), _ledger(3, 6, 6), accepted_pieces=6)
    assert found == Conservation(oversold=0, lost=3)
    assert not found.holds


def test_conservation_sees_what_was_sold_twice():
    found = conservation(_ledger(0, 0, 0), _ledger(6, 6, 6, oversold=2), accepted_pieces=6)
    assert found == Conservation(oversold=2, lost=0)
    assert not found.holds


@pytest.mark.parametrize(
    ("cost", "seen", "passed"),
    [
        (Spread(1.25, 1.1, 1.6), "1.25× (1.10-1.60)", True),
        (Spread(1.26, 1.1, 1.6), "1.26× (1.10-1.60)", False),
        (None, "CPU not available", False),
    ],
)
def test_judge_overhead_by_the_median_of_cpu(cost, seen, passed):
    verdict = judge_overhead("overhead, x", cost)
    assert (verdict.seen, verdict.passed) == (seen, passed)


@pytest.mark.parametrize(("environment", "started"), [("local", True), ("production", False)])
def test_server_without_core_refuses_to_start_in_production(environment, started):
    variables = {
        **os.environ,
        "TRADEPOST_ENVIRONMENT": environment,
        "TRADEPOST_SECRET_KEY": "x" * 50,
        "TRADEPOST_FIELD_KEYS": "bG9jYWwtb25seS1rZXktd2l0aG91dC1zZWNyZWN5ISE=",
        "TRADEPOST_PUBLIC_BASE_URL": "https://shop.tradepost.example",
        "TRADEPOST_ALLOWED_HOSTS": "shop.tradepost.example",
    }
    code = "import bench.without_core_settings as s; print(len(s.MIDDLEWARE))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode == 0) is started
    assert started or "no setting for production" in found.stderr


def test_settings_without_core_leave_out_only_what_is_there():
    assert set(settings.MIDDLEWARE) > CORE_MIDDLEWARE
