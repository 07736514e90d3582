"""The sandbox as a process of its own, and a store that outlives it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from integrations.zoho.sandbox.server import SandboxServer

from .conftest import Client

ROOT = Path(__file__).parents[4]


@contextmanager
def _running(tmp_path, *arguments, wrapper=()):
    announce = tmp_path / "address"
    announce.unlink(missing_ok=True)
    command = [*wrapper, sys.executable, "-m", "integrations.zoho.sandbox", "--port", "0"]
    command += ["--announce-file", str(announce), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 15
        while not announce.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process, Client(announce.read_text())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_process_announces_its_address_and_stops_on_sigterm(tmp_path):
    with _running(tmp_path) as (process, client):
        assert process.stdout.readline() == f"zoho sandbox listening on {client.url}\n"
        assert client.inventory("GET", "/locations").headers["server"] == "ZGS-sandbox"
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def test_process_killed_hard_keeps_orders_and_tokens(tmp_path):
    store = tmp_path / "sandbox.sqlite3"
    with _running(tmp_path, "--store", str(store)) as (process, client):
        item_id = client.stocked_item()["item_id"]
        made = client.order(item_id, 3, reference_number="KEPT").json["salesorder"]
        client.inventory("POST", f"/salesorders/{made['salesorder_id']}/status/confirmed")
        before = client.inventory("GET", f"/items/{item_id}").raw
        process.send_signal(signal.SIGKILL)
        process.wait()
    with _running(tmp_path, "--store", str(store)) as (_, again):
        again.token = client.token
        found = again.books("GET", "/salesorders", reference_number="KEPT").json["salesorders"]
        assert [row["salesorder_id"] for row in found] == [made["salesorder_id"]]
        assert again.inventory("GET", f"/items/{item_id}").raw == before
        assert again.order(item_id).json["salesorder"]["salesorder_number"] == "SO-00042"


@pytest.mark.skipif(sys.platform != "linux", reason="needs prctl")
def test_process_dies_with_its_parent(tmp_path):
    code = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    wrapper = (sys.executable, "-c", code)
    with _running(tmp_path, "--die-with-parent", wrapper=wrapper) as (parent, client):
        assert client.send("GET", "/").status == 200
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                client.send("GET", "/")
            except ConnectionRefusedError:
                return
            except ConnectionError:
                # It is on its way out: the listening socket goes with the process.
                pass
            time.sleep(0.05)
        pytest.fail("the sandbox outlived its parent")


def test_process_on_a_taken_port_says_so_in_one_line():
    with SandboxServer() as running:
        port = running.url.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "integrations.zoho.sandbox", "--port", port]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"zoho sandbox: cannot serve at 127.0.0.1:{port}: ")
    assert done.stderr.count("\n") == 1


def test_process_imports_neither_django_nor_tradepost():
    code = (
        "import sys, integrations.zoho.sandbox.__main__; "
        "own = {'core', 'catalog', 'marketing', 'config', 'settings_modules', 'django'}; "
        "print(sorted(own & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_store_in_memory_is_made_quickly():
    started = time.monotonic()
    SandboxServer().stop()
    assert time.monotonic() - started < 1.5
