"""The OAuth client and the organizations that every seeded sandbox knows."""

CLIENT_ID = "1000.SANDBOXCLIENT"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105
REFRESH_TOKEN = "1000.sandbox.refresh"  # noqa: S105
# Reaches the second organization only.
SECOND_REFRESH_TOKEN = "1000.sandbox.second"  # noqa: S105

ORGANIZATION_ID = "710000001"
SECOND_ORGANIZATION_ID = "710000002"

SCOPES = ("ZohoInventory.fullaccess.all", "ZohoBooks.fullaccess.all")
