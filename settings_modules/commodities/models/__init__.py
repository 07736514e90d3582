"""What the company trades in, and by which words and measures."""

from settings_modules.commodities.models.categories import CommodityCategory
from settings_modules.commodities.models.commissions import CommissionStructure, CommissionTier
from settings_modules.commodities.models.commodities import Commodity
from settings_modules.commodities.models.payment_terms import PaymentTerm
from settings_modules.commodities.models.tax_codes import TaxCode
from settings_modules.commodities.models.terms import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    TermMaster,
    TradeType,
    WeightmentTerm,
)
from settings_modules.commodities.models.units import Unit, UnitAlias

__all__ = [
    "BargainType",
    "CommissionStructure",
    "CommissionTier",
    "Commodity",
    "CommodityCategory",
    "DeliveryTerm",
    "PassingTerm",
    "PaymentTerm",
    "TaxCode",
    "TermMaster",
    "TradeType",
    "Unit",
    "UnitAlias",
    "WeightmentTerm",
]
