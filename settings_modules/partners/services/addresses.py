"""The addresses of partners: one is the default of invoices, one that of deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from settings_modules.partners.models import BusinessPartner, PartnerAddress
from settings_modules.partners.selectors.findings import address_checks
from settings_modules.partners.services.partner_records import (
    RecordKind,
    add_record,
    remove_record,
    update_record,
)

#: What people may edit.
ADDRESS_FIELDS = (
    *("label", "recipient", "phone", "line1", "line2", "city", "state"),
    *("pincode", "country", "instructions"),
    *("is_billing_default", "is_shipping_default", "is_active"),
)
ADDRESSES = RecordKind(
    model=PartnerAddress,
    fields=ADDRESS_FIELDS,
    marks=("is_billing_default", "is_shipping_default"),
    checks_for=lambda row, values: address_checks(values.get("country", row.country)),
)


def add_address(
    *, partner: BusinessPartner, values: Mapping[str, Any], is_legacy: bool = False
) -> PartnerAddress:
    """A new address; emits `partner_address.created`. The first active one is both defaults.

    `is_legacy` lets in what the checks refuse. Raises as `add_record`.
    """
    return add_record(ADDRESSES, partner=partner, values=values, is_legacy=is_legacy)


def update_address(
    *,
    address: PartnerAddress,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> PartnerAddress:
    """The address with the fields given; emits `partner_address.updated`.

    Raises as `update_record`.
    """
    return update_record(ADDRESSES, row=address, values=values, expected_version=expected_version)


def remove_address(*, address: PartnerAddress, expected_version: int | None = None) -> None:
    """Remove the address; emits `partner_address.removed`. Raises as `remove_record`."""
    remove_record(ADDRESSES, row=address, expected_version=expected_version)
