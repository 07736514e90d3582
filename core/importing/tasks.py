"""Imports as Celery tasks."""

from __future__ import annotations

from celery import shared_task

from core.importing import runs, working


@shared_task(name=runs.RUN_TASK)
def run_import(job_id: str) -> None:
    """Carry out one job of an import."""
    working.run_import_job(job_id=job_id)


@shared_task(name="core.resume_imports")
def resume_imports() -> int:
    """Pick up imports whose worker died."""
    return runs.resume_abandoned_imports()


@shared_task(name="core.forget_old_imports")
def forget_old_imports() -> int:
    """Remove the rows of imports that are kept long enough; how many imports."""
    return runs.forget_old_imports()
