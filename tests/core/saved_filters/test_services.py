"""Saved filters: whose they are, their names, sharing, what the database keeps."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import get_resolver

from core.api.saved_filter_lists import ApiList, list_of
from core.editing.errors import StaleVersion
from core.events.models import Event
from core.identity.models import User
from core.saved_filters import services
from core.saved_filters.errors import (
    SavedFilterEmpty,
    SavedFilterNameTaken,
    SavedFilterNotYours,
    SavedFilterParametersUnknown,
    SavedFilterSharingRefused,
    TooManySavedFilters,
)
from core.saved_filters.models import SavedFilter, Surface
from core.saved_filters.services import create_filter, delete_filter, update_filter
from settings_modules.locations.api.views import LocationCollection
from tests.admin.conftest import make_staff
from tests.concurrency.threads import run_together
from tests.factories.saved_filters import make_filter

PLACES = ApiList("locations.location", LocationCollection)
MILLS = {"search": ["mill"], "ordering": ["-id"]}


@pytest.fixture
def person(db: None) -> User:
    return make_staff()


def keep(owner: User, name: str = "Mills", **values: object) -> SavedFilter:
    given = {"records": PLACES, "query": MILLS, **values}
    return create_filter(owner=owner, name=name, **given)


def test_filter_is_kept_and_told_without_what_it_says(person):
    saved = keep(person, "  Mills ")
    assert (saved.name, saved.query, saved.is_shared, saved.version) == ("Mills", MILLS, False, 1)
    assert (saved.surface, saved.record_type) == (Surface.API, "locations.location")
    changed = update_filter(
        saved=saved, by=person, records=PLACES, values={"name": "Gins", "query": {"code": ["x"]}}
    )
    assert (changed.name, changed.query, changed.version) == ("Gins", {"code": ["x"]}, 2)
    delete_filter(saved=changed, by=person, expected_version=2)
    told = Event.objects.filter(stream_type="saved_filter").order_by("position")
    assert list(told.values_list("type", "data")) == [
        ("saved_filter.created", {}),
        ("saved_filter.updated", {"changes": {}, "untold": ["name", "query"]}),
        ("saved_filter.deleted", {}),
    ]


@pytest.mark.parametrize("name", ["Mills", "MILLS", " mills "])
def test_name_is_taken_in_any_capitals(person, name):
    keep(person)
    with pytest.raises(SavedFilterNameTaken):
        keep(person, name)
    other = keep(person, "Other")
    with pytest.raises(SavedFilterNameTaken):
        update_filter(saved=other, by=person, records=PLACES, values={"name": name})


def test_name_is_free_for_others_other_lists_and_the_other_surface(person):
    keep(person)
    make_filter(person, "Mills", surface=Surface.ADMIN)
    make_filter(person, "Mills", record_type="catalog.product")
    assert keep(make_staff()).name == "Mills"
    renamed = update_filter(
        saved=SavedFilter.objects.get(owner=person, surface="api", record_type=PLACES.record_type),
        by=person,
        records=PLACES,
        values={"name": "MILLS"},
    )
    assert renamed.name == "MILLS"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"page": ["2"]}, "page"),
        ({"page_size": ["2"], "search": ["x"]}, "page_size"),
        ({"city": ["x"], "next": ["//evil.example"], "zz": ["1"]}, "next, zz"),
        ({f"p{n}": ["1"] for n in range(9)}, "p0, p1, p2, p3, p4"),
        ({"n" * 200: ["1"]}, "n" * 60),
    ],
)
def test_parameters_that_the_list_does_not_know_are_named(person, query, named):
    with pytest.raises(SavedFilterParametersUnknown) as refused:
        keep(person, query=query)
    assert refused.value.values["names"] == named
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("query", [{}, {"search": []}])
def test_nothing_is_no_filter(person, query):
    with pytest.raises(SavedFilterEmpty):
        keep(person, query=query)


def test_number_of_filters_is_bounded(person, monkeypatch):
    monkeypatch.setattr(services, "MOST_FILTERS", 2)
    keep(person, "a")
    keep(person, "b")
    with pytest.raises(TooManySavedFilters):
        keep(person, "c")


def test_sharing_needs_the_permission_to_change_the_records(person):
    saved = keep(person)
    with pytest.raises(SavedFilterSharingRefused):
        keep(person, "Shared", is_shared=True)
    with pytest.raises(SavedFilterSharingRefused):
        update_filter(saved=saved, by=person, records=PLACES, values={"is_shared": True})
    editor = make_staff("locations.change_location")
    assert keep(editor, "Shared", is_shared=True).is_shared is True


def test_shared_filter_is_changed_by_its_owner_and_superusers_alone(person):
    shared = make_filter(person, is_shared=True)
    other, boss = make_staff("locations.change_location"), make_staff(is_superuser=True)
    with pytest.raises(SavedFilterNotYours):
        update_filter(saved=shared, by=other, records=PLACES, values={"name": "x"})
    with pytest.raises(SavedFilterNotYours):
        delete_filter(saved=shared, by=other)
    limited = User.objects.get(pk=boss.pk)
    limited.limit_permissions(frozenset())
    with pytest.raises(SavedFilterNotYours):
        update_filter(saved=shared, by=limited, records=PLACES, values={"name": "x"})
    renamed = update_filter(saved=shared, by=boss, records=PLACES, values={"name": "By the boss"})
    assert renamed.name == "By the boss"
    with pytest.raises(SavedFilterNotYours):
        delete_filter(saved=make_filter(person, "Private"), by=boss)
    delete_filter(saved=shared, by=boss)
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["Private"]


def test_older_version_is_not_written(person):
    saved = keep(person)
    update_filter(saved=saved, by=person, records=PLACES, values={"name": "New"})
    with pytest.raises(StaleVersion):
        update_filter(
            saved=saved, by=person, records=PLACES, values={"name": "Old"}, expected_version=1
        )
    with pytest.raises(StaleVersion):
        delete_filter(saved=saved, by=person, expected_version=1)


@pytest.mark.parametrize(
    "change",
    [
        "query = '[]'",
        "query = '\"text\"'",
        "query = 'null'",
        "name = ''",
        "name = 'SECOND'",
        "surface = 'web'",
    ],
)
def test_database_keeps_the_rules(person, change):
    first = make_filter(person, "First")
    make_filter(person, "second")
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE core_savedfilter SET {change} WHERE id = %s", [first.pk])


def test_filters_go_with_their_owner(person):
    make_filter(person)
    person.delete()
    assert not SavedFilter.objects.exists()


def _save_twice_at_once() -> list[str]:
    person = User.objects.create(email="person@example.com", is_staff=True)
    outcomes = run_together(lambda name: keep(person, name), ["Mills", "MILLS"])
    assert SavedFilter.objects.count() == 1
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_of_two_of_one_name_saved_at_once_one_is_told_so(committed_db):
    assert _save_twice_at_once() == ["SavedFilter", "SavedFilterNameTaken"]


def test_without_the_lock_the_database_refuses_the_second_without_a_code(committed_db, monkeypatch):
    both_checked = threading.Barrier(2)
    save = SavedFilter.save

    def save_together(self: SavedFilter, **options: object) -> None:
        both_checked.wait(timeout=30)
        save(self, **options)

    monkeypatch.setattr(services, "_lock_filters_of", lambda owner_key: None)
    monkeypatch.setattr(SavedFilter, "save", save_together)
    assert _save_twice_at_once() == ["IntegrityError", "SavedFilter"]


def test_lists_are_known_by_their_records():
    assert get_resolver().url_patterns
    assert list_of("locations.location").collection is LocationCollection
    assert list_of("no.such") is None
