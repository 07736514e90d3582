"""The products as staff list them."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import (
    DecimalField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from catalog.models import Price, Product, StockLevel
from catalog.selectors.shelf import consumer_price_list
from core.text_search import holding_words

_QUANTITY = DecimalField(max_digits=18, decimal_places=3)


def products_for_staff() -> QuerySet[Product]:
    """All products with `consumer_price`, `consumer_currency` (None without one), `available`."""
    consumer = Price.objects.filter(
        product=OuterRef("pk"),
        price_list__code=consumer_price_list(),
        minimum_quantity__lte=1,
    ).order_by("-minimum_quantity")
    stock = (
        StockLevel.objects.filter(product=OuterRef("pk"))
        .order_by()
        .values("product")
        .annotate(total=Sum("available"))
        .values("total")
    )
    return (
        Product.objects.defer("search_text")
        .select_related("category")
        .annotate(
            consumer_price=Subquery(consumer.values("amount")[:1]),
            consumer_currency=Subquery(consumer.values("price_list__currency")[:1]),
            available=Coalesce(Subquery(stock), Value(Decimal(0)), output_field=_QUANTITY),
        )
    )


def matching_products(text: str) -> QuerySet[Product]:
    """Products in which every word occurs, however its Arabic letters and digits are spelled."""
    return holding_words(Product.objects.order_by(), text)
