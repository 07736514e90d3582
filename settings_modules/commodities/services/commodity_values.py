"""What a commodity's values must be before they are stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import FieldError, InvalidInput
from core.i18n import language_columns
from core.iso_codes import COUNTRIES, CURRENCIES
from settings_modules.commodities.models import Commodity
from settings_modules.commodities.shapes import SHAPES, shape_findings

Values = Mapping[str, Any]

#: What trade with other countries needs to know, in the order of the page.
INTERNATIONAL_FIELDS = (
    *("default_currency", "supported_currencies", "international_pricing_unit"),
    *("hs_code_6digit", "country_tax_codes"),
    *("quality_standards", "international_grades", "certification_required"),
    *("major_producing_countries", "major_consuming_countries", "trading_hubs"),
    *("traded_on_exchanges", "contract_specifications", "price_volatility"),
    *("export_regulations", "import_regulations"),
    *("phytosanitary_required", "fumigation_required"),
    *("seasonal_commodity", "harvest_season", "shelf_life_days", "storage_conditions"),
    *("standard_lot_size", "min_order_quantity"),
    *("delivery_tolerance_pct", "weight_tolerance_pct"),
)
_CURRENCY_LISTS = ("supported_currencies",)
_COUNTRY_LISTS = ("major_producing_countries", "major_consuming_countries")
_LISTS = (
    *_CURRENCY_LISTS,
    *_COUNTRY_LISTS,
    *("quality_standards", "trading_hubs", "traded_on_exchanges"),
)
_CAPITALS = ("default_currency", *_CURRENCY_LISTS, *_COUNTRY_LISTS)
_HS_CODE = re.compile(r"[0-9]{6}")
_NAMES = language_columns("name")
_UNITS = ("trade_unit", "rate_unit")


def complete_values(values: Values, *, stored: Commodity) -> dict[str, Any]:
    """The values in their usual form: texts and lists without blanks and doubles, codes of
    currencies and countries in capitals, an empty code as none.

    `stored` is the row before the change, an unsaved one when it is new. Raises InvalidInput with
    every wrong value under its path.
    """
    given = {name: _usual_form(name, value) for name, value in values.items()}
    found = [*_wrong_codes(given), *_wrong_shapes(given), *_wrong_units(given, stored)]
    found += _missing_name(given, stored)
    if found:
        raise InvalidInput(details=found)
    return given


def _usual_form(name: str, value: Any) -> Any:
    if name in _LISTS:
        return _usual_list(name, value or [])
    if name in SHAPES:
        return {} if value is None else value
    if isinstance(value, str):
        value = value.strip()
        value = value.upper() if name in _CAPITALS else value
    if name == "code":
        return value or None
    return value


def _usual_list(name: str, value: Iterable[Any]) -> list[str]:
    texts = (str(each).strip() for each in value)
    capital = (text.upper() if name in _CAPITALS else text for text in texts if text)
    return list(dict.fromkeys(capital))


def _wrong_codes(given: Values) -> list[FieldError]:
    """Currencies and countries that ISO does not know, and an HS code that is not six digits."""
    found = []
    currency = given.get("default_currency")
    if currency and currency not in CURRENCIES:
        found.append(_unknown_currency("default_currency", currency))
    for name, known, error in (
        *((name, CURRENCIES, _unknown_currency) for name in _CURRENCY_LISTS),
        *((name, COUNTRIES, _unknown_country) for name in _COUNTRY_LISTS),
    ):
        for index, code in enumerate(given.get(name, ())):
            if code not in known:
                found.append(error(f"{name}[{index}]", code))
    hs_code = given.get("hs_code_6digit")
    if hs_code and not _HS_CODE.fullmatch(hs_code):
        found.append(
            FieldError(
                "hs_code_6digit",
                "malformed_hs_code",
                "An HS code is six digits.",
                "رمز النظام المنسق ستة أرقام.",
            )
        )
    return found


def _unknown_currency(field: str, code: str) -> FieldError:
    return FieldError(
        field,
        "unknown_currency",
        f"{code} is no currency (ISO 4217).",
        f"الرمز {code} ليس رمز عملة (ISO 4217).",
    )


def _unknown_country(field: str, code: str) -> FieldError:
    return FieldError(
        field,
        "unknown_country",
        f"{code} is no country (ISO 3166, two letters).",
        f"الرمز {code} ليس رمز بلد (ISO 3166، حرفان).",
    )


def _wrong_shapes(given: Values) -> list[FieldError]:
    return [
        finding
        for name, value in given.items()
        if name in SHAPES
        for finding in shape_findings(name, value)
    ]


def _wrong_units(given: Values, stored: Commodity) -> list[FieldError]:
    """Units of deals and prices that do not convert into the base unit."""
    if not {"base_unit", *_UNITS} & set(given):
        return []
    base = given.get("base_unit") or (stored.base_unit if stored.base_unit_id else None)
    found = []
    for name in _UNITS:
        unit = given[name] if name in given else getattr(stored, name)
        if unit is not None and base is not None and unit.base.upper() != base.base.upper():
            found.append(
                FieldError(
                    name,
                    "units_incompatible",
                    f"{unit} and {base} are incompatible: one does not convert into the other.",
                    f"الوحدتان {unit} و{base} غير متوافقتين ولا تتحول إحداهما إلى الأخرى.",
                )
            )
    return found


def _missing_name(given: Values, stored: Commodity) -> list[FieldError]:
    if any(given.get(name, getattr(stored, name)) for name in _NAMES):
        return []
    return [
        FieldError(
            "name_en",
            "required",
            "Give a name in at least one language.",
            "أدخل الاسم بلغة واحدة على الأقل.",
        )
    ]
