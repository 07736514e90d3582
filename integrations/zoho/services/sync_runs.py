"""Starting and carrying out pulls."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import connection as database
from django.db import transaction

from core.background import send_after_commit
from core.context import Source, change_context, current_context
from core.errors import JobCancelled, LeaseLost, Misconfigured, Retryable
from core.events.services import in_unit_of_work
from core.jobs.models import Job, JobState
from core.jobs.services import abandoned_jobs, finish_job, queue_job, take_job
from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import (
    ConnectionUnusable,
    ForceNeedsPerson,
    GateClosed,
    GuardRefused,
    PermissionMissing,
    Refused,
    SyncAlreadyRunning,
)
from integrations.zoho.models import SyncKind, SyncRun
from integrations.zoho.pull.items import pull_items
from integrations.zoho.pull.locations import pull_locations
from integrations.zoho.pull.prices import pull_prices
from integrations.zoho.pull.report import RunReport
from integrations.zoho.pull.stock import pull_stock
from integrations.zoho.selectors.runs import is_sync_running
from integrations.zoho.services.connections import active_connection

log = structlog.get_logger(__name__)

JOB_PREFIX = "zoho."
RUN_TASK = "zoho.run_sync"
#: A run waits so long for a limit to pass; a longer closing ends it.
PATIENCE_SECONDS = 45.0
_LOCK = 0x7A6F686F


@in_unit_of_work
def start_sync(*, kind: SyncKind, force: bool = False) -> SyncRun:
    """Queue a pull in the name of the current actor; a worker takes it after the commit.

    `force` switches the guard off. Raises NoConnection, SyncAlreadyRunning, ForceNeedsPerson.
    """
    connection = active_connection()
    if force and not current_context().actor.startswith("user:"):
        raise ForceNeedsPerson
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, connection.pk])
    if is_sync_running():
        raise SyncAlreadyRunning
    job = queue_job(kind=f"{JOB_PREFIX}{SyncKind(kind).value}")
    run = SyncRun.objects.create(job=job, connection=connection, kind=kind, is_forced=force)
    send_after_commit(RUN_TASK, str(job.pk))
    return run


def start_sync_job(kind: SyncKind) -> Job:
    """The job of a new pull with the guard on. Raises NoConnection, SyncAlreadyRunning."""
    return start_sync(kind=kind).job


def repeat_sync(job: Job) -> Job:
    """The job of a new pull of the same kind, with the guard on even if it was off then.

    Raises NoConnection, SyncAlreadyRunning.
    """
    return start_sync_job(SyncKind(job.kind.removeprefix(JOB_PREFIX)))


@in_unit_of_work
def resume_abandoned_syncs() -> int:
    """Send the pulls again whose worker died or that nobody took; how many."""
    jobs = [job for job in abandoned_jobs() if job.kind.startswith(JOB_PREFIX)]
    for job in jobs:
        send_after_commit(RUN_TASK, str(job.pk))
    return len(jobs)


def run_sync(*, job_id: str) -> JobState | None:
    """Carry out a queued or abandoned pull; its final state, None when it is not ours to do.

    Never raises for trouble with Zoho: the run ends with the reason.
    """
    job = take_job(job_id=job_id)
    run = SyncRun.objects.filter(job=job).select_related("connection").first() if job else None
    if job is None or run is None:
        return None
    with change_context(source=Source.SYNC, reason=f"Zoho pull: {run.get_kind_display()}"):
        report = RunReport(run=run, job=job)
        try:
            return _run_to_its_end(report)
        except LeaseLost:
            log.warning("zoho_run_lost", job=str(job.pk))
            return None


def _run_to_its_end(report: RunReport) -> JobState:
    """Carry out the pull and close its job. Raises LeaseLost, and what is unforeseen."""
    try:
        state, error = _carry_out(report)
    except LeaseLost:
        raise
    except JobCancelled:
        # Every page is committed before the bookmark moves past it: stopping loses nothing.
        return _finish(report, JobState.CANCELLED, "", report.run.outcome)
    except Exception as crash:
        log.exception("zoho_run_crashed", job=str(report.job.pk))
        _finish(report, JobState.FAILED, f"unexpected: {type(crash).__name__}", "unexpected")
        raise
    return _finish(report, state, error, report.run.outcome)


def _finish(report: RunReport, state: JobState, error: str, outcome: str) -> JobState:
    run, job = report.run, report.job
    run.outcome = outcome
    with transaction.atomic():
        closed = finish_job(job=job, state=state, error=error, result=run.counts)
        run.save(update_fields=["counts", "errors", "checkpoint", "outcome"])
    log.info("zoho_run_finished", job=str(job.pk), state=str(closed), outcome=outcome)
    return closed


Part = tuple[str, Callable[[], None]]


def _parts(report: RunReport, client: ZohoClient) -> list[Part]:
    """What a run of this kind does, in order."""
    run, connection = report.run, report.run.connection

    def items() -> None:
        is_full = run.kind == SyncKind.FULL
        changed = pull_items(client=client, connection=connection, report=report, is_full=is_full)
        if changed and not is_full:
            pull_stock(client=client, connection=connection, report=report, only=changed)

    def locations() -> None:
        pull_locations(client=client, report=report)

    def prices() -> None:
        pull_prices(client=client, connection=connection, report=report)

    def stock() -> None:
        pull_stock(client=client, connection=connection, report=report)

    parts: dict[str, list[Part]] = {
        SyncKind.FULL: [
            ("locations", locations),
            ("items", items),
            ("prices", prices),
            ("stock", stock),
        ],
        SyncKind.ITEMS: [("items", items)],
        SyncKind.STOCK: [("locations", locations), ("stock", stock)],
        SyncKind.PRICES: [("prices", prices)],
    }
    return parts[run.kind]


def _carry_out(report: RunReport) -> tuple[JobState, str]:
    """Do the parts that are not done yet. One part's refusal does not stop the next."""
    run = report.run
    client = ZohoClient(
        run.connection_id, patience_seconds=PATIENCE_SECONDS, keep_alive=report.keep_alive
    )
    done: list[str] = run.checkpoint.setdefault("done", [])
    problems: list[str] = []
    has_failed = False
    for name, part in _parts(report, client):
        if name in done:
            continue
        try:
            part()
        except (GuardRefused, PermissionMissing, Refused) as error:
            problems.append(f"{name}: {error}")
            has_failed |= isinstance(error, GuardRefused)
            run.outcome = _outcome(error)
            report.line(problems[-1])
            continue
        except (Retryable, Misconfigured) as error:
            problems.append(f"{name}: {error}")
            run.outcome = _outcome(error)
            has_failed |= isinstance(error, ConnectionUnusable) or not _wrote_something(report)
            report.line(problems[-1])
            break
        done.append(name)
        report.step(f"{name} done")
    return _state(report, problems, has_failed), "; ".join(problems)


def _wrote_something(report: RunReport) -> bool:
    return bool(report.run.checkpoint.get("done")) or any(
        stream.get("changed") or stream.get("unchanged") for stream in report.run.counts.values()
    )


def _state(report: RunReport, problems: list[str], has_failed: bool) -> JobState:
    if has_failed:
        return JobState.FAILED
    return JobState.PARTIAL if problems or report.has_bad_rows else JobState.SUCCEEDED


def _outcome(error: Exception) -> str:
    outcomes: list[tuple[type[Exception], str]] = [
        (GuardRefused, "guard_refused"),
        (PermissionMissing, "permission_missing"),
        (Refused, "refused"),
        (GateClosed, "gate_closed"),
        (ConnectionUnusable, "connection_unusable"),
        (Misconfigured, "misconfigured"),
    ]
    return next((name for kind, name in outcomes if isinstance(error, kind)), "zoho_trouble")
