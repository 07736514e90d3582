"""Changes to commodities."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.i18n import language_columns
from core.identity.powers import acting_user_key
from core.references.services import remove_row
from settings_modules.commodities.errors import (
    CommodityCodeTaken,
    CommodityInUse,
    CommodityNameTaken,
)
from settings_modules.commodities.models import (
    Commodity,
    CommodityPackaging,
    CommodityVariety,
    QualityParameter,
    Unit,
)
from settings_modules.commodities.selectors.references import outside_references
from settings_modules.commodities.services.commodity_values import (
    INTERNATIONAL_FIELDS,
    complete_values,
)
from settings_modules.commodities.services.hsn_knowledge import learn_tax_code
from settings_modules.commodities.services.taken_names import (
    OnceOnly,
    refuse_taken,
    telling_taken,
)

#: What people may edit.
EDITABLE_FIELDS = (
    "code",
    *language_columns("name"),
    "category",
    *language_columns("description"),
    *("tax_code", "gst_rate"),
    *("base_unit", "trade_unit", "rate_unit"),
    "is_active",
    *INTERNATIONAL_FIELDS,
)
#: The unit that stocks count in when nobody names another.
USUAL_UNIT = "KG"
_ONCE = (
    OnceOnly("name_en", "commodities_name_once", CommodityNameTaken),
    OnceOnly("code", "commodities_code_once", CommodityCodeTaken),
)
#: What belongs to a commodity and goes with it.
_PARTS = (CommodityVariety, QualityParameter, CommodityPackaging)


@in_unit_of_work
def create_commodity(*, values: Mapping[str, Any]) -> Commodity:
    """A new commodity with the fields given; emits `commodity.created`.

    Without a base unit it counts in kilograms. Nothing is filled in by itself: a rate of zero stays
    zero, no rate stays none. The tax code that a person gives is learned for goods of its name.
    Raises CommodityNameTaken, CommodityCodeTaken, InvalidInput,
    ValidationError.
    """
    given = editable(values, EDITABLE_FIELDS)
    if given.get("base_unit") is None:
        given["base_unit"] = Unit.objects.filter(code__iexact=USUAL_UNIT).first()
    row = Commodity(**complete_values(given, stored=Commodity()))
    refuse_taken(row, _ONCE)
    with telling_taken(row, _ONCE):
        added = create_and_tell(row=row)
    _learn_tax_code(added)
    return added


@in_unit_of_work
def update_commodity(
    *, commodity: Commodity, values: Mapping[str, Any], expected_version: int | None = None
) -> Commodity:
    """The commodity with the fields given, the others untouched; emits `commodity.updated` when
    something changed. Raises what `create_commodity` raises, and StaleVersion."""
    stored = lock_row(commodity, expected_version=expected_version)
    given = complete_values(editable(values, EDITABLE_FIELDS), stored=stored)
    intended = copy.copy(stored)
    for name, value in given.items():
        setattr(intended, name, value)
    refuse_taken(intended, _ONCE, changed=set(given))
    before = stored.tax_code_id
    with telling_taken(intended, _ONCE):
        edited = update_and_tell(row=stored, values=given)
    if edited.tax_code_id != before:
        _learn_tax_code(edited)
    return edited


def _learn_tax_code(commodity: Commodity) -> None:
    """Only what a person says is learned, not what a file or a job brings."""
    name = commodity.name_en  # type: ignore[attr-defined]
    if commodity.tax_code is not None and name and acting_user_key() is not None:
        learn_tax_code(name=name, tax_code=commodity.tax_code, category=commodity.category)


@in_unit_of_work
def deactivate_commodity(
    *, commodity: Commodity, expected_version: int | None = None, confirm_in_use: bool = False
) -> Commodity:
    """The commodity switched off; it stays readable with its varieties and parameters.

    Raises CommodityInUse with what refers to it from outside unless `confirm_in_use`; StaleVersion.
    """
    references = outside_references(commodity)
    if commodity.is_active and references and not confirm_in_use:
        refusal = CommodityInUse(count=sum(each.count for each in references))
        refusal.extra = {
            "references": [
                {"model": each.model, "field": each.field, "count": each.count}
                for each in references
            ]
        }
        raise refusal
    return update_commodity(
        commodity=commodity, values={"is_active": False}, expected_version=expected_version
    )


@in_unit_of_work
def restore_commodity(*, commodity: Commodity, expected_version: int | None = None) -> Commodity:
    """The commodity switched on again. Raises StaleVersion."""
    return update_commodity(
        commodity=commodity, values={"is_active": True}, expected_version=expected_version
    )


@in_unit_of_work
def remove_commodity(*, commodity: Commodity, expected_version: int | None = None) -> None:
    """The commodity removed for good with its varieties, parameters and packagings, each with its
    event.

    Raises StillInUse when anything else refers to it, or to one of these; StaleVersion.
    """
    stored = lock_row(commodity, expected_version=expected_version)
    for part in _PARTS:
        for row in part._default_manager.filter(commodity=stored).order_by("pk"):
            remove_row(row=row)
    remove_row(row=stored)
