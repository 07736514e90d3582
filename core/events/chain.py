"""The hash chain over the events of one stream."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from core.events.models import Event


def event_hash(event: Event) -> str:
    """SHA-256 over every column of the event in canonical JSON, the previous hash included."""
    content: dict[str, Any] = {
        "id": str(event.id),
        "stream": [event.stream_type, event.stream_id, event.position],
        "type": [event.type, event.schema_version],
        "data": event.data,
        "actor": event.actor,
        "source": event.source,
        "request_id": event.request_id,
        "reason": event.reason,
        "occurred_at": event.occurred_at.isoformat(timespec="microseconds"),
        "previous_hash": event.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
