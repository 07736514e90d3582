"""Imports against each other and against the end of their worker, on real connections."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from core.events.models import Event
from core.importing import runs
from core.importing.errors import ImportBusy, ImportNotChecked
from core.importing.models import ImportRow, ImportRun, RunState
from core.importing.runs import apply_import, undo_import
from core.importing.working import run_import_job
from core.jobs.models import Job, JobState
from settings_modules.locations.models import Location
from tests.concurrency.processes import ROOT, database_url
from tests.concurrency.threads import run_together
from tests.core.importing.conftest import checked, csv_bytes, work

ROWS = 450


def places() -> bytes:
    rows = [[f"p{number}", f"Place {number}"] for number in range(ROWS)]
    return csv_bytes([["code", "name"], *rows])


def apply_at_once(run: ImportRun) -> list[object]:
    """Ask for the writing from four threads at once, and do it; what each was told."""

    def ask(_number: int) -> str:
        try:
            run_import_job(job_id=str(apply_import(run=run).job_id))
        except (ImportBusy, ImportNotChecked):
            return "refused"
        return "done"

    return sorted(run_together(ask, range(4)), key=str)


def test_two_applies_of_one_run_act_once(committed_db):
    assert apply_at_once(checked(places())) == ["done", "refused", "refused", "refused"]
    assert Job.objects.filter(kind=runs.APPLY).count() == 1
    assert Location.objects.filter(version=1).count() == ROWS
    assert Event.objects.filter(type="location.imported").count() == 1


def test_two_applies_are_queued_without_the_lock(committed_db, monkeypatch):
    run = checked(places())
    monkeypatch.setattr(runs, "_lock_idle", lambda run: ImportRun.objects.get(pk=run.pk))
    run_together(lambda _number: apply_import(run=run).pk, range(4))
    assert Job.objects.filter(kind=runs.APPLY).count() > 1


def test_killed_in_the_midst_it_goes_on_after_its_last_committed_batch(committed_db):
    run = apply_import(run=checked(places()))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.concurrency.import_victim", str(run.job_id), "3"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(committed_db)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("written")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    wait_until_gone(committed_db)
    # Two batches are committed; the third, in which it was killed, is as if it had never been.
    assert (Location.objects.count(), written(run)) == (200, 200)
    assert Event.objects.filter(type="location.imported").count() == 2

    assert run_import_job(job_id=str(run.job_id)) is None
    Job.objects.filter(pk=run.job_id).update(lease_until=timezone.now())
    assert run_import_job(job_id=str(run.job_id)) == JobState.SUCCEEDED
    run = ImportRun.objects.get(pk=run.pk)
    assert (run.state, run.counts["added"], written(run)) == (RunState.APPLIED, ROWS, ROWS)
    assert Location.objects.filter(version=1).count() == ROWS
    keys = [
        key
        for event in Event.objects.filter(type="location.imported")
        for key in event.data["added_ids"]
    ]
    assert (len(keys), len(set(keys))) == (ROWS, ROWS)
    run = work(undo_import(run=run))
    assert (run.counts["removed"], Location.objects.count()) == (ROWS, 0)


def written(run: ImportRun) -> int:
    return ImportRow.objects.filter(run=run, written="added").count()


def wait_until_gone(database: str) -> None:
    """Until PostgreSQL has noticed that the process is gone and taken its transaction back."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(
                "SELECT count(*), pg_sleep(0.05) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )
            if cursor.fetchone()[0] == 0:
                return
    pytest.fail("the killed process's session is still there")
