"""The addresses of commodities and what belongs to them."""

from django.urls import URLPattern

from settings_modules.commodities.api.commissions import commission_paths
from settings_modules.commodities.api.terms import term_paths

urlpatterns: list[URLPattern] = [
    *term_paths(),
    *commission_paths(),
]
