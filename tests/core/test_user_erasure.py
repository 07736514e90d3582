"""Erasing an account: who it was goes, what it did stays."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from core.context import Context, Source, use_context
from core.erasure import mention_pattern
from core.events.models import Event
from core.events.verification import verify_streams
from core.identity.accounts import erase_user
from core.identity.errors import LastSuperuserStays, PowerNotYoursToGrant
from core.identity.models import User
from core.importing.models import ImportFinding, ImportRow, ImportRun
from core.jobs.models import Job
from core.saved_filters.models import SavedFilter
from tests.concurrency.threads import run_together

OF_PLACES = {"surface": "api", "record_type": "locations.location"}
VALUES = ["Zainab Al-Khafaji", "zainab.k@example.org", "7712345678"]


@pytest.fixture
def person(db: None) -> User:
    user = User.objects.create_user(
        "zainab.k@example.org", "a-password", full_name="Zainab Al-Khafaji", phone="+9647712345678"
    )
    Job.objects.create(kind="x", request_id="r", error="Zainab  al-khafaji", actor=user)
    Job.objects.create(kind="x", request_id="r", error="Zainab Al-Kha: another")
    run = ImportRun.objects.create(resource="locations", file_name="places.csv", file_size=1)
    name = VALUES[0]
    ImportRow.objects.create(
        run=run,
        number=2,
        cells=["main", name],
        values={"code": "main", "contact_person": name},
        changes={"contact_person": {"old": name, "new": "Layla"}},
    )
    ImportRow.objects.create(run=run, number=3, cells=["other"], values={"code": "other"})
    ImportFinding.objects.create(
        run=run, phase="check", level="error", number=2, code="x", value=name, facts={"given": name}
    )
    SavedFilter.objects.create(**OF_PLACES, owner=user, name="Mine", query={"search": ["anything"]})
    colleague = User.objects.create(email="colleague@example.org")
    for title, words in (("Zainab Al-Khafaji", "x"), ("By phone", "0771 234 5678"), ("Kept", "x")):
        SavedFilter.objects.create(
            **OF_PLACES, owner=colleague, name=title, query={"search": [words]}
        )
    return user


def columns_with_the_person() -> set[str]:
    """Every text and JSON column that holds one of the values."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" WHERE regexp_replace('
                f"\"{column}\"::text, '\\s+', ' ', 'g') ILIKE ANY (%s))",
                [[f"%{value}%" for value in VALUES]],
            )
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


def test_nothing_of_the_person_is_left_in_any_column(person):
    history = apps.get_model("core", "UserHistory").objects.filter(pgh_obj_id=person.pk)
    assert columns_with_the_person() == {
        "core_user.full_name",
        "core_user.email",
        "core_user.phone",
        "core_job.error",
        "core_savedfilter.name",
        *(f"core_importrow.{name}" for name in ("cells", "values", "changes")),
        *(f"core_importfinding.{name}" for name in ("value", "facts")),
    }
    erase_user(user=person)
    assert columns_with_the_person() == set()
    assert list(history.order_by("pgh_id").values_list("pgh_label", "is_active")) == [
        ("insert", True),
        ("update", False),
    ]
    rows = ImportRow.objects.order_by("number").values_list("cells", "values", "changes")
    assert list(rows) == [([], {}, {}), (["other"], {"code": "other"}, {})]
    assert Job.objects.get(actor=person).error == ""
    assert Job.objects.get(actor=None).error == "Zainab Al-Kha: another"
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["Kept"]
    assert Event.objects.filter(type="saved_filter.deleted").count() == 3
    event = Event.objects.get(type="user.erased")
    assert (event.stream_type, event.stream_id, event.data) == ("user", str(person.pk), {})
    # The account's and those of three filters.
    assert [verdict.broken for verdict in verify_streams()] == [None] * 4


def test_erased_account_is_switched_off_and_signed_out(person):
    client, other = Client(), Client()
    client.force_login(person)
    other.force_login(User.objects.create(email="other@example.org"))
    assert client.session["_auth_user_id"] == str(person.pk)
    erase_user(user=person)
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password(), person.last_login) == (
        False,
        False,
        None,
    )
    assert (person.email, str(person)) == (
        f"erased-{person.pk}@erased.invalid",
        f"Erased user {person.pk}",
    )
    assert "_auth_user_id" not in Client(cookies=client.cookies).session
    assert not client.session.exists(client.cookies["sessionid"].value)
    assert other.session.exists(other.cookies["sessionid"].value)


def test_erased_twice_changes_nothing_more(person):
    erase_user(user=person)
    before = User.objects.values().get(pk=person.pk)
    erase_user(user=person)
    assert User.objects.values().get(pk=person.pk) == before
    assert Event.objects.filter(type="user.erased").count() == 1


def test_last_active_superuser_stays(person):
    boss = User.objects.create_superuser("boss@example.org")
    User.objects.create_superuser("gone@example.org", is_active=False)
    with pytest.raises(LastSuperuserStays):
        erase_user(user=boss)
    User.objects.create_superuser("second@example.org")
    erase_user(user=boss)
    assert list(User.objects.filter(is_superuser=True, is_active=True)) == [
        User.objects.get(email="second@example.org")
    ]


def test_of_two_superusers_erased_at_once_one_stays(committed_db):
    both = [User.objects.create_superuser(f"{name}@example.org") for name in "ab"]
    outcomes = run_together(lambda user: erase_user(user=user), both)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastSuperuserStays", "User"]
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_superuser_erased_by_another_than_a_superuser_refused(person):
    boss = User.objects.create_superuser("boss@example.org")
    with (
        use_context(Context(request_id="r", actor=f"user:{person.pk}", source=Source.ADMIN)),
        pytest.raises(PowerNotYoursToGrant),
    ):
        erase_user(user=boss)
    boss.refresh_from_db()
    assert (boss.email, boss.is_active) == ("boss@example.org", True)


@pytest.mark.parametrize(
    ("told", "is_found"),
    [
        ("Ali was not in", True),
        ("for ALI.", True),
        ("validation failed", False),
        ("Palm\\nStreet 14 (b)", True),
        ("palm  street 14 (b)", True),
        ("Palm Street 14 b", False),
        ("+964 771 234 5678", True),
        ("0771-234-5678", True),
        ("٠٧٧١٢٣٤٥٦٧٨", True),
        ("+9647712345679", False),
        ("no", False),
    ],
)
def test_mention_found_in_its_spellings(db, told, is_found):
    pattern = mention_pattern(texts=["Ali", "Palm Street 14 (b)", "no"], phones=["+9647712345678"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* %s", [told, pattern])
        assert cursor.fetchone() == (is_found,)


def test_nothing_looked_for_when_nothing_says_enough():
    assert mention_pattern(texts=["", " x "], phones=[""]) == ""
