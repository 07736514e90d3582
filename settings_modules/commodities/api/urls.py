"""The addresses of commodities and what belongs to them."""

from django.urls import URLPattern

from core.api.exports import export_with_filters
from settings_modules.commodities.api.commodities import commodity_paths
from settings_modules.commodities.api.international import international_paths
from settings_modules.commodities.api.parameter_templates import parameter_template_paths
from settings_modules.commodities.api.parameters import CommodityFilter
from settings_modules.commodities.api.quality_parameters import parameter_paths
from settings_modules.commodities.api.suggested_parameters import suggested_parameter_paths
from settings_modules.commodities.api.varieties import variety_paths

export_with_filters("commodities", CommodityFilter)
urlpatterns: list[URLPattern] = [
    *commodity_paths(),
    *variety_paths(),
    *parameter_paths(),
    *parameter_template_paths(),
    *suggested_parameter_paths(),
    *international_paths(),
]
