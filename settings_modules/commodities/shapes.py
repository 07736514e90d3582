"""The shapes of what a commodity keeps as JSON: one schema for each field.

Numbers with fractions are texts ("12.5"), countries are ISO codes of two letters (EU stands for the
customs union), months are numbers from 1 to 12. An empty object says nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import jsonschema

from core.errors import FieldError
from core.iso_codes import COUNTRIES, CURRENCIES

Schema = dict[str, Any]

EUROPEAN_UNION = "EU"
#: The database keeps no NUL.
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\x00]*$"}
_AMOUNT: Schema = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})?$"}
_PERCENT: Schema = {"type": "string", "pattern": r"^(100(\.0{1,3})?|[0-9]{1,2}(\.[0-9]{1,3})?)$"}
_TARIFF: Schema = {"type": "string", "pattern": r"^[0-9][0-9. ]{1,13}$"}
_UNIT: Schema = {"type": "string", "pattern": "^[A-Z][A-Z0-9_]{0,19}$"}
_COUNTRY: Schema = {"enum": sorted(COUNTRIES)}
_MOST_KEYS = 60


def _closed(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _keyed(value: Schema, key: Schema) -> Schema:
    """An object of many such values under keys of one form."""
    return {
        "type": "object",
        "propertyNames": key,
        "additionalProperties": value,
        "maxProperties": _MOST_KEYS,
    }


def _several(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": 60, "uniqueItems": True}


_QUANTITY = {
    **_closed(value=_AMOUNT, unit=_UNIT),
    "dependentRequired": {"value": ["unit"], "unit": ["value"]},
}
_TRADE_RULES = _closed(
    license_required={"type": "boolean"},
    quota={"type": "boolean"},
    restricted_countries={**_several(_COUNTRY), "minItems": 0},
    notes=_TEXT,
)
_NAME: Schema = {"pattern": r"^[A-Za-z0-9][A-Za-z0-9 ._&/()-]{0,59}$"}

SHAPES: dict[str, Schema] = {
    "country_tax_codes": _keyed(
        {
            **_closed(
                hsn=_TARIFF,
                hts=_TARIFF,
                taric=_TARIFF,
                hs=_TARIFF,
                gst=_PERCENT,
                duty=_PERCENT,
                vat=_PERCENT,
            ),
            "minProperties": 1,
        },
        {"enum": sorted({*COUNTRIES, EUROPEAN_UNION})},
    ),
    "international_grades": _keyed(_several(_TEXT), _NAME),
    "certification_required": _keyed({"type": "boolean"}, {"pattern": "^[a-z][a-z0-9_]{0,39}$"}),
    "contract_specifications": _keyed(
        _closed(
            lot_size=_AMOUNT,
            lot_unit=_UNIT,
            grade=_TEXT,
            tick_size=_AMOUNT,
            currency={"enum": sorted(CURRENCIES)},
        ),
        _NAME,
    ),
    "export_regulations": _TRADE_RULES,
    "import_regulations": _TRADE_RULES,
    "harvest_season": _keyed(_several({"type": "integer", "minimum": 1, "maximum": 12}), _COUNTRY),
    "storage_conditions": _closed(
        kind={"enum": ["dry", "ventilated", "cool", "cold", "tank", "vault", "open"]},
        temperature=_TEXT,
        humidity=_TEXT,
        notes=_TEXT,
    ),
    "standard_lot_size": _closed(domestic=_QUANTITY, international=_QUANTITY),
    "min_order_quantity": _QUANTITY,
}

#: What a schema's keyword says is wrong: the code, and the message in English and Arabic.
_WRONG: dict[str, tuple[str, str, str]] = {
    "type": (
        "wrong_type",
        "{path}: a value of another type belongs here.",
        "{path}: نوع القيمة غير صحيح.",
    ),
    "pattern": (
        "wrong_form",
        "{path}: {value} is not in the form that belongs here.",
        "{path}: صيغة {value} غير صحيحة.",
    ),
    "enum": (
        "not_listed",
        "{path}: {value} is not among the known values.",
        "{path}: القيمة {value} غير معروفة.",
    ),
    "additionalProperties": (
        "unknown_key",
        "{path}: {value} is not known here.",
        "{path}: المفتاح {value} غير معروف هنا.",
    ),
    "dependentRequired": (
        "incomplete",
        "{path}: give value and unit together.",
        "{path}: أعط القيمة والوحدة معاً.",
    ),
    "minProperties": (
        "empty",
        "{path}: give at least one value.",
        "{path}: أعط قيمة واحدة على الأقل.",
    ),
    "minItems": ("empty", "{path}: give at least one value.", "{path}: أعط قيمة واحدة على الأقل."),
    "uniqueItems": ("repeated", "{path}: a value stands here twice.", "{path}: تتكرر قيمة هنا."),
}
_OUT_OF_BOUNDS = (
    "out_of_bounds",
    "{path}: {value} is too long, too many or out of range.",
    "{path}: {value} خارج الحدود المسموحة.",
)
_LONGEST_SHOWN = 60


@functools.cache
def _validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(SHAPES[name])


def shape_findings(name: str, value: Any) -> list[FieldError]:
    """What is wrong with the value of the JSON field `name`, each with its path and its code."""
    errors = sorted(
        _validator(name).iter_errors(value), key=lambda error: list(map(str, error.path))
    )
    return [finding for error in errors for finding in _findings(name, error)]


def _findings(name: str, error: Any) -> Iterator[FieldError]:
    path = name + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path
    )
    is_key = "propertyNames" in error.schema_path
    wrong = (
        _WRONG["additionalProperties" if is_key else error.validator]
        if (is_key or error.validator in _WRONG)
        else _OUT_OF_BOUNDS
    )
    values = [error.instance]
    if error.validator == "additionalProperties" and not is_key:
        values = sorted(set(error.instance) - set(error.schema.get("properties", {})))
    for value in values:
        told = {"path": path, "value": str(value)[:_LONGEST_SHOWN]}
        yield FieldError(path, wrong[0], wrong[1].format(**told), wrong[2].format(**told))
