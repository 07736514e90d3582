"""What people do with imports: send a file, correct the mapping, apply, undo.

Doors check the permissions first: adding and changing the resource's records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.background import send_after_commit
from core.context import current_context
from core.errors import PermissionRefused
from core.events.services import in_unit_of_work
from core.identity.models import User
from core.importing.csv_reading import ENCODINGS
from core.importing.errors import (
    ImportBusy,
    ImportFileTooLarge,
    ImportFileUnreadable,
    ImportHasNothingToWrite,
    ImportNotChecked,
    ImportNotUndoable,
)
from core.importing.headings import checked_mapping
from core.importing.models import (
    ImportFilePart,
    ImportFinding,
    ImportRow,
    ImportRun,
    Outcome,
    RunState,
    Written,
)
from core.importing.resources import ImportResource, find_import_resource
from core.importing.selectors import may_work_on, seen_runs
from core.jobs.errors import JobNotRetryable
from core.jobs.models import Job
from core.jobs.services import abandoned_jobs, acting_user_id, queue_job
from core.tenancy import is_scoped

CHECK, APPLY, UNDO = "core.check_import", "core.apply_import", "core.undo_import"
KINDS = (CHECK, APPLY, UNDO)
RUN_TASK = "core.run_import"
_PART_BYTES = 256 * 1024
#: Runs whose rows are forgotten at a time.
_FORGOTTEN = 20


@in_unit_of_work
def start_import(
    *,
    resource: ImportResource,
    file_name: str,
    chunks: Iterable[bytes],
    encoding: str = "",
    takes_legacy: bool = False,
) -> ImportRun:
    """Take the file in and queue its dry run, in the name of the current actor.

    `takes_legacy`: soft findings warn only. Raises ImportFileTooLarge, and ImportFileUnreadable for
    an unknown encoding. What the file holds is found out in the background.
    """
    if encoding and encoding not in ENCODINGS:
        raise ImportFileUnreadable(field="encoding", problem=f"no encoding is called {encoding}")
    run = ImportRun.objects.create(
        resource=resource.name,
        file_name=file_name[-200:],
        file_size=0,
        encoding=encoding,
        options={"legacy": bool(takes_legacy and resource.takes_legacy)},
        organization_key=_organization_key(resource),
        actor_id=acting_user_id(),
    )
    run.file_size = _store(run, chunks)
    run.save(update_fields=["file_size"])
    return _queue(run, CHECK)


def _organization_key(resource: ImportResource) -> str:
    if not is_scoped(resource.model):
        return ""
    return current_context().organization_id or "-"


def _store(run: ImportRun, chunks: Iterable[bytes]) -> int:
    """Keep the file in parts; its size."""
    size = position = 0
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        size += len(chunk)
        if size > settings.IMPORT_MAX_BYTES:
            raise ImportFileTooLarge(field="file", limit=settings.IMPORT_MAX_BYTES // 1024)
        while len(buffer) >= _PART_BYTES:
            _store_part(run, position, bytes(buffer[:_PART_BYTES]))
            del buffer[:_PART_BYTES]
            position += 1
    if buffer:
        _store_part(run, position, bytes(buffer))
    return size


def _store_part(run: ImportRun, position: int, content: bytes) -> None:
    ImportFilePart.objects.create(run=run, position=position, content=content)


def _queue(run: ImportRun, kind: str) -> ImportRun:
    run.job = queue_job(kind=kind)
    run.save(update_fields=["job"])
    send_after_commit(RUN_TASK, str(run.job.pk))
    return run


def _lock_idle(run: ImportRun) -> ImportRun:
    """The run as it is stored, locked. Raises ImportBusy while a job of it is unfinished."""
    # Its job is read by a statement of its own: one that waited for the lock joins what was there
    # before it waited.
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.job is not None and locked.job.is_unfinished:
        raise ImportBusy()
    return locked


@in_unit_of_work
def check_again(*, run: ImportRun, mapping: Mapping[str, int | None] | None = None) -> ImportRun:
    """Queue the dry run once more, with another mapping if one is given.

    Raises ImportBusy, ImportMappingInvalid, ImportNotChecked once rows were written or forgotten.
    """
    locked = _lock_idle(run)
    is_open = locked.state in (RunState.UPLOADED, RunState.CHECKED)
    if not is_open or locked.forgotten_at or _has_written(locked):
        raise ImportNotChecked()
    if mapping is not None:
        resource = resource_of(locked)
        locked.mapping = checked_mapping(resource, mapping, len(locked.headings))
        locked.save(update_fields=["mapping"])
    return _queue(locked, CHECK)


@in_unit_of_work
def apply_import(*, run: ImportRun) -> ImportRun:
    """Queue the writing of what the dry run found new and changed; of two at once one does.

    Raises ImportBusy, ImportNotChecked, ImportHasNothingToWrite.
    """
    locked = _lock_idle(run)
    if locked.state != RunState.CHECKED or locked.forgotten_at:
        raise ImportNotChecked()
    writable = ImportRow.objects.filter(
        run=locked, outcome__in=[Outcome.NEW, Outcome.CHANGED], written=""
    )
    if not writable.exists():
        raise ImportHasNothingToWrite()
    return _queue(locked, APPLY)


@in_unit_of_work
def undo_import(*, run: ImportRun) -> ImportRun:
    """Queue taking back what the import wrote, whether it was applied to its end or cancelled.

    Raises ImportBusy, ImportNotUndoable.
    """
    locked = _lock_idle(run)
    if locked.state not in (RunState.CHECKED, RunState.APPLIED) or not _has_written(locked):
        raise ImportNotUndoable()
    return _queue(locked, UNDO)


def _has_written(run: ImportRun) -> bool:
    return ImportRow.objects.filter(run=run, written__in=[Written.ADDED, Written.CHANGED]).exists()


def resource_of(run: ImportRun) -> ImportResource:
    """The run's resource. Raises ImportNotChecked when the code no longer has it."""
    resource = find_import_resource(run.resource)
    if resource is None:
        raise ImportNotChecked()
    return resource


