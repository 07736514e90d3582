"""Commodities by files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.db.models.functions import Upper

from core.i18n import language_columns
from core.importing.columns import Column, Kind, Text, Texts
from core.importing.model_columns import model_column
from core.importing.resources import (
    ImportResource,
    Key,
    Message,
    RowProblem,
    SetCheck,
    StagedRow,
)
from core.importing.staging import Staging
from core.iso_codes import COUNTRIES, CURRENCIES
from settings_modules.commodities.imports.naming import (
    CATEGORY,
    NAME_MESSAGES,
    TAX_CODE,
    TOLD,
    UNIT,
    is_missing,
    is_new,
    name_checks,
)
from settings_modules.commodities.imports.samples import COMMODITIES
from settings_modules.commodities.models import Commodity, Unit, UnitAlias
from settings_modules.commodities.shapes import SHAPES, shape_findings

#: What the findings of shapes are called.
SHAPE_CODES = (
    *("wrong_type", "wrong_form", "not_listed", "unknown_key"),
    *("incomplete", "empty", "repeated", "out_of_bounds"),
)
#: What stocks are counted in when nobody says.
USUAL_UNIT = "KG"
_TABLE = Commodity._meta.db_table
_NAMES = language_columns("name")
_CURRENCY = Text(
    max_length=3, is_upper=True, pattern="^[A-Z]{3}$", pattern_code="malformed_currency"
)
_HS_CODE = Text(max_length=6, pattern="^[0-9]{6}$", pattern_code="malformed_hs_code")
_CURRENCIES = Texts(
    max_length=3, is_upper=True, pattern="^[A-Z]{3}$", pattern_code="malformed_currency"
)
_COUNTRIES = Texts(
    max_length=2, is_upper=True, pattern="^[A-Z]{2}$", pattern_code="malformed_country"
)
_TEXTS = Texts(max_length=100)


def _column(name: str, *aliases: str, kind: Kind | None = None) -> Column:
    return model_column(Commodity, name, aliases=aliases, kind=kind)


def _kept(name: str, *aliases: str, kind: Kind | None = None) -> Column:
    """A column whose empty cells leave what is stored."""
    return replace(_column(name, *aliases, kind=kind), keeps_when_empty=True)


def _emptied(name: str, *aliases: str, kind: Kind | None = None) -> Column:
    """A column whose empty cells empty the field."""
    return replace(_column(name, *aliases, kind=kind), keeps_when_empty=False)


def commodity_columns() -> tuple[Column, ...]:
    """The columns in the order of the template."""
    descriptions = language_columns("description")
    return (
        _kept("code", "commodity code", "رمز السلعة"),
        _kept("name_en", "name", "commodity", "commodity name", "اسم السلعة"),
        *(_column(name) for name in _NAMES if name != "name_en"),
        _kept("category", "commodity category", "الفئة", kind=CATEGORY),
        _column("tax_code", "hsn", "hsn code", "hsn/sac", "رمز HSN", kind=TAX_CODE),
        _column("gst_rate", "gst", "gst rate (%)", "gst %", "نسبة الضريبة"),
        _kept("base_unit", "uom", "unit", "unit of measure", "الوحدة", kind=UNIT),
        _column("trade_unit", kind=UNIT),
        _column("rate_unit", "price unit", kind=UNIT),
        _column("is_active", "active"),
        _column("description_en", "description", "الوصف"),
        *(_column(name) for name in descriptions if name != "description_en"),
        *_international_columns(),
    )


def _international_columns() -> tuple[Column, ...]:
    return (
        _column("default_currency", "default currency", kind=_CURRENCY),
        _emptied("supported_currencies", kind=_CURRENCIES),
        _emptied("international_pricing_unit", "pricing unit"),
        _column("hs_code_6digit", "hs code", kind=_HS_CODE),
        _column("country_tax_codes"),
        _emptied("quality_standards", kind=_TEXTS),
        _column("international_grades"),
        _column("certification_required"),
        _emptied("major_producing_countries", kind=_COUNTRIES),
        _emptied("major_consuming_countries", kind=_COUNTRIES),
        _emptied("trading_hubs", kind=_TEXTS),
        _emptied("traded_on_exchanges", kind=_TEXTS),
        _column("contract_specifications"),
        _emptied("price_volatility"),
        _column("export_regulations"),
        _column("import_regulations"),
        _column("phytosanitary_required"),
        _column("fumigation_required"),
        _column("seasonal_commodity"),
        _column("harvest_season"),
        _column("shelf_life_days"),
        _column("storage_conditions"),
        _column("standard_lot_size"),
        _column("min_order_quantity"),
        _column("delivery_tolerance_pct"),
        _column("weight_tolerance_pct"),
    )


_SET_CHECKS = (
    *name_checks(_TABLE),
    SetCheck(
        "category",
        "no_category",
        f"{is_missing('category')} AND {is_new(_TABLE, 'code', 'name_en')}",
    ),
)
_MESSAGES = {
    **NAME_MESSAGES,
    **dict.fromkeys(SHAPE_CODES, TOLD),
    "no_category": Message("A new commodity needs a category.", "تحتاج السلعة الجديدة إلى فئة."),
    "malformed_hs_code": Message("An HS code is six digits.", "رمز النظام المنسق ستة أرقام."),
    "malformed_currency": Message(
        "A currency is its ISO code of three letters.", "العملة هي رمزها من ثلاثة أحرف حسب ISO."
    ),
    "malformed_country": Message(
        "A country is its ISO code of two letters.", "الدولة هي رمزها من حرفين حسب ISO."
    ),
    "unknown_country": Message(
        "{text} is no country (ISO 3166, two letters).",
        "الرمز {text} ليس رمز بلد (ISO 3166، حرفان).",
    ),
    "units_incompatible": Message(
        "{unit} and {base} are incompatible: one does not convert into the other.",
        "الوحدتان {unit} و{base} غير متوافقتين ولا تتحول إحداهما إلى الأخرى.",
    ),
}

#: Columns with ISO codes: what is known, and the code of what is not.
_ISO_CODES = {
    "default_currency": (CURRENCIES, "unknown_currency"),
    "supported_currencies": (CURRENCIES, "unknown_currency"),
    "major_producing_countries": (COUNTRIES, "unknown_country"),
    "major_consuming_countries": (COUNTRIES, "unknown_country"),
}


def check_rows(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """ISO codes that nobody knows, objects of another shape, and units of deals and prices that do
    not convert into the base unit."""
    for row in batch:
        for name, (known, code) in _ISO_CODES.items():
            # Such a list is stored as PostgreSQL writes one: {INR,USD}.
            texts = str(row.values.get(name) or "").strip("{}").split(",")
            wrong = next((text for text in texts if text and text not in known), None)
            if wrong is not None:
                yield RowProblem(row.number, name, code, facts={"text": wrong})
        yield from _shape_problems(row)
    yield from _unit_problems(batch)


def _shape_problems(row: StagedRow) -> Iterator[RowProblem]:
    for name in SHAPES:
        value = _object_in(str(row.values.get(name) or ""))
        for found in shape_findings(name, value) if value is not None else ():
            facts = {"text": found.message, "text_ar": found.message_ar}
            yield RowProblem(row.number, name, found.code, facts=facts)


def _object_in(text: str) -> dict[str, Any] | None:
    """The object; None for nothing and for what is told already to be none."""
    try:
        value = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unit_problems(batch: list[StagedRow]) -> Iterator[RowProblem]:
    bases = _bases_of_units()
    stored = _stored_units(batch)
    for row in batch:
        held = _found(row.values, stored)
        base = str(row.values.get("base_unit") or held.get("base_unit") or USUAL_UNIT)
        for name in ("trade_unit", "rate_unit"):
            unit = str(row.values.get(name, held.get(name)) or "")
            kinds = {bases.get(unit.upper()), bases.get(base.upper())}
            if unit and None not in kinds and len(kinds) > 1:
                facts = {"unit": unit, "base": base}
                yield RowProblem(row.number, name, "units_incompatible", facts=facts)


def _bases_of_units() -> dict[str, str]:
    """Every word for a unit, in capitals, and what its dimension counts in."""
    found = {
        alias.upper(): base.upper()
        for alias, base in UnitAlias.objects.values_list("alias", "unit__base")
    }
    return found | {
        code.upper(): base.upper() for code, base in Unit.objects.values_list("code", "base")
    }


def _stored_units(batch: list[StagedRow]) -> dict[tuple[str, str], dict[str, str | None]]:
    """The units of the batch's commodities, by key column and its value in capitals."""
    wanted = {
        name: {str(row.values[name]).upper() for row in batch if row.values.get(name)}
        for name in ("code", "name_en")
    }
    units = ("base_unit", "trade_unit", "rate_unit")
    rows = Commodity.objects.annotate(upper_code=Upper("code"), upper_name=Upper("name_en")).filter(
        Q(upper_code__in=wanted["code"]) | Q(upper_name__in=wanted["name_en"])
    )
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    for code, name, *held in rows.values_list(
        "upper_code", "upper_name", *(f"{unit}__code" for unit in units)
    ):
        of_one = dict(zip(units, held, strict=True))
        found |= {("code", code): of_one, ("name_en", name): of_one}
    return found


