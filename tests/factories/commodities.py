"""Small true-to-life commodities. Every figure that a test relies on is given by the test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from settings_modules.commodities.models import (
    Commodity,
    CommodityCategory,
    CommodityPackaging,
    CommodityVariety,
    ParameterTemplate,
    QualityParameter,
    Unit,
)
from settings_modules.commodities.services.commodities import create_commodity
from settings_modules.commodities.services.packagings import add_packaging

_numbers = count(1)


def make_category(code: str = "test-goods", **fields: object) -> CommodityCategory:
    """The category with this code, made when it is not there."""
    name = code.replace("-", " ").capitalize()
    category, _ = CommodityCategory.objects.get_or_create(
        code=code, defaults={"name_en": name, **fields}
    )
    return category


def make_unit(code: str = "KG", factor: str = "1", **fields: object) -> Unit:
    """The unit with this code, of weight unless said otherwise; made when it is not there."""
    given = {"name_en": code, "dimension": "weight", "base": "KG", "factor": Decimal(factor)}
    unit, _ = Unit.objects.get_or_create(code=code, defaults={**given, **fields})
    return unit


def unit(code: str) -> Unit:
    """The unit with that code."""
    return Unit.objects.get(code=code)


def make_commodity(
    name: str = "", *, base: str = "KG", trade: str = "", rate: str = "", **values: object
) -> Commodity:
    """A commodity counted in these units."""
    make_unit()
    given = {"name_en": name or f"Goods {next(_numbers)}"}
    codes = {"base_unit": base, "trade_unit": trade, "rate_unit": rate}
    given |= {field: unit(code) for field, code in codes.items() if code} | values
    if "category" not in given:
        given["category"] = make_category()
    return create_commodity(values=given)


def make_variety(commodity: Commodity | None = None, **values: object) -> CommodityVariety:
    """A variety of the commodity, or of one of its own."""
    return CommodityVariety.objects.create(
        commodity=commodity or make_commodity(), **{"name": f"Variety {next(_numbers)}", **values}
    )


def make_parameter(commodity: Commodity | None = None, **values: object) -> QualityParameter:
    """A number from 1 to 9 that is measured of the commodity, or of one of its own."""
    given = {
        "parameter_name": f"Parameter {next(_numbers)}",
        "parameter_type": "NUMERIC",
        "min_value": Decimal(1),
        "max_value": Decimal(9),
    }
    return QualityParameter.objects.create(
        commodity=commodity or make_commodity(), **{**given, **values}
    )


def make_parameter_template(
    category: CommodityCategory | None = None, **values: object
) -> ParameterTemplate:
    """What is usually measured of the category."""
    given = {"parameter_name": f"Template {next(_numbers)}", "parameter_type": "NUMERIC"}
    return ParameterTemplate.objects.create(
        category=category or make_category(), **{**given, **values}
    )


def make_packaging(
    commodity: Commodity | None = None,
    code: str = "BALE",
    weight: str = "165",
    *,
    since: date = date(2026, 1, 1),
    until: date | None = None,
) -> CommodityPackaging:
    """One package of the commodity holds that much of its base unit."""
    return add_packaging(
        commodity=commodity or make_commodity(),
        unit=unit(code),
        values={"weight": Decimal(weight), "valid_from": since, "valid_until": until},
    )
