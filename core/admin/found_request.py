"""The rows of the page "Find a request": what was found, in words, with its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.admin.labels import event_in_words, record_in_words
from core.operations.request_trail import RequestTrail


@dataclass(frozen=True, slots=True)
class FoundRow:
    """When, what, which details, and the address of its page ("" when it has none)."""

    time: datetime | None
    what: str
    details: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FoundSection:
    """Rows of one kind."""

    title: str
    rows: list[FoundRow]


def _page_of(site: Any, label: str, key: object, page: str = "change") -> str:
    """The address of a row's page; "" for a model without pages."""
    model = apps.get_model(label)
    if model not in site._registry:
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=[key])


def found_sections(trail: RequestTrail, site: Any) -> list[FoundSection]:
    """What was found of each kind; kinds of which there is nothing are left out.

    Values that a change gave are shown on the record's own page only, to those who may see it.
    """
    sections = [
        FoundSection(_("Slow requests and statements"), _slow_rows(trail, site)),
        FoundSection(_("Events"), _event_rows(trail, site)),
        FoundSection(_("Changed records"), _change_rows(trail, site)),
        FoundSection(_("Jobs"), _job_rows(trail, site)),
        FoundSection(_("Deliveries to subscribers"), _delivery_rows(trail, site)),
        FoundSection(_("Webhook deliveries"), _webhook_rows(trail, site)),
        FoundSection(_("Stored answers to repeated requests"), _answer_rows(trail)),
    ]
    return [section for section in sections if section.rows]


def _slow_rows(trail: RequestTrail, site: Any) -> list[FoundRow]:
    return [
        FoundRow(
            row.happened_at,
            f"{row.get_kind_display()}: {row.method} {row.route}",
            _("%(count)s ms") % {"count": row.duration_ms}
            + (
                " · "
                + _("%(count)s SQL statements, %(ms)s ms")
                % {"count": row.sql_count, "ms": row.sql_ms}
                if row.sql_count is not None
                else ""
            ),
            _page_of(site, "core.SlowOperation", row.pk),
        )
        for row in trail.slow
    ]


def _event_rows(trail: RequestTrail, site: Any) -> list[FoundRow]:
    return [
        FoundRow(
            event.occurred_at,
            event_in_words(event.type),
            record_in_words(event.stream_type, event.stream_id),
            _page_of(site, "core.Event", event.pk),
        )
        for event in trail.events
    ]


def _change_rows(trail: RequestTrail, site: Any) -> list[FoundRow]:
    return [
        FoundRow(
            change.changed_at,
            f"{capfirst(str(apps.get_model(change.model)._meta.verbose_name))} {change.object_id}",
            f"{change.operation}: {', '.join(sorted(change.changes))}",
            _page_of(site, change.model, change.object_id, "history"),
        )
        for change in trail.changes
    ]


def _job_rows(trail: RequestTrail, site: Any) -> list[FoundRow]:
    return [
        FoundRow(
            job.created_at,
            str(job),
            job.get_state_display(),
            _page_of(site, "core.Job", job.pk),
        )
        for job in trail.jobs
    ]


def _delivery_rows(trail: RequestTrail, site: Any) -> list[FoundRow]:
    return [
        FoundRow(
            row.finished_at or row.next_attempt_at,
            row.subscriber,
            f"{row.get_state_display()} · {record_in_words(row.stream_type, row.stream_id)}",
            _page_of(site, "core.EventDelivery", row.pk),
        )
        for row in trail.deliveries
    ]


def _webhook_rows(trail: RequestTrail, site: Any) -> list[FoundRow]:
    return [
        FoundRow(
            row.created_at,
            str(row.endpoint),
            f"{row.get_state_display()} · {row.webhook_id}",
            _page_of(site, "core.WebhookDelivery", row.pk),
        )
        for row in trail.webhooks
    ]


def _answer_rows(trail: RequestTrail) -> list[FoundRow]:
    return [
        FoundRow(
            row.created_at, row.route, _("in flight") if row.status is None else str(row.status)
        )
        for row in trail.answers
    ]
