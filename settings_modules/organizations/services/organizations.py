"""Changes to organizations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, QuerySet

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.identity.powers import acts_with_full_power
from core.registration_numbers.checking import checked_values, refusal_of, refuse
from settings_modules.organizations.errors import (
    AnotherSells,
    BankApprovalNotYoursToLift,
    ExtraConfigMalformed,
    PlanNotYoursToChoose,
    SellerStaysActive,
)
from settings_modules.organizations.models import Organization
from settings_modules.organizations.selectors.findings import (
    organization_checks,
    require_pan_of_registrations,
)
from settings_modules.organizations.services.removal import remove_unused

#: What people may edit.
ORGANIZATION_FIELDS = (
    *("name", "legal_name", "organization_type", "is_seller", "is_active", "plan"),
    *("pan", "cin", "base_currency", "fx_enabled"),
    *("address_line1", "address_line2", "city", "state", "pincode", "country"),
    *("contact_email", "contact_phone"),
    *("threshold_limit", "einvoice_required", "auto_block_if_einvoice_required"),
    *("tds_rate", "tcs_rate", "gst_audit_required"),
    *("audit_firm_name", "audit_firm_email", "audit_firm_phone"),
    *("auto_invoice", "auto_contract_number", "bank_changes_need_approval"),
    *("theme_color", "invoice_footer", "extra_config"),
)
#: Files beside it; "" removes one. The API does not take them.
ORGANIZATION_FILES = ("logo", "digital_signature")
#: Texts that may be empty; null empties them too.
CLEARABLE_TEXTS = tuple(
    field.name
    for field in Organization._meta.fields
    if field.name in ORGANIZATION_FIELDS and isinstance(field, CharField) and field.blank
)
LONGEST_EXTRA_CONFIG = 10_000
_EDITABLE = (*ORGANIZATION_FIELDS, *ORGANIZATION_FILES)


@in_unit_of_work
def create_organization(*, values: Mapping[str, Any], is_legacy: bool = False) -> Organization:
    """A new organization with the fields given; emits `organization.created`.

    `is_legacy` lets numbers in that the checks refuse: they come from an older system. Raises
    PlanNotYoursToChoose, AnotherSells, InvalidInput, ValidationError, and for the pictures what
    `checked_image` raises and StorageUnavailable.
    """
    given = _given(values)
    _require_power(given, Organization())
    _require_one_seller(given, Organization.objects.all())
    return create_and_tell(row=Organization(**_checked(given, Organization(), is_legacy)))


@in_unit_of_work
def update_organization(
    *,
    organization: Organization,
    values: Mapping[str, Any],
    expected_version: int | None = None,
    is_legacy: bool = False,
) -> Organization:
    """The organization with the fields given; emits `organization.updated` when something changed.

    A number that stays as it is stored is not checked again. Raises PlanNotYoursToChoose,
    AnotherSells, BankApprovalNotYoursToLift, SellerStaysActive, StaleVersion, InvalidInput,
    ValidationError, and for the pictures what `checked_image` raises and StorageUnavailable.
    """
    stored = lock_row(organization, expected_version=expected_version)
    given = _given(values)
    _require_power(given, stored)
    _require_one_seller(given, Organization.objects.exclude(pk=stored.pk))
    if stored.is_active and not given.get("is_active", True):
        _require_no_seller(given.get("is_seller", stored.is_seller))
    return update_and_tell(row=stored, values=_checked(given, stored, is_legacy))


def deactivate_organization(
    *, organization: Organization, expected_version: int | None = None
) -> Organization:
    """The organization switched off. As `update_organization`."""
    return update_organization(
        organization=organization, values={"is_active": False}, expected_version=expected_version
    )


def restore_organization(
    *, organization: Organization, expected_version: int | None = None
) -> Organization:
    """The organization switched on again. As `update_organization`."""
    return update_organization(
        organization=organization, values={"is_active": True}, expected_version=expected_version
    )


def _require_one_seller(values: Mapping[str, Any], others: QuerySet[Organization]) -> None:
    """Raise AnotherSells when the organization is to sell while one of the others does."""
    if not values.get("is_seller"):
        return
    seller = others.filter(is_seller=True).first()
    if seller is not None:
        raise AnotherSells(field="is_seller", organization=seller.name)


@in_unit_of_work
def remove_organization(*, organization: Organization, expected_version: int | None = None) -> None:
    """Remove an organization that nothing refers to; emits `organization.removed`.

    Raises StillInUse with what refers to it, by name; StaleVersion.
    """
    stored = lock_row(organization, expected_version=expected_version)
    remove_unused(row=stored)
    stored.emit_event("organization.removed")


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values; null empties a text and the further settings."""
    given = editable(values, _EDITABLE)
    empty: dict[str, Any] = {name: "" for name in CLEARABLE_TEXTS} | {"extra_config": {}}
    return {name: empty.get(name) if value is None else value for name, value in given.items()}


def _checked(given: dict[str, Any], stored: Organization, is_legacy: bool) -> dict[str, Any]:
    """The values that differ from the stored ones, normalised. Raises InvalidInput."""
    changed = {name: value for name, value in given.items() if getattr(stored, name) != value}
    checks = organization_checks(changed.get("country", stored.country))
    checked = checked_values(changed, checks, is_legacy=is_legacy)
    refused = []
    if "extra_config" in checked:
        refused.append(refusal_of(lambda: _require_small(checked["extra_config"]), "extra_config"))
    if stored.pk is not None and "pan" in checked and not is_legacy:
        pan = checked["pan"]
        refused.append(refusal_of(lambda: require_pan_of_registrations(stored, pan), "pan"))
    refuse(refused)
    return checked


def _require_small(config: Any) -> None:
    """Raise ExtraConfigMalformed unless this is an object that PostgreSQL can keep, and short."""
    if not isinstance(config, dict) or not _is_storable(config):
        raise ExtraConfigMalformed(limit=LONGEST_EXTRA_CONFIG)


def _refuse_fraction(text: str) -> None:
    """Events tell what changed and carry no binary fractions."""
    raise ValueError(text)


def _is_storable(config: dict[str, Any]) -> bool:
    try:
        text = json.dumps(config, ensure_ascii=False, allow_nan=False)
        text.encode()
        json.loads(text, parse_float=_refuse_fraction)
    except (TypeError, ValueError):
        return False
    return len(text) <= LONGEST_EXTRA_CONFIG and "\\u0000" not in text


def _require_no_seller(is_seller: bool) -> None:
    if is_seller:
        raise SellerStaysActive(field="is_active")


def _require_power(values: Mapping[str, Any], stored: Organization) -> None:
    """Raise unless the actor may choose the plan and lift the second person's approval.

    Raises PlanNotYoursToChoose, BankApprovalNotYoursToLift.
    """
    if acts_with_full_power():
        return
    if values.get("plan", stored.plan) != stored.plan:
        raise PlanNotYoursToChoose(field="plan")
    name = "bank_changes_need_approval"
    if stored.bank_changes_need_approval and not values.get(name, True):
        raise BankApprovalNotYoursToLift(field=name)
