"""Issuing document numbers."""

from __future__ import annotations

from django.db import connection

from core.events.services import in_unit_of_work
from settings_modules.organizations.errors import NoActiveSeries
from settings_modules.organizations.models import DocumentType


@in_unit_of_work
def issue_number(*, document_type: DocumentType) -> tuple[str, int]:
    """The next number of the selling organization's active series, and the organization's id.

    Call it last in the transaction of the document: the series' row stays locked until the end.
    Raises NoActiveSeries.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_documentseries AS series SET last_number = last_number + 1"
            " FROM organizations_organization AS organization"
            " WHERE organization.id = series.organization_id AND organization.is_seller"
            " AND series.document_type = %s AND series.is_active"
            " RETURNING prefix, padding, suffix, last_number, organization.id",
            [document_type.value],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoActiveSeries(document=document_type.label)
    prefix, padding, suffix, number, organization_id = row
    return f"{prefix}{number:0{padding}d}{suffix}", organization_id
