"""Commissions in the back office, with their tiers, and the simulator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, action, display
from core.admin.change_reason import reason_of
from core.admin.refusals import refusing
from core.money import grouped_number
from settings_modules.commodities.admin.commission_inlines import CommissionTierInline
from settings_modules.commodities.admin.commission_simulator import SimulatorForm, simulated
from settings_modules.commodities.enums import CommissionType
from settings_modules.commodities.models import CommissionStructure, CommissionTier
from settings_modules.commodities.selectors.commission_tiers import gaps_of
from settings_modules.commodities.services.commission_values import TIER_FIELDS
from settings_modules.commodities.services.commissions import (
    create_commission,
    remove_commission,
    update_commission,
)

_TAB = {"classes": ["tab"]}


@admin.register(CommissionStructure)
class CommissionAdmin(BaseAdmin):
    """What brokers earn."""

    list_display = (
        *("name", "commodity", "trade_type", "country", "applies_to"),
        *("shown_rate", "valid_from", "valid_until", "priority", "is_active"),
    )
    list_filter = ("is_active", "commission_type", "applies_to", "trade_type", "currency")
    list_select_related = ("commodity", "trade_type")
    search_fields = ("name", "description")
    search_help_text = _("Search name, description")
    ordering = ("name", "id")
    inlines = (CommissionTierInline,)
    readonly_fields = ("warnings",)
    actions_list = ("simulate",)
    fieldsets = (
        (None, {"fields": ("name", ("commission_type", "rate"), ("currency", "is_active"))}),
        (
            _("Holds for"),
            {
                "fields": (
                    ("commodity", "trade_type"),
                    ("country", "applies_to"),
                    ("valid_from", "valid_until"),
                    "priority",
                ),
                **_TAB,
            },
        ),
        (
            _("Bounds and countries"),
            {
                "fields": (
                    ("min_amount", "max_amount"),
                    ("forex_adjustment", "apply_forex_on_cross_border"),
                    "rate_per_country",
                ),
                **_TAB,
            },
        ),
        (_("By tiers"), {"fields": (("tier_basis", "tier_unit"), "warnings"), **_TAB}),
        (_("Description"), {"fields": ("description",), **_TAB}),
    )
    empty_text = _("Add what brokers earn: in general first, then where it differs.")

    @display(description=_("rate"))
    def shown_rate(self, obj: CommissionStructure) -> str:
        if obj.commission_type == CommissionType.TIERED:
            return _text("by tiers")
        unit = "%" if obj.commission_type == CommissionType.PERCENTAGE else obj.currency
        return f"{grouped_number(obj.rate or 0)} {unit}"

    @display(description=_("to be looked at"))
    def warnings(self, obj: CommissionStructure) -> str:
        if obj.pk is None:
            return "—"
        language = get_language() or "en"
        texts = ((gap.text(language),) for gap in gaps_of(obj))
        return format_html_join("", "<p>{}</p>", texts) or "—"

    # Stored by the services

    def create_row(self, obj: CommissionStructure, values: Values) -> CommissionStructure:
        return create_commission(values=values)

    def update_row(self, obj: CommissionStructure, values: Values) -> None:
        update_commission(commission=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: CommissionStructure) -> None:
        remove_commission(commission=obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """All tiers at once: one that grows may take from the next only what that gives up."""
        if formset.model is not CommissionTier:
            super().save_formset(request, form, formset, change)
            return
        if not formset.has_changed():
            return
        kept = [
            {name: row.cleaned_data[name] for name in TIER_FIELDS}
            for row in formset.forms
            if row not in formset.deleted_forms and (row.instance.pk or row.has_changed())
        ]
        with reason_of(form), refusing(), transaction.atomic():
            update_commission(commission=form.instance, values={"tiers": kept})

    # The simulator

    @action(description=_("Simulate"), url_path="simulate", permissions=["view"], icon="calculate")
    def simulate(self, request: HttpRequest) -> HttpResponse:
        """What the commission of a deal comes to; nothing is stored."""
        form = SimulatorForm(request.GET if "amount" in request.GET else None, page=self)
        context = {
            **self.admin_site.each_context(request),
            "title": _text("Commission simulator"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "found": simulated(form, get_language() or "en") if form.is_bound else None,
            "page": self,
            "back_url": self.page_url("changelist"),
        }
        return TemplateResponse(request, "admin/commission_simulator.html", context)
