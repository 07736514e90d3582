"""Commissions by files: the rules, and beside them the tiers of those that have some."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models.functions import Upper

from core.errors import DomainError
from core.importing.columns import Column, Day, Reference, Text
from core.importing.model_columns import model_column
from core.importing.models import ImportRow
from core.importing.resources import (
    ImportResource,
    Key,
    Message,
    RowProblem,
    SetCheck,
    StagedRow,
)
from core.importing.staging import Staging
from core.iso_codes import CURRENCIES
from settings_modules.commodities.imports.naming import (
    COMMODITY,
    NAME_MESSAGES,
    TERM,
    TOLD,
    UNIT,
    is_missing,
)
from settings_modules.commodities.imports.samples import COMMISSION_TIERS, COMMISSIONS
from settings_modules.commodities.models import CommissionStructure, CommissionTier
from settings_modules.commodities.services.commission_values import checked_commission_values

_CURRENCY = Text(max_length=3, is_upper=True, pattern="^[A-Z]{3}$", pattern_code="unknown_currency")
_COUNTRY = Text(max_length=2, is_upper=True, pattern="^[A-Z]{2}$", pattern_code="unknown_country")
#: What the service refuses, told in its words.
_TOLD_CODES = (
    *("commission_rate_missing", "commission_percentage_too_high", "commission_value_misplaced"),
    *("commission_tier_basis_missing", "commission_tier_unit_missing"),
    *("country_rates_malformed", "country_unknown", "currency_unknown"),
)
_MESSAGES = {
    **dict.fromkeys(_TOLD_CODES, TOLD),
    "unknown_currency": NAME_MESSAGES["unknown_currency"],
    "unknown_country": Message(
        "{value} is no country (ISO 3166, two letters).",
        "الرمز {value} ليس رمز بلد (ISO 3166، حرفان).",
    ),
    "bounds_out_of_order": Message(
        "The least amount is above the highest.", "الحد الأدنى أعلى من الحد الأقصى."
    ),
    "ends_before_start": Message(
        "The last day comes before the first.", "اليوم الأخير يسبق اليوم الأول."
    ),
    "forex_missing": Message(
        "Say by how much it is adjusted across borders.", "حدد مقدار التعديل عبر الحدود."
    ),
    "tier_empty": Message("A tier ends above its beginning.", "تنتهي الشريحة فوق بدايتها."),
    "commission_not_tiered": Message(
        "This commission has no tiers: it is not of the kind TIERED.",
        "ليس لهذه العمولة شرائح: نوعها ليس TIERED.",
    ),
    "tiers_overlap": Message(
        "The next tier in the file begins before this one ends.",
        "تبدأ الشريحة التالية في الملف قبل نهاية هذه الشريحة.",
    ),
}
_REFERENCES = ("commodity", "trade_type", "tier_unit")
_NUMBERS = ("rate", "min_amount", "max_amount", "forex_adjustment")


def _columns() -> tuple[Column, ...]:
    def column(name: str, *aliases: str, **more: Any) -> Column:
        return model_column(CommissionStructure, name, aliases=aliases, **more)

    return (
        column("name", "commission", "العمولة", is_required=True),
        column("description"),
        column("commodity", "commodity code", "السلعة", kind=COMMODITY),
        column("trade_type", kind=TERM),
        column("country", kind=_COUNTRY),
        column("applies_to", "party"),
        column("commission_type", "type"),
        column("rate"),
        column("rate_per_country"),
        replace(column("currency", kind=_CURRENCY), keeps_when_empty=True),
        column("min_amount", "minimum"),
        column("max_amount", "maximum"),
        column("forex_adjustment"),
        column("apply_forex_on_cross_border"),
        column("tier_basis"),
        column("tier_unit", kind=UNIT),
        column("valid_from", kind=Day()),
        column("valid_until", kind=Day()),
        column("priority"),
        column("is_active"),
    )


def check_commissions(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """What the kind of commission needs, and has nothing of, as the service says it."""
    names = {str(row.values.get("name") or "").upper() for row in batch}
    found = CommissionStructure.objects.annotate(upper=Upper("name")).filter(upper__in=names)
    stored = {row.name.upper(): row for row in found}
    for row in batch:
        before = stored.get(str(row.values.get("name") or "").upper(), CommissionStructure())
        try:
            checked_commission_values(_given(row.values), before)
        except DomainError as refusal:
            for told in refusal.field_errors():
                facts = {"text": told.message, "text_ar": told.message_ar}
                yield RowProblem(row.number, told.field or "name", told.code, facts=facts)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The row's values as the service takes them; of what it refers to only whether it is there."""
    given: dict[str, Any] = {name: text for name, text in values.items() if name != "name"}
    for name in _REFERENCES:
        if name in given:
            given[name] = given[name] or None
    for name in _NUMBERS:
        if name in given:
            given[name] = Decimal(given[name]) if given[name] else None
    if "rate_per_country" in given:
        given["rate_per_country"] = _rates(str(given["rate_per_country"] or "{}"))
    return given


