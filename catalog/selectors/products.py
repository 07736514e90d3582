"""Finding products."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from catalog.models import Product


def find_by_references(references: Iterable[str]) -> dict[str, Product]:
    """Active products by our id, their Zoho id or their SKU; what is not found is left out.

    Where one text fits several products, our id wins over Zoho's and Zoho's over the SKU.
    """
    wanted = set(references)
    ids = [int(ref) for ref in wanted if ref.isascii() and ref.isdigit() and len(ref) < 18]
    rows = Product.objects.filter(
        Q(pk__in=ids) | Q(zoho_item_id__in=wanted) | Q(sku__in=wanted), is_active=True
    ).defer("search_text")
    found: dict[str, tuple[int, Product]] = {}
    for product in rows:
        for rank, reference in enumerate((str(product.pk), product.zoho_item_id, product.sku)):
            if reference in wanted and reference is not None:
                held = found.get(reference)
                if held is None or rank < held[0]:
                    found[reference] = (rank, product)
    return {reference: product for reference, (_, product) in found.items()}
