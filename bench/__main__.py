"""`python -m bench`: measure Tradepost and its baselines in one run, and judge the goals."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import machine, process_cpu, report
from bench.cells import SUBJECTS, addresses
from bench.imports import ImportsFailedError, import_lines
from bench.measure import AnswersRefusedError
from bench.run import AnswersDifferError, Plan, Results, Run, require_same_json
from bench.seed import PRODUCTS, fill, make_products
from bench.servers import ROOT, ServerFailedError, running
from bench.services import Services, ServicesUnfitError, benchmark_services
from bench.settings_report import settings_lines
from bench.steps import USERS

_EXPECTED_FAILURES = (
    AnswersDifferError,
    AnswersRefusedError,
    ImportsFailedError,
    ServerFailedError,
    ServicesUnfitError,
)
#: Far above what a load generator reaches; counting goes on as ever.
_THROTTLE_FACTOR = "1000000"


def parse(arguments: list[str]) -> tuple[Plan, Path]:
    """The plan and the file for the results."""
    parser = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--pairs", type=int, default=5, help="rounds; below 5 is no result")
    parser.add_argument("--only", default=",".join(SUBJECTS), help="some of: " + ",".join(SUBJECTS))
    parser.add_argument("--users", type=int, default=USERS, help="of the settings")
    parser.add_argument("--json", type=Path, default=ROOT / "bench-results.json")
    told = parser.parse_args(arguments)
    subjects = tuple(told.only.split(","))
    unknown = sorted(set(subjects) - set(SUBJECTS))
    if unknown:
        parser.error(f"--only knows {', '.join(SUBJECTS)}, not {', '.join(unknown)}")
    if told.seconds <= 0 or told.pairs < 1 or told.users < 1:
        parser.error("--seconds, --pairs and --users must be above zero")
    return Plan(told.seconds, told.pairs, subjects, told.users), told.json


def _variables(services: Services) -> dict[str, str]:
    return {
        "DATABASE_URL": services.database_url,
        "REDIS_URL": services.redis_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TRADEPOST_THROTTLE_FACTOR": _THROTTLE_FACTOR,
        "TRADEPOST_LOG_LEVEL": "WARNING",
        "ZOHO_ORDER_PUSH": "false",
    }


def _prepare(services: Services) -> None:
    """Migrate and fill the database, and set Django up in this process for the upserts."""
    os.environ.update(_variables(services))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "-v0"], cwd=ROOT, check=True
    )
    with services.connect() as connection:
        fill(connection, make_products(PRODUCTS))
    import django  # noqa: PLC0415  (needs the settings' environment)

    django.setup()


@contextmanager
def _saying(text: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{text} ...", file=sys.stderr, flush=True)
    yield
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _measure(plan: Plan, services: Services) -> tuple[Results, dict[str, object]]:
    with _saying(f"making {PRODUCTS} products"):
        _prepare(services)
    with tempfile.TemporaryDirectory(prefix="tradepost-bench-") as logs:
        with services.connect() as connection:
            asked = addresses(connection)
        told = machine.describe(services)
        variables = _variables(services) | {"TRADEPOST_LOG_LINES_DIR": str(Path(logs) / "lines")}
        with running(plan.servers, variables, Path(logs)) as servers:
            if servers:
                with _saying("comparing answers"):
                    told["answers_compared"] = require_same_json(servers, asked.compared)
            with _saying("measuring"):
                return Run(plan, servers, services, asked).carry_out(), told


def main(arguments: list[str]) -> int:
    """Run, print, write the file; 0 when every goal was reached, else 1."""
    plan, path = parse(arguments)
    began = datetime.now(UTC)
    try:
        with benchmark_services() as services:
            results, told = _measure(plan, services)
    except _EXPECTED_FAILURES as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    rows = report.rows_of(results)
    verdicts = report.verdicts_of(results, rows)
    print(report.table(rows))
    if results.imports:
        print(f"\n{import_lines(results.imports)}")
    if results.settings:
        print(f"\n{settings_lines(results.settings)}")
    print("\nEach figure: median = ratio to the first line of its cell (lowest-highest pair).")
    if told["baseline_http_parser"] != "httptools":
        print("Note: httptools is missing, so the baseline's server parses HTTP in Python (h11).")
    if not process_cpu.is_available():
        print("Note: this system has no /proc; CPU is not available.")
    print(f"\n{report.verdict_lines(verdicts)}")
    content = {
        "began": began.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
        "seconds": plan.seconds,
        "pairs": plan.pairs,
        "machine": told,
        **report.as_json(results, rows, verdicts),
    }
    path.write_text(json.dumps(content, indent=1, default=str) + "\n")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
