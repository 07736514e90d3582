"""Callers and changes for the tests of the audit trail."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.test import Client

from catalog.models import Category
from core.context import Context, Source, use_context
from core.history.context import history_context
from core.identity.models import User


def signed_in(name: str, *permissions: str, **fields: object) -> Client:
    user = User.objects.create_user(f"{name}@example.com", **{"is_staff": True, **fields})
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def by(actor: str, source: Source = Source.ADMIN, reason: str = ""):
    return use_context(
        Context(request_id=f"request-{actor}", actor=actor, source=source, reason=reason)
    )


def changed_category() -> Category:
    """Added by a sync, renamed by user 7, moved below another by user 8."""
    with by("system", Source.SYNC), history_context():
        parent = Category.objects.create(name_en="Power")
        category = Category.objects.create(name_en="Cables")
    with by("user:7", reason="clearer"), history_context():
        Category.objects.filter(pk=category.pk).update(name_en="Wires", name_ar="أسلاك")
    with by("user:8", Source.API), history_context():
        Category.objects.filter(pk=category.pk).update(parent=parent)
    return category
