"""How business partners leave use."""

from __future__ import annotations

from core.references.masters import declare_master
from settings_modules.partners.models import BusinessPartner


def declare() -> None:
    """Tell core: a partner has no off switch, so that a merged one is removed."""
    declare_master(
        BusinessPartner,
        meaning="A business partner",
        switch=None,
        outside_keys=("zoho_contact_id",),
    )
