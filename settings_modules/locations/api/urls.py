"""The addresses of locations."""

from core.api.staff import resource_paths
from settings_modules.locations.api.views import LocationCollection, LocationRecord

urlpatterns = resource_paths("locations", LocationCollection, LocationRecord)
