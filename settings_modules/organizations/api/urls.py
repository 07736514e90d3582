"""The addresses of organizations and document series."""

from core.api.staff import resource_paths
from settings_modules.organizations.api import memberships, views

urlpatterns = [
    *resource_paths("organizations", views.OrganizationCollection, views.OrganizationRecord),
    *resource_paths("memberships", memberships.MembershipCollection, memberships.MembershipRecord),
    *resource_paths("document-series", views.SeriesCollection, views.SeriesRecord),
]
