"""Varieties and quality parameters by files: each row names its commodity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace
from typing import Any

from core.errors import InvalidInput
from core.importing.columns import Column
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
from settings_modules.commodities.imports.naming import COMMODITY, TOLD, is_missing
from settings_modules.commodities.imports.samples import PARAMETERS, VARIETIES
from settings_modules.commodities.models import Commodity, CommodityVariety, QualityParameter
from settings_modules.commodities.services.parameter_values import require_sound

_COMMODITIES = Commodity._meta.db_table
_PARAMETERS = QualityParameter._meta.db_table
_COMMODITY_WORDS = ("commodity code", "commodity name", "السلعة")
_PARAMETER_MESSAGES = {
    "no_type": Message(
        "A new parameter needs to say how it is given.", "يحتاج المعيار الجديد إلى نوعه."
    ),
    "text_has_no_bounds": TOLD,
    "bounds_out_of_order": TOLD,
    "outside_bounds": TOLD,
}


def _variety_columns() -> tuple[Column, ...]:
    def column(name: str, *aliases: str, **more: Any) -> Column:
        return model_column(CommodityVariety, name, aliases=aliases, **more)

    return (
        column("commodity", *_COMMODITY_WORDS, kind=COMMODITY, is_required=True),
        column("name", "variety", "variety name", "الصنف", is_required=True),
        replace(column("code", "variety code"), keeps_when_empty=True),
        column("description"),
        column("is_standard", "is standard"),
        column("is_active"),
    )


def varieties() -> ImportResource:
    """Varieties, known within their commodity by their code, else by their name."""
    return ImportResource(
        name="commodity-varieties",
        model_label="commodities.CommodityVariety",
        stream="commodity_variety",
        key="name",
        keys=(
            Key(("commodity", "code"), ignores_case=True),
            Key(("commodity", "name"), ignores_case=True),
        ),
        columns=_variety_columns(),
        filters=("commodity", "code", "is_standard", "is_active"),
        samples=VARIETIES,
    )


def _parameter_columns() -> tuple[Column, ...]:
    def column(name: str, *aliases: str, **more: Any) -> Column:
        return model_column(QualityParameter, name, aliases=aliases, **more)

    return (
        column("commodity", *_COMMODITY_WORDS, kind=COMMODITY, is_required=True),
        column("parameter_name", "parameter", "name", "المعيار", is_required=True),
        column("parameter_type", "type"),
        column("unit"),
        column("min_value", "min", "minimum"),
        column("max_value", "max", "maximum"),
        column("default_value", "default"),
        column("is_mandatory", "mandatory"),
        column("display_order", "order"),
        column("is_active"),
    )


_NEW_PARAMETER = (
    f"NOT EXISTS (SELECT FROM {_PARAMETERS} t JOIN {_COMMODITIES} c ON c.id = t.commodity_id"
    " WHERE upper(t.parameter_name) = upper(r.values->>'parameter_name')"
    " AND (upper(c.code) = upper(r.values->>'commodity')"
    " OR upper(c.name_en) = upper(r.values->>'commodity')))"
)


def check_parameters(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """Bounds out of order, a text with bounds, a usual value outside of them."""
    for row in batch:
        if not row.values.get("parameter_type"):
            continue
        given = SimpleNamespace(
            parameter_type=row.values["parameter_type"],
            min_value=_number(row.values, "min_value"),
            max_value=_number(row.values, "max_value"),
            default_value=str(row.values.get("default_value") or ""),
        )
        try:
            require_sound(given)
        except InvalidInput as refusal:
            for found in refusal.details:
                facts = {"text": found.message, "text_ar": found.message_ar}
                yield RowProblem(row.number, found.field, found.code, facts=facts)


def _number(values: Mapping[str, Any], name: str) -> Decimal | None:
    try:
        return Decimal(str(values[name])) if values.get(name) else None
    except InvalidOperation:
        return None


def place_new_parameters(staging: Staging) -> None:
    """New parameters without a place come after those that their commodity has."""
    commodity = staging.resource.column("commodity")
    owner = staging.cast(commodity, staging.text(commodity))
    staging.execute(
        'UPDATE {rows} r SET "values" = r.values'
        " || jsonb_build_object('display_order', placed.place::text) FROM (SELECT r.number,"
        f" COALESCE((SELECT max(p.display_order) FROM {_PARAMETERS} p"
        f" WHERE p.commodity_id = {owner}), 0)"
        f" + row_number() OVER (PARTITION BY {owner} ORDER BY r.number) AS place"
        f" FROM {{rows}} r WHERE r.run_id = %s AND {is_missing('display_order')}"
        f" AND NOT ({staging.is_stored()})) AS placed"
        " WHERE r.run_id = %s AND r.number = placed.number",
        [staging.run_id, staging.run_id],
    )


def parameters() -> ImportResource:
    """Quality parameters, known within their commodity by their name."""
    return ImportResource(
        name="quality-parameters",
        model_label="commodities.QualityParameter",
        stream="quality_parameter",
        key="parameter_name",
        keys=(Key(("commodity", "parameter_name"), ignores_case=True),),
        columns=_parameter_columns(),
        set_checks=(
            SetCheck(
                "parameter_type",
                "no_type",
                f"{is_missing('parameter_type')} AND {_NEW_PARAMETER}",
            ),
        ),
        row_check=check_parameters,
        derive=place_new_parameters,
        messages=_PARAMETER_MESSAGES,
        filters=("commodity", "parameter_type", "is_mandatory", "is_active"),
        samples=PARAMETERS,
    )
