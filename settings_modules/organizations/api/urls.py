"""The addresses of organizations and document series."""

from core.api.staff import resource_paths
from settings_modules.organizations.api import document_numbers, document_series, memberships, views
from settings_modules.organizations.api.approval_requests import approval_paths
from settings_modules.organizations.api.year_actions import year_paths

urlpatterns = [
    *resource_paths("organizations", views.OrganizationCollection, views.OrganizationRecord),
    *resource_paths("memberships", memberships.MembershipCollection, memberships.MembershipRecord),
    *resource_paths(
        "document-series", document_series.SeriesCollection, document_series.SeriesRecord
    ),
    *document_numbers.paths,
    *year_paths(),
    *approval_paths(),
]
