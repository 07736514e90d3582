"""People who open the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from core.identity.models import User


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_staff(*permissions: str, **fields: object) -> User:
    """A member of staff with these permissions ("catalog.view_product")."""
    user = User.objects.create(
        email=f"staff{User.objects.count()}@example.com", is_staff=True, **fields
    )
    for name in permissions:
        app_label, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return user


@pytest.fixture
def boss(db: None) -> User:
    return make_staff(is_superuser=True, full_name="The Boss")


@pytest.fixture
def boss_client(boss: User) -> Client:
    return sign_in(boss)
