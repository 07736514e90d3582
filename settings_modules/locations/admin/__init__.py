"""Locations in the back office; `pages` loads them."""
