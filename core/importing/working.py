"""Carrying out the jobs of imports: dry run, applying, undoing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from core.context import Source, change_context, user_actor
from core.errors import DomainError, JobCancelled, LeaseLost
from core.importing.applying import apply_rows
from core.importing.checking import check_steps
from core.importing.errors import ImportFileEmpty
from core.importing.files import open_rows
from core.importing.headings import known_headings, map_headings
from core.importing.models import (
    ImportFilePart,
    ImportFinding,
    ImportRow,
    ImportRun,
    Level,
    Outcome,
    RunState,
    Written,
)
from core.importing.resources import ImportResource
from core.importing.runs import APPLY, CHECK, UNDO, resource_of
from core.importing.samples import LEFT_OUT, without_samples
from core.importing.staging import Staging
from core.importing.undoing import undo_rows
from core.jobs.models import Job, JobState
from core.jobs.services import finish_job, report_progress, take_job

log = structlog.get_logger(__name__)


def run_import_job(*, job_id: str) -> JobState | None:
    """Carry out a queued or abandoned job of an import; its end, None when it is not ours to do.

    A file that cannot be read ends the run as failed, with the reason. An applying or undoing whose
    worker died goes on after its last committed batch.
    """
    job = take_job(job_id=job_id)
    run = ImportRun.objects.filter(job=job).select_related("actor").first() if job else None
    if job is None or run is None:
        return None
    actor = user_actor(run.actor.pk) if run.actor else None
    organization = run.organization_key if run.organization_key not in ("", "-") else None
    with change_context(
        actor=actor,
        source=Source.IMPORT,
        organization_id=organization,
        reason=f"Import {run.pk}",
    ):
        try:
            return _run_to_its_end(job, run)
        except LeaseLost:
            log.warning("import_lost", job=str(job.pk))
            return None


def _run_to_its_end(job: Job, run: ImportRun) -> JobState:
    """Do the work and close the job. Raises LeaseLost, and what is unforeseen."""
    work: Callable[[Job, ImportRun], JobState] = {
        CHECK: _check,
        APPLY: _apply,
        UNDO: _undo,
    }[job.kind]
    try:
        return work(job, run)
    except LeaseLost:
        raise
    except JobCancelled:
        # What was written stays noted row by row: applying may go on, or all of it be undone.
        return _finish(job, run, [], JobState.CANCELLED)
    except DomainError as refusal:
        return _fail(job, run, refusal)
    except Exception as crash:
        log.exception("import_crashed", job=str(job.pk))
        error = f"unexpected: {type(crash).__name__}"
        finish_job(job=job, state=JobState.FAILED, error=error, result=count_rows(run))
        raise


def _fail(job: Job, run: ImportRun, refusal: DomainError) -> JobState:
    run.state = RunState.FAILED
    run.problem, run.problem_ar = refusal.text(), refusal.text("ar")
    with transaction.atomic():
        ImportRow.objects.filter(run=run).delete()
        ImportFilePart.objects.filter(run=run).delete()
        run.save(update_fields=["state", "problem", "problem_ar"])
        return finish_job(job=job, state=JobState.FAILED, error=run.problem, result={})


def _staging(run: ImportRun) -> Staging:
    return Staging(run, resource_of(run), run.actor)


def _check(job: Job, run: ImportRun) -> JobState:
    """Read the file if that is still to do, then check its rows."""
    report_progress(job=job, step="the file is read", done=0, total=0)
    if run.parts.exists():
        _read_file(run)
    staging = _staging(run)
    steps = check_steps(staging)
    for position, (step, do) in enumerate(steps):
        report_progress(job=job, step=step, done=position, total=len(steps))
        with transaction.atomic():
            do()
    run.state, run.checked_at = RunState.CHECKED, timezone.now()
    return _finish(job, run, ["state", "checked_at"], JobState.SUCCEEDED)


def _read_file(run: ImportRun) -> None:
    """Stage the rows and map the headings, unless somebody has; the file is let go then."""
    resource = resource_of(run)
    with tempfile.TemporaryFile() as file:
        for part in run.parts.order_by("position").iterator(chunk_size=1):
            file.write(part.content)
        known = known_headings(resource.file_columns)
        with transaction.atomic():
            ImportRow.objects.filter(run=run).delete()
            opened = open_rows(file, encoding=run.encoding, known=known, layout=resource.layout)
            run.headings = opened.headings
            run.file_format, run.encoding = opened.format, opened.encoding
            run.mapping = map_headings(resource, opened.headings)
            _stage(run, resource, opened.rows)
            run.save(update_fields=["headings", "file_format", "encoding", "mapping", "options"])
            ImportFilePart.objects.filter(run=run).delete()


def _stage(run: ImportRun, resource: ImportResource, rows: Iterable[tuple[int, list[str]]]) -> None:
    """Fill the staging table. Raises ImportFileEmpty for a template that nobody has filled in."""
    samples: list[int] = []
    own = without_samples(resource, run.mapping, rows, samples)
    if not Staging(run, resource, run.actor).copy_rows(own) and samples:
        raise ImportFileEmpty()
    run.options = {**run.options, LEFT_OUT: samples}


def _apply(job: Job, run: ImportRun) -> JobState:
    staging = _staging(run)
    waiting = ImportRow.objects.filter(
        run=run, outcome__in=[Outcome.NEW, Outcome.CHANGED], written=""
    ).count()
    report_progress(job=job, step="rows are written", done=0, total=waiting)
    apply_rows(staging, after_batch=lambda done: report_progress(job=job, done=done))
    run.state, run.applied_at = RunState.APPLIED, timezone.now()
    refused = ImportRow.objects.filter(run=run, written=Written.REFUSED).exists()
    state = JobState.PARTIAL if refused else JobState.SUCCEEDED
    return _finish(job, run, ["state", "applied_at"], state)


def _undo(job: Job, run: ImportRun) -> JobState:
    staging = _staging(run)
    written = ImportRow.objects.filter(
        run=run, written__in=[Written.ADDED, Written.CHANGED]
    ).count()
    report_progress(job=job, step="rows are taken back", done=0, total=written)
    undo_rows(staging, after_batch=lambda done: report_progress(job=job, done=done))
    run.state, run.undone_at = RunState.UNDONE, timezone.now()
    kept = ImportRow.objects.filter(run=run, written__in=[Written.KEPT, Written.DEACTIVATED])
    state = JobState.PARTIAL if kept.exists() else JobState.SUCCEEDED
    return _finish(job, run, ["state", "undone_at"], state)


def _finish(job: Job, run: ImportRun, fields: list[str], state: JobState) -> JobState:
    run.counts = count_rows(run)
    with transaction.atomic():
        closed = finish_job(job=job, state=state, result=run.counts)
        run.save(update_fields=[*fields, "counts"])
    log.info("import_finished", run=str(run.pk), job_kind=job.kind, **run.counts)
    return closed


#: What the counts call what was done with rows.
_COUNTED: dict[str, str] = {
    Written.ADDED: "added",
    Written.CHANGED: "updated",
    Written.REFUSED: "refused",
    Written.REMOVED: "removed",
    Written.SET_BACK: "set_back",
    Written.DEACTIVATED: "deactivated",
    Written.KEPT: "kept",
}


def count_rows(run: ImportRun) -> dict[str, int]:
    """How many rows there are, by outcome and by what was done with them; and the warnings."""
    rows = ImportRow.objects.filter(run=run).order_by()
    outcomes = dict(rows.values_list("outcome").annotate(count=Count("id")))
    written = dict(rows.values_list("written").annotate(count=Count("id")))
    counts: dict[str, Any] = {"rows": sum(outcomes.values())}
    counts |= {str(outcome): outcomes.get(outcome, 0) for outcome in Outcome.values}
    counts["warnings"] = ImportFinding.objects.filter(
        run=run, phase="check", level=Level.WARNING
    ).count()
    counts |= {name: written[key] for key, name in _COUNTED.items() if key in written}
    return counts
