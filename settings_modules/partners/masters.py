"""How business partners, and what is on record about them, leave use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.bank_numbers.numbers import account_text
from core.fingerprints import declare_fingerprints
from core.references.masters import declare_master, switched_by
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.services.addresses import remove_address, update_address
from settings_modules.partners.services.bank_accounts import (
    remove_bank_account,
    update_bank_account,
)
from settings_modules.partners.services.contacts import remove_contact, update_contact
from settings_modules.partners.services.gst_registrations import (
    remove_gst_registration,
    update_gst_registration,
)
from settings_modules.partners.services.partners import absorb_partner, update_partner


def declare() -> None:
    """Tell core."""
    declare_master(
        BusinessPartner,
        meaning="A business partner",
        switch=switched_by(update_partner, "partner"),
        outside_keys=("zoho_contact_id",),
        absorb=lambda kept, merged: absorb_partner(kept=kept, merged=merged),
    )
    _declare_record(
        PartnerContact, "A contact of a partner", "contact", update_contact, remove_contact
    )
    _declare_record(
        PartnerAddress, "An address of a partner", "address", update_address, remove_address
    )
    _declare_record(
        PartnerGstRegistration,
        "A GST registration of a partner",
        "registration",
        update_gst_registration,
        remove_gst_registration,
    )
    _declare_record(
        PartnerBankAccount,
        "A bank account of a partner",
        "account",
        update_bank_account,
        remove_bank_account,
    )
    declare_fingerprints(PartnerBankAccount, "fingerprint", account_text)


def _declare_record(
    model: Any,
    meaning: str,
    noun: str,
    update: Callable[..., Any],
    remove: Callable[..., Any],
) -> None:
    """Records of a partner are switched and removed; merging is for partners."""

    def switch(row: Any, *, is_active: bool, expected_version: int | None) -> Any:
        return update(
            **{noun: row}, values={"is_active": is_active}, expected_version=expected_version
        )

    declare_master(
        model,
        meaning=meaning,
        switch=switch,
        remove=lambda row, expected_version: remove(
            **{noun: row}, expected_version=expected_version
        ),
        is_merged=False,
    )
