"""Tax codes by files, the official list among them."""

from __future__ import annotations

from dataclasses import replace

from core.importing.columns import Column, Text
from core.importing.model_columns import model_column
from core.importing.resources import ImportResource, Message
from core.importing.staging import Staging
from settings_modules.commodities.models import TaxCode
from settings_modules.commodities.official_list import OFFICIAL_LIST

_CODE = Text(max_length=8, pattern=r"^[0-9]{2,8}$", pattern_code="malformed_tax_code")
_TAX_CODE_MESSAGES = {
    "malformed_tax_code": Message(
        "A code is two to eight digits.", "يتكون الرمز من رقمين إلى ثمانية أرقام."
    )
}


def tax_code_columns() -> tuple[Column, ...]:
    """The columns in the order of the template. The key follows from kind and code."""
    return (
        model_column(TaxCode, "kind", aliases=("type", "hsn or sac", "النوع")),
        model_column(
            TaxCode,
            "code",
            aliases=("hsn", "hsn code", "hsn_cd", "sac", "sac code", "الرمز"),
            kind=_CODE,
            is_required=True,
        ),
        model_column(TaxCode, "description", aliases=("hsn description", "الوصف")),
        model_column(TaxCode, "is_active", aliases=("active",)),
        replace(model_column(TaxCode, "key", kind=Text(max_length=12)), is_derived=True),
    )


def fill_in_keys(staging: Staging) -> None:
    """Kind and code in one, by which a row finds its record."""
    staging.execute(
        'UPDATE {rows} SET "values" = "values" || jsonb_build_object(\'key\','
        " COALESCE(\"values\"->>'kind', 'hsn') || ':' || (\"values\"->>'code'))"
        " WHERE run_id = %s AND \"values\"->>'code' <> ''",
        [staging.run_id],
    )


def resource() -> ImportResource:
    """Codes, known by kind and code."""
    return ImportResource(
        name="tax-codes",
        model_label="commodities.TaxCode",
        stream="tax_code",
        key="key",
        columns=tax_code_columns(),
        derive=fill_in_keys,
        messages=_TAX_CODE_MESSAGES,
        filters=("kind", "is_active"),
        layout=OFFICIAL_LIST,
    )
