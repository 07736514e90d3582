"""Buttons that cancel a run or start it again, and the facts that the open page asks for."""

from __future__ import annotations

import re

import pytest

from core.jobs.models import Job, JobState
from integrations.zoho.models import SyncRun
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS

KIND = "core.verify_events"


def make_job(state: str = JobState.QUEUED, **fields: object) -> Job:
    return Job.objects.create(kind=KIND, state=state, request_id="r", **fields)


def page_of(row: Job | SyncRun, page: str = "change") -> str:
    model = "core/job" if isinstance(row, Job) else "zoho/syncrun"
    return f"/admin/{model}/{row.pk}/{page}/"


def offered(client, row: Job | SyncRun) -> list[str]:
    text = client.get(page_of(row)).content.decode()
    return [name for name in ("cancel", "retry") if page_of(row, name) in text]


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (JobState.QUEUED, ["cancel"]),
        (JobState.SUCCEEDED, []),
        (JobState.PARTIAL, ["retry"]),
        (JobState.FAILED, ["retry"]),
        (JobState.CANCELLED, ["retry"]),
    ],
)
def test_buttons_offered_by_state(boss_client, state, buttons):
    assert offered(boss_client, make_job(state)) == buttons


def test_buttons_not_offered_for_a_kind_that_is_gone(boss_client):
    assert offered(boss_client, ROWS["core.Job"]()) == []


def test_queued_job_cancelled_after_a_second_yes(boss, boss_client):
    job = make_job()
    page = boss_client.post(page_of(job, "cancel"))
    job.refresh_from_db()
    assert (page.status_code, job.state) == (200, JobState.QUEUED)
    answer = boss_client.post(page_of(job, "cancel"), {"_confirm": "yes"})
    assert (answer.status_code, answer.url) == (302, page_of(job))
    job.refresh_from_db()
    assert (job.state, job.cancel_requested_by) == (JobState.CANCELLED, boss)


def test_job_started_again_as_a_new_one(boss_client):
    job = make_job(JobState.FAILED)
    boss_client.post(page_of(job, "retry"), {"_confirm": "yes"})
    new = Job.objects.get(retry_of=job)
    assert (new.kind, new.state) == (KIND, JobState.QUEUED)


def test_refusal_shown_on_the_page(boss_client):
    job = make_job(JobState.SUCCEEDED)
    answer = boss_client.post(page_of(job, "cancel"), {"_confirm": "yes"})
    assert answer.status_code == 200
    assert "This job has already ended." in answer.content.decode()


@pytest.mark.parametrize("page", ["cancel", "retry"])
def test_viewer_without_the_kinds_permission_has_no_buttons(db, page):
    job = make_job(JobState.QUEUED if page == "cancel" else JobState.FAILED)
    before = job.state
    client = sign_in(make_staff("core.view_job"))
    assert offered(client, job) == []
    assert client.post(page_of(job, page), {"_confirm": "yes"}).status_code == 403
    job.refresh_from_db()
    assert job.state == before
    assert Job.objects.count() == 1


def test_zoho_run_cancelled_from_its_own_page(db):
    run = ROWS["zoho.SyncRun"]()
    client = sign_in(make_staff("zoho.view_syncrun", "zoho.add_syncrun"))
    assert offered(client, run) == ["cancel"]
    answer = client.post(page_of(run, "cancel"), {"_confirm": "yes"})
    assert (answer.status_code, answer.url) == (302, page_of(run))
    assert Job.objects.get().state == JobState.CANCELLED
    assert offered(client, run) == ["retry"]
    answer = client.post(page_of(run, "retry"), {"_confirm": "yes"})
    assert "There is no usable connection to Zoho" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "label", "button"),
    [
        ("en", "Verify the event record", "Cancel this run"),
        ("ar", "التحقق من سجل الأحداث", "إلغاء هذه المهمة"),
    ],
)
def test_kind_and_question_are_in_words(boss_client, language, label, button):
    job = make_job()
    boss_client.cookies["django_language"] = language
    listed = boss_client.get("/admin/core/job/").content.decode()
    assert re.search(rf">\s*{label}\s*<", listed)
    assert KIND not in re.sub(r'"[^"]*"', "", listed)
    assert button in boss_client.get(page_of(job, "cancel")).content.decode()


def test_list_narrowed_to_a_kind(boss_client):
    make_job()
    Job.objects.create(kind="zoho.items", request_id="r")
    text = boss_client.get("/admin/core/job/?kind=zoho.items").content.decode()
    assert text.count('data-job="') == 1


def test_run_that_was_asked_to_stop_says_so(boss_client):
    job = make_job(JobState.RUNNING, cancel_requested_at="2026-01-01T00:00:00Z")
    assert "stopping" in boss_client.get(page_of(job)).content.decode()


def test_log_told_for_the_open_run_only(boss_client):
    job, other = (make_job(JobState.RUNNING, log_tail=f"line {n}\n") for n in (1, 2))
    assert f'data-log="{job.pk}"' in boss_client.get(page_of(job)).content.decode()
    asked = {"id": [str(job.pk), str(other.pk)], "log": str(job.pk)}
    facts = boss_client.get("/admin/core/job/progress/", asked).json()["jobs"]
    assert {row["id"]: row.get("log") for row in facts} == {
        str(job.pk): "line 1\n",
        str(other.pk): None,
    }


def test_verification_started_from_the_events(boss_client):
    assert "/admin/core/event/verify/" in boss_client.get("/admin/core/event/").content.decode()
    boss_client.post("/admin/core/event/verify/", {"_confirm": "yes"})
    assert Job.objects.get().kind == KIND
    again = boss_client.post("/admin/core/event/verify/", {"_confirm": "yes"})
    assert "This is already queued or running." in again.content.decode()


def test_verification_needs_the_permission(db):
    client = sign_in(make_staff("core.view_event"))
    assert "/admin/core/event/verify/" not in client.get("/admin/core/event/").content.decode()
    assert client.post("/admin/core/event/verify/", {"_confirm": "yes"}).status_code == 403
    assert Job.objects.count() == 0
