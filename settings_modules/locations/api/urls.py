"""The addresses of locations."""

from django.urls import re_path

from core.api.staff import resource_paths
from settings_modules.locations.api import places, views

urlpatterns = [
    re_path(r"^locations/search-places/?$", places.PlaceSearch.as_view()),
    re_path(r"^locations/place-details/?$", places.PlaceDetailsView.as_view()),
    re_path(r"^locations/similar/?$", places.SimilarLocations.as_view()),
    re_path(r"^locations/(?P<id>\d{1,18})/children/?$", views.LocationChildren.as_view()),
    *resource_paths("locations", views.LocationCollection, views.LocationRecord),
]
