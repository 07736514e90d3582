"""What operators look at: slow requests and statements, and the scheduler's sign of life."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history.tracking import without_history


class SlowKind(models.TextChoices):
    REQUEST = "request", _("request")
    STATEMENT = "statement", _("SQL statement")


@without_history("a measurement, written once and forgotten after 14 days")
class SlowOperation(models.Model):
    """A request, or a statement inside a request or task, that took longer than the settings allow.

    `route` is the address pattern or the task's name, never an address; `statement` has
    placeholders for values. `status`, `sql_count` and `sql_ms` are known of requests only.
    """

    kind = models.CharField(_("what"), max_length=10, choices=SlowKind)
    happened_at = models.DateTimeField(_("time"), default=timezone.now)
    duration_ms = models.PositiveIntegerField(_("milliseconds"))
    method = models.CharField(_("method"), max_length=8, blank=True)
    route = models.CharField(_("route"), max_length=200)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    sql_count = models.PositiveIntegerField(_("SQL statements"), null=True, blank=True)
    sql_ms = models.PositiveIntegerField(_("milliseconds in SQL"), null=True, blank=True)
    statement = models.TextField(_("SQL statement"), blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    request_id = models.CharField(_("request"), max_length=64)

    class Meta:
        verbose_name = _("slow operation")
        verbose_name_plural = _("slow operations")
        indexes = [
            models.Index(fields=["request_id"], name="core_slowoperation_request"),
            models.Index(fields=["happened_at"], name="core_slowoperation_age"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.duration_ms} ms".strip()


@without_history("overwritten every 30 seconds")
class Heartbeat(models.Model):
    """When scheduler, queue and a worker last did a scheduled task together."""

    name = models.CharField(primary_key=True, max_length=32)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beaten_at:%Y-%m-%d %H:%M:%S}"
