"""Bulk writing of products: only what changed, SKUs never clash, older answers lose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import Product
from catalog.services.mirror_products import MirroredProduct, mirror_products
from core.events.models import Event

MORNING = datetime(2026, 10, 9, 8, tzinfo=UTC)
FIRST = MirroredProduct(
    zoho_item_id="1",
    sku="A",
    name_en="Cable",
    name_ar="كابل",
    description_en="",
    description_ar=None,
    barcode="77",
    unit="pcs",
    zoho_category_id="",
    is_active=True,
    is_stock_tracked=True,
    modified_at=MORNING,
    content_hash="h1",
)
SECOND = replace(FIRST, zoho_item_id="2", sku="B", content_hash="h2")
pytestmark = pytest.mark.django_db


def skus():
    return dict(Product.objects.values_list("zoho_item_id", "sku"))


def test_products_created_with_one_event_and_history():
    result = mirror_products(products=[FIRST, SECOND])
    assert len(result.created_ids) == 2
    event = Event.objects.get(type="products.mirrored")
    assert event.data == {"product_ids": sorted(result.created_ids)}
    history = Product.pgh_event_models["insert"].objects
    assert history.filter(pgh_obj_id__in=result.created_ids).count() == 2


def test_products_unchanged_write_nothing():
    mirror_products(products=[FIRST])
    before = Event.objects.count()
    result = mirror_products(products=[replace(FIRST, content_hash="other")])
    assert (result.changed_ids, result.unchanged) == ([], 1)
    assert Event.objects.count() == before
    assert Product.objects.get().version == 1


def test_product_changed_steps_its_version():
    mirror_products(products=[FIRST])
    mirror_products(products=[replace(FIRST, name_en="Cord", content_hash="h")])
    product = Product.objects.get()
    assert (product.name_en, product.version) == ("Cord", 2)


def test_product_edited_here_stays_until_zoho_changes():
    mirror_products(products=[FIRST])
    Product.objects.update(name_ar="سلك")
    mirror_products(products=[FIRST])
    assert Product.objects.get().name_ar == "سلك"


def test_product_older_answer_loses():
    mirror_products(products=[FIRST])
    older = replace(
        FIRST, name_en="Old", content_hash="h", modified_at=MORNING - timedelta(seconds=1)
    )
    assert mirror_products(products=[older]).changed_ids == []
    assert Product.objects.get().name_en == "Cable"


def test_product_given_twice_the_latest_counts():
    later = replace(FIRST, name_en="New", modified_at=MORNING + timedelta(seconds=1))
    mirror_products(products=[later, FIRST])
    assert Product.objects.get().name_en == "New"


def test_product_silence_keeps_what_is_here():
    mirror_products(products=[FIRST])
    silent = replace(
        FIRST, sku=None, name_ar=None, barcode=None, unit=None, name_en="New", content_hash="h"
    )
    mirror_products(products=[silent])
    product = Product.objects.get()
    assert (product.sku, product.name_ar, product.barcode, product.unit) == (
        "A",
        "كابل",
        "77",
        "pcs",
    )


def test_sku_twice_in_a_batch_goes_to_the_first():
    result = mirror_products(products=[FIRST, replace(SECOND, sku="A")])
    assert (result.sku_conflicts, skus()) == (["2"], {"1": "A", "2": None})


def test_sku_of_a_product_made_here_is_left_to_it():
    Product.objects.create(sku="A", name_en="Ours")
    assert mirror_products(products=[FIRST]).sku_conflicts == ["1"]
    Product.objects.filter(zoho_item_id=None).delete()
    mirror_products(products=[FIRST])
    assert skus() == {"1": "A"}


def test_skus_swapped_in_a_batch():
    mirror_products(products=[FIRST, SECOND])
    result = mirror_products(
        products=[
            replace(FIRST, sku="B", content_hash="h3"),
            replace(SECOND, sku="A", content_hash="h4"),
        ]
    )
    assert (result.sku_conflicts, skus()) == ([], {"1": "B", "2": "A"})


def test_batch_too_large_refused():
    with pytest.raises(ValueError, match="at most 1000"):
        mirror_products(products=[FIRST] * 1001)
