"""How commodities, and what belongs to them, leave use."""

from __future__ import annotations

from core.references.masters import declare_master, declare_merge_check, removed_by, switched_by
from settings_modules.commodities.errors import VarietiesOfTwoCommodities
from settings_modules.commodities.models import (
    BargainType,
    CommissionStructure,
    Commodity,
    CommodityCategory,
    CommodityPackaging,
    CommodityVariety,
    DeliveryTerm,
    ExchangeRate,
    HsnKnowledge,
    ParameterTemplate,
    PassingTerm,
    PaymentTerm,
    QualityParameter,
    TaxCode,
    TaxRate,
    TradeType,
    Unit,
    WeightmentTerm,
)
from settings_modules.commodities.services.commissions import remove_commission
from settings_modules.commodities.services.commodities import remove_commodity, update_commodity
from settings_modules.commodities.services.packagings import remove_packaging
from settings_modules.commodities.services.parameter_templates import update_template
from settings_modules.commodities.services.quality_parameters import update_parameter
from settings_modules.commodities.services.terms import update_term
from settings_modules.commodities.services.units import refuse_unlike, remove_unit, switch_unit
from settings_modules.commodities.services.varieties import update_variety

_TERMS = {
    TradeType: "A trade type",
    BargainType: "A bargain type",
    PassingTerm: "A passing term",
    WeightmentTerm: "A weightment term",
    DeliveryTerm: "A delivery term",
    PaymentTerm: "A payment term",
}


def declare() -> None:
    """Tell core of all of them."""
    declare_commodities()
    declare_varieties()
    declare_parameters()
    _declare_units()
    _declare_exchange_rates()
    _declare_categories()
    _declare_tax_codes()
    _declare_terms()
    _declare_commissions()


def declare_commodities() -> None:
    """A commodity goes with its varieties and parameters while nothing else refers to it."""
    declare_master(
        Commodity,
        meaning="A commodity",
        switch=switched_by(update_commodity, "commodity"),
        remove=removed_by(remove_commodity, "commodity"),
    )


def refuse_two_commodities(kept: CommodityVariety, merged: CommodityVariety) -> None:
    """Raise VarietiesOfTwoCommodities: deals would change their commodity."""
    if kept.commodity_id != merged.commodity_id:
        raise VarietiesOfTwoCommodities()


def declare_varieties() -> None:
    """Varieties of one commodity are merged."""
    declare_master(
        CommodityVariety, meaning="A variety", switch=switched_by(update_variety, "variety")
    )
    declare_merge_check(CommodityVariety, "commodities.one_commodity", refuse_two_commodities)


def declare_parameters() -> None:
    """Nothing refers to parameters and templates: there is nothing to merge."""
    declare_master(
        QualityParameter,
        meaning="A quality parameter",
        switch=switched_by(update_parameter, "parameter"),
        is_merged=False,
    )
    declare_master(
        ParameterTemplate,
        meaning="A parameter template",
        switch=switched_by(update_template, "template"),
        is_merged=False,
    )


def _declare_units() -> None:
    """Packagings of a commodity in one unit never cover the same days: none is a double."""
    declare_master(
        Unit,
        meaning="A unit of measure",
        switch=switch_unit,
        remove=removed_by(remove_unit, "unit"),
    )
    declare_merge_check(Unit, "commodities.measure", refuse_unlike)
    declare_master(
        CommodityPackaging,
        meaning="The packaging of a commodity",
        switch=None,
        remove=removed_by(remove_packaging, "packaging"),
        is_merged=False,
    )


def _declare_exchange_rates() -> None:
    """A rate is of one day and source: none is a double of another, and a wrong one is mended or
    removed."""
    declare_master(ExchangeRate, meaning="An exchange rate", switch=None, is_merged=False)


def _declare_categories() -> None:
    """Categories are switched off, merged, removed."""
    declare_master(CommodityCategory, meaning="A commodity category")


def _declare_tax_codes() -> None:
    """Codes are switched off, merged, removed. A rate has its days, and knowledge its name and
    code: neither is a double of another."""
    declare_master(TaxCode, meaning="A tax code")
    declare_master(TaxRate, meaning="A tax rate", switch=None, is_merged=False)
    declare_master(HsnKnowledge, meaning="A piece of HSN knowledge", is_merged=False)


def _declare_terms() -> None:
    """Tell core of the terms of contracts."""
    for model, meaning in _TERMS.items():
        declare_master(model, meaning=meaning, switch=switched_by(update_term, "term"))


def _declare_commissions() -> None:
    """Tell core of commissions. Each has a scope, days and a rate of its own: none is a double."""
    declare_master(
        CommissionStructure,
        meaning="A commission",
        remove=removed_by(remove_commission, "commission"),
        is_merged=False,
    )
