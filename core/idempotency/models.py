"""Answers already given to unsafe requests, so that a retry acts once."""

from __future__ import annotations

from django.db import models

from core.history.tracking import without_history
from core.identifiers import uuid7


@without_history("a claim and its stored answer; kept for days, then purged")
class IdempotencyRecord(models.Model):
    """One key of one caller in one organization on one route.

    Without an answer it is a claim, until its lease ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caller = models.CharField(max_length=128)
    organization = models.CharField(max_length=64, blank=True, default="", db_default="")
    route = models.CharField(max_length=128)
    key = models.CharField(max_length=128)
    body_hash = models.CharField(max_length=64)
    lease_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    headers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "organization", "route", "key"],
                name="core_idempotencyrecord_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="core_idempotency_expiry"),
            models.Index(fields=["request_id"], name="core_idempotency_request"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key} ({self.status or 'in flight'})"
