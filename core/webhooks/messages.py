"""What is sent: the text, its id, and its signatures by the Standard Webhooks rules."""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from core.events.models import Event

SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret in the form that receivers are given: `whsec_` and base64."""
    return f"whsec_{base64.b64encode(os.urandom(SECRET_BYTES)).decode()}"


def message_body(event: Event) -> str:
    """The JSON text for an event: ids as the event carries them, nothing about people."""
    content: dict[str, Any] = {
        "type": event.type,
        "timestamp": event.occurred_at.isoformat(timespec="microseconds"),
        "data": {
            "event_id": str(event.id),
            "stream": {"type": event.stream_type, "id": event.stream_id},
            "position": event.position,
            "schema_version": event.schema_version,
            "actor": event.actor,
            "request_id": event.request_id,
            "data": event.data,
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def signed_headers(
    *, webhook_id: str, body: str, secrets: list[str], moment: datetime
) -> dict[str, str]:
    """The headers of one attempt at `moment` (UTC), with a signature by each secret."""
    signatures = [
        Webhook(secret).sign(msg_id=webhook_id, timestamp=moment, data=body) for secret in secrets
    ]
    return {
        "content-type": "application/json",
        "user-agent": "Tradepost-Webhooks/1",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
