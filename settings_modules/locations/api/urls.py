"""The addresses of locations."""

from django.urls import re_path

from core.api.staff import resource_paths
from settings_modules.locations.api import places, views

_ONE = r"^locations/(?P<id>\d{1,18})"

urlpatterns = [
    re_path(r"^locations/search-places/?$", places.PlaceSearch.as_view()),
    re_path(r"^locations/place-details/?$", places.PlaceDetailsView.as_view()),
    re_path(r"^locations/similar/?$", places.SimilarLocations.as_view()),
    re_path(rf"{_ONE}/children/?$", views.LocationChildren.as_view()),
    re_path(rf"{_ONE}/deactivate/?$", views.LocationDeactivation.as_view()),
    re_path(rf"{_ONE}/restore/?$", views.LocationRestoration.as_view()),
    *resource_paths("locations", views.LocationCollection, views.LocationRecord),
]
