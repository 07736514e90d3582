"""Changes to tax codes and to single rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, update_and_tell
from core.events.services import in_unit_of_work
from settings_modules.commodities.models import TaxCode, TaxRate

CODE_FIELDS = ("kind", "code", "description", "is_active")
RATE_FIELDS = ("tax_code", "rate", "valid_from", "valid_until", "notification")


@in_unit_of_work
def create_tax_code(*, values: Mapping[str, Any]) -> TaxCode:
    """A new code; emits `tax_code.created`. Raises ValidationError."""
    return create_and_tell(row=TaxCode(**editable(values, CODE_FIELDS)))


@in_unit_of_work
def update_tax_code(
    *, tax_code: TaxCode, values: Mapping[str, Any], expected_version: int | None = None
) -> TaxCode:
    """The code with the fields given; emits `tax_code.updated` when something changed.

    Raises StaleVersion, ValidationError.
    """
    return update_and_tell(
        row=tax_code, values=editable(values, CODE_FIELDS), expected_version=expected_version
    )


@in_unit_of_work
def create_tax_rate(*, values: Mapping[str, Any]) -> TaxRate:
    """A new rate of a code; emits `tax_rate.created`. Zero is a rate.

    Raises ValidationError, also when another rate of the code covers some of the days.
    """
    return create_and_tell(row=TaxRate(**editable(values, RATE_FIELDS)))


@in_unit_of_work
def update_tax_rate(
    *, tax_rate: TaxRate, values: Mapping[str, Any], expected_version: int | None = None
) -> TaxRate:
    """The rate with the fields given; emits `tax_rate.updated` when something changed.

    Raises StaleVersion, ValidationError.
    """
    return update_and_tell(
        row=tax_rate, values=editable(values, RATE_FIELDS), expected_version=expected_version
    )
