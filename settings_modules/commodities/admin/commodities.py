"""Commodities for staff: one screen with all that belongs to a commodity."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.admin.by_files import ByFiles
from core.admin.refusals import shown_detail
from core.admin.row_history import history_page
from core.references.tallies import tally_references
from settings_modules.commodities.admin.commission_inlines import CommissionInline
from settings_modules.commodities.admin.commodity_pages import OneCommodityPages
from settings_modules.commodities.admin.packagings import PackagingInline
from settings_modules.commodities.admin.quality_parameters import ParameterInline
from settings_modules.commodities.admin.varieties import VarietyInline
from settings_modules.commodities.models import Commodity, Unit
from settings_modules.commodities.selectors.anomalies import commodity_warnings
from settings_modules.commodities.selectors.commodities import matching_commodities
from settings_modules.commodities.selectors.data_quality import (
    quality_counts,
    quality_questions,
)
from settings_modules.commodities.selectors.references import part_models
from settings_modules.commodities.services.commodities import (
    USUAL_UNIT,
    create_commodity,
    remove_commodity,
    update_commodity,
)

_TAB = {"classes": ["tab"]}
#: Changes that the tab shows; the history page has all.
_RECENT = 10


class QualityFilter(admin.SimpleListFilter):
    """What is missing or doubtful."""

    title = _("data quality")
    parameter_name = "quality"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.key, one.label) for one in quality_questions()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Commodity]) -> QuerySet[Commodity]:
        for one in quality_questions():
            if one.key == self.value():
                return queryset.filter(one.condition())
        return queryset


@admin.register(Commodity)
class CommodityAdmin(ByFiles, OneCommodityPages, BaseAdmin):
    """What is traded."""

    import_resource = "commodities"

    list_display = ("shown_name", "code", "category", "tax_code", "gst_rate", "is_active")
    list_filter = ("is_active", QualityFilter, "category", "seasonal_commodity")
    search_fields = ("search_text",)
    search_help_text = _("Search name, code, description, HS code")
    ordering = ("name_en", "id")
    above_list = "admin/commodity_cards.html"
    inlines = (VarietyInline, ParameterInline, PackagingInline, CommissionInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "is_active"),
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    "category",
                    ("description_en", "description_ar"),
                    ("description_ckb", "description_hi"),
                )
            },
        ),
        (_("Units"), {"fields": ("base_unit", ("trade_unit", "rate_unit")), **_TAB}),
        (_("Tax"), {"fields": (("tax_code", "gst_rate"), "shown_warnings"), **_TAB}),
        (
            _("International"),
            {
                "fields": (
                    ("default_currency", "supported_currencies"),
                    ("international_pricing_unit", "price_volatility"),
                    ("hs_code_6digit", "country_tax_codes"),
                    ("quality_standards", "international_grades", "certification_required"),
                    ("major_producing_countries", "major_consuming_countries", "trading_hubs"),
                    ("traded_on_exchanges", "contract_specifications"),
                    ("export_regulations", "import_regulations"),
                    ("phytosanitary_required", "fumigation_required", "seasonal_commodity"),
                    ("harvest_season", "storage_conditions", "shelf_life_days"),
                    ("standard_lot_size", "min_order_quantity"),
                    ("delivery_tolerance_pct", "weight_tolerance_pct"),
                ),
                **_TAB,
            },
        ),
        (
            _("History"),
            {"fields": ("recent_changes", ("created_at", "updated_at")), **_TAB},
        ),
    )
    readonly_fields = ("shown_warnings", "recent_changes", "created_at", "updated_at")
    actions_detail = ("order_page", "suggestions_page", "international_page")
    empty_text = _("Add what you trade in: cotton, wheat, yarn …")

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: Commodity) -> str:
        return obj.name

    @display(description=_("to be looked at"))
    def shown_warnings(self, obj: Commodity) -> str:
        """What is unusual in the HSN code and the rate."""
        found = commodity_warnings(obj) if obj.pk else []
        if not found:
            return "—"
        items = format_html_join("", "<li>{}</li>", ((shown_detail(each),) for each in found))
        return format_html('<ul class="tp-warnings">{}</ul>', items)

    @display(description=_("latest changes"))
    def recent_changes(self, obj: Commodity) -> str:
        """The latest changes in short, and the way to all of them."""
        page = history_page(Commodity, obj.pk, 1) if obj.pk else None
        if page is None:
            return "—"
        lines = format_html_join(
            "",
            "<li><bdi>{}</bdi> · {} · <bdi>{}</bdi>{}</li>",
            (
                (
                    entry.time.strftime("%Y-%m-%d %H:%M"),
                    entry.kind,
                    entry.actor or "—",
                    ": " + ", ".join(change.label for change in entry.changes[:_RECENT])
                    if entry.is_change
                    else "",
                )
                for entry in page.object_list[:_RECENT]
            ),
        )
        link = format_html(
            '<a class="tp-link" href="{}">{}</a>',
            self.page_url("history", obj.pk),
            _text("All changes"),
        )
        return format_html("<ul>{}</ul>{}", lines, link)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commodity]:
        rows: QuerySet[Commodity] = super().get_queryset(request)
        return rows.select_related("category", "tax_code").defer("search_text")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commodity], search_term: str
    ) -> tuple[QuerySet[Commodity], bool]:
        """Search blind to spelling variants, digits and diacritics."""
        if search_term.strip():
            found = matching_commodities(search_term.replace("\0", "")).values("pk")
            queryset = queryset.filter(pk__in=found)
        return queryset, False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What Django asks before it removes commodities: their own parts go with them."""
        texts, counted, missing, _ = super().get_deleted_objects(objs, request)
        parts = part_models()
        guarded = tally_references(Commodity, [row.pk for row in objs])
        used = {key for key, counts in guarded.items() if set(counts) - parts}
        protected = [str(row) for row in objs if row.pk in used]
        return texts, counted, missing, protected

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list below cards that count what is missing or doubtful."""
        counts = quality_counts()
        cards = [
            {
                "title": one.label,
                "value": counts[one.key],
                "link": f"?quality={one.key}",
                "tone": "alarm" if counts[one.key] else "good",
            }
            for one in quality_questions()
        ]
        return super().changelist_view(request, {"quality_cards": cards, **(extra_context or {})})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Stocks count in kilograms unless somebody chooses otherwise."""
        found: dict[str, Any] = super().get_changeform_initial_data(request)
        usual = Unit.objects.filter(code=USUAL_UNIT).values_list("pk", flat=True).first()
        return {"base_unit": usual, **found}

    def create_row(self, obj: Commodity, values: Values) -> Commodity:
        return create_commodity(values=values)

    def update_row(self, obj: Commodity, values: Values) -> None:
        update_commodity(commodity=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: Commodity) -> None:
        remove_commodity(commodity=obj)
