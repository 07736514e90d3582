"""Who may call what is not simply viewing, adding, changing or removing a location."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class StaffMay(BasePermission):
    """Active staff with one permission."""

    needed: ClassVar[str] = ""

    @classmethod
    def of(cls, permission: str) -> type[StaffMay]:
        """The check for that permission ("locations.search_location")."""
        return type(f"StaffMay_{permission.replace('.', '_')}", (cls,), {"needed": permission})

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and user.has_perm(self.needed))
