"""The addresses of organizations and document series."""

from core.api.staff import resource_paths
from settings_modules.organizations.api import document_numbers, document_series, memberships, views

urlpatterns = [
    *resource_paths("organizations", views.OrganizationCollection, views.OrganizationRecord),
    *resource_paths("memberships", memberships.MembershipCollection, memberships.MembershipRecord),
    *resource_paths(
        "document-series", document_series.SeriesCollection, document_series.SeriesRecord
    ),
    *document_numbers.paths,
]
