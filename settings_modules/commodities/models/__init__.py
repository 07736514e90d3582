"""What the company trades in, and by which words and measures."""

from settings_modules.commodities.models.categories import CommodityCategory
from settings_modules.commodities.models.commodities import Commodity
from settings_modules.commodities.models.hsn_knowledge import HsnKnowledge, TaxCodeConflict
from settings_modules.commodities.models.tax_codes import TaxCode
from settings_modules.commodities.models.tax_rates import TaxRate, TaxRateRevision
from settings_modules.commodities.models.units import Unit, UnitAlias

__all__ = [
    "Commodity",
    "CommodityCategory",
    "HsnKnowledge",
    "TaxCode",
    "TaxCodeConflict",
    "TaxRate",
    "TaxRateRevision",
    "Unit",
    "UnitAlias",
]
