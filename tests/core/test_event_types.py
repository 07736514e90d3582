"""Typed events: data of another shape is refused, data of an earlier version is brought up."""

from __future__ import annotations

import pytest
from jsonschema.exceptions import SchemaError

from core.events import relay
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.registry import (
    UnknownEventTypeError,
    declare_event_type,
    declare_upcaster,
    event_type,
    missing_upcasters,
    subscribe,
)
from core.events.schemas import InvalidEventDataError, object_schema
from core.events.services import queue_event, unit_of_work
from core.events.versions import (
    MissingUpcasterError,
    UnknownEventVersionError,
    current_event,
    event_data,
)

COUNT = {"type": "integer", "minimum": 1}


def declare_box(version: int = 1) -> None:
    """`box.packed`: version 1 has {count}, 2 has {pieces}, 3 has {content: {pieces, unit}}."""
    schemas = {
        1: object_schema({"count": COUNT}),
        2: object_schema({"pieces": COUNT}),
        3: object_schema(
            {"content": object_schema({"pieces": COUNT}, {"unit": {"type": "string"}})}
        ),
    }
    schema = schemas[version]
    fields = dict.fromkeys(schema["properties"], "what is inside")
    declare_event_type(
        "box.packed", meaning="A box.", fields=fields, schema=schema, version=version
    )


def rename_count(data: dict) -> dict:
    data["pieces"] = data.pop("count")
    return data


def wrap_pieces(data: dict) -> dict:
    return {"content": {"pieces": data["pieces"], "unit": "piece"}}


@pytest.fixture
def boxes(event_catalogue) -> None:
    """The type at version 3 with both of its upcasters."""
    declare_box(3)
    declare_upcaster("box.packed", 1, rename_count)
    declare_upcaster("box.packed", 2, wrap_pieces)


def pack(data: dict) -> None:
    with unit_of_work():
        queue_event(stream_type="box", stream_id="1", type="box.packed", data=data)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "path", "problem"),
    [
        ({"content": {"pieces": 0}}, "$.content.pieces", "0 is less than the minimum of 1"),
        ({"content": {"pieces": "2"}}, "$.content.pieces", "'2' is not of type 'integer'"),
        ({"content": {}}, "$.content", "'pieces' is a required property"),
        ({}, "$", "'content' is a required property"),
        (
            {"content": {"pieces": 1}, "phone": "07"},
            "$",
            "Additional properties are not allowed ('phone' was unexpected)",
        ),
    ],
)
def test_data_of_another_shape_refused(boxes, data, path, problem):
    with pytest.raises(InvalidEventDataError) as raised:
        pack(data)
    assert str(raised.value) == f"box.packed: {path}: {problem}"
    assert (raised.value.type_name, raised.value.path) == ("box.packed", path)
    assert Event.objects.count() == 0


@pytest.mark.django_db
def test_data_of_the_declared_shape_written_with_its_version(boxes):
    pack({"content": {"pieces": 2}})
    event = Event.objects.get()
    assert (event.schema_version, event.data) == (3, {"content": {"pieces": 2}})


@pytest.mark.parametrize(
    ("fields", "schema", "refusal"),
    [
        ({}, {"type": "object", "properties": {}}, ValueError),
        ({}, {"type": "array", "properties": {}, "additionalProperties": False}, ValueError),
        ({}, object_schema({"a": {}}), ValueError),
        ({"a": "x", "b": "y"}, object_schema({"a": {}}), ValueError),
        ({"a": "x"}, object_schema({"a": {"type": "number!"}}), SchemaError),
    ],
)
def test_type_without_a_closed_and_explained_schema_refused(
    event_catalogue, fields, schema, refusal
):
    with pytest.raises(refusal):
        declare_event_type("box.packed", meaning="A box.", fields=fields, schema=schema)
    with pytest.raises(UnknownEventTypeError):
        event_type("box.packed")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1)])
def test_highest_declared_version_is_the_current_one(event_catalogue, order):
    for version in order:
        declare_box(version)
    assert (event_type("box.packed").version, set(event_type("box.packed").fields)) == (
        3,
        {"content"},
    )


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (1, {"count": 4}),
        (2, {"pieces": 4}),
        (3, {"content": {"pieces": 4, "unit": "piece"}}),
    ],
)
def test_data_of_every_version_brought_to_the_current_one(boxes, version, data):
    event = Event(type="box.packed", schema_version=version, data=data)
    before = dict(data)
    assert event_data(event) == {"content": {"pieces": 4, "unit": "piece"}}
    assert (event.data, event.schema_version) == (before, version)
    assert current_event(event).schema_version == 3


def test_event_of_a_newer_version_refused(boxes):
    event = Event(type="box.packed", schema_version=4, data={"content": {"pieces": 4}})
    with pytest.raises(UnknownEventVersionError, match=r"box\.packed version 4"):
        event_data(event)


def test_event_without_its_upcaster_refused(event_catalogue):
    declare_box(3)
    declare_upcaster("box.packed", 1, rename_count)
    assert missing_upcasters() == ["box.packed version 2"]
    event = Event(type="box.packed", schema_version=1, data={"count": 4})
    with pytest.raises(MissingUpcasterError, match=r"box\.packed version 2"):
        event_data(event)


def test_upcasters_that_miss_the_current_schema_refused(boxes):
    declare_upcaster("box.packed", 2, lambda data: data)
    event = Event(type="box.packed", schema_version=1, data={"count": 4})
    with pytest.raises(InvalidEventDataError, match=r"box\.packed: \$: "):
        event_data(event)


@pytest.mark.django_db
def test_subscriber_gets_an_old_event_in_the_current_version(event_catalogue):
    declare_box(1)
    heard: list[tuple[int, dict]] = []
    subscribe("tests.boxes", ["box.packed"], lambda e: heard.append((e.schema_version, e.data)))
    pack({"count": 4})
    declare_box(3)
    declare_upcaster("box.packed", 1, rename_count)
    declare_upcaster("box.packed", 2, wrap_pieces)
    assert relay.run_relay() == 1
    assert heard == [(3, {"content": {"pieces": 4, "unit": "piece"}})]
    event = Event.objects.get()
    assert (event.schema_version, event.data) == (1, {"count": 4})


@pytest.mark.django_db
def test_event_of_a_newer_version_waits_for_newer_code(boxes, monkeypatch):
    subscribe("tests.boxes", ["box.packed"], lambda event: None)
    pack({"content": {"pieces": 4}})
    monkeypatch.setattr("core.events.registry._types", {})
    declare_box(2)
    assert relay.run_relay() == 1
    delivery = EventDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (
        DeliveryState.PENDING,
        "UnknownEventVersionError: box.packed version 3",
    )
