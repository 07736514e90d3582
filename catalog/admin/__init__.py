"""The catalogue's pages for staff."""

from catalog.admin import orders, prices, products, stock

__all__ = ["orders", "prices", "products", "stock"]
