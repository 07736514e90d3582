"""Loads the pages of commodities; the admin site imports it when it starts."""
