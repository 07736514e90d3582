"""The people at partners, exactly one of whom is the primary contact of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from settings_modules.partners.models import BusinessPartner, PartnerContact
from settings_modules.partners.selectors.findings import CONTACT_CHECKS
from settings_modules.partners.services.partner_records import (
    RecordKind,
    add_record,
    remove_record,
    update_record,
)

#: What people may edit.
CONTACT_FIELDS = (
    *("name", "job_title", "phone", "email"),
    *("is_primary", "is_active"),
)
CONTACTS = RecordKind(
    model=PartnerContact,
    fields=CONTACT_FIELDS,
    marks=("is_primary",),
    checks=CONTACT_CHECKS,
)


def add_contact(
    *, partner: BusinessPartner, values: Mapping[str, Any], is_legacy: bool = False
) -> PartnerContact:
    """A new contact; emits `partner_contact.created`. The first active one is primary.

    `is_legacy` lets in what the checks refuse. Raises as `add_record`.
    """
    return add_record(CONTACTS, partner=partner, values=values, is_legacy=is_legacy)


def update_contact(
    *,
    contact: PartnerContact,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> PartnerContact:
    """The contact with the fields given; emits `partner_contact.updated`.

    Raises as `update_record`.
    """
    return update_record(CONTACTS, row=contact, values=values, expected_version=expected_version)


def remove_contact(*, contact: PartnerContact, expected_version: int | None = None) -> None:
    """Remove the contact; emits `partner_contact.removed`. Raises as `remove_record`."""
    remove_record(CONTACTS, row=contact, expected_version=expected_version)
