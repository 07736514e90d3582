"""Two people who move locations below each other at the same moment."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from settings_modules.locations.errors import LocationCircle
from settings_modules.locations.models import Location
from settings_modules.locations.services import location_values
from settings_modules.locations.services.locations import create_location, update_location
from tests.concurrency.threads import run_together


def _pair() -> list[Location]:
    return [create_location(values={"name_en": name}) for name in ("Yard", "Port")]


def _move_below_each_other(pair: list[Location]) -> list[object]:
    def move(number: int) -> str:
        update_location(location=pair[number], values={"parent": pair[1 - number]})
        return "moved"

    return [
        type(each).__name__ if isinstance(each, Exception) else each
        for each in run_together(move, range(2))
    ]


def test_one_of_two_opposite_moves_is_refused(committed_db):
    assert sorted(_move_below_each_other(_pair())) == ["LocationCircle", "moved"]
    assert Location.objects.filter(parent=None).count() == 1


def test_database_refuses_the_second_of_two_moves_by_itself(committed_db, monkeypatch):
    monkeypatch.setattr(location_values, "_refuse_circle", lambda given, stored: None)
    assert sorted(_move_below_each_other(_pair())) == ["LocationCircle", "moved"]


def test_database_refuses_what_no_service_looked_at(db, monkeypatch):
    monkeypatch.setattr(location_values, "_refuse_circle", lambda given, stored: None)
    yard, port = _pair()
    update_location(location=port, values={"parent": yard})
    with pytest.raises(LocationCircle) as refused, transaction.atomic():
        update_location(location=yard, values={"parent": port})
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_without_either_guard_both_moves_are_made(committed_db, monkeypatch):
    monkeypatch.setattr(location_values, "_refuse_circle", lambda given, stored: None)
    pair = _pair()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER locations_no_circle ON locations_location")
    assert _move_below_each_other(pair) == ["moved", "moved"]
    assert Location.objects.filter(parent=None).count() == 0
