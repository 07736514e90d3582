"""The warning before a duplicate: names alike in the same town, or places next to each other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from settings_modules.locations.errors import SimilarLocation
from settings_modules.locations.models import Location
from settings_modules.locations.selectors.similar import similar_locations
from settings_modules.locations.services.locations import create_location

pytestmark = pytest.mark.django_db


def there(name: str = "Mumbai yard", **values: object) -> Location:
    return Location.objects.create(code=f"c{Location.objects.count()}", name_en=name, **values)


def scores(**asked: object) -> list[tuple[str, float, int | None]]:
    return [(each.name, each.score, each.metres) for each in similar_locations(**asked)]


def test_name_alike_is_told_within_the_same_city_or_postal_code():
    there(city="Mumbai", pincode="400001")
    same = [("Mumbai yard", 0.79, None)]
    assert scores(names=["Mumbai Yards"], city="MUMBAI") == same
    assert scores(names=["Mumbai Yards"], pincode="400001") == same
    assert scores(names=["Mumbai Yards"], city="Pune") == []
    assert scores(names=["Mumbai Yards"]) == []


def test_places_without_a_town_are_compared_with_each_other():
    there()
    there(city="Mumbai")
    assert scores(names=["Mumbai Yards"]) == [("Mumbai yard", 0.79, None)]


def test_names_are_compared_across_spelling_variants_and_languages():
    there(name="", name_ar="مستودع أربيل", city="Erbil")
    assert scores(names=["Depot", "مستودع اربيل"], city="erbil") == [("مستودع أربيل", 1.0, None)]


def test_other_name_in_the_same_town_is_no_warning():
    there(city="Mumbai")
    assert scores(names=["Cotton gin"], city="Mumbai") == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "metres"),
    [
        ("19.076000", "72.877700", 0),
        ("19.077000", "72.877700", 111),
        ("19.076000", "72.878700", 105),
        ("19.077700", "72.877700", 189),
        ("19.078000", "72.877700", None),
        ("19.076000", "72.880000", None),
    ],
)
def test_places_within_200_metres_are_told_with_their_distance(latitude, longitude, metres):
    there(latitude=Decimal("19.0760"), longitude=Decimal("72.8777"))
    found = scores(names=["Gin"], latitude=Decimal(latitude), longitude=Decimal(longitude))
    assert found == ([] if metres is None else [("Mumbai yard", 0.0, metres)])


def test_places_on_both_sides_of_the_date_line_are_near():
    there(latitude=Decimal("0"), longitude=Decimal("179.9995"))
    assert scores(names=["x"], latitude=Decimal(0), longitude=Decimal("-179.9995")) == [
        ("Mumbai yard", 0.0, 111)
    ]


def test_nearest_and_most_alike_come_first_and_switched_off_ones_count():
    at = {"latitude": Decimal("19.0760"), "longitude": Decimal("72.8777")}
    there(name="Far", latitude=Decimal("19.0775"), longitude=Decimal("72.8777"))
    there(name="Near", is_active=False, **at)
    there(name="Gin of Mumba", city="Mumbai")
    found = similar_locations(names=["Gin of Mumbai"], city="Mumbai", **at)
    assert [(each.name, each.is_active) for each in found] == [
        ("Near", False),
        ("Gin of Mumba", True),
        ("Far", True),
    ]


def test_row_is_not_similar_to_itself():
    own = there(city="Mumbai")
    assert scores(names=["Mumbai yard"], city="Mumbai", besides=own.pk) == []


def test_at_most_ten_are_told_in_one_query():
    for _ in range(12):
        there(city="Mumbai")
    with CaptureQueriesContext(connection) as asked:
        assert len(similar_locations(names=["Mumbai yard"], city="Mumbai")) == 10
    assert len(asked) == 1


def test_similar_one_is_refused_until_somebody_confirms():
    first = there(city="Mumbai", latitude=Decimal("19.0760"), longitude=Decimal("72.8777"))
    values = {
        "name_en": "Mumbai Yards",
        "city": "mumbai",
        "latitude": Decimal("19.0770"),
        "longitude": Decimal("72.8777"),
    }
    with pytest.raises(SimilarLocation) as refused:
        create_location(values=values)
    assert refused.value.extra == {
        "similar": [
            {
                "id": first.pk,
                "code": "c0",
                "name": "Mumbai yard",
                "city": "Mumbai",
                "is_active": True,
                "score": 0.79,
                "metres": 111,
            }
        ]
    }
    assert Location.objects.count() == 1
    create_location(values=values, confirm_similar=True)
    assert Location.objects.count() == 2
