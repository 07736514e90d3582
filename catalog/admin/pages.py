"""Loads the catalogue's pages; the admin site imports it when it starts."""

from catalog.admin import orders, prices, products, stock

__all__ = ["orders", "prices", "products", "stock"]
