"""What of commodities comes and goes by files."""

from __future__ import annotations

from core.importing.resources import declare_import_resource
from settings_modules.commodities.imports import commodities


def declare() -> None:
    """Add the resources."""
    declare_import_resource(commodities.resource())
