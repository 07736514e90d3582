"""Changes to the varieties of commodities."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from settings_modules.commodities.errors import VarietyCodeTaken, VarietyNameTaken
from settings_modules.commodities.models import Commodity, CommodityVariety
from settings_modules.commodities.services.taken_names import (
    OnceOnly,
    refuse_taken,
    telling_taken,
)

#: What people may edit. A variety stays with its commodity.
VARIETY_FIELDS = ("name", "code", "description", "is_standard", "is_active")
_ONCE = (
    OnceOnly("name", "commodities_variety_name_once", VarietyNameTaken, within="commodity"),
    OnceOnly("code", "commodities_variety_code_once", VarietyCodeTaken, within="commodity"),
)


@in_unit_of_work
def add_variety(*, commodity: Commodity, values: Mapping[str, Any]) -> CommodityVariety:
    """A new variety of the commodity; emits `commodity_variety.created`.

    Raises VarietyNameTaken, VarietyCodeTaken, ValidationError.
    """
    row = CommodityVariety(commodity=commodity, **_given(values))
    refuse_taken(row, _ONCE)
    with telling_taken(row, _ONCE):
        return create_and_tell(row=row)


@in_unit_of_work
def update_variety(
    *, variety: CommodityVariety, values: Mapping[str, Any], expected_version: int | None = None
) -> CommodityVariety:
    """The variety with the fields given; emits `commodity_variety.updated` when something changed.

    Raises what `add_variety` raises, and StaleVersion.
    """
    stored = lock_row(variety, expected_version=expected_version)
    given = _given(values)
    intended = copy.copy(stored)
    for name, value in given.items():
        setattr(intended, name, value)
    refuse_taken(intended, _ONCE, changed=set(given))
    with telling_taken(intended, _ONCE):
        return update_and_tell(row=stored, values=given)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values without blanks around them; an empty code is none."""
    given = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in editable(values, VARIETY_FIELDS).items()
    }
    return {**given, "code": given["code"] or None} if "code" in given else given
