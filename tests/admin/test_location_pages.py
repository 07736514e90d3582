"""The page of a location: place search, what is here already, opening hours, hierarchy."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from core.admin.refusals import shown_text
from settings_modules.locations.errors import PlaceSearchUnavailable
from settings_modules.locations.models import Location
from settings_modules.locations.places.registry import forget_provider, register_provider
from settings_modules.locations.services.locations import update_location
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened

ADD = reverse("admin:locations_location_add")
LIST = reverse("admin:locations_location_changelist")
MUMBAI = "1275339"
FORM = "location_form"


def change_page(location: Location) -> str:
    return reverse("admin:locations_location_change", args=[location.pk])


def filled(client, **typed: object) -> dict[str, object]:
    return {**opened(client, ADD, FORM), **typed}


def add(**values: object) -> Location:
    return Location.objects.create(code=f"c{Location.objects.count()}", **values)


def test_location_is_added_by_hand(boss_client):
    typed = filled(
        boss_client,
        name_en="Basra yard",
        city="Basra",
        country="IQ",
        latitude="30.5",
        longitude="47.8",
        opening_hours_mon_0_from="09:00",
        opening_hours_mon_0_to="13:00",
        opening_hours_mon_1_from="15:00",
        opening_hours_mon_1_to="00:00",
    )
    answer = boss_client.post(ADD, typed)
    assert answer.status_code == 302
    location = Location.objects.get()
    assert (location.code, location.timezone, location.region) == (
        "basra-yard",
        "Asia/Baghdad",
        "UNKNOWN",
    )
    assert location.opening_hours == {"mon": [["09:00", "13:00"], ["15:00", "24:00"]]}
    assert (location.latitude, location.is_sellable) == (Decimal("30.5"), True)


def test_name_is_asked_for_on_its_input(boss_client):
    answer = boss_client.post(ADD, filled(boss_client, code="x"))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name_en"] == [
        "Give a name in at least one language."
    ]


def test_hours_that_overlap_come_back_with_the_reason(boss_client):
    typed = filled(
        boss_client,
        name_en="A",
        opening_hours_tue_0_from="09:00",
        opening_hours_tue_0_to="13:00",
        opening_hours_tue_1_from="12:00",
        opening_hours_tue_1_to="14:00",
    )
    answer = boss_client.post(ADD, typed)
    text = answer.content.decode()
    assert answer.context["adminform"].form.errors == {
        "opening_hours": ["Tuesday: the spans overlap."]
    }
    assert 'name="opening_hours_tue_1_from" value="12:00"' in text
    assert Location.objects.count() == 0


def test_hours_are_shown_and_changed_span_by_span(boss_client):
    location = add(name_en="A", opening_hours={"fri": [["18:00", "24:00"]]})
    shown = opened(boss_client, change_page(location), FORM)
    assert shown["opening_hours_fri_0_from"] == ["18:00"]
    assert shown["opening_hours_fri_0_to"] == ["00:00"]
    assert boss_client.post(change_page(location), shown).status_code == 302
    location.refresh_from_db()
    assert location.version == 1
    changed = {**shown, "opening_hours_sat_0_from": "00:00", "opening_hours_sat_0_to": "02:00"}
    assert boss_client.post(change_page(location), changed).status_code == 302
    location.refresh_from_db()
    assert location.opening_hours == {"fri": [["18:00", "24:00"]], "sat": [["00:00", "02:00"]]}


def test_hours_of_somebody_else_are_taken_over(boss_client):
    location = add(name_en="A")
    mine = {**opened(boss_client, change_page(location), FORM), "city": "Basra"}
    Location.objects.update(opening_hours={"mon": [["09:00", "17:00"]]})
    first = boss_client.post(change_page(location), mine)
    assert first.status_code == 200
    text = first.content.decode()
    assert 'name="opening_hours_mon_0_from" value="09:00"' in text
    assert "mon: 09:00–17:00" in text


def test_history_tells_hours_in_words(boss_client):
    location = add(name_en="A")
    hours = {"mon": [["09:00", "13:00"], ["15:00", "24:00"]], "sun": [["10:00", "12:00"]]}
    update_location(location=location, values={"opening_hours": hours})
    address = reverse("admin:locations_location_history", args=[location.pk])
    text = boss_client.get(address).content.decode()
    assert "<bdi>mon: 09:00–13:00, 15:00–24:00; sun: 10:00–12:00</bdi>" in text


def test_searched_place_is_stored_with_the_location(boss_client):
    typed = filled(boss_client, name_en="Our yard", place_provider="offline", place_id=MUMBAI)
    assert boss_client.post(ADD, typed).status_code == 302
    location = Location.objects.get()
    assert (location.place_id, location.name_en, location.city, location.region) == (
        MUMBAI,
        "Our yard",
        "Mumbai",
        "WEST",
    )
    text = boss_client.get(change_page(location)).content.decode()
    assert "mlat=19.072830&amp;mlon=72.882610" in text
    assert f"offline: {MUMBAI}" in text


def test_place_that_is_here_is_linked_instead_of_added(boss_client):
    here = add(name_en="Here", place_provider="offline", place_id=MUMBAI)
    typed = filled(boss_client, name_en="New", place_provider="offline", place_id=MUMBAI)
    text = boss_client.post(ADD, typed).content.decode()
    assert f'This place is here already: <a class="tp-link" href="{change_page(here)}">' in text
    assert 'name="reactivate"' not in text
    assert Location.objects.count() == 1


def test_second_location_in_the_same_town_is_added_after_a_yes(boss_client):
    here = add(name_en="Here", place_provider="offline", place_id=MUMBAI)
    typed = filled(boss_client, name_en="New", city="Mumbai", place_provider="offline")
    typed |= {"place_id": MUMBAI, "confirm_similar": "on"}
    assert boss_client.post(ADD, typed).status_code == 302
    second = Location.objects.exclude(pk=here.pk).get()
    assert (second.name_en, second.city, second.place_id) == ("New", "Mumbai", None)


def test_switched_off_place_is_switched_on_by_a_tick(boss_client):
    here = add(name_en="Here", place_provider="offline", place_id=MUMBAI, is_active=False)
    typed = filled(boss_client, name_en="New", place_provider="offline", place_id=MUMBAI)
    text = boss_client.post(ADD, typed).content.decode()
    assert "This place is here already, switched off" in text
    assert 'name="reactivate"' in text
    assert boss_client.post(ADD, {**typed, "reactivate": "on"}).status_code == 302
    here.refresh_from_db()
    assert (here.is_active, here.name_en, Location.objects.count()) == (True, "Here", 1)


def test_similar_locations_are_listed_with_links_until_confirmed(boss_client):
    near = add(
        name_en="Basra yard",
        city="Basra",
        is_active=False,
        latitude=Decimal("30.5"),
        longitude=Decimal("47.8"),
    )
    typed = filled(
        boss_client, name_en="Basra Yards", city="basra", latitude="30.501", longitude="47.8"
    )
    text = boss_client.post(ADD, typed).content.decode()
    assert "There are similar locations. Is this one of them?" in text
    assert change_page(near) in text
    assert "77&nbsp;%" in text
    assert "111 m" in text
    assert "switched off" in text
    assert Location.objects.count() == 1
    assert boss_client.post(ADD, {**typed, "confirm_similar": "on"}).status_code == 302
    assert Location.objects.count() == 2


def test_page_shows_what_a_location_is_part_of(boss_client):
    top = add(name_en="Top")
    middle = add(name_en="Middle", parent=top)
    leaf = add(name_en="Leaf", parent=middle)
    text = boss_client.get(change_page(middle)).content.decode()
    for linked in (top, leaf):
        assert f'<a class="tp-link" href="{change_page(linked)}">' in text
    circle = {**opened(boss_client, change_page(top), FORM), "parent": str(leaf.pk)}
    refused = boss_client.post(change_page(top), circle)
    assert refused.context["adminform"].form.errors["parent"] == [
        "Leaf is itself part of Top: a location is not a part of itself."
    ]


@pytest.mark.parametrize("words", ["basra", "٦١٠٠١", "yard basra"])
def test_list_is_searched_by_any_word(boss_client, words):
    add(name_en="Yard", city="Basra", pincode="61001")
    add(name_en="Elsewhere")
    found = boss_client.get(LIST, {"q": words}).context["cl"].result_list
    assert [row.name_en for row in found] == ["Yard"]


def search(client, **asked: str):
    return client.get(reverse("admin:locations_location_places"), asked)


def test_search_box_answers_offline(boss_client):
    assert search(boss_client, query="Mumb").json()["items"][0] == {
        "place_id": MUMBAI,
        "description": "Mumbai, Maharashtra, India",
    }
    place = boss_client.get(reverse("admin:locations_location_place"), {"place_id": MUMBAI}).json()
    assert (place["provider"], place["city"], place["region"], place["timezone"]) == (
        "offline",
        "Mumbai",
        "WEST",
        "Asia/Kolkata",
    )
    assert (place["latitude"], place["longitude"]) == ("19.072830", "72.882610")


def test_search_box_says_why_it_found_nothing(boss_client):
    short = search(boss_client, query="M")
    assert (short.status_code, short.json()) == (
        400,
        {
            "state": "place_query_too_short",
            "message": "Type at least 2 letters of the place.",
        },
    )
    assert search(boss_client, query="zzzzqq").json()["state"] == "no_match"


def test_provider_that_fails_leaves_the_offline_search(boss_client):
    class Away:
        name = "away"

        def search(self, *_given, **_more):
            raise PlaceSearchUnavailable

    register_provider(Away())
    try:
        answer = search(boss_client, query="Mumbai")
        page = boss_client.get(ADD).content.decode()
        offline = search(boss_client, query="Mumbai", provider="offline")
    finally:
        forget_provider("away")
    assert (answer.status_code, answer.json()) == (
        503,
        {"state": "place_search_unavailable", "message": shown_text(PlaceSearchUnavailable())},
    )
    assert 'data-fallback="offline"' in page
    assert offline.json()["state"] == "found"


def test_search_speaks_the_readers_language(boss_client):
    boss_client.cookies["django_language"] = "ar"
    assert search(boss_client, query="Baghdad").json()["items"][0]["description"] == (
        "بغداد, Baghdad, Iraq"
    )
    text = boss_client.get(ADD).content.decode()
    assert "ابحث عن المكان" in text


def test_search_needs_its_permission(db):
    person = make_staff("locations.view_location", "locations.add_location")
    client = sign_in(person)
    answer = search(client, query="Mumbai")
    assert (answer.status_code, json.loads(answer.content)["state"]) == (403, "permission_denied")
    page = client.get(ADD)
    assert page.status_code == 200
    assert "place-search" not in page.content.decode()


def test_page_carries_no_script_of_its_own(boss_client):
    text = boss_client.get(ADD).content.decode()
    assert "admin_theme/places.js" in text
    assert "admin_theme/places.css" in text
    panel = text[text.index('class="tp-panel tp-places"') : text.index("</section>")]
    assert "<script" not in panel
    assert "onclick" not in panel
    assert 'role="combobox"' in panel
