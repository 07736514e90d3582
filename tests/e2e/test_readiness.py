"""Readiness of the running system: the scheduler's sign of life comes through queue and worker."""

from __future__ import annotations

from tests.e2e.system import wait_for


def test_system_is_well_once_the_scheduler_has_beaten_and_degraded_without_valkey(server):
    def failing() -> tuple[int, str, list[str]]:
        answer = server.ask("GET", "/health/ready")
        checks = answer.body["checks"].items()
        failed = [name for name, found in checks if found["status"] == "fail"]
        return answer.status, answer.body["status"], failed

    wait_for("the first heartbeat", lambda: failing() == (200, "ok", []), seconds=40)
    server.valkey.kill()
    # Each process looks for itself, and remembers for a second what it saw.
    degraded = (200, "degraded", ["cache", "broker"])
    wait_for("degraded", lambda: failing() == degraded, seconds=10)
