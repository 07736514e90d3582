"""Commodities in the back office; `pages` loads them."""
