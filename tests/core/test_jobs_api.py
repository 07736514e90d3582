"""Jobs over HTTP: what is told of them, who may do what, and how often the database is asked."""

from __future__ import annotations

import statistics
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.events.verification_runs import run_verification
from core.identity.models import User
from core.jobs.models import Job, JobState
from core.jobs.services import finish_job, report_progress, take_job
from tests.core.audit_rows import signed_in

BASE = "/api/v1/jobs"
KIND = "core.verify_events"
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    """Staff who may view jobs and start those of the core."""
    return signed_in("operator", "view_job", "add_job")


def started(client: Client) -> Job:
    assert client.post(BASE, {"kind": KIND}, content_type="application/json").status_code == 202
    return Job.objects.get()


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


def test_start_answers_the_new_job_and_where_it_is(operator):
    answer = operator.post(BASE, {"kind": KIND}, content_type="application/json")
    job = Job.objects.get()
    user = User.objects.get()
    assert (answer.status_code, answer["Location"], answer["Retry-After"]) == (
        202,
        f"{BASE}/{job.pk}",
        "2",
    )
    body = answer.json()
    assert body.pop("created_at")
    assert body == {
        "id": str(job.pk),
        "kind": KIND,
        "label": "Verify the event record",
        "state": "queued",
        "done": 0,
        "total": None,
        "percent": None,
        "step": "",
        "error": "",
        "result": {},
        "actor": f"user:{user.pk}",
        "request_id": answer["X-Request-ID"],
        "started_at": None,
        "finished_at": None,
        "cancel_requested_at": None,
        "retry_of": None,
        "actions": ["cancel"],
    }


def test_start_repeated_with_its_key_starts_once(operator):
    sent = {
        "path": BASE,
        "data": {"kind": KIND},
        "content_type": "application/json",
        "headers": {"Idempotency-Key": "start-once-0001"},
    }
    first, second = operator.post(**sent), operator.post(**sent)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second["Idempotency-Replayed"] == "true"
    assert second["Location"] == first["Location"]
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "no.such"}, 422, "job_kind_not_startable"),
        ({"kind": "tests.once"}, 422, "job_kind_not_startable"),
        ({"kind": "zoho.items"}, 403, "permission_denied"),
        ({}, 400, "invalid_input"),
    ],
)
def test_start_refused(operator, body, status, code):
    answer = operator.post(BASE, body, content_type="application/json")
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert Job.objects.count() == 0


def test_second_start_refused_while_the_first_is_queued(operator):
    started(operator)
    answer = operator.post(BASE, {"kind": KIND}, content_type="application/json")
    assert (answer.status_code, code_of(answer)) == (409, "job_already_running")
    assert Job.objects.count() == 1


def test_running_job_tells_how_far_it_is_and_when_to_ask_again(operator):
    job = take_job(job_id=str(started(operator).pk))
    report_progress(job=job, step="streams are verified", done=1, total=4, line="a line")
    answer = operator.get(f"{BASE}/{job.pk}")
    body = answer.json()
    assert (answer.status_code, answer["X-Poll-After"], answer["Cache-Control"]) == (
        200,
        "2",
        "private, no-store",
    )
    assert "Retry-After" not in answer
    assert (body["state"], body["percent"], body["step"]) == ("running", 25, "streams are verified")
    assert body["log_tail"].endswith(" a line\n")
    finish_job(job=job, state=JobState.SUCCEEDED, result={"streams": 4})
    answer = operator.get(f"{BASE}/{job.pk}")
    assert "X-Poll-After" not in answer
    assert (answer.json()["result"], answer.json()["actions"]) == ({"streams": 4}, [])


def test_label_is_in_the_callers_language(operator):
    job = started(operator)
    answer = operator.get(f"{BASE}/{job.pk}", headers={"Accept-Language": "ar"})
    assert answer.json()["label"] == "التحقق من سجل الأحداث"