def _rates(text: str) -> Any:
    """The object, without figures that would become binary fractions."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}


def _number(name: str) -> str:
    return f"NULLIF(r.values->>'{name}', '')::numeric"


def _day(name: str) -> str:
    return f"NULLIF(r.values->>'{name}', '')::date"


def commissions() -> ImportResource:
    """Commissions, known by their name."""
    return ImportResource(
        name="commissions",
        model_label="commodities.CommissionStructure",
        stream="commission",
        key="name",
        keys=(Key(("name",), ignores_case=True),),
        columns=_columns(),
        set_checks=(
            SetCheck(
                "max_amount",
                "bounds_out_of_order",
                f"{_number('min_amount')} > {_number('max_amount')}",
            ),
            SetCheck(
                "valid_until",
                "ends_before_start",
                f"{_day('valid_until')} < {_day('valid_from')}",
            ),
            SetCheck(
                "forex_adjustment",
                "forex_missing",
                "r.values->>'apply_forex_on_cross_border' = 'true'"
                f" AND r.values ? 'forex_adjustment' AND {is_missing('forex_adjustment')}",
            ),
        ),
        row_check=check_commissions,
        messages=_MESSAGES,
        filters=(
            *("commodity", "trade_type", "country", "applies_to"),
            *("commission_type", "currency", "is_active"),
        ),
        samples=COMMISSIONS,
    )


def _tier_columns() -> tuple[Column, ...]:
    def column(name: str, *aliases: str, **more: Any) -> Column:
        return model_column(CommissionTier, name, aliases=aliases, **more)

    named = Reference(key="name", ignores_case=True)
    return (
        column("structure", "commission", "العمولة", kind=named, is_required=True),
        replace(column("currency", kind=_CURRENCY), keeps_when_empty=True),
        column("starts_at", "from", is_required=True),
        column("ends_below", "below"),
        column("rate", is_required=True),
    )


_STRUCTURES = CommissionStructure._meta.db_table
_STAGED = ImportRow._meta.db_table
_START, _END = (f"NULLIF(o.values->>'{name}', '')::numeric" for name in ("starts_at", "ends_below"))
#: Tiers that reach beyond where the next one of their commission and currency begins.
_OVERLAPPING = (
    "(r.run_id, r.number) IN (SELECT run_id, number FROM (SELECT o.run_id, o.number,"
    f" {_END} AS ends, lead({_START}) OVER (PARTITION BY o.run_id, upper(o.values->>'structure'),"
    f" o.values->>'currency' ORDER BY {_START}, o.number) AS following"
    f" FROM {_STAGED} o WHERE o.values ? 'structure' AND o.values ? 'starts_at') AS placed"
    " WHERE following < COALESCE(ends, 'Infinity'))"
)


def fill_in_currencies(staging: Staging) -> None:
    """Tiers whose file names no currency count in rupees, as commissions do."""
    staging.execute(
        "UPDATE {rows} r SET \"values\" = r.values || jsonb_build_object('currency', 'INR')"
        f" WHERE r.run_id = %s AND {is_missing('currency')}",
        [staging.run_id],
    )


def check_tiers(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """Currencies that ISO does not know."""
    for row in batch:
        text = str(row.values.get("currency") or "")
        if text and text not in CURRENCIES:
            yield RowProblem(row.number, "currency", "unknown_currency", facts={"text": text})


def tiers() -> ImportResource:
    """Tiers, known within their commission by their currency and where they begin."""
    return ImportResource(
        name="commission-tiers",
        model_label="commodities.CommissionTier",
        stream="commission_tier",
        key="starts_at",
        keys=(Key(("structure", "currency", "starts_at")),),
        columns=_tier_columns(),
        set_checks=(
            SetCheck(
                "ends_below", "tier_empty", f"{_number('ends_below')} <= {_number('starts_at')}"
            ),
            SetCheck("ends_below", "tiers_overlap", _OVERLAPPING),
            SetCheck(
                "structure",
                "commission_not_tiered",
                f"EXISTS (SELECT FROM {_STRUCTURES} s WHERE s.commission_type <> 'TIERED'"
                " AND upper(s.name) = upper(r.values->>'structure'))",
            ),
        ),
        row_check=check_tiers,
        derive=fill_in_currencies,
        messages=_MESSAGES,
        filters=("structure", "currency"),
        samples=COMMISSION_TIERS,
    )
