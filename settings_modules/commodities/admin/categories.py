"""Categories of commodities for staff."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from settings_modules.commodities.models import CommodityCategory
from settings_modules.commodities.services.categories import create_category, update_category

#: Words that a list names.
_MOST_WORDS = 8


@admin.register(CommodityCategory)
class CommodityCategoryAdmin(BaseAdmin):
    """Kinds of commodities, and the words by which they are recognized."""

    list_display = ("code", "shown_name", "parent", "shown_words", "priority", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name_en", "name_ar", "name_ckb", "name_hi")
    ordering = ("code",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "code",
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    "parent",
                    "is_active",
                )
            },
        ),
        (_("Recognition"), {"fields": ("keywords", "priority")}),
        (_("Times"), {"fields": (("created_at", "updated_at"),)}),
    )
    readonly_fields = ("created_at", "updated_at")
    empty_text = _("Add the kinds of goods that you trade in.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommodityCategory]:
        rows: QuerySet[CommodityCategory] = super().get_queryset(request)
        return rows.select_related("parent")

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: CommodityCategory) -> str:
        return str(obj.name)

    @display(description=_("words"))
    def shown_words(self, obj: CommodityCategory) -> str:
        more = "…" if len(obj.keywords) > _MOST_WORDS else ""
        return ", ".join(obj.keywords[:_MOST_WORDS]) + more or "—"

    def create_row(self, obj: CommodityCategory, values: Values) -> CommodityCategory:
        return create_category(values=values)

    def update_row(self, obj: CommodityCategory, values: Values) -> None:
        update_category(category=obj, values=values, expected_version=obj.version)
