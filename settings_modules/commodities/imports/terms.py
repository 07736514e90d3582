"""The words of contracts by files: kinds of trade and bargain, and the terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.i18n import language_columns
from core.importing.columns import Column, Kind, Text, Texts
from core.importing.model_columns import model_column
from core.importing.resources import ImportResource, Key, RowProblem, SetCheck, StagedRow
from core.iso_codes import CURRENCIES
from settings_modules.commodities.enums import LetterOfCredit, PaymentMethod
from settings_modules.commodities.imports.naming import NAME_MESSAGES, name_checks
from settings_modules.commodities.imports.samples import TERMS
from settings_modules.commodities.models import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TradeType,
    WeightmentTerm,
)

_TERMS = {
    "trade-types": TradeType,
    "bargain-types": BargainType,
    "passing-terms": PassingTerm,
    "weightment-terms": WeightmentTerm,
    "delivery-terms": DeliveryTerm,
    "payment-terms": PaymentTerm,
}


def _several(choices: list[str]) -> Texts:
    return Texts(
        max_length=8, is_upper=True, pattern=f"^({'|'.join(choices)})$", pattern_code="malformed"
    )


#: Columns whose kind the model does not tell.
_KINDS: dict[str, Kind] = {
    "currency": Text(
        max_length=3, is_upper=True, pattern="^[A-Z]{3}$", pattern_code="unknown_currency"
    ),
    "lc_types_supported": _several(LetterOfCredit.values),
    "payment_methods_supported": _several(PaymentMethod.values),
}
_LC, _LC_TYPES = "r.values->>'supports_letter_of_credit'", "r.values->>'lc_types_supported'"
_METHODS = "r.values->>'payment_methods_supported'"
_PAYMENT_CHECKS = (
    SetCheck("lc_types_supported", "lc_type_required", f"{_LC} = 'true' AND {_LC_TYPES} = '{{}}'"),
    SetCheck(
        "lc_types_supported", "lc_not_supported", f"{_LC} = 'false' AND {_LC_TYPES} <> '{{}}'"
    ),
    SetCheck(
        "payment_methods_supported",
        "lc_method_missing",
        f"{_LC} = 'true' AND {_METHODS} <> '{{}}' AND NOT 'LC' = ANY(({_METHODS})::text[])",
    ),
    SetCheck(
        "payment_methods_supported",
        "lc_not_supported",
        f"{_LC} = 'false' AND 'LC' = ANY(({_METHODS})::text[])",
    ),
)


def check_currencies(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """Currencies that ISO does not know."""
    for row in batch:
        text = str(row.values.get("currency") or "")
        if text and text not in CURRENCIES:
            yield RowProblem(row.number, "currency", "unknown_currency", facts={"text": text})


def _columns(model: Any) -> tuple[Column, ...]:
    names = language_columns("name")
    plain = [
        *names,
        *language_columns("description"),
        *model.own_fields,
        "is_active",
    ]
    aliases = {"name_en": ("name",), "description_en": ("description",)}
    made = [
        model_column(model, name, aliases=aliases.get(name, ()), kind=_KINDS.get(name))
        for name in plain
    ]
    code = model_column(model, "code")
    kept = {"code", "name_en"}
    return tuple(
        replace(
            column,
            keeps_when_empty=column.name in kept
            or (column.keeps_when_empty and not isinstance(column.kind, Texts)),
        )
        for column in [code, *made]
    )


def _resource(name: str, model: Any) -> ImportResource:
    is_payment = model is PaymentTerm
    return ImportResource(
        name=name,
        model_label=model._meta.label,
        stream=model.event_stream,
        key="code",
        keys=(Key(("code",), ignores_case=True), Key(("name_en",), ignores_case=True)),
        columns=_columns(model),
        set_checks=(*name_checks(model._meta.db_table), *(_PAYMENT_CHECKS if is_payment else ())),
        row_check=check_currencies if is_payment else None,
        messages=NAME_MESSAGES,
        filters=("code", "is_active"),
        samples=TERMS,
    )


def term_masters() -> list[ImportResource]:
    """The six masters, each known by its code, else by its English name."""
    return [_resource(name, model) for name, model in _TERMS.items()]
