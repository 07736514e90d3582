"""Pulls that are cancelled and started again: what was written stays, and nothing is skipped."""

from __future__ import annotations

import pytest

from catalog.models import Product
from core.context import use_context
from core.identity.models import User
from core.jobs.control import cancel_job, retry_job, start_job
from core.jobs.models import Job, JobState
from core.jobs.registry import job_kind, job_kinds
from integrations.zoho.errors import SyncAlreadyRunning
from integrations.zoho.models import Cursor, Stream, SyncKind, SyncRun
from integrations.zoho.pull import items
from integrations.zoho.services.sync_runs import run_sync, start_sync
from tests.integrations.zoho.conftest import PERSON, pull


def test_every_kind_of_pull_is_declared():
    assert [kind.name for kind in job_kinds() if kind.name.startswith("zoho.")] == sorted(
        f"zoho.{kind.value}" for kind in SyncKind
    )
    assert {job_kind(f"zoho.{kind.value}").permission for kind in SyncKind} == {"zoho.add_syncrun"}


@pytest.mark.parametrize("pages", [1, 3])
def test_cancelled_pull_keeps_its_pages_and_the_next_one_takes_the_rest(large, monkeypatch, pages):
    run = start_sync(kind=SyncKind.ITEMS)
    real, taken = items._take_page, []

    def cancelled_during_a_page(scan, page, report):
        taken.append(page)
        if len(taken) == pages:
            # Another person's request: the worker hears of it once this page is written.
            cancel_job(job=Job.objects.get(pk=run.job_id))
        real(scan, page, report)

    monkeypatch.setattr(items, "_take_page", cancelled_during_a_page)
    assert run_sync(job_id=str(run.job_id)) == JobState.CANCELLED
    run.refresh_from_db()
    job = Job.objects.get(pk=run.job_id)
    written = Product.objects.count()
    assert (job.state, job.result, len(taken)) == (JobState.CANCELLED, run.counts, pages)
    # Pages overlap by the second in which they meet.
    assert (run.counts["items"]["seen"], run.counts["items"]["changed"]) == (200 * pages, written)
    assert 200 * pages - pages < written <= 200 * pages
    # The bookmark stands at the page before the one during which the run was stopped.
    cursor = Cursor.objects.filter(stream=Stream.ITEMS).first()
    assert (cursor is None) == (pages == 1)
    if cursor is not None:
        assert cursor.completed_at is None
        assert cursor.instant <= taken[-2].read_to
    monkeypatch.undo()
    again = retry_job(job=job)
    assert run_sync(job_id=str(again.pk)) == JobState.SUCCEEDED
    assert Product.objects.filter(zoho_item_id__isnull=False).count() == 2220
    assert SyncRun.objects.get(job=again).kind == SyncKind.ITEMS


def test_pull_cancelled_before_its_worker_came_writes_nothing(small):
    run = start_sync(kind=SyncKind.FULL)
    assert cancel_job(job=run.job).state == JobState.CANCELLED
    assert run_sync(job_id=str(run.job_id)) is None
    assert Product.objects.count() == 0
    assert start_sync(kind=SyncKind.FULL).job.state == JobState.QUEUED


def test_retry_refused_while_another_pull_is_queued(small):
    cancelled = cancel_job(job=start_sync(kind=SyncKind.FULL).job)
    start_job(kind="zoho.items")
    with pytest.raises(SyncAlreadyRunning):
        retry_job(job=cancelled)
    assert Job.objects.filter(retry_of=cancelled).count() == 0


def test_retry_of_a_forced_pull_has_its_guard_on(small):
    User.objects.create(pk=1, email="person@example.com", is_staff=True)
    with use_context(PERSON):
        forced = start_sync(kind=SyncKind.PRICES, force=True)
        cancel_job(job=forced.job)
        again = SyncRun.objects.get(job=retry_job(job=forced.job))
    assert (forced.is_forced, again.is_forced, again.kind) == (True, False, SyncKind.PRICES)


def test_pull_that_succeeded_keeps_its_end(small):
    run = pull("prices")
    assert run.job.state == JobState.SUCCEEDED
    assert run.job.retries.count() == 0
