"""What the tests of the core share: event types of their own, undone afterwards."""

from __future__ import annotations

import pytest

from core.events import registry, services
from core.events.schemas import object_schema


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
