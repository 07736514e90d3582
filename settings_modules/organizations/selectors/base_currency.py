"""The currency in which the organization in force counts."""

from __future__ import annotations

from core.context import current_context
from settings_modules.organizations.models import Organization


def base_currency_in_force() -> str:
    """Its ISO code; "" when the caller works for none."""
    key = current_context().organization_id
    if key is None:
        return ""
    found = Organization.objects.filter(pk=key).values_list("base_currency", flat=True).first()
    return found or ""
