"""Small true-to-life rows. Every figure that a test relies on is given by the test."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from django.conf import settings

from catalog.enums import Ownership
from catalog.models import Category, Order, Price, PriceList, Product, StockLevel
from catalog.services.orders import OrderRequest, RequestedLine, place_order
from settings_modules.locations.models import Location
from settings_modules.organizations.models import DocumentSeries, DocumentType, Organization

_numbers = count(1)


def make_shop() -> PriceList:
    """The selling organization with its series, one warehouse, and the consumer price list."""
    organization, _ = Organization.objects.get_or_create(name="Tradepost", is_seller=True)
    DocumentSeries.objects.get_or_create(
        organization=organization, document_type=DocumentType.ORDER, defaults={"prefix": "TP-"}
    )
    Location.objects.get_or_create(code="main", defaults={"name_en": "Main warehouse"})
    price_list, _ = PriceList.objects.get_or_create(
        code=settings.CONSUMER_PRICE_LIST_CODE, defaults={"currency": "IQD", "name_en": "Consumer"}
    )
    return price_list


def make_product(
    *,
    sku: str | None = None,
    name: str = "",
    name_ar: str = "",
    price: str | None = "1500",
    stock: str | None = "10",
    category: Category | None = None,
    ownership: Ownership = Ownership.LOCAL,
    **fields: object,
) -> Product:
    """A product on sale: with a price on the consumer list and stock in the main warehouse."""
    number = next(_numbers)
    product = Product.objects.create(
        sku=sku or f"TP{number:05d}",
        name_en=name or f"Cable {number}",
        name_ar=name_ar,
        category=category,
        **fields,
    )
    price_list = make_shop()
    if price is not None:
        Price.objects.create(product=product, price_list=price_list, amount=Decimal(price))
    if stock is not None:
        StockLevel.objects.create(
            product=product,
            location=Location.objects.get(code="main"),
            on_hand=Decimal(stock),
            ownership=ownership,
        )
    return product


def order_request(*lines: tuple[Product, int], phone: str = "+9647701234567") -> OrderRequest:
    """A guest's order of these quantities."""
    return OrderRequest(
        lines=[
            RequestedLine(path=f"items[{index}]", reference=str(product.pk), quantity=quantity)
            for index, (product, quantity) in enumerate(lines)
        ],
        name="Shopper",
        phone=phone,
        price_list=settings.CONSUMER_PRICE_LIST_CODE,
    )


def make_order(*lines: tuple[Product, int]) -> Order:
    """A confirmed order of these quantities."""
    return place_order(request=order_request(*lines))
