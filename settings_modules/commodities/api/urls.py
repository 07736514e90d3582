"""The addresses of commodities."""

from django.urls import URLPattern

from settings_modules.commodities.api.exchange_rates import exchange_rate_paths
from settings_modules.commodities.api.prices import price_paths

urlpatterns: list[URLPattern] = [
    *exchange_rate_paths(),
    *price_paths(),
]
