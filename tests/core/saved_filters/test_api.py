"""Saved filters by the API: one's own, shared ones, refusals, bounds."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from core.api.saved_filter_lists import _collections, known_parameters
from core.identity.models import User
from core.identity.tokens import issue_token
from core.saved_filters.models import SavedFilter, Surface
from settings_modules.organizations.models import Organization
from tests.admin.conftest import make_staff, sign_in
from tests.factories.organizations import make_member, role_group
from tests.factories.saved_filters import make_filter

FILTERS = "/api/v1/saved-filters"
BODY = {
    "record_type": "locations.location",
    "name": "Mills",
    "query": {"search": ["mill"], "city": ["Pune"], "ordering": ["-id"]},
}


@pytest.fixture
def viewer(db: None) -> User:
    return make_staff("locations.view_location")


@pytest.fixture
def client(viewer: User) -> Client:
    return sign_in(viewer)


def post(client: Client, body: object, **headers: str):
    return client.post(FILTERS, body, content_type="application/json", headers=headers)


def patch(client: Client, saved: SavedFilter, body: object, version: int = 1):
    return client.patch(
        f"{FILTERS}/{saved.pk}",
        body,
        content_type="application/json",
        headers={"if-match": f'"{version}"'},
    )


def refusal(answer) -> tuple[int, str, list[str]]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], [each["field"] for each in error["details"]]


def names(answer) -> list[str]:
    assert answer.status_code == 200
    return [item["name"] for item in answer.json()["items"]]


def test_filter_is_saved_read_changed_and_removed(client, viewer):
    answer = post(client, BODY)
    saved = SavedFilter.objects.get()
    place = f"{FILTERS}/{saved.pk}"
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (201, place, '"1"')
    shown = answer.json()
    assert list(shown["query"].items()) == sorted(BODY["query"].items())
    assert {name: shown[name] for name in ("surface", "owner", "is_shared", "is_editable")} == {
        "surface": "api",
        "owner": viewer.pk,
        "is_shared": False,
        "is_editable": True,
    }
    assert shown["unknown_parameters"] == []
    changed = patch(client, saved, {"name": "Gins"})
    assert (changed.status_code, changed.json()["name"], changed["ETag"]) == (200, "Gins", '"2"')
    assert refusal(patch(client, saved, {"name": "Late"})) == (412, "stale_version", [])
    body = {"name": "Yarn", "query": {"code": ["x"]}}
    sent = {"content_type": "application/json"}
    assert client.put(place, body, **sent).status_code == 428
    replaced = client.put(place, body, headers={"if-match": '"2"'}, **sent)
    assert replaced.json()["query"] == {"code": ["x"]}
    assert client.delete(place).status_code == 428
    assert client.delete(place, headers={"if-match": '"3"'}).status_code == 204
    assert client.get(place).status_code == 404


def test_retry_with_the_same_key_saves_once(client):
    first, again = (post(client, BODY, **{"idempotency-key": "mills-of-pune"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"
    assert SavedFilter.objects.count() == 1
    assert refusal(post(client, BODY)) == (409, "saved_filter_name_taken", ["name"])


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"record_type": "no.such"}, (422, "saved_filter_list_unknown", ["record_type"])),
        ({"record_type": "catalog.product"}, (422, "saved_filter_list_unknown", ["record_type"])),
        ({"record_type": "core.savedfilter"}, (422, "saved_filter_list_unknown", ["record_type"])),
        ({"query": {"page": ["2"]}}, (422, "saved_filter_parameters_unknown", ["query"])),
        (
            {"query": {"owner__email": ["x"]}},
            (422, "saved_filter_parameters_unknown", ["query"]),
        ),
        ({"query": {}}, (422, "saved_filter_empty", ["query"])),
        ({"query": []}, (422, "saved_filter_malformed", ["query"])),
        ({"query": "search=x"}, (422, "saved_filter_malformed", ["query"])),
        ({"query": {"search": "x"}}, (422, "saved_filter_malformed", ["query"])),
        ({"query": {"search": ["a\0b"]}}, (422, "saved_filter_malformed", ["query"])),
        ({"query": {"search": ["x" * 5_000]}}, (422, "saved_filter_too_large", ["query"])),
        ({"query": {"city": ["x"] * 101}}, (422, "saved_filter_too_large", ["query"])),
        ({"query": None}, (400, "invalid_input", ["query"])),
        ({"name": ""}, (400, "invalid_input", ["name"])),
        ({"name": "x" * 101}, (400, "invalid_input", ["name"])),
        ({"is_shared": True}, (403, "saved_filter_sharing_refused", ["is_shared"])),
        ({"owner": 1}, (400, "invalid_input", ["owner"])),
        ({"surface": "admin"}, (400, "invalid_input", ["surface"])),
    ],
)
def test_what_cannot_be_saved_is_refused_by_name(client, values, wanted):
    assert refusal(post(client, {**BODY, **values})) == wanted
    assert not SavedFilter.objects.exists()


def test_records_of_a_filter_stay(client, viewer):
    saved = make_filter(viewer)
    answer = patch(client, saved, {"record_type": "catalog.product"})
    assert refusal(answer) == (400, "invalid_input", ["record_type"])


def test_filters_of_others_are_seen_only_when_shared_and_of_lists_one_may_see(client, viewer):
    other = make_staff("locations.change_location")
    make_filter(viewer, "Own")
    private = make_filter(other, "Private")
    shared = make_filter(other, "Shared", is_shared=True)
    make_filter(other, "Of products", record_type="catalog.product", is_shared=True)
    make_filter(viewer, "Of products too", record_type="catalog.product")
    make_filter(viewer, "Of the back office", surface=Surface.ADMIN)
    assert names(client.get(FILTERS)) == ["Own", "Shared"]
    assert names(client.get(f"{FILTERS}?mine=true")) == ["Own"]
    assert names(client.get(f"{FILTERS}?is_shared=true")) == ["Shared"]
    assert names(client.get(f"{FILTERS}?name=OWN")) == ["Own"]
    assert names(client.get(f"{FILTERS}?record_type=locations.location")) == ["Own", "Shared"]
    assert names(client.get(f"{FILTERS}?record_type=catalog.product")) == []
    page = client.get(f"{FILTERS}?page_size=1&page=2&ordering=-name").json()
    assert (page["total"], [item["name"] for item in page["items"]]) == (2, ["Own"])
    assert client.get(f"{FILTERS}/{private.pk}").status_code == 404
    assert client.get(f"{FILTERS}/{shared.pk}").json()["is_editable"] is False
    assert refusal(patch(client, shared, {"name": "x"})) == (403, "saved_filter_not_yours", [])
    gone = client.delete(f"{FILTERS}/{shared.pk}", headers={"if-match": '"1"'})
    assert refusal(gone) == (403, "saved_filter_not_yours", [])
    boss = sign_in(make_staff(is_superuser=True))
    assert patch(boss, shared, {"name": "By the boss"}).status_code == 200
    assert patch(boss, private, {"name": "x"}).status_code == 404


def test_shared_filters_stay_within_the_organization(db):
    mine = Organization.objects.create(name="Mine")
    theirs = Organization.objects.create(name="Theirs")
    keeper, colleague = make_member(mine, "owner"), make_member(mine, "viewer")
    stranger = make_member(theirs, "viewer")
    make_filter(keeper, "Shared", is_shared=True)
    assert names(sign_in(colleague).get(FILTERS)) == ["Shared"]
    assert names(sign_in(stranger).get(FILTERS)) == []


def test_token_without_roles_keeps_none(viewer):
    _, text = issue_token(user=viewer, name="till")
    program = Client(headers={"authorization": f"Token {text}"})
    make_filter(viewer)
    assert names(program.get(FILTERS)) == []
    assert refusal(post(program, BODY)) == (422, "saved_filter_list_unknown", ["record_type"])


def test_token_keeps_filters_of_what_its_roles_see(db):
    member = make_member(Organization.objects.create(name="Mine"), "owner")
    _, text = issue_token(user=member, name="till", groups=[role_group("viewer")])
    program = Client(headers={"authorization": f"Token {text}"})
    assert post(program, BODY).status_code == 201
    shared = post(program, {**BODY, "name": "Shared", "is_shared": True})
    assert refusal(shared) == (403, "saved_filter_sharing_refused", ["is_shared"])


def test_parameter_that_went_away_is_told(client, viewer):
    saved = make_filter(viewer, query={"search": ["x"], "went_away": ["1"]})
    shown = client.get(f"{FILTERS}/{saved.pk}").json()
    assert shown["unknown_parameters"] == ["went_away"]
    assert refusal(patch(client, saved, {"query": shown["query"]}))[1] == (
        "saved_filter_parameters_unknown"
    )
    assert patch(client, saved, {"name": "Still renamed"}).status_code == 200


def test_list_asks_as_often_for_three_filters_as_for_one(client, viewer):
    make_filter(viewer, "a")
    client.get(FILTERS)
    with CaptureQueriesContext(connection) as one:
        assert client.get(FILTERS).json()["total"] == 1
    make_filter(viewer, "b")
    make_filter(make_staff(), "c", is_shared=True)
    with CaptureQueriesContext(connection) as three:
        assert client.get(FILTERS).json()["total"] == 3
    assert len(three) == len(one), "\n".join(query["sql"] for query in three)


def test_every_list_with_filters_names_its_parameters(db):
    assert get_resolver().url_patterns
    assert len(_collections) > 25
    known = {kind: known_parameters(collection) for kind, collection in _collections.items()}
    assert known["locations.location"] >= {"search", "city", "ordering"}
    assert known["catalog.product"] == {
        *("search", "ordering", "category", "is_active", "sku", "barcode", "zoho_item_id"),
    }
    assert known["commodities.unit"] >= {"search", "ordering"}
    assert known["core.job"] == {"kind", "state", "mine", "ordering"}
    assert [kind for kind, names in known.items() if {"page", "page_size"} & names] == []
    assert "core.savedfilter" not in known


def test_query_opens_the_list_that_it_is_of(client):
    answer = post(client, BODY)
    found = client.get("/api/v1/settings/locations", json.loads(answer.content)["query"])
    assert found.status_code == 200
