"""What a person may do in the organization in force: the permissions of the roles held there."""

from __future__ import annotations

from typing import Any

from core.context import current_context
from settings_modules.organizations.selectors.memberships import held_organizations


class MembershipBackend:
    """Signs nobody in, so it has no `get_user`. Outside a request for an organization, memberships
    permit nothing."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Nobody."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> frozenset[str]:
        """The permissions of the roles held now in the organization in force."""
        organization = current_context().organization_id
        if organization is None or obj is not None or not user_obj.is_active or not user_obj.pk:
            return frozenset()
        held = held_organizations(user_obj)
        return next((each.permissions for each in held if each.key == organization), frozenset())

    get_group_permissions = get_all_permissions

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether they are among those."""
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether any of those is about the application."""
        return any(name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj))
