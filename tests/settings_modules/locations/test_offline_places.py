"""Places without a network: towns, countries, time zones."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.cache import cache

from settings_modules.locations.errors import (
    PlaceQueryTooShort,
    PlaceSearchNotConfigured,
    PlaceUnknown,
)
from settings_modules.locations.places import searching
from settings_modules.locations.places.city_names import arabic_name, english_name, folded_name
from settings_modules.locations.places.countries import country_names, only_time_zone
from settings_modules.locations.places.derivation import region_of, time_zone_of
from settings_modules.locations.places.port import PlaceDetails
from settings_modules.locations.places.registry import provider_named
from settings_modules.locations.places.searching import place_details, search_places

MUMBAI = "1275339"


def described(text: str, **asked: str) -> list[str]:
    return [each.description for each in search_places(text, **asked).suggestions]


@pytest.mark.parametrize(
    "text",
    ["Mumbai", "mumbai", "  MUMBAI ", "Bombay", "مومباي", "मुंबई", "Mumbai, India", "Mumbai,maha"],
)
def test_town_is_found_first_by_any_of_its_names(text):
    assert search_places(text).suggestions[0].place_id == MUMBAI


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("pune", "Pune, Maharashtra, India"),
        ("São Paulo", "São Paulo, Brazil"),
        ("sao paulo", "São Paulo, Brazil"),
        ("rajkot", "Rajkot, Gujarat, India"),
        ("umm qasr", "Umm Qasr, Basra, Iraq"),
        ("هەولێر", "Erbil, Erbil, Iraq"),
        ("اربيل", "Erbil, Erbil, Iraq"),
        ("new york", "New York City, New York, United States"),
        ("hyderabad, pakistan", "Hyderabad, Pakistan"),
    ],
)
def test_towns_of_any_country_are_described(text, first):
    assert described(text)[0] == first


def test_town_is_described_in_arabic_for_arabic_readers():
    assert described("baghdad", language="ar") == ["بغداد, Baghdad, Iraq"]


def test_search_stays_in_the_country_asked_for():
    assert described("hyderabad", country="PK") == ["Hyderabad, Pakistan"]


@pytest.mark.parametrize("text", ["zzzzqq", "%%", "__", "||", "--", ", india"])
def test_no_match_is_said_to_be_one(text):
    found = search_places(text)
    assert (found.provider, found.state, found.suggestions) == ("offline", "no_match", [])


@pytest.mark.parametrize("text", ["", " ", "M", " M "])
def test_less_than_two_letters_are_refused(text):
    with pytest.raises(PlaceQueryTooShort) as refused:
        search_places(text)
    assert (refused.value.status, refused.value.field) == (400, "query")


def test_at_most_eight_are_suggested():
    assert len(described("san")) == 8


def test_details_have_both_names_and_where_it_is():
    assert place_details(MUMBAI) == PlaceDetails(
        place_id=MUMBAI,
        name_en="Mumbai",
        name_ar="بومباي",
        address="Mumbai, Maharashtra, India",
        city="Mumbai",
        state="Maharashtra",
        state_code="MH",
        country="IN",
        latitude=Decimal("19.072830"),
        longitude=Decimal("72.882610"),
        timezone="Asia/Kolkata",
    )


@pytest.mark.parametrize("place_id", ["0", "", "Mumbai", "1" * 255])
def test_unknown_place_is_refused(place_id):
    with pytest.raises(PlaceUnknown):
        place_details(place_id)


def test_provider_that_is_not_there_is_told():
    with pytest.raises(PlaceSearchNotConfigured) as refused:
        search_places("Mumbai", provider="google")
    assert refused.value.text() == "Place searches with “google” are not set up here."


def test_what_was_found_is_kept(monkeypatch):
    asked = []
    source = provider_named("offline")

    class Counted:
        name = "offline"

        def search(self, *given, **more):
            asked.append(given)
            return source.search(*given, **more)

        def details(self, place_id):
            asked.append(place_id)
            return source.details(place_id)

    monkeypatch.setattr(searching, "provider_named", lambda name: Counted())
    first = [search_places("mumbai"), place_details(MUMBAI)]
    assert [search_places(" MUMBAI"), place_details(MUMBAI)] == first
    assert asked == [("mumbai",), MUMBAI]
    cache.clear()
    assert place_details(MUMBAI) == first[1]
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("code", "region"),
    [("MH", "WEST"), ("TN", "SOUTH"), ("DL", "NORTH"), ("MP", "CENTRAL"), ("WB", "EAST"),
     ("AS", "NORTHEAST"), ("XX", "UNKNOWN"), ("", "UNKNOWN")],
)  # fmt: skip
def test_region_by_state_code(code, region):
    assert region_of(code) == region


def test_region_means_nothing_abroad():
    assert region_of("MH", country="US") == "UNKNOWN"


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "zone"),
    [
        (Decimal("19.076"), Decimal("72.8777"), "IN", "Asia/Kolkata"),
        (Decimal("36.19"), Decimal("44.01"), "", "Asia/Baghdad"),
        (Decimal("40.71"), Decimal("-74.00"), "US", "America/New_York"),
        # A jetty in the Gulf is not in the zone of the open sea.
        (Decimal("29.0"), Decimal("49.5"), "IQ", "Asia/Baghdad"),
        (Decimal("0"), Decimal("-140"), "", "Etc/GMT+9"),
        (None, None, "IQ", "Asia/Baghdad"),
        (None, None, "US", ""),
        (Decimal("500"), Decimal("0"), "IQ", "Asia/Baghdad"),
    ],
)
def test_time_zone_by_coordinates_or_by_country(latitude, longitude, country, zone):
    assert time_zone_of(latitude=latitude, longitude=longitude, country=country) == zone


def test_every_country_is_known_and_only_single_zones_are_taken():
    assert len(country_names()) == 249
    assert (only_time_zone("IN"), only_time_zone("AU"), only_time_zone("")) == (
        "Asia/Kolkata",
        "",
        "",
    )


def test_names_are_spelled_for_each_reader():
    assert english_name("Al Başrah al Qadīmah", "IQ") == "Al Basrah al Qadimah"
    assert english_name("‘Afak", "IQ") == "Afak"
    assert english_name("Zürich", "CH") == "Zürich"
    assert arabic_name(["Erbil", "اربیل", "هەولێر", "أربيل"]) == "أربيل"
    assert arabic_name(["Erbil"]) == ""
    assert folded_name("São-Paulo.") == "sao paulo"
    assert folded_name("أُربيل") == folded_name("اربيل")
