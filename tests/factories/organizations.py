"""People in organizations."""

from __future__ import annotations

from itertools import count

from django.contrib.auth.models import Group

from core.identity.models import User
from core.identity.role_groups import update_role_groups
from settings_modules.organizations.models import Membership, Organization

_numbers = count(1)


def role_group(key: str) -> Group:
    """The group of a declared role, with its permissions."""
    name = f"role:{key}"
    if not Group.objects.filter(name=name).exists():
        update_role_groups()
    return Group.objects.get(name=name)


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
