"""Taking over products and categories from Zoho, in batches, writing only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalog.models import Category
from catalog.services.mirror_staging import fetch, stage_rows
from core.events.services import in_unit_of_work, queue_event
from core.locking import retry_on_deadlock

LARGEST_BATCH = 1000


@dataclass(frozen=True, slots=True)
class MirroredCategory:
    """A category as Zoho names it, in one of the two languages."""

    zoho_category_id: str
    name_en: str
    name_ar: str


@dataclass(frozen=True, slots=True)
class MirroredProduct:
    """A product as Zoho has it. None means that Zoho says nothing: what is here stays.

    `sku` and `zoho_category_id` may be "", which clears them.
    """

    zoho_item_id: str
    sku: str | None
    name_en: str | None
    name_ar: str | None
    description_en: str | None
    description_ar: str | None
    barcode: str | None
    unit: str | None
    zoho_category_id: str | None
    is_active: bool | None
    is_stock_tracked: bool | None
    modified_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class ProductsMirrored:
    """Our ids of what was written, and the Zoho ids whose SKU another product already has."""

    created_ids: list[int] = field(default_factory=list)
    changed_ids: list[int] = field(default_factory=list)
    unchanged: int = 0
    sku_conflicts: list[str] = field(default_factory=list)


_COLUMNS = {
    "zoho_item_id": "text",
    "sku": "text",
    "name_en": "text",
    "name_ar": "text",
    "description_en": "text",
    "description_ar": "text",
    "barcode": "text",
    "unit": "text",
    "zoho_category_id": "text",
    "is_active": "bool",
    "is_stock_tracked": "bool",
    "modified_at": "timestamptz",
    "content_hash": "text",
}
_LOCK = """
SELECT product.id FROM catalog_product AS product
WHERE product.zoho_item_id IN (SELECT zoho_item_id FROM incoming_product)
ORDER BY product.id FOR UPDATE
"""
# An older answer must not overwrite a newer one.
_DROP_STALE = """
DELETE FROM incoming_product AS incoming USING catalog_product AS product
WHERE product.zoho_item_id = incoming.zoho_item_id
  AND product.zoho_modified_at > incoming.modified_at
"""
# Two products that swap SKUs: the one that gives its SKU away goes first.
_RELEASE_SKUS = """
UPDATE catalog_product AS product SET sku = NULL, updated_at = now()
FROM incoming_product AS incoming
WHERE product.zoho_item_id = incoming.zoho_item_id
  AND incoming.sku IS NOT NULL AND product.sku IS DISTINCT FROM nullif(incoming.sku, '')
  AND EXISTS (SELECT FROM incoming_product AS other
              WHERE other.sku = product.sku AND other.zoho_item_id <> incoming.zoho_item_id)
"""
_REFUSE_TAKEN_SKUS = """
WITH taken AS (
    SELECT incoming.zoho_item_id FROM incoming_product AS incoming
    JOIN catalog_product AS product ON product.sku = incoming.sku
    WHERE incoming.sku <> '' AND product.zoho_item_id IS DISTINCT FROM incoming.zoho_item_id
    UNION
    SELECT zoho_item_id FROM (
        SELECT zoho_item_id, row_number() OVER (PARTITION BY sku ORDER BY zoho_item_id) AS nth
        FROM incoming_product WHERE sku <> '') AS ranked
    WHERE nth > 1
)
UPDATE incoming_product AS incoming SET sku = '', content_hash = ''
FROM taken WHERE incoming.zoho_item_id = taken.zoho_item_id
RETURNING incoming.zoho_item_id
"""
_CATEGORY = """
LEFT JOIN catalog_category AS category
    ON category.zoho_category_id = nullif(incoming.zoho_category_id, '')
"""
_UPDATE = f"""
WITH wanted AS (
    SELECT old.id,
        CASE WHEN incoming.sku IS NULL THEN old.sku ELSE nullif(incoming.sku, '') END AS sku,
        coalesce(incoming.name_en, old.name_en) AS name_en,
        coalesce(incoming.name_ar, old.name_ar) AS name_ar,
        coalesce(incoming.description_en, old.description_en) AS description_en,
        coalesce(incoming.description_ar, old.description_ar) AS description_ar,
        coalesce(incoming.barcode, old.barcode) AS barcode,
        coalesce(incoming.unit, old.unit) AS unit,
        CASE WHEN incoming.zoho_category_id IS NULL THEN old.category_id
             ELSE category.id END AS category_id,
        coalesce(incoming.is_active, old.is_active) AS is_active,
        coalesce(incoming.is_stock_tracked, old.is_stock_tracked) AS is_stock_tracked,
        incoming.modified_at, incoming.content_hash
    FROM incoming_product AS incoming
    JOIN catalog_product AS old USING (zoho_item_id)
    {_CATEGORY}
    WHERE old.zoho_content_hash = '' OR old.zoho_content_hash <> incoming.content_hash
)
UPDATE catalog_product AS product SET
    sku = wanted.sku, name_en = wanted.name_en, name_ar = wanted.name_ar,
    description_en = wanted.description_en, description_ar = wanted.description_ar,
    barcode = wanted.barcode, unit = wanted.unit, category_id = wanted.category_id,
    is_active = wanted.is_active, is_stock_tracked = wanted.is_stock_tracked,
    zoho_modified_at = wanted.modified_at, zoho_content_hash = wanted.content_hash,
    version = product.version + 1, updated_at = now()