def test_queued_job_cancelled_and_started_again(operator):
    job = started(operator)
    answer = operator.post(f"{BASE}/{job.pk}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert answer.json()["actions"] == ["retry"]
    again = operator.post(f"{BASE}/{job.pk}/retry")
    new = Job.objects.get(retry_of=job)
    assert (again.status_code, again["Location"]) == (202, f"{BASE}/{new.pk}")
    assert (again.json()["retry_of"], again.json()["state"]) == (str(job.pk), "queued")
    assert run_verification(job_id=str(new.pk)) == JobState.SUCCEEDED
    refused = operator.post(f"{BASE}/{new.pk}/retry")
    assert (refused.status_code, code_of(refused)) == (409, "job_not_retryable")


def test_running_job_asked_to_stop(operator):
    job = take_job(job_id=str(started(operator).pk))
    answer = operator.post(f"{BASE}/{job.pk}/cancel")
    assert (answer.status_code, answer["Retry-After"], answer.json()["state"]) == (
        202,
        "2",
        "running",
    )
    assert answer.json()["cancel_requested_at"] is not None
    assert answer.json()["actions"] == []
    assert Job.objects.get().cancel_requested_by == User.objects.get()


def test_finished_job_not_cancelled(operator):
    job = take_job(job_id=str(started(operator).pk))
    finish_job(job=job, state=JobState.FAILED, result={})
    answer = operator.post(f"{BASE}/{job.pk}/cancel")
    assert (answer.status_code, code_of(answer)) == (409, "job_finished")
    assert Job.objects.get().cancel_requested_at is None


def test_retry_refused_with_the_reason_of_the_kind(operator):
    old = Job.objects.create(kind=KIND, state=JobState.FAILED, request_id="r")
    started_job = operator.post(BASE, {"kind": KIND}, content_type="application/json").json()
    answer = operator.post(f"{BASE}/{old.pk}/retry")
    assert (answer.status_code, code_of(answer)) == (409, "job_already_running")
    assert Job.objects.filter(retry_of=old).count() == 0
    assert Job.objects.count() == 2
    assert started_job["state"] == "queued"


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_viewer_without_the_kinds_permission_may_not_act(operator, action):
    job = started(operator)
    viewer = signed_in("viewer", "view_job")
    assert viewer.get(f"{BASE}/{job.pk}").json()["actions"] == []
    assert viewer.post(f"{BASE}/{job.pk}/{action}").status_code == 403
    assert Job.objects.get().state == JobState.QUEUED


@pytest.mark.parametrize("action", ["", "/cancel", "/retry"])
def test_unknown_job_not_found(operator, action):
    address = f"{BASE}/019a5f3e-8d20-7c3b-9a4e-5f6071829304{action}"
    method = operator.post if action else operator.get
    assert method(address).status_code == 404


def three_jobs() -> None:
    user = User.objects.get(email="operator@example.com")
    for kind, state, actor in (
        (KIND, JobState.FAILED, user),
        ("zoho.items", JobState.SUCCEEDED, None),
        ("zoho.items", JobState.FAILED, user),
    ):
        Job.objects.create(kind=kind, state=state, actor=actor, request_id="r", log_tail="long")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", ["zoho.items", "zoho.items", KIND]),
        ("?kind=zoho.items", ["zoho.items", "zoho.items"]),
        ("?state=failed", ["zoho.items", KIND]),
        ("?mine=true", ["zoho.items", KIND]),
        ("?mine=false", ["zoho.items"]),
        ("?mine=true&state=failed&kind=zoho.items", ["zoho.items"]),
        ("?kind=no.such", []),
    ],
)
def test_list_is_newest_first_and_narrowed(operator, question, found):
    three_jobs()
    body = operator.get(f"{BASE}{question}").json()
    assert [item["kind"] for item in body["items"]] == found
    assert body["total"] == len(found)
    assert all("log_tail" not in item for item in body["items"])


def test_list_is_paged_and_a_wrong_state_refused(operator):
    three_jobs()
    body = operator.get(f"{BASE}?page_size=2").json()
    assert (body["total"], len(body["items"]), body["previous"]) == (3, 2, None)
    assert len(operator.get(body["next"]).json()["items"]) == 1
    answer = operator.get(f"{BASE}?state=sleeping")
    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (400, "state")


def test_list_asks_as_often_for_three_jobs_as_for_one(operator, django_assert_num_queries):
    Job.objects.create(kind=KIND, state=JobState.FAILED, request_id="r")
    # The session, the user, both kinds of permissions, the count, the page.
    with django_assert_num_queries(7):
        assert len(operator.get(BASE).json()["items"]) == 1
    three_jobs()
    Job.objects.filter(kind=KIND, actor=None).delete()
    with django_assert_num_queries(7):
        assert len(operator.get(BASE).json()["items"]) == 3


def test_cost_of_one_poll(operator):
    """The figures of docs/adr/0007-progress-by-polling.md; shown by `pytest -s`."""
    job = take_job(job_id=str(started(operator).pk))
    report_progress(job=job, step="streams are verified", done=1, total=4, line="x" * 7_000)
    address = f"{BASE}/{job.pk}"
    with CaptureQueriesContext(connection) as asked:
        answer = operator.get(address)
        queries = len(asked)
    milliseconds = []
    for _ in range(100):
        began = time.perf_counter()
        operator.get(address)
        milliseconds.append((time.perf_counter() - began) * 1000)
    median = statistics.median(milliseconds)
    print(f"\none poll: {queries} queries, {len(answer.content)} bytes, median {median:.1f} ms")
    assert queries == 6
