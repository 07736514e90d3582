"""Changes that administrators make to accounts and roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from core.context import change_context, user_actor
from core.editing.services import add_row, edit_row, lock_row
from core.erasure import erase_mentions
from core.events.services import in_unit_of_work
from core.identity.errors import DeclaredRoleStays, LastSuperuserStays, PowerNotYoursToGrant
from core.identity.models import ApiToken, User
from core.identity.powers import acts_with_full_power
from core.identity.roles import GROUP_PREFIX
from core.saved_filters.services import remove_filters_of

_RELATIONS = ("groups", "user_permissions")
#: What makes an account more powerful: only a superuser grants it.
_POWERS = frozenset({"is_superuser", "groups", "user_permissions"})


def _require_power(user: User, values: Mapping[str, Any]) -> None:
    """Raise PowerNotYoursToGrant when the current actor may not make this change."""
    granted = any(values.get(name) for name in _POWERS & set(values)) or (
        user.pk is not None and bool(_POWERS & set(values))
    )
    if not granted and not user.is_superuser:
        return
    if not acts_with_full_power():
        raise PowerNotYoursToGrant()


def _set_relations(user: User, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the account these roles and permissions; what changed, as {field: {old, new}} of keys.

    They have no history of their own: the event is the record.
    """
    changes = {}
    for name in _RELATIONS:
        if name not in values:
            continue
        related = getattr(user, name)
        old = sorted(related.values_list("pk", flat=True))
        related.set(values[name])
        new = sorted(row.pk for row in values[name])
        if old != new:
            changes[name] = {"old": old, "new": new}
    return changes


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in values.items() if name not in _RELATIONS}
    if plain.get("email"):
        # Sign-in looks for the address in lower case.
        plain["email"] = plain["email"].lower()
    return plain


@in_unit_of_work
def create_user(*, password: str | None, values: Mapping[str, Any]) -> User:
    """A new account with the fields given; without a password nobody can sign in to it yet.

    Emits `user.created`. Raises PowerNotYoursToGrant, ValidationError.
    """
    user = User(**_plain(values))
    _require_power(user, values)
    user.set_password(password)
    add_row(row=user)
    _set_relations(user, values)
    user.emit_event("user.created")
    return user


@in_unit_of_work
def update_user(
    *, user: User, values: Mapping[str, Any], expected_version: int | None = None
) -> User:
    """The account with the fields given; emits `user.updated` when something changed.

    Raises PowerNotYoursToGrant, StaleVersion, ValidationError.
    """
    locked = lock_row(user, expected_version=expected_version)
    _require_power(locked, values)
    edit = edit_row(row=locked, values=_plain(values))
    relations = _set_relations(edit.row, values)
    if relations and not edit:
        # Roles and permissions lie in other tables: whoever saw the account must notice them too.
        edit.row.version += 1
        edit.row.save(update_fields=["version"])
    edit.changes.update(relations)
    if edit:
        edit.row.emit_event("user.updated", edit.event_data())
    return edit.row


@in_unit_of_work
def set_password(*, user: User, password: str | None) -> User:
    """The account with a new password, or with none. Raises PowerNotYoursToGrant."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    _require_power(locked, {})
    locked.set_password(password)
    locked.version += 1
    locked.save(update_fields=["password", "version"])
    locked.emit_event("user.updated", {"changes": {}, "untold": ["password"]})
    locked.emit_event("user.password_changed")
    return locked


@in_unit_of_work
def change_own_password(*, user: User, password: str) -> User:
    """The account, given too, with the password that its owner has chosen."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.version += 1
    locked.save(update_fields=["password", "version"])
    with change_context(actor=user_actor(user.pk)):
        locked.emit_event("user.password_changed")
    user.password, user.version = locked.password, locked.version
    return locked


def _erased_address(user_id: int) -> str:
    # The address must be unique and is nobody's: the domain exists nowhere.
    return f"erased-{user_id}@erased.invalid"


@in_unit_of_work
def erase_user(*, user: User) -> User:
    """The account without its personal data, switched off, its sessions ended, for good.

    What it did stays recorded under its number. Erasing again changes nothing.
    Raises PowerNotYoursToGrant, LastSuperuserStays.
    """
    # Locked together and in one order: of two superusers erased at once one stays.
    powerful = Q(is_superuser=True, is_active=True)
    held = User.objects.select_for_update().filter(powerful | Q(pk=user.pk)).order_by("pk")
    people = {person.pk: person for person in held}
    locked = people.pop(user.pk)
    _require_power(locked, {})
    if locked.email == _erased_address(locked.pk):
        return locked
    if locked.is_superuser and locked.is_active and not people:
        raise LastSuperuserStays()
    erase_mentions(texts=[locked.full_name, locked.email], phones=[str(locked.phone or "")])
    locked.email = _erased_address(locked.pk)
    locked.full_name = f"Erased user {locked.pk}"
    locked.phone = ""
    locked.last_login = None
    locked.is_active = False
    locked.set_unusable_password()
    locked.save()
    _end_sessions(locked.pk)
    Authenticator.objects.filter(user_id=locked.pk).delete()
    ApiToken.objects.filter(user_id=locked.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )
    remove_filters_of(owner=locked)
    locked.emit_event("user.erased")
    return locked


def _end_sessions(user_id: int) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user_id):
            session.delete()
    UserSession.objects.filter(user_id=user_id).delete()


def _require_own_making(group: Group) -> None:
    """Raise DeclaredRoleStays for the group of a declared role, by its old or its new name."""
    stored = Group.objects.filter(pk=group.pk, name__startswith=GROUP_PREFIX).exists()
    if stored or group.name.startswith(GROUP_PREFIX):
        raise DeclaredRoleStays(field="name")


@in_unit_of_work
def save_group(*, group: Group, permissions: list[Permission] | None) -> Group:
    """Store a group that staff made; its permissions are replaced when given.

    Raises DeclaredRoleStays, PowerNotYoursToGrant.
    """
    _require_power(User(), {"groups": [group]})
    _require_own_making(group)
    group.full_clean()
    group.save()
    if permissions is not None:
        group.permissions.set(permissions)
    return group


@in_unit_of_work
def delete_group(*, group: Group) -> None:
    """Remove a group from everybody. Raises DeclaredRoleStays, PowerNotYoursToGrant."""
    _require_power(User(), {"groups": [group]})
    _require_own_making(group)
    group.delete()