def repeat_import_job(job: Job) -> Job:
    """Queue the last step of the job's run once more. Raises JobNotRetryable, and as that step;
    PermissionRefused for somebody who may not import such records or does not see the run."""
    run = ImportRun.objects.filter(job=job).first()
    if run is None:
        raise JobNotRetryable()
    key = acting_user_id()
    user = User.objects.filter(pk=key).first() if key is not None else None
    is_theirs = user is None or (
        may_work_on(user, run) and seen_runs(user).filter(pk=run.pk).exists()
    )
    if not is_theirs:
        raise PermissionRefused()
    step: Any = {CHECK: check_again, APPLY: apply_import, UNDO: undo_import}[job.kind]
    again: Job = step(run=run).job
    return again


@in_unit_of_work
def resume_abandoned_imports() -> int:
    """Send the jobs again whose worker died or that nobody took; how many."""
    jobs = [job for job in abandoned_jobs() if job.kind in KINDS]
    for job in jobs:
        send_after_commit(RUN_TASK, str(job.pk))
    return len(jobs)


def forget_old_imports() -> int:
    """Remove the rows, findings and files of imports that are kept long enough; how many.

    The runs themselves stay with their counts, but can no longer be undone.
    """
    before = timezone.now() - timedelta(days=settings.IMPORT_KEPT_DAYS)
    old = ImportRun.objects.filter(created_at__lt=before, forgotten_at=None).order_by("id")
    count = 0
    while keys := list(old.values_list("pk", flat=True)[:_FORGOTTEN]):
        count += len(keys)
        _forget(keys)
    return count


@in_unit_of_work
def _forget(keys: list[Any]) -> None:
    for model in (ImportFinding, ImportRow, ImportFilePart):
        rows = model._default_manager.filter(run__in=keys)
        rows._raw_delete(rows.db)
    ImportRun.objects.filter(pk__in=keys).update(forgotten_at=timezone.now())
