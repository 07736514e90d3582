"""Giving roles, how long they hold, and what they permit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.context import change_context, user_actor
from core.editing.errors import StaleVersion
from core.events.models import Event
from core.history.selectors import AuditQuestion, object_trail
from core.identity.models import User
from settings_modules.organizations.errors import (
    OwnMembershipStays,
    RoleAlreadyHeld,
    RoleNotYoursToGrant,
)
from settings_modules.organizations.models import Membership, Organization
from settings_modules.organizations.selectors.memberships import held_organizations
from settings_modules.organizations.services.memberships import (
    change_membership,
    grant_role,
    revoke_membership,
)
from tests.factories.organizations import join, make_member, role_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organization:
    return Organization.objects.create(name="Company")


@pytest.fixture
def other() -> Organization:
    return Organization.objects.create(name="Other")


@pytest.fixture
def person() -> User:
    return User.objects.create(email="person@example.com", is_staff=True)


def acting(user: User):
    return change_context(actor=user_actor(user.pk))


def permitted(user: User, organization: Organization | None, permission: str) -> bool:
    """Asked as a new request would: with a fresh account object."""
    with change_context(organization_id=str(organization.pk) if organization else None):
        return User.objects.get(pk=user.pk).has_perm(permission)


def test_grant_stores_the_role_and_tells_ids_only(company, person):
    group = role_group("finance")
    until = timezone.now() + timedelta(days=3)
    membership = grant_role(
        user=person, organization=company, role=group, values={"valid_until": until}
    )
    event = Event.objects.get(type="membership.granted")
    assert (event.stream_type, event.stream_id) == ("membership", str(membership.pk))
    assert event.data == {
        "user_id": person.pk,
        "organization_id": company.pk,
        "role_id": group.pk,
        "valid_until": until.isoformat(),
    }


def test_role_permits_in_its_organization_only(company, other, person):
    join(person, company, "order_desk")
    assert permitted(person, company, "catalog.change_order") is True
    assert permitted(person, company, "catalog.change_product") is False
    assert permitted(person, other, "catalog.change_order") is False
    assert permitted(person, None, "catalog.change_order") is False


def test_roles_of_one_organization_add_up(company, person):
    join(person, company, "order_desk")
    join(person, company, "catalogue_editor")
    assert permitted(person, company, "catalog.change_order") is True
    assert permitted(person, company, "catalog.change_product") is True


def test_inactive_person_is_permitted_nothing(company, person):
    join(person, company, "owner")
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert permitted(person, company, "catalog.view_order") is False


def test_person_sees_modules_of_the_role(company, person):
    join(person, company, "marketing_author")
    with change_context(organization_id=str(company.pk)):
        fresh = User.objects.get(pk=person.pk)
        assert fresh.has_module_perms("catalog") is True
        assert fresh.has_module_perms("organizations") is False


@pytest.mark.parametrize(
    "times",
    [
        {
            "valid_until": datetime(2020, 1, 2, tzinfo=UTC),
            "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
        },
        {"valid_from": datetime(2999, 1, 1, tzinfo=UTC)},
        {"is_active": False},
    ],
)
def test_ended_future_and_switched_off_roles_permit_nothing(times, company, person):
    join(person, company, "owner", **times)
    assert permitted(person, company, "catalog.view_order") is False
    assert held_organizations(person) == []


def test_temporary_role_ends_by_itself(company, person):
    membership = join(person, company, "owner", valid_until=timezone.now() + timedelta(hours=1))
    assert permitted(person, company, "catalog.view_order") is True
    Membership.objects.filter(pk=membership.pk).update(
        valid_from=timezone.now() - timedelta(hours=2),
        valid_until=timezone.now() - timedelta(seconds=1),
    )
    assert permitted(person, company, "catalog.view_order") is False


def test_revoked_role_ends_at_once_and_stays_on_record(company, person):
    membership = join(person, company, "owner")
    revoke_membership(membership=membership, expected_version=1)
    assert permitted(person, company, "catalog.view_order") is False
    stored = Membership.objects.get(pk=membership.pk)
    assert (stored.is_active, stored.version) == (False, 2)
    event = Event.objects.get(type="membership.revoked")
    assert event.data["user_id"] == person.pk
    trail = object_trail(Membership, str(membership.pk), AuditQuestion(), skip=0, limit=5)
    assert trail.entries[0].changes == {"is_active": {"old": True, "new": False}}


def test_revoked_role_can_be_given_again(company, person):
    first = join(person, company, "viewer", is_active=False)
    again = grant_role(user=person, organization=company, role=role_group("viewer"))
    assert (again.pk, again.is_active, again.valid_until) == (first.pk, True, None)
    assert Event.objects.filter(type="membership.granted").count() == 1


def test_role_held_already_is_refused(company, person):
    join(person, company, "viewer")
    with pytest.raises(RoleAlreadyHeld):
        grant_role(user=person, organization=company, role=role_group("viewer"))
    assert Membership.objects.count() == 1


def test_change_of_times_tells_old_and_new(company, person):
    membership = join(person, company, "viewer")
    until = timezone.now() + timedelta(days=1)
    change_membership(membership=membership, values={"valid_until": until}, expected_version=1)
    event = Event.objects.get(type="membership.updated")
    assert event.data == {"changes": {"valid_until": {"old": None, "new": until.isoformat()}}}
    with pytest.raises(StaleVersion):
        change_membership(membership=membership, values={"valid_until": None}, expected_version=1)


def test_end_before_the_start_is_refused_by_service_and_database(company, person):
    membership = join(person, company, "viewer")
    before = membership.valid_from - timedelta(days=1)
    with pytest.raises(ValidationError, match="The end comes before the start"):
        change_membership(membership=membership, values={"valid_until": before})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_membership SET valid_until = %s WHERE id = %s",
            [before, membership.pk],
        )


def test_database_keeps_one_row_for_person_organization_and_role(company, person):
    join(person, company, "viewer")
    with pytest.raises(IntegrityError), transaction.atomic():
        join(person, company, "viewer")


@pytest.mark.parametrize(
    ("granter", "given", "allowed"),
    [
        ("owner", "owner", True),
        ("owner", "administrator", True),
        ("administrator", "administrator", True),
        ("administrator", "viewer", True),
        ("administrator", "owner", False),
        ("finance", "viewer", False),
        ("order_desk", "integration", False),
        ("viewer", "viewer", False),
    ],
)
def test_nobody_gives_a_role_above_the_own(granter, given, allowed, company, person):
    actor, role = make_member(company, granter), role_group(given)
    with acting(actor):
        if allowed:
            grant_role(user=person, organization=company, role=role)
        else:
            with pytest.raises(RoleNotYoursToGrant):
                grant_role(user=person, organization=company, role=role)
    assert Membership.objects.filter(user=person).exists() is allowed
    assert Event.objects.filter(type="membership.granted").exists() is allowed


def test_owner_of_another_organization_gives_nothing_here(company, other, person):
    with acting(make_member(other, "owner")), pytest.raises(RoleNotYoursToGrant):
        grant_role(user=person, organization=company, role=role_group("viewer"))


def test_ended_owner_gives_nothing(company, person):
    actor = make_member(company, "owner")
    Membership.objects.filter(user=actor).update(is_active=False)
    with acting(actor), pytest.raises(RoleNotYoursToGrant):
        grant_role(user=person, organization=company, role=role_group("viewer"))


def test_administrator_does_not_revoke_an_owner(company):
    owner = make_member(company, "owner")
    membership = Membership.objects.get(user=owner)
    with acting(make_member(company, "administrator")), pytest.raises(RoleNotYoursToGrant):
        revoke_membership(membership=membership)
    membership.refresh_from_db()
    assert membership.is_active is True


def test_nobody_prolongs_the_own_role(company):
    actor = make_member(company, "owner")
    membership = Membership.objects.get(user=actor)
    with acting(actor), pytest.raises(OwnMembershipStays):
        change_membership(membership=membership, values={"valid_until": None})
    with acting(actor), pytest.raises(OwnMembershipStays):
        grant_role(user=actor, organization=company, role=role_group("viewer"))


def test_group_of_staff_is_given_by_superusers_alone(company, person):
    group = Group.objects.create(name="Night shift")
    with acting(make_member(company, "owner")), pytest.raises(RoleNotYoursToGrant):
        grant_role(user=person, organization=company, role=group)
    boss = User.objects.create_superuser("boss@example.com")
    with acting(boss):
        grant_role(user=person, organization=company, role=group)
    assert Membership.objects.get(user=person).role == group


def test_global_permission_holds_in_every_organization(company, other, person):
    person.user_permissions.add(Permission.objects.get(codename="view_product"))
    join(person, company, "finance")
    for organization in (company, other, None):
        assert permitted(person, organization, "catalog.view_product") is True
