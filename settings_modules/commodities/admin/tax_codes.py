"""Tax codes and their dated rates for staff."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values, display
from core.admin.by_files import ByFiles
from core.money import plain_number
from core.references.services import remove_row
from settings_modules.commodities.models import TaxCode, TaxRate
from settings_modules.commodities.selectors.tax_codes import search_tax_codes, shown_code
from settings_modules.commodities.selectors.tax_rates import EffectiveRate, effective_rate
from settings_modules.commodities.services.tax_codes import (
    create_tax_code,
    create_tax_rate,
    update_tax_code,
    update_tax_rate,
)

_UNSHOWN = ("search_text", "search_words")
_DAYS = ("valid_from", "valid_until")


def rate_text(found: EffectiveRate | None, code: str) -> str:
    """The rate, and the shorter code that it is taken from; a dash without one."""
    if found is None:
        return "—"
    percent = f"{plain_number(found.rate)} %"
    if found.from_code == code:
        return percent
    return _text("%(rate)s, from code %(code)s") % {"rate": percent, "code": found.from_code}


class RateDoor:
    """What the page and the tab share."""

    def create_row(self, obj: TaxRate, values: Values) -> TaxRate:
        return create_tax_rate(values={**values, "tax_code": obj.tax_code})

    def update_row(self, obj: TaxRate, values: Values) -> None:
        update_tax_rate(tax_rate=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: TaxRate) -> None:
        remove_row(row=obj, expected_version=obj.version)


class TaxRateInline(RateDoor, BaseTabularInline):
    """The rates of a code by day."""

    model = TaxRate
    verbose_name_plural = _("Rates")
    fields = ("rate", *_DAYS, "notification")
    ordering = ("-valid_from",)


@admin.register(TaxCode)
class TaxCodeAdmin(ByFiles, BaseAdmin):
    """HSN codes of goods and SACs of services."""

    import_resource = "tax-codes"
    list_display = ("code", "kind", "shown_description", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("search_text",)
    search_help_text = _("Search by the beginning of the code or by words of the description")
    ordering = ("kind", "code")
    fieldsets = (
        (None, {"fields": (("kind", "code"), "description", "is_active", "rate_today")}),
        (_("Times"), {"fields": (("created_at", "updated_at"),)}),
    )
    readonly_fields = ("rate_today", "created_at", "updated_at")
    inlines = (TaxRateInline,)
    empty_text = _("Import the official list of codes.")

    @display(description=_("description"), ordering="description")
    def shown_description(self, obj: TaxCode) -> str:
        return shown_code(obj).removeprefix(f"{obj.code} · ") if obj.description else "—"

    @display(description=_("rate today"))
    def rate_today(self, obj: TaxCode) -> str:
        if obj.pk is None:
            return "—"
        return rate_text(effective_rate(obj.pk), obj.code)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxCode]:
        rows: QuerySet[TaxCode] = super().get_queryset(request)
        return rows.defer(*_UNSHOWN)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[TaxCode], search_term: str
    ) -> tuple[QuerySet[TaxCode], bool]:
        """By the beginning of the code or by words, the best fitting first."""
        if search_term.strip():
            queryset = search_tax_codes(search_term, queryset)
        return queryset, False

    def create_row(self, obj: TaxCode, values: Values) -> TaxCode:
        return create_tax_code(values=values)

    def update_row(self, obj: TaxCode, values: Values) -> None:
        update_tax_code(tax_code=obj, values=values, expected_version=obj.version)


@admin.register(TaxRate)
class TaxRateAdmin(RateDoor, BaseAdmin):
    """Every dated rate."""

    list_display = ("tax_code", "shown_rate", *_DAYS, "notification")
    list_filter = ("tax_code__kind", "valid_from")
    search_fields = ("tax_code__code__startswith", "notification")
    ordering = ("tax_code__code", "-valid_from")
    fieldsets = (
        (None, {"fields": ("tax_code", "rate", _DAYS, "notification")}),
        (_("Revisions"), {"fields": (("added_by_revision", "closed_by_revision"),)}),
        (_("Times"), {"fields": (("created_at", "updated_at"),)}),
    )
    readonly_fields = ("added_by_revision", "closed_by_revision", "created_at", "updated_at")
    empty_text = _("Enter the rates of the codes in use, or revise many at once.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxRate]:
        rows: QuerySet[TaxRate] = super().get_queryset(request)
        return rows.select_related("tax_code", "added_by_revision", "closed_by_revision")

    def create_row(self, obj: TaxRate, values: Values) -> TaxRate:
        return create_tax_rate(values=values)

    @display(description=_("rate"), ordering="rate")
    def shown_rate(self, obj: TaxRate) -> str:
        return f"{plain_number(obj.rate)} %"
