"""The append-only record of what happened, the streams' heads, and what is still to deliver."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history.tracking import without_history
from core.identifiers import uuid7


class ImmutableRowError(Exception):
    """Somebody tried to change or delete a row that is a record."""


@without_history("is itself the record, append-only by trigger")
class Event(models.Model):
    """One thing that happened. Rows are only ever added: triggers refuse everything else.

    The table is partitioned by ranges of `id`, which orders by time; see the first migration.
    `previous_hash` is the hash of the event before this one in its stream ("" for the first), so
    the events of a stream form a chain; the hash of the last one is kept in its `StreamHead`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream_type = models.CharField(_("record type"), max_length=64)
    stream_id = models.CharField(_("record"), max_length=64)
    position = models.BigIntegerField(_("position"))
    type = models.CharField(_("event"), max_length=100)
    schema_version = models.PositiveSmallIntegerField(_("schema version"), default=1)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("data"))
    actor = models.CharField(_("actor"), max_length=64)
    source = models.CharField(_("source"), max_length=16)
    request_id = models.CharField(_("request"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)
    occurred_at = models.DateTimeField(_("time"))
    previous_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["stream_type", "stream_id", "position"], name="core_event_stream"),
            models.Index(fields=["request_id"], name="core_event_request"),
            models.Index(fields=["type", "id"], name="core_event_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.stream_type}:{self.stream_id}#{self.position}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise ImmutableRowError("events are written by core.events.services only")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ImmutableRowError("events are never deleted")


@without_history("derived from the events; changes with each of them")
class StreamHead(models.Model):
    """Position and hash of a stream's last event; locked for a moment while one is added."""

    stream_type = models.CharField(max_length=64)
    stream_id = models.CharField(max_length=64)
    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream_type", "stream_id"], name="core_streamhead_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_type}:{self.stream_id}#{self.position}"


@without_history("is itself a record, written once when a partition is detached")
class EventAnchor(models.Model):
    """The last event of one stream inside a detached partition: where its chain goes on from."""

    partition = models.CharField(max_length=63)
    stream_type = models.CharField(max_length=64)
    stream_id = models.CharField(max_length=64)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    detached_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream_type", "stream_id", "partition"], name="core_eventanchor_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_type}:{self.stream_id}#{self.position} in {self.partition}"


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("pending")
    DONE = "done", _("delivered")
    DEAD = "dead", _("dead letter")
    DISCARDED = "discarded", _("discarded")


@without_history("the relay's working state; the event and the effect are the record")
class EventDelivery(models.Model):
    """One event for one subscriber. A row that is done is what the subscriber has seen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event_id = models.UUIDField(_("event"))
    subscriber = models.CharField(_("subscriber"), max_length=100)
    stream_type = models.CharField(max_length=64)
    stream_id = models.CharField(max_length=64)
    position = models.BigIntegerField()
    state = models.CharField(
        _("state"), max_length=16, choices=DeliveryState, default=DeliveryState.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    last_error = models.TextField(_("last error"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    discard_reason = models.TextField(_("why discarded"), blank=True, default="")

    HELD_STATES: ClassVar[list[str]] = [DeliveryState.PENDING, DeliveryState.DEAD]

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "subscriber"], name="core_eventdelivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state=DeliveryState.PENDING),
                name="core_eventdelivery_due",
            ),
            models.Index(
                fields=["subscriber", "stream_type", "stream_id", "position"],
                condition=models.Q(state__in=["pending", "dead"]),
                name="core_eventdelivery_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscriber} ({self.state})"
