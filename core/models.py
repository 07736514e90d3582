"""The models of the capabilities in this application, one migration line for all."""

from core.events.models import Event, EventDelivery, StreamHead
from core.idempotency.models import IdempotencyRecord
from core.identity.models import ApiToken, User
from core.importing.models import ImportFilePart, ImportFinding, ImportRow, ImportRun
from core.jobs.models import Job
from core.operations.models import Heartbeat, SlowOperation
from core.saved_filters.models import SavedFilter
from core.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiToken",
    "Event",
    "EventDelivery",
    "Heartbeat",
    "IdempotencyRecord",
    "ImportFilePart",
    "ImportFinding",
    "ImportRow",
    "ImportRun",
    "Job",
    "SavedFilter",
    "SlowOperation",
    "StreamHead",
    "User",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
