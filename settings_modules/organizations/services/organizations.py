"""Changes to organizations and their document series."""

from __future__ import annotations

from core.events.services import in_unit_of_work
from settings_modules.organizations.errors import NumberAlreadyIssued
from settings_modules.organizations.models import DocumentSeries, Organization


@in_unit_of_work
def save_organization(*, organization: Organization) -> Organization:
    """Store a new or edited organization. Raises ValidationError."""
    organization.full_clean()
    organization.save()
    return organization


@in_unit_of_work
def save_series(*, series: DocumentSeries) -> DocumentSeries:
    """Store a new or edited series.

    Raises NumberAlreadyIssued when the next number would go back; ValidationError.
    """
    stored = DocumentSeries.objects.select_for_update().filter(pk=series.pk).first()
    if stored is not None and series.next_number < stored.next_number:
        raise NumberAlreadyIssued(field="next_number", number=stored.next_number)
    series.full_clean()
    series.save()
    return series
