"""Roles and what they allow."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.identity.accounts import delete_group, save_group

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BaseAdmin):
    """Roles."""

    list_display = ("name", "member_count")
    search_fields = ("name",)
    ordering = ("name",)
    fieldsets = ((None, {"fields": ("name", "permissions")}),)
    empty_text = _("A role bundles permissions; give people roles rather than permissions.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("user"))

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


@admin.register(Permission)
class PermissionAdmin(BaseAdmin):
    """The permissions there are; here so that roles can search them."""

    list_display = ("name", "codename", "content_type")
    list_select_related = ("content_type",)
    search_fields = ("name", "codename", "content_type__app_label")
    ordering = ("content_type__app_label", "codename")
    fieldsets = ((None, {"fields": ("name", "codename", "content_type")}),)
