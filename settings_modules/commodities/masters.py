"""How commodities and what belongs to them leave use."""

from __future__ import annotations

from core.references.masters import declare_master, declare_merge_check
from settings_modules.commodities.models import CommodityPackaging, Unit
from settings_modules.commodities.services.packagings import remove_packaging
from settings_modules.commodities.services.units import refuse_unlike, remove_unit, switch_unit


def declare() -> None:
    """Tell core."""
    _declare_units()


def _declare_units() -> None:
    """Packagings of a commodity in one unit never cover the same days: none is a double."""
    declare_master(
        Unit,
        meaning="A unit of measure",
        switch=switch_unit,
        remove=lambda row, expected_version: remove_unit(
            unit=row, expected_version=expected_version
        ),
    )
    declare_merge_check(Unit, "commodities.measure", refuse_unlike)
    declare_master(
        CommodityPackaging,
        meaning="The packaging of a commodity",
        switch=None,
        remove=lambda row, expected_version: remove_packaging(
            packaging=row, expected_version=expected_version
        ),
        is_merged=False,
    )
