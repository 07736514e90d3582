"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import (
    categories,
    hsn_knowledge,
    rate_revisions,
    tax_codes,
)

__all__ = ["categories", "hsn_knowledge", "rate_revisions", "tax_codes"]
