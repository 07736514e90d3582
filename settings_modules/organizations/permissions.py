"""What a person may do in the organization in force: the permissions of the roles held there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Permission

from core.context import current_context
from settings_modules.organizations.selectors.memberships import held_organizations

_REMEMBERED = "_permissions_by_organization"


class MembershipBackend(BaseBackend):
    """Signs nobody in. Outside a request for an organization, memberships permit nothing."""

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """The permissions of the roles held now in the organization in force."""
        organization = current_context().organization_id
        if organization is None or obj is not None or not user_obj.is_active or not user_obj.pk:
            return set()
        remembered: dict[str, set[str]] = user_obj.__dict__.setdefault(_REMEMBERED, {})
        if organization not in remembered:
            remembered[organization] = _permissions(user_obj, organization)
        return remembered[organization]

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether any of those permissions is about the application."""
        return any(
            name.startswith(f"{app_label}.") for name in self.get_group_permissions(user_obj)
        )


def _permissions(user: Any, organization: str) -> set[str]:
    roles = next((held.roles for held in held_organizations(user) if held.key == organization), ())
    if not roles:
        return set()
    rows = Permission.objects.filter(group__in=roles).order_by()
    return {
        f"{app}.{codename}"
        for app, codename in rows.values_list("content_type__app_label", "codename").distinct()
    }
