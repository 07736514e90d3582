"""The addresses of commodities and what belongs to them."""

from django.urls import URLPattern

from settings_modules.commodities.api.categories import category_paths
from settings_modules.commodities.api.hsn_knowledge import knowledge_paths
from settings_modules.commodities.api.tax_codes import tax_code_paths
from settings_modules.commodities.api.tax_rates import tax_rate_paths

urlpatterns: list[URLPattern] = [
    *tax_code_paths(),
    *tax_rate_paths(),
    *category_paths(),
    *knowledge_paths(),
]
