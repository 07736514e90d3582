"""Google Maps as the provider of place searches, against a stand-in with answers of its shape."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
import structlog

from settings_modules.locations.errors import (
    PlaceQuotaSpent,
    PlaceSearchNotConfigured,
    PlaceSearchUnavailable,
    PlaceUnknown,
)
from settings_modules.locations.places.port import PlaceDetails, PlaceSuggestion
from settings_modules.locations.places.registry import provider_names
from settings_modules.locations.places.searching import place_details, search_places
from tests.integrations.google_maps.conftest import KEY
from tests.integrations.google_maps.stand_in import MUMBAI, PLACE_ID, PREDICTIONS

SEARCH = "/maps/api/place/autocomplete/json"
DETAILS = "/maps/api/place/details/json"


def test_suggestions_are_those_of_google(google):
    found = search_places("Mumbai")
    assert (found.provider, found.state) == ("google", "found")
    assert found.suggestions == [
        PlaceSuggestion(PLACE_ID, "Mumbai, Maharashtra, India"),
        PlaceSuggestion("port", "Mumbai Port, Mumbai, India"),
    ]
    assert google.asked == [(SEARCH, {"input": "Mumbai", "language": "en", "key": KEY})]


def test_search_may_stay_in_one_country_and_speak_arabic(google):
    search_places("Mumbai", country="IN", language="ar")
    asked = {"input": "Mumbai", "language": "ar", "components": "country:in", "key": KEY}
    assert google.asked == [(SEARCH, asked)]


def test_details_are_read_from_the_list_of_components(google):
    assert place_details(PLACE_ID) == PlaceDetails(
        place_id=PLACE_ID,
        name_en="Mumbai",
        name_ar="مومباي",
        address="Mumbai, Maharashtra 400001, India",
        address_line1="1 Dock Road",
        city="Mumbai",
        district="Mumbai Suburban",
        state="Maharashtra",
        state_code="MH",
        pincode="400001",
        country="IN",
        latitude=Decimal("19.075984"),
        longitude=Decimal("72.877656"),
    )
    fields = "place_id,formatted_address,name,geometry,address_components"
    assert google.asked[0] == (
        DETAILS,
        {"place_id": PLACE_ID, "fields": fields, "language": "en", "key": KEY},
    )


def _changed(**changes: object) -> dict[str, object]:
    return {"status": "OK", "result": {**MUMBAI, **changes}}


def test_city_is_the_third_level_where_there_is_no_locality(google):
    components = [
        {**each, "types": ["administrative_area_level_3"]} if "locality" in each["types"] else each
        for each in MUMBAI["address_components"]
    ]
    google.body = _changed(address_components=components)
    assert place_details(PLACE_ID).city == "Mumbai"


@pytest.mark.parametrize("geometry", [{}, None, {"viewport": {}}])
def test_missing_coordinates_stay_missing(google, geometry):
    google.body = _changed(geometry=geometry, address_components=[])
    place = place_details(PLACE_ID)
    assert (place.latitude, place.longitude, place.city, place.country) == (None, None, "", "")


def test_no_match_is_an_empty_answer(google):
    google.body = {"status": "ZERO_RESULTS", "predictions": []}
    found = search_places("Mumbai")
    assert (found.state, found.suggestions) == ("no_match", [])


@pytest.mark.parametrize("status", ["ZERO_RESULTS", "NOT_FOUND", "INVALID_REQUEST"])
def test_place_that_google_does_not_know(google, status):
    google.body = {"status": status}
    with pytest.raises(PlaceUnknown):
        place_details("nowhere")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"status": "OVER_QUERY_LIMIT"}),
        (200, {"status": "OVER_DAILY_LIMIT"}),
        (429, {"error": "slow down"}),
    ],
)
def test_spent_quota_is_told_as_that_and_not_asked_again(google, status, body):
    google.status, google.body = status, body
    with pytest.raises(PlaceQuotaSpent) as refused:
        search_places("Mumbai")
    assert (refused.value.status, refused.value.retry_after) == (503, 3600)
    assert len(google.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(200, {"status": "REQUEST_DENIED"}), (403, {}), (401, {})]
)
def test_refused_key_is_told_as_not_set_up(google, status, body):
    google.status, google.body = status, body
    with pytest.raises(PlaceSearchNotConfigured):
        search_places("Mumbai")


BROKEN = [
    (500, b"oops"),
    (302, b""),
    (200, b"<html>"),
    (200, b"[]"),
    (200, {"status": "UNKNOWN_ERROR"}),
    (200, {"status": "INVALID_REQUEST"}),
    (200, {}),
]


@pytest.mark.parametrize(("status", "body"), BROKEN)
def test_failure_is_tried_once_more_and_then_told(google, status, body):
    google.status, google.body = status, body
    with pytest.raises(PlaceSearchUnavailable):
        search_places("Mumbai")
    assert len(google.asked) == 2


def test_second_try_may_succeed(google):
    google.first = [(500, b"oops")]
    assert search_places("Mumbai").state == "found"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "OK"},
        {"status": "OK", "predictions": {"0": PREDICTIONS[0]}},
        {"status": "OK", "predictions": [{"description": "no id"}]},
        {"status": "OK", "predictions": [None]},
    ],
)
def test_predictions_of_another_shape_are_a_failure(google, body):
    google.body = body
    with pytest.raises(PlaceSearchUnavailable):
        search_places("Mumbai")


@pytest.mark.parametrize(
    "changes",
    [
        {"address_components": {"city": "Mumbai"}},
        {"address_components": [{"long_name": "Mumbai"}]},
        {"geometry": {"location": {"lat": "north"}}},
        {"geometry": {"location": {"lat": "north", "lng": 1}}},
        {"geometry": {"location": {"lat": "NaN", "lng": 1}}},
        {"name": None},
    ],
)
def test_details_of_another_shape_are_a_failure(google, changes):
    google.body = _changed(**changes)
    with pytest.raises(PlaceSearchUnavailable):
        place_details(PLACE_ID)


def test_answer_that_takes_too_long_is_a_failure(google, settings):
    settings.GOOGLE_MAPS_TIMEOUT_SECONDS = 0.2
    google.delay = 1.0
    with pytest.raises(PlaceSearchUnavailable):
        search_places("Mumbai")


def test_failures_are_not_kept_and_findings_are(google):
    google.first = [(200, {"status": "OVER_QUERY_LIMIT"})]
    with pytest.raises(PlaceQuotaSpent):
        search_places("Mumbai")
    first = search_places("Mumbai")
    assert search_places("mumbai ") == first
    assert len(google.asked) == 2


def test_offline_search_can_be_asked_for_by_name(google):
    assert search_places("Mumbai", provider="offline").provider == "offline"
    assert google.asked == []


def test_key_is_in_no_line_of_the_log(google):
    google.status, google.body = 500, b"oops"
    with structlog.testing.capture_logs() as lines, pytest.raises(PlaceSearchUnavailable):
        search_places("Mumbai")
    assert lines
    assert KEY not in json.dumps(lines, default=str)


def _registered(**variables: str) -> str:
    program = (
        "import django; django.setup();"
        "from settings_modules.locations.places.registry import provider_names;"
        "print(provider_names())"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | variables
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_google_is_asked_exactly_where_there_is_a_key():
    assert provider_names() == ["offline"]
    assert _registered(TRADEPOST_GOOGLE_MAPS_KEY="") == "['offline']"
    assert _registered(TRADEPOST_GOOGLE_MAPS_KEY=KEY) == "['google', 'offline']"
