"""Loads the catalogue's pages; the admin site imports it when it starts."""

from catalog.admin import orders, partner_orders, prices, products, stock

__all__ = ["orders", "partner_orders", "prices", "products", "stock"]
