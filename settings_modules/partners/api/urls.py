"""The addresses of business partners."""

from core.api.staff import resource_paths
from settings_modules.partners.api.views import PartnerCollection, PartnerRecord

urlpatterns = resource_paths("partners", PartnerCollection, PartnerRecord)
