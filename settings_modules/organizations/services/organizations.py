"""Changes to organizations and their document series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.identity.powers import acts_with_full_power
from settings_modules.organizations.errors import (
    AnotherSells,
    NumberAlreadyIssued,
    PlanNotYoursToChoose,
)
from settings_modules.organizations.models import DocumentSeries, Organization, Plan

#: What people may edit.
ORGANIZATION_FIELDS = ("name", "is_seller", "is_active", "plan")
#: Files beside it; "" removes one. The API does not take them.
ORGANIZATION_FILES = ("logo",)
_EDITABLE = (*ORGANIZATION_FIELDS, *ORGANIZATION_FILES)
SERIES_FIELDS = ("document_type", "prefix", "padding", "next_number", "is_active")


@in_unit_of_work
def create_organization(*, values: Mapping[str, Any]) -> Organization:
    """A new organization with the fields given; emits `organization.created`.

    Raises PlanNotYoursToChoose, AnotherSells, ValidationError, and for the logo what
    `checked_image` raises and StorageUnavailable.
    """
    _require_plan_power(values, Plan.STANDARD)
    _require_one_seller(values, Organization.objects.all())
    return create_and_tell(row=Organization(**editable(values, _EDITABLE)))


@in_unit_of_work
def update_organization(
    *, organization: Organization, values: Mapping[str, Any], expected_version: int | None = None
) -> Organization:
    """The organization with the fields given; emits `organization.updated` when something changed.

    Raises PlanNotYoursToChoose, AnotherSells, StaleVersion, ValidationError, and for the logo what
    `checked_image` raises and StorageUnavailable.
    """
    stored = lock_row(organization, expected_version=expected_version)
    _require_plan_power(values, stored.plan)
    _require_one_seller(values, Organization.objects.exclude(pk=stored.pk))
    return update_and_tell(row=stored, values=editable(values, _EDITABLE))


def _require_plan_power(values: Mapping[str, Any], current: str) -> None:
    """Raise PlanNotYoursToChoose unless the plan stays or a superuser changes it."""
    if values.get("plan", current) != current and not acts_with_full_power():
        raise PlanNotYoursToChoose(field="plan")


def _require_one_seller(values: Mapping[str, Any], others: QuerySet[Organization]) -> None:
    """Raise AnotherSells when the organization is to sell while one of the others does."""
    if not values.get("is_seller"):
        return
    seller = others.filter(is_seller=True).first()
    if seller is not None:
        raise AnotherSells(field="is_seller", organization=seller.name)


@in_unit_of_work
def create_series(*, organization: Organization, values: Mapping[str, Any]) -> DocumentSeries:
    """A new series of the organization; emits `document_series.created`. Raises ValidationError."""
    given = editable(values, SERIES_FIELDS)
    return create_and_tell(row=DocumentSeries(organization=organization, **given))


@in_unit_of_work
def update_series(
    *, series: DocumentSeries, values: Mapping[str, Any], expected_version: int | None = None
) -> DocumentSeries:
    """The series with the fields given; emits `document_series.updated` when something changed.

    Raises NumberAlreadyIssued when the next number would go back; StaleVersion, ValidationError.
    """
    stored = lock_row(series, expected_version=expected_version)
    given = editable(values, SERIES_FIELDS)
    if given.get("next_number", stored.next_number) < stored.next_number:
        raise NumberAlreadyIssued(field="next_number", number=stored.next_number)
    return update_and_tell(row=stored, values=given)
