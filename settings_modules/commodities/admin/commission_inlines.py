"""Commissions as tabs: the tiers of one, and those of a commodity."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseTabularInline, Values
from settings_modules.commodities.models import CommissionStructure, CommissionTier
from settings_modules.commodities.services.commissions import (
    create_commission,
    remove_commission,
    update_commission,
)

_MOST_TIERS = 100


class TierForm(forms.ModelForm):
    """A tier. Whether it overlaps another is looked at when all are known, by the service."""

    def validate_constraints(self) -> None:
        return None


class CommissionTierInline(BaseTabularInline):
    """The tiers of a commission; whoever may change it changes them, all together."""

    model = CommissionTier
    form = TierForm
    fields = ("currency", "starts_at", "ends_below", "rate")
    max_num = _MOST_TIERS
    verbose_name_plural = _("Tiers")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request, "view") or _may(request, "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request, "add" if obj is None else "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request, "change")


class CommissionInline(BaseTabularInline):
    """The commissions of a commodity; those of every commodity are not among them."""

    model = CommissionStructure
    fk_name = "commodity"
    # Scope, bounds and tiers are on the commission's own page.
    fields = (
        *("name", "commission_type", "rate", "currency", "applies_to"),
        *("valid_from", "valid_until", "priority", "is_active"),
    )
    show_change_link = True
    verbose_name_plural = _("Commissions")

    def create_row(self, obj: CommissionStructure, values: Values) -> CommissionStructure:
        return create_commission(values={**values, "commodity": obj.commodity})

    def update_row(self, obj: CommissionStructure, values: Values) -> None:
        update_commission(commission=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: CommissionStructure) -> None:
        remove_commission(commission=obj)


def _may(request: HttpRequest, verb: str) -> bool:
    return bool(request.user.has_perm(f"commodities.{verb}_commissionstructure"))
