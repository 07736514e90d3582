"""Locations over the API, with the acceptance cases LOC-01 to LOC-32."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.events.models import Event
from core.history.selectors import audited_models
from core.identity.models import User
from settings_modules.locations.models import Location
from tests.factories.catalog import make_product
from tests.integrations.google_maps.conftest import google  # noqa: F401  (a fixture)
from tests.integrations.google_maps.stand_in import MUMBAI as GOOGLE_MUMBAI
from tests.integrations.google_maps.stand_in import PLACE_ID, Answering

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/settings/locations"
MUMBAI = "1275339"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss@example.com")


@pytest.fixture
def client(boss) -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(boss)
    return made


def post(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


def add(**values: Any) -> Location:
    return Location.objects.create(code=f"c{Location.objects.count()}", **values)


def listed(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def names(client: Client, query: str = "") -> list[str]:
    return [row["name_en"] for row in listed(client, query)["items"]]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_loc_01_create_by_place_fills_in_the_address(client, google):  # noqa: F811
    answer = post(client, {"place_id": PLACE_ID, "name_en": "Mumbai"})
    assert answer.status_code == 201
    row = answer.json()
    assert answer["Location"] == f"{ADDRESS}/{row['id']}"
    assert {name: row[name] for name in ("city", "state", "state_code", "region")} == {
        "city": "Mumbai",
        "state": "Maharashtra",
        "state_code": "MH",
        "region": "WEST",
    }
    stored = Location.objects.get()
    assert round(stored.latitude, 4) == Decimal("19.0760")
    assert round(stored.longitude, 4) == Decimal("72.8777")
    assert (stored.is_active, stored.timezone, stored.district) == (
        True,
        "Asia/Kolkata",
        "Mumbai Suburban",
    )
    assert (row["place_provider"], row["place_id"]) == ("google", PLACE_ID)


def test_loc_02_and_03_second_create_answers_with_the_first(client):
    first = post(client, {"place_id": MUMBAI, "name_en": "Existing"}).json()
    again = post(client, {"place_id": MUMBAI, "name_en": "Duplicate"})
    assert again.status_code == 200
    assert again.json() == first
    assert first["name_en"] == "Existing"


def test_provider_is_not_asked_about_a_place_that_is_here(client, google):  # noqa: F811
    post(client, {"place_id": PLACE_ID})
    asked = len(google.asked)
    assert post(client, {"place_id": PLACE_ID}).status_code == 200
    assert len(google.asked) == asked == 2


def test_provider_is_asked_before_the_transaction(client, google):  # noqa: F811
    seen = []
    answer_to = google.answer_to

    def noting(path: str, asked: dict[str, str]) -> Any:
        seen.append(connection.in_atomic_block and len(connection.savepoint_ids))
        return answer_to(path, asked)

    outside = len(connection.savepoint_ids)
    google.answer_to = noting
    assert post(client, {"place_id": PLACE_ID}).status_code == 201
    assert set(seen) == {outside}


def test_switched_off_match_offers_to_come_back(client):
    key = post(client, {"place_id": MUMBAI}).json()["id"]
    Location.objects.update(is_active=False)
    answer = post(client, {"place_id": MUMBAI})
    assert refusal(answer) == (409, "location_switched_off")
    assert answer.json()["error"]["location"] == key
    back = post(client, {"place_id": MUMBAI, "reactivate": True})
    assert (back.status_code, back.json()["id"], back.json()["is_active"]) == (200, key, True)


def test_loc_05_read_by_id(client):
    location = add(name_en="Pune")
    assert client.get(f"{ADDRESS}/{location.pk}").json()["name_en"] == "Pune"
    assert refusal(client.get(f"{ADDRESS}/{location.pk + 1}")) == (404, "not_found")


def test_loc_06_details_tell_the_location_that_is_here(client):
    key = post(client, {"place_id": MUMBAI}).json()["id"]
    details = client.get(f"{ADDRESS}/place-details?place_id={MUMBAI}").json()
    assert (details["location"], details["provider"]) == (key, "offline")


def _three() -> None:
    add(name_en="Mumbai", city="Mumbai", state="Maharashtra", state_code="MH", region="WEST")
    add(name_en="Pune", city="Pune", state="Maharashtra", state_code="MH", region="WEST")
    add(name_en="Bangalore", city="Bangalore", state="Karnataka", state_code="KA", region="SOUTH")


@pytest.mark.parametrize(
    ("query", "total"),
    [("", 3), ("state=Maharashtra", 2), ("state=maharash", 2), ("region=SOUTH", 1),
     ("search=Mum", 1), ("state_code=mh", 2), ("city=pun", 1), ("state=%25", 0), ("city=_", 0)],
)  # fmt: skip
def test_loc_14_list_is_filtered(client, query, total):
    _three()
    assert listed(client, query)["total"] == total


def test_loc_15_city_filter(client):
    _three()
    add(name_en="Yard", city="Navi Mumbai")
    assert names(client, "city=Mumbai&ordering=id") == ["Mumbai", "Yard"]


def test_loc_16_few_rows_on_one_page(client):
    for number in range(5):
        add(name_en=f"L{number}")
    found = listed(client, "page_size=10")
    assert (found["total"], len(found["items"])) == (5, 5)


def test_loc_17_pages_by_name_do_not_overlap(client):
    for number in range(25):
        add(name_en=f"Place {number:02}")
    pages = [names(client, f"ordering=name_en&page_size=10&page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [name for page in pages for name in page] == [
        f"Place {number:02}" for number in range(25)
    ]


def test_pages_have_50_rows_and_at_most_200(client):
    Location.objects.bulk_create(Location(code=f"b{number}", name_en="B") for number in range(201))
    assert len(listed(client)["items"]) == 50
    assert len(listed(client, "page_size=500")["items"]) == 200


def test_loc_18_region_filter(client):
    for name, region in (
        ("Mumbai", "WEST"), ("Ahmedabad", "WEST"), ("Chennai", "SOUTH"), ("Delhi", "NORTH"),
    ):  # fmt: skip
        add(name_en=name, region=region)
    assert sorted(names(client, "region=WEST")) == ["Ahmedabad", "Mumbai"]


def test_loc_19_search_over_names_and_addresses(client):
    add(name_en="Mumbai yard")
    add(name_en="Gin", city="Mumbai")
    add(name_en="Delhi", city="Delhi")
    assert listed(client, "search=Mumbai")["total"] == 2


def test_filter_by_parent_kind_country_and_postal_code(client):
    whole = add(name_en="Port", kind="port", country="IQ", pincode="61004")
    add(name_en="Quay", parent=whole)
    assert names(client, f"parent={whole.pk}") == ["Quay"]
    assert names(client, "kind=port") == names(client, "country=iq") == ["Port"]
    assert names(client, "pincode=61004") == ["Port"]
    children = client.get(f"{ADDRESS}/{whole.pk}/children").json()
    assert [row["name_en"] for row in children["items"]] == ["Quay"]
    assert refusal(client.get(f"{ADDRESS}/999999/children")) == (404, "not_found")


def test_loc_20_update_keeps_the_place(client):
    key = post(client, {"place_id": MUMBAI}).json()["id"]
    changed = client.patch(
        f"{ADDRESS}/{key}",
        {"name_en": "New Name", "city": "Mumbai City", "is_active": False},
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    assert changed.status_code == 200
    row = changed.json()
    assert (row["name_en"], row["city"], row["is_active"], row["place_id"]) == (
        "New Name",
        "Mumbai City",
        False,
        MUMBAI,
    )


@pytest.mark.parametrize("name", ["place_id", "place_provider", "map_url", "search_text"])
def test_place_is_not_changed_by_hand(client, name):
    key = add(name_en="A").pk
    answer = client.patch(
        f"{ADDRESS}/{key}", {name: "x"}, content_type="application/json",
        headers={"If-Match": '"1"'},
    )  # fmt: skip
    assert refusal(answer) == (400, "invalid_input")


def test_loc_21_unknown_id(client):
    for method in ("patch", "delete"):
        answer = getattr(client, method)(
            f"{ADDRESS}/12345", {}, content_type="application/json", headers={"If-Match": '"1"'}
        )
        assert refusal(answer) == (404, "not_found")


def test_loc_22_delete_switches_off_and_says_so(client):
    location = add(name_en="A")
    answer = client.delete(f"{ADDRESS}/{location.pk}", headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    assert "deleted successfully" in answer.json()["message"]
    location.refresh_from_db()
    assert location.is_active is False
    assert client.get(f"{ADDRESS}/{location.pk}").json()["is_active"] is False


def test_delete_of_a_used_location_tells_by_what_and_wants_a_yes(client):
    location = make_product(stock="2").stock.get().location
    address = f"{ADDRESS}/{location.pk}"
    seen = {"If-Match": f'"{location.version}"'}
    refused = client.delete(address, headers=seen)
    assert refusal(refused) == (409, "location_in_use")
    assert refused.json()["error"]["references"] == [
        {"model": "catalog.StockLevel", "field": "location", "count": 1}
    ]
    assert client.delete(f"{address}?confirm_in_use=maybe", headers=seen).status_code == 400
    assert client.delete(f"{address}?confirm_in_use=true", headers=seen).status_code == 200


def test_delete_wants_the_version_seen(client):
    location = add(name_en="A")
    address = f"{ADDRESS}/{location.pk}"
    assert refusal(client.delete(address)) == (428, "precondition_required")
    assert refusal(client.delete(address, headers={"If-Match": '"7"'})) == (412, "stale_version")


def test_loc_23_active_and_inactive_apart(client):
    add(name_en="On")
    add(name_en="Off", is_active=False)
    assert names(client, "is_active=true") == ["On"]
    assert names(client, "is_active=false") == ["Off"]


def search(client: Client, query: str, **more: str) -> Any:
    return client.get(f"{ADDRESS}/search-places", {"query": query, **more})


def test_loc_24_autocomplete(client, google):  # noqa: F811
    assert search(client, "Mumbai").json() == {
        "provider": "google",
        "state": "found",
        "items": [
            {"place_id": PLACE_ID, "description": "Mumbai, Maharashtra, India"},
            {"place_id": "port", "description": "Mumbai Port, Mumbai, India"},
        ],
    }


def test_loc_25_no_match_is_an_empty_list(client, google):  # noqa: F811
    google.body = {"status": "ZERO_RESULTS", "predictions": []}
    answer = search(client, "zzzz")
    assert (answer.status_code, answer.json()["state"], answer.json()["items"]) == (
        200,
        "no_match",
        [],
    )


def test_loc_26_one_letter_is_a_bad_request(client):
    answer = search(client, "M")
    assert refusal(answer) == (400, "place_query_too_short")
    assert answer.json()["error"]["details"][0]["field"] == "query"


FAILURES = [
    ({"status": "OVER_QUERY_LIMIT"}, 503, "place_quota_spent"),
    ({"status": "UNKNOWN_ERROR"}, 503, "place_search_unavailable"),
    ({"status": "REQUEST_DENIED"}, 409, "place_search_not_configured"),
]


@pytest.mark.parametrize(("body", "status", "code"), FAILURES)
def test_failures_of_the_provider_are_told_apart(client, google, body, status, code):  # noqa: F811
    google.body = body
    assert refusal(search(client, "Mumbai")) == (status, code)
    assert refusal(post(client, {"place_id": PLACE_ID})) == (status, code)
    assert Location.objects.count() == 0
    assert search(client, "Mumbai", provider="offline").json()["state"] == "found"


def test_loc_27_details_of_mumbai(client, google: Answering):  # noqa: F811
    details = client.get(f"{ADDRESS}/place-details?place_id={PLACE_ID}").json()
    assert details == {
        "provider": "google",
        "place_id": PLACE_ID,
        "name_en": "Mumbai",
        "name_ar": "مومباي",
        "address": GOOGLE_MUMBAI["formatted_address"],
        "address_line1": "1 Dock Road",
        "city": "Mumbai",
        "district": "Mumbai Suburban",
        "state": "Maharashtra",
        "state_code": "MH",
        "pincode": "400001",
        "country": "IN",
        "region": "WEST",
        "latitude": details["latitude"],
        "longitude": details["longitude"],
        "timezone": "Asia/Kolkata",
        "location": None,
    }
    assert Decimal(str(details["latitude"])) == Decimal("19.075984")
    assert Decimal(str(details["longitude"])) == Decimal("72.877656")


@pytest.mark.parametrize("body", [{}, {"place_id": ""}, {"place_id": None}, {"code": "x"}])
def test_loc_28_neither_place_nor_name(client, body):
    assert refusal(post(client, body)) == (400, "invalid_input")
    assert Location.objects.count() == 0


def test_place_of_none_is_an_entry_by_hand(client):
    row = post(client, {"name_en": "Yard", "place_id": None}).json()
    assert (row["code"], row["place_id"], row["place_provider"]) == ("yard", None, "")


def test_place_that_nobody_knows(client):
    assert refusal(post(client, {"place_id": "nowhere"})) == (404, "place_unknown")
    unknown = post(client, {"place_id": "1", "place_provider": "elsewhere"})
    assert refusal(unknown) == (409, "place_search_not_configured")


def test_loc_29_create_update_and_delete_are_events(client):
    key = post(client, {"place_id": MUMBAI}).json()["id"]
    address = f"{ADDRESS}/{key}"
    client.patch(
        address, {"name_en": "B"}, content_type="application/json", headers={"If-Match": '"1"'}
    )
    client.delete(address, headers={"If-Match": '"2"'})
    told = [(event.type, event.data) for event in Event.objects.order_by("id")]
    assert told == [
        ("location.created", {}),
        ("location.updated", {"changes": {"name_en": {"old": "Mumbai", "new": "B"}}}),
        ("location.updated", {"changes": {"is_active": {"old": True, "new": False}}}),
    ]


def test_loc_04_and_30_constraint_and_indexes_are_there():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "locations_location")
    unique = [each["columns"] for each in found.values() if each["unique"]]
    indexed = [each["columns"] for each in found.values() if each["index"]]
    assert ["place_provider", "place_id"] in unique
    for name in ("city", "state", "region", "pincode", "search_text"):
        assert [name] in indexed, name


def test_loc_31_who_and_when_is_kept(client, boss):
    key = post(client, {"name_en": "A"}).json()["id"]
    row = Location.objects.get(pk=key)
    assert row.created_at is not None
    assert row.updated_at is not None
    (kept,) = audited_models()["locations.location"].objects.filter(pgh_obj_id=key)
    assert kept.pgh_context["actor"] == f"user:{boss.pk}"


def test_loc_32_search_create_list(client):
    assert search(client, "Mumbai").status_code == 200
    assert post(client, {"place_id": MUMBAI}).status_code == 201
    found = listed(client)
    assert (found["total"], len(found["items"])) == (1, 1)


def test_manual_entry_of_every_field(client):
    whole = add(name_en="Office", kind="office")
    body = {
        "code": "yard",
        "name_en": "Yard",
        "name_ar": "ساحة",
        "name_ckb": "گۆڕەپان",
        "name_hi": "यार्ड",
        "kind": "store",
        "parent": whole.pk,
        "address": "1 Dock Road, Basra",
        "address_line1": "1 Dock Road",
        "address_line2": "Gate 3",
        "city": "Basra",
        "district": "Port",
        "state": "Basra",
        "state_code": "BA",
        "pincode": "61001",
        "country": "IQ",
        "region": "UNKNOWN",
        "timezone": "Asia/Baghdad",
        "opening_hours": {"mon": [["09:00", "13:00"]]},
        "contact_person": "Zainab",
        "contact_phone": "+9647701234567",
        "contact_email": "z@example.com",
        "is_sellable": True,
        "is_active": True,
        "priority": 5,
    }
    answer = post(client, {**body, "latitude": "30.5", "longitude": "47.8"})
    assert answer.status_code == 201
    row = answer.json()
    assert {name: row[name] for name in body} == body
    assert row["map_url"] == (
        "https://www.openstreetmap.org/?mlat=30.500000&mlon=47.800000#map=16/30.500000/47.800000"
    )


def test_half_a_position_is_refused(client):
    assert refusal(post(client, {"name_en": "A", "latitude": "5"})) == (400, "invalid_input")


def test_similar_one_is_listed_until_confirmed(client):
    first = add(name_en="Basra yard", city="Basra")
    body = {"name_en": "Basra Yards", "city": "Basra"}
    refused = post(client, body)
    assert refusal(refused) == (409, "similar_location")
    (similar,) = refused.json()["error"]["similar"]
    assert (similar["id"], similar["score"], similar["metres"]) == (first.pk, 0.77, None)
    asked = client.get(f"{ADDRESS}/similar", {"name": "Basra Yards", "city": "Basra"})
    assert asked.json()["items"] == [similar]
    assert post(client, {**body, "confirm_similar": True}).status_code == 201


@pytest.mark.parametrize("query", ["latitude=91", "longitude=x", "besides=0", "name=%00"])
def test_similar_refuses_what_it_cannot_read(client, query):
    assert refusal(client.get(f"{ADDRESS}/similar?{query}")) == (400, "invalid_input")


def test_circle_and_sales_of_an_office_are_refused_by_name(client):
    top = add(name_en="Top")
    part = add(name_en="Part", parent=top)
    seen = {"If-Match": '"1"'}
    circle = client.patch(
        f"{ADDRESS}/{top.pk}", {"parent": part.pk}, content_type="application/json", headers=seen
    )
    assert refusal(circle) == (422, "location_circle")
    office = post(client, {"name_en": "O", "kind": "office", "is_sellable": True})
    assert refusal(office) == (422, "only_stock_places_sell")


def test_list_asks_as_often_for_three_rows_as_for_one(client):
    add(name_en="A")
    listed(client)
    with CaptureQueriesContext(connection) as one:
        listed(client, "search=c")
    add(name_en="B", parent=Location.objects.get())
    add(name_en="C")
    with CaptureQueriesContext(connection) as three:
        assert listed(client, "search=c")["total"] == 3
    assert len(three) == len(one)
