"""What packages of commodities hold: pages of their own, and a tab of the commodity."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values, display
from core.admin.directions import left_to_right
from core.money import plain_number
from settings_modules.commodities.models import CommodityPackaging
from settings_modules.commodities.services.packagings import (
    add_packaging,
    remove_packaging,
    update_packaging,
)


class PackagingDoor:
    """What the tab and the pages share: the services."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommodityPackaging]:
        rows: QuerySet[CommodityPackaging] = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_related("commodity", "unit", "weight_unit")

    @display(description=_("one holds"), ordering="weight")
    def shown_weight(self, obj: CommodityPackaging) -> str:
        if obj.pk is None:
            return "—"
        return left_to_right(f"{plain_number(obj.weight)} {obj.weight_unit.code}")

    def create_row(self, obj: CommodityPackaging, values: Values) -> CommodityPackaging:
        return add_packaging(commodity=obj.commodity, unit=values["unit"], values=values)

    def update_row(self, obj: CommodityPackaging, values: Values) -> None:
        update_packaging(packaging=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: CommodityPackaging) -> None:
        remove_packaging(packaging=obj)


class PackagingInline(PackagingDoor, BaseTabularInline):
    """The packagings of a commodity, for the tab of units on its page."""

    model = CommodityPackaging
    fields = ("unit", "weight", "shown_weight", "valid_from", "valid_until")
    readonly_fields = ("shown_weight",)
    show_change_link = True


@admin.register(CommodityPackaging)
class PackagingAdmin(PackagingDoor, BaseAdmin):
    """What one bale, bag or piece of a commodity holds, from when to when."""

    list_display = ("commodity", "unit", "shown_weight", "valid_from", "valid_until")
    list_filter = ("unit",)
    search_fields = ("commodity__code", "commodity__name_en", "commodity__name_ar", "unit__code")
    ordering = ("commodity", "unit", "-valid_from")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("commodity", "unit"),
                    ("weight", "shown_weight"),
                    ("valid_from", "valid_until"),
                )
            },
        ),
    )
    readonly_fields = ("shown_weight",)
    empty_text = _("Add what a bale or a bag of a commodity holds where it is not the default.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A packaging stays of its commodity and of its unit."""
        found = tuple(super().get_readonly_fields(request, obj))
        return found if obj is None else (*found, "commodity", "unit")
