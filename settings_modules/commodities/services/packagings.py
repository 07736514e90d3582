"""Changes to what packages of a commodity hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.references.services import remove_row
from settings_modules.commodities.enums import PACKAGED, Dimension
from settings_modules.commodities.errors import PackageHoldsItself, UnitNotPackage
from settings_modules.commodities.models import Commodity, CommodityPackaging, Unit

#: What people may edit later: another commodity or package is another packaging.
EDITABLE_FIELDS = ("weight", "valid_from", "valid_until")


@in_unit_of_work
def add_packaging(
    *, commodity: Commodity, unit: Unit, values: Mapping[str, Any]
) -> CommodityPackaging:
    """From now on, or from the day given, one `unit` of the commodity holds that much of its base
    unit; emits `commodity_packaging.created`.

    A commodity whose base unit is itself a package is weighed in what packages weigh by default.
    Raises UnitNotPackage, PackageHoldsItself, ValidationError: two that overlap among them.
    """
    if unit.dimension not in PACKAGED:
        raise UnitNotPackage(field="unit", unit=unit.code)
    held = _held_in(commodity)
    if held == unit:
        raise PackageHoldsItself(field="unit", unit=unit.code)
    return create_and_tell(
        row=CommodityPackaging(
            commodity=commodity, unit=unit, weight_unit=held, **editable(values, EDITABLE_FIELDS)
        )
    )


@in_unit_of_work
def update_packaging(
    *,
    packaging: CommodityPackaging,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> CommodityPackaging:
    """The packaging with the fields given; emits `commodity_packaging.updated` when something
    changed. Raises StaleVersion, ValidationError."""
    return update_and_tell(
        row=packaging,
        values=editable(values, EDITABLE_FIELDS),
        expected_version=expected_version,
    )


@in_unit_of_work
def remove_packaging(*, packaging: CommodityPackaging, expected_version: int | None = None) -> None:
    """Remove a packaging that was never agreed; one that was ends on its last day instead. Emits
    `commodity_packaging.removed`. Raises StaleVersion."""
    remove_row(row=lock_row(packaging, expected_version=expected_version))


def _held_in(commodity: Commodity) -> Unit:
    base = commodity.base_unit
    return base if base.dimension != Dimension.COUNT else Unit.objects.get(code=base.base)
