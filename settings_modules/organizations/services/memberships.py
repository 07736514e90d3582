"""Giving people roles in an organization, for good or for a time, and taking them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from core.editing.services import add_row, edit_row, editable, lock_row
from core.events.services import in_unit_of_work
from core.identity.models import User
from core.identity.powers import acting_user_key, acts_with_full_power
from core.identity.roles import role_of_group
from settings_modules.organizations.errors import (
    OwnMembershipStays,
    RoleAlreadyHeld,
    RoleNotYoursToGrant,
)
from settings_modules.organizations.models import Membership, Organization
from settings_modules.organizations.selectors.memberships import highest_granting_rank

#: What people may edit once the role is given.
MEMBERSHIP_FIELDS = ("valid_from", "valid_until", "is_active")


@in_unit_of_work
def grant_role(
    *, user: User, organization: Organization, role: Group, values: Mapping[str, Any] | None = None
) -> Membership:
    """The person with the role in the organization, within the times given.

    A membership that was revoked or has ended begins anew. Emits `membership.granted`.
    Raises OwnMembershipStays, RoleAlreadyHeld, RoleNotYoursToGrant, ValidationError.
    """
    _require_power(organization.pk, user.pk, role)
    given = editable(values or {}, MEMBERSHIP_FIELDS)
    known = {"user": user, "organization": organization, "role": role}
    earlier = Membership.objects.select_for_update().filter(**known).first()
    if earlier is None:
        membership = add_row(row=Membership(**known, **given))
    else:
        if earlier.is_active and (
            earlier.valid_until is None or earlier.valid_until > timezone.now()
        ):
            raise RoleAlreadyHeld(field="role")
        anew = {"is_active": True, "valid_from": timezone.now(), "valid_until": None}
        membership = edit_row(row=earlier, values=anew | given).row
    _tell_granted(membership)
    return membership


@in_unit_of_work
def change_membership(
    *, membership: Membership, values: Mapping[str, Any], expected_version: int | None = None
) -> Membership:
    """The membership with other times, or switched off or on.

    Emits `membership.updated`; `membership.revoked` when it was switched off and
    `membership.granted` when it was switched on. Raises OwnMembershipStays, RoleNotYoursToGrant,
    StaleVersion, ValidationError.
    """
    stored = lock_row(membership, expected_version=expected_version)
    _require_power(stored.organization_id, stored.user_id, stored.role)
    edit = edit_row(row=stored, values=editable(values, MEMBERSHIP_FIELDS))
    if "is_active" not in edit.changes:
        if edit:
            edit.row.emit_event("membership.updated", {"changes": _told(edit.changes)})
    elif edit.row.is_active:
        _tell_granted(edit.row)
    else:
        edit.row.emit_event("membership.revoked", _parties(edit.row))
    return edit.row


def revoke_membership(*, membership: Membership, expected_version: int | None = None) -> Membership:
    """The membership switched off: the role ends at once. As `change_membership`."""
    return change_membership(
        membership=membership, values={"is_active": False}, expected_version=expected_version
    )


def _tell_granted(membership: Membership) -> None:
    until = membership.valid_until
    membership.emit_event(
        "membership.granted",
        {**_parties(membership), "valid_until": until.isoformat() if until else None},
    )


def _parties(membership: Membership) -> dict[str, Any]:
    return {
        "user_id": membership.user_id,
        "organization_id": membership.organization_id,
        "role_id": membership.role_id,
    }


def _told(changes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The changes with moments as texts."""
    return {
        name: {side: moment.isoformat() if moment else None for side, moment in change.items()}
        for name, change in changes.items()
    }


def _require_power(organization_id: int, user_id: int, role: Group) -> None:
    """Raise unless the current actor may give this person this role in the organization.

    Superusers and the system may. Others need a role there that gives roles, and give none above
    it, none that staff made, and none to themselves. Raises RoleNotYoursToGrant,
    OwnMembershipStays.
    """
    actor_id = acting_user_key()
    if actor_id is None or acts_with_full_power():
        return
    own = highest_granting_rank(actor_id, organization_id)
    declared = role_of_group(role.name)
    if own is None or declared is None or declared.rank > own:
        raise RoleNotYoursToGrant(field="role")
    if actor_id == user_id:
        raise OwnMembershipStays(field="user")
