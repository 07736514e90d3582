"""Giving and taking roles in the back office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.identity.models import User
from integrations.zoho.services.demonstration import load_demo
from settings_modules.organizations.admin.membership_forms import state_badge
from settings_modules.organizations.models import Membership, Organization
from tests.admin.conftest import sign_in
from tests.admin.sent_forms import opened
from tests.factories.organizations import join, make_member, role_group

FORM = "organization_form"


@pytest.fixture
def company(db) -> Organization:
    return Organization.objects.create(name="Company")


@pytest.fixture
def person(db) -> User:
    return User.objects.create(email="person@example.com", is_staff=True, full_name="Person")


def address(company: Organization) -> str:
    return f"/admin/organizations/organization/{company.pk}/change/"


def send_new(client: Client, company: Organization, person: User, key: str, **more: str):
    """Fill in one new line of the tab *People* and save."""
    sent = opened(client, address(company), FORM)
    number = int(sent["memberships-TOTAL_FORMS"][0])
    now = timezone.now()
    line = {
        "user": str(person.pk),
        "role": str(role_group(key).pk),
        "valid_from_0": now.strftime("%Y-%m-%d"),
        "valid_from_1": "00:00:00",
        "is_active": "on",
        **more,
    }
    sent |= {f"memberships-{number}-{name}": [value] for name, value in line.items()}
    sent["memberships-TOTAL_FORMS"] = [str(number + 1)]
    return client.post(address(company), sent)


def test_owner_gives_a_role_on_the_tab(company, person):
    client = sign_in(make_member(company, "owner"))
    role_group("viewer")
    assert send_new(client, company, person, "viewer").status_code == 302
    membership = Membership.objects.get(user=person)
    assert (membership.organization, membership.role.name) == (company, "role:viewer")


def test_role_above_the_own_is_refused_on_the_line(company, person):
    client = sign_in(make_member(company, "administrator"))
    role_group("owner")
    answer = send_new(client, company, person, "owner")
    assert answer.status_code == 200
    assert "only roles up to your own" in answer.content.decode()
    assert not Membership.objects.filter(user=person).exists()


def test_switching_off_ends_the_role(company, person):
    membership = join(person, company, "viewer")
    client = sign_in(make_member(company, "owner"))
    sent = opened(client, address(company), FORM)
    (line,) = [
        name.removesuffix("-id")
        for name, value in sent.items()
        if name.startswith("memberships-")
        and name.endswith("-id")
        and value == [str(membership.pk)]
    ]
    del sent[f"{line}-is_active"]
    assert client.post(address(company), sent).status_code == 302
    membership.refresh_from_db()
    assert membership.is_active is False


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def test_tab_of_people_asks_as_often_for_three_as_for_one(company):
    boss = sign_in(User.objects.create_superuser("boss@example.com"))
    make_member(company, "viewer")
    queries(boss, address(company))
    one = queries(boss, address(company))
    make_member(company, "finance")
    make_member(company, "owner")
    three = queries(boss, address(company))
    assert three == one


def test_tab_of_roles_asks_as_often_for_three_as_for_one(company, person):
    boss = sign_in(User.objects.create_superuser("boss@example.com"))
    page = f"/admin/core/user/{person.pk}/change/"
    join(person, company, "viewer")
    queries(boss, page)
    one = queries(boss, page)
    join(person, Organization.objects.create(name="Second"), "viewer")
    join(person, company, "finance")
    assert queries(boss, page) == one


@pytest.mark.parametrize(
    ("times", "text", "tone"),
    [
        ({}, "holds", "good"),
        ({"until": timedelta(days=40, hours=1)}, "ends in 40 days", "info"),
        ({"until": timedelta(days=5, hours=1)}, "ends in 5 days", "warning"),
        ({"until": timedelta(hours=5)}, "ends within a day", "warning"),
        ({"until": timedelta(seconds=-1)}, "ended", "plain"),
        ({"start": timedelta(days=1)}, "not yet begun", "info"),
        ({"is_active": False}, "switched off", "plain"),
    ],
)
def test_state_says_when_a_role_ends(times, text, tone):
    now = timezone.now()
    membership = Membership(
        valid_from=now + times.get("start", timedelta(days=-1)),
        valid_until=now + times["until"] if "until" in times else None,
        is_active=times.get("is_active", True),
    )
    assert state_badge(membership) == f'<span class="tp-badge tp-badge-{tone}">{text}</span>'


def test_declared_role_is_looked_at_and_not_edited(company):
    boss = sign_in(User.objects.create_superuser("boss@example.com"))
    group = role_group("finance")
    text = boss.get("/admin/auth/group/").content.decode()
    assert "Keeps registrations, accounts, years and numbers" in text
    sent = {"name": "Bank", "permissions": []}
    assert boss.post(f"/admin/auth/group/{group.pk}/change/", sent).status_code == 403
    removal = boss.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert removal.status_code == 403


def test_demonstration_makes_its_administrator_the_owner(db):
    boss = User.objects.create_superuser("boss@example.com")
    assert load_demo(sandbox_url="http://127.0.0.1:9") is True
    membership = Membership.objects.get()
    assert (membership.user, membership.role.name) == (boss, "role:owner")
    assert load_demo(sandbox_url="http://127.0.0.1:10") is False
    assert Membership.objects.count() == 1
