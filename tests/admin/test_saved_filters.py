"""Saved filters above the lists of the back office."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from core.identity.models import User
from core.saved_filters.models import SavedFilter, Surface
from settings_modules.organizations.models import Organization
from tests.admin.conftest import make_staff, sign_in
from tests.factories.commodities import make_commodity
from tests.factories.organizations import make_member
from tests.factories.saved_filters import make_filter

LIST = "/admin/commodities/commodity/"
WORK = f"{LIST}saved-filters/"
EMPTY = "No saved filters yet: filter the list, then save it here."
QUERY = {"is_active__exact": ["1"], "quality": ["no_tax_code"], "q": ["cotton"]}


@pytest.fixture
def viewer(db: None) -> User:
    return make_staff("commodities.view_commodity")


@pytest.fixture
def client(viewer: User) -> Client:
    return sign_in(viewer)


def keep(owner: User, name: str = "Mine", **values: object) -> SavedFilter:
    given = {
        "surface": Surface.ADMIN,
        "record_type": "commodities.commodity",
        "query": QUERY,
        **values,
    }
    return make_filter(owner, name, **given)


def text_of(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def save(client: Client, query: str, name: str = "Mine", **more: str):
    return client.post(f"{WORK}add/", {"_confirm": "yes", "name": name, "query": query, **more})


def change(client: Client, saved: SavedFilter, **values: str):
    given = {"_confirm": "yes", "name": saved.name, "version": str(saved.version), "query": ""}
    return client.post(f"{WORK}{saved.pk}/change/", {**given, **values})


def links(answer) -> list[tuple[str, bool]]:
    """The names above the list, and which of them is in force."""
    found = re.findall(
        r'<a href="[^"]*/saved-filters/\d+/"( aria-current="true")?><bdi>([^<]*)</bdi>',
        text_of(answer),
    )
    return [(name, bool(current)) for current, name in found]


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_list_is_saved_opened_and_marked(client, viewer):
    make_commodity("Cotton")
    assert EMPTY in text_of(client.get(LIST))
    asked = "q=cotton&is_active__exact=1&quality=no_tax_code&o=-2&p=1&e=1"
    shown = text_of(client.get(f"{LIST}?{asked.removesuffix('&e=1')}"))
    kept = "is_active__exact=1&o=-2&q=cotton&quality=no_tax_code"
    assert f'name="query" value="{escape(kept)}"' in shown
    answer = save(client, kept)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?{kept}")
    saved = SavedFilter.objects.get()
    assert (saved.owner, saved.surface, saved.record_type) == (
        viewer,
        Surface.ADMIN,
        "commodities.commodity",
    )
    assert saved.query == {**QUERY, "o": ["-2"]}
    opened = client.get(f"{WORK}{saved.pk}/")
    assert (opened.status_code, opened["Location"]) == (302, f"{LIST}?{kept}")
    assert links(client.get(opened["Location"])) == [("Mine", True)]
    assert links(client.get(LIST)) == [("Mine", False)]
    assert links(client.get(f"{LIST}?q=other")) == [("Mine", False)]


@pytest.mark.parametrize("asked", ["", "?p=0", "?q=", "?e=1", "?_facets=True", "?all="])
def test_list_that_is_not_narrowed_has_nothing_to_save(client, asked):
    assert EMPTY in text_of(client.get(f"{LIST}{asked}"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "There is nothing to save"),
        ("p=2", "does not know these parameters or values: p."),
        ("nothing_such=1", "does not know these parameters or values: nothing_such."),
        ("category__id__exact=abc", "parameters or values: category__id__exact."),
        ("createdby__password__startswith=a&q=x", "createdby__password__startswith."),
        ("_popup=1&_to_field=id", "_popup, _to_field."),
        ("a=" + "x" * 4_000, "at most 50 parameters"),
        ("q=a%00b", "A filter is an object"),
    ],
)
def test_what_is_no_query_of_the_list_is_refused_on_the_form(client, query, told):
    answer = save(client, query, "My name")
    shown = text_of(answer)
    assert told in shown
    assert 'value="My name"' in shown
    assert not SavedFilter.objects.exists()


def test_name_that_is_taken_is_told_on_its_field_and_the_query_is_kept(client, viewer):
    keep(viewer)
    shown = text_of(save(client, "q=yarn", "MINE"))
    assert "There is a filter “MINE” for this list already" in shown
    assert '<input type="hidden" name="query" value="q=yarn">' in shown
    assert SavedFilter.objects.count() == 1


def test_filter_is_renamed_changed_to_what_is_shown_and_removed(client, viewer):
    saved = keep(viewer)
    answer = change(client, saved, name="Renamed", query="q=yarn")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?q=yarn")
    saved.refresh_from_db()
    assert (saved.name, saved.query, saved.version) == ("Renamed", QUERY, 2)
    change(client, saved, query="q=yarn", takes_shown="on")
    saved.refresh_from_db()
    assert (saved.query, saved.version) == ({"q": ["yarn"]}, 3)
    asked = text_of(client.get(f"{WORK}{saved.pk}/delete/"))
    assert "Remove the filter “Renamed”?" in asked
    assert SavedFilter.objects.count() == 1
    answer = client.post(f"{WORK}{saved.pk}/delete/", {"_confirm": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("version", ["1", "", "x", "٢", "9" * 30])
def test_older_version_is_not_written(client, viewer, version):
    saved = keep(viewer)
    change(client, saved, name="First")
    shown = text_of(change(client, saved, name="Second", version=version))
    assert "Somebody else changed this record" in shown
    saved.refresh_from_db()
    assert saved.name == "First"


def test_sharing_is_for_who_may_change_the_records(client, viewer):
    assert 'name="is_shared"' not in text_of(client.get(f"{LIST}?q=x"))
    refused = "Only who may change these records may share a filter of their list."
    assert refused in text_of(save(client, "q=x", is_shared="on"))
    editor = sign_in(make_staff("commodities.view_commodity", "commodities.change_commodity"))
    assert 'name="is_shared"' in text_of(editor.get(f"{LIST}?q=x"))
    assert save(editor, "q=x", is_shared="on").status_code == 302
    assert links(client.get(LIST)) == [("Mine", False)]


def test_shared_filter_is_changed_by_its_owner_and_superusers_alone(client, viewer, boss_client):
    owner = make_staff("commodities.view_commodity", full_name="The Owner")
    shared, private = keep(owner, "Shared", is_shared=True), keep(owner, "Private")
    shown = text_of(client.get(LIST))
    assert "The Owner" in shown
    assert f"{WORK}{shared.pk}/change/" not in shown
    assert "A shared filter is changed by its owner" in text_of(change(client, shared, name="x"))
    client.post(f"{WORK}{shared.pk}/delete/", {"_confirm": "yes"})
    assert SavedFilter.objects.filter(pk=shared.pk, name="Shared").exists()
    for page in ("", "change/", "delete/"):
        assert client.get(f"{WORK}{private.pk}/{page}").status_code == 404
        assert boss_client.get(f"{WORK}{private.pk}/{page}").status_code == 404
    assert f"{WORK}{shared.pk}/change/" in text_of(boss_client.get(LIST))
    assert change(boss_client, shared, name="By the boss", is_shared="on").status_code == 302
    assert links(sign_in(owner).get(LIST)) == [("By the boss", False), ("Private", False)]


def test_shared_filters_stay_within_the_organization(db):
    mine, theirs = (Organization.objects.create(name=name) for name in ("Mine", "Theirs"))
    shared = keep(make_member(mine, "owner"), "Ours", is_shared=True)
    assert links(sign_in(make_member(mine, "viewer")).get(LIST)) == [("Ours", False)]
    stranger = sign_in(make_member(theirs, "viewer"))
    assert links(stranger.get(LIST)) == []
    assert stranger.get(f"{WORK}{shared.pk}/").status_code == 404


def test_filter_of_another_list_or_surface_is_not_found(client, viewer):
    for values in ({"record_type": "commodities.unit"}, {"surface": Surface.API}):
        saved = keep(viewer, str(values), **values)
        assert client.get(f"{WORK}{saved.pk}/").status_code == 404
    assert links(client.get(LIST)) == []
    assert client.get(f"{WORK}{10**30}/").status_code == 404


def test_filters_are_refused_with_the_list(db):
    loner = make_staff()
    saved = keep(loner)
    client = sign_in(loner)
    for address in ("add/", f"{saved.pk}/", f"{saved.pk}/change/", f"{saved.pk}/delete/"):
        assert client.get(f"{WORK}{address}").status_code == 403
        assert client.post(f"{WORK}{address}", {"_confirm": "yes"}).status_code == 403
        assert Client().get(f"{WORK}{address}")["Location"].startswith("/admin/login/")
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize(
    ("unknown", "named"),
    [
        ({"went_away": ["1"]}, "went_away"),
        ({"went__away": ["1"], "p": ["7"]}, "p, went__away"),
        ({"category__id__exact": ["abc"]}, "category__id__exact"),
        ({"created_at__gte": ["no day"]}, "created_at__gte"),
        ({"owner__password__startswith": ["a"], "e": ["1"]}, "e, owner__password__startswith"),
    ],
)
def test_parameter_that_went_away_is_left_out_and_told(client, viewer, unknown, named):
    saved = keep(viewer, query={"q": ["cotton"], **unknown})
    opened = client.get(f"{WORK}{saved.pk}/")
    assert (opened.status_code, opened["Location"]) == (302, f"{LIST}?q=cotton")
    answer = client.get(opened["Location"])
    told = f"“Mine”: the list does not know {named} any more; left out."
    assert (answer.status_code, messages_of(answer)) == (200, [told])


def test_nothing_is_left_of_a_filter_of_what_went_away(client, viewer):
    saved = keep(viewer, query={"went_away": ["1"]})
    opened = client.get(f"{WORK}{saved.pk}/")
    assert (opened.status_code, opened["Location"]) == (302, LIST)
    assert client.get(LIST).status_code == 200


def test_no_filter_leads_to_another_page_or_host(client, viewer):
    for number, name in enumerate(("//evil.example/", "https://evil.example", "?next=//evil")):
        saved = keep(viewer, str(number), query={"q": [name], name: [name]})
        opened = client.get(f"{WORK}{saved.pk}/")
        assert opened["Location"].startswith(f"{LIST}?q=")
        assert client.get(opened["Location"]).status_code == 200
    for text in ("//evil.example/", "https://evil.example/?q=1", "\r\nLocation: //evil"):
        assert change(client, saved, name="Renamed", query=text)["Location"].startswith(
            (f"{LIST}?", LIST)
        )
        saved.refresh_from_db()


def test_names_are_escaped(client, viewer):
    hostile = "<script>alert(1)</script>\" onload='x'"
    saved = keep(viewer, hostile, query={"<b>": ["</a><script>"]})
    shown = client.get(LIST).content.decode()
    assert "<script>alert" not in shown
    assert f"<bdi>{escape(hostile)}</bdi>" in shown
    opened = client.get(f"{WORK}{saved.pk}/", follow=True).content.decode()
    assert "<script>alert" not in opened
    assert "&lt;b&gt;" in opened


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_list_has_the_panel_by_one_further_query(boss, boss_client, language):
    boss_client.cookies["django_language"] = language
    words = {"en": EMPTY, "ar": "لا مرشحات محفوظة بعد"}[language]
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        with CaptureQueriesContext(connection) as queries:
            shown = boss_client.get(address).content.decode()
        assert words in shown, address
        asked = [each for each in queries if "core_savedfilter" in each["sql"]]
        assert len(asked) == 1, address


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_does_not_grow_with_the_filters(client, viewer, count):
    client.get(LIST)
    with CaptureQueriesContext(connection) as without:
        client.get(LIST)
    for number in range(count):
        keep(make_staff(), f"Filter {number}", is_shared=True)
    with CaptureQueriesContext(connection) as queries:
        assert len(links(client.get(LIST))) == count
    assert len(queries) == len(without)
    assert len([each for each in queries if "core_savedfilter" in each["sql"]]) == 1


def test_popup_has_no_saved_filters(boss_client):
    assert "tp-saved" not in text_of(boss_client.get(f"{LIST}?_popup=1"))


def test_forms_are_asked_for_by_post_alone(client, viewer):
    saved = keep(viewer)
    for address in ("add/", f"{saved.pk}/change/"):
        answer = client.get(f"{WORK}{address}")
        assert (answer.status_code, answer["Location"]) == (302, LIST)
