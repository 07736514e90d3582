"""Roles and what they allow."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.identity.accounts import delete_group, save_group
from core.identity.roles import group_label, role_of_group

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BaseAdmin):
    """Roles: those that the system declares, which are only looked at, and those of staff."""

    list_display = ("shown_name", "purpose", "member_count")
    list_display_links = ("shown_name",)
    search_fields = ("name",)
    ordering = ("name",)
    fieldsets = ((None, {"fields": ("name", "purpose", "permissions")}),)
    readonly_fields = ("purpose",)
    empty_text = _("A role bundles permissions; give people roles rather than permissions.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("user"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_declared(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_declared(obj) and super().has_delete_permission(request, obj)

    @display(description=_("role"), ordering="name")
    def shown_name(self, obj: Group) -> str:
        return group_label(obj.name)

    @display(description=_("what it is for"))
    def purpose(self, obj: Group) -> str:
        role = role_of_group(obj.name)
        return role.shown_purpose() if role is not None else str(_("made by staff"))

    @display(description=_("people"), ordering="members")
    def member_count(self, obj: Group) -> int:
        return int(getattr(obj, "members", 0))

    def create_row(self, obj: Group, values: Values) -> Group:
        return save_group(group=obj, permissions=list(values["permissions"]))

    def update_row(self, obj: Group, values: Values) -> None:
        chosen = values.get("permissions")
        save_group(group=obj, permissions=None if chosen is None else list(chosen))

    def delete_row(self, obj: Group) -> None:
        delete_group(group=obj)


def _is_declared(group: Any) -> bool:
    return isinstance(group, Group) and role_of_group(group.name) is not None


@admin.register(Permission)
class PermissionAdmin(BaseAdmin):
    """The permissions there are; here so that roles can search them."""

    list_display = ("name", "codename", "content_type")
    list_select_related = ("content_type",)
    search_fields = ("name", "codename", "content_type__app_label")
    ordering = ("content_type__app_label", "codename")
    fieldsets = ((None, {"fields": ("name", "codename", "content_type")}),)
