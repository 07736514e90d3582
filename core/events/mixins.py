"""`EventMixin`: lets a model say what happened to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from core.events.services import queue_event


class EventMixin(models.Model):
    """A model with a stream of events. The stream is `event_stream` and the primary key."""

    event_stream: ClassVar[str] = ""

    class Meta:
        abstract = True

    def emit_event(self, type: str, data: dict[str, Any] | None = None) -> None:  # noqa: A002
        """Queue an event of a declared type for this row, written with the unit of work.

        `data` is JSON-ready and holds ids, never personal values; for updates
        `{"changes": {field: {"old": …, "new": …}}}`.
        Raises OutsideUnitOfWorkError outside `unit_of_work()`, UnknownEventTypeError,
        InvalidEventDataError.
        """
        queue_event(
            stream_type=self.event_stream or self._meta.model_name or "",
            stream_id=str(self.pk),
            type=type,
            data=data or {},
        )
