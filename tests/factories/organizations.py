"""People in organizations."""

from __future__ import annotations

from itertools import count

from django.contrib.auth.models import Group, Permission
from django.db.models import Value
from django.db.models.functions import Concat

from config.roles import ROLES
from core.identity.models import User
from core.identity.roles import permissions_of
from settings_modules.organizations.models import (
    BankAccount,
    GstRegistration,
    Membership,
    Organization,
)
from settings_modules.organizations.services.bank_accounts import add_account
from settings_modules.organizations.services.gst_registrations import add_registration

_numbers = count(1)


def role_group(key: str) -> Group:
    """The group of a declared role, with its permissions."""
    role = next(role for role in ROLES if role.key == key)
    group, is_new = Group.objects.get_or_create(name=role.group_name)
    if is_new:
        named = Permission.objects.annotate(
            named=Concat("content_type__app_label", Value("."), "codename")
        )
        group.permissions.set(named.filter(named__in=permissions_of(role)))
    return group


def make_member(organization: Organization, key: str, **fields: object) -> User:
    """A member of staff with this role in the organization."""
    user = User.objects.create(
        email=f"{key}{next(_numbers)}@example.com", is_staff=True, full_name=key, **fields
    )
    join(user, organization, key)
    return user


def join(user: User, organization: Organization, key: str, **times: object) -> Membership:
    """The person with this role in the organization."""
    return Membership.objects.create(
        user=user, organization=organization, role=role_group(key), **times
    )


def seat(user: User) -> None:
    """A place in every organization without any permission, for people with permissions of their
    own: these say what one may do, a membership says where."""
    bystander, _ = Group.objects.get_or_create(name="Bystander")
    for organization in Organization.objects.all():
        Membership.objects.get_or_create(user=user, organization=organization, role=bystander)


def make_company(name: str = "Cotton", **fields: object) -> Organization:
    """An Indian company with a PAN."""
    return Organization.objects.create(
        **{"name": name, "pan": "AAACM1234A", "base_currency": "INR", "country": "IN", **fields}
    )


def make_registration(
    organization: Organization, gstin: str = "27AAACM1234A1Z8", **values: object
) -> GstRegistration:
    """A GST registration; the first of an organization is primary."""
    return add_registration(organization=organization, gstin=gstin, values=values)


def make_account(
    organization: Organization, number: str = "1234567890", **values: object
) -> BankAccount:
    """A bank account of an organization that needs no second person; the first is the default."""
    given = {"account_holder": "Cotton Ltd", "bank_name": "State Bank", "account_number": number}
    made = add_account(organization=organization, values={**given, **values})
    assert isinstance(made, BankAccount)
    return made
