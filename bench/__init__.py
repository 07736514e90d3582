"""Tradepost against the design it replaces, measured in one run on one machine."""
