"""How products and what they are sorted by leave use."""

from __future__ import annotations

from catalog.models import Category, PriceList, Product
from catalog.services.merging import refuse_other_currency, refuse_stock_at, refuse_stock_of
from catalog.services.products import update_category, update_price_list, update_product
from core.references.masters import declare_master, declare_merge_check, switched_by
from settings_modules.locations.models import Location


def declare() -> None:
    """Tell core, and who must agree before places and records of the catalogue are merged."""
    declare_master(
        Product,
        meaning="A product",
        switch=switched_by(update_product, "product"),
        outside_keys=("zoho_item_id",),
    )
    declare_master(
        Category,
        meaning="A category",
        switch=switched_by(update_category, "category"),
        outside_keys=("zoho_category_id",),
    )
    declare_master(
        PriceList,
        meaning="A price list",
        switch=switched_by(update_price_list, "price_list"),
        outside_keys=("zoho_pricebook_id",),
    )
    declare_merge_check(Product, "catalog.stock", refuse_stock_of)
    declare_merge_check(Location, "catalog.stock", refuse_stock_at)
    declare_merge_check(PriceList, "catalog.currency", refuse_other_currency)
