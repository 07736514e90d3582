"""What a demonstration needs: a company that sells, its order series, the sandbox, a first pull."""

from __future__ import annotations

from django.contrib.auth.models import Group

from catalog.models import Product
from core.events.services import in_unit_of_work
from core.identity.models import User
from core.identity.role_groups import update_role_groups
from integrations.zoho.models import Connection, SyncKind
from integrations.zoho.services.connections import create_connection, update_connection
from integrations.zoho.services.sync_runs import start_sync
from settings_modules.organizations.models import DocumentType, Organization
from settings_modules.organizations.services.document_series import create_series
from settings_modules.organizations.services.memberships import grant_role
from settings_modules.organizations.services.organizations import create_organization

#: The account that every sandbox knows; it opens nothing else.
SANDBOX_CLIENT_ID = "1000.SANDBOXCLIENT"
SANDBOX_CLIENT_SECRET = "sandbox-secret"  # noqa: S105
SANDBOX_REFRESH_TOKEN = "1000.sandbox.refresh"  # noqa: S105
SANDBOX_ORGANIZATION = "710000001"
#: `manage.py up` starts the sandbox with room for this; Zoho itself allows 100.
SANDBOX_PACE = 600


class NotEmpty(Exception):
    """Somebody already works in this database."""


@in_unit_of_work
def load_demo(*, sandbox_url: str) -> bool:
    """Set up the demonstration; whether it was made now.

    Where it is already there the connection follows the sandbox to its new address.
    Raises NotEmpty.
    """
    connection = Connection.objects.filter(client_id=SANDBOX_CLIENT_ID).first()
    if connection is not None:
        update_connection(
            connection=connection, values={"accounts_url": sandbox_url, "api_url": sandbox_url}
        )
        return False
    if Organization.objects.exists() or Product.objects.exists():
        raise NotEmpty("the database is not empty: demo data goes only into an empty one")
    organization = create_organization(values={"name": "Tradepost Demo Trading", "is_seller": True})
    _give_owner(organization)
    create_series(
        organization=organization,
        values={"document_type": DocumentType.ORDER, "prefix": "TP-"},
    )
    create_connection(
        values={
            "name": "Zoho sandbox",
            "accounts_url": sandbox_url,
            "api_url": sandbox_url,
            "zoho_organization_id": SANDBOX_ORGANIZATION,
            "client_id": SANDBOX_CLIENT_ID,
            "client_secret": SANDBOX_CLIENT_SECRET,
            "refresh_token": SANDBOX_REFRESH_TOKEN,
            "requests_per_minute": SANDBOX_PACE,
        }
    )
    start_sync(kind=SyncKind.FULL)
    return True


def _give_owner(organization: Organization) -> None:
    """Make the installation's administrator, where there is one, the owner."""
    administrator = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if administrator is None:
        return
    update_role_groups()
    owner = Group.objects.get(name="role:owner")
    grant_role(user=administrator, organization=organization, role=owner)
