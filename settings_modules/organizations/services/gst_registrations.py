"""GST registrations of organizations, exactly one of which is primary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from core.editing.holders import (
    HolderRule,
    carry_out,
    hand_over,
    removal_successor,
)
from core.editing.services import (
    create_and_tell,
    editable,
    lock_row,
    require_version,
    update_and_tell,
)
from core.errors import DomainError
from core.events.services import in_unit_of_work
from core.registration_numbers import india
from core.registration_numbers.checking import checked_values, refusal_of, refuse
from settings_modules.organizations.errors import GstinTaken, PrimaryNeedsSuccessor
from settings_modules.organizations.locks import lock_organization
from settings_modules.organizations.models import GstRegistration, Organization
from settings_modules.organizations.selectors.findings import REGISTRATION_CHECKS
from settings_modules.organizations.services.removal import remove_unused

#: What people may edit later; the GSTIN stays.
REGISTRATION_FIELDS = ("legal_name", "address", "state", "branch_code", "is_primary", "is_active")
_FLAGS = frozenset({"is_primary", "is_active"})
PRIMARY = HolderRule(GstRegistration, "is_primary", PrimaryNeedsSuccessor)


@in_unit_of_work
def add_registration(
    *, organization: Organization, gstin: str, values: Mapping[str, Any], is_legacy: bool = False
) -> GstRegistration:
    """A new registration; emits `gst_registration.created`. The first active one becomes primary.

    The state is filled in from the GSTIN. `is_legacy` lets in what the checks refuse: it comes from
    an older system. Raises InvalidInput with every wrong field, GstinTaken, HolderInactive,
    ValidationError.
    """
    owner = lock_organization(organization.pk)
    given = {"state": "", **_given(values)}
    checked = checked_values({"gstin": gstin}, REGISTRATION_CHECKS, is_legacy=is_legacy)["gstin"]
    if not is_legacy:
        refuse([_pan_refusal(checked, owner), _state_refusal(checked, given["state"])])
    if GstRegistration.objects.filter(gstin=checked).exists():
        raise GstinTaken(field="gstin")
    registration = GstRegistration(organization=owner, gstin=checked)
    change = hand_over(PRIMARY, registration, _with_state(given, checked))

    def store(settled: dict[str, Any]) -> GstRegistration:
        for name, value in settled.items():
            setattr(registration, name, value)
        return create_and_tell(row=registration)

    return carry_out(PRIMARY, change, own=store, other=_write)


@in_unit_of_work
def update_registration(
    *,
    registration: GstRegistration,
    values: Mapping[str, Any],
    promote: int | None = None,
    expected_version: int | None = None,
) -> GstRegistration:
    """The registration with the fields given; `gst_registration.updated` for each row that changed.

    `is_primary` switches; whoever loses it that way names in `promote` which one gets it. Raises
    PrimaryNeedsSuccessor, SuccessorUnfit, HolderInactive, StaleVersion, InvalidInput,
    ValidationError.
    """
    stored = _locked(registration, expected_version)
    given = _given(values)
    if given.get("state", stored.state) != stored.state:
        refuse([_state_refusal(stored.gstin, given["state"])])
        given = _with_state(given, stored.gstin)
    change = hand_over(PRIMARY, stored, given, promote=promote)
    return carry_out(PRIMARY, change, own=lambda values: _write(stored, values), other=_write)


def make_primary(
    *, registration: GstRegistration, expected_version: int | None = None
) -> GstRegistration:
    """The registration as the primary one of its organization. As `update_registration`."""
    return update_registration(
        registration=registration, values={"is_primary": True}, expected_version=expected_version
    )


def deactivate_registration(
    *,
    registration: GstRegistration,
    promote: int | None = None,
    expected_version: int | None = None,
) -> GstRegistration:
    """The registration switched off. As `update_registration`."""
    return update_registration(
        registration=registration,
        values={"is_active": False},
        promote=promote,
        expected_version=expected_version,
    )


def restore_registration(
    *, registration: GstRegistration, expected_version: int | None = None
) -> GstRegistration:
    """The registration switched on again, primary when there is no other. As
    `update_registration`."""
    return update_registration(
        registration=registration, values={"is_active": True}, expected_version=expected_version
    )


@in_unit_of_work
def remove_registration(
    *,
    registration: GstRegistration,
    promote: int | None = None,
    expected_version: int | None = None,
) -> None:
    """Remove a registration that nothing refers to; emits `gst_registration.removed`.

    Raises PrimaryNeedsSuccessor, SuccessorUnfit, StillInUse, StaleVersion.
    """
    stored = _locked(registration, expected_version)
    successor = removal_successor(PRIMARY, stored, promote)
    remove_unused(row=stored)
    stored.emit_event("gst_registration.removed")
    if successor is not None:
        _write(successor, {"is_primary": True})


def _locked(registration: GstRegistration, expected_version: int | None) -> GstRegistration:
    """The stored row, locked after its organization."""
    lock_organization(registration.organization_id)
    stored = lock_row(registration, expected_version=None)
    require_version(stored, expected_version)
    return stored


def _pan_refusal(gstin: str, owner: Organization) -> DomainError | None:
    pan = owner.pan
    return refusal_of(partial(india.require_same_pan, gstin, pan), "gstin") if pan else None


def _state_refusal(gstin: str, state: str) -> DomainError | None:
    return refusal_of(partial(india.require_state_of_gstin, gstin, state), "state")


def _write(row: GstRegistration, values: Mapping[str, Any]) -> GstRegistration:
    return update_and_tell(row=row, values=values)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values; null empties a text."""
    return {
        name: "" if value is None and name not in _FLAGS else value
        for name, value in editable(values, REGISTRATION_FIELDS).items()
    }


def _with_state(values: dict[str, Any], gstin: str) -> dict[str, Any]:
    """The values; a state among them is called as the GSTIN's, unless it is another."""
    if "state" not in values:
        return values
    return {**values, "state": india.state_as_in_gstin(gstin, values["state"])}
