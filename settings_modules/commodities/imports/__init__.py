"""What of commodities comes and goes by files."""

from __future__ import annotations

from core.importing.resources import declare_import_resource
from settings_modules.commodities.imports import (
    commissions,
    commodities,
    exchange_rates,
    parts,
    tax_codes,
    terms,
)


def declare() -> None:
    """Add the resources."""
    for resource in (
        *(commodities.resource(), parts.varieties(), parts.parameters()),
        *terms.term_masters(),
        *(commissions.commissions(), commissions.tiers()),
        *(tax_codes.resource(), exchange_rates.resource()),
    ):
        declare_import_resource(resource)
