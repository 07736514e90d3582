"""The addresses of organizations and what belongs to them."""

from django.urls import URLPattern, re_path

from core.api.staff import resource_paths
from settings_modules.organizations.api import (
    document_numbers,
    document_series,
    memberships,
    organizations,
)
from settings_modules.organizations.api.approval_requests import approval_paths
from settings_modules.organizations.api.bank_accounts import AccountsOfOrganization, account_paths
from settings_modules.organizations.api.financial_years import YearsOfOrganization
from settings_modules.organizations.api.gst_registrations import (
    RegistrationsOfOrganization,
    registration_paths,
)
from settings_modules.organizations.api.organizations import BelowOrganization
from settings_modules.organizations.api.year_actions import year_paths


def _below_organization(name: str, view: type[BelowOrganization]) -> list[URLPattern]:
    """The list of one organization's records, with and without a slash at its end."""
    path = rf"^organizations/(?P<id>\d{{1,18}})/{name}/?$"
    return [re_path(path, view.as_view(), name=f"organizations-{name}")]


urlpatterns = [
    *resource_paths(
        "organizations", organizations.OrganizationCollection, organizations.OrganizationRecord
    ),
    *resource_paths("memberships", memberships.MembershipCollection, memberships.MembershipRecord),
    *resource_paths(
        "document-series", document_series.SeriesCollection, document_series.SeriesRecord
    ),
    *document_numbers.paths,
    *_below_organization("document-series", document_series.SeriesOfOrganization),
    *_below_organization("financial-years", YearsOfOrganization),
    *_below_organization("gst-registrations", RegistrationsOfOrganization),
    *_below_organization("bank-accounts", AccountsOfOrganization),
    *year_paths(),
    *approval_paths(),
    *registration_paths(),
    *account_paths(),
]
