"""Readiness of the running system: the scheduler's sign of life comes through queue and worker."""

from __future__ import annotations

from tests.e2e.system import wait_for


def test_system_is_well_once_the_scheduler_has_beaten_and_degraded_without_valkey(server):
    def status() -> str:
        found: str = server.ask("GET", "/health/ready").body["status"]
        return found

    wait_for("the first heartbeat", lambda: status() == "ok", seconds=40)
    server.valkey.kill()
    wait_for("degraded", lambda: status() == "degraded", seconds=10)
    answer = server.ask("GET", "/health/ready")
    failed = [name for name, found in answer.body["checks"].items() if found["status"] == "fail"]
    assert (answer.status, failed) == (200, ["cache", "broker"])
