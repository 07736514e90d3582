"""History: one row a change however it was made, with who, through which door, and for what."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core.context import Context, Source, change_context, use_context
from core.history.context import history_context
from core.identity.models import User

CONTEXT = Context(request_id="request-0001", actor="user:7", source=Source.ADMIN, reason="asked")
History = apps.get_model("core", "UserHistory")
PERSONAL = {"email", "full_name", "phone", "password", "last_login"}


@pytest.fixture
def people(db: None) -> list[User]:
    """Three people, whose own history is not what a test looks at."""
    return [User.objects.create(email=f"{name}@example.com") for name in "abc"]


def change_by_save(people: list[User]) -> None:
    for person in people:
        person.time_zone = "Asia/Kolkata"
        person.save()


def change_by_bulk_update(people: list[User]) -> None:
    for person in people:
        person.time_zone = "Asia/Kolkata"
    User.objects.bulk_update(people, ["time_zone"])


def change_by_queryset(people: list[User]) -> None:
    User.objects.filter(pk__in=[person.pk for person in people]).update(time_zone="Asia/Kolkata")


def change_by_raw_sql(people: list[User]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_user SET time_zone = %s", ["Asia/Kolkata"])


WAYS = [change_by_save, change_by_bulk_update, change_by_queryset, change_by_raw_sql]


def updates() -> list[tuple[int, str]]:
    """Which rows an update was recorded for, and the value after it."""
    rows = History.objects.filter(pgh_label="update").order_by("pgh_obj_id")
    return list(rows.values_list("pgh_obj_id", "time_zone"))


@pytest.mark.parametrize("change", WAYS)
def test_change_recorded_once_a_row_with_its_context(people, change):
    with use_context(CONTEXT), history_context():
        change(people)
    assert updates() == [(person.pk, "Asia/Kolkata") for person in people]
    contexts = list(
        History.objects.filter(pgh_label="update").values_list("pgh_context", flat=True)
    )
    assert (
        contexts
        == [{"actor": "user:7", "source": "admin", "request_id": "request-0001", "reason": "asked"}]
        * 3
    )


@pytest.mark.parametrize("change", WAYS)
def test_change_not_recorded_without_the_triggers(people, change):
    """Negative control: the triggers are what records."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_user DISABLE TRIGGER USER")
    change(people)
    assert updates() == []


def test_insert_recorded(people):
    rows = History.objects.filter(pgh_label="insert").order_by("pgh_obj_id")
    assert list(rows.values_list("pgh_obj_id", "time_zone")) == [
        (person.pk, "Asia/Baghdad") for person in people
    ]


def test_delete_keeps_the_old_values(people):
    gone = people[0].pk
    User.objects.filter(pk=gone).update(preferred_language="ar")
    with use_context(CONTEXT), history_context():
        people[0].delete()
    row = History.objects.get(pgh_label="delete")
    assert (row.pgh_obj_id, row.preferred_language) == (gone, "ar")
    assert row.pgh_context["request_id"] == "request-0001"


@pytest.mark.django_db
def test_personal_fields_have_no_column_in_history():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
            [History._meta.db_table],
        )
        columns = {name for (name,) in cursor.fetchall()}
    assert columns & PERSONAL == set()
    assert {"time_zone", "pgh_context", "pgh_created_at"} <= columns


@pytest.mark.parametrize("field", sorted(PERSONAL))
def test_personal_change_leaves_no_value_in_history(people, field):
    value = "2026-01-01T00:00:00Z" if field == "last_login" else "+9647701234567"
    User.objects.filter(pk=people[0].pk).update(**{field: value})
    with connection.cursor() as cursor:
        cursor.execute("SELECT history::text FROM core_userhistory history")
        text = "\n".join(row[0] for row in cursor.fetchall())
    assert "9647701234567" not in text
    assert "2026-01-01 00:00:00" not in text


def test_nested_context_does_not_change_the_one_around_it(people):
    with use_context(CONTEXT), history_context():
        with change_context(source=Source.TASK, reason="inner"), history_context():
            User.objects.filter(pk=people[0].pk).update(time_zone="UTC")
        User.objects.filter(pk=people[1].pk).update(time_zone="UTC")
    told = {
        row.pgh_obj_id: (row.pgh_context["source"], row.pgh_context["reason"])
        for row in History.objects.filter(pgh_label="update")
    }
    assert told == {people[0].pk: ("task", "inner"), people[1].pk: ("admin", "asked")}


def test_nothing_recorded_of_a_change_rolled_back(people):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change_by_queryset(people)
        raise ZeroDivisionError
    assert updates() == []


@pytest.mark.parametrize(
    "sql", ["UPDATE core_userhistory SET time_zone = 'x'", "DELETE FROM core_userhistory"]
)
def test_history_altered_by_raw_sql_refused(people, sql):
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete rows from core_userhistory"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert History.objects.count() == 3
