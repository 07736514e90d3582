"""The addresses of organizations and what belongs to them."""

from core.api.staff import resource_paths
from settings_modules.organizations.api import (
    document_numbers,
    document_series,
    memberships,
    organizations,
)
from settings_modules.organizations.api.approval_requests import approval_paths
from settings_modules.organizations.api.bank_accounts import account_paths
from settings_modules.organizations.api.gst_registrations import registration_paths
from settings_modules.organizations.api.year_actions import year_paths

urlpatterns = [
    *resource_paths(
        "organizations", organizations.OrganizationCollection, organizations.OrganizationRecord
    ),
    *resource_paths("memberships", memberships.MembershipCollection, memberships.MembershipRecord),
    *resource_paths(
        "document-series", document_series.SeriesCollection, document_series.SeriesRecord
    ),
    *document_numbers.paths,
    *year_paths(),
    *approval_paths(),
    *registration_paths(),
    *account_paths(),
]
