"""Changes to business partners."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.registration_numbers.checking import checked_values, refusal_of, refuse
from settings_modules.partners.enums import PartnerRole, PartnerStatus
from settings_modules.partners.errors import (
    CreditNeedsCurrency,
    CustomerBlocked,
    RoleUnknown,
    SimilarPartner,
)
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.findings import (
    PARTNER_CHECKS,
    require_pan_of_registrations,
)
from settings_modules.partners.selectors.similar import similar_partners

#: What people may edit. Of personal fields history and events name the field, never the value.
EDITABLE_FIELDS = (
    *("code", "name", "name_ar", "legal_name", "roles", "status", "is_active", "language"),
    *("phone", "email", "pan", "currency", "credit_limit", "payment_days", "salesperson"),
)
#: Values that are none when they are empty, of which there may be many.
_NONE_WHEN_EMPTY = ("code", "phone", "credit_limit", "payment_days", "salesperson")
_EMPTY_TEXTS = ("name_ar", "legal_name", "language", "email", "pan", "currency")
#: Names told in a message; the list beside it has all of them.
_TOLD_NAMES = 3
# Many orders of one customer may hold it at once; an erasure, which changes the phone, waits.
_HELD_BY_PHONE = "SELECT * FROM partners_businesspartner WHERE phone = %s FOR KEY SHARE"
_HELD_BY_KEY = "SELECT * FROM partners_businesspartner WHERE id = %s FOR KEY SHARE"


@in_unit_of_work
def create_partner(
    *,
    values: Mapping[str, Any],
    gstin: str = "",
    confirm_similar: bool = False,
    is_legacy: bool = False,
) -> BusinessPartner:
    """A new partner with the fields given; emits `partner.created`.

    `gstin` is only compared. `is_legacy` lets numbers in that the checks refuse: they come from an
    older system. Raises SimilarPartner unless `confirm_similar`, InvalidInput, ValidationError.
    """
    row = BusinessPartner()
    for name, value in _checked(_given(values), row, is_legacy=is_legacy).items():
        setattr(row, name, value)
    if not confirm_similar:
        _refuse_similar(row, gstin)
    return create_and_tell(row=row)


@in_unit_of_work
def update_partner(
    *,
    partner: BusinessPartner,
    values: Mapping[str, Any],
    expected_version: int | None = None,
    is_legacy: bool = False,
) -> BusinessPartner:
    """The partner with the fields given; emits `partner.updated` when something changed.

    A number that stays as it is stored is not checked again. One that is switched on again is no
    longer merged into another. Raises StaleVersion, InvalidInput, ValidationError.
    """
    stored = lock_row(partner, expected_version=expected_version)
    given = _checked(_given(values), stored, is_legacy=is_legacy)
    if given.get("is_active") and stored.merged_into_id is not None:
        given["merged_into"] = None
    return update_and_tell(row=stored, values=given)


@in_unit_of_work
def absorb_partner(*, kept: BusinessPartner, merged: BusinessPartner) -> None:
    """After a merge: the kept partner has the roles of both, and the merged one leads to it.

    Whoever orders by the merged partner's phone number orders for the kept one.
    """
    roles = _ordered({*kept.roles, *merged.roles})
    update_and_tell(row=kept, values={"roles": roles})
    update_and_tell(row=merged, values={"merged_into": kept})


@in_unit_of_work
def find_or_create_customer(*, name: str, phone: str, email: str) -> BusinessPartner:
    """The customer with this E.164 phone number. A guest's order never changes a known one.

    A known one is held until the end of the transaction: it is not erased under its new order. One
    that was merged stands for the partner it was merged into. Raises CustomerBlocked.
    """
    known = BusinessPartner.objects.raw(_HELD_BY_PHONE, [phone])
    for partner in known:
        return _taking_orders(partner)
    partner, is_new = BusinessPartner.objects.get_or_create(
        phone=phone, defaults={"name": name, "email": email}
    )
    if is_new:
        partner.emit_event("partner.created")
    return _taking_orders(partner)


@in_unit_of_work
def link_zoho_contact(*, partner: BusinessPartner, zoho_contact_id: str) -> None:
    """Remember which Zoho contact this partner is."""
    BusinessPartner.objects.filter(pk=partner.pk).update(zoho_contact_id=zoho_contact_id)
    partner.zoho_contact_id = zoho_contact_id


def _taking_orders(partner: BusinessPartner) -> BusinessPartner:
    """The partner, or the one it was merged into, held as well. Raises CustomerBlocked."""
    # Merging into another one re-points those merged before: one step leads to the last.
    if partner.merged_into_id is not None:
        for kept in BusinessPartner.objects.raw(_HELD_BY_KEY, [partner.merged_into_id]):
            partner = kept
    if partner.status == PartnerStatus.BLOCKED:
        raise CustomerBlocked(field="customer_phone")
    return partner


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values, texts trimmed; null empties a text."""
    given: dict[str, Any] = {}
    for name, value in editable(values, EDITABLE_FIELDS).items():
        kept = value.strip() if isinstance(value, str) else value
        if name in _NONE_WHEN_EMPTY and kept in ("", None):
            kept = None
        given[name] = "" if name in _EMPTY_TEXTS and kept is None else kept
    return given


def _checked(
    given: dict[str, Any], stored: BusinessPartner, *, is_legacy: bool = False
) -> dict[str, Any]:
    """The values that differ from the stored ones, normalised. Raises InvalidInput."""
    changed = {name: value for name, value in given.items() if getattr(stored, name) != value}
    checked = checked_values(changed, PARTNER_CHECKS, is_legacy=is_legacy)
    refused = []
    if "roles" in checked:
        refused.append(refusal_of(partial(_require_roles, checked["roles"]), "roles"))
        checked["roles"] = _ordered(checked["roles"] or ())
    if checked.get("credit_limit", stored.credit_limit) is not None:
        currency = checked.get("currency", stored.currency)
        refused.append(refusal_of(partial(_require_currency, currency), "currency"))
    if stored.pk is not None and "pan" in checked and not is_legacy:
        pan = checked["pan"]
        refused.append(refusal_of(partial(require_pan_of_registrations, stored, pan), "pan"))
    refuse(refused)
    return checked


def _require_roles(roles: Any) -> None:
    known = [role.value for role in PartnerRole]
    if not roles or set(roles) - set(known):
        raise RoleUnknown(known=", ".join(known))


def _ordered(roles: Any) -> list[str]:
    """The roles as they are stored: each once, in the order of `PartnerRole`."""
    return [role.value for role in PartnerRole if role.value in roles]


def _require_currency(currency: str) -> None:
    if not currency:
        raise CreditNeedsCurrency()


def _refuse_similar(row: BusinessPartner, gstin: str) -> None:
    similar = similar_partners(
        names=[row.name, row.name_ar, row.legal_name],
        phone=str(row.phone or ""),
        email=row.email,
        gstin=gstin,
    )
    if similar:
        names = ", ".join(each.name for each in similar[:_TOLD_NAMES])
        refusal = SimilarPartner(field="confirm_similar", names=names)
        refusal.extra = {"similar": [each.as_dict() for each in similar]}
        raise refusal
