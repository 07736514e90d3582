"""Everything in the database and in the log lines kept here that carries one request's id."""

from __future__ import annotations

from dataclasses import dataclass

from core.events.models import Event, EventDelivery
from core.history.selectors import AuditEntry, changes_of_request
from core.idempotency.models import IdempotencyRecord
from core.jobs.models import Job
from core.operations.kept_lines import RequestLines, request_lines
from core.operations.models import SlowOperation
from core.webhooks.models import WebhookDelivery, WebhookEndpoint

#: Of each kind, the most that is listed.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class RequestTrail:
    """What is there of each kind, newest first, at most `MOST_LISTED` each."""

    slow: list[SlowOperation]
    events: list[Event]
    changes: list[AuditEntry]
    jobs: list[Job]
    deliveries: list[EventDelivery]
    webhooks: list[WebhookDelivery]
    answers: list[IdempotencyRecord]
    log: RequestLines

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found at all."""
        return self.log.is_empty and not any(
            (
                self.slow,
                self.events,
                self.changes,
                self.jobs,
                self.deliveries,
                self.webhooks,
                self.answers,
            )
        )


def request_trail(request_id: str) -> RequestTrail:
    """What the request left behind. Of its row changes, those among each model's newest 2,000."""
    events = list(Event.objects.filter(request_id=request_id).order_by("-id")[:MOST_LISTED])
    event_ids = [event.pk for event in events]
    endpoints = list(WebhookEndpoint.objects.values_list("pk", flat=True)) if event_ids else []
    deliveries = EventDelivery.objects.filter(event_id__in=event_ids)
    return RequestTrail(
        slow=list(
            SlowOperation.objects.filter(request_id=request_id).order_by("-id")[:MOST_LISTED]
        ),
        events=events,
        changes=changes_of_request(request_id, limit=MOST_LISTED),
        jobs=list(Job.objects.filter(request_id=request_id).order_by("-id")[:MOST_LISTED]),
        deliveries=list(deliveries.order_by("-event_id", "subscriber")[:MOST_LISTED]),
        # By endpoint and event, as their unique index is made.
        webhooks=list(
            WebhookDelivery.objects.filter(endpoint_id__in=endpoints, event_id__in=event_ids)
            .select_related("endpoint")
            .order_by("-id")[:MOST_LISTED]
        ),
        answers=list(
            IdempotencyRecord.objects.filter(request_id=request_id).order_by("-id")[:MOST_LISTED]
        ),
        log=request_lines(request_id),
    )
