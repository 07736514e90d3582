"""Varieties in the back office: a tab of the commodity, and pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values
from core.references.services import remove_row
from settings_modules.commodities.models import CommodityVariety
from settings_modules.commodities.services.varieties import add_variety, update_variety


class VarietyDoor:
    """What the tab and the pages share: the services."""

    def create_row(self, obj: CommodityVariety, values: Values) -> CommodityVariety:
        return add_variety(commodity=obj.commodity, values=values)

    def update_row(self, obj: CommodityVariety, values: Values) -> None:
        update_variety(variety=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: CommodityVariety) -> None:
        remove_row(row=obj)


class VarietyInline(VarietyDoor, BaseTabularInline):
    """The varieties of a commodity."""

    model = CommodityVariety
    fields = ("name", "code", "description", "is_standard", "is_active")
    show_change_link = True
    verbose_name_plural = _("Varieties")


@admin.register(CommodityVariety)
class CommodityVarietyAdmin(VarietyDoor, BaseAdmin):
    """Varieties of all commodities."""

    list_display = ("name", "code", "commodity", "is_standard", "is_active")
    list_filter = ("is_active", "is_standard")
    search_fields = ("name", "code", "description")
    ordering = ("name", "id")
    fieldsets = (
        (None, {"fields": ("commodity", ("name", "code"), "description")}),
        (None, {"fields": (("is_standard", "is_active"), ("created_at", "updated_at"))}),
    )
    readonly_fields: tuple[str, ...] = ("created_at", "updated_at")
    empty_text = _("Add varieties in the tab of their commodity, or here.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A variety stays with its commodity."""
        return self.readonly_fields if obj is None else ("commodity", *self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommodityVariety]:
        rows: QuerySet[CommodityVariety] = super().get_queryset(request)
        return rows.select_related("commodity")
