"""The addresses of commodities."""

from django.urls import URLPattern

from core.api.exports import export_with_filters
from settings_modules.commodities.api.categories import category_paths
from settings_modules.commodities.api.commissions import commission_paths
from settings_modules.commodities.api.commodities import commodity_paths
from settings_modules.commodities.api.exchange_rates import exchange_rate_paths
from settings_modules.commodities.api.hsn_knowledge import knowledge_paths
from settings_modules.commodities.api.international import international_paths
from settings_modules.commodities.api.packagings import packaging_paths
from settings_modules.commodities.api.parameter_templates import parameter_template_paths
from settings_modules.commodities.api.parameters import CommodityFilter
from settings_modules.commodities.api.prices import price_paths
from settings_modules.commodities.api.quality_parameters import parameter_paths
from settings_modules.commodities.api.suggested_parameters import suggested_parameter_paths
from settings_modules.commodities.api.tax_codes import tax_code_paths
from settings_modules.commodities.api.tax_rates import tax_rate_paths
from settings_modules.commodities.api.terms import term_paths
from settings_modules.commodities.api.units import unit_paths
from settings_modules.commodities.api.varieties import variety_paths

export_with_filters("commodities", CommodityFilter)
urlpatterns: list[URLPattern] = [
    *commodity_paths(),
    *variety_paths(),
    *parameter_paths(),
    *parameter_template_paths(),
    *suggested_parameter_paths(),
    *international_paths(),
    *unit_paths(),
    *packaging_paths(),
    *exchange_rate_paths(),
    *price_paths(),
    *tax_code_paths(),
    *tax_rate_paths(),
    *category_paths(),
    *knowledge_paths(),
    *term_paths(),
    *commission_paths(),
]
