"""The declared roles, and that their groups follow them."""

from __future__ import annotations

import dataclasses

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.utils import translation

from config.roles import ROLES
from core.context import change_context
from core.events.models import Event
from core.identity.accounts import delete_group, save_group
from core.identity.errors import DeclaredRoleStays
from core.identity.role_groups import update_role_groups
from core.identity.roles import (
    Role,
    UnknownRolePermissionError,
    declare_roles,
    permissions_of,
    role_of_group,
)
from tests.architecture.sources import ROOT

KEYS = [role.key for role in ROLES]
#: All that marketing may do. Anything new must be added here on purpose.
MARKETING = {"catalog.view_product", "catalog.view_category"}
#: What spans all organizations or holds keys: left to superusers.
INSTALLATION_WIDE = {
    ("core", "event"),
    ("core", "eventdelivery"),
    ("core", "slowoperation"),
    ("core", "webhookendpoint"),
    ("core", "webhookdelivery"),
    ("zoho", "connection"),
    ("django_celery_beat", "periodictask"),
}


@pytest.fixture
def redeclared():
    """Declares other roles for the test."""
    yield declare_roles
    declare_roles(ROLES)


def held(name: str) -> set[str]:
    rows = Group.objects.get(name=name).permissions.values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in rows}


def test_the_nine_roles_are_declared():
    assert KEYS == [
        "owner",
        "administrator",
        "catalogue_editor",
        "order_desk",
        "finance",
        "marketing_approver",
        "marketing_author",
        "integration",
        "viewer",
    ]


@pytest.mark.parametrize("role", ROLES, ids=KEYS)
def test_role_has_words_in_both_languages_and_permissions_that_exist(role):
    arabic = range(0x600, 0x700)
    for text in (role.label_ar, role.purpose_ar):
        assert any(ord(letter) in arabic for letter in text)
    assert role.label
    assert role.purpose.endswith(".")
    assert len(permissions_of(role)) > 0


@pytest.mark.parametrize(
    ("pattern", "verbs"),
    [
        ("catalog.nothing", "view"),
        ("catalogue.*", "view"),
        ("catalog.product", "read"),
        ("catalog.*", "approve"),
    ],
)
def test_unknown_model_or_permission_refused(pattern, verbs):
    role = dataclasses.replace(ROLES[0], permissions={pattern: verbs})
    with pytest.raises(UnknownRolePermissionError):
        permissions_of(role)


def test_pattern_takes_every_model_but_no_history():
    role = dataclasses.replace(ROLES[0], permissions={"locations.*": "view"})
    assert permissions_of(role) == {"locations.view_location"}


@pytest.mark.parametrize("key", ["marketing_author", "marketing_approver"])
def test_marketing_sees_products_and_nothing_fiscal(key):
    role = next(role for role in ROLES if role.key == key)
    assert permissions_of(role) == MARKETING


@pytest.mark.parametrize("role", ROLES, ids=KEYS)
def test_no_role_reaches_what_spans_all_organizations(role):
    models = {
        (model._meta.app_label, model._meta.model_name)
        for model in apps.get_models()
        if {
            f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
            for verb in ("view", "add", "change", "delete")
        }
        & permissions_of(role)
    }
    assert models & INSTALLATION_WIDE == set()
    assert {"core.add_user", "core.change_user", "auth.change_group"} & permissions_of(
        role
    ) == set()


@pytest.mark.django_db
def test_groups_follow_the_declaration_and_a_repetition_changes_nothing():
    assert sorted(update_role_groups()) == sorted(KEYS)
    for role in ROLES:
        assert held(role.group_name) == permissions_of(role)
    assert Event.objects.filter(type="role.changed").count() == len(KEYS)
    assert update_role_groups() == []
    assert Event.objects.filter(type="role.changed").count() == len(KEYS)


@pytest.mark.django_db
def test_undeclared_permission_taken_away_and_staff_made_group_left_alone():
    update_role_groups()
    extra = Permission.objects.get(codename="delete_order")
    Group.objects.get(name="role:viewer").permissions.add(extra)
    own = Group.objects.create(name="viewer")
    own.permissions.add(extra)
    with change_context(reason="test"):
        assert update_role_groups() == ["viewer"]
    assert "catalog.delete_order" not in held("role:viewer")
    assert held("viewer") == {"catalog.delete_order"}
    event = Event.objects.filter(type="role.changed").latest("id")
    assert (event.stream_type, event.stream_id, event.data) == (
        "role",
        "viewer",
        {"added": [], "removed": ["catalog.delete_order"]},
    )


@pytest.mark.django_db
def test_role_no_longer_declared_loses_its_permissions(redeclared):
    update_role_groups()
    redeclared([role for role in ROLES if role.key != "finance"])
    assert update_role_groups() == ["finance"]
    assert held("role:finance") == set()


@pytest.mark.django_db
def test_group_of_a_declared_role_is_not_edited_by_hand():
    update_role_groups()
    group = Group.objects.get(name="role:owner")
    group.name = "Bosses"
    with pytest.raises(DeclaredRoleStays):
        save_group(group=group, permissions=[])
    with pytest.raises(DeclaredRoleStays):
        save_group(group=Group(name="role:mine"), permissions=None)
    with pytest.raises(DeclaredRoleStays):
        delete_group(group=group)
    assert len(held("role:owner")) > 0


def test_role_found_by_the_name_of_its_group():
    assert role_of_group("role:finance") == next(role for role in ROLES if role.key == "finance")
    assert role_of_group("finance") is None
    assert role_of_group("role:nothing") is None


@pytest.mark.django_db
def test_command_brings_groups_up_to_date(capsys):
    call_command("update_roles")
    call_command("update_roles")
    assert capsys.readouterr().out == "9 roles changed\n0 roles changed\n"


def test_role_is_called_by_the_language_in_force():
    role: Role = ROLES[0]
    with translation.override("ar"):
        assert (role.shown_label(), role.shown_purpose()) == (role.label_ar, role.purpose_ar)
    with translation.override("en"):
        assert role.shown_label() == "Owner"


def test_page_names_every_role():
    page = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    assert [key for key in KEYS if f"(`{key}`)" not in page] == []
