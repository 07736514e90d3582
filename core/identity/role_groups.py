"""The groups of declared roles, kept in step with their declaration."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from core.events.services import in_unit_of_work, queue_event
from core.identity.roles import GROUP_PREFIX, declared_roles, permissions_of


@in_unit_of_work
def update_role_groups() -> list[str]:
    """Make the group of each declared role hold exactly its permissions; the keys that changed.

    The group of a role that is no longer declared keeps its people and loses its permissions;
    groups that staff made are left alone. Emits `role.changed`.
    """
    wanted = {role.group_name: permissions_of(role) for role in declared_roles()}
    changed = []
    for name in wanted:
        Group.objects.get_or_create(name=name)
    groups = Group.objects.select_for_update().filter(name__startswith=GROUP_PREFIX)
    for group in groups.order_by("name"):
        if _give(group, wanted.get(group.name, frozenset())):
            changed.append(group.name.removeprefix(GROUP_PREFIX))
    return changed


def _give(group: Group, wanted: Collection[str]) -> bool:
    """Give the group exactly these permissions; whether any was added or removed."""
    held = {
        f"{app}.{codename}"
        for app, codename in group.permissions.values_list("content_type__app_label", "codename")
    }
    added, removed = sorted(set(wanted) - held), sorted(held - set(wanted))
    if not added and not removed:
        return False
    group.permissions.add(*_rows(added))
    group.permissions.remove(*_rows(removed))
    queue_event(
        stream_type="role",
        stream_id=group.name.removeprefix(GROUP_PREFIX),
        type="role.changed",
        data={"added": added, "removed": removed},
    )
    return True


def _rows(names: Collection[str]) -> list[Permission]:
    """The permissions of these names. Raises LookupError when one is not in the database."""
    if not names:
        return []
    condition = Q()
    for name in names:
        app, codename = name.split(".")
        condition |= Q(content_type__app_label=app, codename=codename)
    rows = list(Permission.objects.filter(condition))
    if len(rows) != len(names):
        raise LookupError("permissions are missing from the database: run the migrations first")
    return rows
