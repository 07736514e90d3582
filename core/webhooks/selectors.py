"""Questions about webhooks."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import QuerySet

from core.events.registry import EventType, event_types
from core.webhooks.event_types import TEST_TYPE
from core.webhooks.models import ALL_TYPES, WebhookEndpoint


class Health(StrEnum):
    """How an endpoint is doing."""

    HEALTHY = "healthy"
    FAILING = "failing"
    DISABLED = "disabled"


def endpoint_health(endpoint: WebhookEndpoint) -> Health:
    """Disabled, failing since `first_failure_at`, or healthy."""
    if not endpoint.is_enabled:
        return Health.DISABLED
    return Health.FAILING if endpoint.first_failure_at else Health.HEALTHY


def sendable_event_types() -> list[EventType]:
    """The declared types that an endpoint may be given, by name."""
    return [declared for declared in event_types() if declared.name != TEST_TYPE]


def listening_endpoints(type_names: frozenset[str]) -> QuerySet[WebhookEndpoint]:
    """The enabled endpoints that get events of any of these types."""
    return WebhookEndpoint.objects.filter(
        is_enabled=True, event_types__overlap=[ALL_TYPES, *sorted(type_names)]
    )


def wanted_types(type_names: frozenset[str]) -> frozenset[str]:
    """Those of the types that an enabled endpoint gets; one query."""
    chosen: set[str] = set()
    for names in listening_endpoints(type_names).values_list("event_types", flat=True):
        chosen |= type_names if ALL_TYPES in names else type_names & set(names)
    return frozenset(chosen)
