"""One load of people on one server: what each kind of request took, and what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.measure import AnswersRefusedError, Reading, between
from bench.ratios import percentile
from bench.servers import ROOT, Server
from bench.services import Services
from bench.steps import ARRIVALS_A_SECOND, LONGEST_PAUSE, SHORTEST_PAUSE

_SEED = 20


@dataclass(frozen=True)
class Latencies:
    """How many requests, and how long they took in milliseconds."""

    requests: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


def latencies(seconds: Sequence[float]) -> Latencies:
    """The figures of at least one latency. Raises ValueError for none."""
    ordered = sorted(seconds)
    p50, p95, p99 = (percentile(ordered, share) * 1000 for share in (0.5, 0.95, 0.99))
    return Latencies(len(ordered), sum(ordered) / len(ordered) * 1000, p50, p95, p99)


@dataclass(frozen=True)
class CrowdRun:
    """What one crowd of users met.

    Latencies and CPU (in microseconds a request) are of the requests that were sent while it was
    measured; the counts are of all requests, those of the arrival included. A conflict is a change
    refused because somebody else had changed the record since it was read; it is settled once the
    user has read it again and changed it. CPU is None where it cannot be seen.
    """

    candidate: str
    users: int
    seconds: float
    together: Latencies
    by_kind: dict[str, Latencies]
    by_step: dict[str, Latencies]
    statuses: dict[str, dict[str, int]]
    failures: int
    conflicts: int
    settled: int
    refused: list[str]
    server_cpu: float | None
    services_cpu: float | None
    client_cpu: float
    #: Of the generator: how long after their time it sent requests, in milliseconds.
    late: Latencies

    @property
    def requests(self) -> int:
        """All requests, those of the arrival included."""
        return sum(sum(codes.values()) for codes in self.statuses.values())

    @property
    def failed_percent(self) -> float:
        """Failures among all requests; 100 when there were none at all."""
        return 100 * self.failures / self.requests if self.requests else 100.0

    @property
    def rate(self) -> float:
        """Requests a second while it was measured."""
        return self.together.requests / self.seconds

    @property
    def cpu(self) -> float | None:
        """Server, PostgreSQL and Valkey together, in microseconds a request."""
        if self.server_cpu is None or self.services_cpu is None:
            return None
        return self.server_cpu + self.services_cpu

    def answers(self, step: str, status: int) -> int:
        """How many answers of the step had this status."""
        return self.statuses.get(step, {}).get(str(status), 0)


def run_crowd(
    candidate: str,
    server: Server,
    services: Services,
    load: Mapping[str, Any],
    *,
    users: int,
    seconds: float,
    name: str,
) -> CrowdRun:
    """Let so many users work on the server for `seconds` after they have all arrived.

    `load` holds `round` (see steps.py), `callers`, `locations` and `words`; `name` makes what they
    write their own. Raises AnswersRefusedError when the generator fails.
    """
    plan = {
        **load,
        "host": "127.0.0.1",
        "port": server.port,
        "users": users,
        "arrivals_a_second": ARRIVALS_A_SECOND,
        "pauses": [SHORTEST_PAUSE, LONGEST_PAUSE],
        "seconds": seconds,
        "seed": _SEED,
        "run": name,
    }
    readings = []
    with subprocess.Popen(
        [sys.executable, "-E", "-S", "-m", "bench.users"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as generator:
        assert generator.stdin
        assert generator.stdout
        print(json.dumps(plan), file=generator.stdin, flush=True)
        for word in ("warm", "measured"):
            if generator.stdout.readline().strip() != word:
                raise AnswersRefusedError(f"{server.name}: the load generator failed")
            readings.append((server.cpu_seconds(), services.cpu_seconds()))
        line = generator.stdout.readline()
    if not line:
        raise AnswersRefusedError(f"{server.name}: the load generator failed")
    return crowd_run(candidate, users, json.loads(line), *readings)


def crowd_run(
    candidate: str,
    users: int,
    result: Mapping[str, Any],
    before: tuple[Reading, Reading],
    after: tuple[Reading, Reading],
) -> CrowdRun:
    """What the generator and the two readings of CPU (server, services) tell together.

    Raises AnswersRefusedError when nothing was measured.
    """
    by_step: dict[str, list[float]] = result["latencies"]
    kinds: dict[str, list[float]] = {}
    for step, found in by_step.items():
        kinds.setdefault(result["kinds"][step], []).extend(found)
    together = [one for found in by_step.values() for one in found]
    if not together:
        raise AnswersRefusedError(
            f"{candidate}: no answer at all while it was measured: {result['refused']}"
        )
    used = [between(one, other) for one, other in zip(before, after, strict=True)]
    server_cpu, services_cpu = (
        None if spent is None else spent / len(together) * 1e6 for spent in used
    )
    return CrowdRun(
        candidate=candidate,
        users=users,
        seconds=result["seconds"],
        together=latencies(together),
        by_kind={kind: latencies(found) for kind, found in sorted(kinds.items())},
        by_step={step: latencies(found) for step, found in sorted(by_step.items()) if found},
        statuses=result["statuses"],
        failures=result["failures"],
        conflicts=result["conflicts"],
        settled=result["settled"],
        refused=result["refused"],
        server_cpu=server_cpu,
        services_cpu=services_cpu,
        client_cpu=result["client_cpu_seconds"] / len(together) * 1e6,
        late=latencies(result["late"]),
    )
