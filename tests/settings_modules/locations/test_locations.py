"""Adding, changing and switching off locations."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.erasure import erase_mentions
from core.events.models import Event
from core.history.selectors import audited_models
from settings_modules.locations.enums import LocationKind
from settings_modules.locations.errors import (
    LocationCircle,
    LocationInUse,
    OnlyStockPlacesSell,
)
from settings_modules.locations.models import Location
from settings_modules.locations.selectors.locations import matching_locations, path_to
from settings_modules.locations.services.locations import (
    create_location,
    deactivate_location,
    ensure_zoho_location,
    restore_location,
    update_location,
)
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db

MUMBAI = {
    "name_en": "Mumbai yard",
    "city": "Mumbai",
    "state": "Maharashtra",
    "state_code": "MH",
    "country": "IN",
    "pincode": "400001",
    "latitude": Decimal("19.0760"),
    "longitude": Decimal("72.8777"),
}


def add(**values: object) -> Location:
    return create_location(values=values)


def test_every_field_is_stored_as_given():
    whole = add(name_en="Head office", kind="office")
    values = {
        **MUMBAI,
        "code": "MUM-1",
        "name_ar": "ساحة مومباي",
        "name_ckb": "گۆڕەپان",
        "name_hi": "मुंबई",
        "kind": "store",
        "parent": whole,
        "address": "1 Dock Road, Mumbai",
        "address_line1": "1 Dock Road",
        "address_line2": "Gate 3",
        "district": "Mumbai City",
        "region": "SOUTH",
        "timezone": "Asia/Dubai",
        "opening_hours": {"tue": [["15:00", "24:00"], ["09:00", "13:00"]], "mon": []},
        "contact_person": "R. Rao",
        "contact_phone": "+912212345678",
        "contact_email": "yard@example.com",
        "is_sellable": True,
        "is_active": True,
        "priority": 7,
    }
    stored = Location.objects.get(pk=add(**values).pk)
    kept = {name: getattr(stored, name) for name in values}
    assert kept == {**values, "opening_hours": {"tue": [["09:00", "13:00"], ["15:00", "24:00"]]}}
    assert stored.created_at is not None
    assert stored.version == 1


def test_region_time_zone_and_code_follow_from_the_place():
    location = add(**MUMBAI)
    assert (location.code, location.region, location.timezone) == (
        "mumbai-yard",
        "WEST",
        "Asia/Kolkata",
    )


@pytest.mark.parametrize(
    ("values", "region", "state_code", "state", "timezone"),
    [
        ({"state": "Orissa", "country": "IN"}, "EAST", "OD", "Odisha", "Asia/Kolkata"),
        ({"state_code": "ut", "country": "in"}, "NORTH", "UK", "Uttarakhand", "Asia/Kolkata"),
        ({"state_code": "MH", "country": "US"}, "UNKNOWN", "MH", "", ""),
        ({"state": "Baghdad", "country": "IQ"}, "UNKNOWN", "", "Baghdad", "Asia/Baghdad"),
        ({"state_code": "MP"}, "CENTRAL", "MP", "", ""),
        ({"country": "US"}, "UNKNOWN", "", "", ""),
    ],
)
def test_state_decides_the_region_in_india_alone(values, region, state_code, state, timezone):
    location = add(name_en="Place", **values)
    assert (location.region, location.state_code, location.state, location.timezone) == (
        region,
        state_code,
        state,
        timezone,
    )


def test_code_that_is_taken_gets_a_number():
    codes = [add(name_en="Gate", city=city).code for city in ("A", "B", "C")]
    assert codes == ["gate", "gate-2", "gate-3"]


def test_name_without_latin_letters_takes_its_code_from_the_kind():
    assert add(name_ar="المستودع", kind="port", is_sellable=False).code == "port"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"code": "x"}, "name_en", "required"),
        ({"name_en": "A", "country": "XX"}, "country", "invalid_choice"),
        ({"name_en": "A", "timezone": "Asia/Nowhere"}, "timezone", "invalid_choice"),
        ({"name_en": "A", "latitude": 91, "longitude": 0}, "latitude", "max_value"),
        ({"name_en": "A", "latitude": 0, "longitude": -181}, "longitude", "min_value"),
        ({"name_en": "A", "latitude": 5}, "__all__", None),
        ({"name_en": "A", "longitude": 5}, "__all__", None),
        ({"name_en": "A", "contact_email": "nobody"}, "contact_email", "invalid"),
        ({"name_en": "A", "opening_hours": {"mon": "all day"}}, "opening_hours", "opening_hours"),
    ],
)
def test_value_that_cannot_be_is_refused_by_its_field(values, field, code):
    with pytest.raises(ValidationError) as refused:
        create_location(values=values)
    (error,) = refused.value.error_dict[field]
    assert error.code == code
    assert Location.objects.count() == 0


@pytest.mark.parametrize(("latitude", "longitude"), [("5", "NULL"), ("NULL", "5"), ("91", "0")])
def test_database_refuses_half_a_position_and_one_off_the_earth(latitude, longitude):
    location = add(name_en="A")
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE locations_location SET latitude = {latitude}, longitude = {longitude}"
            f" WHERE id = {location.pk}"
        )


def test_update_changes_and_clears_every_field():
    location = add(
        **MUMBAI, address_line1="1 Dock Road", opening_hours={"mon": [["09:00", "17:00"]]}
    )
    cleared = {
        **dict.fromkeys(("city", "state", "state_code", "country", "pincode", "address_line1"), ""),
        "latitude": None,
        "longitude": None,
        "opening_hours": {},
    }
    updated = update_location(location=location, values=cleared)
    assert {name: getattr(updated, name) for name in cleared} == cleared
    assert (updated.region, updated.timezone) == ("UNKNOWN", "")
    assert updated.name_en == "Mumbai yard"


def test_region_and_time_zone_follow_a_move():
    location = add(**MUMBAI)
    moved = update_location(
        location=location,
        values={
            "state_code": "TN",
            "state": "Tamil Nadu",
            "latitude": Decimal("33.3"),
            "longitude": Decimal("44.4"),
        },
    )
    assert (moved.region, moved.timezone) == ("SOUTH", "Asia/Baghdad")
    changes = Event.objects.get(type="location.updated").data["changes"]
    assert changes["region"] == {"old": "WEST", "new": "SOUTH"}
    assert changes["timezone"] == {"old": "Asia/Kolkata", "new": "Asia/Baghdad"}


def test_choice_of_somebody_survives_a_move():
    location = add(**MUMBAI, region="CENTRAL", timezone="Asia/Dubai")
    moved = update_location(location=location, values={"state_code": "TN", "state": ""})
    assert (moved.region, moved.timezone) == ("CENTRAL", "Asia/Dubai")
    cleared = update_location(location=moved, values={"region": "UNKNOWN", "timezone": ""})
    assert (cleared.region, cleared.timezone) == ("SOUTH", "Asia/Kolkata")


def test_change_elsewhere_leaves_what_an_import_brought():
    location = Location.objects.create(code="old", name_en="Old", state_code="MH", country="IN")
    updated = update_location(location=location, values={"priority": 3})
    assert (updated.region, updated.timezone) == ("UNKNOWN", "")


@pytest.mark.parametrize("kind", ["branch", "office", "port", "factory"])
def test_place_without_goods_sells_nothing(kind):
    location = add(name_en="Place", kind=kind)
    assert location.is_sellable is False
    with pytest.raises(OnlyStockPlacesSell):
        update_location(location=location, values={"is_sellable": True})
    with pytest.raises(OnlyStockPlacesSell):
        add(name_en="Other", kind=kind, is_sellable=True)


def test_warehouse_that_becomes_an_office_stops_selling():
    location = add(name_en="Place")
    assert location.is_sellable is True
    office = update_location(location=location, values={"kind": LocationKind.OFFICE})
    assert office.is_sellable is False


def test_location_is_not_part_of_its_own_part():
    top = add(name_en="Top")
    middle = add(name_en="Middle", parent=top)
    leaf = add(name_en="Leaf", parent=middle)
    with pytest.raises(LocationCircle) as refused:
        update_location(location=top, values={"parent": leaf})
    assert refused.value.text() == "Leaf is itself part of Top: a location is not a part of itself."
    with pytest.raises(LocationCircle):
        update_location(location=top, values={"parent": top})
    assert [each.name_en for each in path_to(leaf)] == ["Top", "Middle", "Leaf"]


def test_used_location_is_switched_off_once_somebody_insists():
    product = make_product(stock="3")
    location = product.stock.get().location
    with pytest.raises(LocationInUse) as refused:
        deactivate_location(location=location)
    assert refused.value.extra == {
        "references": [{"model": "catalog.StockLevel", "field": "location", "count": 1}]
    }
    assert "1 records" in refused.value.text()
    off = deactivate_location(location=location, confirm_in_use=True)
    assert off.is_active is False
    assert restore_location(location=off).is_active is True
    assert [event.type for event in Event.objects.filter(stream_type="location")] == [
        "location.updated",
        "location.updated",
    ]


def test_part_counts_as_use():
    whole = add(name_en="Whole")
    add(name_en="Part", parent=whole, is_active=False)
    with pytest.raises(LocationInUse):
        deactivate_location(location=whole)


def test_contact_is_in_no_event_and_no_history():
    location = add(
        name_en="A", contact_person="Zainab", contact_phone="+9647701234567",
        contact_email="z@example.com",
    )  # fmt: skip
    update_location(location=location, values={"contact_person": "Zainab K."})
    told = str(list(Event.objects.values_list("data", flat=True)))
    kept = str(list(audited_models()["locations.location"].objects.values()))
    assert "Zainab" not in told + kept
    assert Event.objects.get(type="location.updated").data == {
        "changes": {},
        "untold": ["contact_person"],
    }


def test_erasing_a_person_empties_the_contacts_that_name_them():
    named = add(
        name_en="A", contact_person="Zainab Karim", contact_phone="0770 123 4567",
        contact_email="z@example.com",
    )  # fmt: skip
    other = add(name_en="B", city="B", contact_person="Rao")
    erase_mentions(texts=["Zainab Karim", "z@example.com"], phones=["+9647701234567"])
    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.contact_person, named.contact_phone, named.contact_email) == ("", "", "")
    assert other.contact_person == "Rao"


def test_location_of_zoho_is_made_and_kept():
    made = ensure_zoho_location(zoho_location_id="460000000001", name="Depot", is_active=True)
    assert (made.code, made.kind, made.is_sellable) == ("depot-000001", "warehouse", True)
    update_location(location=made, values={"name_en": "Our depot"})
    again = ensure_zoho_location(zoho_location_id="460000000001", name="Depot", is_active=False)
    assert (again.pk, again.name_en, again.is_active) == (made.pk, "Our depot", False)


@pytest.mark.parametrize(
    "words",
    ["mumbai", "YARD mumbai", "٤٠٠٠٠١", "maharash", "mum-1", "ساحه", "thane"],
)
def test_location_is_found_by_any_of_its_words(words):
    location = add(**MUMBAI, code="MUM-1", name_ar="ساحة", district="Thane")
    add(name_en="Elsewhere")
    assert list(matching_locations(words)) == [location]


@pytest.mark.parametrize("words", ["%", "_", "mum%1", "\\"])
def test_signs_of_patterns_are_letters_like_others(words):
    add(**MUMBAI, code="MUM-1")
    assert list(matching_locations(words)) == []
