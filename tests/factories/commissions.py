"""Commissions, and what they need to be about."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from settings_modules.commodities.models import CommissionStructure, Unit
from settings_modules.commodities.services.commissions import create_commission

_numbers = count(1)


def make_weight(code: str, factor: str) -> Unit:
    """A unit that weighs so many kilograms; the stored one when there is one."""
    values = {"dimension": "weight", "base": "KG", "factor": Decimal(factor), "name_en": code}
    found, _ = Unit.objects.get_or_create(code=code, defaults=values)
    return found


def make_commission(**given: Any) -> CommissionStructure:
    """2.5 percent of every deal, unless said otherwise; `tiers` are those of a tiered one."""
    values = {"name": f"Commission {next(_numbers)}", "rate": Decimal("2.5")} | given
    if values.get("commission_type") == "TIERED":
        del values["rate"]
    return create_commission(values=values)
