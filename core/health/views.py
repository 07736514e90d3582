"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from core.health.checks import examination


def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  (a view)
    """200 while the process answers; touches nothing."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  (a view)
    """503 when a needed part fails, so that no request is sent here; else 200.

    The status is `ok`, `degraded` when only parts fail that requests can do without, or `failed`.
    Which failed is named; why is in the log.
    """
    findings = examination.findings()
    failed = [finding.check for finding in findings if not finding.is_ok]
    is_ready = not any(check.is_needed for check in failed)
    status = "failed" if not is_ready else "degraded" if failed else "ok"
    checks = {
        finding.check.name: {
            "status": "ok" if finding.is_ok else "fail",
            "needed": finding.check.is_needed,
            "ms": finding.ms,
        }
        for finding in findings
    }
    answer = JsonResponse({"status": status, "checks": checks}, status=200 if is_ready else 503)
    answer["Cache-Control"] = "no-store"
    return answer
