"""What the tests of the core share: event types of their own, undone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.events import registry, relay, services
from core.events.schemas import object_schema
from core.webhooks import event_types, fan_out
from tests.core.webhook_receiver import Receiver, receiving


@pytest.fixture
def event_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue with the type `thing.happened` and no subscribers; the real one comes back."""
    monkeypatch.setattr(registry, "_types", {})
    monkeypatch.setattr(registry, "_upcasters", {})
    monkeypatch.setattr(registry, "_subscribers", {})
    registry.declare_event_type(
        "thing.happened",
        meaning="A thing happened.",
        fields={"number": "which"},
        schema=object_schema({}, {"number": {}}),
    )
    relay.declare()


@pytest.fixture
def emit(event_catalogue: None):
    """`emit(stream_id, number)`: one event in a unit of work of its own."""

    def emit_one(stream_id: str, number: int = 0) -> None:
        with services.unit_of_work():
            services.queue_event(
                stream_type="thing",
                stream_id=stream_id,
                type="thing.happened",
                data={"number": number},
            )

    return emit_one


@pytest.fixture
def webhook_events(event_catalogue: None) -> None:
    """The catalogue with `thing.happened`, the types about webhooks, and webhooks listening."""
    event_types.declare()
    fan_out.register()


@pytest.fixture
def receiver(webhook_events: None, settings) -> Iterator[Receiver]:
    """A local receiver that may be called."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    with receiving() as made:
        yield made