def _found(
    values: Mapping[str, Any], stored: Mapping[tuple[str, str], dict[str, str | None]]
) -> dict[str, str | None]:
    for name in ("code", "name_en"):
        text = str(values.get(name) or "").upper()
        if text and (name, text) in stored:
            return stored[name, text]
    return {}


def fill_in(staging: Staging) -> None:
    """New commodities without a base unit are counted in the usual one."""
    staging.execute(
        "UPDATE {rows} r SET \"values\" = r.values || jsonb_build_object('base_unit', %s::text)"
        f" WHERE r.run_id = %s AND {is_missing('base_unit')} AND NOT ({staging.is_stored()})",
        [USUAL_UNIT, staging.run_id],
    )


def resource() -> ImportResource:
    """Commodities, known by their code, else by their English name."""
    return ImportResource(
        name="commodities",
        model_label="commodities.Commodity",
        stream="commodity",
        key="code",
        keys=(Key(("code",), ignores_case=True), Key(("name_en",), ignores_case=True)),
        columns=commodity_columns(),
        set_checks=_SET_CHECKS,
        row_check=check_rows,
        derive=fill_in,
        messages=_MESSAGES,
        filters=(
            *("code", "category", "tax_code", "base_unit", "trade_unit", "rate_unit"),
            *("is_active", "default_currency", "international_pricing_unit"),
            *("hs_code_6digit", "price_volatility", "seasonal_commodity"),
        ),
        samples=COMMODITIES,
    )
