"""Taking over what an international template proposes."""

from __future__ import annotations

from collections.abc import Sequence

from core.events.services import in_unit_of_work
from settings_modules.commodities.models import Commodity
from settings_modules.commodities.selectors.international import chosen_values
from settings_modules.commodities.services.commodities import update_commodity


@in_unit_of_work
def apply_international(
    *, commodity: Commodity, template: str, fields: Sequence[str], expected_version: int
) -> Commodity:
    """The commodity with the chosen fields as the template has them, all or none, the others
    untouched; emits `commodity.updated` when something changed.

    `expected_version` is that of the comparison somebody looked at. Raises StaleVersion,
    InternationalTemplateUnknown, InternationalFieldUnknown.
    """
    return update_commodity(
        commodity=commodity,
        values=chosen_values(template, fields),
        expected_version=expected_version,
    )
