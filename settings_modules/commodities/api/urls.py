"""The addresses of commodities and what belongs to them."""

from django.urls import URLPattern

from settings_modules.commodities.api.packagings import packaging_paths
from settings_modules.commodities.api.units import unit_paths

urlpatterns: list[URLPattern] = [
    *unit_paths(),
    *packaging_paths(),
]