FROM wanted
WHERE product.id = wanted.id
  AND (product.sku, product.name_en, product.name_ar, product.description_en,
       product.description_ar, product.barcode, product.unit, product.category_id,
       product.is_active, product.is_stock_tracked)
   IS DISTINCT FROM
      (wanted.sku, wanted.name_en, wanted.name_ar, wanted.description_en,
       wanted.description_ar, wanted.barcode, wanted.unit, wanted.category_id,
       wanted.is_active, wanted.is_stock_tracked)
RETURNING product.id
"""
# Another pull may add the same product meanwhile; the next one brings it up to date.
_INSERT = f"""
INSERT INTO catalog_product (
    zoho_item_id, sku, name_en, name_ar, name_ckb, name_hi,
    description_en, description_ar, description_ckb, description_hi,
    barcode, unit, category_id, image_url, cdn_image_url, is_active, is_stock_tracked,
    zoho_modified_at, zoho_content_hash, version, created_at, updated_at)
SELECT incoming.zoho_item_id, nullif(incoming.sku, ''),
    coalesce(incoming.name_en, ''), coalesce(incoming.name_ar, ''), '', '',
    coalesce(incoming.description_en, ''), coalesce(incoming.description_ar, ''), '', '',
    coalesce(incoming.barcode, ''), coalesce(incoming.unit, ''), category.id, '', '',
    coalesce(incoming.is_active, true), coalesce(incoming.is_stock_tracked, true),
    incoming.modified_at, incoming.content_hash, 1, now(), now()
FROM incoming_product AS incoming
{_CATEGORY}
WHERE NOT EXISTS (SELECT FROM catalog_product AS known
                  WHERE known.zoho_item_id = incoming.zoho_item_id)
ORDER BY incoming.zoho_item_id
ON CONFLICT (zoho_item_id) DO NOTHING
RETURNING id
"""


def mirror_categories(*, categories: Sequence[MirroredCategory]) -> int:
    """Add the categories that are new; how many. A name given here is kept."""
    wanted = {category.zoho_category_id: category for category in categories}
    known = set(
        Category.objects.filter(zoho_category_id__in=wanted).values_list(
            "zoho_category_id", flat=True
        )
    )
    missing = [category for key, category in wanted.items() if key not in known]
    return retry_on_deadlock(lambda: _add_categories(missing)) if missing else 0


@in_unit_of_work
def _add_categories(categories: Sequence[MirroredCategory]) -> int:
    Category.objects.bulk_create(
        [
            Category(
                zoho_category_id=category.zoho_category_id,
                name_en=category.name_en,
                name_ar=category.name_ar,
            )
            for category in categories
        ],
        ignore_conflicts=True,
    )
    return len(categories)


def mirror_products(*, products: Sequence[MirroredProduct]) -> ProductsMirrored:
    """Write at most 1,000 products; of a product given twice the latest counts.

    Nothing is written for a product whose content is what the last pull saw (an edit made here
    stays until Zoho's changes), or that is the same here. One event names those that changed.
    Raises ValueError for a larger batch.
    """
    if len(products) > LARGEST_BATCH:
        raise ValueError(f"at most {LARGEST_BATCH} products a batch")
    latest: dict[str, MirroredProduct] = {}
    for product in products:
        known = latest.get(product.zoho_item_id)
        if known is None or known.modified_at <= product.modified_at:
            latest[product.zoho_item_id] = product
    if not latest:
        return ProductsMirrored()
    return retry_on_deadlock(lambda: _write_products(list(latest.values())))


@in_unit_of_work
def _write_products(products: list[MirroredProduct]) -> ProductsMirrored:
    rows = ([getattr(product, name) for name in _COLUMNS] for product in products)
    stage_rows(table="incoming_product", columns=_COLUMNS, rows=rows)
    fetch(_LOCK)
    fetch(_DROP_STALE)
    fetch(_RELEASE_SKUS)
    conflicts = sorted(row[0] for row in fetch(_REFUSE_TAKEN_SKUS))
    changed = sorted(row[0] for row in fetch(_UPDATE))
    created = sorted(row[0] for row in fetch(_INSERT))
    if created or changed:
        queue_event(
            stream_type="mirror",
            stream_id="products",
            type="products.mirrored",
            data={"product_ids": sorted(created + changed)},
        )
    unchanged = len(products) - len(created) - len(changed)
    return ProductsMirrored(created, changed, unchanged, conflicts)
