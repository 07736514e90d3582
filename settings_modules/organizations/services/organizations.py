"""Changes to organizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.identity.powers import acts_with_full_power
from settings_modules.organizations.errors import PlanNotYoursToChoose
from settings_modules.organizations.models import Organization, Plan

#: What people may edit.
ORGANIZATION_FIELDS = ("name", "is_seller", "is_active", "plan")
#: Files beside it; "" removes one. The API does not take them.
ORGANIZATION_FILES = ("logo",)
_EDITABLE = (*ORGANIZATION_FIELDS, *ORGANIZATION_FILES)


@in_unit_of_work
def create_organization(*, values: Mapping[str, Any]) -> Organization:
    """A new organization with the fields given; emits `organization.created`.

    Raises PlanNotYoursToChoose, ValidationError, and for the logo what `checked_image` raises and
    StorageUnavailable.
    """
    _require_plan_power(values, Plan.STANDARD)
    return create_and_tell(row=Organization(**editable(values, _EDITABLE)))


@in_unit_of_work
def update_organization(
    *, organization: Organization, values: Mapping[str, Any], expected_version: int | None = None
) -> Organization:
    """The organization with the fields given; emits `organization.updated` when something changed.

    Raises PlanNotYoursToChoose, StaleVersion, ValidationError, and for the logo what
    `checked_image` raises and StorageUnavailable.
    """
    stored = lock_row(organization, expected_version=expected_version)
    _require_plan_power(values, stored.plan)
    return update_and_tell(row=stored, values=editable(values, _EDITABLE))


def _require_plan_power(values: Mapping[str, Any], current: str) -> None:
    """Raise PlanNotYoursToChoose unless the plan stays or a superuser changes it."""
    if values.get("plan", current) != current and not acts_with_full_power():
        raise PlanNotYoursToChoose(field="plan")
