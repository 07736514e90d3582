"""Changes to products and to what they are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.errors import CategoryBelowItself
from catalog.models import Category, PriceList, Product
from core.editing.services import create_and_tell, editable, update_and_tell
from core.events.services import in_unit_of_work
from core.i18n import language_columns

#: What staff may edit; everything else is Zoho's, the database's or a counter.
EDITABLE_FIELDS = (
    "sku",
    *language_columns("name"),
    *language_columns("description"),
    "barcode",
    "unit",
    "category",
    "image_url",
    "cdn_image_url",
    "is_active",
    "is_stock_tracked",
)
CATEGORY_FIELDS = (*language_columns("name"), "parent", "is_active")
PRICE_LIST_FIELDS = ("code", *language_columns("name"), "currency", "is_active")


def _with_empty_sku_as_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "sku": values["sku"] or None} if "sku" in values else dict(values)


@in_unit_of_work
def create_product(*, values: Mapping[str, Any]) -> Product:
    """A new product of our own with the editable fields given; emits `product.created`.

    Raises ValidationError on the fields that are wrong.
    """
    given = _with_empty_sku_as_none(editable(values, EDITABLE_FIELDS))
    return create_and_tell(row=Product(**given))


@in_unit_of_work
def update_product(
    *, product: Product, values: Mapping[str, Any], expected_version: int | None = None
) -> Product:
    """The product with the editable fields given; emits `product.updated`.

    Nothing happens when the values are the ones it has. Raises StaleVersion, ValidationError.
    """
    given = _with_empty_sku_as_none(editable(values, EDITABLE_FIELDS))
    return update_and_tell(row=product, values=given, expected_version=expected_version)


@in_unit_of_work
def create_category(*, values: Mapping[str, Any]) -> Category:
    """A new category with the fields given; emits `category.created`. Raises ValidationError."""
    return create_and_tell(row=Category(**editable(values, CATEGORY_FIELDS)))


@in_unit_of_work
def update_category(
    *, category: Category, values: Mapping[str, Any], expected_version: int | None = None
) -> Category:
    """The category with the fields given; emits `category.updated` when something changed.

    Raises CategoryBelowItself, StaleVersion, ValidationError.
    """
    given = editable(values, CATEGORY_FIELDS)
    if given.get("parent") is not None:
        _require_no_circle(category, given["parent"])
    return update_and_tell(row=category, values=given, expected_version=expected_version)


def _require_no_circle(category: Category, parent: Category) -> None:
    """Raise CategoryBelowItself when the new parent is the category or stands below it."""
    above: Category | None = parent
    while above is not None:
        if above.pk == category.pk:
            raise CategoryBelowItself(field="parent")
        above = above.parent


@in_unit_of_work
def create_price_list(*, values: Mapping[str, Any]) -> PriceList:
    """A new price list with the fields given; emits `price_list.created`.

    Raises ValidationError.
    """
    return create_and_tell(row=PriceList(**editable(values, PRICE_LIST_FIELDS)))


@in_unit_of_work
def update_price_list(
    *, price_list: PriceList, values: Mapping[str, Any], expected_version: int | None = None
) -> PriceList:
    """The price list with the fields given; emits `price_list.updated` when something changed.

    Raises StaleVersion, ValidationError.
    """
    given = editable(values, PRICE_LIST_FIELDS)
    return update_and_tell(row=price_list, values=given, expected_version=expected_version)
