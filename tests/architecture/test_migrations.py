"""Migrations: none missing, one line an application, named, and each can be taken back."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from core.checks import is_ours

OURS = sorted(
    app.label for app in apps.get_app_configs() if is_ours(app) and list(app.get_models())
)


def loader() -> MigrationLoader:
    """The migrations on disk, without a look at a database."""
    return MigrationLoader(None)


def names_of(label: str) -> list[str]:
    """The application's migrations by name."""
    return sorted(name for app, name in loader().disk_migrations if app == label)


def badly_named(names: list[str]) -> list[str]:
    """Names that Django made up, and numbers that do not follow each other."""
    return [
        name
        for number, name in enumerate(names, start=1)
        if not re.fullmatch(rf"{number:04d}_[a-z][a-z0-9_]+", name)
        or re.search(r"_auto_\d|_and_more|^\d{4}_(alter|remove|rename|add)_\w+_\w+_\w+_\w+", name)
    ]


def irreversible(operations: list[migrations.operations.base.Operation]) -> list[str]:
    """Operations that cannot be taken back."""
    found = []
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            found += irreversible(operation.database_operations)
        elif not operation.reversible:
            found.append(type(operation).__name__)
    return found


@pytest.mark.django_db
def test_models_and_migrations_agree(capsys):
    call_command("makemigrations", "--check", "--dry-run")
    assert capsys.readouterr().out == "No changes detected\n"


def test_every_application_found():
    assert set(OURS) >= {"core", "locations", "organizations", "partners", "catalog", "zoho"}


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_one_line(label):
    assert len(loader().graph.leaf_nodes(label)) == 1


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_named(label):
    assert badly_named(names_of(label)) == []


@pytest.mark.parametrize(
    "names",
    [
        ["0001_auto_20260101_0000"],
        ["0001_initial", "0003_prices"],
        ["0001_initial", "0001_prices"],
        ["0001_initial_and_more"],
        ["0001_alter_price_amount_and_list"],
    ],
)
def test_bad_name_caught(names):
    assert len(badly_named(names)) == 1


@pytest.mark.parametrize("label", OURS)
def test_migrations_can_be_taken_back(label):
    migrations_of = loader().disk_migrations
    found = {name: irreversible(migrations_of[label, name].operations) for name in names_of(label)}
    assert {name: what for name, what in found.items() if what} == {}


def test_irreversible_operation_caught():
    one_way = migrations.RunSQL("SELECT 1")
    both_ways = migrations.RunSQL("SELECT 1", "SELECT 1")
    wrapped = migrations.SeparateDatabaseAndState(database_operations=[one_way])
    assert irreversible([both_ways, wrapped, migrations.RunPython(print)]) == [
        "RunSQL",
        "RunPython",
    ]


def tables() -> set[str]:
    """The names of all tables, their columns, indexes, constraints, triggers, and of sequences."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'p', 'S', 'i')"
            " UNION SELECT attrelid::regclass || '.' || attname FROM pg_attribute"
            " JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'p') AND attnum > 0"
            " AND NOT attisdropped"
            " UNION SELECT 'trigger ' || tgname || ' of ' || tgrelid::regclass FROM pg_trigger"
            " WHERE NOT tgisinternal"
            " UNION SELECT 'constraint ' || conname || ' of ' || conrelid::regclass"
            " FROM pg_constraint WHERE conrelid <> 0"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("label", OURS)
def test_last_migration_taken_back_and_done_again(committed_db, label):
    names = names_of(label)
    before = tables()
    target = (label, names[-2] if len(names) > 1 else None)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([target])
    assert tables() != before
    MigrationExecutor(connection).migrate(leaves)
    assert tables() == before
