"""How products and what they are sorted by leave use."""

from __future__ import annotations

from catalog.models import Category, PriceList, Product
from catalog.services.merging import refuse_other_currency, refuse_stock_at, refuse_stock_of
from catalog.services.products import update_category, update_price_list, update_product
from core.references.masters import declare_master, declare_merge_check
from settings_modules.locations.models import Location


def switch_product(row: Product, *, is_active: bool, expected_version: int | None) -> Product:
    """The product taken off sale or put on sale."""
    return update_product(
        product=row, values={"is_active": is_active}, expected_version=expected_version
    )


def switch_category(row: Category, *, is_active: bool, expected_version: int | None) -> Category:
    """The category switched off or on."""
    return update_category(
        category=row, values={"is_active": is_active}, expected_version=expected_version
    )


def switch_price_list(
    row: PriceList, *, is_active: bool, expected_version: int | None
) -> PriceList:
    """The price list switched off or on."""
    return update_price_list(
        price_list=row, values={"is_active": is_active}, expected_version=expected_version
    )


def declare() -> None:
    """Tell core, and who must agree before places and records of the catalogue are merged."""
    declare_master(
        Product, meaning="A product", switch=switch_product, outside_keys=("zoho_item_id",)
    )
    declare_master(
        Category, meaning="A category", switch=switch_category, outside_keys=("zoho_category_id",)
    )
    declare_master(
        PriceList,
        meaning="A price list",
        switch=switch_price_list,
        outside_keys=("zoho_pricebook_id",),
    )
    declare_merge_check(Product, "catalog.stock", refuse_stock_of)
    declare_merge_check(Location, "catalog.stock", refuse_stock_at)
    declare_merge_check(PriceList, "catalog.currency", refuse_other_currency)
