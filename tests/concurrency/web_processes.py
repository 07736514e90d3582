"""Web servers in processes of their own, on a committed database."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.concurrency.processes import ROOT, database_url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status_of(port: int, path: str, cookie: str = "") -> int:
    """The status of a GET to the server on that port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie, "Host": "127.0.0.1"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def post_to(port: int, path: str, body: str, headers: dict[str, str]) -> tuple[int, Any]:
    """The status of a POST of JSON to the server on that port, and its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
    try:
        connection.request("POST", path, body, sent)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def _is_up(port: int) -> bool:
    try:
        return status_of(port, "/health/live") == 200
    except OSError:
        return False


@contextlib.contextmanager
def serving(*, database: str, settings: str, count: int, **variables: str) -> Iterator[list[int]]:
    """The ports of `count` servers with these settings; they end with the block."""
    ports = [_free_port() for _ in range(count)]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(database),
        "DJANGO_SETTINGS_MODULE": settings,
        **variables,
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--no-access-log", "--log-level", "error", "--host", "127.0.0.1"]
    servers = [
        subprocess.Popen(
            [*command, "--port", str(port), "config.wsgi:application"], cwd=ROOT, env=environment
        )
        for port in ports
    ]
    try:
        deadline = time.monotonic() + 60
        while not all(_is_up(port) for port in ports):
            assert time.monotonic() < deadline, "the servers do not answer"
            time.sleep(0.1)
        yield ports
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=30)
