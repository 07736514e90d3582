"""One measurement: one server under load, with the CPU that it and its services used."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.process_cpu import used_between
from bench.ratios import percentile
from bench.servers import Server
from bench.services import Services

CONNECTIONS = 32
WARM_SECONDS = 0.3
_LOAD = Path(__file__).with_name("load.py")


class AnswersRefusedError(RuntimeError):
    """A server answered something that the load does not accept; nothing was measured."""


@dataclass(frozen=True)
class Measurement:
    """What one candidate did in one cell of one round; CPU is in microseconds a request.

    `server_cpu` and `services_cpu` are None where CPU times cannot be seen.
    """

    candidate: str
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    server_cpu: float | None
    services_cpu: float | None
    client_cpu: float
    statuses: dict[str, int]
    warm_statuses: dict[str, int]

    def answers(self, status: int) -> int:
        """How many answers had this status, those of the warm-up included."""
        return self.statuses.get(str(status), 0) + self.warm_statuses.get(str(status), 0)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cpu(self) -> float | None:
        """Server, PostgreSQL and Valkey together, in microseconds a request."""
        if self.server_cpu is None or self.services_cpu is None:
            return None
        return self.server_cpu + self.services_cpu


def measure(
    candidate: str,
    server: Server,
    services: Services,
    load: dict[str, Any],
    *,
    seconds: float,
    warm_requests: int = 0,
    accepted: tuple[int, ...] = (200,),
) -> Measurement:
    """Load one server for `seconds` over 32 connections, each with one request under way.

    `load` holds `paths` or `orders` (see load.py). Raises AnswersRefusedError on any status that
    is not accepted, and when the load generator fails.
    """
    plan = {
        **load,
        "host": "127.0.0.1",
        "port": server.port,
        "connections": CONNECTIONS,
        "seconds": seconds,
        "warm_seconds": WARM_SECONDS,
        "warm_requests": warm_requests,
        "accepted": accepted,
    }
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(_LOAD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as generator:
        assert generator.stdin
        assert generator.stdout
        print(json.dumps(plan), file=generator.stdin, flush=True)
        if generator.stdout.readline().strip() != "warm":
            raise _failed(server)
        before = server.cpu_seconds(), services.cpu_seconds()
        print(file=generator.stdin, flush=True)
        line = generator.stdout.readline()
        after = server.cpu_seconds(), services.cpu_seconds()
    if not line:
        raise _failed(server)
    result = json.loads(line)
    _refuse(server, result, accepted)
    used = [between(one, other) for one, other in zip(before, after, strict=True)]
    return _measurement(candidate, result, used)


def _failed(server: Server) -> AnswersRefusedError:
    return AnswersRefusedError(f"{server.name}: the load generator failed\n{server.last_words()}")


#: CPU seconds by process; None where they cannot be seen.
Reading = dict[int, float] | None


def between(before: Reading, after: Reading) -> float | None:
    """CPU seconds used between two readings; None where they cannot be taken."""
    return None if before is None or after is None else used_between(before, after)


def _refuse(server: Server, result: dict[str, Any], accepted: tuple[int, ...]) -> None:
    refused = {code: n for code, n in result["statuses"].items() if int(code) not in accepted}
    if refused:
        shown = "\n".join(result["refused"])
        raise AnswersRefusedError(f"{server.name}: answers not accepted: {refused}\n{shown}")


def _measurement(candidate: str, result: dict[str, Any], used: list[float | None]) -> Measurement:
    count = result["requests"]
    server_cpu, services_cpu = (
        None if seconds is None else seconds / count * 1e6 for seconds in used
    )
    return Measurement(
        candidate=candidate,
        requests=count,
        seconds=result["seconds"],
        p50_ms=percentile(result["latencies"], 0.5) * 1000,
        p99_ms=percentile(result["latencies"], 0.99) * 1000,
        server_cpu=server_cpu,
        services_cpu=services_cpu,
        client_cpu=result["client_cpu_seconds"] / count * 1e6,
        statuses=result["statuses"],
        warm_statuses=result["warm_statuses"],
    )
