"""Changes to products and to what they are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from catalog.models import Category, PriceList, Product
from core.errors import Conflict
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
#: Columns the database computes: a model's check would have nothing to check.
GENERATED_FIELDS = ["search_text"]


def _event_value(value: Any) -> Any:
    """A value as an event carries it: rows by their id."""
    return value.pk if isinstance(value, models.Model) else value


def _apply(row: models.Model, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Set the values on the row; what changed, as {field: {old, new}}."""
    changes: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            changes[name] = {"old": _event_value(old), "new": _event_value(value)}
            setattr(row, name, value)
    return changes


def _editable(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name in EDITABLE_FIELDS}
    if "sku" in kept:
        kept["sku"] = kept["sku"] or None
    return kept


@in_unit_of_work
def create_product(*, values: Mapping[str, Any]) -> Product:
    """A new product of our own with the editable fields given; emits `product.created`.

    Raises ValidationError on the fields that are wrong.
    """
    product = Product(**_editable(values))
    product.full_clean(exclude=GENERATED_FIELDS)
    product.save()
    product.emit_event("product.created")
    return product


@in_unit_of_work
def update_product(
    *, product: Product, values: Mapping[str, Any], expected_version: int | None = None
) -> Product:
    """The product with the editable fields given; steps its version and emits `product.updated`.

    Nothing happens when the values are the ones it has.
    Raises Conflict when `expected_version` is no longer the product's; ValidationError.
    """
    locked = Product.objects.select_for_update().get(pk=product.pk)
    if expected_version is not None and locked.version != expected_version:
        raise Conflict()
    changes = _apply(locked, _editable(values))
    if not changes:
        return locked
    locked.version += 1
    locked.full_clean(exclude=GENERATED_FIELDS)
    locked.save(update_fields=[*changes, "version", "updated_at"])
    locked.emit_event("product.updated", {"changes": changes})
    return locked


@in_unit_of_work
def save_category(*, category: Category) -> Category:
    """Store a new or edited category. Raises ValidationError."""
    category.full_clean()
    category.save()
    return category


@in_unit_of_work
def save_price_list(*, price_list: PriceList, changed: Mapping[str, Any]) -> PriceList:
    """Store a new or edited price list; an edit emits `price_list.updated` with `changed`.

    `changed` holds the fields given; raises ValidationError.
    """
    stored = PriceList.objects.select_for_update().filter(pk=price_list.pk).first()
    changes = _apply(stored, changed) if stored else {}
    price_list.full_clean()
    price_list.save()
    if changes:
        price_list.emit_event("price_list.updated", {"changes": changes})
    return price_list
