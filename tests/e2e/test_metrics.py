"""Metrics of two web processes on a port of their own: they add up, and labels stay few."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.launch.guard import death_signal_setter
from tests.concurrency.processes import ROOT, database_url
from tests.e2e.system import wait_for
from tests.factories.catalog import make_product

PATH = "/api/v1/consumer/products"
ROUTE = 'route="api/v1/consumer/products"'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(variables: dict[str, str], *module_and_arguments: str) -> Iterator[None]:
    """`python -m …` for the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module_and_arguments],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=death_signal_setter(signal.SIGTERM),  # noqa: PLW1509  (no threads yet)
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def fetched(address: str) -> str | None:
    """The body of a 200; None when nothing answers so."""
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:
        text: str = answer.read().decode()
        return text
    return None


def value(text: str, sample: str) -> float:
    """The number of one sample line."""
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    assert found, f"{sample} is not in\n{text}"
    return float(found[1])


def counted(text: str, status: int = 200) -> float:
    """How many requests for the list got that status."""
    labels = f'{{method="GET",{ROUTE},status="{status}"}}'
    return value(text, f"tradepost_request_seconds_count{labels}")


@pytest.fixture
def web(committed_db: str, tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """Addresses of two web processes and of their metrics, and the folder they count in."""
    folder = tmp_path / "metrics"
    port, metrics_port = free_port(), free_port()
    variables = {
        **os.environ,
        "DATABASE_URL": database_url(committed_db),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TRADEPOST_THROTTLE_FACTOR": "1000",
        "TRADEPOST_METRICS_DIR": str(folder),
        "TRADEPOST_METRICS_PORT": str(metrics_port),
    }
    address, metrics = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics_port}/metrics"
    granian = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    workers = ("--workers", "2", "--blocking-threads", "1", "config.wsgi:application")
    with (
        running(variables, *granian, *workers),
        running(variables, "django", "serve_metrics"),
    ):
        wait_for("the web server", lambda: fetched(f"{address}/health/live"), seconds=60)
        wait_for("the metrics", lambda: fetched(metrics), seconds=60)
        yield address, metrics, folder


def ask_until_both_processes_have_answered(address: str, folder: Path) -> int:
    """Ask for the list from many threads at once; how many requests that took."""
    asked = 0

    def ask(_number: int) -> None:
        assert fetched(f"{address}{PATH}") is not None

    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            list(threads.map(ask, range(16)))
            asked += 16
            if _processes_that_answered(folder) == 2:
                return asked
    raise AssertionError("one of the two web processes never answered")


def _processes_that_answered(folder: Path) -> int:
    return sum(PATH.encode()[1:] in path.read_bytes() for path in folder.glob("histogram_*.db"))


def test_counts_of_two_web_processes_add_up(web):
    address, metrics, folder = web
    make_product()
    asked = ask_until_both_processes_have_answered(address, folder)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{address}{PATH}/no-such-product", timeout=10)
    text = fetched(metrics)
    assert counted(text) == asked
    assert (
        value(
            text, f'tradepost_request_seconds_bucket{{le="+Inf",method="GET",{ROUTE},status="200"}}'
        )
        == asked
    )
    origins = [
        value(text, f'tradepost_public_answers_total{{origin="{origin}"}}')
        for origin in ("process", "made")
    ]
    assert min(origins) >= 1
    assert value(text, f"tradepost_sql_statements_total{{{ROUTE}}}") >= 1
    assert value(text, 'tradepost_db_pool{state="waiting"}') == 0
    assert 2 <= value(text, 'tradepost_db_pool{state="size"}') <= 16
    assert "no-such-product" not in text
