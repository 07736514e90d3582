"""Locations at places of a provider: one place is one location."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError

from core.events.models import Event
from settings_modules.locations.errors import LocationSwitchedOff, PlaceUnknown, SimilarLocation
from settings_modules.locations.models import Location
from settings_modules.locations.places.port import PlaceDetails
from settings_modules.locations.services import placed_locations
from settings_modules.locations.services.locations import create_location, deactivate_location
from settings_modules.locations.services.placed_locations import create_location_at_place
from tests.concurrency.threads import run_together

MUMBAI = "1275339"


def test_place_becomes_a_location_with_its_address(db):
    placed = create_location_at_place(place_id=MUMBAI)
    location = Location.objects.get(pk=placed.location.pk)
    assert placed.outcome == "created"
    kept = {
        name: getattr(location, name)
        for name in ("name_en", "name_ar", "city", "state", "state_code", "country", "region")
    }
    assert kept == {
        "name_en": "Mumbai",
        "name_ar": "بومباي",
        "city": "Mumbai",
        "state": "Maharashtra",
        "state_code": "MH",
        "country": "IN",
        "region": "WEST",
    }
    assert (location.place_provider, location.place_id) == ("offline", MUMBAI)
    assert (location.latitude, location.longitude) == (Decimal("19.07283"), Decimal("72.88261"))
    assert (location.timezone, location.code, location.is_active) == (
        "Asia/Kolkata",
        "mumbai",
        True,
    )
    assert [event.type for event in Event.objects.all()] == ["location.created"]


def test_what_is_given_goes_before_the_provider_on_a_new_location(db):
    given = {"name_en": "Our yard", "code": "yard", "pincode": "400001", "city": "", "kind": "port"}
    location = create_location_at_place(place_id=MUMBAI, values=given).location
    assert (location.name_en, location.name_ar, location.code) == ("Our yard", "بومباي", "yard")
    assert (location.pincode, location.city, location.kind) == ("400001", "Mumbai", "port")
    assert location.is_sellable is False


def test_place_that_is_here_is_returned_unchanged(db):
    first = create_location_at_place(place_id=MUMBAI, values={"name_en": "Existing"}).location
    again = create_location_at_place(place_id=MUMBAI, values={"name_en": "Duplicate"})
    assert (again.outcome, again.location.pk, again.location.name_en) == (
        "existing",
        first.pk,
        "Existing",
    )
    assert Event.objects.count() == 1


def test_switched_off_place_comes_back_only_when_asked(db):
    first = create_location_at_place(place_id=MUMBAI).location
    deactivate_location(location=first)
    with pytest.raises(LocationSwitchedOff) as refused:
        create_location_at_place(place_id=MUMBAI)
    assert refused.value.extra == {"location": first.pk}
    assert Location.objects.get().is_active is False
    back = create_location_at_place(place_id=MUMBAI, values={"name_en": "Ignored"}, reactivate=True)
    assert (back.outcome, back.location.pk, back.location.name_en) == (
        "reactivated",
        first.pk,
        "Mumbai",
    )
    assert Location.objects.get().is_active is True


def test_place_near_another_location_is_warned_of(db):
    near = {"latitude": Decimal("19.0730"), "longitude": Decimal("72.8826")}
    create_location(values={"name_en": "Gin", **near})
    with pytest.raises(SimilarLocation) as refused:
        create_location_at_place(place_id=MUMBAI)
    assert [each["metres"] for each in refused.value.extra["similar"]] == [19]
    placed = create_location_at_place(place_id=MUMBAI, confirm_similar=True)
    assert placed.outcome == "created"


def test_unknown_place_adds_nothing(db):
    with pytest.raises(PlaceUnknown):
        create_location_at_place(place_id="nowhere")
    assert Location.objects.count() == 0


def test_one_place_of_one_provider_is_one_row_in_the_database(db):
    place = {"place_provider": "offline", "place_id": MUMBAI}
    Location.objects.create(code="a", **place)
    Location.objects.create(code="c", **{**place, "place_provider": "google"})
    with pytest.raises(IntegrityError):
        Location.objects.create(code="b", **place)


def _outcomes() -> list[str]:
    def add(_number: int) -> str:
        placed = create_location_at_place(place_id=MUMBAI, confirm_similar=True)
        return placed.outcome.value

    found = run_together(add, range(4))
    return sorted("refused" if isinstance(each, Exception) else each for each in found)


def test_place_added_by_four_at_once_is_one_location(committed_db):
    assert _outcomes() == ["created", "existing", "existing", "existing"]
    assert Location.objects.count() == 1


def test_without_waiting_for_others_the_same_race_ends_in_refusals(committed_db, monkeypatch):
    meeting = threading.Barrier(4)
    real = placed_locations.place_details

    def slow_details(place_id: str, *, provider: str) -> PlaceDetails:
        # Nobody stores the place before all have looked for it.
        meeting.wait(timeout=30)
        return real(place_id, provider=provider)

    monkeypatch.setattr(placed_locations, "_wait_for_others", lambda provider, place_id: None)
    monkeypatch.setattr(placed_locations, "place_details", slow_details)
    assert _outcomes() == ["created", "refused", "refused", "refused"]
    assert Location.objects.count() == 1
