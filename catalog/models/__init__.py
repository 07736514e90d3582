"""The catalogue's tables, one file a subject."""

from catalog.models.orders import Order, OrderLine
from catalog.models.prices import Price, PriceList
from catalog.models.products import Category, Product
from catalog.models.stock import Movement, Reservation, StockLevel

__all__ = [
    "Category",
    "Movement",
    "Order",
    "OrderLine",
    "Price",
    "PriceList",
    "Product",
    "Reservation",
    "StockLevel",
]
