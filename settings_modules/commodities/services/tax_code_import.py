"""The official list of tax codes in one go, as the background does it in two steps."""

from __future__ import annotations

from collections.abc import Iterable

from core.importing.models import ImportRun, RunState
from core.importing.resources import ImportResource, find_import_resource
from core.importing.runs import apply_import, start_import
from core.importing.working import run_import_job

RESOURCE = "tax-codes"


def import_tax_codes(*, file_name: str, chunks: Iterable[bytes], is_applied: bool) -> ImportRun:
    """The run of the file after its dry run and, with `is_applied`, the writing of what it found.

    A file that cannot be read, and one whose rows fail, is told by the run. Raises
    ImportFileTooLarge.
    """
    resource = find_import_resource(RESOURCE)
    assert isinstance(resource, ImportResource), RESOURCE
    run = _worked(start_import(resource=resource, file_name=file_name, chunks=chunks))
    is_writable = run.counts.get("new", 0) + run.counts.get("changed", 0) > 0
    if is_applied and run.state == RunState.CHECKED and is_writable:
        run = _worked(apply_import(run=run))
    return run


def _worked(run: ImportRun) -> ImportRun:
    """The run after its job, carried out in this process."""
    run_import_job(job_id=str(run.job_id))
    return ImportRun.objects.get(pk=run.pk)
