"""What the values of a quality parameter or of its template must be before they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.editing.services import editable
from core.errors import FieldError, InvalidInput
from settings_modules.commodities.enums import ParameterType
from settings_modules.commodities.selectors.measured_values import read_measured

#: What describes a parameter, of a commodity or of a category alike.
DESCRIBING_FIELDS = (
    *("parameter_name", "parameter_type", "unit", "min_value", "max_value"),
    *("default_value", "is_mandatory", "is_active"),
)


def given_values(values: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Those of the values that may be edited, without blanks around them."""
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in editable(values, fields).items()
    }


def require_sound(row: Any) -> None:
    """Raise InvalidInput for bounds out of order, a text with bounds, and a usual value outside of
    the bounds or of another type."""
    found = [*_wrong_bounds(row), *_wrong_default(row)]
    if found:
        raise InvalidInput(details=found)


def _wrong_bounds(row: Any) -> list[FieldError]:
    least, most = row.min_value, row.max_value
    if row.parameter_type == ParameterType.TEXT and (least is not None or most is not None):
        return [
            FieldError(
                "min_value" if least is not None else "max_value",
                "text_has_no_bounds",
                "A text has neither a least nor a most value.",
                "ليس للنص حد أدنى ولا حد أعلى.",
            )
        ]
    if least is not None and most is not None and Decimal(least) > Decimal(most):
        return [
            FieldError(
                "min_value",
                "bounds_out_of_order",
                "The least value is above the most.",
                "الحد الأدنى أكبر من الحد الأعلى.",
            )
        ]
    return []


def _wrong_default(row: Any) -> list[FieldError]:
    if not row.default_value or row.parameter_type == ParameterType.TEXT:
        return []
    measured = read_measured(row.default_value, row.parameter_type)
    if measured is None:
        return [
            FieldError(
                "default_value",
                "not_a_number",
                "The usual value is not a number.",
                "القيمة المعتادة ليست رقماً.",
            )
        ]
    least, most = row.min_value, row.max_value
    is_below = least is not None and measured[0] < Decimal(least)
    is_above = most is not None and measured[1] > Decimal(most)
    if is_below or is_above:
        return [
            FieldError(
                "default_value",
                "outside_bounds",
                "The usual value is outside of the bounds.",
                "القيمة المعتادة خارج الحدود.",
            )
        ]
    return []
