"""What the company trades in, and by which words and measures."""

from settings_modules.commodities.models.categories import CommodityCategory
from settings_modules.commodities.models.commissions import CommissionStructure, CommissionTier
from settings_modules.commodities.models.commodities import Commodity
from settings_modules.commodities.models.exchange_rates import ExchangeRate
from settings_modules.commodities.models.hsn_knowledge import HsnKnowledge, TaxCodeConflict
from settings_modules.commodities.models.packaging import CommodityPackaging
from settings_modules.commodities.models.payment_terms import PaymentTerm
from settings_modules.commodities.models.quality_parameters import (
    ParameterTemplate,
    QualityParameter,
)
from settings_modules.commodities.models.tax_codes import TaxCode
from settings_modules.commodities.models.tax_rates import TaxRate, TaxRateRevision
from settings_modules.commodities.models.terms import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    TermMaster,
    TradeType,
    WeightmentTerm,
)
from settings_modules.commodities.models.units import Unit, UnitAlias
from settings_modules.commodities.models.varieties import CommodityVariety

__all__ = [
    "BargainType",
    "CommissionStructure",
    "CommissionTier",
    "Commodity",
    "CommodityCategory",
    "CommodityPackaging",
    "CommodityVariety",
    "DeliveryTerm",
    "ExchangeRate",
    "HsnKnowledge",
    "ParameterTemplate",
    "PassingTerm",
    "PaymentTerm",
    "QualityParameter",
    "TaxCode",
    "TaxCodeConflict",
    "TaxRate",
    "TaxRateRevision",
    "TermMaster",
    "TradeType",
    "Unit",
    "UnitAlias",
    "WeightmentTerm",
]
