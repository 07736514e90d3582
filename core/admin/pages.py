"""Loads the pages of the core's own records; the admin site imports it when it starts."""

from core.admin import (
    events,
    groups,
    imports,
    jobs,
    operations,
    schedules,
    tokens,
    users,
    webhook_deliveries,
    webhooks,
)

__all__ = [
    "events",
    "groups",
    "imports",
    "jobs",
    "operations",
    "schedules",
    "tokens",
    "users",
    "webhook_deliveries",
    "webhooks",
]
