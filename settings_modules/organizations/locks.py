"""The first lock of whatever switches the account, registration or year that is in use."""

from __future__ import annotations

from core.errors import NotFound
from settings_modules.organizations.models import Organization


def lock_organization(organization_id: int) -> Organization:
    """The stored organization, locked until the transaction ends.

    Taken before the rows below it, so that two switches wait for each other instead of meeting half
    way. Rows that merely refer to the organization, such as orders, are not held up. Raises
    NotFound.
    """
    rows = Organization.objects.select_for_update(no_key=True)
    organization = rows.filter(pk=organization_id).first()
    if organization is None:
        raise NotFound()
    return organization
