"""The GST registrations of partners, exactly one of which is primary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from core.registration_numbers import india
from core.registration_numbers.checking import refusal_of, refuse
from settings_modules.partners.errors import PartnerGstinKnown
from settings_modules.partners.models import BusinessPartner, PartnerGstRegistration
from settings_modules.partners.selectors.findings import (
    REGISTRATION_CHECKS,
    require_pan_of_partner,
)
from settings_modules.partners.services.partner_records import (
    RecordKind,
    add_record,
    remove_record,
    update_record,
)

#: What people may edit.
REGISTRATION_FIELDS = (
    *("gstin", "legal_name", "address", "state"),
    *("is_primary", "is_active"),
)


def _follow(row: PartnerGstRegistration, values: dict[str, Any]) -> dict[str, Any]:
    """The state as the GSTIN has it. Raises InvalidInput, PartnerGstinKnown."""
    gstin = values.get("gstin", row.gstin)
    state = values.get("state", row.state)
    is_new = row.pk is None
    wrong = []
    if is_new:
        wrong.append(refusal_of(partial(require_pan_of_partner, gstin, row.partner.pan), "gstin"))
    if is_new or "state" in values:
        wrong.append(refusal_of(partial(india.require_state_of_gstin, gstin, state), "state"))
    refuse(wrong)
    if values.get("is_active", row.is_active):
        others = PartnerGstRegistration.objects.filter(partner=row.partner, gstin=gstin)
        if others.filter(is_active=True).exclude(pk=row.pk).exists():
            raise PartnerGstinKnown(field="gstin")
    if is_new or "state" in values:
        return {"state": india.state_as_in_gstin(gstin, state)}
    return {}


REGISTRATIONS = RecordKind(
    model=PartnerGstRegistration,
    fields=REGISTRATION_FIELDS,
    marks=("is_primary",),
    checks=REGISTRATION_CHECKS,
    follow=_follow,
    kept=("gstin",),
)


def add_gst_registration(
    *, partner: BusinessPartner, values: Mapping[str, Any], is_legacy: bool = False
) -> PartnerGstRegistration:
    """A new registration; emits `partner_gst_registration.created`; the first active is primary.

    `is_legacy` lets in what the checks refuse. Raises as `add_record`, PartnerGstinKnown.
    """
    return add_record(REGISTRATIONS, partner=partner, values=values, is_legacy=is_legacy)


def update_gst_registration(
    *,
    registration: PartnerGstRegistration,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> PartnerGstRegistration:
    """The registration with the fields given; emits `partner_gst_registration.updated`.

    Raises as `update_record`, PartnerGstinKnown.
    """
    return update_record(
        REGISTRATIONS, row=registration, values=values, expected_version=expected_version
    )


def remove_gst_registration(
    *, registration: PartnerGstRegistration, expected_version: int | None = None
) -> None:
    """Remove it; emits `partner_gst_registration.removed`. Raises as `remove_record`."""
    remove_record(REGISTRATIONS, row=registration, expected_version=expected_version)
