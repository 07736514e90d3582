"""The shape of a job on the wire, and examples for the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from core.api.schema import ErrorSerializer
from core.context import SYSTEM_ACTOR, user_actor
from core.jobs.models import Job
from core.jobs.registry import kind_label
from core.jobs.selectors import allowed_actions

_LISTED = (
    "id",
    "kind",
    "label",
    "state",
    "done",
    "total",
    "percent",
    "step",
    "error",
    "result",
    "actor",
    "request_id",
    "created_at",
    "started_at",
    "finished_at",
    "cancel_requested_at",
    "retry_of",
    "actions",
)


class ListedJobSerializer(serializers.ModelSerializer[Job]):
    """A job without its log. `actions` are what the caller may do with it now."""

    label = serializers.SerializerMethodField(help_text="The kind, in the caller's language.")  # type: ignore[assignment]  # a name that fields have too
    percent = serializers.IntegerField(allow_null=True, read_only=True)
    actor = serializers.SerializerMethodField(help_text="“system” or “user:<id>”.")
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields: tuple[str, ...] = _LISTED
        read_only_fields = _LISTED

    def get_label(self, job: Job) -> str:
        return kind_label(job.kind)

    def get_actor(self, job: Job) -> str:
        return user_actor(job.actor_id) if job.actor_id else SYSTEM_ACTOR

    def get_actions(self, job: Job) -> list[str]:
        return allowed_actions(self.context["request"].user, job)


class JobSerializer(ListedJobSerializer):
    """A job with the end of its log."""

    class Meta(ListedJobSerializer.Meta):
        fields = (*_LISTED, "log_tail")


class StartSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=64)


LIST_ERRORS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 429), ErrorSerializer)
READ_ERRORS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 429), ErrorSerializer)
START_ERRORS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 409, 422, 429), ErrorSerializer)
CHANGE_ERRORS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 409, 429), ErrorSerializer)
POLL_AFTER = OpenApiParameter(
    "X-Poll-After",
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="Seconds until it is worth asking again; missing once the job is finished.",
)

_RUNNING: dict[str, Any] = {
    "id": "019a5f3e-8d20-7c3b-9a4e-5f6071829304",
    "kind": "core.verify_events",
    "label": "Verify the event record",
    "state": "running",
    "done": 1500,
    "total": 6000,
    "percent": 25,
    "step": "streams are verified",
    "error": "",
    "result": {},
    "actor": "user:7",
    "request_id": "5d7b0c8e1f",
    "created_at": "2026-01-31T09:00:00Z",
    "started_at": "2026-01-31T09:00:01Z",
    "finished_at": None,
    "cancel_requested_at": None,
    "retry_of": None,
    "actions": ["cancel"],
}
_QUEUED = _RUNNING | {
    "state": "queued",
    "done": 0,
    "total": None,
    "percent": None,
    "step": "",
    "started_at": None,
}
_CANCELLED = _RUNNING | {
    "state": "cancelled",
    "step": "",
    "finished_at": "2026-01-31T09:00:09Z",
    "cancel_requested_at": "2026-01-31T09:00:07Z",
    "result": {"streams": 1500, "events": 20831},
    "actions": ["retry"],
    "log_tail": "",
}


def _answer(name: str, value: Any, status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


LIST_EXAMPLE = _answer("One that runs", _RUNNING)
JOB_EXAMPLE = _answer("A quarter done", _RUNNING | {"log_tail": ""})
CANCELLED_EXAMPLE = _answer("Cancelled", _CANCELLED)
START_EXAMPLE = OpenApiExample(
    "Verify the event record", value={"kind": "core.verify_events"}, request_only=True
)
STARTED_EXAMPLE = _answer("Queued", _QUEUED, "202")
RETRIED_EXAMPLE = _answer(
    "The new job",
    _QUEUED | {"retry_of": "019a5f3e-0000-7000-8000-5f6071829304", "log_tail": ""},
    "202",
)
