"""The whole system as a person starts it: `manage.py up`, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

Value = TypeVar("Value")
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-password-for-this-run"


def wait_for(
    what: str,
    look: Callable[[], Value | None],
    *,
    seconds: float,
    state: Callable[[], object] | None = None,
) -> Value:
    """The first true value of `look`, asked several times a second; fails after `seconds`.

    The failure tells the last value, or `state` when it is given.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            last = state() if state else found
            raise AssertionError(f"{what}: not within {seconds} s (last: {last!r})")
        time.sleep(0.25)


class System:
    """One `manage.py up` with a data folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tradepost-e2e-", dir="/var/tmp"))
        self.folder.chmod(0o711)
        self.process: subprocess.Popen[bytes] | None = None
        self.url = self.sandbox_url = ""

    def start(self) -> float:
        """Start it and wait until it says that it is ready; the seconds it took."""
        begun = time.monotonic()
        log = (self.folder / "up.log").open("wb")
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(ROOT / "manage.py"),
                "up",
                "--port=0",
                f"--data-dir={self.folder / 'data'}",
            ],
            cwd=ROOT,
            env=self._variables(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        shown = wait_for("ready", self._shown_addresses, seconds=120)
        self.url, self.sandbox_url = shown
        return time.monotonic() - begun

    def _variables(self) -> dict[str, str]:
        hidden = ("TRADEPOST_", "PYTEST_", "DJANGO_", "DATABASE_URL", "REDIS_URL", "ZOHO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        return kept | {
            "TRADEPOST_ADMIN_PASSWORD": PASSWORD,
            "TRADEPOST_THROTTLE_FACTOR": "1000",
        }

    def output(self) -> str:
        """What `up` has printed so far."""
        return (self.folder / "up.log").read_text()

    def _shown_addresses(self) -> tuple[str, str] | None:
        assert self.process is not None
        text = self.output()
        assert self.process.poll() is None, f"up ended:\n{text}"
        shop = re.search(r"shop API +(http://[\d.:]+)/", text)
        sandbox = re.search(r"Zoho sandbox +(http://[\d.:]+)", text)
        return (shop[1], sandbox[1]) if shop and sandbox and "Ctrl-C stops" in text else None

    def start_again(self) -> None:
        """Start it if an earlier test has stopped it."""
        if self.process is None or self.process.poll() is not None:
            self.start()

    def kill(self) -> None:
        """`kill -9` of what the person started, and of nothing else."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def remove(self) -> None:
        """Stop it if it runs, and take its folder away."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

    def processes(self) -> list[str]:
        """Command lines of every process that works in the data folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                text = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                variables = (entry / "environ").read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if str(self.folder) in text or str(self.folder).encode() in variables:
                found.append(text)
        return found

    def ask(
        self, method: str, path: str, body: Any = None, *, base: str = "", **headers: str
    ) -> tuple[int, Any]:
        """Status and JSON of one request to the shop, or to `base`."""
        address = urlsplit(base or self.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        payload = None if body is None else json.dumps(body)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if payload is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, path, payload, sent)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def get(self, path: str, **headers: str) -> Any:
        """The JSON of a GET that must answer 200."""
        status, body = self.ask("GET", f"/api/v1/consumer/{path}", **headers)
        assert status == 200, body
        return body

    def order(self, product: dict[str, Any], quantity: int, *, key: str) -> tuple[int, Any]:
        """Place an order as a phone app does."""
        return self.ask(
            "POST",
            "/api/v1/consumer/orders",
            {
                "items": [{"product_id": product["id"], "quantity": quantity}],
                "customer_name": "Shopper",
                "customer_phone": "0770 123 4567",
            },
            Idempotency_Key=key,
        )

    def sandbox(self, method: str, action: str, body: Any = None) -> Any:
        """One call of the sandbox's control address."""
        status, answer = self.ask(method, f"/__control/{action}", body, base=self.sandbox_url)
        assert status == 200, answer
        return answer

    def sales_orders(self, number: str) -> int:
        """How many sales orders in the sandbox carry this reference."""
        counts = self.sandbox("GET", "stats")["orders_per_reference"]
        return int(counts.get(number, 0))
